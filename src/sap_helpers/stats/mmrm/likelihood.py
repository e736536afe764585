"""The restricted likelihood of Patterns at a covariance matrix, with exact first and second derivatives.

Nothing here loops over subjects, patterns or parameters: what depends on the data is gathered once per evaluation into
arrays over pairs of visits, and a structure's derivatives are applied to those. With L L' the covariance matrix of all
visits, everything with a visit index is in coordinates multiplied by L' (data) or L^-1 (derivatives of the matrix):
strongly correlated visits, whose inverse covariance has huge elements that cancel, then lose few digits.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import solve_triangular

if TYPE_CHECKING:
    from sap_helpers.stats.inputs import BoolArray, FloatArray, IntArray
    from sap_helpers.stats.mmrm.patterns import Patterns


@dataclass(frozen=True)
class Reml:
    """One evaluation. Notation: V a subject's covariance, X its design, r its residual, Phi = (sum X'V^-1 X)^-1.

    ``first`` and ``second`` in the methods are derivatives of the covariance matrix after `whiten`.

    Parameters
    ----------
    lower
        float64, visit x visit: L.
    inverses
        float64, pattern x visit x visit: L'V^-1 L, where V^-1 is zero outside the observed visits.
    counts
        Subjects per pattern.
    starts
        First stand-in of every pattern.
    root
        float64, term x term, with root @ root.T = Phi.
    beta
        Generalised least-squares coefficients.
    design
        float64, stand-in x visit x term: L'V^-1 X root.
    residual
        float64, stand-in x visit: L'V^-1 r.
    deviance
        Minus twice the restricted log-likelihood, log(2 pi) included.
    """

    lower: FloatArray
    inverses: FloatArray
    counts: IntArray
    starts: IntArray
    root: FloatArray
    beta: FloatArray
    design: FloatArray
    residual: FloatArray
    deviance: float

    def whiten(self, matrices: FloatArray) -> FloatArray:
        """Return L^-1 M L'^-1 of every matrix M in the last two dimensions."""
        half = np.linalg.solve(self.lower, matrices)
        return np.linalg.solve(self.lower, half.swapaxes(-1, -2)).swapaxes(-1, -2)

    @cached_property
    def design_products(self) -> FloatArray:
        """The design's cross-products by pair of visits: (visit * visit) x (term * term)."""
        stand_ins, visits, terms = self.design.shape
        flat = self.design.reshape(stand_ins, visits * terms)
        product = (flat.T @ flat).reshape(visits, terms, visits, terms)
        return product.transpose(0, 2, 1, 3).reshape(visits**2, terms**2)

    @cached_property
    def by_covariance(self) -> FloatArray:
        """Derivative of the deviance by the elements of the covariance matrix, visit x visit."""
        terms = self.design.shape[2]
        weighted = np.tensordot(self.counts, self.inverses, axes=1)
        hat = self.design_products[:, :: terms + 1].sum(axis=1).reshape(weighted.shape)
        return np.asarray(weighted - hat - self.residual.T @ self.residual)

    @cached_property
    def _residual_products(self) -> FloatArray:
        """Sums of the residual's cross-products by pattern, pattern x visit x visit."""
        return np.add.reduceat(self.residual[:, :, None] * self.residual[:, None, :], self.starts)

    @cached_property
    def _hat_products(self) -> FloatArray:
        """Sums of the design's cross-products by pattern, pattern x visit x visit."""
        return np.add.reduceat(self.design @ self.design.swapaxes(1, 2), self.starts)

    def gradient(self, first: FloatArray) -> FloatArray:
        """Return the derivative of the deviance by the parameters whose derivative matrices are `first`."""
        result: FloatArray = np.tensordot(first, self.by_covariance, axes=2)
        return result

    def hessian(self, first: FloatArray, second: FloatArray | None) -> FloatArray:
        """Return the exact second derivative of the deviance."""
        weights = 2.0 * (self._hat_products + self._residual_products) - self._weighted_inverses
        between = self._cross(first, self.design, self.residual)
        result = self._quadratic(first, weights) - self._design_part(first) - 2.0 * between @ between.T
        if second is not None:
            result = result + np.tensordot(second, self.by_covariance, axes=2)
        return (result + result.T) / 2.0

    def expected(self, first: FloatArray) -> FloatArray:
        """Return the expectation of the second derivative: positive semi-definite everywhere."""
        result = self._quadratic(first, self._weighted_inverses - 2.0 * self._hat_products) + self._design_part(first)
        return (result + result.T) / 2.0

    def information_derivatives(self, first: FloatArray) -> FloatArray:
        """Return root' X'V^-1 (dV) V^-1 X root by parameter, parameter x term x term."""
        terms = self.design.shape[2]
        return (first.reshape(len(first), -1) @ self.design_products).reshape(-1, terms, terms)

    def second_information(self, first: FloatArray, weights: FloatArray) -> FloatArray:
        """Return the sum over pairs (a, b) of weights[a, b] root' X'V^-1 (dV/da) V^-1 (dV/db) V^-1 X root."""
        parameters, visits, _ = first.shape
        flat = first.reshape(parameters, -1)
        pairs = (flat.T @ weights @ flat).reshape((visits,) * 4)
        middle = np.einsum("stuv,gtu->gsv", pairs, self.inverses, optimize=True)
        members = np.diff(np.r_[self.starts, len(self.design)])
        weighted = np.repeat(middle, members, axis=0) @ self.design
        terms = self.design.shape[2]
        result: FloatArray = self.design.reshape(-1, terms).T @ weighted.reshape(-1, terms)
        return result

    @cached_property
    def _weighted_inverses(self) -> FloatArray:
        return self.counts[:, None, None] * self.inverses

    def _quadratic(self, first: FloatArray, weights: FloatArray) -> FloatArray:
        """Return the sum over patterns of trace(dV/da V^-1 dV/db weights)."""
        patterns, visits, _ = weights.shape
        tensor = self.inverses.reshape(patterns, -1).T @ weights.reshape(patterns, -1)
        ordered = tensor.reshape((visits,) * 4).transpose(3, 0, 1, 2).reshape(visits**2, visits**2)
        flat = first.reshape(len(first), -1)
        return flat @ ordered @ flat.T

    def _design_part(self, first: FloatArray) -> FloatArray:
        flat = self.information_derivatives(first).reshape(len(first), -1)
        return flat @ flat.T

    @staticmethod
    def _cross(first: FloatArray, design: FloatArray, residual: FloatArray) -> FloatArray:
        """Return root' X'V^-1 (dV/da) V^-1 r by parameter, parameter x term."""
        stand_ins, visits, terms = design.shape
        by_visits = residual.T @ design.reshape(stand_ins, -1)
        by_pair = by_visits.reshape(visits, visits, terms).swapaxes(0, 1).reshape(visits**2, terms)
        return first.reshape(len(first), -1) @ by_pair


