"""The fitted model: what was estimated, and every question that can be asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pandas as pd

from sap_helpers.errors import EstimationError
from sap_helpers.stats.mmrm.grid import derive_ls_means_grid
from sap_helpers.stats.mmrm.inference import t_estimates
from sap_helpers.stats.mmrm.robust import estimate_robust_covariance

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from sap_helpers.stats.inputs import FloatArray
    from sap_helpers.stats.mmrm.design import Design
    from sap_helpers.stats.mmrm.inference import Estimates, FTest, Inference

Contrasts: TypeAlias = "Mapping[str, float] | pd.DataFrame | FloatArray | Sequence[float]"


@dataclass(frozen=True)
class StructureFailure:
    """A covariance structure that was tried and given up.

    Parameters
    ----------
    structure
        Its short name.
    reason
        Why, as a sentence without a full stop.
    """

    structure: str
    reason: str


@dataclass(frozen=True)
class MmrmFit:
    """A mixed model for repeated measures, fitted by restricted maximum likelihood.

    Parameters
    ----------
    formula, structure, ddf, level
        What was asked for; `structure` is the covariance structure in use.
    converged
        Whether everything below could be estimated; where not, the fields after `failures` are None.
    note
        Empty when converged, else why not.
    iterations
        Steps of the optimiser.
    n_subjects, n_observations
        Subjects and values.
    visits
        Labels of the visits, in order of time.
    failures
        Structures tried before this one, and why they failed.
    coefficients
        Index term; columns estimate, std.error, df, statistic, p.value.
    covariance
        Visit x visit covariance matrix.
    covariance_parameters
        Index parameter; columns estimate, std.error.
    log_likelihood
        Restricted log-likelihood, constants included (as R's nlme and mmrm give it).
    """

    formula: str
    structure: str
    ddf: str
    level: float
    converged: bool
    note: str
    iterations: int
    n_subjects: int
    n_observations: int
    visits: tuple[Hashable, ...]
    failures: tuple[StructureFailure, ...] = ()
    coefficients: pd.DataFrame | None = None
    covariance: pd.DataFrame | None = None
    covariance_parameters: pd.DataFrame | None = None
    log_likelihood: float | None = None
    _design: Design | None = field(default=None, repr=False, compare=False)
    _inference: Inference | None = field(default=None, repr=False, compare=False)

    def contrast(self, contrasts: Contrasts) -> pd.DataFrame:
        """Return linear combinations of the coefficients.

        Parameters
        ----------
        contrasts
            A mapping from term to weight (one contrast, other terms 0); a DataFrame with one row per contrast and terms
            as columns, whose index is kept; or an array of weights, contrast x term or one contrast.

        Returns
        -------
        pandas.DataFrame
            One row per contrast; columns estimate, std.error, df, statistic, p.value, conf.low, conf.high.

        Raises
        ------
        EstimationError
            For unknown terms, a wrong shape, a contrast of zeros, or a fit that did not converge.
        """
        design, inference = self._parts()
        weights, index = _weights(contrasts, design.terms)
        return estimates_frame(inference.estimates(weights, self.level), index)

    def f_test(self, contrasts: Contrasts) -> FTest:
        """Return the joint test that all the contrasts are zero (forms as in `contrast`).

        Raises
        ------
        EstimationError
            As `contrast`; and for linearly dependent contrasts.
        """
        design, inference = self._parts()
        return inference.f_test(_weights(contrasts, design.terms)[0])

    def ls_means(self, factors: str | Sequence[str]) -> pd.DataFrame:
        """Return least-squares means, averaging other factors with equal weight, covariates at their mean.

        Parameters
        ----------
        factors
            One or more categorical variables of the formula.

        Returns
        -------
        pandas.DataFrame
            One row per combination of levels; the factors, estimate, std.error, df, conf.low, conf.high, p.value.

        Raises
        ------
        EstimationError
            For a variable that is not a factor of the formula, or a fit that did not converge.
        """
        design, inference = self._parts()
        names = [factors] if isinstance(factors, str) else list(factors)
        cells, weights = derive_ls_means_grid(design, names)
        means = estimates_frame(inference.estimates(weights, self.level), cells.index)
        return pd.concat([cells, means[["estimate", "std.error", "df", "conf.low", "conf.high", "p.value"]]], axis=1)

    def robust_covariance(self, correction: str = "mancl-derouen") -> pd.DataFrame:
        """Return the sandwich covariance of the coefficients, term x term.

        Parameters
        ----------
        correction
            "mancl-derouen" (errs on the wide side in small samples), "kauermann-carroll", or "none", which is the
            EMPIRICAL option of SAS PROC MIXED.

        Raises
        ------
        EstimationError
            For an unknown correction, one subject that alone determines a coefficient, or no convergence.
        """
        design, inference = self._parts()
        if self.covariance is None:
            raise ArithmeticError("a converged fit has no covariance matrix")
        sigma = self.covariance.to_numpy(dtype=np.float64)
        matrix = estimate_robust_covariance(design, sigma, inference.root, inference.coefficients, correction)
        return pd.DataFrame(matrix, index=list(design.terms), columns=list(design.terms))

    def robust_std_error(self, contrasts: Contrasts, correction: str = "mancl-derouen") -> FloatArray:
        """Return the sandwich standard error of every contrast (forms as in `contrast`).

        Raises
        ------
        EstimationError
            As `contrast` and `robust_covariance`.
        """
        design, _ = self._parts()
        weights, _ = _weights(contrasts, design.terms)
        matrix = self.robust_covariance(correction).to_numpy(dtype=np.float64)
        return np.asarray(np.sqrt(np.einsum("rp,pq,rq->r", weights, matrix, weights)))

    def robust_contrast(self, contrasts: Contrasts, df: float, correction: str = "mancl-derouen") -> pd.DataFrame:
        """Return what `contrast` does, with the sandwich standard error and degrees of freedom that are given.

        Raises
        ------
        EstimationError
            As `contrast` and `robust_covariance`.
        """
        design, inference = self._parts()
        weights, index = _weights(contrasts, design.terms)
        error = self.robust_std_error(contrasts, correction)
        degrees = np.full(len(weights), df, dtype=np.float64)
        return estimates_frame(t_estimates(weights @ inference.coefficients, error, degrees, self.level), index)

    def _parts(self) -> tuple[Design, Inference]:
        if self._design is None or self._inference is None:
            raise EstimationError(f"the model did not converge ({self.note}): it has no estimates")
        return self._design, self._inference


def estimates_frame(estimates: Estimates, index: pd.Index) -> pd.DataFrame:
    """Return estimates as a frame with broom's column names."""
    columns = {
        "estimate": estimates.estimate,
        "std.error": estimates.std_error,
        "df": estimates.df,
        "statistic": estimates.statistic,
        "p.value": estimates.p_value,
        "conf.low": estimates.conf_low,
        "conf.high": estimates.conf_high,
    }
    return pd.DataFrame(columns, index=index)


def _weights(contrasts: Contrasts, terms: tuple[str, ...]) -> tuple[FloatArray, pd.Index]:
    """Return contrasts as an array, contrast x term, with the index of their rows."""
    if isinstance(contrasts, Mapping):
        contrasts = pd.DataFrame([dict(contrasts)])
    if isinstance(contrasts, pd.DataFrame):
        unknown = [str(name) for name in contrasts.columns if name not in terms]
        if unknown:
            raise EstimationError(f"contrast on {', '.join(unknown)}; the model's terms are {', '.join(terms)}")
        frame = contrasts.reindex(columns=list(terms), fill_value=0.0)
        weights, index = frame.to_numpy(dtype=np.float64), frame.index
    else:
        weights = np.atleast_2d(np.asarray(contrasts, dtype=np.float64))
        index = pd.RangeIndex(len(weights))
    if weights.ndim != 2 or weights.shape[1] != len(terms) or not len(weights) or not np.isfinite(weights).all():
        raise EstimationError(f"contrasts must be finite, one weight for each of the {len(terms)} terms: got {weights}")
    return weights, index
