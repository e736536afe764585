"""Figures of adverse events: incidence, cumulative incidence, onset over time, events by subject, eDISH."""

from __future__ import annotations

import math
import textwrap
from collections import Counter
from itertools import repeat
from typing import TYPE_CHECKING

import numpy as np

from sap_helpers.show.adverse_labels import LOOKS, look_of
from sap_helpers.show.adverse_numbers import onsets_table, timeline_table
from sap_helpers.show.cells import rate_cells, require, stat_cell
from sap_helpers.show.charts.curves import draw_small_curves
from sap_helpers.show.charts.intervals import ForestRow, draw_forest
from sap_helpers.show.charts.lanes import Lane, draw_lanes
from sap_helpers.show.charts.scatter import ScatterPanel, draw_scatters
from sap_helpers.show.charts.style import INK, MUTED, RULE, Look
from sap_helpers.show.display import Column, Figure, Row, Table
from sap_helpers.show.figure_parts import rate_row, say_rates, step_curve
from sap_helpers.show.first_subjects import first_drawn, say_first
from sap_helpers.show.labels import population_label
from sap_helpers.show.listing import listing
from sap_helpers.show.number_format import PERCENT, level_text
from sap_helpers.show.tables import make_table
from sap_helpers.show.withheld import withheld_figure
from sap_helpers.show.words import vocabulary, word

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from sap_helpers.plan import Plan
    from sap_helpers.results import Result, Results
    from sap_helpers.show.charts.curves import Curve

NAME_WIDTH = 22
Stats = dict[str, "Result"]
TIMELINE = {
    "dosing": Look("dosing", "#d3e2ec", bar=8),
    "risk": Look("", RULE, bar=0.8),
    "end": Look("end of risk", MUTED, "|", 6),
    **LOOKS,
    "death": Look("death", INK, "X", 6),
}
INCIDENCE_TITLE, ONSET_TITLE, TIMELINE_TITLE, EDISH_TITLE = (
    "Incidence of adverse events",
    "Onset of events over time",
    "Events of every subject over time",
    "Liver values: eDISH",
)


def incidence_figure(results: Results, plan: Plan, *, stamp: str = "") -> Figure:
    """Return the incidence of every kind and category as points with exact intervals."""
    overview, categories = require(results, "AE.OVERVIEW"), require(results, "AE.AESI")
    words = vocabulary("kinds", plan)
    said = []
    for key, stats in overview.groups().items():
        said.append((words[key.variable], stats))
    rows = [ForestRow("Kinds"), *(rate_row(label, stats, is_indented=True) for label, stats in said)]
    rows.append(ForestRow("Categories of the registry record"))
    for key, stats in categories.groups().items():
        if key.variable == "TEAE":
            label = word("categories", key.group1_level, plan)
            rows.append(rate_row(label, stats, is_indented=True))
            said.append((label, stats))
    headings = ("n/N", "%", f"{level_text(plan.level)} CI")
    svg = draw_forest(rows, headings=headings, x_label="Subjects with an event")
    alt = f"Incidence of adverse events to day {plan.safety.last_day}. {say_rates(said)}"
    caption = f"{population_label('SAF')}. Points: share of subjects; bars: {level_text(plan.level)} exact interval."
    columns = tuple(Column(heading) for heading in headings)
    lines = tuple(Row(label, rate_cells(stats)) for label, stats in said)
    table = Table("AE.OVERVIEW, AE.AESI", INCIDENCE_TITLE, "Events", columns, lines, source="results.csv", stamp=stamp)
    return Figure("AE.OVERVIEW, AE.AESI", INCIDENCE_TITLE, svg, alt, caption, table, stamp=stamp)


def _name(code: str, plan: Plan) -> str:
    return word("categories", code, plan) if code else word("kinds", "ANY", plan)


def cumulative_figure(results: Results, plan: Plan, *, stamp: str = "") -> Figure:
    """Return the cumulative incidence of any event and of each category."""
    rows = require(results, "AE.CUMULATIVE")
    steps: dict[str, dict[int, Stats]] = {}
    last: dict[str, Stats] = {}
    for key, stats in rows.groups().items():
        steps.setdefault(key.group1_level, {})
        if key.group2 == "STEPDAY":
            steps[key.group1_level][int(key.group2_level)] = stats
        elif not key.group2:
            last[key.group1_level] = stats
    curves = [_curve(_name(code, plan), of, last[code]) for code, of in steps.items()]
    days = [day for of in steps.values() for day in of]
    end = _last_day(plan, days)
    svg = draw_small_curves(curves, last=float(end), x_label="Study day", y_label="Had an event")
    said = "; ".join(
        f"{_name(code, plan)}: {stat_cell(stats, 'estimate', scale=PERCENT).text}" for code, stats in last.items()
    )
    alt = f"Cumulative incidence in percent of a first event up to day {plan.safety.last_day}. {said}."
    caption = f"Aalen-Johansen, death competing. Shaded: {level_text(plan.level)} interval."
    table = make_table("AE.CUMULATIVE", results, plan, stamp=stamp)
    return Figure("AE.CUMULATIVE", "Cumulative incidence of the first event", svg, alt, caption, table, stamp=stamp)


