"""The data-quality page: what the cut holds, what each rule came to, and the findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sap_helpers.show.cells import stat_cell
from sap_helpers.show.display import Cell, Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sap_helpers.results import Result, Results

FOUND, NOT_EVALUATED, PASSED = ORDER = ("found", "not evaluated", "passed")


def sources_table(sources: Mapping[str, Mapping[str, Any]], *, stamp: str = "") -> Table:
    """Return the domains of the cut with their records."""
    rows = tuple(
        Row(name.upper(), (Cell(str(about["rows"])), Cell(", ".join(about["columns"]))))
        for name, about in sources.items()
    )
    return Table(
        "DQ.FINDINGS",
        "Domains of this cut",
        "Domain",
        (Column("Records"), Column("Variables read", is_number=False)),
        rows,
        population="All records of the files",
        source="the cut",
        stamp=stamp,
    )


def rules_table(results: Results, titles: Mapping[str, str], *, stamp: str = "") -> Table:
    """Return what every rule came to; those that found something first, then those not evaluated."""
    groups = results.of("DQ.FINDINGS").groups()
    lines = sorted(groups.items(), key=lambda entry: ORDER.index(_state(entry[1])))
    rows = tuple(
        Row(
            key.group1_level,
            (Cell(titles[key.group1_level]), Cell(key.variable_level), Cell(_state(stats)), stat_cell(stats, "n", 0)),
        )
        for key, stats in lines
    )
    texts = ("What it looks for", "What it does", "State")
    columns = (*(Column(text, is_number=False) for text in texts), Column("Findings"))
    note = "Not evaluated is not passed: the domain that the rule reads is not in this cut."
    return Table(
        "DQ.FINDINGS", "Rules and what they found", "Rule", columns, rows, population="The whole cut",
        source="findings.csv", stamp=stamp, is_long=True, footnotes=(note,),
    )  # fmt: skip


def _state(stats: Mapping[str, Result]) -> str:
    count = stats["n"].stat
    return NOT_EVALUATED if count is None else FOUND if count else PASSED
