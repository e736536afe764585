"""Time to event: Kaplan-Meier with its median, and Aalen-Johansen incidence under competing causes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from lifelines import KaplanMeierFitter
from scipy.stats import norm

from sap_helpers.errors import EstimationError
from sap_helpers.stats.curves import NO_SUBJECT, Curve, CurvePoint
from sap_helpers.stats.inputs import check_level, paired_arrays, whole_numbers

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from sap_helpers.stats.inputs import FloatArray, IntArray

DECIMALS = 14
TOLERANCE = float(np.sqrt(np.finfo(np.float64).eps))


@dataclass(frozen=True, slots=True, kw_only=True)
class KaplanMeier(Curve):
    """A Kaplan-Meier curve and its median with Brookmeyer-Crowley limits; a side not reached is None and noted."""

    median: float | None
    median_low: float | None
    median_high: float | None
    median_note: str = ""


def kaplan_meier(time: ArrayLike, event: ArrayLike, level: float = 0.95) -> KaplanMeier:
    """Estimate the probability of remaining event-free, with log-log limits from Greenwood's variance.

    Parameters
    ----------
    time
        Days from the origin to event or censoring, one per subject, 0 or more.
    event
        1 or True where the time ends in the event, 0 where it is censored. At one time events come before censorings.
    level
        Confidence level.

    Returns
    -------
    KaplanMeier
        Limits are None where the estimate is 0 or 1. The median is the first time at which the curve is at or below
        a half; where it is flat at exactly a half, the middle of that stretch.

    Raises
    ------
    EstimationError
        Missing or negative times, event codes other than 0 and 1, unequal lengths.

    Notes
    -----
    Agrees with R 4.2.2, survival 3.5-3, ``survfit(Surv(time, event) ~ 1, conf.type = "log-log")`` and its
    ``quantile(fit, 0.5)`` to 1e-12 relative. Times are compared exactly: whole days. The curve and its limits are
    lifelines'; the median is not, whose limits are there the last time where R has none.
    """
    days, codes = times_and_codes(time, event, "event", largest=1)
    check_level(level)
    origin = CurvePoint(0.0, days.size, 0, 1.0, 0.0, None, None, limits_note(1.0))
    if days.size == 0:
        return KaplanMeier(n=0, n_events=0, level=level, origin=origin, points=(), note=NO_SUBJECT,
                           median=None, median_low=None, median_high=None, median_note=NO_SUBJECT)  # fmt: skip
    points = kaplan_meier_points(days, codes, level)
    times = [p.time for p in points]
    median, low, high = (
        crossing_time(times, list(column), float(days.max()))
        for column in zip(*[(p.estimate, p.conf_low, p.conf_high) for p in points], strict=True)
    )
    return KaplanMeier(
        n=days.size, n_events=int(codes.sum()), level=level, origin=origin, points=points,
        median=median, median_low=low, median_high=high, median_note=median_note(median, low, high),
    )  # fmt: skip


def times_and_codes(time: ArrayLike, code: ArrayLike, name: str, largest: int | None) -> tuple[FloatArray, IntArray]:
    """Return times and whole-number codes of equal length, refusing negative times and codes out of range."""
    days, _ = paired_arrays(time, code, ("time", name))
    codes = whole_numbers(code, name)
    if (days < 0).any():
        raise EstimationError(f"time: {int((days < 0).sum())} negative, allowed: 0 or more. Check the origin date")
    if (codes < 0).any() or (largest is not None and (codes > largest).any()):
        allowed = "0, 1, 2 ..." if largest is None else f"0 to {largest}"
        raise EstimationError(f"{name}: codes {sorted(set(codes.tolist()))}, allowed: {allowed}. 0 means censored")
    return days, codes


def risk_table(days: FloatArray, codes: IntArray, n_causes: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the distinct times, the number at risk just before each, and the events per cause (row) and time."""
    times, position = np.unique(days, return_inverse=True)
    leaving = np.bincount(position, minlength=times.size)
    at_risk = (days.size - np.concatenate([[0], np.cumsum(leaving)[:-1]])).astype(np.float64)
    rows = [np.bincount(position, weights=codes == cause + 1, minlength=times.size) for cause in range(n_causes)]
    return times, at_risk, np.asarray(rows, dtype=np.float64)


