"""What changed since the previous report: how many results and why, and the key figures then and now."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from sap_helpers.changes import ABSOLUTE_TOLERANCE, GONE, NEW, RELATIVE_TOLERANCE
from sap_helpers.show.display import Cell, Column, Row, Statement, Table
from sap_helpers.show.registry import outcomes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sap_helpers.changes import Change, Comparison
    from sap_helpers.plan import Plan
    from sap_helpers.results import Result, Results
    from sap_helpers.show.registry import KeyFigure

TOLERANCE_NOTE = (
    f"Two numbers are the same where they differ by no more than {RELATIVE_TOLERANCE:g} of the larger one, or "
    f"{ABSOLUTE_TOLERANCE:g} in all: processors round differently."
)


def changes_statement(comparison: Comparison) -> Statement:
    """Return in one sentence how many results are not what they were, and what of the inputs is not the same.

    What was not compared is said beneath: analyses that only one of the reports holds, reports that are damaged.
    """
    unread = [f"Not compared with a report that is damaged: {reason}" for reason in comparison.damaged]
    if not comparison.previous:
        return Statement("There is no earlier report to compare this one with.", tuple(unread))
    changes = comparison.changes
    count = sum(change.is_of_both for change in changes)
    came, went = (sum(change.detail.startswith(where) for change in changes) for where in (NEW, GONE))
    more = "".join(f", {number} {word}" for number, word in ((came, "came"), (went, "went")) if number)
    causes = Counter((change.cause or "nothing that the manifests tell", _since(change.detail)) for change in changes)
    words = "; ".join(f"{number} with other {cause} ({detail})" for (cause, detail), number in causes.items())
    apart = [
        f"Results of analyses that are {where}, and so not compared: {number}."
        for number, where in ((comparison.not_in_this, GONE), (comparison.not_in_previous, NEW))
        if number
    ]
    answer = f"{count} of {comparison.compared} compared results changed{more}{': ' if words else ''}{words}."
    return Statement(answer, (*apart, *unread))


def _since(detail: str) -> str:
    """Return a change's detail without the remark that only one report has it."""
    return detail.partition("; ")[2] if detail.startswith((NEW, GONE)) else detail


def changes_table(changes: Sequence[Change], results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return the key figures of the registry outcomes that are not what they were, then and now."""
    previous = {change.result_id: change for change in changes}
    columns = (
        Column("Set", is_number=False),
        *(Column(when, spanner=what) for what in ("n/N", "Estimate", "CI") for when in ("Then", "Now")),
    )
    rows: list[Row] = []
    for outcome in outcomes(results, plan):
        changed = [figure for figure in outcome.figures if _is_changed(figure, previous)]
        if changed:
            rows.append(Row(outcome.title, href=outcome.page))
            rows += [Row(figure.label, _then_and_now(figure, previous), depth=1) for figure in changed]
    return Table(
        "SUMMARY", "Key figures that changed since the previous report", "Outcome", columns, tuple(rows),
        population="Sets as named; changes.csv lists every result that changed", source="changes.csv, results.csv",
        stamp=stamp,
    ).with_footnotes(TOLERANCE_NOTE)  # fmt: skip


def _is_changed(figure: KeyFigure, previous: Mapping[str, Change]) -> bool:
    return any(row.result_id in previous for row in figure.stats.values())


def _then_and_now(figure: KeyFigure, previous: Mapping[str, Change]) -> tuple[Cell, ...]:
    """Return the set, then each cell as it was, without ids since those name this report's results, and as it is."""
    before = replace(figure, stats={name: _before(row, previous) for name, row in figure.stats.items()})
    population, *cells = figure.cells[:4]
    pairs = zip(before.cells[1:4], cells, strict=True)
    return population, *(cell for then, now in pairs for cell in (Cell(then.text), now))


def _before(row: Result, previous: Mapping[str, Change]) -> Result:
    change = previous.get(row.result_id)
    if change is None:
        return row
    return replace(row, stat=change.previous, note="" if change.previous is not None else NEW)
