"""Descriptive statistics and paired changes, worked by hand."""

from __future__ import annotations

import math

import pytest

from sap_helpers.errors import EstimationError
from sap_helpers.stats import describe, geometric_mean_ratio, paired_t


def test_describe__quantiles_of_type_seven() -> None:
    result = describe([4, 1, 3, 2])
    # h = 3p + 1: 1.75, 2.5, 3.25
    assert (result.n, result.mean, result.median, result.p25, result.p75) == (4, 2.5, 2.5, 1.75, 3.25)
    assert (result.min, result.max) == (1.0, 4.0)
    assert result.sd == pytest.approx(math.sqrt(5 / 3), rel=1e-12)


def test_describe__one_value_has_no_sd() -> None:
    result = describe([7.0])
    assert (result.mean, result.sd, result.p25, result.note) == (7.0, None, 7.0, "sd not estimable with one value")


def test_describe__no_value() -> None:
    result = describe([])
    assert (result.n, result.mean, result.median, result.note) == (0, None, None, "not estimable: no value")


def test_describe__missing_is_refused() -> None:
    with pytest.raises(EstimationError, match="values: 1 of 2 values missing"):
        describe([1.0, float("nan")])


def test_paired_t__hand_worked() -> None:
    result = paired_t([1, 1, 1], [2, 3, 4])
    # Changes 1, 2, 3. On 2 df: p = 1 - t / sqrt(t^2 + 2), quantile = 0.95 sqrt(2 / (1 - 0.95^2)).
    assert (result.n, result.estimate, result.df) == (3, 2.0, 2)
    assert result.std_error == pytest.approx(1 / math.sqrt(3), rel=1e-12)
    assert result.statistic == pytest.approx(2 * math.sqrt(3), rel=1e-12)
    assert result.p_value == pytest.approx(1 - math.sqrt(12 / 14), rel=1e-12)
    half = 0.95 * math.sqrt(2 / (1 - 0.95**2)) / math.sqrt(3)
    assert [result.conf_low, result.conf_high] == pytest.approx([2 - half, 2 + half], rel=1e-12)


def test_paired_t__one_pair_is_no_test() -> None:
    result = paired_t([10], [4])
    assert (result.estimate, result.p_value, result.conf_low) == (-6.0, None, None)
    assert result.note == "no test: fewer than two pairs"


def test_paired_t__no_pair() -> None:
    assert (paired_t([], []).n, paired_t([], []).estimate) == (0, None)


def test_paired_t__equal_changes_are_not_estimable_also_with_decimal_noise() -> None:
    result = paired_t([0.1, 0.2, 0.3], [0.2, 0.3, 0.4])
    assert result.estimate == pytest.approx(0.1, rel=1e-12)
    assert (result.statistic, result.p_value, result.note) == (None, None, "not estimable: all changes are equal")


def test_paired_t__missing_is_refused() -> None:
    with pytest.raises(EstimationError, match="follow_up: 1 of 2 values missing"):
        paired_t([1, 2], [1, float("nan")])


def test_geometric_mean_ratio__hand_worked() -> None:
    result = geometric_mean_ratio([1, 1], [2, 8])
    # Log changes log 2 and 3 log 2: mean 2 log 2, standard error log 2.
    assert result.estimate == pytest.approx(4.0, rel=1e-12)
    assert result.std_error == pytest.approx(math.log(2), rel=1e-12)
    assert result.statistic == pytest.approx(2.0, rel=1e-12)


def test_geometric_mean_ratio__limits_are_symmetric_on_the_log_scale() -> None:
    result = geometric_mean_ratio([1, 1, 2], [2, 8, 3])
    assert result.estimate is not None
    assert result.conf_low is not None
    assert result.conf_high is not None
    assert result.conf_low * result.conf_high == pytest.approx(result.estimate**2, rel=1e-12)


def test_geometric_mean_ratio__zero_has_no_logarithm() -> None:
    result = geometric_mean_ratio([1, 0, 2], [2, 8, 0])
    assert result.estimate is None
    assert result.note == "not estimable: 2 of 3 pairs hold a value without a logarithm (0 or less)"