def kaplan_meier_points(days: FloatArray, codes: IntArray, level: float) -> tuple[CurvePoint, ...]:
    """Return the curve's points: estimates and limits by lifelines, R's table of those at risk, Greenwood's error."""
    times, at_risk, (events,) = risk_table(days, codes, 1)
    with np.errstate():  # lifelines switches numpy's warnings off for good
        fitter = KaplanMeierFitter(alpha=1 - level).fit(days, codes, timeline=times)
    # it adds logarithms: an exact 0.9375 would be a hair less, and be shown as 93.7 %
    curve = fitter.survival_function_.iloc[:, 0].round(DECIMALS).tolist()
    limits = fitter.confidence_interval_.to_numpy().tolist()
    survivors = at_risk - events
    # Greenwood's sum stops before the curve reaches zero, where it has no value
    terms = np.divide(events, at_risk * survivors, out=np.zeros_like(events), where=survivors > 0)
    log_errors = np.sqrt(np.cumsum(terms)).tolist()
    points = []
    for i, (s, so_far) in enumerate(zip(curve, np.cumsum(events).tolist(), strict=True)):
        low, high = limits[i] if 0.0 < s < 1.0 else (None, None)
        error = log_errors[i] * s if s > 0 else None
        points.append(CurvePoint(float(times[i]), int(at_risk[i]), int(so_far), s, error, low, high, limits_note(s)))
    return tuple(points)


def log_log_limits(estimate: float, log_error: float, z: float) -> tuple[float | None, float | None]:
    """Return S to the power exp(+/- z se(log S) / log S); none at 0 and 1, where the scale has no value."""
    if estimate <= 0.0 or estimate >= 1.0:
        return None, None
    width = z * log_error / -np.log(estimate)
    return float(estimate ** np.exp(width)), float(estimate ** np.exp(-width))


def limits_note(estimate: float) -> str:
    """Return the reason why an estimate of 0 or 1 has no limits, else nothing."""
    return f"limits not estimable where the estimate is {estimate:g}" if estimate in (0.0, 1.0) else ""


def crossing_time(times: list[float], curve: list[float | None], last_time: float) -> float | None:
    """Return when a curve (or a limit of it) falls to a half, as R's ``survival:::findq`` reads it.

    Values not estimable are skipped and equal values count at their first time. Within the tolerance of a half the
    middle of the flat stretch counts, up to `last_time` where the curve ends at a half.
    """
    risen: dict[float, float] = {0.0: 0.0}
    for t, value in zip(times, curve, strict=True):
        if value is not None:
            risen.setdefault(1.0 - value, t)
    if max(risen) < 0.5:
        return None
    first = risen[min(value for value in risen if value + TOLERANCE >= 0.5)]
    later = [value for value in risen if value - TOLERANCE >= 0.5]
    if curve[-1] is not None and abs(list(risen)[-1] - 0.5) < TOLERANCE:
        return (first + last_time) / 2
    return (first + risen[min(later)]) / 2 if later else None


def median_note(median: float | None, low: float | None, high: float | None) -> str:
    """Return which of the median and its limits were not reached."""
    named = (("median", median), ("lower limit", low), ("upper limit", high))
    missing = [name for name, value in named if value is None]
    return f"not reached: {', '.join(missing)}" if missing else ""


