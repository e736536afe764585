"""Null distributions of rank statistics: signed ranks with and without ties, and the Mann-Whitney count."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import norm

if TYPE_CHECKING:
    from sap_helpers.stats.inputs import FloatArray, IntArray

LARGEST_EXACT = 1000
LARGEST_EXACT_TWO_SAMPLE = 200
QUANTILE_FUZZ = 10 * float(np.finfo(np.float64).eps)


def subset_sum_counts(weights: IntArray, largest: int) -> FloatArray:
    """Return in how many of the 2^n subsets the weights add up to s, s = 0 ... largest.

    Counts are only added, so their relative error stays near n times 1e-16; 2^1000 is still a double. Ascending
    weights keep the part of the array that is in use short.
    """
    counts, spare = np.zeros(largest + 1), np.zeros(largest + 1)
    counts[0] = 1.0
    reach = 0
    for weight in np.sort(weights).tolist():
        reach = min(reach + weight, largest)
        kept = min(weight, reach + 1)
        spare[:kept] = counts[:kept]
        np.add(counts[kept : reach + 1], counts[: reach + 1 - kept], out=spare[kept : reach + 1])
        counts, spare = spare, counts
    return counts


def signed_rank_tail(doubled_ranks: IntArray, doubled_statistic: int) -> float:
    """Return P(W <= w) given the mid-ranks (doubled, so whole), every sign equally likely."""
    unit = math.gcd(doubled_statistic, *doubled_ranks.tolist())
    counts = subset_sum_counts(doubled_ranks // unit, doubled_statistic // unit)
    return math.ldexp(float(counts.sum()), -doubled_ranks.size)


def signed_rank_normal_p(doubled_ranks: IntArray, doubled_statistic: int) -> float:
    """Return the two-sided p value of the normal approximation with tie and continuity correction."""
    ranks = doubled_ranks / 2
    n = ranks.size
    _, ties = np.unique(doubled_ranks, return_counts=True)
    variance = n * (n + 1) * (2 * n + 1) / 24 - float(np.sum(ties.astype(np.float64) ** 3 - ties)) / 48
    distance = doubled_statistic / 2 - n * (n + 1) / 4
    z = max(abs(distance) - 0.5, 0.0) / math.sqrt(variance)
    return min(1.0, 2 * float(norm.sf(z)))


@lru_cache(maxsize=256)
def signed_rank_quantile(n: int, tail: float) -> int:
    """Return the smallest k with P(W <= k) >= `tail` for n tie-free ranks: R's ``qsignrank(tail, n)``, `tail` < 0.5.

    Above 1,000 ranks the whole part of the normal approximation's quantile.
    """
    mean, deviation = n * (n + 1) / 4, math.sqrt(n * (n + 1) * (2 * n + 1) / 24)
    if n > LARGEST_EXACT:
        return max(0, math.floor(mean + float(norm.ppf(tail)) * deviation))
    cumulative = np.ldexp(np.cumsum(subset_sum_counts(np.arange(1, n + 1), math.ceil(mean))), -n)
    return int(np.searchsorted(cumulative, tail - QUANTILE_FUZZ))


@lru_cache(maxsize=256)
def rank_sum_quantile(m: int, n: int, tail: float) -> int:
    """Return the smallest k with P(U <= k) >= `tail` for tie-free samples of m and n: R's ``qwilcox(tail, m, n)``.

    Above 200 subjects in all the whole part of the normal approximation's quantile.
    """
    if m + n > LARGEST_EXACT_TWO_SAMPLE:
        deviation = math.sqrt(m * n * (m + n + 1) / 12)
        return max(0, math.floor(m * n / 2 + float(norm.ppf(tail)) * deviation))
    cumulative = np.cumsum(mann_whitney_counts(m, n)) / math.comb(m + n, n)
    return int(np.searchsorted(cumulative, tail - QUANTILE_FUZZ))


def mann_whitney_counts(m: int, n: int) -> FloatArray:
    """Return how many arrangements of m and n subjects give U = 0 ... mn, by the recurrence over the largest one."""
    row = [np.ones(1)] * (n + 1)
    for i in range(1, m + 1):
        new = [np.ones(1)]
        for j in range(1, n + 1):
            counts = np.zeros(i * j + 1)
            counts[j:] += row[j]
            counts[: new[-1].size] += new[-1]
            new.append(counts)
        row = new
    return row[n]
