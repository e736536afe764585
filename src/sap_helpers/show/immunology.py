"""Immunology in words and tables: the answer, values at both weeks, tests of the change, ratio of geometric means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.show.cells import BESIDE, count_cell, interval_cell, once, p_value_cell, require, stat_cell
from sap_helpers.show.display import Cell, Column, Row, Statement, Table
from sap_helpers.show.immunology_labels import (
    CENSORED,
    CHANGE_IDS,
    PAIRS,
    SELECTED,
    Stats,
    decimals,
    due_text,
    geometric_mean_heading,
    log_scale_notes,
    pair_notes,
    parameter_label,
    parameter_name,
    stats_of,
)
from sap_helpers.show.labels import regression_note
from sap_helpers.show.number_format import level_text

if TYPE_CHECKING:
    from sap_helpers.plan import Plan
    from sap_helpers.results import Results

PAIRED_T, WILCOXON, HODGES_LEHMANN, HOLM = "paired t", "Wilcoxon signed-rank", "Hodges-Lehmann", "Holm"
SPREAD = ("mean", "sd", "median", "p25", "p75")
FAMILIES = {"IMM.CHANGE": "IMM.ADJUSTED", "LAB.CHANGE": "LAB.ADJUSTED"}
TITLES = {"IMM.CHANGE": "Cells", "LAB.CHANGE": "Laboratory"}
NO_CONTROL = "No group without the treatment was measured: a p value says that values changed, not why."


def answer(results: Results, plan: Plan) -> Statement:
    """Return the changes in one sentence: by parameter of the record, Hodges-Lehmann estimate and interval."""
    week = plan.immunology.week
    parts: list[str] = []
    absent: list[str] = []
    ids: list[str] = []
    for analysis_id in CHANGE_IDS:
        shown = [
            (code, stats_of(results, analysis_id, code, HODGES_LEHMANN)) for code in _record_codes(plan, analysis_id)
        ]
        known = [(code, shift) for code, shift in shown if shift["estimate"].stat is not None]
        for code, shift in known:
            estimate, limits = stat_cell(shift, "estimate", decimals(code)), _interval(shift, code)
            parts.append(f"{parameter_label(code, plan)} {_signed(estimate.text)} ({limits.text})")
            ids += [*estimate.result_ids, *limits.result_ids]
        if not known:
            absent.append(f"{TITLES[analysis_id]}: {shown[0][1]['estimate'].note}")
    if not parts:
        return Statement(f"Change from week 0 to week {week}. {'. '.join(absent)}.", _caveats(plan))
    text = (
        f"From week 0 to week {week} the values changed by (Hodges-Lehmann estimate, {level_text(plan.level)} "
        f"confidence interval): {'; '.join([*parts, *absent])}."
    )
    return Statement(text, _caveats(plan), tuple(dict.fromkeys(ids)))


def _record_codes(plan: Plan, analysis_id: str) -> tuple[str, ...]:
    """Return the parameters that the registry record names: those of the family, without the ratios."""
    return plan.immunology.holm[FAMILIES[analysis_id]]


def _caveats(plan: Plan) -> tuple[str, ...]:
    return regression_note(plan), NO_CONTROL


def _signed(text: str) -> str:
    return text if text.startswith("-") else f"+{text}"


def values_table(results: Results, plan: Plan, analysis_id: str, *, stamp: str = "") -> Table:
    """Return mean, SD, median and quartiles at both weeks and of the change, parameter by parameter."""
    rows = require(results, analysis_id)
    weeks = ("0", str(plan.immunology.week))
    lines: list[Row] = []
    for code in _codes(plan, analysis_id):
        lines.append(Row(parameter_label(code, plan)))
        pairs = stats_of(rows, analysis_id, code)
        for week in weeks:
            stats = stats_of(rows, analysis_id, code, group1_level=week)
            mean = stats_of(rows, analysis_id, code, "geometric mean", group1_level=week)
            cells = (stat_cell(pairs, "N", 0), *(stat_cell(stats, name, decimals(code)) for name in SPREAD))
            lines.append(Row(f"Week {week}", once((*cells, stat_cell(mean, "mean", 1))), depth=1))
        cells = tuple(stat_cell(pairs, name, 0 if name == "N" else decimals(code)) for name in ("N", *SPREAD))
        lines.append(Row("Change", once((*cells, Cell(BESIDE))), depth=1))
    table = Table(
        analysis_id, f"{TITLES[analysis_id]} at weeks {weeks[0]} and {weeks[1]}, and the change", "Parameter",
        (*map(Column, ("N", "Mean", "SD", "Median", "25%", "75%")), Column(geometric_mean_heading(plan))), tuple(lines),
        population=due_text(rows, plan), source="results.csv", stamp=stamp,
    )  # fmt: skip
    if not any(r.key.method == "geometric mean" for r in rows):
        table = _without_last_column(table)
    return table.with_footnotes(*_notes(analysis_id, plan), *_deaths(rows), *pair_notes(rows, plan))


def change_table(results: Results, plan: Plan, analysis_id: str, *, stamp: str = "") -> Table:
    """Return the change of each parameter by the paired t method and by ranks, with Holm's adjusted p values."""
    rows = require(results, analysis_id, FAMILIES[analysis_id])
    lines = []
    for code in _codes(plan, analysis_id):
        t, ranks, shift = (stats_of(rows, analysis_id, code, m) for m in (PAIRED_T, WILCOXON, HODGES_LEHMANN))
        adjusted = stats_of(rows, FAMILIES[analysis_id], code, HOLM)
        cells = (
            stat_cell(stats_of(rows, analysis_id, code), "N", 0), _with_interval(t, code), p_value_cell(t),
            _with_interval(shift, code), p_value_cell(ranks), p_value_cell(adjusted, "p.adjusted"),
        )  # fmt: skip
        lines.append(Row(parameter_label(code, plan), once(cells)))
    ci = f"{level_text(plan.level)} CI"
    columns = (
        Column("N"), Column(f"Mean change ({ci})"), Column("p, paired t"), Column(f"Hodges-Lehmann ({ci})"),
        Column("p, signed-rank"), Column("p, Holm"),
    )  # fmt: skip
    table = Table(
        analysis_id, f"{TITLES[analysis_id]}: change from week 0 to week {plan.immunology.week}", "Parameter", columns,
        tuple(lines), population=due_text(rows, plan), source="results.csv", stamp=stamp,
    )  # fmt: skip
    family = ", ".join(parameter_name(code, plan) for code in plan.immunology.holm[FAMILIES[analysis_id]])
    method = (
        "Signed-rank test: exact given the ties, zeros dropped; estimate and interval: Walsh averages of all changes. "
        f"Holm: adjusted within {family}."
    )
    return table.with_footnotes(
        *_notes(analysis_id, plan), method, NO_CONTROL, regression_note(plan), SELECTED, *pair_notes(rows, plan)
    )


