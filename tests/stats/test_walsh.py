"""Order statistics of pairwise sums: the listing and the bisection must agree with brute force."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sap_helpers.stats import walsh
from sap_helpers.stats.walsh import median_ranks, pairwise_differences, walsh_averages

if TYPE_CHECKING:
    import pytest

TEN_DECIMALS = 10**10
VALUES = np.array([-3, 0, 0, 2, 7, 7, 9]) * TEN_DECIMALS
OTHERS = np.array([-1, 4, 4, 6]) * TEN_DECIMALS


def test_walsh_averages__all_ranks() -> None:
    plain = [-3, 0, 0, 2, 7, 7, 9]
    expected = sorted((a + b) / 2 for i, a in enumerate(plain) for b in plain[i:])
    assert walsh_averages(VALUES, range(1, 29)) == expected


def test_walsh_averages__bisection_agrees_with_the_listing(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = walsh_averages(VALUES, range(1, 29))
    monkeypatch.setattr(walsh, "MOST_PAIRS_LISTED", 0)
    assert walsh_averages(VALUES, range(1, 29)) == listed


def test_walsh_averages__many_values_need_no_list_of_pairs() -> None:
    # 1 ... 20,000: the averages are symmetric about 10,000.5.
    values = np.arange(1, 20_001) * TEN_DECIMALS
    below, above = walsh_averages(values, median_ranks(20_000 * 20_001 // 2))
    assert (below, above) == (10_000.5, 10_000.5)


def test_pairwise_differences__all_ranks() -> None:
    expected = sorted(a - b for a in [-3, 0, 0, 2, 7, 7, 9] for b in [-1, 4, 4, 6])
    assert pairwise_differences(VALUES, OTHERS, range(1, 29)) == expected


def test_pairwise_differences__bisection_agrees_with_the_listing(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = pairwise_differences(VALUES, OTHERS, range(1, 29))
    monkeypatch.setattr(walsh, "MOST_PAIRS_LISTED", 0)
    assert pairwise_differences(VALUES, OTHERS, range(1, 29)) == listed


def test_median_ranks__odd_and_even() -> None:
    assert (median_ranks(5), median_ranks(6), median_ranks(1)) == ((3, 3), (3, 4), (1, 1))
