"""Figures of the relapses: curves from results; SLEDAI around the stop and lanes by subject from their frames."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sap_helpers.show.cells import interval_cell, require, stat_cell
from sap_helpers.show.charts.panels import Mark, Panel, Scale, draw_panels
from sap_helpers.show.charts.steps import StepCurve, draw_steps
from sap_helpers.show.charts.style import PALETTE
from sap_helpers.show.charts.swimmer import Lane, Sign, draw_swimmer
from sap_helpers.show.display import Cell, Column, Figure, Row, Table
from sap_helpers.show.first_subjects import first_drawn, say_first
from sap_helpers.show.labels import population_label
from sap_helpers.show.listing import LONG_ROWS
from sap_helpers.show.number_format import NOT_ESTIMABLE, PERCENT, level_text
from sap_helpers.show.relapse_words import CALENDAR
from sap_helpers.show.relapses import CURVES, EVENTS, PARTICIPANTS, curve_groups, curve_table, statistics_of
from sap_helpers.show.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from sap_helpers.plan import Plan
    from sap_helpers.results import Result, Results

MARKS = {
    "reference": Mark("reference assessment", "s", PALETTE[2]),
    "relapse": Mark("relapse", "^", PALETTE[1], 6.5),
}
SIGNS = {
    "remission": Sign("below the limit", "o", PALETTE[2], 3.6),
    "active": Sign("not below it", "o", PALETTE[2], 3.6, is_filled=False),
    "stop": Sign("end of treatment", "|", "#1f2529", 8.0),
    "relapse": Sign("relapse", "^", PALETTE[1], 6.0),
}
EMPTY = "no subject stopped treatment after a remission"


def relapse_free_figure(results: Results, plan: Plan, *, stamp: str = "") -> Figure:
    """Return the Kaplan-Meier curve of the time to the first relapse, with the numbers at risk."""
    rows = require(results, CURVES, PARTICIPANTS)
    title = "Time to the first relapse"
    svg, said = _curve(rows, plan, CURVES, start=float(PERCENT), y_label="No relapse", scale=PERCENT, places=1)
    alt = f"Kaplan-Meier curve of the probability of no relapse, any rise. In percent: {said}."
    caption = f"Any rise above the reference. {_band(plan)} Log-log scale. {CALENDAR}"
    return Figure(CURVES, title, svg, alt, caption, curve_table(results, plan, CURVES, stamp=stamp), stamp=stamp)


def mean_number_figure(results: Results, plan: Plan, *, stamp: str = "") -> Figure:
    """Return the mean cumulative number of relapses per subject."""
    rows = require(results, EVENTS, PARTICIPANTS)
    svg, said = _curve(rows, plan, EVENTS, start=0.0, y_label="Relapses per subject", scale=1, places=2)
    alt = f"Mean cumulative number of relapses per subject, any rise. {said}."
    caption = f"Any rise above the reference, every relapse of a subject. {_band(plan)} Robust variance. {CALENDAR}"
    table = curve_table(results, plan, EVENTS, stamp=stamp)
    return Figure(EVENTS, "Mean number of relapses per subject", svg, alt, caption, table, stamp=stamp)


def courses_figure(frame: pd.DataFrame, plan: Plan, *, stamp: str = "") -> Figure:
    """Return SELENA-SLEDAI around the last dose, one panel a subject who stopped after a remission.

    Parameters
    ----------
    frame
        USUBJID, SINCE (days since the last dose), AVAL, KIND ("", reference or relapse), in order of time.
    plan, stamp
        As elsewhere.
    """
    rule = plan.relapse
    reach = float(rule.days_after_stop)
    known = frame.loc[frame["SINCE"].abs() <= reach]
    near, note = first_drawn(known, plan)
    subjects = {str(name): part for name, part in near.groupby("USUBJID", sort=False)}
    panels = [
        Panel(
            name, tuple(zip(part["SINCE"].astype(float), part["AVAL"].astype(float), strict=True)),
            tuple(map(str, part["KIND"])), is_bold=bool((part["KIND"] == "relapse").any()),
        )
        for name, part in subjects.items()
    ]  # fmt: skip
    top = max([*near["AVAL"].tolist(), 2.0 * rule.remission_below])
    scale = Scale((-reach, reach), (float(rule.on_treatment_days), reach), float(top), float(rule.remission_below))
    svg = draw_panels(panels, scale, MARKS, x_label="days since the last dose", y_label="SELENA-SLEDAI", empty=EMPTY)
    relapsed = [panel.title for panel in panels if panel.is_bold]
    alt = (
        f"SELENA-SLEDAI from {rule.days_after_stop} days before to {rule.days_after_stop} days after the last dose, "
        f"{len(panels)} subjects. With a relapse: {', '.join(map(visible, relapsed)) or 'none'}."
    )
    caption = (
        f"{population_label('REM')}, N = {known['USUBJID'].nunique()}. Shaded: follow-up; dashed: "
        f"{rule.remission_below} points; bold: with a relapse. {CALENDAR}"
    )
    lines = tuple(
        Row(name, (Cell(_series(part)), Cell(_relapses(part))), is_subject=True) for name, part in subjects.items()
    )
    table = Table(
        PARTICIPANTS, "SELENA-SLEDAI by days since the last dose", "Subject",
        (Column("SELENA-SLEDAI (day)", is_number=False), Column("Relapse (day)", is_number=False)), lines,
        population=population_label("REM"), source="adqs", stamp=stamp, is_long=len(lines) > LONG_ROWS,
        kind="listing",
    )  # fmt: skip
    title = "SELENA-SLEDAI around the last dose"
    return say_first(Figure(PARTICIPANTS, title, svg, alt, caption, table, stamp=stamp, is_subject_level=True), note)


def swimmer_figure(frame: pd.DataFrame, plan: Plan, *, stamp: str = "") -> Figure:
    """Return exposure, remission and relapse of every subject of the full analysis set along the study days.

    Parameters
    ----------
    frame
        USUBJID, KIND (cycle, followed, remission, active, stop, relapse), FROM, TO (study days).
    plan, stamp
        As elsewhere.
    """
    total = frame["USUBJID"].nunique()
    frame, note = first_drawn(frame, plan)
    lanes, lines = [], []
    for name, part in frame.groupby("USUBJID", sort=False):
        of = {str(kind): rows for kind, rows in part.groupby("KIND")}
        bars = _stretches(of.get("cycle"))
        followed = _stretches(of.get("followed")) or ((1.0, 1.0),)
        days = zip(part["FROM"].astype(float), part["KIND"].astype(str), strict=True)
        events = [(day, kind) for day, kind in days if kind in SIGNS]
        lanes.append(Lane(str(name), bars, followed[0], tuple(events)))
        first = {kind: of[kind]["FROM"].min() if kind in of else None for kind in ("remission", "stop")}
        cells = (
            "; ".join(f"{start:g}-{end:g}" for start, end in bars) or "none",
            *("none" if day is None else f"{day:g}" for day in first.values()),
            ", ".join(f"{day:g}" for day in of["relapse"]["FROM"]) if "relapse" in of else "none",
        )
        lines.append(Row(str(name), tuple(map(Cell, cells)), is_subject=True))
    svg = draw_swimmer(
        lanes, SIGNS, last_day=float(plan.relapse.last_day), x_label="Study day", bar_label="injections of a cycle",
        empty="no subject in the full analysis set",
    )  # fmt: skip
    kinds = {kind: frame.loc[frame["KIND"] == kind, "USUBJID"].nunique() for kind in ("remission", "stop", "relapse")}
    limit = plan.relapse.remission_below
    alt = (
        f"Cycles, assessments and relapses of {len(lanes)} subjects by study day: {kinds['remission']} had a "
        f"SELENA-SLEDAI below {limit} after day 1, {kinds['stop']} ended treatment, {kinds['relapse']} relapsed."
    )
    caption = (
        f"{population_label('FAS')}, N = {total}. Circles: assessments, filled where below {limit} points; line: "
        f"to the last assessment. {CALENDAR}"
    )
    headings = ("Cycles (study days)", f"First total below {limit}", "End of treatment", "Relapses")
    table = Table(
        PARTICIPANTS, "Exposure, remission and relapse by study day", "Subject",
        tuple(Column(text, is_number=False) for text in headings), tuple(lines), population=population_label("FAS"),
        source="adex, adqs, adsl", stamp=stamp, is_long=len(lines) > LONG_ROWS,
        kind="listing",
    )  # fmt: skip
    title = "Exposure, remission and relapse"
    return say_first(Figure(PARTICIPANTS, title, svg, alt, caption, table, stamp=stamp, is_subject_level=True), note)


def _curve(
    rows: Results, plan: Plan, analysis_id: str, *, start: float, y_label: str, scale: int, places: int
) -> tuple[bytes, str]:
    """Draw the primary reading's curve and say its numbers."""
    variable = plan.relapse.primary.variable
    at_days, steps = (curve_groups(rows.of(analysis_id), variable, group) for group in ("DAY", "STEPDAY"))
    estimate, low, high = (_numbers(steps.values(), name, scale) for name in ("estimate", "conf.low", "conf.high"))
    cells = {day: stat_cell(stats, "estimate", places, scale=scale).text for day, stats in at_days.items()}
    at_start = statistics_of(rows, "REMISSION", population="FAS")
    at_risk = (
        (0.0, stat_cell(at_start, "n", 0).text),
        *((float(day), stat_cell(stats, "n", 0).text) for day, stats in at_days.items()),
    )
    curve = StepCurve(
        np.array(list(steps), dtype=np.float64), estimate, low, high, at_risk, float(max(steps, default=0) or math.nan)
    )
    empty = next(iter(cells.values()), NOT_ESTIMABLE)
    svg = draw_steps(
        curve, start=start, x_label="Days from the reference assessment", y_label=y_label, empty=empty,
        is_percent=scale == PERCENT,
    )  # fmt: skip
    said = "; ".join(f"day {day}: {text}" + _limits(at_days[day], places, scale) for day, text in cells.items())
    return svg, said


def _limits(stats: Mapping[str, Result], places: int, scale: int) -> str:
    return "" if stats["conf.low"].stat is None else f" ({interval_cell(stats, places, scale=scale).text})"


def _numbers(groups: Iterable[Mapping[str, Result]], name: str, scale: int) -> NDArray[np.float64]:
    stats = [group[name].stat if name in group else None for group in groups]
    return np.array([math.nan if stat is None else scale * stat for stat in stats], dtype=np.float64)


def _band(plan: Plan) -> str:
    return f"Shaded: {level_text(plan.level)} interval."


def _series(part: pd.DataFrame) -> str:
    return ", ".join(f"{value:g} ({day:+d})" for value, day in zip(part["AVAL"], part["SINCE"], strict=True)) or "none"


def _relapses(part: pd.DataFrame) -> str:
    return _series(part.loc[part["KIND"] == "relapse"])


def _stretches(rows: pd.DataFrame | None) -> tuple[tuple[float, float], ...]:
    if rows is None:
        return ()
    return tuple(zip(rows["FROM"].astype(float), rows["TO"].astype(float), strict=True))
