"""Selection by a threshold: a normal distribution truncated below, and the regression to the mean that it implies."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm

from sap_helpers.errors import EstimationError
from sap_helpers.stats.inputs import complete_array

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

FARTHEST = 30.0


@dataclass(frozen=True, slots=True)
class TruncatedNormal:
    """Mean and sd of the unselected population; ``share_selected`` of it lies at or above the threshold."""

    n: int
    threshold: float
    mean: float | None
    sd: float | None
    share_selected: float | None
    converged: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class ExpectedChange:
    """Mean change that selection alone makes, at one test-retest correlation."""

    correlation: float
    estimate: float | None
    note: str = ""


def fit_truncated_normal(values: ArrayLike, threshold: float) -> TruncatedNormal:
    """Fit a normal distribution truncated below to scores of subjects selected for them, by maximum likelihood.

    Parameters
    ----------
    values
        Complete scores, all at or above `threshold`. Whole-number scores are taken as they stand, as exact values of
        a continuous variable cut off exactly at `threshold`, without a correction for rounding.
    threshold
        The selection limit, in units of the score.

    Returns
    -------
    TruncatedNormal
        Not estimable (None, ``converged`` False) with fewer than two different values, and where the scores scatter
        as widely above the threshold as an exponential distribution does (mean square of the excess at least twice
        the squared mean, to within the limit of 30 sd): the likelihood then rises without end as the mean falls.

    Raises
    ------
    EstimationError
        Missing values, or values below the threshold, with their number.

    Notes
    -----
    The likelihood equations match the first two moments of the excess; one equation in the standardised threshold
    remains, solved to 1e-13. Checked against ``optim`` on the same likelihood in R 4.2.2.
    """
    scores = complete_array(values, "values")
    low = int((scores < threshold).sum())
    if low:
        raise EstimationError(
            f"values: {low} of {scores.size} below the threshold {threshold:g}; allowed: scores that were selected "
            "for. Leave the others out and count them"
        )
    excess = scores - threshold
    if np.unique(excess).size < 2:
        note = "not estimable: fewer than two different scores"
        return TruncatedNormal(scores.size, threshold, None, None, None, converged=False, note=note)
    mean_excess = float(excess.mean())
    ratio = float((excess**2).mean()) / mean_excess**2
    if ratio >= moment_ratio(FARTHEST):
        note = (
            "not estimable: the scores scatter as widely as an exponential distribution, the likelihood has no maximum"
        )
        return TruncatedNormal(scores.size, threshold, None, None, None, converged=False, note=note)
    lowest = -1.0
    while moment_ratio(lowest) > ratio:
        lowest *= 2
    cut = float(brentq(lambda a: moment_ratio(a) - ratio, lowest, FARTHEST, xtol=1e-13, rtol=1e-14))
    sd = mean_excess / scaled_excess(cut)
    return TruncatedNormal(scores.size, threshold, threshold - cut * sd, sd, float(norm.sf(cut)), converged=True)


def scaled_excess(cut: float) -> float:
    """Return the mean excess, in sd, of a normal distribution above a standardised cut: hazard minus cut."""
    return math.exp(float(norm.logpdf(cut)) - float(norm.logsf(cut))) - cut


def moment_ratio(cut: float) -> float:
    """Return mean square over squared mean of the excess: from 1 (no truncation) rising to 2 (exponential)."""
    excess = scaled_excess(cut)
    return (1 - cut * excess) / excess**2


def regression_to_mean(fit: TruncatedNormal, correlations: ArrayLike) -> tuple[ExpectedChange, ...]:
    """Return the change that selection alone makes, for given test-retest correlations.

    Parameters
    ----------
    fit
        The fitted distribution of unselected scores.
    correlations
        Test-retest correlations, 0 to 1.

    Returns
    -------
    tuple of ExpectedChange
        -(1 - correlation) sd h, h the normal hazard at the standardised threshold: two measurements of unchanged
        subjects, bivariate normal with equal means and sds, the first one at or above the threshold. At the maximum
        of the likelihood that is -(1 - correlation) times (observed mean - fitted mean).

    Raises
    ------
    EstimationError
        Correlations that are missing or outside 0 to 1.
    """
    shares = complete_array(correlations, "correlations")
    if ((shares < 0) | (shares > 1)).any():
        raise EstimationError("correlations: outside 0 to 1 found. Give test-retest correlations such as 0.5")
    if fit.mean is None or fit.sd is None:
        return tuple(ExpectedChange(r, None, fit.note) for r in shares.tolist())
    cut = (fit.threshold - fit.mean) / fit.sd
    gain = fit.sd * (scaled_excess(cut) + cut)
    return tuple(ExpectedChange(r, -(1 - r) * gain) for r in shares.tolist())
