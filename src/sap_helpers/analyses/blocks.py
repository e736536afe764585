"""Blocks: the few shapes of result that every outcome is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.analyses.behind import behind, of_rows
from sap_helpers.results import Key, Result, Results
from sap_helpers.stats import proportion_ci

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from sap_helpers.adam.store import Study
    from sap_helpers.analyses.behind import LeftOut
    from sap_helpers.records import Records
    from sap_helpers.results import Stat

PROPORTION = ("n", "N", "p", "conf.low", "conf.high")
NOT_DUE = "no subject due yet"
COMPONENT_NEEDS = {"sledai": "qs:SLEDAI", "bilag": "qs:BILAG", "pga": "qs:PGA"}
EVENT_NEEDS = ("qs:SLEDAI", "ds.DSSCAT", "cm.CMCAT", "dm.DTHDTC")
RESPONSE_NEEDS = (*COMPONENT_NEEDS.values(), *EVENT_NEEDS)
METHODS = {"clopper-pearson": "Clopper-Pearson", "wilson": "Wilson"}
EXACT_LIMITS = dict.fromkeys(("conf.low", "conf.high"), METHODS["clopper-pearson"])


def why_nobody(study: Study, population: str) -> str:
    """Return why an analysis has nobody: nobody of its set due, nobody in it, or nobody treated yet."""
    if len(study.subjects(population)):
        return NOT_DUE
    return f"nobody in {population}" if study.has_treated else f"{NOT_DUE}: nobody in {population}"


def proportion_results(
    key: Key,
    n: int,
    N: int,
    *,
    interval: str,
    level: float,
    note: str = "",
    why_empty: str = NOT_DUE,
    records: Records | None = None,
) -> Results:
    """Return n, N, p and the interval of one proportion.

    Parameters
    ----------
    key
        Without a method: counts carry none, the limits that of the interval.
    note
        Stands beside the counts.
    why_empty
        The note of everything but the counts where `N` is 0.
    records
        What stands behind the counts.
    """
    limits = key._replace(method=METHODS[interval])
    estimate = proportion_ci(n, N, interval, level) if N else None
    rows = [
        Result(key, "n", n, note or ("" if N else why_empty)),
        Result(key, "N", N, note or ("" if N else why_empty)),
    ]
    if estimate is None:
        rows += [
            Result(key, "p", None, why_empty),
            Result(limits, "conf.low", None, why_empty),
            Result(limits, "conf.high", None, why_empty),
        ]
    else:
        rows += [
            Result(key, "p", estimate.p),
            Result(limits, "conf.low", estimate.conf_low),
            Result(limits, "conf.high", estimate.conf_high),
        ]
    return Results(tuple(rows), {} if records is None else {key: records})


def proportion_by_week(
    key: Key,
    counted: pd.DataFrame,
    *,
    interval: str,
    level: float,
    why_empty: str,
    records: str = "",
    left_out: LeftOut = (),
) -> Results:
    """Return the proportion counted as success among the rows of `counted`.

    Parameters
    ----------
    counted
        One row a subject: USUBJID, SUCCESS, TOUCHED (bool), and ASEQ of the data set `records` where it is named.
    left_out
        Who of the set is not among the rows, and why.
    """
    n, total = int(counted["SUCCESS"].sum()), len(counted)
    touched = int(counted["TOUCHED"].sum())
    note = touched_text(touched)
    results = proportion_results(key, n, total, interval=interval, level=level, note=note, why_empty=why_empty)
    if not records:
        return results
    return behind(results, of_rows(records, counted, counted["SUCCESS"], left_out))


def touched_text(count: int) -> str:
    """Return the remark that quarantined records touch so many subjects, or "" for none of them."""
    return f"quarantined records touch {subjects_text(count)}" if count else ""


def subjects_text(count: int) -> str:
    """Return a number of subjects in words."""
    return f"{count} subject{'s' if count > 1 else ''}"


def count_results(key: Key, n: int, N: int, why_empty: str = NOT_DUE, *, records: Records | None = None) -> Results:
    """Return n of N and their ratio, without an interval; `why_empty` is the note of all three where `N` is 0."""
    note = "" if N else why_empty
    share = Result(key, "p", n / N if N else None, note)
    rows = (Result(key, "n", n, note), Result(key, "N", N, note), share)
    return Results(rows, {} if records is None else {key: records})


def statistics(key: Key, values: dict[str, Stat], note: str = "") -> Results:
    """Return statistics by name; the note says why any of them is None, and stands beside none of the others."""
    return Results(tuple(Result(key, name, value, note if value is None else "") for name, value in values.items()))


def unavailable(
    keys: Iterable[Key], names: Iterable[str], why: str, *, methods: dict[str, str] | None = None
) -> Results:
    """Return planned rows without numbers, each with the reason.

    Parameters
    ----------
    methods
        The method by statistic's name, where a statistic carries one.
    """
    named = tuple(names)
    by = methods or {}
    return Results(
        tuple(Result(key._replace(method=by.get(name, key.method)), name, None, why) for key in keys for name in named)
    )
