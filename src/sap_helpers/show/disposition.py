"""Tables about the subjects themselves: flow, sets, baseline, exposure, criteria, deviations, all from one pair."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.show.cells import (
    count_cell,
    count_percent_cell,
    notes_of,
    rate_cells,
    require,
    stat_cell,
)
from sap_helpers.show.display import Cell, Column, Row, Table
from sap_helpers.show.labels import POPULATIONS, level_label, population_label
from sap_helpers.show.number_format import level_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sap_helpers.plan import Plan
    from sap_helpers.results import Key, Result, Results

COUNTED = ("", "Y")
# line, the statistics in it, and how their texts are put together
LINES = (
    ("n", ("N",), "{}"),
    ("Mean (SD)", ("mean", "sd"), "{} ({})"),
    ("Median (Q1, Q3)", ("median", "p25", "p75"), "{} ({}, {})"),
    ("Minimum, maximum", ("min", "max"), "{}, {}"),
)


def count_table(
    results: Results,
    plan: Plan,
    analysis_id: str,
    *,
    title: str,
    stub: str = "Subjects",
    labels: Mapping[str, str] | None = None,
    footnotes: Sequence[str] = (),
    stamp: str = "",
) -> Table:
    """Return counts by variable, level and group: n/N with percentage, interval and events where there are any.

    Parameters
    ----------
    results
        With those of the analysis.
    plan
        The plan in force.
    analysis_id
        For example ``DISP.FLOW`` or ``DEV.MAJOR``.
    title, stub, footnotes, stamp
        As in `Table`.
    labels
        Words for variables, groups and levels; what has none is shown as it is.

    Returns
    -------
    Table
        A row per key; levels and groups are indented below the variable that they divide.
    """
    rows = require(results, analysis_id)
    groups = rows.groups()
    has = {name for stats in groups.values() for name in stats}
    rate = (Column("n/N"), Column("%")) if "N" in has else (Column("n"),)
    interval = (Column(f"{level_text(plan.level)} CI (%)"),) if "conf.low" in has else ()
    events = (Column("Events"),) if "n.events" in has else ()
    lines = nested_rows((path, _count_cells(stats, has)) for path, stats in _paths(groups, labels or {}))
    return Table(
        analysis_id, title, stub, (*rate, *interval, *events), tuple(lines), population=_populations(groups),
        footnotes=(*footnotes, *notes_of(rows)), source="results.csv", stamp=stamp,
    )  # fmt: skip


def summary_table(
    results: Results,
    analysis_id: str,
    *,
    title: str,
    stub: str = "Characteristic",
    labels: Mapping[str, str] | None = None,
    places: Mapping[str, int] | None = None,
    footnotes: Sequence[str] = (),
    stamp: str = "",
) -> Table:
    """Return a summary of each variable: mean, median and range of a number, n/N with percentage of a level.

    Parameters
    ----------
    results
        With those of the analysis.
    analysis_id
        For example ``BASE.TABLE1`` or ``EXP.COMPLIANCE``.
    title, stub, footnotes, stamp
        As in `Table`.
    labels
        Words for variables, groups and levels.
    places
        Decimal places by variable; one where none are given.

    Returns
    -------
    Table
        One column of values, a few lines for each variable.
    """
    rows = require(results, analysis_id)
    lines: list[tuple[tuple[str, ...], tuple[Cell, ...]]] = []
    for (path, stats), key in zip(_paths(rows.groups(), labels or {}), rows.groups(), strict=True):
        digits = (places or {}).get(key.variable, 1)
        lines.extend((tuple(part for part in (*path, line) if part), (cell,)) for line, cell in _summary(stats, digits))
    return Table(
        analysis_id, title, stub, (Column("Value"),), tuple(nested_rows(lines)), population=_populations(rows.groups()),
        footnotes=(*footnotes, *notes_of(rows)), source="results.csv", stamp=stamp,
    )  # fmt: skip


def nested_rows(lines: Iterable[tuple[tuple[str, ...], tuple[Cell, ...]]]) -> list[Row]:
    """Return rows indented by the length of their paths, with a heading wherever a path's beginning has no row."""
    rows: list[Row] = []
    present: set[tuple[str, ...]] = set()
    for path, cells in lines:
        for depth in range(1, len(path)):
            if path[:depth] not in present:
                rows.append(Row(path[depth - 1], depth=depth - 1))
                present.add(path[:depth])
        rows.append(Row(path[-1], cells, depth=len(path) - 1))
        present.add(path)
    return rows


def _paths(
    groups: Mapping[Key, dict[str, Result]], labels: Mapping[str, str]
) -> list[tuple[tuple[str, ...], dict[str, Result]]]:
    """Return for each key the words from the general to the special: variable, its level, the levels of its groups."""
    has_one_variable = len({key.variable for key in groups}) == 1 and any(key.group1_level for key in groups)
    found = []
    for key, stats in groups.items():
        variable = "" if has_one_variable and key.group1_level else _word(key.variable, labels)
        level = "" if key.variable_level in COUNTED else _word(key.variable_level, labels)
        parts = (variable, level, _word(key.group1_level, labels), _word(key.group2_level, labels))
        found.append((tuple(part for part in parts if part) or (key.analysis_id,), stats))
    return found


def _word(code: str, labels: Mapping[str, str]) -> str:
    return labels.get(code) or POPULATIONS.get(code) or level_label(code)


def _count_cells(stats: Mapping[str, Result], has: set[str]) -> tuple[Cell, ...]:
    cells: tuple[Cell, ...] = rate_cells(stats) if "N" in has else (count_cell(stats),)
    if "conf.low" not in has:
        cells = cells[:2]
    return (*cells, stat_cell(stats, "n.events", 0)) if "n.events" in has else cells


def _summary(stats: Mapping[str, Result], digits: int) -> list[tuple[str, Cell]]:
    """Return the lines of one key: of a number's statistics, or the one of a count."""
    if "n" in stats:
        return [("", count_percent_cell(stats))]
    if "mean" in stats and not stats["N"].stat:
        return [("", stat_cell(stats, "mean", digits))]
    lines = [
        (line, _joined(stats, names, text, 0 if names == ("N",) else digits))
        for line, names, text in LINES
        if all(name in stats for name in names)
    ]
    others = [("", stat_cell(stats, name, digits)) for name in ("estimate",) if name in stats]
    return lines + others


def _joined(stats: Mapping[str, Result], names: Sequence[str], text: str, digits: int) -> Cell:
    cells = [stat_cell(stats, name, digits) for name in names]
    ids = tuple(result_id for cell in cells for result_id in cell.result_ids)
    if stats[names[0]].stat is None:
        return Cell(cells[0].text, ids)
    return Cell(text.format(*(cell.text for cell in cells)), ids)


def _populations(groups: Mapping[Key, dict[str, Result]]) -> str:
    names = dict.fromkeys(key.population for key in groups if key.population)
    return population_label(next(iter(names))) if len(names) == 1 else ""