def aalen_johansen(time: ArrayLike, cause: ArrayLike, of_interest: int = 1, level: float = 0.95) -> Curve:
    """Estimate the cumulative incidence of one cause in the presence of competing ones.

    Parameters
    ----------
    time
        Days from the origin to the first event of any cause, or to censoring.
    cause
        0 censored, else the number of the cause.
    of_interest
        The cause whose incidence is wanted.
    level
        Confidence level of the complementary log-log limits: log(-log(1 - F)) +/- z se / ((1 - F) |log(1 - F)|).

    Returns
    -------
    Curve
        Limits are None where the incidence is 0 or 1.

    Raises
    ------
    EstimationError
        Missing or negative times, codes below 0, unequal lengths.

    Notes
    -----
    The variance is multinomial at each time and carried forward by the delta method, which is what R 4.2.2, survival
    3.5-3, prints for ``survfit(Surv(time, factor(cause)) ~ 1)``: agreement to 1e-12 relative, also at the time when
    nobody is left, where statsmodels' ``CumIncidenceRight`` (equal elsewhere) gives no number.
    """
    days, codes = times_and_codes(time, cause, "cause", largest=None)
    check_level(level)
    origin = CurvePoint(0.0, days.size, 0, 0.0, 0.0, None, None, limits_note(0.0))
    if days.size == 0:
        return Curve(n=0, n_events=0, level=level, origin=origin, points=(), note=NO_SUBJECT)
    is_wanted = np.where(codes == of_interest, 1, np.where(codes > 0, 2, 0))
    times, at_risk, counts = risk_table(days, is_wanted, 2)
    hazards = counts / at_risk
    after = np.cumprod((at_risk - counts.sum(axis=0)) / at_risk)
    before = np.concatenate([[1.0], after[:-1]])
    # before any competing event it is the complement of the event-free share, exactly 1 once everybody had the event
    incidence = np.where(np.cumsum(counts[1]) == 0, 1.0 - after, np.cumsum(before * hazards[0]))
    errors = incidence_errors(incidence, before, after, hazards, at_risk)
    so_far = np.cumsum(counts[0])
    z = float(norm.isf((1 - level) / 2))
    points = []
    for i, estimate in enumerate(incidence.tolist()):
        low, high = complementary_limits(estimate, float(errors[i]), z)
        n_risk, n_events, error = int(at_risk[i]), int(so_far[i]), float(errors[i])
        points.append(CurvePoint(float(times[i]), n_risk, n_events, estimate, error, low, high, limits_note(estimate)))
    return Curve(n=days.size, n_events=int(so_far[-1]), level=level, origin=origin, points=tuple(points))


def incidence_errors(
    incidence: FloatArray, before: FloatArray, after: FloatArray, hazards: FloatArray, at_risk: FloatArray
) -> FloatArray:
    """Return the standard error of the incidence at every time: the delta method over independent multinomials.

    A hazard of the wanted cause at s adds ``before[s]`` to the incidence; any hazard at s takes away the incidence
    still to come after s, a share of those who survive s.
    """
    wanted, total = hazards[0], hazards.sum(axis=0)
    weights = before**2 / at_risk
    errors = np.empty_like(incidence)
    for t in range(incidence.size):
        past = slice(0, t + 1)
        to_come = np.divide(incidence[t] - incidence[past], after[past], out=np.zeros(t + 1), where=after[past] > 0)
        mean = wanted[past] - total[past] * to_come
        square = wanted[past] * (1 - to_come) ** 2 + (total[past] - wanted[past]) * to_come**2
        errors[t] = np.sqrt(max(float(np.sum(weights[past] * (square - mean**2))), 0.0))
    return np.where(incidence == 1.0, 0.0, errors)


def complementary_limits(estimate: float, error: float, z: float) -> tuple[float | None, float | None]:
    """Return the limits of an incidence as one minus the log-log limits of its complement."""
    if estimate <= 0.0 or estimate >= 1.0:
        return None, None
    low, high = log_log_limits(1.0 - estimate, error / (1.0 - estimate), z)
    return (None, None) if low is None or high is None else (1.0 - high, 1.0 - low)
