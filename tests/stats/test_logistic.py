"""Weakly informative logistic regression."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.optimize import brentq

from sap_helpers.stats.logistic import fit_weak_logistic, standardise

LINE = np.arange(8.0)[:, None]


def test_standardise__two_values_get_a_range_of_one_about_their_mean() -> None:
    column = np.array([[0.0], [0.0], [0.0], [1.0]])
    assert standardise(column, column)[:, 1].tolist() == [-0.25, -0.25, -0.25, 0.75]


def test_standardise__other_values_get_a_standard_deviation_of_a_half() -> None:
    scaled = standardise(LINE, LINE)[:, 1]
    assert (scaled.mean(), scaled.std(ddof=1)) == (pytest.approx(0.0), pytest.approx(0.5))


def test_standardise__new_rows_take_the_scale_of_the_reference() -> None:
    assert standardise(np.array([[2.0]]), np.array([[0.0], [1.0]]))[0].tolist() == [1.0, 1.5]


def test_standardise__constant_column_is_only_centred() -> None:
    assert standardise(np.array([[3.0]]), np.array([[2.0], [2.0]]))[0].tolist() == [1.0, 1.0]


def test_fit_weak_logistic__even_responses_without_slope_have_their_mode_at_zero() -> None:
    fit = fit_weak_logistic(np.ones((4, 1)), np.array([0.0, 1.0, 0.0, 1.0]))
    # Second derivative: 4 * 1/4 from the data, 2/100 from the prior.
    assert fit.mode == pytest.approx([0.0], abs=1e-12)
    assert fit.root[0, 0] ** 2 == pytest.approx(1.02, rel=1e-12)


def test_fit_weak_logistic__all_responses_one_stay_finite() -> None:
    fit = fit_weak_logistic(np.ones((5, 1)), np.ones(5))
    # 5 (1 - expit b) = 2 b / (100 + b^2)
    root = brentq(lambda b: 5 / (1 + math.exp(b)) - 2 * b / (100 + b**2), 0, 20, xtol=1e-14)
    assert fit.mode == pytest.approx([root], rel=1e-9)


def test_fit_weak_logistic__separation_has_a_finite_mode_with_positive_curvature() -> None:
    fit = fit_weak_logistic(standardise(LINE, LINE), (LINE[:, 0] > 3).astype(float))
    assert 2 < fit.mode[1] < 10
    assert np.all(np.diag(fit.root) > 0)


def test_fit_weak_logistic__constant_column_keeps_the_prior() -> None:
    fit = fit_weak_logistic(np.column_stack([np.ones(4), np.zeros(4)]), np.array([0.0, 1.0, 1.0, 1.0]))
    # Second derivative of the log Cauchy density at 0: 2 / 2.5^2.
    assert fit.mode[1] == 0.0
    assert (fit.root @ fit.root.T)[1, 1] == pytest.approx(0.32, rel=1e-12)


def test_fit_weak_logistic__gradient_vanishes_at_the_mode() -> None:
    generator = np.random.default_rng(4)
    design = standardise(generator.normal(0, 3, (30, 2)), generator.normal(0, 3, (30, 2)))
    response = generator.integers(0, 2, 30).astype(float)
    fit, scales = fit_weak_logistic(design, response), np.array([10, 2.5, 2.5])
    slope = design.T @ (response - 1 / (1 + np.exp(-design @ fit.mode))) - 2 * fit.mode / (scales**2 + fit.mode**2)
    assert np.abs(slope).max() < 1e-9
