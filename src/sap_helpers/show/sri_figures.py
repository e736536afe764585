"""Figures of the primary outcome: drawn from results, described in words made of their numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sap_helpers.show.cells import BESIDE, require, stat_cell
from sap_helpers.show.charts.curves import draw_curve
from sap_helpers.show.charts.intervals import ForestRow, draw_forest, draw_series
from sap_helpers.show.display import Figure
from sap_helpers.show.figure_parts import rate_row, rate_series, say_days, say_rates, step_curve
from sap_helpers.show.labels import variable_label
from sap_helpers.show.lookup import subgroups
from sap_helpers.show.notes import due_at_key_week
from sap_helpers.show.number_format import NOT_ESTIMABLE, PERCENT, level_text
from sap_helpers.show.special import week_analyses
from sap_helpers.show.tables import make_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sap_helpers.plan import Plan
    from sap_helpers.results import Result, Results

Stats = dict[str, "Result"]


def response_figure(results: Results, plan: Plan, *, stamp: str = "") -> Figure:
    """Return the response by week with intervals."""
    rows = require(results, "SRI.PRIMARY")
    weeks = {key.group1_level: stats for key, stats in rows.groups().items()}
    series = rate_series("SRI-4", list(weeks.values()), with_texts=True)
    svg = draw_series([series], list(weeks), x_label="Week", y_label="SRI-4 response")
    alt = f"SRI-4 response by week with {level_text(plan.level)} intervals. " + say_rates(
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
    groups = [rate_series(name, found, with_texts=False) for name, found in by_name.items()]
    svg = draw_series(groups, weeks, x_label="Week", y_label="Component success")
    said = " ".join(
        f"{name}: {say_rates((f'week {week}', stats) for week, stats in zip(weeks, found, strict=True))}"
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
        rate_row(
            f"{label}, {key.population}",
            stats,
            "" if "n" in stats else "pooled",
            is_main=key.analysis_id == "SRI.PRIMARY",
        )
        for label, key, stats in found
    ]
    week = plan.sri.key_week
    reference = next((row.estimate for row in rows if row.is_main), math.nan)
    svg = draw_forest(rows, headings=_headings(plan), x_label=f"SRI-4 response at week {week}", reference=reference)
    alt = f"All analyses of the SRI-4 response at week {week}. " + say_rates(
        (label, stats) for label, _, stats in found
    )
    caption = f"Dashed line: the primary estimate. Bars: {level_text(plan.level)} interval of each analysis."
    table = make_table("SRI.ANALYSES", results, plan, stamp=stamp)
    return Figure("SRI", f"All analyses of the response at week {week}", svg, alt, caption, table, stamp=stamp)


def subgroup_figure(results: Results, plan: Plan, *, stamp: str = "") -> Figure:
    """Return the forest plot of the subgroups at the key week, below the whole set."""
    primary = [entry for entry in week_analyses(results, plan) if entry[1].analysis_id == "SRI.PRIMARY"]
    rows = [rate_row("All subjects", stats, is_main=True) for _, _, stats in primary]
    said = [("All subjects", stats) for _, _, stats in primary]
    for heading, entries in subgroups(results, plan).items():
        rows.append(ForestRow(heading))
        rows.extend(rate_row(level, stats, is_indented=True) for level, stats in entries)
        said.extend((f"{heading} {level}", stats) for level, stats in entries)
    week = plan.sri.key_week
    reference = next((row.estimate for row in rows if row.is_main), math.nan)
    svg = draw_forest(rows, headings=_headings(plan), x_label=f"SRI-4 response at week {week}", reference=reference)
    alt = f"SRI-4 response at week {week} by subgroup. {say_rates(said)}"
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
    reasons = (stat_cell(stats, "estimate", scale=PERCENT).text for stats in at_days.values())
    curve = step_curve(
        steps, PERCENT, empty=next(reasons, NOT_ESTIMABLE), is_complement=True,
        at_risk=((float(day), _at_risk(stats)) for day, stats in at_days.items()),
    )  # fmt: skip
    svg = draw_curve(curve, start=0.0, x_label="Study day", y_label="Responded at least once")
    said = say_days(at_days, 1, PERCENT, with_reasons=True)
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
