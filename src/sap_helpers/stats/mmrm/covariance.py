"""Covariance structures of the repeated measures: matrix, derivatives and start values in the scale SAS reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from sap_helpers.errors import EstimationError

if TYPE_CHECKING:
    from sap_helpers.stats.inputs import BoolArray, FloatArray, IntArray

LABELS = {
    "us": "unstructured",
    "toeph": "heterogeneous Toeplitz",
    "toep": "Toeplitz",
    "ar1h": "heterogeneous first-order autoregressive",
    "ar1": "first-order autoregressive",
    "csh": "heterogeneous compound symmetry",
    "cs": "compound symmetry",
}
STRUCTURES = tuple(LABELS)
HETEROGENEOUS = frozenset({"us", "toeph", "ar1h", "csh"})
START_EIGENVALUE = 0.02
SHRINKAGE = (1.0, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.0)


class Structure(Protocol):
    """What the likelihood needs to know about a covariance structure for a given number of visits.

    Parameters are variances, covariances (us, cs, toep) or correlations (ar1, ar1h, csh, toeph), as in SAS PROC MIXED:
    the second-order Kenward-Roger term depends on that choice.
    """

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the parameters, in order."""

    def matrix(self, theta: FloatArray) -> FloatArray:
        """Return the visit x visit matrix at `theta`."""

    def first(self, theta: FloatArray) -> FloatArray:
        """Return the first derivatives, parameter x visit x visit."""

    def second(self, theta: FloatArray) -> FloatArray | None:
        """Return the second derivatives, parameter x parameter x visit x visit; None where all of them are zero."""

    def start(self, moments: FloatArray) -> FloatArray:
        """Return start values, positive definite, from a moment estimate of the matrix."""

    def rescale(self, theta: FloatArray, factor: float) -> FloatArray:
        """Return the parameters of the matrix multiplied by `factor`."""

    def is_inside(self, theta: FloatArray) -> bool:
        """Return whether the parameters are ones for which the matrix is defined."""


@dataclass(frozen=True)
class LinearStructure:
    """A sum of fixed 0/1 matrices, each times a variance or covariance: us, cs and toep.

    Parameters
    ----------
    names
        One name per parameter.
    basis
        float64, parameter x visit x visit, disjoint supports.
    """

    names: tuple[str, ...]
    basis: FloatArray

    def matrix(self, theta: FloatArray) -> FloatArray:
        """Return the visit x visit matrix at `theta`."""
        return np.tensordot(theta, self.basis, axes=1)

    def first(self, theta: FloatArray) -> FloatArray:  # noqa: ARG002
        """Return the first derivatives, which do not depend on `theta`."""
        return self.basis

    def second(self, theta: FloatArray) -> None:  # noqa: ARG002
        """Return None: a linear structure has no second derivatives."""
        return

    def start(self, moments: FloatArray) -> FloatArray:
        """Return the averages of the moments over each parameter's cells, shrunk to independence until safe."""
        theta = np.einsum("aij,ij->a", self.basis, moments) / self.basis.sum(axis=(1, 2))
        is_covariance = self.basis.diagonal(axis1=1, axis2=2).max(axis=1) == 0.0
        return _shrink(self, theta, is_covariance)

    def rescale(self, theta: FloatArray, factor: float) -> FloatArray:
        """Return the parameters of the matrix multiplied by `factor`."""
        return theta * factor

    def is_inside(self, theta: FloatArray) -> bool:
        """Return True for every finite vector: positive definiteness is checked on the matrix."""
        return bool(np.isfinite(theta).all())


