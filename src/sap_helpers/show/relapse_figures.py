"""Figures of the relapses: curves from results; SLEDAI around the stop and lanes by subject from their frames."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sap_helpers.show.cells import require, stat_cell
from sap_helpers.show.charts.curves import draw_curve
from sap_helpers.show.charts.lanes import Lane, draw_lanes
from sap_helpers.show.charts.lines import Scale, draw_panels
from sap_helpers.show.charts.style import INK, MUTED, PALETTE, Look
from sap_helpers.show.display import Figure
from sap_helpers.show.figure_parts import say_days, step_curve, subject_table
from sap_helpers.show.first_subjects import first_drawn, say_first
from sap_helpers.show.labels import population_label
from sap_helpers.show.lookup import curve_groups, statistics_of
from sap_helpers.show.number_format import NOT_ESTIMABLE, PERCENT, level_text
from sap_helpers.show.relapse_words import CALENDAR
from sap_helpers.show.tables import make_table
from sap_helpers.show.text import visible

if TYPE_CHECKING:
    import pandas as pd

    from sap_helpers.plan import Plan
    from sap_helpers.results import Results

MARKS = {
    "reference": Look("reference assessment", PALETTE[2], "s"),
    "relapse": Look("relapse", PALETTE[1], "^", 6.5),
}
LOOKS = {
    "followed": Look("", MUTED, bar=0.8),
    "cycle": Look("injections of a cycle", "#a9cbe3", bar=8.5),
    "remission": Look("below the limit", PALETTE[2], "o", 4.2),
    "active": Look("not below it", PALETTE[2], "o", 3.6, is_filled=False),
    "stop": Look("end of treatment", INK, "|", 8.0),
    "relapse": Look("relapse", PALETTE[1], "^", 6.0),
}
EMPTY = "no subject stopped treatment after a remission"


def relapse_free_figure(results: Results, plan: Plan, *, stamp: str = "") -> Figure:
    """Return the Kaplan-Meier curve of the time to the first relapse, with the numbers at risk."""
    rows = require(results, "REL.KM", "REL.PARTICIPANTS")
    title = "Time to the first relapse"
    svg, said = _curve(rows, plan, "REL.KM", start=float(PERCENT), y_label="No relapse", scale=PERCENT, places=1)
    alt = f"Kaplan-Meier curve of the probability of no relapse, any rise. In percent: {said}."
    caption = f"Any rise above the reference. {_band(plan)} Log-log scale. {CALENDAR}"
    return Figure("REL.KM", title, svg, alt, caption, make_table("REL.KM", results, plan, stamp=stamp), stamp=stamp)


def mean_number_figure(results: Results, plan: Plan, *, stamp: str = "") -> Figure:
    """Return the mean cumulative number of relapses per subject."""
    rows = require(results, "REL.EVENTS", "REL.PARTICIPANTS")
    svg, said = _curve(rows, plan, "REL.EVENTS", start=0.0, y_label="Relapses per subject", scale=1, places=2)
    alt = f"Mean cumulative number of relapses per subject, any rise. {said}."
    caption = f"Any rise above the reference, every relapse of a subject. {_band(plan)} Robust variance. {CALENDAR}"
    table = make_table("REL.EVENTS.MEAN", results, plan, stamp=stamp)
    return Figure("REL.EVENTS", "Mean number of relapses per subject", svg, alt, caption, table, stamp=stamp)


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
    top = max([*near["AVAL"].tolist(), 2.0 * rule.remission_below])
    scale = Scale((-reach, reach), (float(rule.on_treatment_days), reach), float(top), float(rule.remission_below))
    relapsed = [name for name, part in subjects.items() if (part["KIND"] == "relapse").any()]
    svg = draw_panels(
        near, scale, MARKS, bold=relapsed, x_label="days since the last dose", y_label="SELENA-SLEDAI", empty=EMPTY
    )
    alt = (
        f"SELENA-SLEDAI from {rule.days_after_stop} days before to {rule.days_after_stop} days after the last dose, "
        f"{len(subjects)} subjects. With a relapse: {', '.join(map(visible, relapsed)) or 'none'}."
    )
    caption = (
        f"{population_label('REM')}, N = {known['USUBJID'].nunique()}. Shaded: follow-up; dashed: "
        f"{rule.remission_below} points; bold: with a relapse. {CALENDAR}"
    )
    table = subject_table(
        "REL.PARTICIPANTS", "SELENA-SLEDAI by days since the last dose", ("SELENA-SLEDAI (day)", "Relapse (day)"),
        {name: (_series(part), _series(part.loc[part["KIND"] == "relapse"])) for name, part in subjects.items()},
        population=population_label("REM"), source="adqs", stamp=stamp,
    )  # fmt: skip
    title = "SELENA-SLEDAI around the last dose"
    return say_first(
        Figure("REL.PARTICIPANTS", title, svg, alt, caption, table, stamp=stamp, is_subject_level=True), note
    )


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
    lanes, lines = [], {}
    for name, part in frame.groupby("USUBJID", sort=False):
        of = {str(kind): rows for kind, rows in part.groupby("KIND")}
        bars = zip(of["cycle"]["FROM"], of["cycle"]["TO"], strict=True) if "cycle" in of else ()
        lanes.append(Lane(str(name), tuple(zip(part["FROM"], part["TO"], part["KIND"], strict=True))))
        first = {kind: of[kind]["FROM"].min() if kind in of else None for kind in ("remission", "stop")}
        lines[str(name)] = (
            "; ".join(f"{start:g}-{end:g}" for start, end in bars) or "none",
            *("none" if day is None else f"{day:g}" for day in first.values()),
            ", ".join(f"{day:g}" for day in of["relapse"]["FROM"]) if "relapse" in of else "none",
        )
    last, empty = float(plan.relapse.last_day), "no subject in the full analysis set"
    svg = draw_lanes(lanes, LOOKS, last=last, x_label="Study day", empty=empty)
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
    table = subject_table(
        "REL.PARTICIPANTS", "Exposure, remission and relapse by study day", headings, lines,
        population=population_label("FAS"), source="adex, adqs, adsl", stamp=stamp,
    )  # fmt: skip
    title = "Exposure, remission and relapse"
    return say_first(
        Figure("REL.PARTICIPANTS", title, svg, alt, caption, table, stamp=stamp, is_subject_level=True), note
    )


def _curve(
    rows: Results, plan: Plan, analysis_id: str, *, start: float, y_label: str, scale: int, places: int
) -> tuple[bytes, str]:
    """Draw the primary reading's curve and say its numbers."""
    variable = plan.relapse.primary.variable
    at_days, steps = (curve_groups(rows.of(analysis_id), variable, group) for group in ("DAY", "STEPDAY"))
    reasons = (stat_cell(stats, "estimate", places, scale=scale).text for stats in at_days.values())
    at_start = statistics_of(rows, "REMISSION", population="FAS")
    at_risk = (
        (0.0, stat_cell(at_start, "n", 0).text),
        *((float(day), stat_cell(stats, "n", 0).text) for day, stats in at_days.items()),
    )
    curve = step_curve(
        steps, scale, at_risk=at_risk, until=float(max(steps, default=0) or math.nan),
        empty=next(reasons, NOT_ESTIMABLE),
    )  # fmt: skip
    x_label = "Days from the reference assessment"
    svg = draw_curve(curve, start=start, x_label=x_label, y_label=y_label, is_percent=scale == PERCENT)
    return svg, say_days(at_days, places, scale)


def _band(plan: Plan) -> str:
    return f"Shaded: {level_text(plan.level)} interval."


def _series(part: pd.DataFrame) -> str:
    return ", ".join(f"{value:g} ({day:+d})" for value, day in zip(part["AVAL"], part["SINCE"], strict=True)) or "none"