def onset_figure(onsets: pd.DataFrame, plan: Plan, *, why: str = "", stamp: str = "") -> Figure:
    """Return the onset of every event by category over the planned blocks of dosing.

    Parameters
    ----------
    onsets
        USUBJID, AESI (code), ASTDY, GRADE (0 for none): one row per event and category.
    plan
        The plan in force.
    why
        Why the cut does not tell, if so.
    stamp
        The stamp of the cut.
    """
    if why:
        return withheld_figure("AE.AESI", ONSET_TITLE, why, stamp=stamp)
    last = _last_day(plan, onsets["ASTDY"])
    onsets, note = first_drawn(onsets, plan)
    by = {code: onsets.loc[onsets["AESI"] == code] for code in vocabulary("categories", plan)}
    design = plan.design
    starts = [cycle * design.cycle_days for cycle in range(design.max_cycles)]
    blocks = [(start + design.injection_days[0], start + design.injection_days[-1]) for start in starts]
    lanes = [
        Lane(
            textwrap.fill(f"{_name(code, plan)} ({len(of)})", NAME_WIDTH),
            tuple((day, day, look_of(int(grade))) for day, grade in zip(of["ASTDY"], of["GRADE"], strict=True)),
        )
        for code, of in by.items()
    ]
    svg = draw_lanes(
        lanes, LOOKS, last=last, x_label="Study day of onset", shaded=blocks, shaded_label="planned dosing",
        is_stacked=True,
    )  # fmt: skip
    in_block = {code: sum(any(a <= day <= b for a, b in blocks) for day in of["ASTDY"]) for code, of in by.items()}
    said = "; ".join(
        f"{_name(code, plan)}: {len(of)}, {in_block[code]} of them in a planned block" for code, of in by.items()
    )
    table = onsets_table(onsets, plan, stamp=stamp)
    caption = "One point per event and category; points of neighbouring days are stacked. Shaded: dosing as planned."
    alt = f"Number of emergent events by category over study days 1 to {last}. {said}."
    figure = Figure("AE.AESI", ONSET_TITLE, svg, alt, caption, table, stamp=stamp, is_subject_level=True)
    return say_first(figure, note)


def timeline_figure(
    timeline: pd.DataFrame, blocks: pd.DataFrame, plan: Plan, *, why: str = "", stamp: str = ""
) -> Figure:
    """Return the events of every subject over time with the dosing that it had.

    Parameters
    ----------
    timeline
        USUBJID, RISKEND, DEATH, START, END, GRADE, SERFL, AEDECOD: one row per event, START missing for a subject
        without any.
    blocks
        USUBJID, FIRST, LAST: days with dosing.
    plan
        The plan in force.
    why
        Why the cut does not tell, if so.
    stamp
        The stamp of the cut.
    """
    if why:
        return withheld_figure("AE.LISTING", TIMELINE_TITLE, why, stamp=stamp)
    last = _last_day(plan, timeline["START"].dropna())
    timeline, note = first_drawn(timeline, plan)
    dosing = dict(list(blocks.groupby("USUBJID")))
    lanes = [
        _lane(str(subject), rows, dosing.get(subject), last) for subject, rows in timeline.groupby("USUBJID", sort=True)
    ]
    svg = draw_lanes(lanes, TIMELINE, last=last, x_label="Study day", empty="no subject treated")
    events = Counter(timeline.groupby("USUBJID")["START"].count())
    said = ", ".join(f"{count} with {number}" for number, count in sorted(events.items())) or "none"
    alt = f"Events of {len(lanes)} treated subjects over study days 1 to {last}. Subjects by number of events: {said}."
    table = timeline_table(timeline, stamp=stamp)
    caption = "Marker: onset, by grade; line: up to the end, or to the end of the time at risk where it goes on."
    figure = Figure("AE.LISTING", TIMELINE_TITLE, svg, alt, caption, table, stamp=stamp, is_subject_level=True)
    return say_first(figure, note)


