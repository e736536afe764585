"""Of more subjects than the plan lets a display show, the first by identifier; and the sentence that says so."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from sap_helpers.plan import Plan
    from sap_helpers.show.display import Figure


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


def first_drawn(frame: pd.DataFrame, plan: Plan) -> tuple[pd.DataFrame, str]:
    """Return the rows that a figure draws, and the sentence that says so where they are not those of all subjects.

    Parameters
    ----------
    frame
        With USUBJID, any number of rows a subject.
    plan
        With the most subjects shown.
    """
    kept, note = first_subjects(frame, plan, "")
    if not note:
        return frame, ""
    most, total = plan.display.most_subjects, frame["USUBJID"].nunique()
    return kept, f"Not all subjects are shown: the first {most} of {total:,} by identifier."


def say_first(figure: Figure, note: str) -> Figure:
    """Return a figure that says in caption, alternative text and listing which subjects it draws; "" says nothing."""
    if not note:
        return figure
    numbers = figure.numbers
    if numbers is not None and numbers.kind == "listing":
        numbers = numbers.with_footnotes(f"{note} All are in {files_of(numbers.source)}.")
    return replace(figure, alt=f"{figure.alt} {note}", caption=f"{figure.caption} {note}", numbers=numbers)


def files_of(source: str) -> str:
    """Return the report's files behind data sets, ``"adsl, adae"`` as ``"adam/adsl.parquet, adam/adae.parquet"``."""
    names = [name for name in source.split(", ") if name]
    return ", ".join(name if "." in name else f"adam/{name}.parquet" for name in names)
