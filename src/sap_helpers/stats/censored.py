"""Values known only to lie below or above a limit: normal maximum likelihood, one occasion or two paired ones."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import log_ndtr, ndtr, owens_t
from scipy.stats import norm

from sap_helpers.errors import EstimationError
from sap_helpers.stats.inputs import check_level, paired_arrays, whole_numbers
from sap_helpers.stats.likelihood import IMPOSSIBLE, maximise

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from sap_helpers.stats.inputs import FloatArray, IntArray

BELOW, EXACT, ABOVE = -1, 0, 1
FARTHEST = 15.0
LOG_ROOT_TWO_PI = 0.5 * math.log(2 * math.pi)
NOT_CONVERGED = "not estimable: the likelihood has no maximum that could be found"


@dataclass(frozen=True, slots=True)
class CensoredNormal:
    """Mean and standard deviation of a normal distribution from partly censored values."""

    n: int
    n_censored: int
    mean: float | None
    sd: float | None
    std_error: float | None
    log_likelihood: float | None
    converged: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class CensoredChange:
    """Mean change between two occasions under a bivariate normal distribution, with a Wald interval."""

    n: int
    n_censored: int
    estimate: float | None
    std_error: float | None
    conf_low: float | None
    conf_high: float | None
    mean_baseline: float | None
    mean_follow_up: float | None
    sd_baseline: float | None
    sd_follow_up: float | None
    correlation: float | None
    log_likelihood: float | None
    converged: bool
    note: str = ""


def censored_normal(values: ArrayLike, codes: ArrayLike) -> CensoredNormal:
    """Estimate mean and standard deviation of a normal distribution from partly censored values.

    Parameters
    ----------
    values
        The value, or the limit where the value is censored; on the scale that is taken as normal (log10 of titres).
    codes
        -1 where the value lies below the limit, 0 where it is exact, 1 where it lies above.

    Returns
    -------
    CensoredNormal
        Maximum likelihood (sd with divisor n where nothing is censored); ``std_error`` of the mean from the observed
        information. Not estimable with fewer than two different exact values.

    Raises
    ------
    EstimationError
        Missing values, unequal lengths, unknown codes.

    Notes
    -----
    Agrees with R 4.2.2, survival 3.5-3, ``survreg(Surv(y, y >= L, type = "left") ~ 1, dist = "lognormal")`` on the log
    scale to 1e-5 relative.
    """
    y, code = censored_values(values, codes, "values")
    n_censored = int(np.count_nonzero(code))
    exact = y[code == EXACT]
    if np.unique(exact).size < 2:
        note = "not estimable: fewer than two different exact values"
        return CensoredNormal(y.size, n_censored, None, None, None, None, converged=False, note=note)
    center, scale = float(y.mean()), float(y.std())
    z = (y - center) / scale
    best = maximise(lambda theta: normal_log_likelihood(z, code, theta), np.zeros(2))
    if not best.converged:
        return CensoredNormal(y.size, n_censored, None, None, None, None, converged=False, note=NOT_CONVERGED)
    return CensoredNormal(
        y.size, n_censored, center + scale * float(best.point[0]), scale * math.exp(best.point[1]),
        scale * math.sqrt(best.covariance[0, 0]), best.value - exact.size * math.log(scale), converged=True,
    )  # fmt: skip


def censored_values(values: ArrayLike, codes: ArrayLike, name: str) -> tuple[FloatArray, IntArray]:
    """Return values and censoring codes of equal length, or raise EstimationError."""
    y, _ = paired_arrays(values, codes, (name, f"codes of {name}"))
    code = whole_numbers(codes, f"codes of {name}")
    if not np.isin(code, (BELOW, EXACT, ABOVE)).all():
        raise EstimationError(f"codes of {name}: allowed: -1 (below), 0 (exact), 1 (above). Recode the censoring")
    return y, code


def normal_log_likelihood(z: FloatArray, code: IntArray, theta: FloatArray) -> float:
    """Return the log likelihood of (mean, log sd): densities of exact values, tail probabilities of censored ones."""
    if np.abs(theta).max() > FARTHEST:
        return IMPOSSIBLE
    standard = (z - theta[0]) * math.exp(-theta[1])
    density = -0.5 * standard**2 - LOG_ROOT_TWO_PI - theta[1]
    return float(np.sum(np.where(code == EXACT, density, log_ndtr(-code * standard))))


def censored_change(
    baseline: ArrayLike,
    baseline_codes: ArrayLike,
    follow_up: ArrayLike,
    follow_up_codes: ArrayLike,
    level: float = 0.95,
) -> CensoredChange:
    """Estimate the mean change of paired, partly censored values by bivariate normal maximum likelihood.

    Parameters
    ----------
    baseline, follow_up
        Complete pairs: value, or limit where censored; on the scale that is taken as normal (log10 of titres).
    baseline_codes, follow_up_codes
        -1 where the value lies below the limit, 0 where it is exact, 1 where it lies above.
    level
        Confidence level of the Wald interval (normal quantile).

    Returns
    -------
    CensoredChange
        Follow-up minus baseline; standard error from the observed information of all five parameters. Not estimable
        with fewer than three pairs, with fewer than two different exact values at an occasion, or where the
        likelihood has no inner maximum (all changes equal), with ``converged`` False and the reason in the note.

    Raises
    ------
    EstimationError
        Missing values, unequal lengths, unknown codes.

    Notes
    -----
    Checked against the same likelihood written in R 4.2.2 (``integrate`` for doubly censored pairs, ``optim``) to 1e-5.
    """
    x, cx = censored_values(baseline, baseline_codes, "baseline")
    y, cy = censored_values(follow_up, follow_up_codes, "follow_up")
    paired_arrays(x, y, ("baseline", "follow_up"))
    quantile = float(norm.isf((1 - check_level(level)) / 2))
    n_censored = int(np.count_nonzero((cx != EXACT) | (cy != EXACT)))
    first, second = censored_normal(x, cx), censored_normal(y, cy)
    reason = "" if x.size > 2 else "not estimable: fewer than three pairs"
    for fit, occasion in ((first, "baseline"), (second, "follow-up")):
        reason = reason or (f"{fit.note} at {occasion}" if fit.note else "")
    if reason or first.mean is None or first.sd is None or second.mean is None or second.sd is None:
        return no_change(x.size, n_censored, reason)
    zx, zy = (x - first.mean) / first.sd, (y - second.mean) / second.sd
    start = np.array([0.0, 0.0, 0.0, 0.0, np.arctanh(0.9 * np.corrcoef(zx, zy)[0, 1])])
    best = maximise(lambda theta: bivariate_log_likelihood(zx, cx, zy, cy, theta), start)
    if not best.converged:
        return no_change(x.size, n_censored, NOT_CONVERGED)
    means = first.mean + first.sd * float(best.point[0]), second.mean + second.sd * float(best.point[1])
    contrast = np.array([-first.sd, second.sd, 0.0, 0.0, 0.0])
    change, error = means[1] - means[0], math.sqrt(float(contrast @ best.covariance @ contrast))
    jacobian = np.count_nonzero(cx == EXACT) * math.log(first.sd) + np.count_nonzero(cy == EXACT) * math.log(second.sd)
    return CensoredChange(
        x.size, n_censored, change, error, change - quantile * error, change + quantile * error, *means,
        first.sd * math.exp(best.point[2]), second.sd * math.exp(best.point[3]), math.tanh(best.point[4]),
        best.value - float(jacobian), converged=True,
    )  # fmt: skip


def no_change(n: int, n_censored: int, note: str) -> CensoredChange:
    """Return the result of a change that cannot be estimated."""
    return CensoredChange(
        n, n_censored, None, None, None, None, None, None, None, None, None, None, converged=False, note=note
    )


def bivariate_log_likelihood(x: FloatArray, cx: IntArray, y: FloatArray, cy: IntArray, theta: FloatArray) -> float:
    """Return the log likelihood of (two means, two log sds, arctanh of the correlation) for pairs of every kind."""
    if np.abs(theta).max() > FARTHEST:
        return IMPOSSIBLE
    r = math.tanh(theta[4])
    u, v = (x - theta[0]) * math.exp(-theta[2]), (y - theta[1]) * math.exp(-theta[3])
    root = math.sqrt(1 - r**2)
    density_u, density_v = (-0.5 * z**2 - LOG_ROOT_TWO_PI - s for z, s in ((u, theta[2]), (v, theta[3])))
    v_given_u, u_given_v = (v - r * u) / root, (u - r * v) / root
    exact_x, exact_y = cx == EXACT, cy == EXACT
    both = density_u - 0.5 * v_given_u**2 - LOG_ROOT_TWO_PI - theta[3] - math.log(root)
    only_x, only_y = density_u + log_ndtr(-cy * v_given_u), density_v + log_ndtr(-cx * u_given_v)
    total = both[exact_x & exact_y].sum() + only_x[exact_x & ~exact_y].sum() + only_y[~exact_x & exact_y].sum()
    neither = ~exact_x & ~exact_y
    corner = bivariate_normal_cdf(-cx[neither] * u[neither], -cy[neither] * v[neither], cx[neither] * cy[neither] * r)
    if (corner <= 0).any():
        return IMPOSSIBLE
    return float(total + np.log(corner).sum())


def bivariate_normal_cdf(h: FloatArray, k: FloatArray, r: FloatArray) -> FloatArray:
    """Return P(X <= h, Y <= k) for standard normal X, Y with correlation r, by Owen's T function (Owen 1956).

    Deterministic and accurate to about 1e-15 absolute, unlike the general multivariate integration.
    """
    h, k, r = (np.asarray(a, dtype=np.float64) for a in (h, k, r))
    root = np.sqrt((1 - r) * (1 + r))
    is_origin = (h == 0) & (k == 0)
    safe_h, safe_k = np.where(h == 0, 1.0, h), np.where(k == 0, 1.0, k)
    towards_k = np.where(h == 0, np.copysign(np.inf, k), (k - r * h) / (safe_h * root))
    towards_h = np.where(k == 0, np.copysign(np.inf, h), (h - r * k) / (safe_k * root))
    opposite = np.where((h * k < 0) | ((h * k == 0) & (h + k < 0)), 0.5, 0.0)
    value = 0.5 * (ndtr(h) + ndtr(k)) - owens_t(h, towards_k) - owens_t(k, towards_h) - opposite
    return np.where(is_origin, 0.25 + np.arcsin(r) / (2 * np.pi), value)
