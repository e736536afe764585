"""The summary's figures: the interval of every key figure, rates on one scale and changes each on its own."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from sap_helpers.show.cells import BESIDE
from sap_helpers.show.charts.intervals import PERCENT_AXIS, ForestAxis, ForestRow, draw_forest
from sap_helpers.show.display import Figure
from sap_helpers.show.figure_parts import LIMITS, numbers
from sap_helpers.show.number_format import PERCENT, level_text
from sap_helpers.show.registry import outcomes, outcomes_table

if TYPE_CHECKING:
    from sap_helpers.plan import Plan
    from sap_helpers.results import Results
    from sap_helpers.show.registry import KeyFigure, Outcome

# every change reaches from one end to the other of a scale of its own
OWN_SCALE = ForestAxis(-1.05, 1.05, ((0.0, "no change"),))


def rates_figure(results: Results, plan: Plan, *, stamp: str = "") -> Figure:
    """Return the forest plot of the key figures that are rates."""
    level = level_text(plan.level)
    return _figure(
        "Rates", f"Percent of the subjects due; bars: exact {level} interval.", results, plan, stamp, is_rate=True
    )


def changes_figure(results: Results, plan: Plan, *, stamp: str = "") -> Figure:
    """Return the forest plot of the key figures that are changes."""
    caption = (
        "Each change on a scale of its own, as long as its far end; dashed line: no change; bars: "
        f"{level_text(plan.level)} interval. Lengths of different rows cannot be compared; the numbers stand beside."
    )
    return _figure("Changes", caption, results, plan, stamp, is_rate=False)


def _figure(what: str, caption: str, results: Results, plan: Plan, stamp: str, *, is_rate: bool) -> Figure:
    found = [part for outcome in outcomes(results, plan) if (part := _of_kind(outcome, is_rate=is_rate)).figures]
    rows = [row for outcome in found for row in _rows(outcome)]
    axis, x_label, reference = (
        (PERCENT_AXIS, "Subjects", math.nan) if is_rate else (OWN_SCALE, "Change, own scale", 0.0)
    )
    headings = ("n/N", "%" if is_rate else "Mean", f"{level_text(plan.level)} CI")
    svg = draw_forest(rows, headings=headings, x_label=x_label, reference=reference, axis=axis)
    said = "; ".join(f"{row.label}: {', '.join(row.texts)}" for row in rows if row.texts)
    title = f"{what} of the registry outcomes"
    table = outcomes_table(results, plan, stamp=stamp)
    return Figure("SUMMARY", title, svg, f"{title}. {said or 'None in this report'}.", caption, table, stamp=stamp)


def _of_kind(outcome: Outcome, *, is_rate: bool) -> Outcome:
    return replace(outcome, figures=tuple(figure for figure in outcome.figures if figure.is_rate == is_rate))


def _rows(outcome: Outcome) -> list[ForestRow]:
    times = Counter(figure.label for figure in outcome.figures)
    labels = [f"{f.label} ({f.population})" if times[f.label] > 1 else f.label for f in outcome.figures]
    return [ForestRow(outcome.title), *map(_row, outcome.figures, labels)]


def _row(figure: KeyFigure, label: str) -> ForestRow:
    names = ("p" if figure.is_rate else "estimate", *LIMITS[1:])
    estimate, low, high = (float(numbers([figure.stats], name)[0]) for name in names)
    scale = PERCENT if figure.is_rate else _own_scale(estimate, low, high)
    is_main = "(primary)" in figure.label
    return ForestRow(
        label, estimate * scale, low * scale, high * scale, _texts(figure), is_main=is_main, is_indented=True
    )


def _own_scale(*numbers: float) -> float:
    """Return what brings the number farthest from zero to one."""
    farthest = max((abs(number) for number in numbers if math.isfinite(number)), default=0.0)
    return 1 / farthest if farthest else 1.0


def _texts(figure: KeyFigure) -> tuple[str, ...]:
    """Return count, estimate and interval as in the table; a reason stands once, beside the count."""
    _, count, estimate, interval, _ = (cell.text for cell in figure.cells)
    return (count, *(text for text in (estimate, interval) if text != BESIDE))
