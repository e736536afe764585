"""Delta adjustment of a mixed model: what it implies for missing values, and its contrast when those are shifted."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import t

from sap_helpers.errors import EstimationError
from sap_helpers.stats.inputs import check_level, count_value

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from sap_helpers.stats.inputs import FloatArray


@dataclass(frozen=True, slots=True)
class Shifted:
    """A contrast after the missing values at its occasion were shifted by ``delta``."""

    delta: float
    estimate: float
    std_error: float
    df: float
    statistic: float
    p_value: float
    conf_low: float
    conf_high: float


def shift_contrast(
    estimate: float, std_error: float, df: float, *, delta: float, n_missing: int, n: int, level: float = 0.95
) -> Shifted:
    """Return a mixed model's contrast with `delta` added to what the model implies for every missing value.

    Parameters
    ----------
    estimate, std_error, df
        The contrast under missing at random, last occasion minus first.
    delta
        Added to each missing value at the last occasion, in units of the response.
    n_missing, n
        Subjects without a value at the last occasion, of all subjects asked.
    level
        Confidence level.

    Raises
    ------
    EstimationError
        More missing than subjects, fewer than two subjects, a standard error that is not positive.

    Notes
    -----
    A missing value is replaced by its conditional mean under the fitted multivariate normal, given the subject's
    observed values, plus `delta`. Because generalised least squares makes the mean of the completed responses the
    model's own mean, the shifted contrast is estimate + delta p, with p = n_missing / n: with no delta the model's own
    result. Its variance is std_error^2 + delta^2 p (1 - p) / (n - 1), the share p being an estimate as well, taken as
    independent of the model's; the degrees of freedom are the model's. It is what multiple imputation with Rubin's
    rules tends to, without the noise of drawing.
    """
    check_level(level)
    missing, total = count_value(n_missing, "n_missing"), count_value(n, "n")
    if total < 2 or missing > total or not std_error > 0:
        raise EstimationError(
            f"{missing} missing of {total}, standard error {std_error}; allowed: at least two subjects, no more "
            "missing than that, a positive standard error"
        )
    share = missing / total
    shifted = estimate + delta * share
    error = math.sqrt(std_error**2 + delta**2 * share * (1 - share) / (total - 1))
    quantile = float(t.isf((1 - level) / 2, df))
    statistic = shifted / error
    p_value = 2 * float(t.sf(abs(statistic), df))
    return Shifted(
        delta, shifted, error, df, statistic, p_value, shifted - quantile * error, shifted + quantile * error
    )


def conditional_means(values: ArrayLike, mean: ArrayLike, covariance: ArrayLike) -> FloatArray:
    """Return the responses with every missing one replaced by its conditional mean, given the observed ones.

    Parameters
    ----------
    values
        n x k, nan where missing.
    mean, covariance
        k and k x k, of the multivariate normal.

    Raises
    ------
    EstimationError
        Shapes that do not fit.
    """
    known = np.array(values, dtype=np.float64, ndmin=2)
    centre, matrix = np.asarray(mean, dtype=np.float64), np.asarray(covariance, dtype=np.float64)
    k = centre.size
    if known.shape[1:] != (k,) or matrix.shape != (k, k):
        raise EstimationError(f"values {known.shape}, mean {centre.shape} and covariance {matrix.shape} do not fit")
    completed = known.copy()
    missing = np.isnan(known)
    for pattern in np.unique(missing, axis=0):
        rows = (missing == pattern).all(axis=1)
        seen = ~pattern
        gain = np.linalg.solve(matrix[np.ix_(seen, seen)], matrix[np.ix_(seen, pattern)])
        completed[np.ix_(rows, pattern)] = centre[pattern] + (known[np.ix_(rows, seen)] - centre[seen]) @ gain
    return completed
