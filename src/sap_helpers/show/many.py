"""Too many subjects to show each: the first of a listing, the periods and the counts of a figure instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sap_helpers.show.display import Cell
from sap_helpers.show.number_format import PERCENT, percent_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from sap_helpers.plan import Plan


def is_many(count: int, plan: Plan) -> bool:
    """Return whether a figure of so many subjects summarises them instead of drawing each."""
    return count > plan.display.most_subjects


def first_subjects(frame: pd.DataFrame, plan: Plan, source: str, *, within: str = "") -> tuple[pd.DataFrame, str]:
    """Return the rows that a listing shows, and the sentence that says so where they are not all.

    Parameters
    ----------
    frame
        One row per line; without a column USUBJID it is not by subject.
    plan
        With the most subjects shown.
    source
        The data sets behind the frame, such as ``"adsl, adae"``, or the file that holds it.
    within
        A column whose values each have their own first subjects.

    Returns
    -------
    tuple of DataFrame and str
        In the frame's order, the rows of the first subjects by identifier, and those that name none; "" where nothing
        is left out.
    """
    if "USUBJID" not in frame:
        return frame, ""
    known = frame["USUBJID"].notna() & (frame["USUBJID"] != "")
    places = pd.Series(pd.factorize(frame["USUBJID"], sort=True)[0], index=frame.index).where(known)
    places = (places.groupby(frame[within], sort=False) if within else places).rank(method="dense")
    most = plan.display.most_subjects
    kept = frame.loc[~known | (places <= most)]
    if len(kept) == len(frame):
        return frame, ""
    of = f"first {most} subjects" + (f" of each {within}" if within else "")
    total = frame.loc[known, "USUBJID"].nunique()
    return kept, (
        f"Not all: {len(kept):,} of {len(frame):,} rows, those of the {of}; there are {total:,} subjects. "
        f"All are in {files_of(source)}."
    )


def files_of(source: str) -> str:
    """Return the report's files behind data sets, ``"adsl, adae"`` as ``"adam/adsl.parquet, adam/adae.parquet"``."""
    names = [name for name in source.split(", ") if name]
    return ", ".join(name if "." in name else f"adam/{name}.parquet" for name in names)


def periods(last: int, plan: Plan) -> list[tuple[int, int]]:
    """Return the first and last study day of each period of a cycle's length up to the last day."""
    length = plan.design.cycle_days
    return [(first, min(first + length - 1, last)) for first in range(1, last + 1, length)]


def last_period_note(spans: Sequence[tuple[int, int]]) -> str:
    """Return the sentence that a shorter last period owes its reader, or ""."""
    lengths = [end - first for first, end in spans]
    return "The last period is shorter." if lengths[-1] < lengths[0] else ""


def period_names(spans: Sequence[tuple[int, int]]) -> list[str]:
    """Return each period in words, ``"1-28"``."""
    return [f"{first}-{end}" for first, end in spans]


def count_in(days: pd.Series, spans: Sequence[tuple[int, int]]) -> NDArray[np.int64]:
    """Return how many of the days lie in each period; a missing day lies in none."""
    values = days.to_numpy(dtype=np.float64)
    return np.array([int(((values >= first) & (values <= end)).sum()) for first, end in spans], dtype=np.int64)


def subjects_in(rows: pd.DataFrame, spans: Sequence[tuple[int, int]]) -> NDArray[np.int64]:
    """Return how many subjects have a stretch FROM - TO that meets each period."""
    start, end = rows["FROM"].to_numpy(dtype=np.float64), rows["TO"].to_numpy(dtype=np.float64)
    met = [rows.loc[(start <= last) & (end >= first), "USUBJID"].nunique() for first, last in spans]
    return np.array(met, dtype=np.int64)


def share_cells(counts: NDArray[np.int64], total: int) -> tuple[Cell, ...]:
    """Return counts with their percentages of a total."""
    return tuple(Cell(f"{count} ({percent_text(count / total, 1)})" if total else str(count)) for count in counts)


def percents(counts: NDArray[np.int64], total: int) -> NDArray[np.float64]:
    """Return counts in percent of a total; nan where that is 0."""
    return PERCENT * counts / total if total else np.full(len(counts), np.nan)
