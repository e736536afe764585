"""The events behind a figure of adverse events, one row a category or a subject."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sap_helpers.show.cells import BESIDE
from sap_helpers.show.display import Cell, Column, Row, Table
from sap_helpers.show.figure_parts import subject_table
from sap_helpers.show.words import vocabulary

if TYPE_CHECKING:
    import pandas as pd

    from sap_helpers.plan import Plan


def onsets_table(onsets: pd.DataFrame, plan: Plan, *, stamp: str = "") -> Table:
    """Return day and grade of every event by category.

    Parameters
    ----------
    onsets
        AESI (code), ASTDY, GRADE (0 for none): one row per event and category.
    """
    rows = []
    for code, name in vocabulary("categories", plan).items():
        of = onsets.loc[onsets["AESI"] == code].sort_values(["ASTDY", "GRADE"])
        days = ", ".join(f"{day} ({grade})" for day, grade in zip(of["ASTDY"], of["GRADE"], strict=True))
        rows.append(Row(name, (Cell(str(len(of))), Cell(days or BESIDE))))
    columns = (Column("Events"), Column("Day of onset (grade, 0: missing)", is_number=False))
    return Table(
        "AE.AESI", "Onset of events by category", "Category", columns, tuple(rows), source="adae", stamp=stamp,
        kind="listing",
    )  # fmt: skip


def timeline_table(timeline: pd.DataFrame, *, stamp: str = "") -> Table:
    """Return the events of every subject with their days and grades.

    Parameters
    ----------
    timeline
        USUBJID, RISKEND, START, END, GRADE, AEDECOD: one row per event, START missing for a subject without any.
    """
    rows = {}
    for subject, of in timeline.groupby("USUBJID", sort=True):
        had = of.loc[of["START"].notna()]
        events = zip(had["AEDECOD"], had["START"], had["END"], had["GRADE"], strict=True)
        texts = [f"{term or 'uncoded'}: {_days(start, end)} ({grade:g})" for term, start, end, grade in events]
        rows[str(subject)] = (f"{of['RISKEND'].iloc[0]:g}", "; ".join(texts) or BESIDE)
    columns = (Column("End of risk, day"), Column("Events: days (grade, 0: missing)", is_number=False))
    return subject_table("AE.LISTING", "Events by subject", columns, rows, source="adae, adsl", stamp=stamp)


def _days(start: float, end: float) -> str:
    """Return the days of an event; without an end it goes on."""
    if math.isnan(end):
        return f"from {start:g}"
    return f"{start:g}" if start == end else f"{start:g} to {end:g}"
