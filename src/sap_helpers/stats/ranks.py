"""Rank methods: the signed-rank test with the Hodges-Lehmann estimate, the two-sample shift, Holm, Spearman."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import norm, rankdata, spearmanr
from statsmodels.stats.multitest import multipletests

from sap_helpers.errors import EstimationError
from sap_helpers.stats.inputs import check_level, complete_array, paired_arrays, scaled_integers
from sap_helpers.stats.rank_distributions import (
    LARGEST_EXACT,
    rank_sum_quantile,
    signed_rank_normal_p,
    signed_rank_quantile,
    signed_rank_tail,
)
from sap_helpers.stats.walsh import median_ranks, pairwise_differences, walsh_averages

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from sap_helpers.stats.inputs import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class SignedRank:
    """Signed-rank test (statistic: sum of the positive ranks) and Hodges-Lehmann estimate with its interval.

    ``n_nonzero`` pairs were ranked, ``distribution`` is ``exact`` or ``normal`` (empty without a test). ``test_note``
    and ``interval_note`` belong to one part each, ``note`` is both.
    """

    n: int
    n_nonzero: int
    statistic: float | None
    p_value: float | None
    estimate: float | None
    conf_low: float | None
    conf_high: float | None
    distribution: str
    test_note: str = ""
    interval_note: str = ""

    @property
    def note(self) -> str:
        """Return what is to be said about test and interval together."""
        return "; ".join(part for part in (self.test_note, self.interval_note) if part)


@dataclass(frozen=True, slots=True)
class Shift:
    """Hodges-Lehmann shift of the first group against the second, with its interval."""

    n_first: int
    n_second: int
    estimate: float | None
    conf_low: float | None
    conf_high: float | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Correlation:
    """Spearman's rank correlation with an interval; ``std_error`` is on Fisher's z scale."""

    n: int
    estimate: float | None
    std_error: float | None
    conf_low: float | None
    conf_high: float | None
    note: str = ""


def signed_rank(differences: ArrayLike, level: float = 0.95) -> SignedRank:
    """Test paired differences by the Wilcoxon signed-rank test and estimate their centre after Hodges and Lehmann.

    Parameters
    ----------
    differences
        One difference per subject, complete. They are rounded to ten decimals, so that decimal ties are ties.
    level
        Confidence level of the interval.

    Returns
    -------
    SignedRank
        Test: zeros dropped, mid-ranks; the exact distribution given the ties for up to 1,000 non-zero differences,
        above that the normal approximation with tie and continuity correction; statistic 0 and p 1 where all are
        zero; no test of fewer than two pairs. Estimate: the median of the Walsh averages of all differences, zeros
        included. Interval: the k-th smallest and the k-th largest of them, k the alpha/2 quantile of the tie-free
        distribution for n; where k is 0 the interval is None and the note has the widest level that can be attained.

    Raises
    ------
    EstimationError
        Missing or infinite values, values too large for ten decimals, a level outside (0, 1).

    Notes
    -----
    Agrees to 1e-12 relative with R 4.2.2: ``exactRankTests::wilcox.exact(d[d != 0])`` and ``coin::wilcoxsign_test(d ~
    0, zero.method = "Wilcoxon", distribution = "exact")`` for p, ``median`` of the Walsh averages for the estimate, and
    ``wilcox.test(d, conf.int = TRUE)`` for the interval where it has neither ties nor zeros.
    """
    scaled = scaled_integers(complete_array(differences, "differences"), "differences")
    tail = (1 - check_level(level)) / 2
    n = scaled.size
    if n == 0:
        return SignedRank(0, 0, None, None, None, None, None, "", "no test: no pair", "not estimable: no pair")
    estimate, low, high, interval_note = centre(scaled, tail)
    nonzero = scaled[scaled != 0]
    statistic, p, distribution, test_note = signed_rank_test(nonzero, n)
    return SignedRank(n, nonzero.size, statistic, p, estimate, low, high, distribution, test_note, interval_note)


def signed_rank_test(nonzero: IntArray, n: int) -> tuple[float | None, float | None, str, str]:
    """Return statistic, two-sided p value, distribution used and note; the null distribution is symmetric."""
    if n < 2:
        return None, None, "", "no test: fewer than two pairs"
    if nonzero.size == 0:
        return 0.0, 1.0, "exact", "all differences are zero: p is 1 by definition"
    doubled = np.rint(2 * rankdata(np.abs(nonzero))).astype(np.int64)
    positive = int(doubled[nonzero > 0].sum())
    if nonzero.size > LARGEST_EXACT:
        return positive / 2, signed_rank_normal_p(doubled, positive), "normal", ""
    smaller = min(positive, int(doubled.sum()) - positive)
    return positive / 2, min(1.0, 2 * signed_rank_tail(doubled, smaller)), "exact", ""


def centre(scaled: IntArray, tail: float) -> tuple[float, float | None, float | None, str]:
    """Return the Hodges-Lehmann estimate, its limits and the note on a missing interval."""
    n = scaled.size
    n_pairs = n * (n + 1) // 2
    k = signed_rank_quantile(n, tail)
    middle = median_ranks(n_pairs)
    if k == 0:
        below, above = walsh_averages(scaled, middle)
        return (below + above) / 2, None, None, unattainable(1 - 2.0 ** (1 - n), f"{n} value{'s' if n > 1 else ''}")
    low, below, above, high = walsh_averages(scaled, (k, *middle, n_pairs + 1 - k))
    return (below + above) / 2, low, high, ""


def unattainable(level: float, what: str) -> str:
    """Return the note that no interval has the wanted level, with the widest attainable one."""
    return f"interval not estimable with {what}: the widest attainable level is {100 * max(level, 0.0):.4g} %"


def hodges_lehmann_shift(first: ArrayLike, second: ArrayLike, level: float = 0.95) -> Shift:
    """Estimate by how much the first group's values lie above the second's.

    Parameters
    ----------
    first, second
        Complete values of two groups of different subjects, rounded to ten decimals like the differences above.
    level
        Confidence level.

    Returns
    -------
    Shift
        The median of all differences first minus second, with the k-th smallest and k-th largest as limits, k the
        alpha/2 quantile of the tie-free Mann-Whitney distribution (exact up to 200 subjects, above that the whole part
        of its normal approximation); where k is 0 the interval is None, noted.

    Raises
    ------
    EstimationError
        Missing or infinite values, values too large for ten decimals, a level outside (0, 1).

    Notes
    -----
    Agrees with R 4.2.2 ``wilcox.test(first, second, conf.int = TRUE, exact = TRUE)`` without ties to 1e-12 relative;
    with ties the definition stays, while R changes to an approximation.
    """
    left = scaled_integers(complete_array(first, "first"), "first")
    right = scaled_integers(complete_array(second, "second"), "second")
    tail = (1 - check_level(level)) / 2
    m, n = left.size, right.size
    if m == 0 or n == 0:
        return Shift(m, n, None, None, None, f"not estimable: groups of {m} and {n} subjects")
    k = rank_sum_quantile(m, n, tail)
    middle = median_ranks(m * n)
    if k == 0:
        below, above = pairwise_differences(left, right, middle)
        note = unattainable(1 - 2 / math.comb(m + n, n), f"groups of {m} and {n}")
        return Shift(m, n, (below + above) / 2, None, None, note)
    low, below, above, high = pairwise_differences(left, right, (k, *middle, m * n + 1 - k))
    return Shift(m, n, (below + above) / 2, low, high)


def holm(p_values: ArrayLike) -> FloatArray:
    """Adjust p values for their number by Holm's step-down method.

    Parameters
    ----------
    p_values
        The family's p values, complete: a missing one would be counted silently by the library.

    Returns
    -------
    ndarray of float64
        Adjusted values in the order given.

    Raises
    ------
    EstimationError
        Missing values or values outside 0 to 1.

    Notes
    -----
    Agrees with R 4.2.2 ``p.adjust(p, "holm")`` to 1e-12 relative on complete families.
    """
    values = complete_array(p_values, "p_values")
    if ((values < 0) | (values > 1)).any():
        raise EstimationError("p_values: outside 0 to 1 found. Hand over p values")
    if values.size == 0:
        return values
    return np.asarray(multipletests(values, method="holm")[1], dtype=np.float64)


def spearman_ci(x: ArrayLike, y: ArrayLike, level: float = 0.95) -> Correlation:
    """Estimate Spearman's rank correlation with an interval on Fisher's z scale.

    Parameters
    ----------
    x, y
        Complete pairs. They are rounded to ten decimals before ranking, so that decimal ties are ties.
    level
        Confidence level.

    Returns
    -------
    Correlation
        tanh(atanh r -/+ z se) with se = sqrt((1 + r^2/2)/(n - 3)) (Bonett and Wright 2000). All None with fewer than
        four pairs or where x or y is constant; without an interval where r is 1 or -1.

    Raises
    ------
    EstimationError
        Missing or infinite values, unequal lengths, a level outside (0, 1).

    Notes
    -----
    The estimate agrees with R 4.2.2 ``cor(x, y, method = "spearman")`` to 1e-12 relative.
    """
    left, right = (scaled_integers(v, k) for v, k in zip(paired_arrays(x, y, ("x", "y")), "xy", strict=True))
    z = float(norm.isf((1 - check_level(level)) / 2))
    n = left.size
    if n < 4:
        return Correlation(n, None, None, None, None, f"not estimable with {n} pairs: at least 4 are needed")
    if (left == left[0]).all() or (right == right[0]).all():
        return Correlation(n, None, None, None, None, "not estimable: one of the two is constant")
    r = float(spearmanr(left, right).statistic)
    error = math.sqrt((1 + r**2 / 2) / (n - 3))
    if abs(r) > 1 - 1e-12:
        return Correlation(
            n, math.copysign(1.0, r), error, None, None, "interval not estimable at a correlation of 1 or -1"
        )
    return Correlation(n, r, error, math.tanh(math.atanh(r) - z * error), math.tanh(math.atanh(r) + z * error))
