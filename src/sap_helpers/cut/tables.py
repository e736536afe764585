"""Room of the text table: what every file format is brought to before anything looks at a value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ObjectArray = npt.NDArray[np.object_]
IntArray = npt.NDArray[np.int64]
LARGEST_PLAIN_WHOLE = 1e15


@dataclass(frozen=True, slots=True)
class RawTable:
    """The columns of a file as its reader found them: names as written, cells as text, nothing stripped.

    Parameters
    ----------
    names
        Column names in file order, possibly repeated or untidy.
    columns
        Per name an object array of str, or the texts coded, all of one length; missing is the empty text.
    lines
        Line in a text file on which each record starts; None for the binary formats.
    unsupported
        Columns left out because their type has no text form here, with that type.
    """

    names: tuple[str, ...]
    columns: tuple[ObjectArray | pd.Categorical, ...]
    lines: IntArray | None = None
    unsupported: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TextTable:
    """One file as text: the same frame whatever the format it came in.

    Parameters
    ----------
    frame
        Every cell a str, missing the empty text, never NaN, each column plain or coded (see `cut.packed`); columns
        upper case and stripped, in file order; RangeIndex, so that record number (1 = first data record) is index plus
        one.
    lines
        Line in a text file on which each record starts, shape (records,); None for the binary formats.
    unsupported
        Columns left out because their type has no text form here (upper-case name to type).
    """

    frame: pd.DataFrame
    lines: IntArray | None = None
    unsupported: Mapping[str, str] = field(default_factory=dict)

    def line(self, row: int) -> int | None:
        """Return the file line of record `row` (1-based), or None where the format has no lines."""
        return None if self.lines is None else int(self.lines[row - 1])


def empty_table() -> TextTable:
    """Return the table without a column: what is left of a file that was refused."""
    return TextTable(pd.DataFrame(index=pd.RangeIndex(0)))


def build_frame(columns: Mapping[str, Sequence[Any] | ObjectArray]) -> pd.DataFrame:
    """Return a frame of object columns with a RangeIndex, in the order of `columns`."""
    frame = pd.DataFrame({name: np.asarray(cells, dtype=object) for name, cells in columns.items()}, dtype=object)
    return frame.reset_index(drop=True)


def map_unique(values: ObjectArray, convert: Callable[[Any], Any]) -> ObjectArray:
    """Return `convert` of every value, called once per distinct value.

    Parameters
    ----------
    values
        Object array of hashable values, no missing ones among them.
    convert
        Function of one value.
    """
    codes, distinct = pd.factorize(values)
    converted = np.empty(len(distinct), dtype=object)
    converted[:] = [convert(value) for value in distinct]
    return converted[codes]


def number_text(value: float) -> str:
    """Return a number as the text that every format agrees on.

    Cases: not a number, the empty text; an integer, its digits; a whole double below 1e15, without ``.0``;
    minus zero ``-0`` (a rule looks for it); every other double, the shortest text that reads back the same.
    """
    if isinstance(value, int):
        return str(value)
    if np.isnan(value):
        return ""
    if value == 0:
        return "-0" if np.signbit(value) else "0"
    if value.is_integer() and abs(value) < LARGEST_PLAIN_WHOLE:
        return str(int(value))
    return repr(float(value))


def number_texts(values: npt.NDArray[Any]) -> ObjectArray:
    """Return `number_text` of every element of a numeric array; NaN becomes the empty text."""
    if values.dtype.kind in "iu":
        return values.astype(str).astype(object)
    doubles = values.astype(np.float64)
    # Bit patterns keep minus zero apart from zero, which a comparison of values would merge.
    codes, patterns = pd.factorize(doubles.view(np.int64))
    texts = np.empty(len(patterns), dtype=object)
    texts[:] = [number_text(float(value)) for value in np.asarray(patterns, dtype=np.int64).view(np.float64)]
    return texts[codes]
