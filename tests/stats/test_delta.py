"""Delta adjustment: the shifted contrast, and what a multivariate normal implies for what is missing."""

import numpy as np
import pytest

from sap_helpers.errors import EstimationError
from sap_helpers.stats.delta import conditional_means, shift_contrast


def test_shift_contrast__without_points_is_the_models_own_result():
    shifted = shift_contrast(-9.5, 0.66, 36.9, delta=0.0, n_missing=2, n=40)
    # R: -9.5 + c(-1, 1) * qt(0.975, 36.9) * 0.66
    assert (shifted.estimate, shifted.std_error, shifted.df) == (-9.5, 0.66, 36.9)
    assert shifted.conf_low == pytest.approx(-10.83740936656, rel=1e-10)
    assert shifted.conf_high == pytest.approx(-8.16259063344, rel=1e-10)


def test_shift_contrast__adds_points_times_the_share_missing():
    # 4 of 20 missing: share 0.2; 5 points make 1 more.
    # variance: 1 + 25 * 0.2 * 0.8 / 19 = 1.210526...
    shifted = shift_contrast(-6.0, 1.0, 30.0, delta=5.0, n_missing=4, n=20)
    assert shifted.estimate == -5.0
    assert shifted.std_error == pytest.approx((1 + 4 / 19) ** 0.5, rel=1e-14)
    # R: 2 * pt(-5 / sqrt(1 + 4/19), 30)
    assert shifted.p_value == pytest.approx(8.40358379529e-05, rel=1e-10)


def test_shift_contrast__nobody_missing_changes_nothing():
    assert shift_contrast(-6.0, 1.0, 30.0, delta=8.0, n_missing=0, n=20).std_error == 1.0


@pytest.mark.parametrize(("missing", "n", "error"), [(3, 2, 1.0), (0, 1, 1.0), (1, 5, 0.0)])
def test_shift_contrast__refuses_what_cannot_be(missing, n, error):
    with pytest.raises(EstimationError, match="allowed: at least two subjects"):
        shift_contrast(-6.0, error, 30.0, delta=1.0, n_missing=missing, n=n)


def multiple_imputation(first, last, missing, delta, n_sets=4000):
    """Return estimate and standard error of the mean change by Rubin's rules, `delta` added to what is imputed.

    Imputed by the regression of the complete pairs, its coefficients and variance drawn anew for each set.
    """
    generator = np.random.default_rng(7)
    n, seen = len(first), ~missing
    x, y = np.column_stack((np.ones(seen.sum()), first[seen])), last[seen]
    inverse = np.linalg.inv(x.T @ x)
    beta = inverse @ x.T @ y
    rest, root = ((y - x @ beta) ** 2).sum(), np.linalg.cholesky(inverse)
    estimates, variances = [], []
    for _ in range(n_sets):
        sigma = (rest / generator.chisquare(len(y) - 2)) ** 0.5
        intercept, slope = beta + sigma * root @ generator.standard_normal(2)
        drawn = intercept + slope * first + generator.normal(0, sigma, n) + delta
        change = np.where(missing, drawn, last) - first
        estimates.append(change.mean())
        variances.append(change.var(ddof=1) / n)
    return float(np.mean(estimates)), float(np.mean(variances) + np.var(estimates, ddof=1)) ** 0.5


def test_shift_contrast__is_what_multiple_imputation_tends_to():
    generator = np.random.default_rng(3)
    first = generator.normal(12, 3, 60)
    last = 0.5 * first + generator.normal(-2, 2, 60)
    missing = np.arange(60) % 4 == 0
    estimate, error = multiple_imputation(first, last, missing, 0.0)
    expected, expected_error = multiple_imputation(first, last, missing, 6.0)
    shifted = shift_contrast(estimate, error, 50.0, delta=6.0, n_missing=15, n=60)
    assert shifted.estimate == pytest.approx(expected, rel=1e-12)
    assert shifted.std_error == pytest.approx(expected_error, rel=0.05)
    assert expected_error > 1.2 * error


def test_conditional_means__two_occasions_are_a_regression():
    # covariance 3 over variance 4: 0.75 a point; 10 + 0.75 * (12 - 8) = 13
    completed = conditional_means([[12.0, np.nan], [8.0, 5.0]], [8.0, 10.0], [[4.0, 3.0], [3.0, 9.0]])
    np.testing.assert_allclose(completed, [[12.0, 13.0], [8.0, 5.0]], rtol=1e-14)


def test_conditional_means__nothing_observed_gives_the_mean():
    completed = conditional_means([[np.nan, np.nan]], [8.0, 10.0], [[4.0, 3.0], [3.0, 9.0]])
    np.testing.assert_allclose(completed, [[8.0, 10.0]])


def test_conditional_means__refuses_shapes_that_do_not_fit():
    with pytest.raises(EstimationError, match="do not fit"):
        conditional_means([[1.0, 2.0, 3.0]], [8.0, 10.0], [[4.0, 3.0], [3.0, 9.0]])