def ratio_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return the ratios of geometric means, the week over week 0."""
    rows = require(results, "IMM.RATIO")
    lines = []
    for code in plan.immunology.codes:
        ratio = stats_of(rows, "IMM.RATIO", code, PAIRED_T)
        count = stat_cell(stats_of(rows, "IMM.RATIO", code), "N", 0)
        cells = (count, stat_cell(ratio, "estimate", 2), interval_cell(ratio, 2, scale=1))
        lines.append(Row(parameter_name(code, plan), once(cells)))
    week = plan.immunology.week
    return Table(
        "IMM.RATIO", f"Ratio of geometric means, week {week} over week 0", "Parameter",
        (Column("N"), Column("Ratio"), Column(f"{level_text(plan.level)} CI")), tuple(lines),
        population=due_text(results, plan), source="results.csv", stamp=stamp,
    ).with_footnotes(
        PAIRS, "Paired t interval of the change of the logarithm, taken back.", CENSORED, regression_note(plan),
        *pair_notes(rows, plan),
    )  # fmt: skip


def on_drug_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return the change of the cells among the samples taken soon after an injection."""
    rows = require(results, "IMM.ON_DRUG")
    lines = []
    for code in plan.immunology.cell_codes:
        counted = stats_of(rows, "IMM.ON_DRUG", code, variable_level="ON_DRUG")
        t, ranks, shift = (stats_of(rows, "IMM.ON_DRUG", code, m) for m in (PAIRED_T, WILCOXON, HODGES_LEHMANN))
        cells = (count_cell(counted), _with_interval(t, code), _with_interval(shift, code), p_value_cell(ranks))
        lines.append(Row(parameter_label(code, plan), once(cells)))
    ci = f"{level_text(plan.level)} CI"
    columns = (
        Column("n/N"), Column(f"Mean change ({ci})"), Column(f"Hodges-Lehmann ({ci})"), Column("p, signed-rank"),
    )  # fmt: skip
    days = plan.immunology.on_drug_days
    return Table(
        "IMM.ON_DRUG", f"Cells sampled at most {days} days after an injection: change to week {plan.immunology.week}",
        "Parameter", columns, tuple(lines), population=due_text(results, plan), source="results.csv", stamp=stamp,
    ).with_footnotes(
        f"n/N: pairs whose later sample was taken at most {days} days after an injection, of all pairs.",
        "Treg fall within days of an injection.", regression_note(plan),
    )  # fmt: skip


def _codes(plan: Plan, analysis_id: str) -> tuple[str, ...]:
    return plan.immunology.cell_codes if analysis_id.startswith("IMM") else plan.immunology.marker_codes


def _with_interval(stats: Stats, code: str) -> Cell:
    """Return an estimate with its interval in one cell; without an interval, the reason beside the estimate."""
    estimate, limits = stat_cell(stats, "estimate", decimals(code)), _interval(stats, code)
    if stats["estimate"].stat is None:
        return estimate
    return Cell(f"{estimate.text} ({limits.text})", (*estimate.result_ids, *limits.result_ids))


def _interval(stats: Stats, code: str) -> Cell:
    return interval_cell(stats, decimals(code), scale=1)


def _notes(analysis_id: str, plan: Plan) -> tuple[str, ...]:
    if analysis_id == "LAB.CHANGE":
        return PAIRS, *log_scale_notes(plan), CENSORED
    ratios = ", ".join(ratio.short for ratio in plan.immunology.ratios)
    return PAIRS, f"{ratios}: of the week's two chosen values; missing over a denominator of 0."


def _deaths(rows: Results) -> tuple[str, ...]:
    """Return the sentence on deaths that stands beside continuous outcomes."""
    found = {r.stat_name: r.stat for r in rows if r.key.variable == "DEATH"}
    if found.get("n") is None or not found.get("N"):
        return ()
    return (f"Deaths by the end of the week's window: {found['n']} of {found['N']}; values before a death are used.",)


def _without_last_column(table: Table) -> Table:
    rows = tuple(Row(row.label, row.cells[:-1], row.depth) for row in table.rows)
    return Table(
        table.plan_id, table.title, table.stub, table.columns[:-1], rows, population=table.population,
        source=table.source, stamp=table.stamp,
    )  # fmt: skip
