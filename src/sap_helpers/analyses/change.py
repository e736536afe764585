"""Change between two weeks: description at both, paired t, exact signed-rank test, Hodges-Lehmann estimate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sap_helpers.analyses.blocks import statistics, unavailable
from sap_helpers.results import Key, Result, Results, join
from sap_helpers.stats import describe, paired_t, signed_rank

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sap_helpers.stats import Description

PAIRED_T, WILCOXON, HODGES_LEHMANN = "paired t", "Wilcoxon signed-rank", "Hodges-Lehmann"
AT_WEEK = ("mean", "sd", "median", "p25", "p75")
OF_CHANGE = {
    "": ("N", *AT_WEEK),
    PAIRED_T: ("estimate", "conf.low", "conf.high", "statistic", "df", "p.value"),
    WILCOXON: ("statistic", "p.value"),
    HODGES_LEHMANN: ("estimate", "conf.low", "conf.high"),
}
# binary subtraction of decimals below a thousand errs by less; more digits of a logarithm are not thrown away
DIGITS = 12


def change_results(
    key: Key, first: Sequence[float], last: Sequence[float], *, weeks: tuple[int, int], level: float, why_empty: str
) -> Results:
    """Return everything that the plan asks of a change, of complete pairs.

    Parameters
    ----------
    key
        Analysis, population and variable; no group and no method.
    first, last
        The pairs: values at the first and the last week, in one order, none missing.
    weeks
        The two weeks, for the rows that describe each.
    why_empty
        The note of everything but N where there is no pair.
    """
    before, after = np.asarray(first, dtype=float), np.asarray(last, dtype=float)
    if not len(before):
        return statistics(key, {"N": 0}) + missing_change(key, weeks, why_empty, with_count=False)
    change = compute_change(before, after)
    found = [at_week(key, week, values) for week, values in zip(weeks, (before, after), strict=True)]
    summary = describe(change)
    found.append(statistics(key, {"N": len(change), **_spread(summary)}, summary.note or "not estimable with 1 pair"))
    return join([*found, *_tests(key, before, after, level)])


def compute_change(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Return the later minus the first value, free of the noise of binary subtraction: 1.4 - 1.1 is 0.3."""
    return np.asarray((after - before).round(DIGITS))


def _tests(key: Key, before: np.ndarray, after: np.ndarray, level: float) -> list[Results]:
    t, ranks = paired_t(before, after, level), signed_rank(after - before, level)
    values = {
        "estimate": t.estimate, "conf.low": t.conf_low, "conf.high": t.conf_high, "statistic": t.statistic, "df": t.df,
        "p.value": t.p_value,
    }  # fmt: skip
    test = {"statistic": ranks.statistic, "p.value": ranks.p_value}
    shift = {"estimate": ranks.estimate, "conf.low": ranks.conf_low, "conf.high": ranks.conf_high}
    return [
        statistics(key._replace(method=PAIRED_T), values, t.note),
        Results(tuple(Result(key._replace(method=WILCOXON), name, test[name], ranks.test_note) for name in test)),
        statistics(key._replace(method=HODGES_LEHMANN), shift, ranks.interval_note),
    ]


def at_week(key: Key, week: int, values: np.ndarray) -> Results:
    """Return the description of one week's values."""
    found = describe(values)
    here = key._replace(group1="AVISITN", group1_level=str(week))
    return statistics(here, _spread(found), found.note or "not estimable with 1 value")


def missing_change(key: Key, weeks: tuple[int, int], why: str, *, with_count: bool = True) -> Results:
    """Return the planned rows of a change without numbers, each with the reason."""
    found = [unavailable([key._replace(group1="AVISITN", group1_level=str(week))], AT_WEEK, why) for week in weeks]
    for method, names in OF_CHANGE.items():
        kept = [name for name in names if with_count or name != "N"]
        found.append(unavailable([key._replace(method=method)], kept, why))
    return join(found)


def _spread(found: Description) -> dict[str, float | None]:
    return {"mean": found.mean, "sd": found.sd, "median": found.median, "p25": found.p25, "p75": found.p75}
