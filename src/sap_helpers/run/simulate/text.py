"""Numbers and dates of the synthetic trial as text, by look-up of the few different ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sap_helpers.run.simulate.streams import Bools, Ints, Texts


def decimal_text(scaled: Ints, decimals: int = 0) -> Texts:
    """Return whole numbers of units of 10**-decimals as their shortest decimal text: 230 with two decimals is 2.3."""
    values, places = np.unique(scaled, return_inverse=True)
    pool = [shortest_decimal(int(value), decimals) for value in values]
    return as_texts(pool)[places.reshape(scaled.shape)]


def shortest_decimal(scaled: int, decimals: int) -> str:
    """Return one number of units of 10**-decimals without trailing zeros."""
    if decimals == 0:
        return str(scaled)
    whole, rest = divmod(abs(scaled), 10**decimals)
    text = f"{whole}.{rest:0{decimals}d}".rstrip("0").rstrip(".")
    return f"-{text}" if scaled < 0 and text != "0" else text


def fixed_text(scaled: Ints, decimals: int) -> Texts:
    """Return the numbers with all their decimals, as a laboratory prints them: 230 with two decimals is 2.30."""
    values, places = np.unique(scaled, return_inverse=True)
    divisor = 10**decimals
    pool = [f"{v // divisor}.{v % divisor:0{decimals}d}" if decimals else str(v) for v in map(int, values)]
    return as_texts(pool)[places.reshape(scaled.shape)]


def date_text(days: Ints, known: Bools | None = None) -> Texts:
    """Return days since 1970-01-01 as ISO dates; empty where not `known`."""
    values, places = np.unique(days if known is None else np.where(known, days, 0), return_inverse=True)
    pool = [str(day) for day in values.astype("datetime64[D]")]
    texts = as_texts(pool)[places.reshape(days.shape)]
    return texts if known is None else np.where(known, texts, "")


def pick(words: Sequence[str], indices: Ints | Bools) -> Texts:
    """Return the word at each index; False is the first word, True the second."""
    return as_texts(words)[np.asarray(indices).astype(np.int64)]


def as_texts(words: Sequence[str]) -> Texts:
    """Return words as an array of Python strings, whatever their lengths and number."""
    texts = np.empty(len(words), dtype=object)
    texts[:] = list(words)
    return texts


def sequence_numbers(subject: Ints) -> Ints:
    """Return 1, 2, ... within each subject for rows in which each subject's rows stand together."""
    if len(subject) == 0:
        return np.zeros(0, dtype=np.int64)
    starts = np.flatnonzero(np.r_[True, subject[1:] != subject[:-1]])
    lengths = np.diff(np.r_[starts, len(subject)])
    return np.arange(len(subject)) - np.repeat(starts, lengths) + 1


def text_frame(columns: Mapping[str, Texts | str], rows: int) -> pd.DataFrame:
    """Return a frame of text columns; one word stands for a column of it.

    Parameters
    ----------
    columns
        Column name to its `rows` texts, or to the one text of all rows.
    rows
        Number of rows.

    Returns
    -------
    pandas.DataFrame
        Every cell a str, columns in the order given.
    """
    filled = {
        name: np.full(rows, cells, dtype=object) if isinstance(cells, str) else cells for name, cells in columns.items()
    }
    return pd.DataFrame(filled, index=pd.RangeIndex(rows), copy=False)
