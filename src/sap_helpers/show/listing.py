"""Listings: subject-level frames as tables of escaped text, in their own order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from sap_helpers.results import Results, number_text
from sap_helpers.show.catalogue import load_catalogue
from sap_helpers.show.display import Cell, Column, Row, Table
from sap_helpers.show.first_subjects import first_subjects
from sap_helpers.show.immunology_labels import parameter_name
from sap_helpers.show.labels import KEPT
from sap_helpers.show.notes import sentences_of
from sap_helpers.show.number_format import round_half_up
from sap_helpers.show.withheld import withheld_table
from sap_helpers.show.words import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sap_helpers.plan import Plan

LONG_ROWS = 15
MISSING = "–"
SUBJECT = "USUBJID"


def make_listing(
    name: str, frame: pd.DataFrame, plan: Plan, *, why: str = "", gap: str = "", stamp: str = ""
) -> Table:  # fmt: skip
    """Return a listing of the catalogue.

    Parameters
    ----------
    name
        Its id in sap/displays.yaml.
    frame
        One row per line, in the order shown.
    plan
        The plan in force.
    why
        Why there is no listing at all, or "".
    gap
        What is not told in it, or "".
    stamp
        The stamp of the cut.
    """
    spec = load_catalogue().listing(name)
    plan_id, title = spec.id or name, say(spec.title, plan)
    if why:
        return withheld_table(plan_id, title, why, source=spec.source, stamp=stamp)
    first, *others = spec.columns
    labels = {first: spec.columns[first], **_by_week(spec.by_week, plan)}
    labels |= {column: say(spec.columns[column], plan) for column in others}
    population = _due(frame, plan) if spec.set == "due_subjects" else say(spec.set, plan)
    notes = (*sentences_of(spec.notes, Results(), Results(), plan), *([f"Not complete: {gap}."] if gap else ()))
    return listing(
        frame, plan, plan_id=plan_id, title=title, labels=labels, places=spec.places, population=population,
        footnotes=notes, source=spec.source, stamp=stamp, within=spec.within,
    )  # fmt: skip


def _by_week(what: str, plan: Plan) -> dict[str, str]:
    """Return the columns of the values at both weeks, by cell or by marker."""
    rule = plan.immunology
    codes = {"cells": [cell.code for cell in rule.cells], "markers": rule.marker_codes}.get(what, ())
    weeks = (0, rule.week)
    return {f"{code}{i}": f"{parameter_name(code, plan)}, week{KEPT}{weeks[i]}" for code in codes for i in (0, 1)}


def _due(frame: pd.DataFrame, plan: Plan) -> str:
    who = f"Full analysis set due at week {plan.immunology.week}"
    return f"{who}: {len(frame)} subject{'s' if len(frame) > 1 else ''}" if len(frame) else who


def listing(
    frame: pd.DataFrame,
    plan: Plan,
    *,
    plan_id: str,
    title: str,
    labels: Mapping[str, str],
    places: Mapping[str, int] | None = None,
    population: str = "",
    footnotes: Sequence[str] = (),
    source: str = "",
    stamp: str = "",
    within: str = "",
) -> Table:
    """Return a frame as a listing; one of more than fifteen rows scrolls in a region of its own.

    Parameters
    ----------
    frame
        One row per line, in the order shown; any dtypes.
    plan
        Of more subjects than it allows, the first alone are listed, and a footnote says where all are.
    plan_id, title, population, footnotes, source, stamp
        As in `Table`.
    labels
        The columns shown, in order, each with its heading; the first names the rows.
    places
        Decimal places of derived numbers; a column without stands as stored.
    within
        A column whose values each have their own first subjects.

    Returns
    -------
    Table
        Numbers as stored, dates in ISO 8601, a missing value as a dash.

    Raises
    ------
    KeyError
        The frame lacks a column that `labels` names.

    """
    absent = [name for name in labels if name not in frame.columns]
    if absent:
        present = ", ".join(map(str, frame.columns))
        raise KeyError(f"listing {plan_id}: no column {', '.join(absent)}; there are {present}")
    first, *others = labels
    columns = tuple(Column(labels[name], is_number=_is_number(frame[name])) for name in others)
    kept, note = first_subjects(frame, plan, source, within=within)
    texts = [[_shown(value, (places or {}).get(name)) for value in kept[name]] for name in labels]
    rows = tuple(
        Row(
            line[0],
            tuple(Cell(text, is_subject=name == SUBJECT) for name, text in zip(others, line[1:], strict=True)),
            is_subject=first == SUBJECT,
        )
        for line in zip(*texts, strict=True)
    )
    return Table(
        plan_id, title, labels[first], columns, rows, population=population, source=source,
        footnotes=tuple(filter(None, (note, *footnotes))), stamp=stamp, is_long=len(rows) > LONG_ROWS,
        kind="listing",
    )  # fmt: skip


def _is_number(column: pd.Series[Any]) -> bool:
    return bool(pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column))


def _shown(value: object, places: int | None) -> str:
    if value is None or value is pd.NaT or value is pd.NA or value != value:  # noqa: PLR0124 - only NaN differs from itself
        return MISSING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat() if value == value.normalize() else value.isoformat()
    if isinstance(value, int | float) or hasattr(value, "dtype"):
        number = float(value)  # type: ignore[arg-type]
        return number_text(number) if places is None else round_half_up(number, places)
    text = str(value)
    return text if text.strip() else MISSING
