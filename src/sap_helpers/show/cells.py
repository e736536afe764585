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
    from collections.abc import Callable, Mapping, Sequence

    from sap_helpers.results import Key, Result, Results

    Stats = Mapping[str, Result]

NOT_REACHED = "not reached"
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
        is_reason = cell.text.startswith(("no ", "not ", NOT_ESTIMABLE)) and cell.text != NOT_REACHED
        shown.append(replace(cell, text=BESIDE) if is_reason and cell.text in said else cell)
        said |= {cell.text} if is_reason else set()
    return tuple(shown)


def spread_cell(stats: Stats, places: int) -> Cell:
    """Return mean (SD) as a cell; a reason where there is no mean, a dash for an SD that there is not."""
    if not stats:
        return Cell(BESIDE)
    mean, sd = stat_cell(stats, "mean", places), stat_cell(stats, "sd", places)
    if stats["mean"].stat is None:
        return mean
    spread = sd.text if stats["sd"].stat is not None else BESIDE
    return Cell(f"{mean.text} ({spread})", (*mean.result_ids, *sd.result_ids))


def _joined(text: str, *names: str) -> Callable[[Stats, int], Cell]:
    """Return the maker of a cell of several statistics; a dash where there are none: the reason stands beside."""

    def cell(stats: Stats, places: int) -> Cell:
        cells = [stat_cell(stats, name, places) for name in names]
        ids = tuple(i for one in cells for i in one.result_ids)
        is_there = names[0] in stats and stats[names[0]].stat is not None
        return Cell(text.format(*(one.text for one in cells)) if is_there else BESIDE, ids)

    return cell


def _of_first(stats: Stats, places: int) -> Cell:
    """Return median (min, max); without one the reason, a dash where there was nobody to have one."""
    if stats["median"].stat is None:
        cell = stat_cell(stats, "median", places)
        return Cell(BESIDE, cell.result_ids) if stats["N"].stat == 0 else cell
    return _joined("{} ({}, {})", "median", "min", "max")(stats, places)


def estimate_interval_cell(stats: Stats, places: int) -> Cell:
    """Return an estimate with its interval in one cell; without an interval, the reason beside the estimate."""
    estimate, limits = stat_cell(stats, "estimate", places), interval_cell(stats, places, scale=1)
    if stats["estimate"].stat is None:
        return estimate
    return Cell(f"{estimate.text} ({limits.text})", (*estimate.result_ids, *limits.result_ids))


def curve_limits_cell(stats: Stats, places: int, scale: int) -> Cell:
    """Return the limits of a curve: a dash without an estimate, "not estimable" where the estimate alone is there."""
    cell = interval_cell(stats, places, scale=scale)
    if stats["estimate"].stat is None:
        return Cell(BESIDE, cell.result_ids)
    return Cell(NOT_ESTIMABLE, cell.result_ids) if stats["conf.low"].stat is None else cell


def inner_limits_cell(stats: Stats, places: int, scale: int) -> Cell:
    """Return the limits; a dash where the estimate is 0 or 1, or is not there itself: the reason then stands beside."""
    low, high = stats.get("conf.low"), stats.get("conf.high")
    if low is None or high is None:
        return Cell(BESIDE)
    if low.stat is None:
        return Cell(BESIDE, (low.result_id, high.result_id))
    return interval_cell(stats, places, scale=scale)


def reached_cell(stats: Stats, name: str, places: int) -> Cell:
    """Return a median or its limits; a side that the curve does not reach says so in two words."""
    cell = interval_cell(stats, places, scale=1) if name == "conf.low" else stat_cell(stats, name, places)
    return Cell(NOT_REACHED, cell.result_ids) if cell.text.startswith(NOT_REACHED) else cell


def pairs_cell(stats: Stats) -> Cell:
    """Return the number of pairs; where there are none, why."""
    cell = stat_cell(stats, "N", 0)
    return cell if stats["N"].stat else Cell(stats["N"].note or cell.text, cell.result_ids)


def of_some_cell(stats: Stats, name: str) -> Cell:
    """Return a count among those there are; a dash where there is nobody, or no such count."""
    total = stats.get("N")
    return stat_cell(stats, name, 0) if total is not None and total.stat else Cell(BESIDE)


def deaths_cell(stats: Stats) -> Cell:
    """Return a number of deaths; a dash where nobody is due."""
    cell = stat_cell(stats, "n", 0)
    return cell if stats and (stats["N"].stat or stats["N"].stat is None) else Cell(BESIDE, cell.result_ids)


def valued_cell(stats: Stats) -> Cell:
    """Return n/N of those with a value; where nobody is due, why there is no value."""
    return count_cell(stats) if stats["N"].stat else stat_cell(stats, "mean", 0)


# the kinds of cell that a column of the catalogue may ask for: of statistics, the one named, places and factor
CELLS: dict[str, Callable[[Stats, str, int, int], Cell]] = {
    "count": lambda stats, _, __, ___: count_cell(stats),
    "percent": lambda stats, _, places, __: percent_cell(stats, places),
    "count_percent": lambda stats, _, places, __: count_percent_cell(stats, places) if stats else Cell(BESIDE),
    "interval": lambda stats, _, places, scale: interval_cell(stats, places, scale=scale),
    "stat": lambda stats, name, places, scale: stat_cell(stats, name, places, scale=scale),
    "p_value": lambda stats, name, _, __: p_value_cell(stats, name or "p.value"),
    "mean_sd": lambda stats, _, places, __: spread_cell(stats, places),
    "quartiles": lambda stats, _, places, __: _joined("{} ({}, {})", "median", "p25", "p75")(stats, places),
    "range": lambda stats, _, places, __: _joined("{}, {}", "min", "max")(stats, places),
    "median_range": lambda stats, _, places, __: _of_first(stats, places),
    "estimate_interval": lambda stats, _, places, __: estimate_interval_cell(stats, places),
    "curve_limits": lambda stats, _, places, scale: curve_limits_cell(stats, places, scale),
    "inner_limits": lambda stats, _, places, scale: inner_limits_cell(stats, places, scale),
    "reached": lambda stats, name, places, _: reached_cell(stats, name, places),
    "pairs": lambda stats, _, __, ___: pairs_cell(stats),
    "of_some": lambda stats, name, _, __: of_some_cell(stats, name),
    "deaths": lambda stats, _, __, ___: deaths_cell(stats),
    "valued": lambda stats, _, __, ___: valued_cell(stats),
}


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
