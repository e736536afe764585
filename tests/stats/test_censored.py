"""Censored normal likelihoods: closed forms where nothing is censored, symmetry and edge cases elsewhere."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sap_helpers.errors import EstimationError
from sap_helpers.stats import censored_change, censored_normal
from sap_helpers.stats.censored import bivariate_normal_cdf

X = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
Y = [1.5, 1.0, 3.5, 2.5, 4.0, 6.5]
EXACT = [0] * 6


def test_censored_normal__without_censoring_is_mean_and_sd_of_divisor_n() -> None:
    result = censored_normal([1, 2, 3, 4], [0, 0, 0, 0])
    expected = [2.5, math.sqrt(1.25), math.sqrt(1.25 / 4)]
    assert [result.mean, result.sd, result.std_error] == pytest.approx(expected, rel=1e-6)


def test_censored_normal__value_below_a_limit_pulls_the_mean_under_the_limit_taken_as_exact() -> None:
    censored, taken_as_exact = censored_normal(X, [-1, -1, 0, 0, 0, 0]), censored_normal(X, EXACT)
    assert censored.mean is not None
    assert taken_as_exact.mean is not None
    assert censored.mean < taken_as_exact.mean


def test_censored_normal__all_below_is_not_estimable() -> None:
    result = censored_normal([1, 1, 1], [-1, -1, -1])
    assert (result.mean, result.converged, result.n_censored) == (None, False, 3)
    assert result.note == "not estimable: fewer than two different exact values"


def test_censored_normal__unknown_code_is_refused() -> None:
    with pytest.raises(EstimationError, match=r"allowed: -1 \(below\), 0 \(exact\), 1 \(above\)"):
        censored_normal([1.0, 2.0], [0, 2])


def test_censored_change__without_censoring_is_the_mean_change_with_divisor_n() -> None:
    result = censored_change(X, EXACT, Y, EXACT)
    changes = np.subtract(Y, X)
    assert result.converged
    assert result.estimate == pytest.approx(changes.mean(), rel=1e-6)
    assert result.std_error == pytest.approx(changes.std() / math.sqrt(6), rel=1e-6)
    assert result.correlation == pytest.approx(np.corrcoef(X, Y)[0, 1], rel=1e-6)


def test_censored_change__wald_limits() -> None:
    result = censored_change(X, EXACT, Y, EXACT)
    assert result.estimate is not None
    assert result.std_error is not None
    half = 1.959963984540054 * result.std_error
    assert [result.conf_low, result.conf_high] == pytest.approx([result.estimate - half, result.estimate + half])


def test_censored_change__mirrored_values_and_codes_mirror_the_change() -> None:
    plain = censored_change(X, [-1, 0, 0, 0, 0, 0], Y, [-1, -1, 0, 0, 0, 1])
    mirror = censored_change(np.negative(X), [1, 0, 0, 0, 0, 0], np.negative(Y), [1, 1, 0, 0, 0, -1])
    assert plain.estimate is not None
    assert mirror.estimate == pytest.approx(-plain.estimate, rel=1e-6)
    assert mirror.log_likelihood == pytest.approx(plain.log_likelihood, rel=1e-9)


def test_censored_change__counts_pairs_with_a_censored_value() -> None:
    assert censored_change(X, [-1, 0, 0, 0, 0, 0], Y, [-1, -1, 0, 0, 0, 0]).n_censored == 2


def test_censored_change__equal_changes_do_not_converge_and_say_so() -> None:
    result = censored_change(X, EXACT, np.add(X, 1), EXACT)
    assert (result.estimate, result.converged) == (None, False)
    assert result.note == "not estimable: the likelihood has no maximum that could be found"


def test_censored_change__all_below_at_follow_up_names_the_occasion() -> None:
    result = censored_change(X, EXACT, [1.0] * 6, [-1] * 6)
    assert result.note == "not estimable: fewer than two different exact values at follow-up"


@pytest.mark.parametrize("n", [0, 1, 2])
def test_censored_change__fewer_than_three_pairs_are_not_estimable(n: int) -> None:
    assert censored_change(X[:n], EXACT[:n], Y[:n], EXACT[:n]).note == "not estimable: fewer than three pairs"


def test_censored_change__missing_is_refused() -> None:
    with pytest.raises(EstimationError, match="follow_up: 1 of 2 values missing"):
        censored_change([1, 2], [0, 0], [1, float("nan")], [0, 0])


def test_bivariate_normal_cdf__independent_is_the_product() -> None:
    one = np.array([1.0])
    # Phi(1) Phi(-0.5)
    assert bivariate_normal_cdf(one, -0.5 * one, 0 * one)[0] == pytest.approx(
        0.8413447460685429 * 0.3085375387259869, rel=1e-12
    )


def test_bivariate_normal_cdf__quadrant() -> None:
    # 1/4 + asin(1/2) / (2 pi) = 1/3
    assert bivariate_normal_cdf(np.zeros(1), np.zeros(1), np.full(1, 0.5))[0] == pytest.approx(1 / 3, rel=1e-12)


@pytest.mark.parametrize("r", [-0.99, -0.3, 0.6, 0.999])
@pytest.mark.parametrize(("h", "k"), [(0.7, -1.2), (0.0, 0.4), (-2.0, 0.0), (-1.0, -1.5)])
def test_bivariate_normal_cdf__both_sides_of_k_add_up(h: float, k: float, r: float) -> None:
    below = bivariate_normal_cdf(np.array([h]), np.array([k]), np.array([r]))[0]
    above = bivariate_normal_cdf(np.array([h]), np.array([-k]), np.array([-r]))[0]
    assert below + above == pytest.approx(0.5 * math.erfc(-h / math.sqrt(2)), abs=1e-14)
