"""Sandwich covariance of the fixed effects: valid when the covariance structure is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import solve_triangular

from sap_helpers.errors import EstimationError
from sap_helpers.stats.mmrm.patterns import chunks, pattern_rows

if TYPE_CHECKING:
    from sap_helpers.stats.inputs import FloatArray
    from sap_helpers.stats.mmrm.design import Design

CORRECTIONS = {"none": 0.0, "kauermann-carroll": 0.5, "mancl-derouen": 1.0}
FULL_LEVERAGE = 1e-10


def estimate_robust_covariance(
    design: Design,
    sigma: FloatArray,
    root: FloatArray,
    coefficients: FloatArray,
    correction: str,
) -> FloatArray:
    """Return the sandwich covariance of the coefficients, subjects as the independent units.

    Parameters
    ----------
    design
        The model's rows.
    sigma
        float64, visit x visit, the fitted covariance matrix.
    root
        float64, term x term; root @ root.T is the model-based covariance.
    coefficients
        float64, one per term.
    correction
        "none" (SAS's EMPIRICAL), "kauermann-carroll" or "mancl-derouen" for the leverage of the subjects.

    Raises
    ------
    EstimationError
        For an unknown correction, or where one subject alone determines a coefficient.
    """
    if correction not in CORRECTIONS:
        raise EstimationError(f"correction {correction!r} is unknown; allowed: {', '.join(CORRECTIONS)}")
    meat = np.zeros_like(root)
    for group in pattern_rows(design):
        lower = np.linalg.cholesky(sigma[np.ix_(group.observed, group.observed)])
        whiten = solve_triangular(lower, np.eye(len(lower)), lower=True)
        for rows in chunks(group.rows, len(root) + 1):
            x = design.x[rows]
            residual = (design.y[rows] - x @ coefficients) @ whiten.T
            white = whiten @ (x @ root)
            scores = np.einsum("nkp,nk->np", white, _spread(white, residual, CORRECTIONS[correction]))
            meat += scores.T @ scores
    return root @ meat @ root.T


def _spread(white: FloatArray, residual: FloatArray, exponent: float) -> FloatArray:
    """Return (I - H)^-exponent times the residual of every subject, H its leverage matrix."""
    if exponent == 0.0:
        return residual
    values, vectors = np.linalg.eigh(white @ white.swapaxes(1, 2))
    remaining = 1.0 - values
    if float(remaining.min()) < FULL_LEVERAGE:
        raise EstimationError(
            "a corrected robust standard error does not exist: one subject alone determines a coefficient; "
            "use correction 'none'"
        )
    rotated = np.einsum("nks,nk->ns", vectors, residual) / remaining**exponent
    result: FloatArray = np.einsum("nks,ns->nk", vectors, rotated)
    return result
