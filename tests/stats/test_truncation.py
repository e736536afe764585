"""Truncated normal distributions and regression to the mean."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sap_helpers.errors import EstimationError
from sap_helpers.stats import fit_truncated_normal, regression_to_mean

SCORES = [8, 8, 9, 10, 10, 11, 12, 12, 13, 14, 16, 18]


def test_fit_truncated_normal__threshold_far_below_changes_nothing() -> None:
    fit = fit_truncated_normal([100, 101, 102, 103], 8)
    assert [fit.mean, fit.sd] == pytest.approx([101.5, math.sqrt(1.25)])
    assert fit.share_selected == pytest.approx(1.0)


def test_fit_truncated_normal__as_optim() -> None:
    fit = fit_truncated_normal(SCORES, 8)
    # R: optim(c(10, 1), function(p) -sum(dnorm(x, p[1], exp(p[2]), log = TRUE) -
    #    pnorm(8, p[1], exp(p[2]), lower.tail = FALSE, log.p = TRUE)), method = "BFGS")
    assert [fit.mean, fit.sd] == pytest.approx([6.0903, 5.4844], abs=2e-4)
    assert fit.converged


def test_fit_truncated_normal__fitted_mean_above_the_threshold_is_the_sample_mean() -> None:
    fit = fit_truncated_normal(SCORES, 8)
    change = regression_to_mean(fit, [0.0])[0].estimate
    assert fit.mean is not None
    assert change == pytest.approx(fit.mean - np.mean(SCORES), rel=1e-9)


def test_fit_truncated_normal__wide_scatter_has_no_maximum() -> None:
    fit = fit_truncated_normal([8, 8, 8, 8, 30], 8)
    assert (fit.mean, fit.converged) == (None, False)
    assert fit.note.startswith("not estimable: the scores scatter as widely as an exponential distribution")


@pytest.mark.parametrize("scores", [[], [9], [8, 8, 8], [11, 11]])
def test_fit_truncated_normal__fewer_than_two_different_scores_are_not_estimable(scores: list[float]) -> None:
    assert fit_truncated_normal(scores, 8).note == "not estimable: fewer than two different scores"


def test_fit_truncated_normal__scores_below_the_threshold_are_refused() -> None:
    with pytest.raises(EstimationError, match="2 of 3 below the threshold 8"):
        fit_truncated_normal([6, 7, 9], 8)


def test_fit_truncated_normal__missing_is_refused() -> None:
    with pytest.raises(EstimationError, match="values: 1 of 2 values missing"):
        fit_truncated_normal([9, float("nan")], 8)


def test_regression_to_mean__proportional_to_one_minus_the_correlation() -> None:
    half, most, full = regression_to_mean(fit_truncated_normal(SCORES, 8), [0.5, 0.9, 1.0])
    assert half.estimate == pytest.approx(-2.82989, abs=1e-4)
    assert most.estimate == pytest.approx(-2.82989 / 5, abs=1e-4)
    assert full.estimate == 0.0


def test_regression_to_mean__without_a_fit_carries_its_note() -> None:
    fit = fit_truncated_normal([8], 8)
    assert [(c.estimate, c.note) for c in regression_to_mean(fit, [0.5])] == [(None, fit.note)]


def test_regression_to_mean__impossible_correlation_is_refused() -> None:
    with pytest.raises(EstimationError, match="outside 0 to 1"):
        regression_to_mean(fit_truncated_normal(SCORES, 8), [1.2])
