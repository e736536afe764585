"""Adverse events by system organ class and preferred term, and the listings of events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.show.adverse_labels import ANY, CATEGORIES, GRADE_NAMES, ONCE, emergence_note
from sap_helpers.show.cells import count_cell, percent_cell, require, stat_cell
from sap_helpers.show.display import Cell, Column, Row, Table, spanned
from sap_helpers.show.labels import population_label
from sap_helpers.show.listing import LONG_ROWS, listing
from sap_helpers.show.sri import ROUNDING
from sap_helpers.show.withheld import withheld_table

if TYPE_CHECKING:
    import pandas as pd

    from sap_helpers.plan import Plan
    from sap_helpers.results import Key, Result, Results

Stats = dict[str, "Result"]
UNCODED = "Uncoded: events without a coded term or class."
EVENT_LABELS = {
    "USUBJID": "Subject", "AEDECOD": "Preferred term", "KIND": "Listed as", "ATOXGRN": "Grade", "ASTDT": "Start",
    "ASTDY": "Day", "AENDT": "End", "AEREL": "Relation", "AEOUT": "Outcome", "AETERM": "As reported",
    "LUPUS": "Lupus activity",
}  # fmt: skip


def terms_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return subjects and events by class and term, most frequent first."""
    rows = require(results, "AE.SOC_PT")
    lines = [
        _row(key, (count_cell(s), percent_cell(s), stat_cell(s, "n.events", 0))) for key, s in rows.groups().items()
    ]
    title = f"Adverse events by class and term to day {plan.safety.last_day}"
    columns = (Column("n/N"), Column("%"), Column("Events"))
    return _table("AE.SOC_PT", title, columns, lines, plan, stamp)


def grades_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return subjects by class and term and by their worst grade."""
    rows = require(results, "AE.SOC_PT_GRADE")
    by: dict[Key, dict[str, Stats]] = {}
    for key, stats in rows.groups().items():
        by.setdefault(key._replace(variable_level=""), {})[key.variable_level] = stats
    lines = [
        _row(key, tuple(stat_cell(levels.get(level, {}), "n", 0) for level in GRADE_NAMES))
        for key, levels in by.items()
    ]
    columns = spanned("Subjects by worst grade", tuple(Column(name) for name in GRADE_NAMES.values()))
    title = f"Adverse events by class, term and worst grade to day {plan.safety.last_day}"
    return _table("AE.SOC_PT_GRADE", title, columns, lines, plan, stamp)


def events_listing(frame: pd.DataFrame, plan: Plan, *, why: str = "", gap: str = "", stamp: str = "") -> Table:
    """Return AE.LISTING: serious, fatal, withdrawal and severe events.

    Parameters
    ----------
    why
        Why there is no listing at all, or "".
    gap
        Why a kind of event is not told in it, or "".
    """
    title = f"Events that are serious, fatal, led to withdrawal or are of grade {plan.safety.severe_grade} or higher"
    notes = (emergence_note(plan), f"Not complete: {gap}.") if gap else (emergence_note(plan),)
    return _listing(frame, plan, "AE.LISTING", title, list(EVENT_LABELS), why, stamp, *notes)


def deaths_listing(frame: pd.DataFrame, plan: Plan, *, why: str = "", stamp: str = "") -> Table:
    """Return the deaths."""
    labels = {
        "USUBJID": "Subject", "DTHDT": "Date", "ADY": "Day", "SINCE": "Days since last dose", "AEDECOD": "Fatal event",
    }  # fmt: skip
    if why:
        return withheld_table("AE.DEATH", "Deaths", why, source="adsl", stamp=stamp)
    return listing(frame, plan, plan_id="AE.DEATH", title="Deaths", labels=labels, source="adsl, adae", stamp=stamp)


def missing_causality_listing(frame: pd.DataFrame, plan: Plan, *, why: str = "", stamp: str = "") -> Table:
    """Return the events without a recorded relation to treatment."""
    names = ["USUBJID", "AEDECOD", "AETERM", "ATOXGRN", "ASTDT", "ASTDY"]
    title = "Events without a relation to treatment"
    return _listing(frame, plan, "AE.OVERVIEW", title, names, why, stamp, "Counted as related.")


def lupus_listing(frame: pd.DataFrame, plan: Plan, *, why: str = "", stamp: str = "") -> Table:
    """Return the events that are activity of the disease itself."""
    names = ["USUBJID", "AEDECOD", "AETERM", "ATOXGRN", "ASTDT", "ASTDY", "AENDT"]
    note = "Marked by the plan's list of terms; counted as adverse events all the same."
    return _listing(frame, plan, "AE.SOC_PT", "Events that are activity of lupus itself", names, why, stamp, note)


def uncategorised_listing(frame: pd.DataFrame, plan: Plan, *, why: str = "", stamp: str = "") -> Table:
    """Return the terms in none of the categories of the registry record."""
    labels = {"AEDECOD": "Preferred term", "AEBODSYS": "Class", "SUBJECTS": "Subjects", "EVENTS": "Events"}
    title = f"Terms in none of the {len(CATEGORIES) - 1} categories"
    if why:
        return withheld_table("AE.AESI", title, why, source="adae", stamp=stamp)
    return listing(frame, plan, plan_id="AE.AESI", title=title, labels=labels, source="adae", stamp=stamp)


def _listing(
    frame: pd.DataFrame, plan: Plan, plan_id: str, title: str, names: list[str], why: str, stamp: str, *notes: str
) -> Table:  # fmt: skip
    if why:
        return withheld_table(plan_id, title, why, source="adae", stamp=stamp)
    labels = {name: EVENT_LABELS[name] for name in names}
    population = population_label("SAF")
    return listing(
        frame, plan, plan_id=plan_id, title=title, labels=labels, population=population, footnotes=notes, source="adae",
        stamp=stamp,
    )  # fmt: skip


def _row(key: Key, cells: tuple[Cell, ...]) -> Row:
    if key.group2_level:
        return Row(key.group2_level, cells, depth=2)
    return Row(key.group1_level, cells, depth=1) if key.group1_level else Row(ANY, cells)


def _table(
    plan_id: str, title: str, columns: tuple[Column, ...], lines: list[Row], plan: Plan, stamp: str
) -> Table:  # fmt: skip
    order = "Classes and terms by falling number of subjects, then by name."
    return Table(
        plan_id, title, "Class and term", columns, tuple(lines), population=population_label("SAF"),
        source="results.csv", stamp=stamp, is_long=len(lines) > LONG_ROWS,
    ).with_footnotes(emergence_note(plan), ONCE, order, UNCODED, ROUNDING)  # fmt: skip
