"""From results to cells: a statistic as text with its id, or the words for why there is none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sap_helpers.show.display import Cell
from sap_helpers.show.number_format import (
    NO_SUBJECT_DUE,
    NOT_ESTIMABLE,
    PERCENT,
    count_text,
    interval_text,
    missing_text,
    p_value_text,
    percent_text,
    stat_text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sap_helpers.results import Key, Result, Results

BESIDE = "–"


def require(results: Results, *analysis_ids: str) -> Results:
    """Return the results of the analyses named.

    Raises
    ------
    ValueError
        There is none: a table without rows would read as an outcome without events.

    """
    found = results.of(*analysis_ids)
    if not len(found):
        present = ", ".join(results.analysis_ids) or "none"
        raise ValueError(f"no results of {', '.join(analysis_ids)}; present: {present}. Run the analysis first.")
    return found


def stat_cell(stats: Mapping[str, Result], name: str, places: int = 1, *, scale: int = 1) -> Cell:
    """Return one statistic as a cell."""
    result = stats.get(name)
    if result is None:
        return Cell(BESIDE)
    return Cell(stat_text(result.stat, result.note, places, scale=scale), (result.result_id,))


def p_value_cell(stats: Mapping[str, Result], name: str = "p.value") -> Cell:
    """Return a p-value as a cell."""
    result = stats.get(name)
    if result is None:
        return Cell(BESIDE)
    return Cell(missing_text(result.note) if result.stat is None else p_value_text(result.stat), (result.result_id,))


def count_cell(stats: Mapping[str, Result]) -> Cell:
    """Return n/N as a cell; n alone where the analysis has no denominator."""
    ids = _ids(stats, "n", "N")
    n = _number(stats, "n")
    total = _number(stats, "N")
    if n is None:
        return Cell(_reason(stats, "n"), ids)
    return Cell(str(n) if total is None else count_text(n, total), ids)


def percent_cell(stats: Mapping[str, Result], places: int = 1) -> Cell:
    """Return a proportion as a percentage; without anybody in the denominator, the reason."""
    ids = _ids(stats, "p")
    p = stats.get("p")
    if p is None:
        n, total = _number(stats, "n"), _number(stats, "N")
        if n is None or total is None:
            return Cell(BESIDE)
        return Cell(percent_text(n / total, places) if total else NO_SUBJECT_DUE, _ids(stats, "n", "N"))
    return Cell(_reason(stats, "p") if p.stat is None else percent_text(p.stat, places), ids)


def count_percent_cell(stats: Mapping[str, Result], places: int = 1) -> Cell:
    """Return n/N with the percentage in one cell; without anybody in the denominator, the reason."""
    count, percent = count_cell(stats), percent_cell(stats, places)
    ids = tuple(dict.fromkeys((*count.result_ids, *percent.result_ids)))
    if percent.text == BESIDE:
        return Cell(count.text, ids)
    is_number = percent.text[:1].isdigit()
    return Cell(f"{count.text} ({percent.text}%)" if is_number else percent.text, ids)


def interval_cell(stats: Mapping[str, Result], places: int = 1, *, scale: int = PERCENT) -> Cell:
    """Return an interval as a cell; a dash where there is no count either: the reason then stands beside it."""
    ids = _ids(stats, "conf.low", "conf.high")
    if not ids:
        return Cell(BESIDE)
    ends = [stats[name].stat if name in stats else None for name in ("conf.low", "conf.high")]
    low, high = ends
    if low is not None and high is not None:
        return Cell(interval_text(low, high, places, scale=scale), ids)
    if not _number(stats, "N") and "N" in stats:
        return Cell(BESIDE, ids)
    if low is None and high is None:
        return Cell(_reason(stats, "conf.low"), ids)
    shown = [stat_text(end, "not reached", places, scale=scale) for end in ends]
    return Cell(" to ".join(shown), ids)


def rate_cells(stats: Mapping[str, Result]) -> tuple[Cell, Cell, Cell]:
    """Return n/N, percentage and interval as three cells; a reason that holds for all of them stands once."""
    count, share, interval = count_cell(stats), percent_cell(stats), interval_cell(stats)
    return count, Cell(BESIDE, share.result_ids) if share.text == count.text else share, interval


def once(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    """Return the cells of a row, a reason that several of them give said in the first of them alone."""
    said: set[str] = set()
    shown = []
    for cell in cells:
        is_reason = cell.text.startswith(("no ", "not ", NOT_ESTIMABLE))
        shown.append(replace(cell, text=BESIDE) if is_reason and cell.text in said else cell)
        said |= {cell.text} if is_reason else set()
    return tuple(shown)


def notes_of(results: Results) -> tuple[str, ...]:
    """Return what was remarked about numbers that do exist, each remark once with the places it is about."""
    places: dict[str, list[str]] = {}
    for key, stats in results.groups().items():
        if "N" in stats and not stats["N"].stat:
            continue
        for note in dict.fromkeys(row.note for row in stats.values() if row.stat is not None and row.note):
            places.setdefault(note, []).append(_place(key))
    return tuple(
        f"{', '.join(dict.fromkeys(filter(None, where)))}: {note}.".removeprefix(": ") for note, where in places.items()
    )


def _place(key: Key) -> str:
    """Return where a group of statistics stands, in words."""
    levels = []
    for name, level in ((key.group1, key.group1_level), (key.group2, key.group2_level)):
        if level:
            levels.append(f"week {level}" if name == "AVISITN" else level)
    return " ".join(levels)


def _reason(stats: Mapping[str, Result], name: str) -> str:
    note = stats[name].note if name in stats else ""
    return NO_SUBJECT_DUE if not note and _number(stats, "N") == 0 else missing_text(note)


def _ids(stats: Mapping[str, Result], *names: str) -> tuple[str, ...]:
    return tuple(stats[name].result_id for name in names if name in stats)


def _number(stats: Mapping[str, Result], name: str) -> int | None:
    result = stats.get(name)
    return None if result is None or result.stat is None else int(result.stat)
