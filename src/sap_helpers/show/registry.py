"""What the trial found: the outcomes of the registry record in its order, each with its key figures and its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.show.adverse_labels import CATEGORIES, kinds
from sap_helpers.show.cells import BESIDE, interval_cell, notes_of, once, p_value_cell, rate_cells, stat_cell
from sap_helpers.show.immunology_labels import decimals, parameter_label, stats_of
from sap_helpers.show.labels import regression_note
from sap_helpers.show.number_format import level_text
from sap_helpers.show.tables import Cell, Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sap_helpers.plan import Plan
    from sap_helpers.results import Result, Results

Stats = dict[str, "Result"]
KINDS = ("ANY", "RELATED", "SERIOUS", "FATAL")
ABSENT = "not part of this report: it was made with --only"


def outcomes_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return a heading row and the key figures of every outcome that the registry record names."""
    level = level_text(plan.level)
    columns = (
        Column("Set", is_number=False), Column("n/N"), Column("Estimate"), Column(f"{level} CI"), Column("p"),
    )  # fmt: skip
    rows = [row for outcome in OUTCOMES for row in outcome(results, plan)]
    rate = f"Rates in % with the exact {level} interval; changes in the unit named, N pairs, with the interval of"
    return Table(
        "SUMMARY", "Outcomes of the registry record", "Outcome", columns, tuple(rows),
        population="Sets as named", source="results.csv", stamp=stamp,
    ).with_footnotes(
        f"{rate} the paired t or the mixed model; p: exact signed-rank test, unadjusted.",
        "N of a rate: subjects of the set for whom the outcome was due at the cut.",
        *notes_of(results.of("REL.PARTICIPANTS")),
        regression_note(plan),
    )  # fmt: skip


def _response(results: Results, plan: Plan) -> list[Row]:
    key_week = str(plan.sri.key_week)
    rows = [
        _rate(f"SRI-4 response, week {key.group1_level}" + (" (primary)" if key.group1_level == key_week else ""),
              key.population, stats)
        for key, stats in results.of("SRI.PRIMARY").groups().items()
    ]  # fmt: skip
    return _under("Primary: SLE responders (SRI)", "sri.html", rows)


def _immunology(analysis_id: str, title: str) -> Callable[[Results, Plan], list[Row]]:
    def rows_of(results: Results, plan: Plan) -> list[Row]:
        found = results.of(analysis_id)
        codes = dict.fromkeys(row.key.variable for row in found if row.key.method == "paired t")
        label = f"change to week {plan.immunology.week}"
        rows = [
            _change(f"{parameter_label(code, plan)}: {label}", found, analysis_id, code, decimals(code))
            for code in codes
        ]
        return _under(title, "immunology.html", rows)

    return rows_of


def _sledai(results: Results, plan: Plan) -> list[Row]:
    week, found = str(plan.sledai.week), results.of("SLEDAI.CHANGE", "SLEDAI.MMRM")
    model = {
        row.stat_name: row
        for row in found.of("SLEDAI.MMRM")
        if (row.key.group1, row.key.group1_level, row.key.variable) == ("AVISITN", week, "SLEDAI")
    }
    rows = [_change(f"Total: change to week {week}, pairs", found, "SLEDAI.CHANGE", "SLEDAI", 1)] if len(found) else []
    if model:
        cells = (Cell("FAS"), Cell(BESIDE), stat_cell(model, "estimate"), interval_cell(model, scale=1), Cell(BESIDE))
        rows.append(Row(f"Total: change to week {week}, mixed model", cells, depth=1))
    return _under("SELENA-SLEDAI score", "sledai.html", rows)


def _relapses(results: Results, plan: Plan) -> list[Row]:
    rise = next(row.least_rise for row in plan.relapse.definitions if row.variable == "RELAPSE_RISE4")
    names = {"RELAPSE": "Subjects with a relapse", "RELAPSE_RISE4": f"Rise of at least {rise} points"}
    rows = [
        _rate(names[key.variable], key.population, stats)
        for key, stats in results.of("REL.PARTICIPANTS").groups().items()
        if key.variable in names and not key.group1
    ]
    return _under("Relapses over 24 weeks", "relapses.html", rows)


def _safety(results: Results, plan: Plan) -> list[Row]:
    found, words = results.of("AE.OVERVIEW", "AE.AESI").groups(), kinds(plan)
    rows = [
        _rate(words[key.variable], key.population, stats)
        for key, stats in found.items()
        if key.analysis_id == "AE.OVERVIEW" and key.variable in KINDS and not key.group1
    ]
    rows += [
        _rate(CATEGORIES.get(key.group1_level, key.group1_level), key.population, stats)
        for key, stats in found.items()
        if key.analysis_id == "AE.AESI" and key.group1 == "AESI" and key.variable == "TEAE" and not key.group2
        and key.group1_level in plan.safety.categories.codes
    ]  # fmt: skip
    return _under(f"Safety: adverse events to day {plan.safety.last_day}", "adverse_events.html", rows)


OUTCOMES: tuple[Callable[[Results, Plan], list[Row]], ...] = (
    _response,
    _immunology("IMM.CHANGE", "Immunological responses"),
    _immunology("LAB.CHANGE", "Immunologic impact: complement and anti-dsDNA"),
    _sledai,
    _relapses,
    _safety,
)


def _under(title: str, page: str, rows: Iterable[Row]) -> list[Row]:
    """Return the rows below a heading that leads to their page; without rows the heading says why."""
    kept = list(rows)
    return [Row(title, href=page), *kept] if kept else [Row(f"{title}: {ABSENT}")]


def _rate(label: str, population: str, stats: Stats) -> Row:
    return Row(label, (Cell(population), *rate_cells(stats), Cell(BESIDE)), depth=1)


def _change(label: str, found: Results, analysis_id: str, code: str, places: int) -> Row:
    """Return one change: number of pairs, mean with the interval of the paired t, p of the signed-rank test."""
    t = stats_of(found, analysis_id, code, "paired t")
    ranks = stats_of(found, analysis_id, code, "Wilcoxon signed-rank")
    cells = (
        Cell("FAS"),
        stat_cell(stats_of(found, analysis_id, code), "N", 0),
        stat_cell(t, "estimate", places),
        interval_cell(t, places, scale=1),
        p_value_cell(ranks),
    )
    return Row(label, once(cells), depth=1)
