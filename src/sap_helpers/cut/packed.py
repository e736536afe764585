"""Frames of which every repeated text is held once: the same records in a fraction of the memory, and back again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sap_helpers.cut.tables import IntArray, ObjectArray


def pack(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with its text columns coded: a category a distinct text.

    A column that holds anything but text stays as it is. Nothing but storing, selecting rows and `unpack` is to be done
    with a packed frame: what compares or changes texts is given frames of plain text.
    """
    return pd.DataFrame(
        {name: _coded(column) if _is_text(column) else column for name, column in frame.items()},
        index=frame.index, copy=False,
    )  # fmt: skip


def unpack(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a packed frame with plain text; a frame without a coded column comes back alike."""
    return pd.DataFrame(
        {name: texts_of(column) if is_coded(column) else column for name, column in frame.items()},
        index=frame.index, columns=frame.columns, copy=False,
    )  # fmt: skip


def _coded(column: pd.Series) -> pd.Categorical:
    codes, distinct = pd.factorize(column.to_numpy(dtype=object))
    return _categorical(codes, distinct)


def _is_text(column: pd.Series) -> bool:
    # a missing value, or anything else that is no text, could not be told from one
    return column.dtype == object and pd.api.types.infer_dtype(column, skipna=False) in ("string", "empty")


def is_coded(column: pd.Series) -> bool:
    """Return whether a column is one of coded texts."""
    return isinstance(column.dtype, pd.CategoricalDtype)


def texts_of(column: pd.Series) -> pd.Series:
    """Return a coded column as plain text."""
    distinct = column.cat.categories.to_numpy(dtype=object)
    if not len(distinct):
        return column.astype(object)
    codes = column.cat.codes.to_numpy()
    return pd.Series(distinct[codes], index=column.index, name=column.name, dtype=object)


def coded(codes: IntArray, distinct: Iterable[str]) -> pd.Categorical:
    """Return a coded column from the place of each cell's text among texts that may repeat each other."""
    places, texts = pd.factorize(np.array([*distinct], dtype=object))
    return _categorical(places[codes] if len(places) else codes, texts)


def join_packed(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return packed frames below one another; the text of a column that one of them lacks is missing there ("")."""
    names = list(dict.fromkeys(name for frame in frames for name in frame.columns))
    texts = [name for name in names if any(name in frame and is_coded(frame[name]) for frame in frames)]
    others = pd.concat([frame.drop(columns=texts, errors="ignore") for frame in frames], ignore_index=True)
    joined = {name: _join_texts(frames, name) if name in texts else others[name] for name in names}
    return pd.DataFrame(joined, index=others.index, copy=False)


def _join_texts(frames: Sequence[pd.DataFrame], name: str) -> pd.Categorical:
    return union_categoricals([frame[name] if name in frame else _missing(len(frame)) for frame in frames])


def _missing(size: int) -> pd.Categorical:
    return _categorical(np.zeros(size, dtype=np.int64), np.array([""], dtype=object))


def _categorical(codes: Any, distinct: ObjectArray) -> pd.Categorical:
    return pd.Categorical.from_codes(codes, categories=pd.Index(distinct, dtype=object))


class PackedFrames(Mapping[str, pd.DataFrame]):
    """Frames by name, held packed and handed out as plain text, anew each time.

    Parameters
    ----------
    frames
        Packed frames by name.
    """

    def __init__(self, frames: Mapping[str, pd.DataFrame]) -> None:
        self.frames = dict(frames)

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Return a frame."""
        return unpack(self.frames[name])

    def __contains__(self, name: object) -> bool:
        """Return whether there is such a frame."""
        return name in self.frames

    def __iter__(self) -> Iterator[str]:
        """Return the names."""
        return iter(self.frames)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.frames)


def packed_of(frames: Mapping[str, pd.DataFrame], name: str) -> pd.DataFrame:
    """Return a frame as it is held, packed or not: to select from before it is unpacked."""
    return frames.frames[name] if isinstance(frames, PackedFrames) else frames[name]


def columns_of(frames: Mapping[str, pd.DataFrame], name: str, *columns: str) -> pd.DataFrame:
    """Return those of the columns that a frame has, as plain text."""
    held = packed_of(frames, name)
    return unpack(held[[column for column in columns if column in held]])
