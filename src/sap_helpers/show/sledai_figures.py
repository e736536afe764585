"""Figures of disease activity made of results: the model's weeks, the distribution of change, states, items."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sap_helpers.results import Key
from sap_helpers.show.cells import count_cell, count_percent_cell, interval_cell, percent_cell, require, stat_cell
from sap_helpers.show.charts.curves import draw_cumulative
from sap_helpers.show.charts.intervals import Series, draw_series
from sap_helpers.show.charts.matrix import draw_heat
from sap_helpers.show.display import Cell, Column, Figure, Row, Table
from sap_helpers.show.figure_parts import LIMITS, numbers, rate_series
from sap_helpers.show.labels import regression_note
from sap_helpers.show.lookup import Lookup, estimate_cells, model_stats
from sap_helpers.show.notes import due_for_index
from sap_helpers.show.number_format import PERCENT, level_text, percent_text
from sap_helpers.show.tables import make_table
from sap_helpers.show.withheld import withheld_figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sap_helpers.plan import Plan
    from sap_helpers.results import Results
    from sap_helpers.show.lookup import Stats

MODELS = {"SLEDAI.MMRM": "to week {}", "SLEDAI.MMRM_ALL": "all weeks"}


def model_figure(results: Results, plan: Plan, *, stamp: str = "") -> Figure:
    """Return the model's mean change by week with its interval: of the outcome's weeks, and of all weeks."""
    title = "Mean change of SELENA-SLEDAI by week, mixed model"
    found = Lookup.of(results, *MODELS)
    weeks = {"SLEDAI.MMRM": plan.sledai.model_weeks, "SLEDAI.MMRM_ALL": plan.time.weeks}
    series: list[Series] = []
    said: list[str] = []
    for analysis_id, label in MODELS.items():
        key = Key(analysis_id, "FAS", "AVISITN", variable="SLEDAI")
        stats = {week: model_stats(found, key._replace(group1_level=str(week))) for week in weeks[analysis_id]}
        known = {week: one for week, one in stats.items() if one["estimate"].stat is not None}
        if not known:
            continue
        name = f"Model {label.format(plan.sledai.week)}"
        is_first = not series
        series.append(_mean_series(name, known, plan.time.weeks, with_texts=is_first))
        said.append(f"{name}: " + "; ".join(f"week {week} {_estimate_text(one)}" for week, one in known.items()))
    table = make_table("SLEDAI.MMRM_ALL", results, plan, stamp=stamp)
    if not series:
        why = next(row.note for row in results.of("SLEDAI.MMRM") if row.stat is None)
        return replace(withheld_figure("SLEDAI.MMRM", title, why, stamp=stamp), numbers=table)
    drawn = (0, *plan.time.weeks)
    svg = draw_series(
        series, list(map(str, drawn)), weeks=drawn, x_label="Week", y_label="Change from week 0 (points)",
        is_percent=False,
    )  # fmt: skip
    level = level_text(plan.level)
    return Figure(
        "SLEDAI.MMRM", title, svg, f"{title}, with {level} intervals. {'. '.join(said)}.",
        f"{table.population}. Week minus week 0; bars: {level} interval, as in the table; dashed: no change. "
        f"{regression_note(plan)}",
        table, stamp=stamp,
    )  # fmt: skip


def _mean_series(name: str, stats: dict[int, Stats], weeks: Sequence[int], *, with_texts: bool) -> Series:
    """Return the model's changes as a series that starts from no change at week 0."""
    groups = [stats.get(week, {}) for week in weeks]
    estimate, low, high = (np.concatenate(([0.0], numbers(groups, part))) for part in LIMITS)
    texts = tuple(stat_cell(one, "estimate", 1).text if with_texts and one else "" for one in groups)
    return Series(name, estimate, low, high, ("", *texts))


def cumulative_figure(results: Results, plan: Plan, *, stamp: str = "") -> Figure:
    """Return the cumulative distribution of the change to the outcome's week."""
    week = plan.sledai.week
    title = f"Cumulative distribution of the SELENA-SLEDAI change to week {week}"
    steps = [
        (float(key.group1_level.removeprefix("<= ")), stats)
        for key, stats in Lookup.of(results, "SLEDAI.CHANGE").groups.items()
        if key.group1 == "CHANGE"
    ]
    if not steps:
        why = next(row.note for row in results.of("SLEDAI.CHANGE") if row.stat is None)
        return withheld_figure("SLEDAI.CHANGE", title, why, stamp=stamp)
    fall = plan.sri.analyses[0].reduction
    change = np.array([value for value, _ in steps])
    svg = draw_cumulative(
        change, numbers((stats for _, stats in steps), "p", PERCENT), limit=-float(fall),
        limit_label=f"fall of {fall}", x_label=f"Change from week 0 to week {week} (points)",
        y_label="Subjects with this change or less",
    )  # fmt: skip
    lines = tuple(Row(f"{value:g} or less", (count_cell(stats), percent_cell(stats))) for value, stats in steps)
    table = Table(
        "SLEDAI.CHANGE", title, "Change", (Column("n/N"), Column("%")), lines, population=due_for_index(results, plan),
        source="results.csv", stamp=stamp, is_long=len(lines) > 15,
    )  # fmt: skip
    said = "; ".join(f"{value:g} or less {count_percent_cell(stats).text}" for value, stats in steps)
    caption = f"Subjects with both totals. Dashed: the fall that SRI-4 asks for. {regression_note(plan)}"
    return Figure("SLEDAI.CHANGE", title, svg, f"{title}: {said}.", caption, table, stamp=stamp)