def evaluate(sigma: FloatArray, patterns: Patterns) -> Reml | None:
    """Return the restricted likelihood at a covariance matrix; None where it is not positive definite.

    Parameters
    ----------
    sigma
        float64, visit x visit, in the scale of the standardised response.
    patterns
        The condensed data.
    """
    factored = _factor_patterns(sigma, patterns.observed)
    if factored is None:
        return None
    lower, inverse_lowers, projections, log_determinants = factored
    white_x = inverse_lowers[patterns.pattern] @ patterns.x
    white_y = np.einsum("mst,mt->ms", inverse_lowers[patterns.pattern], patterns.y)
    flat = white_x.reshape(-1, patterns.n_terms)
    try:
        lower_information = np.linalg.cholesky(flat.T @ flat)
    except np.linalg.LinAlgError:
        return None
    root = solve_triangular(lower_information, np.eye(patterns.n_terms), lower=True).T
    beta = root @ (root.T @ (flat.T @ white_y.ravel()))
    residual = white_y - white_x @ beta
    freedom = patterns.n_observations - patterns.n_terms
    deviance = (
        float(patterns.counts @ log_determinants)
        + 2.0 * float(np.log(np.diag(lower_information)).sum())
        + float(np.vdot(residual, residual))
        + freedom * float(np.log(2.0 * np.pi))
    )
    back = projections.swapaxes(1, 2)
    return Reml(
        lower=lower,
        inverses=back @ projections,
        counts=patterns.counts,
        starts=np.searchsorted(patterns.pattern, np.arange(len(patterns.counts))),
        root=root,
        beta=beta,
        design=back[patterns.pattern] @ (white_x @ root),
        residual=np.einsum("mts,mt->ms", projections[patterns.pattern], residual),
        deviance=deviance,
    )


def _factor_patterns(
    sigma: FloatArray, observed: BoolArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray] | None:
    """Return what the patterns need of the covariance matrix; None if it is not positive definite.

    With C C' a pattern's own covariance matrix: L; by pattern C^-1, C^-1 L of the observed rows, the log determinant.
    """
    inside = observed[:, :, None] & observed[:, None, :]
    outside = np.eye(len(sigma)) * ~observed[:, None, :]
    try:
        lower = np.linalg.cholesky(sigma)
        own = np.linalg.cholesky(np.where(inside, sigma, 0.0) + outside)
    except np.linalg.LinAlgError:
        return None
    inverse_lowers = np.linalg.solve(own, np.broadcast_to(np.eye(len(sigma)), own.shape))
    projections = np.linalg.solve(own, np.where(observed[:, :, None], lower, 0.0))
    log_determinants = 2.0 * np.log(own.diagonal(axis1=1, axis2=2)).sum(axis=1)
    return np.asarray(lower), np.asarray(inverse_lowers), np.asarray(projections), np.asarray(log_determinants)
