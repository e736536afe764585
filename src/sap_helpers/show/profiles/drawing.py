"""The drawing of one subject's course: lanes one below the other on a common time axis, and its words."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from sap_helpers.results import number_text
from sap_helpers.show.profiles.courses import value_text
from sap_helpers.show.profiles.lanes import (
    Lane,
    absent_lane,
    bars_lane,
    dose_lane,
    drug_bars,
    event_bars,
    line_lane,
    state_lane,
)
from sap_helpers.show.profiles.scale import LEFT, RIGHT, TYPE, WIDTH, shown_values
from sap_helpers.show.profiles.svg import document, label, strokes, text_width

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sap_helpers.plan import Plan
    from sap_helpers.show.profiles.courses import Course, Record
    from sap_helpers.show.profiles.scale import Axis

INDEX_HEIGHT, PGA_HEIGHT, CELL_HEIGHT = 78.0, 34.0, 34.0
MARK_ROW = 13.0


class Mark(NamedTuple):
    """A day on which something happened, marked across the lanes."""

    day: int
    text: str
    kind: str


def draw_course(course: Course, axis: Axis, plan: Plan, absent: Mapping[str, str]) -> str:
    """Return the drawing of a treated subject as SVG.

    Parameters
    ----------
    course
        The subject.
    axis
        The axis that all drawings share.
    plan
        The plan in force.
    absent
        Why a domain ("qs", "cp", "ae", "cm") or the response ("sri") is not available, "" where it is.
    """
    marks = marks_of(course, axis)
    y = MARK_ROW * len(marks) + 6
    lanes_from = y
    parts: list[str] = []
    for lane in _lanes(course, axis, plan, absent):
        drawn, height = lane(y)
        parts += drawn
        y += height
    y -= 4
    words = words_of(course, marks, absent)
    return document(WIDTH, y + 28, words, [*_frame(axis, lanes_from, y), *_marks(marks, axis, y), *parts])


def marks_of(course: Course, axis: Axis) -> list[Mark]:
    """Return what ended or changed the treatment, in order of time."""
    subject = course.subject
    ends = [
        ("STOPDT", f"treatment stopped early: {(subject['STOPRSN'] or 'no reason').lower()}", "profile-stop"),
        ("RESCDT", "rescue therapy", "profile-stop"),
        ("DTHDT", "death", "profile-death"),
    ]
    if subject["STOPDT"] is None:
        ends.append(("EOTDT", f"end of treatment: {(subject['EOTDECOD'] or 'no reason').lower()}", "profile-ended"))
    days = [(course.day_of(subject[name]), text, kind) for name, text, kind in ends]
    return sorted(Mark(day, text, kind) for day, text, kind in days if day is not None and axis.holds(day))


def words_of(course: Course, marks: list[Mark], absent: Mapping[str, str]) -> str:
    """Return the drawing in words, made of its numbers."""
    parts = [f"Course of {course.name} by study day"]
    for name, key, records in (("SELENA-SLEDAI", "qs", course.index), ("PGA", "qs", course.pga)):
        parts.append(f"{name}: {absent[key] or _said(records)}")
    parts += [f"{code}: {_said(records)}" for code, records in course.cells.items()]
    if absent["cp"]:
        parts.append(f"Cells: {absent['cp']}")
    states = ", ".join(f"week {week} {state}" for week, (state, _) in sorted(course.states.items()))
    parts.append(f"SRI-4: {absent['sri'] or states or 'none'}")
    doses = sum((dose["AVAL"] or 0) > 0 for dose in course.doses)
    parts.append(f"{doses} records of dosing, {len(course.events)} adverse events, {len(course.drugs)} medications")
    parts += [f"day {mark.day} {mark.text}" for mark in marks]
    return "; ".join(parts) + "."


def _said(records: list[Record]) -> str:
    known = [record for record in records if record["AVAL"] is not None and record["ADY"] is not None]
    return ", ".join(f"day {record['ADY']} {value_text(record)}" for record in known) or "none"


def _lanes(course: Course, axis: Axis, plan: Plan, absent: Mapping[str, str]) -> Iterator[Callable[[float], Lane]]:
    """Yield the lanes from top to bottom, each as a function of where it begins."""
    yield lambda y: dose_lane(y, course, axis)
    if absent["qs"]:
        yield lambda y: absent_lane(y, "SELENA-SLEDAI", absent["qs"])
        yield lambda y: absent_lane(y, "PGA", absent["qs"])
    else:
        yield lambda y: _index_lane(y, course, axis, plan)
        top = float(plan.instruments.pga.maximum)
        yield lambda y: _value_lane(y, "PGA", course.pga, axis, top=top, height=PGA_HEIGHT)
    if absent["cp"]:
        yield lambda y: absent_lane(y, "Cells", absent["cp"])
    elif not course.cells:
        yield lambda y: absent_lane(y, "Cells", "none measured")
    names = {cell.code: f"{cell.short}, {plan.immunology.unit}" for cell in plan.immunology.cells}
    for code, records in course.cells.items():
        yield partial(_cell_lane, names.get(code, code), records, axis)
    yield lambda y: bars_lane(y, "Adverse events", event_bars(course, axis), axis, absent["ae"] or "none")
    yield lambda y: bars_lane(y, "Medication", drug_bars(course, axis, plan), axis, absent["cm"] or "none")
    if absent["sri"]:
        yield lambda y: absent_lane(y, "SRI-4", absent["sri"])
    else:
        yield lambda y: state_lane(y, course.states, axis, plan)


def _index_lane(y: float, course: Course, axis: Axis, plan: Plan) -> Lane:
    """Return the totals, with the one that a response asks for."""
    base, fall = course.subject["SLEDBL"], plan.sri.analyses[0].reduction
    limit = None if base is None else (base - fall, f"baseline − {fall}")
    values = shown_values(course.index, axis)
    texts = [number_text(value) for _, value, _ in values]
    return line_lane(
        y, "SELENA-SLEDAI", values, axis, top=axis.top, height=INDEX_HEIGHT, texts=texts, limit=limit
    )  # fmt: skip


def _cell_lane(name: str, records: list[Record], axis: Axis, y: float) -> Lane:
    top = max((value for _, value, _ in shown_values(records, axis)), default=1.0)
    return _value_lane(y, name, records, axis, top=top, height=CELL_HEIGHT)


def _value_lane(y: float, name: str, records: list[Record], axis: Axis, *, top: float, height: float) -> Lane:
    values = shown_values(records, axis)
    texts = [value_text(record) for record in records if record["AVAL"] is not None and axis.holds(record["ADY"])]
    if not values:
        return absent_lane(y, name, "none measured")
    return line_lane(y, name, values, axis, top=top, height=height, texts=texts)


def _frame(axis: Axis, top: float, bottom: float) -> list[str]:
    """Return the grid of days, with days and weeks below it."""
    ticks = [(axis.x(day), day) for day in axis.ticks]
    parts = [strokes([(x, top, x, bottom) for x, _ in ticks], "profile-grid")]
    parts += [label(x, bottom + 11, str(day), "profile-small profile-middle") for x, day in ticks]
    parts += [label(x, bottom + 22, f"wk {(day - 1) // 7}", "profile-small profile-middle") for x, day in ticks]
    return [*parts, label(LEFT - 10, bottom + 11, "study day", "profile-small profile-end")]


def _marks(marks: list[Mark], axis: Axis, bottom: float) -> list[str]:
    """Return a line across the lanes for every mark, its words above."""
    parts = []
    for row, mark in enumerate(marks):
        x, y = axis.x(mark.day), MARK_ROW * (row + 1) - 3
        text = f"day {mark.day}: {mark.text}"
        is_left = x + 4 + text_width(text, TYPE) > RIGHT
        parts.append(strokes([(x, y - 8, x, bottom)], mark.kind))
        parts.append(label(x - 4 if is_left else x + 4, y, text, "profile-end" if is_left else ""))
    return parts