def remission_figure(results: Results, plan: Plan, *, stamp: str = "") -> Figure:
    """Return the states of low activity by week."""
    found = require(results, "SLEDAI.REMISSION").groups()
    weeks, states = plan.time.weeks, plan.sledai.states
    key = Key("SLEDAI.REMISSION", "FAS", "AVISITN", variable_level="Y")
    groups, said = [], []
    for state in states:
        stats = [found[key._replace(group1_level=str(week), variable=state.variable)] for week in weeks]
        groups.append(rate_series(state.name, stats, with_texts=False))
        shown = (f"week {w} {_rate_text(one)}" for w, one in zip(weeks, stats, strict=True))
        said.append(f"{state.name}: {'; '.join(shown)}")
    title = "States of low disease activity by week"
    svg = draw_series(groups, [str(week) for week in weeks], x_label="Week", y_label="Subjects in the state")
    return Figure(
        "SLEDAI.REMISSION", title, svg, f"{title}. {'. '.join(said)}.",
        f"Full analysis set, those due; bars: {level_text(plan.level)} exact interval. Events and missing assessments "
        f"count as not reached. {regression_note(plan)}",
        make_table("SLEDAI.REMISSION", results, plan, stamp=stamp), stamp=stamp,
    )  # fmt: skip


def items_figure(results: Results, plan: Plan, *, stamp: str = "") -> Figure:
    """Return the share of subjects with each item present, by week, as a heat map."""
    found = Lookup.of(results, "SLEDAI.ORGAN")
    items, weeks = plan.instruments.sledai.items, (0, *plan.time.weeks)
    key = Key("SLEDAI.ORGAN", "FAS", "AVISITN", group2="PARAMCD", variable="PRESENT", variable_level="Y")
    grid = [
        [found.at(key, group1_level=str(week), group2_level=item.code) for week in weeks] for item in items
    ]  # fmt: skip
    percent = np.array([numbers(line, "p", PERCENT) for line in grid])
    texts = [["" if one["p"].stat is None else percent_text(one["p"].stat, 0) for one in line] for line in grid]
    svg = draw_heat(
        [item.name for item in items], [item.system for item in items], [str(week) for week in weeks], percent, texts,
        "Week",
    )  # fmt: skip
    lines = tuple(
        Row(item.name, tuple(_share_cell(one) for one in line)) for item, line in zip(items, grid, strict=True)
    )
    title = "SELENA-SLEDAI items present by week"
    table = Table(
        "SLEDAI.ORGAN", title, "Item, n/N (%)", tuple(Column(f"Week {week}") for week in weeks), lines,
        population=due_for_index(results, plan), source="results.csv", stamp=stamp, is_long=True,
    )  # fmt: skip
    return Figure(
        "SLEDAI.ORGAN", title, svg, _items_said([item.name for item in items], texts, weeks),
        "Percent of the subjects due in whom the item was assessed at the week; white: in nobody, grey: nobody due or "
        f"assessed. {regression_note(plan)}", table, stamp=stamp,
    )  # fmt: skip


def _items_said(names: Sequence[str], texts: Sequence[Sequence[str]], weeks: Sequence[int]) -> str:
    """Return the first and the last week with numbers in words, of the items that were present at either."""
    known = [j for j in range(len(weeks)) if any(line[j] for line in texts)]
    if not known:
        return "SELENA-SLEDAI items by week: no subject due yet."
    ends = (known[0], known[-1])
    parts = [
        f"{name} {line[ends[0]]}% to {line[ends[1]]}%"
        for name, line in zip(names, texts, strict=True)
        if any(line[j] not in {"", "0"} for j in known)
    ]
    span = f"week {weeks[ends[0]]} to week {weeks[ends[1]]}"
    return f"Share of subjects with each SELENA-SLEDAI item, {span}: {'; '.join(parts)}. Other items in nobody."


def _share_cell(stats: Stats) -> Cell:
    """Return n/N (%); n/N alone where nobody has it, and a dash where nobody is assessed."""
    if stats["p"].stat is None:
        return Cell("–", count_percent_cell(stats).result_ids)
    return count_percent_cell(stats) if stats["n"].stat else count_cell(stats)


def _estimate_text(stats: Stats) -> str:
    estimate, limits = estimate_cells(stats, 1)
    return f"{estimate.text} ({limits.text})"


def _rate_text(stats: Stats) -> str:
    share = count_percent_cell(stats).text
    return f"{share}, interval {interval_cell(stats).text}" if stats["p"].stat is not None else share
