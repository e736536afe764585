"""The summary page: one row per outcome of the registry record, and the data quality in numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.changes import Comparison
from sap_helpers.show import sri
from sap_helpers.show.cells import stat_cell
from sap_helpers.show.changes import changes_statement, changes_table
from sap_helpers.show.display import Cell, Column, Row, Statement, Table
from sap_helpers.show.overview_figures import changes_figure, rates_figure
from sap_helpers.show.registry import outcomes, outcomes_table
from sap_helpers.show.subjects import sets_table

if TYPE_CHECKING:
    from sap_helpers.plan import Plan
    from sap_helpers.results import Results
    from sap_helpers.show.display import Figure

SEVERITIES = {
    "refused": "Refused",
    "quarantined": "Quarantined: treated as missing",
    "listed": "Listed: analysed as the plan says",
    "noted": "Noted: handled by a rule",
}


def outcome_parts(results: Results, plan: Plan, *, stamp: str = "") -> list[Table | Figure | Statement]:
    """Return the outcomes' table and the figures of their intervals, each where the report holds any."""
    kinds = {figure.is_rate for outcome in outcomes(results, plan) for figure in outcome.figures}
    drawn = {True: rates_figure, False: changes_figure}
    figures = [draw(results, plan, stamp=stamp) for is_rate, draw in drawn.items() if is_rate in kinds]
    return [outcomes_table(results, plan, stamp=stamp), *figures]


def set_parts(results: Results, plan: Plan, *, stamp: str = "") -> list[Table | Figure | Statement]:
    """Return the table of analysis sets, or that the report does not hold it."""
    return [sets_table(results, plan, stamp=stamp) if results.of("DISP.SETS").rows else _absent("Disposition")]


def quality_parts(results: Results, *, stamp: str = "") -> list[Table | Figure | Statement]:
    """Return the rules that found something, or that the report does not hold them."""
    return [quality_table(results, stamp=stamp) if results.of("DQ.FINDINGS").rows else _absent("Data quality")]


def change_parts(
    comparison: Comparison | None, results: Results, plan: Plan, *, stamp: str = ""
) -> list[Table | Figure | Statement]:
    """Return what changed since the previous report, or that there is none to compare with."""
    found = comparison or Comparison()
    statement = changes_statement(found)
    return [statement, changes_table(found.changes, results, plan, stamp=stamp)] if found.previous else [statement]


def answer(results: Results, plan: Plan) -> Statement:
    """Return the primary result in one sentence, or that the report does not hold it."""
    return sri.answer(results, plan) if results.of("SRI.PRIMARY").rows else _absent("The primary outcome")


def _absent(what: str) -> Statement:
    return Statement(f"{what} is not part of this report: it was made with --only.")


def quality_table(results: Results, *, stamp: str = "") -> Table:
    """Return, by what a rule does, how many rules found something and how many findings there are."""
    groups = results.of("DQ.FINDINGS").groups()
    rows = []
    for severity, label in SEVERITIES.items():
        found = {key: stats for key, stats in groups.items() if key.variable_level == severity and stats["n"].stat}
        for key, stats in found.items():
            rows.append(Row(key.group1_level, (Cell(label), stat_cell(stats, "n", 0))))
    columns = (Column("What it does", is_number=False), Column("Findings"))
    return Table(
        "DQ.FINDINGS",
        "Rules that found something",
        "Rule",
        columns,
        tuple(rows),
        population="The whole cut",
        source="findings.csv",
        stamp=stamp,
    ).with_footnotes("The data-quality page lists every finding.")
