"""Proportions: one-sample confidence intervals, the exact McNemar test, Cochran's Q, the tipping-point table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from statsmodels.stats.contingency_tables import cochrans_q, mcnemar
from statsmodels.stats.proportion import proportion_confint

from sap_helpers.errors import EstimationError
from sap_helpers.stats.inputs import check_level, count_value, whole_numbers

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

METHODS = {"clopper-pearson": ("Clopper-Pearson", "beta"), "wilson": ("Wilson", "wilson")}


@dataclass(frozen=True, slots=True)
class Proportion:
    """n of N subjects: p = n/N with its interval; ``method`` is the interval's name as results print it."""

    n: int
    N: int
    p: float | None
    conf_low: float | None
    conf_high: float | None
    method: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class McNemar:
    """Exact McNemar test: the two discordant counts and the two-sided p value."""

    b: int
    c: int
    p_value: float | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class CochranQ:
    """Cochran's Q over k occasions of n subjects."""

    n: int
    k: int
    statistic: float | None
    df: int | None
    p_value: float | None
    note: str = ""


def proportion_ci(n: int, N: int, method: str = "clopper-pearson", level: float = 0.95) -> Proportion:
    """Estimate a proportion with a two-sided confidence interval.

    Parameters
    ----------
    n
        Number of subjects with the event, 0 to `N`.
    N
        Number of subjects.
    method
        ``clopper-pearson`` (exact) or ``wilson`` (score, without continuity correction).
    level
        Confidence level, 0.95 for 95 %.

    Returns
    -------
    Proportion
        p and limits are None where `N` is 0. 0/N has the lower limit 0, N/N the upper limit 1.

    Raises
    ------
    EstimationError
        Counts that are missing, negative, not whole or n > N; an unknown method; a level outside (0, 1).

    Notes
    -----
    Agrees with R 4.2.2 ``binom.test(n, N)$conf.int`` and ``prop.test(n, N, correct = FALSE)$conf.int`` to 1e-12
    relative (tests/agreement, proportions.json).
    """
    if method not in METHODS:
        raise EstimationError(f"method {method!r} is unknown, allowed: {', '.join(METHODS)}. Choose one of them")
    successes, total = count_value(n, "n"), count_value(N, "N")
    if successes > total:
        raise EstimationError(f"n is {successes} of N = {total}, allowed: at most N. Check the denominator")
    name, library_name = METHODS[method]
    alpha = 1.0 - check_level(level)
    if total == 0:
        return Proportion(0, 0, None, None, None, name, "not estimable: no subject in the denominator")
    low, high = proportion_confint(successes, total, alpha=alpha, method=library_name)
    return Proportion(successes, total, successes / total, max(float(low), 0.0), min(float(high), 1.0), name)


def mcnemar_exact(b: int, c: int) -> McNemar:
    """Test two paired proportions by the exact McNemar test, two-sided.

    Parameters
    ----------
    b, c
        Numbers of discordant pairs: yes then no, and no then yes.

    Returns
    -------
    McNemar
        Without a discordant pair the p value is 1 and the note says so.

    Notes
    -----
    Agrees with R 4.2.2 ``binom.test(b, b + c)$p.value`` (1 where b = c = 0) to 1e-12 relative.
    """
    first, second = count_value(b, "b"), count_value(c, "c")
    if first + second == 0:
        return McNemar(0, 0, 1.0, "no discordant pair: p is 1 by definition")
    test = mcnemar([[0, first], [second, 0]], exact=True)
    return McNemar(first, second, float(test.pvalue))


def cochran_q(matrix: ArrayLike) -> CochranQ:
    """Test equality of k paired proportions by Cochran's Q (chi-squared with k - 1 degrees of freedom).

    Parameters
    ----------
    matrix
        n x k of 0 and 1, a row per subject, a column per occasion, complete.

    Returns
    -------
    CochranQ
        Not estimable (None) without a subject, with fewer than two occasions, or where no subject ever changes.

    Raises
    ------
    EstimationError
        Missing values or values other than 0 and 1.

    Notes
    -----
    Agrees with R 4.2.2 ``coin::symmetry_test(y ~ week | id, teststat = "quadratic")`` to 1e-12 relative.
    """
    responses = whole_numbers(matrix, "matrix", dimensions=2)
    n, k = responses.shape
    if not ((responses == 0) | (responses == 1)).all():
        raise EstimationError("matrix: other values than 0 and 1 found, allowed: 0 and 1. Code the response first")
    if n == 0 or k < 2:
        return CochranQ(n, k, None, None, None, f"not estimable with {n} subjects and {k} occasions")
    if (responses == responses[:, :1]).all():
        return CochranQ(n, k, None, None, None, "not estimable: no subject's response differs between occasions")
    test = cochrans_q(responses)
    return CochranQ(n, k, float(test.statistic), int(test.df), float(test.pvalue))


def tipping_points(n: int, N: int, n_missing: int, level: float = 0.95) -> tuple[Proportion, ...]:
    """Estimate the proportion for every number of missing subjects counted as successes, 0 to all of them.

    Parameters
    ----------
    n
        Observed successes.
    N
        Denominator, the missing subjects included.
    n_missing
        Subjects of the denominator without an observed outcome.
    level
        Confidence level of the Clopper-Pearson intervals.

    Returns
    -------
    tuple of Proportion
        ``n_missing + 1`` of them; the k-th counts k missing subjects as successes.

    Notes
    -----
    Agrees with R 4.2.2 ``sapply(0:m, function(k) binom.test(n + k, N)$conf.int)``.
    """
    missing = count_value(n_missing, "n_missing")
    if n + missing > N:
        raise EstimationError(f"{n} successes and {missing} missing exceed N = {N}. Check the denominator")
    return tuple(proportion_ci(n + k, N, level=level) for k in range(missing + 1))
