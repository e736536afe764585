"""Logistic regression under weakly informative Cauchy priors: posterior mode and its curvature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from sap_helpers.errors import EstimationError

if TYPE_CHECKING:
    from sap_helpers.stats.inputs import FloatArray

DEFAULT_SCALE = 2.5
INTERCEPT_FACTOR = 4.0
MAX_STEPS = 200
GRADIENT_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class LogisticMode:
    """Posterior mode (intercept first) and the lower Cholesky root of the negative second derivative there."""

    mode: FloatArray
    root: FloatArray
    n_steps: int


def standardise(predictors: FloatArray, reference: FloatArray) -> FloatArray:
    """Return the design matrix: an intercept, and predictors centred and scaled by what `reference` (rows) shows.

    A column with two values in `reference` is divided by their distance, another one by twice its standard deviation;
    a constant one is only centred, so that its coefficient is the prior's.
    """
    center, spread = reference.mean(axis=0), np.ones(reference.shape[1])
    for j in range(reference.shape[1]):
        distinct = np.unique(reference[:, j])
        if distinct.size == 2:
            spread[j] = distinct[1] - distinct[0]
        elif distinct.size > 2:
            spread[j] = 2.0 * reference[:, j].std(ddof=1)
    return np.column_stack([np.ones(predictors.shape[0]), (predictors - center) / spread])


def fit_weak_logistic(design: FloatArray, response: FloatArray, prior_scale: float = DEFAULT_SCALE) -> LogisticMode:
    """Fit a logistic regression with Cauchy priors on the slopes, four times as wide on the intercept (first column).

    Parameters
    ----------
    design
        n x p, intercept first, predictors as `standardise` scales them.
    response
        n values 0 or 1.
    prior_scale
        Scale of the slopes' prior; 2.5, and so 10 for the intercept, are those of Gelman and others (2008).

    Returns
    -------
    LogisticMode
        The mode exists also under complete separation and with a constant response.

    Raises
    ------
    EstimationError
        The mode was not found within 200 steps.

    Notes
    -----
    Newton steps on the log posterior from 0, halved until it rises; where its second derivative is not yet negative
    definite, the prior's curvature is replaced by that of the normal distribution which touches it from below.
    """
    scales = np.full(design.shape[1], prior_scale)
    scales[0] *= INTERCEPT_FACTOR
    beta = np.zeros(design.shape[1])
    for step in range(MAX_STEPS):
        gradient = design.T @ (response - expit(design @ beta)) - 2 * beta / (scales**2 + beta**2)
        root = curvature_root(design, beta, scales)
        if np.abs(gradient).max() < GRADIENT_TOLERANCE:
            return LogisticMode(beta, root, step)
        beta = climb(design, response, scales, beta, np.linalg.solve(root.T, np.linalg.solve(root, gradient)))
    raise EstimationError(
        f"logistic regression of {response.size} responses: no posterior mode within {MAX_STEPS} steps. "
        "Check the predictors"
    )


def curvature_root(design: FloatArray, beta: FloatArray, scales: FloatArray) -> FloatArray:
    """Return the Cholesky root of the negative second derivative, or of its positive definite stand-in."""
    p = expit(design @ beta)
    data = (design * (p * (1 - p))[:, None]).T @ design
    exact = data + np.diag(2 * (scales**2 - beta**2) / (scales**2 + beta**2) ** 2)
    if np.linalg.eigvalsh(exact)[0] > 0:
        return np.linalg.cholesky(exact).astype(np.float64)
    return np.linalg.cholesky(data + np.diag(2 / (scales**2 + beta**2))).astype(np.float64)


def log_posterior(design: FloatArray, response: FloatArray, scales: FloatArray, beta: FloatArray) -> float:
    """Return the log posterior density up to a constant."""
    eta = design @ beta
    return float(np.sum(response * eta - np.logaddexp(0, eta)) - np.sum(np.log1p((beta / scales) ** 2)))


def climb(
    design: FloatArray, response: FloatArray, scales: FloatArray, beta: FloatArray, step: FloatArray
) -> FloatArray:
    """Return the next coefficients: the whole step, or the first of its halves that does not lower the posterior."""
    here, size = log_posterior(design, response, scales, beta), 1.0
    while log_posterior(design, response, scales, beta + size * step) < here - 1e-12 * abs(here) and size > 1e-10:
        size /= 2
    return beta + size * step
