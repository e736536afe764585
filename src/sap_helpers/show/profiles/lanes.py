"""The lanes of a profile's drawing: each gives its shapes and its height."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sap_helpers.show.profiles.scale import LEFT, RIGHT, SMALL, TYPE
from sap_helpers.show.profiles.svg import dot, label, path, rect, strokes, text_width
from sap_helpers.show.text import visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sap_helpers.plan import Plan
    from sap_helpers.show.profiles.courses import Course, Record
    from sap_helpers.show.profiles.scale import Axis

NAME_X = LEFT - 10
BAR, BAR_ROW, GAP = 8.0, 14.0, 10.0
MOST_BARS = 30
HIGHEST_GRADE = 5
STATE_SIGNS = {"response": "●", "failed": "", "event": "✕", "missing": "?", "not due": "–"}
STATE_CLASSES = {state: f"sri-{state.replace(' ', '')}" for state in STATE_SIGNS}


class Lane(NamedTuple):
    """What is drawn, and how high it is."""

    parts: list[str]
    height: float


class Bar(NamedTuple):
    """A stretch of time with its words: days, class and text; without an end it goes on."""

    first: int
    last: int | None
    kind: str
    text: str


def absent_lane(y: float, name: str, why: str) -> Lane:
    """Return a lane of words: why there is nothing to draw."""
    return Lane([_name(y + 12, name), label(LEFT, y + 12, why, "profile-quiet")], 18 + GAP)


def dose_lane(y: float, course: Course, axis: Axis) -> Lane:
    """Return a tick for every dose, a bar for an interval of dosing, and the number of each cycle at its first dose."""
    given = [dose for dose in course.doses if (dose["AVAL"] or 0) > 0 and axis.holds(dose["ADY"])]
    single = [axis.x(dose["ADY"]) for dose in given if dose["NDAYS"] == 1]
    parts = [_name(y + 20, "Injections"), strokes([(x, y + 12, x, y + 24) for x in single], "profile-dose")]
    for dose in given:
        if dose["NDAYS"] > 1:
            end = course.day_of(dose["AENDT"]) or dose["ADY"]
            start = axis.x(dose["ADY"])
            parts.append(rect(start, y + 14, max(axis.x(end) - start, 1), 8, "profile-interval"))
    starts: dict[int, int] = {}
    for dose in given:
        if dose["CYCLE"] is not None:
            starts.setdefault(dose["CYCLE"], dose["ADY"])
    parts += [label(axis.x(day), y + 8, f"cycle {cycle}", "profile-small") for cycle, day in starts.items()]
    return Lane(parts, 24 + GAP)


def line_lane(
    y: float, name: str, values: Sequence[tuple[int, float, bool]], axis: Axis, *, top: float, height: float,
    texts: Sequence[str], limit: tuple[float, str] | None = None,
) -> Lane:  # fmt: skip
    """Return a line through values with points and their numbers; values that stand for no week are hollow.

    Parameters
    ----------
    y
        Where it begins.
    values
        Day, value, whether it is the one of its week.
    top
        The highest value of its scale, whose lowest is 0.
    texts
        What stands at each value.
    limit
        A value with a dashed line, and its words.
    """
    floor, room = y + 12 + height, height / (top or 1.0)
    places = [(axis.x(day), floor - min(value, top) * room) for day, value, _ in values]
    parts = [_name(y + 12 + height / 2, name), strokes([(LEFT, floor, RIGHT, floor)], "profile-rule")]
    if limit is not None and 0 <= limit[0] <= top:
        at = floor - limit[0] * room
        parts.append(strokes([(LEFT, at, RIGHT, at)], "profile-limit"))
        parts.append(label(LEFT + 2, at - 2, limit[1], "profile-small"))
    if places:
        parts.append(path(places, "profile-line"))
    free = -1.0
    for (x, at), (_, _, is_chosen), text in zip(places, values, texts, strict=True):
        parts.append(dot(x, at, "profile-point" if is_chosen else "profile-point profile-hollow"))
        half = text_width(text, SMALL) / 2
        if x - half >= free:
            parts.append(label(x, at - 5, text, "profile-small profile-middle"))
            free = x + half + 1
    return Lane(parts, 12 + height + GAP)


def bars_lane(y: float, name: str, bars: Sequence[Bar], axis: Axis, none: str) -> Lane:
    """Return a bar a row with its words beside it; of very many bars the first, and how many more there are."""
    if not bars:
        return absent_lane(y, name, none)
    parts = [_name(y + 10, name)]
    for row, bar in enumerate(bars[:MOST_BARS]):
        parts += _bar(y + row * BAR_ROW, bar, axis)
    rows = min(len(bars), MOST_BARS)
    if len(bars) > MOST_BARS:
        parts.append(label(LEFT, y + rows * BAR_ROW + 10, f"and {len(bars) - MOST_BARS} more in the numbers below"))
        rows += 1
    return Lane(parts, rows * BAR_ROW + GAP)


def _bar(y: float, bar: Bar, axis: Axis) -> list[str]:
    start = axis.x(bar.first)
    end = RIGHT if bar.last is None else max(axis.x(bar.last), start + 3)
    text = visible(bar.text)
    needed = text_width(text, TYPE)
    drawn = [rect(start, y + 2, end - start, BAR, f"profile-bar {bar.kind}")]
    if end + 4 + needed <= RIGHT:
        return [*drawn, label(end + 4, y + 10, bar.text)]
    if start - 4 - needed >= LEFT:
        return [*drawn, label(start - 4, y + 10, bar.text, "profile-end")]
    x = max(LEFT + 4, min(start + 4, RIGHT - needed))
    return [*drawn, rect(x - 2, y, needed + 4, BAR + 4, "profile-paper"), label(x, y + 10, bar.text)]


def event_bars(course: Course, axis: Axis) -> list[Bar]:
    """Return the adverse events that touch the axis, up to a death: grade and term."""
    bars = []
    for event in course.events:
        start, end = event["ASTDY"], course.last_day(event["AENDY"])
        if start is None or start > axis.last or (end is not None and end < axis.first):
            continue
        grade = event["ATOXGRN"]
        kind = f"profile-grade{grade}" if grade is not None else "profile-ungraded"
        words = [f"grade {grade}" if grade is not None else "no grade"]
        words += [word for flag, word in (("SERFL", "serious"), ("FATALFL", "fatal")) if event[flag] == "Y"]
        bars.append(Bar(start, end, kind, f"{term_of(event)} ({', '.join(words)})"))
    return bars


def drug_bars(course: Course, axis: Axis, plan: Plan) -> list[Bar]:
    """Return rescue therapy, then background therapy, then other medication, that touch the axis, up to a death."""
    bars = []
    for drug in sorted(course.drugs, key=lambda drug: _rank(drug, plan)):
        start, end = drug["ADY"], course.last_day(course.day_of(drug["AENDT"]))
        if start is None or start > axis.last or (end is not None and end < axis.first):
            continue
        kind = ("profile-rescue", "profile-background", "profile-other")[_rank(drug, plan)]
        words = ("rescue", "", "other")[_rank(drug, plan)]
        name = drug["CMDECOD"] or drug["CMTRT"] or "unnamed"
        bars.append(Bar(start, end, kind, f"{name.capitalize()}{f' ({words})' if words else ''}"))
    return bars


def _rank(drug: Record, plan: Plan) -> int:
    if drug["CRIT1FL"] == "Y":
        return 0
    return 1 if drug["CMCAT"].strip().upper() == plan.events.background_category.upper() else 2


def term_of(event: Record) -> str:
    """Return the coded term of an event, the reported one where there is none."""
    return str(event["AEDECOD"] or event["AETERM"] or "uncoded")


def state_lane(y: float, states: Mapping[int, tuple[str, str]], axis: Axis, plan: Plan) -> Lane:
    """Return a box for every week of the response, over its window, with the sign of its state."""
    parts = [_name(y + 22, "SRI-4")]
    for week, (state, failed) in sorted(states.items()):
        first, last = plan.time.window(week)
        start, end = axis.x(first), axis.x(last + 1)
        if end <= start:
            continue
        middle, kind = (start + end) / 2, STATE_CLASSES[state]
        parts.append(label(middle, y + 8, f"week {week}", "profile-small profile-middle"))
        parts.append(rect(start + 0.5, y + 11, end - start - 1, 16, kind))
        parts.append(label(middle, y + 23, " ".join(failed) or STATE_SIGNS[state], f"profile-middle {kind}-ink"))
    return Lane(parts, 28 + GAP)


def _name(y: float, text: str) -> str:
    return label(NAME_X, y, text, "profile-end profile-name")
