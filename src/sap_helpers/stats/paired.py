"""Descriptive statistics, and change between two occasions: the paired t interval and the geometric-mean ratio."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import ttest_rel

from sap_helpers.stats.inputs import DECIMALS, check_level, complete_array, paired_arrays

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from sap_helpers.stats.inputs import FloatArray


@dataclass(frozen=True, slots=True)
class Description:
    """Descriptive statistics; quantiles by h = (n - 1)p + 1 (R's type 7), sd with n - 1."""

    n: int
    mean: float | None
    sd: float | None
    median: float | None
    p25: float | None
    p75: float | None
    min: float | None
    max: float | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class PairedChange:
    """A paired t test: mean change (or ratio of geometric means) with interval; ``std_error`` is that of the mean.

    For a ratio ``std_error``, ``statistic`` and ``p_value`` belong to the mean change of the natural logarithm.
    """

    n: int
    estimate: float | None
    std_error: float | None
    statistic: float | None
    df: int | None
    p_value: float | None
    conf_low: float | None
    conf_high: float | None
    note: str = ""


def describe(values: ArrayLike) -> Description:
    """Describe complete values.

    Parameters
    ----------
    values
        One-dimensional, any length.

    Returns
    -------
    Description
        All None without a value; no sd with one.

    Raises
    ------
    EstimationError
        Missing or infinite values.

    Notes
    -----
    Agrees with R ``mean``, ``sd``, ``quantile(x, c(.25, .5, .75), type = 7)``.
    """
    array = complete_array(values, "values")
    if array.size == 0:
        return Description(0, None, None, None, None, None, None, None, "not estimable: no value")
    p25, median, p75 = np.quantile(array, [0.25, 0.5, 0.75], method="linear").tolist()
    sd = float(array.std(ddof=1)) if array.size > 1 else None
    note = "" if sd is not None else "sd not estimable with one value"
    return Description(
        array.size, float(array.mean()), sd, median, p25, p75, float(array.min()), float(array.max()), note
    )


def paired_t(baseline: ArrayLike, follow_up: ArrayLike, level: float = 0.95) -> PairedChange:
    """Estimate the mean change, follow-up minus baseline, by the paired t method.

    Parameters
    ----------
    baseline, follow_up
        Complete pairs in the same order of subjects.
    level
        Confidence level.

    Returns
    -------
    PairedChange
        No test of fewer than two pairs; where all changes are equal (on ten decimals) only the estimate.

    Raises
    ------
    EstimationError
        Missing or infinite values, unequal lengths.

    Notes
    -----
    Agrees with R 4.2.2 ``t.test(follow_up, baseline, paired = TRUE)`` to 1e-12 relative.
    """
    before, after = paired_arrays(baseline, follow_up, ("baseline", "follow_up"))
    return paired_change(before, after, check_level(level))


def paired_change(before: FloatArray, after: FloatArray, level: float) -> PairedChange:
    """Return the paired t result of complete arrays."""
    n = before.size
    changes = after - before
    estimate = float(changes.mean()) if n else None
    if n < 2:
        return PairedChange(n, estimate, None, None, None, None, None, None, "no test: fewer than two pairs")
    if np.ptp(np.round(changes, DECIMALS)) == 0.0:
        note = "not estimable: all changes are equal"
        return PairedChange(n, estimate, None, None, None, None, None, None, note)
    test = ttest_rel(after, before)
    interval = test.confidence_interval(confidence_level=level)
    error = float(changes.std(ddof=1)) / math.sqrt(n)
    return PairedChange(
        n,
        estimate,
        error,
        float(test.statistic),
        int(test.df),
        float(test.pvalue),
        float(interval.low),
        float(interval.high),
    )


def geometric_mean_ratio(baseline: ArrayLike, follow_up: ArrayLike, level: float = 0.95) -> PairedChange:
    """Estimate the ratio of geometric means, follow-up over baseline, from the paired changes of the logarithm.

    Parameters
    ----------
    baseline, follow_up
        Complete pairs of positive values.
    level
        Confidence level.

    Returns
    -------
    PairedChange
        ``estimate`` and limits are ratios. Not estimable where a value is 0 or less, with their number in the note.

    Raises
    ------
    EstimationError
        Missing or infinite values, unequal lengths.

    Notes
    -----
    Agrees with R 4.2.2 ``exp(t.test(log(follow_up), log(baseline), paired = TRUE)$conf.int)`` to 1e-12 relative.
    """
    before, after = paired_arrays(baseline, follow_up, ("baseline", "follow_up"))
    is_log_free = (before <= 0) | (after <= 0)
    if is_log_free.any():
        count = int(is_log_free.sum())
        note = f"not estimable: {count} of {before.size} pairs hold a value without a logarithm (0 or less)"
        return PairedChange(before.size, None, None, None, None, None, None, None, note)
    log = paired_change(np.log(before), np.log(after), check_level(level))
    ratio, low, high = (None if v is None else math.exp(v) for v in (log.estimate, log.conf_low, log.conf_high))
    return PairedChange(log.n, ratio, log.std_error, log.statistic, log.df, log.p_value, low, high, log.note)
