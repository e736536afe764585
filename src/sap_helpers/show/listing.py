"""Listings: subject-level frames as tables of escaped text, in their own order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from sap_helpers.results import number_text
from sap_helpers.show.display import Cell, Column, Row, Table
from sap_helpers.show.first_subjects import first_subjects
from sap_helpers.show.number_format import round_half_up

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sap_helpers.plan import Plan

LONG_ROWS = 15
MISSING = "–"
SUBJECT = "USUBJID"


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