@dataclass(frozen=True)
class CorrelationStructure:
    """One variance, or one per visit, times a correlation pattern: ar1, ar1h, csh and toeph.

    Parameters
    ----------
    names
        One name per parameter, variances first.
    exponents
        float64, variance x visit x visit: an element of the matrix is proportional to the variance to the power
        exponent / 2 (2 everywhere for one common variance; 0, 1 or 2 for one per visit).
    cells
        int64, visit x visit: which correlation an off-diagonal element has, counted from 1; 0 on the diagonal.
    powers
        int64, visit x visit: to which power that correlation is taken; 0 on the diagonal.
    """

    names: tuple[str, ...]
    exponents: FloatArray
    cells: IntArray
    powers: IntArray

    def matrix(self, theta: FloatArray) -> FloatArray:
        """Return the visit x visit matrix at `theta`."""
        return self._scale(theta) * self._power(theta, 0)

    def first(self, theta: FloatArray) -> FloatArray:
        """Return the first derivatives, parameter x visit x visit."""
        variances, _ = self._split(theta)
        by_variance = self.matrix(theta) * self.exponents / (2.0 * variances[:, None, None])
        by_correlation = self._select() * self._scale(theta) * self._power(theta, 1)
        return np.concatenate([by_variance, by_correlation])

    def second(self, theta: FloatArray) -> FloatArray:
        """Return the second derivatives, parameter x parameter x visit x visit."""
        variances, correlations = self._split(theta)
        n_variances, n_correlations = len(variances), len(correlations)
        half = self.exponents / (2.0 * variances[:, None, None])
        matrix, scale, select = self.matrix(theta), self._scale(theta), self._select()
        result = np.zeros((len(theta), len(theta), *matrix.shape))
        result[:n_variances, :n_variances] = half[:, None] * half[None] * matrix
        rows = np.arange(n_variances)
        result[rows, rows] -= half / variances[:, None, None] * matrix
        mixed = half[:, None] * select[None] * scale * self._power(theta, 1)
        result[:n_variances, n_variances:] = mixed
        result[n_variances:, :n_variances] = mixed.swapaxes(0, 1)
        columns = n_variances + np.arange(n_correlations)
        result[columns, columns] = select * scale * self._power(theta, 2)
        return result

    def start(self, moments: FloatArray) -> FloatArray:
        """Return the visit variances and the average correlations at the lowest power, shrunk until safe."""
        deviations = np.sqrt(np.diag(moments))
        lowest = self._select() * (self.powers == 1)
        correlations = np.einsum("aij,ij->a", lowest, moments / np.outer(deviations, deviations))
        shares = self.exponents.diagonal(axis1=1, axis2=2)
        variances = shares @ np.diag(moments) / shares.sum(axis=1)
        theta = np.concatenate([variances, correlations / lowest.sum(axis=(1, 2))])
        return _shrink(self, theta, np.arange(len(theta)) >= len(variances))

    def rescale(self, theta: FloatArray, factor: float) -> FloatArray:
        """Return the parameters of the matrix multiplied by `factor`: the variances change, correlations do not."""
        variances, correlations = self._split(theta)
        return np.concatenate([variances * factor, correlations])

    def is_inside(self, theta: FloatArray) -> bool:
        """Return whether the variances are positive and the correlations between -1 and 1."""
        variances, correlations = self._split(theta)
        return bool((variances > 0.0).all() and (np.abs(correlations) < 1.0).all())

    def _split(self, theta: FloatArray) -> tuple[FloatArray, FloatArray]:
        return theta[: len(self.exponents)], theta[len(self.exponents) :]

    def _select(self) -> FloatArray:
        numbers = np.arange(1, self.cells.max() + 1)
        selected: FloatArray = (self.cells == numbers[:, None, None]).astype(np.float64)
        return selected

    def _scale(self, theta: FloatArray) -> FloatArray:
        variances, _ = self._split(theta)
        logarithms: FloatArray = np.tensordot(np.log(variances), self.exponents, axes=1)
        return np.exp(logarithms / 2.0)

    def _power(self, theta: FloatArray, derivative: int) -> FloatArray:
        """Return, element by element, the derivative of order 0, 1 or 2 of correlation to the power."""
        _, correlations = self._split(theta)
        base = np.concatenate([[1.0], correlations])[self.cells]
        result: FloatArray = base ** np.maximum(self.powers - derivative, 0)
        for step in range(derivative):
            result = result * (self.powers - step)
        return result