def edish_figure(peaks: pd.DataFrame, plan: Plan, *, why: str = "", stamp: str = "") -> Figure:
    """Return the highest transaminase against the highest bilirubin, in multiples of limit and of baseline.

    Parameters
    ----------
    peaks
        USUBJID, XULN_T, XULN_B, XBASE_T, XBASE_B, HYS_LAW.
    plan
        The plan in force.
    why
        Why the cut does not tell, if so.
    stamp
        The stamp of the cut.
    """
    if why:
        return withheld_figure("AE.LIVER", EDISH_TITLE, why, stamp=stamp)
    peaks, note = first_drawn(peaks, plan)
    rule = plan.safety.liver
    x_line, y_line = float(rule.transaminase_multiple), float(rule.bilirubin_multiple)
    scales = (("XULN", "Times the upper limit"), ("XBASE", "Times the own baseline"))
    plots = [_scatter(peaks, scale, title, plan) for scale, title in scales]
    svg = draw_scatters(plots, x_line=x_line, y_line=y_line, is_log=True)
    said = "; ".join(f"{plot.title}: {_beyond(plot, x_line, y_line)}" for plot in plots)
    alt = f"Highest transaminase and bilirubin after baseline of {len(peaks)} subjects. {said}."
    names = {"XULN_T": "Transaminase, times limit", "XULN_B": "Bilirubin, times limit",
             "XBASE_T": "Transaminase, times baseline", "XBASE_B": "Bilirubin, times baseline"}  # fmt: skip
    labels = {"USUBJID": "Subject", **names, "HYS_LAW": "Candidate"}
    places = dict.fromkeys(names, 2)
    title = "Highest liver values"
    table = listing(
        peaks, plan, plan_id="AE.LIVER", title=title, labels=labels, places=places, source="adlb", stamp=stamp
    )
    caption = (
        f"Higher of {' and '.join(rule.transaminases)} against bilirubin, each at its own peak. Dashed: "
        f"{rule.transaminase_multiple} times (transaminase) and {rule.bilirubin_multiple} times (bilirubin)."
    )
    figure = Figure("AE.LIVER", EDISH_TITLE, svg, alt, caption, table, stamp=stamp, is_subject_level=True)
    return say_first(figure, note)


def _scatter(peaks: pd.DataFrame, scale: str, title: str, plan: Plan) -> ScatterPanel:
    rule = plan.safety.liver
    drawn = peaks.loc[(peaks[f"{scale}_T"] > 0) & (peaks[f"{scale}_B"] > 0)]
    x, y = (drawn[f"{scale}_{letter}"].to_numpy(dtype=np.float64) for letter in "TB")
    over = (x >= float(rule.transaminase_multiple)) | (y > float(rule.bilirubin_multiple))
    names = tuple(str(name) if is_over else "" for name, is_over in zip(drawn["USUBJID"], over, strict=True))
    return ScatterPanel(title, "Highest transaminase", "Highest bilirubin", x, y, names, empty="no value")


def _beyond(plot: ScatterPanel, x_line: float, y_line: float) -> str:
    high, yellow = plot.x >= x_line, plot.y > y_line
    counts = (
        (high & yellow, "both above"),
        (high & ~yellow, "transaminase alone"),
        (~high & yellow, "bilirubin alone"),
    )
    return ", ".join(f"{words} {int(holds.sum())}" for holds, words in counts)


def _lane(subject: str, rows: pd.DataFrame, dosing: pd.DataFrame | None, last: int) -> Lane:
    """Return what a subject's lane holds: dosing, the time at risk and its end, events, a death."""
    end, death = min(int(rows["RISKEND"].iloc[0]), last), float(rows["DEATH"].iloc[0])
    events = [(1.0, float(end), "risk"), (float(end), float(end), "end")]
    if dosing is not None:
        events += zip(dosing["FIRST"], dosing["LAST"], repeat("dosing"))
    had = rows.loc[rows["START"].notna()]
    events += [
        (first, until, look_of(int(grade)))
        for first, until, grade in zip(had["START"], had["END"].fillna(end), had["GRADE"], strict=True)
    ]
    return Lane(subject, tuple(events if math.isnan(death) else [*events, (death, death, "death")]))


def _last_day(plan: Plan, days: Iterable[float]) -> int:
    """Return the last day drawn: the last safety day; where that is far off, that of the last event."""
    planned = plan.design.cycle_days * (plan.design.max_cycles + 1)
    return min(plan.safety.last_day, max([planned, *(int(day) for day in days)]))


def _curve(title: str, steps: dict[int, Stats], at_end: Stats) -> Curve:
    empty = "no event" if at_end["n"].stat is not None else at_end["n"].note
    return step_curve(steps, PERCENT, title=title, empty=empty)
