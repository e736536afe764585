"""Standard errors, degrees of freedom and F tests of contrasts: Kenward-Roger, Satterthwaite, residual."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from sap_helpers.errors import EstimationError

if TYPE_CHECKING:
    from sap_helpers.stats.inputs import FloatArray
    from sap_helpers.stats.mmrm.likelihood import Reml
    from sap_helpers.stats.mmrm.optimise import Optimum, Slope
    from sap_helpers.stats.mmrm.patterns import Patterns

METHODS = ("kenward-roger", "satterthwaite", "residual")


@dataclass(frozen=True)
class FTest:
    """A joint test of several contrasts.

    Parameters
    ----------
    statistic
        Scaled F.
    num_df, denom_df
        Degrees of freedom.
    p_value
        Upper tail.
    """

    statistic: float
    num_df: int
    denom_df: float
    p_value: float


@dataclass(frozen=True)
class Estimates:
    """Estimates of contrasts, one per row of the contrast matrix.

    Parameters
    ----------
    estimate, std_error, df, statistic, p_value, conf_low, conf_high
        float64, one element per contrast; t distribution.
    """

    estimate: FloatArray
    std_error: FloatArray
    df: FloatArray
    statistic: FloatArray
    p_value: FloatArray
    conf_low: FloatArray
    conf_high: FloatArray


def t_estimates(estimate: FloatArray, std_error: FloatArray, df: FloatArray, level: float) -> Estimates:
    """Return t tests and intervals of estimates; statistic and p value are NaN where the standard error is 0."""
    statistic = np.divide(estimate, std_error, out=np.full_like(estimate, np.nan), where=std_error > 0.0)
    half = np.asarray(stats.t.ppf((1.0 + level) / 2.0, df)) * std_error
    p_value = 2.0 * np.asarray(stats.t.sf(np.abs(statistic), df))
    return Estimates(estimate, std_error, df, statistic, p_value, estimate - half, estimate + half)


@dataclass(frozen=True)
class Inference:
    """What inference about the fixed effects needs, in the coordinates where their model-based covariance is I.

    Parameters
    ----------
    method
        One of `METHODS`.
    coefficients
        float64, original coefficients.
    root
        float64, term x term; root @ root.T is the model-based covariance of the coefficients.
    adjusted
        float64, term x term; root @ adjusted @ root.T is the covariance used for standard errors.
    derivatives
        float64, parameter x term x term; root @ derivatives[a] @ root.T is the derivative of the model-based
        covariance along direction a of the covariance parameters.
    direction_covariance
        float64, parameter x parameter, of the parameters along the directions of `derivatives`.
    residual_df
        Number of values minus number of coefficients.
    """

    method: str
    coefficients: FloatArray
    root: FloatArray
    adjusted: FloatArray
    derivatives: FloatArray
    direction_covariance: FloatArray
    residual_df: int

    def covariance(self) -> FloatArray:
        """Return the covariance matrix of the coefficients that the standard errors come from."""
        return self.root @ self.adjusted @ self.root.T

    def estimates(self, contrasts: FloatArray, level: float) -> Estimates:
        """Return estimate, standard error, df, t test and confidence interval of every contrast.

        Parameters
        ----------
        contrasts
            float64, contrast x term.
        level
            Confidence level.

        Raises
        ------
        EstimationError
            For a contrast whose variance is not positive.
        """
        rows = contrasts @ self.root
        variance = np.einsum("rp,pq,rq->r", rows, self.adjusted, rows)
        df = self._degrees(rows)
        if not ((variance > 0.0) & (df > 0.0)).all():
            raise EstimationError("a contrast has no positive variance: at least one of its weights must not be zero")
        return t_estimates(contrasts @ self.coefficients, np.sqrt(variance), df, level)

    def f_test(self, contrasts: FloatArray) -> FTest:
        """Return the joint test that every contrast is zero.

        Parameters
        ----------
        contrasts
            float64, contrast x term, linearly independent.

        Raises
        ------
        EstimationError
            For linearly dependent contrasts, or denominator degrees of freedom that do not exist.
        """
        rows = contrasts @ self.root
        n_contrasts = len(rows)
        if np.linalg.matrix_rank(rows) < n_contrasts:
            raise EstimationError(f"the {n_contrasts} contrasts are linearly dependent: leave out the superfluous ones")
        if n_contrasts == 1:
            scaling, denominator = 1.0, float(self._degrees(rows)[0])
        elif self.method == "kenward-roger":
            scaling, denominator = self._kenward_roger_f(rows)
        elif self.method == "satterthwaite":
            scaling, denominator = 1.0, self._satterthwaite_f(rows)
        else:
            scaling, denominator = 1.0, float(self.residual_df)
        if not (np.isfinite(denominator) and denominator > 0.0 and scaling > 0.0):
            raise EstimationError("the joint test has no denominator degrees of freedom: too few subjects")
        estimate = contrasts @ self.coefficients
        middle = np.linalg.solve(rows @ self.adjusted @ rows.T, estimate)
        statistic = float(scaling * (estimate @ middle) / n_contrasts)
        return FTest(statistic, n_contrasts, denominator, float(stats.f.sf(statistic, n_contrasts, denominator)))

    def _degrees(self, rows: FloatArray) -> FloatArray:
        """Return Satterthwaite's df by contrast; Kenward and Roger's is the same number for a single contrast."""
        if self.method == "residual":
            return np.full(len(rows), float(self.residual_df))
        slopes = np.einsum("rp,apq,rq->ra", rows, self.derivatives, rows, optimize=True)
        spread = np.einsum("ra,ab,rb->r", slopes, self.direction_covariance, slopes)
        lengths = np.einsum("rp,rp->r", rows, rows)
        # A variance estimated without error has infinitely many degrees of freedom.
        df = np.full(len(rows), np.inf)
        is_uncertain = spread > 0.0
        df[is_uncertain] = 2.0 * lengths[is_uncertain] ** 2 / spread[is_uncertain]
        return df

    def _satterthwaite_f(self, rows: FloatArray) -> float:
        """Return the denominator df of Fai and Cornelius: of the mean of the squared independent t statistics."""
        _, vectors = np.linalg.eigh(rows @ rows.T)
        df = self._degrees(vectors.T @ rows)
        if np.ptp(df) <= 1e-8 * df.mean():
            return float(df.mean())
        # A t statistic with 2 df or fewer has no variance and drops out.
        expectation = float((df[df > 2.0] / (df[df > 2.0] - 2.0)).sum())
        return 2.0 * expectation / (expectation - len(rows)) if expectation > len(rows) else np.nan

    def _kenward_roger_f(self, rows: FloatArray) -> tuple[float, float]:
        """Return the scaling and denominator df of Kenward and Roger (1997), section 3."""
        size = len(rows)
        # With orthonormal rows Q, Theta = Q'Q and the traces reduce to those of Q derivative Q'.
        orthonormal = np.linalg.qr(rows.T)[0].T
        small = orthonormal @ self.derivatives @ orthonormal.T
        traces = np.einsum("aii->a", small)
        a_1 = float(traces @ self.direction_covariance @ traces)
        a_2 = float(np.einsum("ab,aij,bji->", self.direction_covariance, small, small, optimize=True))
        if a_2 <= 0.0:
            return 1.0, np.nan
        b = (a_1 + 6.0 * a_2) / (2.0 * size)
        g = ((size + 1) * a_1 - (size + 4) * a_2) / ((size + 2) * a_2)
        divisor = 3 * size + 2 * (1 - g)
        c_1, c_2, c_3 = g / divisor, (size - g) / divisor, (size + 2 - g) / divisor
        mean = 1.0 / (1.0 - a_2 / size)
        variance = 2.0 / size * (1.0 + c_1 * b) / ((1.0 - c_2 * b) ** 2 * (1.0 - c_3 * b))
        ratio = variance / (2.0 * mean**2)
        denominator = 4.0 + (size + 2) / (size * ratio - 1.0)
        return denominator / (mean * (denominator - 2.0)), denominator


def estimate_inference(patterns: Patterns, optimum: Optimum, method: str) -> Inference | None:
    """Collect what inference needs at the optimum; None where the adjusted covariance is not positive definite.

    Parameters
    ----------
    patterns
        The condensed data.
    optimum
        A converged optimum.
    method
        One of `METHODS`. kenward-roger follows SAS's ddfm=kr: observed information, second-order term included.

    References
    ----------
    Kenward, Roger (1997), Biometrics 53, 983-997.
    """
    reml, slope, weights = optimum.reml, optimum.slope, optimum.direction_covariance
    if slope is None or weights is None:
        raise ArithmeticError("inference was asked for without a converged optimum")
    derivatives = reml.information_derivatives(slope.first)
    adjusted = np.eye(patterns.n_terms)
    if method == "kenward-roger":
        adjusted = adjusted + 2.0 * _small_sample(reml, slope, derivatives, weights)
        if np.linalg.eigvalsh(adjusted)[0] <= 0.0:
            return None
    return Inference(
        method=method,
        coefficients=patterns.offset + patterns.scale * patterns.transform @ reml.beta,
        root=patterns.scale * patterns.transform @ reml.root,
        adjusted=adjusted,
        derivatives=derivatives,
        direction_covariance=weights,
        residual_df=patterns.n_observations - patterns.n_terms,
    )


def _small_sample(reml: Reml, slope: Slope, derivatives: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the sum over parameter pairs of W (Q - P Phi P - R / 4): half the addition to the covariance."""
    result = reml.second_information(slope.first, weights)
    weighted = np.tensordot(weights, derivatives, axes=1)
    result = result - np.einsum("apq,aqr->pr", weighted, derivatives, optimize=True)
    if slope.second is not None:
        curved = np.tensordot(weights, slope.second, axes=2)[None]
        result = result - reml.information_derivatives(curved)[0] / 4.0
    return np.asarray((result + result.T) / 2.0)
