"""Figures of the primary outcome: drawn from results, described in words made of their numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sap_helpers.show.cells import BESIDE, count_cell, interval_cell, percent_cell, require, stat_cell
from sap_helpers.show.charts.forest import ForestRow, draw_forest
from sap_helpers.show.charts.intervals import Series, draw_grouped_intervals, draw_intervals
from sap_helpers.show.charts.steps import StepCurve, draw_steps
from sap_helpers.show.display import Figure
from sap_helpers.show.labels import variable_label
from sap_helpers.show.lookup import subgroups
from sap_helpers.show.notes import due_at_key_week
from sap_helpers.show.number_format import NOT_ESTIMABLE, PERCENT, level_text
from sap_helpers.show.special import week_analyses
from sap_helpers.show.tables import make_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from sap_helpers.plan import Plan
    from sap_helpers.results import Result, Results

Stats = dict[str, "Result"]


def response_figure(results: Results, plan: Plan, *, stamp: str = "") -> Figure:
    """Return the response by week with intervals."""
    rows = require(results, "SRI.PRIMARY")
    weeks = {key.group1_level: stats for key, stats in rows.groups().items()}
    series = _series("SRI-4", list(weeks.values()))
    svg = draw_intervals(list(weeks), series, x_label="Week", y_label="SRI-4 response")
    alt = f"SRI-4 response by week with {level_text(plan.level)} intervals. " + _said(
        (f"Week {week}", stats) for week, stats in weeks.items()
    )
    caption = (
        f"{due_at_key_week(rows, plan)}. Points: share of responders; bars: {level_text(plan.level)} exact interval."
    )
    return Figure(
        "SRI.PRIMARY",
        "SRI-4 response by week",
        svg,
        alt,
        caption,
        make_table("SRI.PRIMARY", results, plan, stamp=stamp),
        stamp=stamp,
    )


def components_figure(results: Results, plan: Plan, *, stamp: str = "") -> Figure:
    """Return the success of each component by week."""
    rows = require(results, "SRI.COMPONENTS")
    weeks = tuple(dict.fromkeys(row.key.group1_level for row in rows))
    by_name: dict[str, list[Stats]] = {}
    for key, stats in rows.groups().items():
        by_name.setdefault(variable_label(key.variable, plan), []).append(stats)
    groups = [_series(name, found) for name, found in by_name.items()]
    svg = draw_grouped_intervals(weeks, groups, x_label="Week", y_label="Component success")
    said = " ".join(
        f"{name}: {_said((f'week {week}', stats) for week, stats in zip(weeks, found, strict=True))}"
        for name, found in by_name.items()
    )
    caption = (
        f"{due_at_key_week(rows, plan)}. Each component judged alone; bars: {level_text(plan.level)} exact interval."
    )
    table = make_table("SRI.COMPONENTS", results, plan, stamp=stamp)
    return Figure(
        "SRI.COMPONENTS", "SRI-4 components by week", svg, f"Success of each SRI-4 component by week. {said}", caption,
        table, stamp=stamp,
    )  # fmt: skip


def analyses_figure(results: Results, plan: Plan, *, stamp: str = "") -> Figure:
    """Return the forest plot of all analyses of the SRI-4 response at the key week."""
    found = week_analyses(results, plan)
    rows = [
        _forest_row(
            f"{label}, {key.population}",
            stats,
            count_cell(stats).text if "n" in stats else "pooled",
            is_main=key.analysis_id == "SRI.PRIMARY",
        )
        for label, key, stats in found
    ]
    week = plan.sri.key_week
    reference = next((row.estimate for row in rows if row.is_main), math.nan)
    svg = draw_forest(rows, headings=_headings(plan), x_label=f"SRI-4 response at week {week}", reference=reference)
    alt = f"All analyses of the SRI-4 response at week {week}. " + _said((label, stats) for label, _, stats in found)
    caption = f"Dashed line: the primary estimate. Bars: {level_text(plan.level)} interval of each analysis."
    table = make_table("SRI.ANALYSES", results, plan, stamp=stamp)
    return Figure("SRI", f"All analyses of the response at week {week}", svg, alt, caption, table, stamp=stamp)


def subgroup_figure(results: Results, plan: Plan, *, stamp: str = "") -> Figure:
    """Return the forest plot of the subgroups at the key week, below the whole set."""
    primary = [entry for entry in week_analyses(results, plan) if entry[1].analysis_id == "SRI.PRIMARY"]
    rows = [_forest_row("All subjects", stats, count_cell(stats).text, is_main=True) for _, _, stats in primary]
    said = [("All subjects", stats) for _, _, stats in primary]
    for heading, entries in subgroups(results, plan).items():
        rows.append(ForestRow(heading))
        rows.extend(_forest_row(level, stats, count_cell(stats).text, is_indented=True) for level, stats in entries)
        said.extend((f"{heading} {level}", stats) for level, stats in entries)
    week = plan.sri.key_week
    reference = next((row.estimate for row in rows if row.is_main), math.nan)
    svg = draw_forest(rows, headings=_headings(plan), x_label=f"SRI-4 response at week {week}", reference=reference)
    alt = f"SRI-4 response at week {week} by subgroup. {_said(said)}"
    caption = f"No test is made. Bars: {level_text(plan.level)} exact interval; dashed line: all subjects."
    table = make_table("SRI.SUBGROUP", results, plan, stamp=stamp)
    return Figure("SRI.SUBGROUP", f"SRI-4 response at week {week} by subgroup", svg, alt, caption, table, stamp=stamp)


def time_to_figure(results: Results, plan: Plan, *, stamp: str = "") -> Figure:
    """Return the Kaplan-Meier curve of the first response, as the probability of having responded.

    Parameters
    ----------
    results
        With SRI.TIME_TO: probabilities of no response yet by STEPDAY (where it steps) and by DAY (with n at risk).
    plan
        The plan in force.
    stamp
        The stamp of the cut.
    """
    groups = require(results, "SRI.TIME_TO").groups()
    at_days = {int(key.group1_level): stats for key, stats in groups.items() if key.group1 == "DAY"}
    steps = {int(key.group1_level): stats for key, stats in groups.items() if key.group1 == "STEPDAY"} or at_days
    estimate, high, low = (PERCENT - _percents(steps.values(), name) for name in ("estimate", "conf.low", "conf.high"))
    cells = {day: stat_cell(stats, "estimate", scale=PERCENT).text for day, stats in at_days.items()}
    curve = StepCurve(
        np.array(list(steps), dtype=np.float64), estimate, low, high,
        tuple((float(day), _at_risk(stats)) for day, stats in at_days.items()),
    )  # fmt: skip
    empty = next(iter(cells.values()), NOT_ESTIMABLE)
    svg = draw_steps(curve, start=0.0, x_label="Study day", y_label="Responded at least once", empty=empty)
    limits = {day: interval_cell(stats).text for day, stats in at_days.items()}
    said = "; ".join(
        f"day {day}: {text}" + (f" ({limits[day]})" if limits[day] != text else "") for day, text in cells.items()
    )
    alt = f"Kaplan-Meier curve of the first SRI-4 response. Percentage without a response yet: {said}."
    table = make_table("SRI.TIME_TO", results, plan, stamp=stamp)
    shaded = f"Shaded: {level_text(plan.level)} interval on the log-log scale. The table gives its complement."
    caption = f"{table.population}. {shaded}"
    return Figure("SRI.TIME_TO", "Time to the first SRI-4 response", svg, alt, caption, table, stamp=stamp)


def _at_risk(stats: Stats) -> str:
    result = stats.get("n")
    return BESIDE if result is None or result.stat is None else str(result.stat)


def _headings(plan: Plan) -> Sequence[str]:
    return "n/N", "%", f"{level_text(plan.level)} CI"


def _forest_row(label: str, stats: Stats, count: str, *, is_main: bool = False, is_indented: bool = False) -> ForestRow:
    share = _share(stats)
    estimate, low, high = (float(_percents([stats], name)[0]) for name in (share, "conf.low", "conf.high"))
    shown = stat_cell(stats, share, scale=PERCENT).text
    if math.isnan(estimate):
        # the reason stands once, beside the count where there is one
        texts: tuple[str, ...] = (count, shown) if count[:1].isdigit() else (shown,)
    else:
        texts = (count, shown, interval_cell(stats).text)
    return ForestRow(label, estimate, low, high, texts, is_main, is_indented)


def _share(stats: Stats) -> str:
    return "p" if "p" in stats else "estimate"


def _series(name: str, groups: Sequence[Stats]) -> Series:
    estimate, low, high = (_percents(groups, stat) for stat in ("p", "conf.low", "conf.high"))
    labels = tuple(
        f"{percent_cell(s).text}%\n{count_cell(s).text}" if s["p"].stat is not None else percent_cell(s).text
        for s in groups
    )
    return Series(name, estimate, low, high, labels)


def _percents(groups: Iterable[Stats], name: str) -> NDArray[np.float64]:
    """Return a statistic of each group in percent, nan where it does not exist."""
    stats = [group[name].stat if name in group else None for group in groups]
    return np.array([math.nan if stat is None else PERCENT * stat for stat in stats], dtype=np.float64)


def _said(entries: Iterable[tuple[str, Stats]]) -> str:
    """Return entries in words: count, percentage and interval of each."""
    parts = []
    for label, stats in entries:
        share = stat_cell(stats, _share(stats), scale=PERCENT).text
        if not share[:1].isdigit():
            parts.append(f"{label}: {share}")
            continue
        count = f"{count_cell(stats).text}, " if "n" in stats else ""
        parts.append(f"{label}: {count}{share}%, interval {interval_cell(stats).text}")
    return "; ".join(parts) + "."
