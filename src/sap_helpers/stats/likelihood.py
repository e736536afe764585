"""Smooth likelihoods without written-out derivatives: maximum, curvature there, and whether it is one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize

if TYPE_CHECKING:
    from collections.abc import Callable

    from sap_helpers.stats.inputs import FloatArray

EPS = float(np.finfo(np.float64).eps)
GRADIENT_STEP, CURVATURE_STEP = EPS ** (1 / 3), EPS ** (1 / 4)
NEWTON_STEPS = 20
STEP_TOLERANCE = 1e-7
IMPOSSIBLE = -1e10


@dataclass(frozen=True, slots=True, eq=False)
class Maximum:
    """Where a log likelihood is highest, its value, the inverse of its negative second derivative, and if it is one."""

    point: FloatArray
    value: float
    covariance: FloatArray
    converged: bool


def maximise(log_likelihood: Callable[[FloatArray], float], start: FloatArray) -> Maximum:
    """Maximise a log likelihood of a few parameters of order one, from a start in its basin.

    Parameters
    ----------
    log_likelihood
        Function of the parameters; the finite `IMPOSSIBLE` where it has no value, so that differences stay numbers.
    start
        Parameters to start from.

    Returns
    -------
    Maximum
        Quasi-Newton steps, then Newton steps on central differences. ``converged`` is True where the last step was
        below 1e-7 in every parameter and the negative second derivative positive definite.
    """

    def loss(x: FloatArray) -> float:
        return -log_likelihood(x)

    point: FloatArray = np.asarray(minimize(loss, start, method="BFGS").x, dtype=np.float64)
    converged = False
    for _ in range(NEWTON_STEPS):
        information = -second_derivative(log_likelihood, point)
        if not (np.isfinite(information).all() and np.linalg.eigvalsh(information)[0] > 0):
            return Maximum(point, log_likelihood(point), np.zeros_like(information), converged=False)
        step = np.linalg.solve(information, gradient(log_likelihood, point))
        if log_likelihood(point + step) < log_likelihood(point) - 1e-9:
            break
        point = point + step
        if np.abs(step).max() < STEP_TOLERANCE:
            converged = True
            break
    covariance = np.linalg.inv(-second_derivative(log_likelihood, point)).astype(np.float64)
    return Maximum(point, log_likelihood(point), covariance, converged)


def gradient(function: Callable[[FloatArray], float], point: FloatArray) -> FloatArray:
    """Return the gradient by central differences."""
    shifts = np.eye(point.size) * GRADIENT_STEP
    return np.array([(function(point + h) - function(point - h)) / (2 * GRADIENT_STEP) for h in shifts])


def second_derivative(function: Callable[[FloatArray], float], point: FloatArray) -> FloatArray:
    """Return the matrix of second derivatives by central differences."""
    shifts = np.eye(point.size) * CURVATURE_STEP
    matrix = np.empty((point.size, point.size))
    for i, a in enumerate(shifts):
        for j, b in enumerate(shifts[: i + 1]):
            corners = (
                function(point + a + b) - function(point + a - b) - function(point - a + b) + function(point - a - b)
            )
            matrix[i, j] = matrix[j, i] = corners / (4 * CURVATURE_STEP**2)
    return matrix
