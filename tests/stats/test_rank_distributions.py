"""Null distributions of rank statistics against enumeration and R's quantiles."""

from __future__ import annotations

import math
from itertools import combinations, product

import numpy as np
import pytest

from sap_helpers.stats.rank_distributions import (
    mann_whitney_counts,
    rank_sum_quantile,
    signed_rank_quantile,
    signed_rank_tail,
    subset_sum_counts,
)


def test_subset_sum_counts__enumeration_with_ties() -> None:
    weights = np.array([3, 3, 5, 8, 10, 11])
    sums = [sum(w for w, sign in zip(weights, signs, strict=True) if sign) for signs in product([0, 1], repeat=6)]
    assert subset_sum_counts(weights, 40).tolist() == np.bincount(sums, minlength=41).tolist()


def test_subset_sum_counts__cut_off_keeps_the_lower_part() -> None:
    weights = np.array([3, 3, 5, 8, 10, 11])
    assert subset_sum_counts(weights, 7).tolist() == subset_sum_counts(weights, 40)[:8].tolist()


def test_signed_rank_tail__statistic_of_zero_is_one_pattern() -> None:
    assert signed_rank_tail(np.array([2, 4, 6]), 0) == 1 / 8


def test_signed_rank_tail__thousand_ranks_keep_twelve_digits() -> None:
    # By symmetry P(W <= T/2) = (1 + P(W = T/2)) / 2, so P(W <= T/2) + P(W <= T/2 - 1) = 1.
    ranks = 2 * np.arange(1, 1001)
    half = int(ranks.sum()) // 2
    assert signed_rank_tail(ranks, half) + signed_rank_tail(ranks, half - 2) == pytest.approx(1.0, rel=1e-12)


@pytest.mark.parametrize(
    ("n", "k"),
    # R: qsignrank(0.025, c(1, 5, 6, 8, 10, 20, 40, 100))
    [(1, 0), (5, 0), (6, 1), (8, 4), (10, 9), (20, 53), (40, 265), (100, 1956)],
)
def test_signed_rank_quantile__as_qsignrank(n: int, k: int) -> None:
    assert signed_rank_quantile(n, 0.025) == k


def test_signed_rank_quantile__above_a_thousand_the_whole_part_of_the_normal_quantile() -> None:
    # 1001 * 1002 / 4 - 1.959964 sqrt(1001 * 1002 * 2003 / 24) = 250750.5 - 17932.36...
    expected = 250750.5 - 1.959963984540054 * math.sqrt(1001 * 1002 * 2003 / 24)
    assert signed_rank_quantile(1001, 0.025) == math.floor(expected)


def test_mann_whitney_counts__enumeration() -> None:
    sums = [sum(chosen) - 6 for chosen in combinations(range(1, 8), 3)]
    assert mann_whitney_counts(3, 4).tolist() == np.bincount(sums).tolist()


@pytest.mark.parametrize(
    ("m", "n", "k"),
    # R: qwilcox(0.025, c(3, 4, 5, 10, 20), c(3, 4, 7, 12, 20))
    [(3, 3, 0), (4, 4, 1), (5, 7, 6), (10, 12, 30), (20, 20, 128)],
)
def test_rank_sum_quantile__as_qwilcox(m: int, n: int, k: int) -> None:
    assert rank_sum_quantile(m, n, 0.025) == k
