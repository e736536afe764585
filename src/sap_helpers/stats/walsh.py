"""Order statistics of pairwise sums and differences, found exactly in whole numbers and without storing all pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sap_helpers.stats.inputs import SCALE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sap_helpers.stats.inputs import IntArray

MOST_PAIRS_LISTED = 200_000


def walsh_averages(values: IntArray, ranks: Sequence[int]) -> list[float]:
    """Return the averages (x_i + x_j)/2, i <= j, of the wanted ranks.

    Parameters
    ----------
    values
        Multiples of 1e-10 as `scaled_integers` gives them.
    ranks
        Ranks from 1 (smallest) to n(n + 1)/2.

    Returns
    -------
    list of float
        Whole-number arithmetic up to one last division, so exact to the nearest double; memory grows with n only.
    """
    ordered = np.sort(values)
    n = ordered.size
    if n * (n + 1) // 2 <= MOST_PAIRS_LISTED:
        upper = np.triu_indices(n)
        sums = np.sort((ordered[:, None] + ordered[None, :])[upper])
        return [int(sums[rank - 1]) / (2 * SCALE) for rank in ranks]

    def count(limit: int) -> int:
        ordered_pairs = np.searchsorted(ordered, limit - ordered, side="right").sum()
        return int(ordered_pairs + np.searchsorted(2 * ordered, limit, side="right")) // 2

    bounds = 2 * int(ordered[0]), 2 * int(ordered[-1])
    return [select(count, rank, *bounds) / (2 * SCALE) for rank in ranks]


def pairwise_differences(values: IntArray, others: IntArray, ranks: Sequence[int]) -> list[float]:
    """Return the differences x_i - y_j of the wanted ranks, 1 (smallest) to the number of pairs; exact likewise."""
    ordered, subtracted = np.sort(values), np.sort(others)
    if ordered.size * subtracted.size <= MOST_PAIRS_LISTED:
        differences = np.sort((ordered[:, None] - subtracted[None, :]).ravel())
        return [int(differences[rank - 1]) / SCALE for rank in ranks]

    def count(limit: int) -> int:
        return int(np.searchsorted(ordered, subtracted + limit, side="right").sum())

    bounds = int(ordered[0]) - int(subtracted[-1]), int(ordered[-1]) - int(subtracted[0])
    return [select(count, rank, *bounds) / SCALE for rank in ranks]


def select(count: Callable[[int], int], rank: int, low: int, high: int) -> int:
    """Return the smallest whole number in [low, high] that at least `rank` pairs do not exceed, by bisection."""
    while low < high:
        middle = (low + high) // 2
        if count(middle) >= rank:
            high = middle
        else:
            low = middle + 1
    return low


def median_ranks(n_pairs: int) -> tuple[int, int]:
    """Return the two middle ranks, equal where the number is odd."""
    return (n_pairs + 1) // 2, n_pairs // 2 + 1
