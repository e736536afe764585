"""Rank methods, worked by hand on small sets."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sap_helpers.errors import EstimationError
from sap_helpers.stats import hodges_lehmann_shift, holm, signed_rank, spearman_ci


def test_signed_rank__all_positive() -> None:
    result = signed_rank([1, 2, 3, 4, 5, 6])
    # Only the two extreme sign patterns of 64: 2/64. k = 1: smallest and largest difference.
    assert (result.n, result.statistic, result.p_value) == (6, 21.0, 2 / 64)
    assert (result.estimate, result.conf_low, result.conf_high) == (3.5, 1.0, 6.0)
    assert result.note == ""


def test_signed_rank__ties_take_the_exact_conditional_distribution() -> None:
    result = signed_rank([1, 1, -1, 1])
    # Ranks all 2.5, W = 7.5; sums of at most one negative or at most one positive: 2 (1 + 4)/16.
    assert (result.statistic, result.p_value) == (7.5, 10 / 16)


def test_signed_rank__zeros_leave_the_test_but_not_the_estimate() -> None:
    result = signed_rank([0, 0, 1, 2, 3])
    # Test on 1, 2, 3: 2/8. Walsh averages in order: 0 0 0 .5 .5 1 1 1 1.5 1.5 1.5 2 2 2.5 3; the 8th is 1.
    assert (result.n, result.n_nonzero, result.statistic, result.p_value) == (5, 3, 6.0, 0.25)
    assert result.estimate == 1.0


def test_signed_rank__five_pairs_have_no_95_percent_interval() -> None:
    result = signed_rank([1, 2, 3, 4, 5])
    assert (result.conf_low, result.conf_high) == (None, None)
    assert result.note == "interval not estimable with 5 values: the widest attainable level is 93.75 %"


def test_signed_rank__five_pairs_have_a_90_percent_interval() -> None:
    result = signed_rank([1, 2, 3, 4, 5], level=0.9)
    assert (result.conf_low, result.conf_high) == (1.0, 5.0)


def test_signed_rank__all_zero_is_p_one_and_noted() -> None:
    result = signed_rank([0.0] * 7)
    assert (result.statistic, result.p_value, result.estimate) == (0.0, 1.0, 0.0)
    assert (result.conf_low, result.conf_high) == (0.0, 0.0)
    assert result.note == "all differences are zero: p is 1 by definition"


def test_signed_rank__decimal_noise_is_a_zero_and_a_tie() -> None:
    result = signed_rank([0.3 - 0.1 - 0.2, 0.3 - 0.1, 0.2])
    # One zero; the two others tie at rank 1.5: p = 2 * 1/4.
    assert (result.n_nonzero, result.statistic, result.p_value) == (2, 3.0, 0.5)


def test_signed_rank__one_pair_is_no_test() -> None:
    result = signed_rank([-4.0])
    assert (result.statistic, result.p_value, result.estimate, result.distribution) == (None, None, -4.0, "")
    assert result.test_note == "no test: fewer than two pairs"


def test_signed_rank__no_pair_is_nothing() -> None:
    result = signed_rank([])
    assert (result.n, result.p_value, result.estimate, result.conf_low) == (0, None, None, None)
    assert result.note == "no test: no pair; not estimable: no pair"


def test_signed_rank__missing_is_refused() -> None:
    with pytest.raises(EstimationError, match="differences: 1 of 2 values missing"):
        signed_rank([1.0, float("nan")])


def test_signed_rank__all_missing_is_refused() -> None:
    with pytest.raises(EstimationError, match="2 of 2 values missing"):
        signed_rank([float("nan")] * 2)


def test_signed_rank__sign_change_mirrors_everything_but_p() -> None:
    values = [0.5, -1.0, 2.0, 2.0, 3.5, -0.5, 4.0, 0.0]
    left, right = signed_rank(values), signed_rank([-v for v in values])
    assert left.p_value == right.p_value
    assert left.estimate is not None
    assert left.conf_low is not None
    assert (right.estimate, right.conf_high) == (-left.estimate, -left.conf_low)


def test_signed_rank__thousand_pairs_are_exact_and_one_more_is_normal() -> None:
    values = np.arange(1, 1002) * np.where(np.arange(1001) % 3 == 0, -1, 1)
    assert signed_rank(values[:1000]).distribution == "exact"
    assert signed_rank(values).distribution == "normal"


def test_signed_rank__thousand_equal_signs_reach_the_smallest_p() -> None:
    assert signed_rank(np.arange(1.0, 1001.0)).p_value == math.ldexp(1.0, -999)


def test_signed_rank__normal_approximation_at_its_mean_is_p_one() -> None:
    # 1,004 tied values, half of each sign: the statistic is its mean, the correction goes no further than that.
    assert signed_rank([1.0] * 502 + [-1.0] * 502).p_value == 1.0


def test_hodges_lehmann_shift__hand_worked() -> None:
    result = hodges_lehmann_shift([5, 6, 7, 9], [1, 2, 4, 4])
    # Differences in order: 1 1 2 2 3 3 3 4 4 5 5 5 5 6 7 8; k = qwilcox(0.025, 4, 4) = 1.
    assert (result.estimate, result.conf_low, result.conf_high) == (4.0, 1.0, 8.0)


def test_hodges_lehmann_shift__small_groups_have_no_interval() -> None:
    result = hodges_lehmann_shift([1, 2, 3], [4, 5, 6])
    # 1 - 2 / C(6, 3)
    assert result.note == "interval not estimable with groups of 3 and 3: the widest attainable level is 90 %"
    assert (result.estimate, result.conf_low) == (-3.0, None)


def test_hodges_lehmann_shift__empty_group_is_not_estimable() -> None:
    assert hodges_lehmann_shift([], [1.0]).note == "not estimable: groups of 0 and 1 subjects"


def test_holm__hand_worked() -> None:
    # 3 x 0.01; 2 x 0.03; max(1 x 0.04, 0.06)
    assert holm([0.01, 0.04, 0.03]).tolist() == pytest.approx([0.03, 0.06, 0.06], rel=1e-12)


def test_holm__no_more_than_one() -> None:
    assert holm([0.6, 0.7]).tolist() == [1.0, 1.0]


def test_holm__empty_family() -> None:
    assert holm([]).tolist() == []


def test_holm__missing_is_refused() -> None:
    with pytest.raises(EstimationError, match="p_values: 1 of 2 values missing"):
        holm([0.01, float("nan")])


def test_holm__no_p_value_is_refused() -> None:
    with pytest.raises(EstimationError, match="outside 0 to 1"):
        holm([0.5, 1.5])


def test_spearman_ci__hand_worked() -> None:
    result = spearman_ci([1, 2, 3, 4, 5], [2, 1, 4, 3, 5])
    # 1 - 6 * 4 / (5 * 24) = 0.8; se = sqrt((1 + 0.32) / 2)
    assert result.estimate == pytest.approx(0.8, rel=1e-12)
    assert result.std_error == pytest.approx(math.sqrt(0.66), rel=1e-12)
    half = 1.959963984540054 * math.sqrt(0.66)
    expected = [math.tanh(math.log(3) - half), math.tanh(math.log(3) + half)]  # atanh 0.8 = log 3
    assert [result.conf_low, result.conf_high] == pytest.approx(expected, rel=1e-12)


def test_spearman_ci__three_pairs_are_not_estimable() -> None:
    result = spearman_ci([1, 2, 3], [1, 3, 2])
    assert (result.estimate, result.note) == (None, "not estimable with 3 pairs: at least 4 are needed")


def test_spearman_ci__constant_is_not_estimable() -> None:
    result = spearman_ci([1, 2, 3, 4], [7, 7, 7, 7])
    assert (result.estimate, result.note) == (None, "not estimable: one of the two is constant")


def test_spearman_ci__perfect_order_has_no_interval() -> None:
    result = spearman_ci([1, 2, 3, 4], [8, 6, 4, 2])
    assert (result.estimate, result.conf_low, result.conf_high) == (-1.0, None, None)


def test_spearman_ci__no_pair_is_not_estimable() -> None:
    assert spearman_ci([], []).estimate is None
