"""Figures of adverse events: incidence, cumulative incidence, onset over time, events by subject, eDISH."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from sap_helpers.show.adverse_events import cumulative_table
from sap_helpers.show.adverse_labels import ANY, CATEGORIES, LOOKS, kinds, look_of
from sap_helpers.show.adverse_numbers import onsets_table, timeline_table
from sap_helpers.show.cells import count_cell, interval_cell, percent_cell, rate_cells, require, stat_cell
from sap_helpers.show.charts.forest import ForestRow, draw_forest
from sap_helpers.show.charts.incidence import RisingCurve, draw_rising
from sap_helpers.show.charts.onsets import draw_onsets
from sap_helpers.show.charts.quadrants import Scatter, draw_quadrants
from sap_helpers.show.charts.timeline import Lane, draw_timeline
from sap_helpers.show.display import Column, Figure, Row, Table
from sap_helpers.show.first_subjects import first_drawn, say_first
from sap_helpers.show.labels import population_label
from sap_helpers.show.listing import listing
from sap_helpers.show.number_format import PERCENT, level_text
from sap_helpers.show.withheld import withheld_figure

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from sap_helpers.plan import Plan
    from sap_helpers.results import Result, Results

Stats = dict[str, "Result"]
LEGEND = tuple(LOOKS.values())
INCIDENCE_TITLE, ONSET_TITLE, TIMELINE_TITLE, EDISH_TITLE = (
    "Incidence of adverse events",
    "Onset of events over time",
    "Events of every subject over time",
    "Liver values: eDISH",
)


def incidence_figure(results: Results, plan: Plan, *, stamp: str = "") -> Figure:
    """Return the incidence of every kind and category as points with exact intervals."""
    overview, categories = require(results, "AE.OVERVIEW"), require(results, "AE.AESI")
    words = kinds(plan)
    rows, said = [ForestRow("Kinds")], []
    for key, stats in overview.groups().items():
        rows.append(_forest_row(words[key.variable], stats))
        said.append((words[key.variable], stats))
    rows.append(ForestRow("Categories of the registry record"))
    for key, stats in categories.groups().items():
        if key.variable == "TEAE":
            label = CATEGORIES.get(key.group1_level, key.group1_level)
            rows.append(_forest_row(label, stats))
            said.append((label, stats))
    headings = ("n/N", "%", f"{level_text(plan.level)} CI")
    svg = draw_forest(rows, headings=headings, x_label="Subjects with an event")
    alt = f"Incidence of adverse events to day {plan.safety.last_day}. {_said(said)}"
    caption = f"{population_label('SAF')}. Points: share of subjects; bars: {level_text(plan.level)} exact interval."
    columns = tuple(Column(heading) for heading in headings)
    lines = tuple(Row(label, rate_cells(stats)) for label, stats in said)
    table = Table("AE.OVERVIEW, AE.AESI", INCIDENCE_TITLE, "Events", columns, lines, source="results.csv", stamp=stamp)
    return Figure("AE.OVERVIEW, AE.AESI", INCIDENCE_TITLE, svg, alt, caption, table, stamp=stamp)


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
    curves = [_curve(CATEGORIES.get(code, ANY), of, last[code]) for code, of in steps.items()]
    days = [day for of in steps.values() for day in of]
    end = _last_day(plan, days)
    svg = draw_rising(curves, last=float(end), x_label="Study day", y_label="Had an event")
    said = "; ".join(
        f"{CATEGORIES.get(code, ANY)}: {stat_cell(stats, 'estimate', scale=PERCENT).text}"
        for code, stats in last.items()
    )
    alt = f"Cumulative incidence in percent of a first event up to day {plan.safety.last_day}. {said}."
    caption = f"Aalen-Johansen, death competing. Shaded: {level_text(plan.level)} interval."
    table = cumulative_table(results, plan, stamp=stamp)
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
    by = {
        code: [(int(day), look_of(int(grade))) for day, grade in zip(of["ASTDY"], of["GRADE"], strict=True)]
        for code, of in ((code, onsets.loc[onsets["AESI"] == code]) for code in CATEGORIES)
    }
    design = plan.design
    starts = [cycle * design.cycle_days for cycle in range(design.max_cycles)]
    blocks = [(start + design.injection_days[0], start + design.injection_days[-1]) for start in starts]
    lines = [(f"{CATEGORIES[code]} ({len(events)})", events) for code, events in by.items()]
    svg = draw_onsets(
        lines, blocks, last=last, x_label="Study day of onset", legend=LEGEND, block_label="planned dosing"
    )
    in_block = {code: sum(any(a <= day <= b for a, b in blocks) for day, _ in events) for code, events in by.items()}
    said = "; ".join(
        f"{CATEGORIES[code]}: {len(of)}, {in_block[code]} of them in a planned block" for code, of in by.items()
    )
    table = onsets_table(onsets, stamp=stamp)
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
    dosing: dict[str, list[tuple[int, int]]] = {}
    for subject, first, end in zip(blocks["USUBJID"], blocks["FIRST"], blocks["LAST"], strict=True):
        dosing.setdefault(str(subject), []).append((int(first), int(end)))
    lanes = [_lane(str(subject), rows, dosing, last) for subject, rows in timeline.groupby("USUBJID", sort=True)]
    svg = draw_timeline(lanes, last=last, x_label="Study day", legend=LEGEND)
    events = Counter(len(lane.events) for lane in lanes)
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
    svg = draw_quadrants(plots, x_line=x_line, y_line=y_line, empty="no value")
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


def _scatter(peaks: pd.DataFrame, scale: str, title: str, plan: Plan) -> Scatter:
    rule = plan.safety.liver
    drawn = peaks.loc[(peaks[f"{scale}_T"] > 0) & (peaks[f"{scale}_B"] > 0)]
    x, y = (drawn[f"{scale}_{letter}"].to_numpy(dtype=np.float64) for letter in "TB")
    over = (x >= float(rule.transaminase_multiple)) | (y > float(rule.bilirubin_multiple))
    names = tuple(str(name) if is_over else "" for name, is_over in zip(drawn["USUBJID"], over, strict=True))
    return Scatter(title, "Highest transaminase", "Highest bilirubin", x, y, names)


def _beyond(plot: Scatter, x_line: float, y_line: float) -> str:
    high, yellow = plot.x >= x_line, plot.y > y_line
    counts = (
        (high & yellow, "both above"),
        (high & ~yellow, "transaminase alone"),
        (~high & yellow, "bilirubin alone"),
    )
    return ", ".join(f"{words} {int(holds.sum())}" for holds, words in counts)


def _lane(subject: str, rows: pd.DataFrame, dosing: dict[str, list[tuple[int, int]]], last: int) -> Lane:
    end, death = min(int(rows["RISKEND"].iloc[0]), last), float(rows["DEATH"].iloc[0])
    had = rows.loc[rows["START"].notna()]
    events = tuple(
        (int(first), end if math.isnan(until) else int(until), look_of(int(grade)))
        for first, until, grade in zip(had["START"], had["END"], had["GRADE"], strict=True)
    )
    return Lane(subject, tuple(dosing.get(subject, ())), events, end, 0 if math.isnan(death) else int(death))


def _last_day(plan: Plan, days: Iterable[float]) -> int:
    """Return the last day drawn: the last safety day; where that is far off, that of the last event."""
    planned = plan.design.cycle_days * (plan.design.max_cycles + 1)
    return min(plan.safety.last_day, max([planned, *(int(day) for day in days)]))


def _curve(title: str, steps: dict[int, Stats], at_end: Stats) -> RisingCurve:
    estimate, low, high = (_percents(steps, name) for name in ("estimate", "conf.low", "conf.high"))
    empty = "" if steps else ("no event" if at_end["n"].stat is not None else at_end["n"].note)
    return RisingCurve(title, np.array(list(steps), dtype=np.float64), estimate, low, high, empty)


def _percents(steps: dict[int, Stats], name: str) -> np.ndarray:
    stats = [of[name].stat for of in steps.values()]
    return np.array([math.nan if stat is None else PERCENT * stat for stat in stats], dtype=np.float64)


def _forest_row(label: str, stats: Stats) -> ForestRow:
    texts = (count_cell(stats).text, percent_cell(stats).text, interval_cell(stats).text)
    numbers = [stats[name].stat for name in ("p", "conf.low", "conf.high")]
    estimate, low, high = (math.nan if stat is None else PERCENT * float(stat) for stat in numbers)
    if stats["p"].stat is None:
        texts = (percent_cell(stats).text, "", "")
    return ForestRow(label, estimate, low, high, texts, is_indented=True)


def _said(entries: list[tuple[str, Stats]]) -> str:
    parts = []
    for label, stats in entries:
        share = percent_cell(stats).text
        if stats["p"].stat is None:
            parts.append(f"{label}: {share}")
        else:
            parts.append(f"{label}: {count_cell(stats).text}, {share}%, interval {interval_cell(stats).text}")
    return "; ".join(parts) + "."
