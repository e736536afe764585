"""Counts of subjects so small that they may tell of somebody: listed for whoever decides what is published."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sap_helpers.findings import csv_text
from sap_helpers.results import number_text

if TYPE_CHECKING:
    from sap_helpers.results import Key, Results, Stat

COLUMNS = ("result_id", "stat", "counted")
COUNTED, LEFT_OVER = "n", "N - n"


class SmallCell(NamedTuple):
    """A small count: the result it belongs to, the count, and whether it is n or what n leaves of N."""

    result_id: str
    stat: Stat
    counted: str


def find_small_cells(results: Results, smallest: int) -> list[SmallCell]:
    """Return the counts n of 1 to below `smallest`, and the N - n in that range, in the order of the results."""
    totals = {row.key: row.stat for row in results if row.stat_name == "N" and row.stat is not None}
    found: list[SmallCell] = []
    for row in results:
        if row.stat_name != COUNTED or row.stat is None:
            continue
        left = _left_over(row.key, row.stat, totals)
        counts = ((COUNTED, row.stat), (LEFT_OVER, left))
        found += [SmallCell(row.result_id, count, name) for name, count in counts if 0 < count < smallest]
    return found


def _left_over(key: Key, n: float, totals: dict[Key, int | float]) -> int | float:
    """Return how many of N are not in n; 0 where the result has no N."""
    return totals[key] - n if key in totals else 0


def small_cells_csv(cells: list[SmallCell]) -> str:
    """Return the text of small_cells.csv."""
    return csv_text([COLUMNS, *((cell.result_id, number_text(cell.stat), cell.counted) for cell in cells)])