def _shrink(structure: Structure, theta: FloatArray, off_diagonal: BoolArray) -> FloatArray:
    """Return `theta` with its covariances or correlations shrunk towards 0 until the matrix is well inside."""
    for weight in SHRINKAGE:
        candidate = np.where(off_diagonal, weight * theta, theta)
        if structure.is_inside(candidate) and smallest_eigenvalue(structure.matrix(candidate))[0] > START_EIGENVALUE:
            return candidate
    return np.where(off_diagonal, 0.0, theta)


def smallest_eigenvalue(sigma: FloatArray) -> tuple[float, FloatArray]:
    """Return the smallest eigenvalue of the correlation matrix of `sigma` and its eigenvector; -1 where not defined."""
    deviations = np.sqrt(np.maximum(np.diag(sigma), 0.0))
    if not np.isfinite(sigma).all() or (deviations <= 0.0).any():
        return -1.0, (deviations <= 0.0).astype(np.float64)
    values, vectors = np.linalg.eigh(sigma / np.outer(deviations, deviations))
    return float(values[0]), vectors[:, 0]


def structure_of(name: str, visits: tuple[str, ...]) -> Structure:
    """Return the covariance structure `name` for the visits given.

    Parameters
    ----------
    name
        One of us, toeph, toep, ar1h, ar1, csh, cs.
    visits
        Labels of the visits, in order of time; toep(h) and ar1(h) count a lag in visits, not in days.

    Raises
    ------
    EstimationError
        For an unknown name, or a structure other than us with a single visit.
    """
    if name not in STRUCTURES:
        raise EstimationError(f"covariance {name!r} is unknown; allowed: {', '.join(STRUCTURES)}")
    size = len(visits)
    if name == "us":
        return _unstructured(visits)
    if size == 1:
        message = f"covariance {name!r} needs two visits or more; the data have one, {visits[0]}: use 'us'"
        raise EstimationError(message)
    lags = np.abs(np.subtract.outer(np.arange(size), np.arange(size)))
    if name in {"cs", "toep"}:
        return _lag_covariances(np.minimum(lags, 1) if name == "cs" else lags)
    cells = lags if name == "toeph" else np.minimum(lags, 1)
    powers = lags if name in {"ar1", "ar1h"} else np.minimum(lags, 1)
    exponents = _visit_exponents(size) if name in HETEROGENEOUS else np.full((1, size, size), 2.0)
    variances = tuple(f"variance {visit}" for visit in visits) if name in HETEROGENEOUS else ("variance",)
    n_correlations = int(cells.max())
    names = (
        ("correlation",) if n_correlations == 1 else tuple(f"correlation lag {i + 1}" for i in range(n_correlations))
    )
    return CorrelationStructure(variances + names, exponents, cells, powers)


def _unstructured(visits: tuple[str, ...]) -> LinearStructure:
    size = len(visits)
    rows, columns = np.tril_indices(size)
    basis = np.zeros((len(rows), size, size))
    numbers = np.arange(len(rows))
    basis[numbers, rows, columns] = basis[numbers, columns, rows] = 1.0
    names = tuple(
        f"variance {visits[i]}" if i == j else f"covariance {visits[j]}, {visits[i]}"
        for i, j in zip(rows, columns, strict=True)
    )
    return LinearStructure(names, basis)


def _lag_covariances(lags: IntArray) -> LinearStructure:
    numbers = np.arange(lags.max() + 1)
    basis = (lags == numbers[:, None, None]).astype(np.float64)
    names = ("covariance",) if len(numbers) == 2 else tuple(f"covariance lag {i}" for i in numbers[1:])
    return LinearStructure(("variance", *names), basis)


def _visit_exponents(size: int) -> FloatArray:
    identity = np.eye(size)
    return identity[:, :, None] + identity[:, None, :]
