"""Figures of immunology: paired lines, standardised changes, correlation with disease activity."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sap_helpers.show.cells import interval_cell, once, require, stat_cell
from sap_helpers.show.charts.intervals import ForestAxis, ForestRow, draw_forest
from sap_helpers.show.charts.lines import PairPanel, draw_pairs
from sap_helpers.show.charts.scatter import ScatterPanel, draw_scatters
from sap_helpers.show.display import Column, Figure, Row, Table
from sap_helpers.show.figure_parts import LIMITS, numbers
from sap_helpers.show.first_subjects import first_drawn, say_first
from sap_helpers.show.immunology_labels import index_name, parameter_label, parameter_name, parameter_unit
from sap_helpers.show.labels import regression_note
from sap_helpers.show.lookup import PAIRED_T, SPEARMAN, stats_of
from sap_helpers.show.notes import due_for_cells
from sap_helpers.show.number_format import level_text, missing_text, round_half_up
from sap_helpers.show.tables import make_table

if TYPE_CHECKING:
    import pandas as pd

    from sap_helpers.plan import Plan
    from sap_helpers.results import Results
    from sap_helpers.show.lookup import Stats

SHORT = {"SLEDAI": "SELENA-SLEDAI", "SLEDAI22": "SLEDAI, no serology"}
STEPS = (0.5, 1.0, 2.0, 5.0, 10.0)


def pairs_figure(results: Results, frame: pd.DataFrame, plan: Plan, analysis_id: str, *, stamp: str = "") -> Figure:
    """Return the paired values of each parameter as lines, with their medians.

    Parameters
    ----------
    results
        With the analysis, whose medians are written beside the lines.
    frame
        USUBJID, PARAMCD, FIRST, LAST: the pairs in the parameters' own units.
    """
    rows = require(results, analysis_id)
    codes = plan.immunology.cell_codes if analysis_id.startswith("IMM") else plan.immunology.marker_codes
    week = plan.immunology.week
    pairs = frame.loc[frame["PARAMCD"].isin(codes)]
    drawn, note = first_drawn(pairs, plan)
    panels = [_pair_panel(rows, drawn.loc[drawn["PARAMCD"] == code], plan, analysis_id, code) for code in codes]
    counts = [int((pairs["PARAMCD"] == code).sum()) for code in codes]
    said = "; ".join(map(_said, panels, counts))
    title = "Cells" if analysis_id.startswith("IMM") else "Laboratory"
    figure = Figure(
        analysis_id, f"{title} at weeks 0 and {week}", draw_pairs(panels, ("Week 0", f"Week {week}")),
        f"Values at weeks 0 and {week}, one line a subject. {said}.",
        f"{due_for_cells(rows, plan)}. Thin lines: subjects; thick line: medians. {regression_note(plan)}",
        make_table(f"{analysis_id[:3]}.VALUES", results, plan, stamp=stamp), stamp=stamp,
        is_subject_level=any(panel.first.size for panel in panels),
    )  # fmt: skip
    return say_first(figure, note)


def _said(panel: PairPanel, count: int) -> str:
    if not count:
        return f"{panel.title}: {panel.empty}"
    return f"{panel.title}: {count} pair{'s' if count > 1 else ''}, median {panel.texts[0]} to {panel.texts[1]}"


def _pair_panel(rows: Results, pairs: pd.DataFrame, plan: Plan, analysis_id: str, code: str) -> PairPanel:
    is_log = plan.immunology.scale(code) != "linear"
    weeks = ("0", str(plan.immunology.week))
    found = [stats_of(rows, analysis_id, code, group1_level=week)["median"] for week in weeks]
    medians = [math.nan if row.stat is None else 10**row.stat if is_log else float(row.stat) for row in found]
    places = 1 if is_log or parameter_unit(code, plan) != "g/L" else 2
    texts = ["" if math.isnan(median) else round_half_up(median, places) for median in medians]
    return PairPanel(
        parameter_name(code, plan), parameter_unit(code, plan) or "ratio", pairs["FIRST"].to_numpy(dtype=np.float64),
        pairs["LAST"].to_numpy(dtype=np.float64), (medians[0], medians[1]), (texts[0], texts[1]), is_log,
        missing_text(found[0].note),
    )  # fmt: skip


def standardised_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return the mean changes in standard deviations of the week-0 values."""
    rows = require(results, "IMM.STANDARDISED")
    lines = []
    for code in plan.immunology.codes:
        found = stats_of(rows, "IMM.STANDARDISED", code, PAIRED_T)
        label = f"{parameter_name(code, plan)}{'' if plan.immunology.scale(code) == 'linear' else ' (log10)'}"
        lines.append(Row(label, once((stat_cell(found, "estimate", 2), interval_cell(found, 2, scale=1)))))
    return Table(
        "IMM.STANDARDISED", f"Standardised change from week 0 to week {plan.immunology.week}", "Parameter",
        (Column("Change in SD"), Column(f"{level_text(plan.level)} CI")), tuple(lines),
        population=due_for_cells(results, plan), source="results.csv", stamp=stamp,
    ).with_footnotes(
        "Mean change and its paired t limits, divided by the standard deviation of the pairs' values at week 0.",
        regression_note(plan),
    )  # fmt: skip


