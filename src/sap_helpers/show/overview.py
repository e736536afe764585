"""The summary page: one row per outcome of the registry record, and the data quality in numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.changes import Comparison
from sap_helpers.show.answers import answer_response
from sap_helpers.show.changes import changes_statement, changes_table
from sap_helpers.show.display import Statement, Table
from sap_helpers.show.overview_figures import changes_figure, rates_figure
from sap_helpers.show.registry import outcomes, outcomes_table
from sap_helpers.show.tables import make_table

if TYPE_CHECKING:
    from sap_helpers.plan import Plan
    from sap_helpers.results import Results
    from sap_helpers.show.display import Figure


def outcome_parts(results: Results, plan: Plan, *, stamp: str = "") -> list[Table | Figure | Statement]:
    """Return the outcomes' table and the figures of their intervals, each where the report holds any."""
    kinds = {figure.is_rate for outcome in outcomes(results, plan) for figure in outcome.figures}
    drawn = {True: rates_figure, False: changes_figure}
    figures = [draw(results, plan, stamp=stamp) for is_rate, draw in drawn.items() if is_rate in kinds]
    return [outcomes_table(results, plan, stamp=stamp), *figures]


def set_parts(results: Results, plan: Plan, *, stamp: str = "") -> list[Table | Figure | Statement]:
    """Return the table of analysis sets, or that the report does not hold it."""
    return [_table_or_absence("DISP.SETS", "Disposition", results, plan, stamp)]


def quality_parts(results: Results, plan: Plan, *, stamp: str = "") -> list[Table | Figure | Statement]:
    """Return the rules that found something, or that the report does not hold them."""
    return [_table_or_absence("DQ.FINDINGS", "Data quality", results, plan, stamp)]


def change_parts(
    comparison: Comparison | None, results: Results, plan: Plan, *, stamp: str = ""
) -> list[Table | Figure | Statement]:
    """Return what changed since the previous report, or that there is none to compare with."""
    found = comparison or Comparison()
    statement = changes_statement(found)
    return [statement, changes_table(found.changes, results, plan, stamp=stamp)] if found.previous else [statement]


def answer(results: Results, plan: Plan) -> Statement:
    """Return the primary result in one sentence, or that the report does not hold it."""
    return answer_response(results, plan) if results.of("SRI.PRIMARY").rows else _absent("The primary outcome")


def _table_or_absence(name: str, what: str, results: Results, plan: Plan, stamp: str) -> Table | Statement:
    return make_table(name, results, plan, stamp=stamp) if results.of(name).rows else _absent(what)


def _absent(what: str) -> Statement:
    return Statement(f"{what} is not part of this report: it was made with --only.")
