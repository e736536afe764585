"""Newton's method on the restricted likelihood, with Fisher scoring where it is not convex, and why it stopped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from sap_helpers.stats.mmrm.covariance import smallest_eigenvalue
from sap_helpers.stats.mmrm.likelihood import evaluate

if TYPE_CHECKING:
    from sap_helpers.stats.inputs import FloatArray
    from sap_helpers.stats.mmrm.covariance import Structure
    from sap_helpers.stats.mmrm.likelihood import Reml
    from sap_helpers.stats.mmrm.patterns import Patterns

MAX_ITERATIONS = 150
MAX_HALVINGS = 40
DECREMENT = 1e-10
SINGULAR = 1e-10
NEARLY_SINGULAR = 1e-4
SUFFICIENT = 1e-4
ROUNDING = 1e-12
CURVATURE = 1e-13
NO_INFORMATION = 1e-200
LOADING = 0.25


@dataclass(frozen=True)
class Slope:
    """Derivatives of the covariance matrix along directions in the parameters, whitened.

    Parameters
    ----------
    directions
        float64, parameter x direction.
    first
        float64, direction x visit x visit.
    second
        float64, direction x direction x visit x visit; None where all of them are zero.
    """

    directions: FloatArray
    first: FloatArray
    second: FloatArray | None


@dataclass(frozen=True)
class Optimum:
    """Where the optimiser stopped.

    Parameters
    ----------
    theta
        Parameters of the structure, in the scale of the standardised response.
    reml
        The likelihood there.
    iterations
        Number of steps taken.
    slope
        The derivatives there; None where it did not converge.
    direction_covariance
        Inverse of the observed information along the directions; None where it did not converge.
    note
        Empty when converged, else why not.
    """

    theta: FloatArray
    reml: Reml
    iterations: int
    note: str
    slope: Slope | None = None
    direction_covariance: FloatArray | None = None


def maximise(patterns: Patterns, structure: Structure, visits: tuple[str, ...]) -> Optimum:
    """Maximise the restricted likelihood over the parameters of a structure.

    Parameters
    ----------
    patterns
        The condensed data.
    structure
        The covariance structure.
    visits
        Labels of the visits, for the note.
    """
    theta = structure.start(_moments(patterns))
    reml = evaluate(structure.matrix(theta), patterns)
    if reml is None:
        raise ArithmeticError("the start values of the covariance matrix are not positive definite")
    for iteration in range(1, MAX_ITERATIONS + 1):
        value, vector = smallest_eigenvalue(structure.matrix(theta))
        if value < SINGULAR:
            return Optimum(theta, reml, iteration, _singular_note(vector, visits))
        step, decrement = _step(reml, structure, theta)
        if step is None:
            return Optimum(theta, reml, iteration, _flat_note(structure, theta, visits))
        found = _search(patterns, structure, theta, reml, step, decrement)
        if found is None:
            return Optimum(theta, reml, iteration, _flat_note(structure, theta, visits))
        theta, reml = found
        if decrement < DECREMENT:
            return _finish(structure, theta, reml, iteration, visits)
    return Optimum(theta, reml, MAX_ITERATIONS, _unfinished_note(structure, theta, visits))


def _finish(structure: Structure, theta: FloatArray, reml: Reml, iteration: int, visits: tuple[str, ...]) -> Optimum:
    """Accept the point if the covariance matrix and the observed information are safely positive definite."""
    value, vector = smallest_eigenvalue(structure.matrix(theta))
    if value < SINGULAR:
        return Optimum(theta, reml, iteration, _singular_note(vector, visits))
    slope = _slope(reml, structure, theta)
    factor = _factor(reml.hessian(slope.first, slope.second), np.diag(reml.expected(slope.first)))
    if factor is None:
        return Optimum(theta, reml, iteration, _flat_note(structure, theta, visits))
    covariance = 2.0 * _solve(factor, np.eye(len(theta)))
    return Optimum(theta, reml, iteration, "", slope, (covariance + covariance.T) / 2.0)


def _step(reml: Reml, structure: Structure, theta: FloatArray) -> tuple[FloatArray | None, float]:
    """Return the Newton step, or the scoring step where the surface is not convex, and the decrease it promises."""
    slope = _slope(reml, structure, theta)
    gradient, expected = reml.gradient(slope.first), reml.expected(slope.first)
    unit = np.diag(expected)
    factor = _factor(reml.hessian(slope.first, slope.second), unit) or _factor(expected, unit)
    if factor is None:
        return None, 0.0
    step = -_solve(factor, gradient)
    return slope.directions @ step, float(-gradient @ step)


def _slope(reml: Reml, structure: Structure, theta: FloatArray) -> Slope:
    """Return derivatives by the parameters, but for us along L B L' with L L' the matrix and B its basis.

    The parameters of us are nearly collinear where visits are strongly correlated; along these directions the whitened
    derivative is B itself, whatever the correlations.
    """
    first, second = structure.first(theta), structure.second(theta)
    visits = first.shape[1]
    if second is not None:
        return Slope(np.eye(len(theta)), reml.whiten(first), reml.whiten(second))
    if len(first) < visits * (visits + 1) // 2:
        return Slope(np.eye(len(theta)), reml.whiten(first), None)
    rows, columns = np.tril_indices(visits)
    along = reml.lower @ first @ reml.lower.T
    return Slope(along[:, rows, columns].T, first, None)


def _search(
    patterns: Patterns,
    structure: Structure,
    theta: FloatArray,
    reml: Reml,
    step: FloatArray,
    decrement: float,
) -> tuple[FloatArray, Reml] | None:
    """Return the first point along halved steps that is inside and decreases the deviance enough."""
    noise = ROUNDING * (abs(reml.deviance) + patterns.n_observations)
    for halving in range(MAX_HALVINGS):
        length = 0.5**halving
        candidate = theta + length * step
        if not structure.is_inside(candidate):
            continue
        trial = evaluate(structure.matrix(candidate), patterns)
        if trial is not None and trial.deviance <= reml.deviance - SUFFICIENT * length * decrement + noise:
            return candidate, trial
    return None


Factor: TypeAlias = "tuple[tuple[FloatArray, bool], FloatArray]"


def _factor(matrix: FloatArray, unit: FloatArray) -> Factor | None:
    """Return the Cholesky factor of `matrix` scaled by `unit`, the diagonal of the expected information.

    None unless the scaled matrix is safely positive definite.
    """
    if not np.isfinite(matrix).all() or unit.min() <= NO_INFORMATION * unit.max():
        return None
    diagonal = np.sqrt(unit)
    scaled = matrix / np.outer(diagonal, diagonal)
    return (cho_factor(scaled), diagonal) if np.linalg.eigvalsh(scaled)[0] >= CURVATURE else None


def _solve(factor: Factor, right: FloatArray) -> FloatArray:
    cholesky, diagonal = factor
    columns = (right.T / diagonal).T
    return np.asarray((cho_solve(cholesky, columns).T / diagonal).T)


def _moments(patterns: Patterns) -> FloatArray:
    """Return the covariance matrix of the least-squares residuals, every pair of visits from its own subjects."""
    pairs = np.einsum("g,gs,gt->st", patterns.counts, patterns.observed, patterns.observed, dtype=np.float64)
    moments = patterns.y.T @ patterns.y / np.maximum(pairs, 1.0)
    variances = np.diag(moments)
    floor = np.maximum(variances, 1e-3 * variances.mean())
    return np.asarray(moments + np.diag(floor - variances))


def _singular_note(vector: FloatArray, visits: tuple[str, ...]) -> str:
    sizes = np.abs(vector)
    involved = [visit for visit, size in zip(visits, sizes, strict=True) if size > LOADING * sizes.max()]
    named = f"visits {', '.join(involved)} are" if len(involved) > 1 else f"visit {', '.join(involved)} is"
    return (
        f"the covariance matrix became singular: {named} (nearly) determined by the other values, "
        "or there are too few subjects"
    )


def _unfinished_note(structure: Structure, theta: FloatArray, visits: tuple[str, ...]) -> str:
    value, vector = smallest_eigenvalue(structure.matrix(theta))
    if value < NEARLY_SINGULAR:
        return _singular_note(vector, visits)
    return f"no convergence in {MAX_ITERATIONS} iterations"


def _flat_note(structure: Structure, theta: FloatArray, visits: tuple[str, ...]) -> str:
    value, vector = smallest_eigenvalue(structure.matrix(theta))
    if value < NEARLY_SINGULAR:
        return _singular_note(vector, visits)
    return f"the data do not determine all {len(structure.names)} covariance parameter(s)"