def standardised_figure(results: Results, plan: Plan, *, stamp: str = "") -> Figure:
    """Return the forest plot of the standardised changes."""
    rows = require(results, "IMM.STANDARDISED")
    groups = {"Cells and ratios": plan.immunology.cell_codes, "Laboratory": plan.immunology.marker_codes}
    lines: list[ForestRow] = []
    for heading, codes in groups.items():
        lines.append(ForestRow(heading))
        lines += [_forest_row(stats_of(rows, "IMM.STANDARDISED", code, PAIRED_T), code, plan) for code in codes]
    week = plan.immunology.week
    svg = draw_forest(
        lines, headings=("Change", f"{level_text(plan.level)} CI"), axis=_axis(lines), reference=0.0,
        x_label=f"Change to week {week} in standard deviations of week 0",
    )  # fmt: skip
    said = "; ".join(f"{line.label}: {' '.join(line.texts)}" for line in lines if line.texts)
    return Figure(
        "IMM.STANDARDISED", f"Standardised changes to week {week}", svg,
        f"Mean change of each parameter in standard deviations of its week-0 values, with interval. {said}.",
        f"{due_for_cells(results, plan)}. Bars: {level_text(plan.level)} paired t interval; anti-dsDNA on the log10 "
        f"scale. {regression_note(plan)}",
        standardised_table(results, plan, stamp=stamp), stamp=stamp,
    )  # fmt: skip


def _forest_row(stats: Stats, code: str, plan: Plan) -> ForestRow:
    estimate, low, high = (float(numbers([stats], name)[0]) for name in LIMITS)
    cells = once((stat_cell(stats, "estimate", 2), interval_cell(stats, 2, scale=1)))
    label = parameter_name(code, plan)
    return ForestRow(label, estimate, low, high, tuple(cell.text for cell in cells), is_indented=True)


def _axis(lines: list[ForestRow]) -> ForestAxis:
    """Return an axis that holds zero and every limit, with a handful of round ticks."""
    ends = [end for line in lines for end in (line.estimate, line.low, line.high) if math.isfinite(end)]
    low, high = min(ends, default=-1.0), max(ends, default=1.0)
    low, high = min(low, 0.0), max(high, 0.0)
    step = next((step for step in STEPS if (high - low) / step <= 8), STEPS[-1])
    first, last = math.floor(low / step), math.ceil(high / step)
    ticks = tuple((i * step, f"{i * step:g}") for i in range(first, last + 1))
    return ForestAxis(first * step, last * step, ticks)


def correlation_figure(results: Results, frame: pd.DataFrame, plan: Plan, *, stamp: str = "") -> Figure:
    """Return the changes of each parameter against those of the disease activity index.

    Parameters
    ----------
    frame
        USUBJID, PARAMCD, CHANGE, INDEXCHG.
    """
    rows = require(results, "IMM.CORRELATION")
    drawn, note = first_drawn(frame, plan)
    panels = [_scatter(rows, drawn.loc[drawn["PARAMCD"] == code], plan, code) for code in plan.immunology.codes]
    said = "; ".join(f"{panel.title}: {panel.said or panel.empty}" for panel in panels)
    table = make_table("IMM.CORRELATION", results, plan, stamp=stamp)
    figure = Figure(
        "IMM.CORRELATION", f"Changes to week {plan.immunology.week} and change of disease activity",
        draw_scatters(panels),
        f"Scatter charts of each parameter's change against that of the disease activity index. {said}.",
        f"{due_for_cells(results, plan)}. One point a subject; dashed: no change. r: Spearman's correlation, "
        f"{level_text(plan.level)} interval.",
        table, stamp=stamp, is_subject_level=True,
    )  # fmt: skip
    return say_first(figure, note)


def _scatter(rows: Results, points: pd.DataFrame, plan: Plan, code: str) -> ScatterPanel:
    found = stats_of(rows, "IMM.CORRELATION", code, SPEARMAN)
    has_r = found["estimate"].stat is not None
    said = f"r {stat_cell(found, 'estimate', 2).text} ({interval_cell(found, 2, scale=1).text})" if has_r else ""
    return ScatterPanel(
        parameter_label(code, plan), f"Change of {SHORT[index_name(code, plan)]}", "Change",
        points["INDEXCHG"].to_numpy(dtype=np.float64), points["CHANGE"].to_numpy(dtype=np.float64), said=said,
        empty=missing_text(found["estimate"].note),
    )  # fmt: skip
