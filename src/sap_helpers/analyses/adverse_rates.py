"""Adverse events over time at risk: exposure-adjusted rates, cumulative incidence, and incidence by cycle."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sap_helpers.adam.cycles import derive_cycles
from sap_helpers.adam.store import once_per_study
from sap_helpers.analyses.adverse_blocks import (
    NOBODY,
    emergent,
    events_behind,
    events_of_category,
    incidence_results,
    no_incidence,
    touched_note,
    why_no_events,
)
from sap_helpers.analyses.behind import behind, explain, outside
from sap_helpers.analyses.behind_curves import CurveRecords, curve_records
from sap_helpers.analyses.blocks import statistics, unavailable
from sap_helpers.results import Key, Result, Results, join
from sap_helpers.stats import aalen_johansen, poisson_rate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sap_helpers.adam.store import Study
    from sap_helpers.stats import Curve, CurvePoint

POISSON, AALEN_JOHANSEN = "exact Poisson", "Aalen-Johansen"
LIMITS = {"conf.low": POISSON, "conf.high": POISSON}
POINT = ("estimate", "std.error", "conf.low", "conf.high")
EVENT, DEATH = 1, 2
NOT_STARTED = "no subject started this cycle"


def analyse_incidence_rate(study: Study) -> Results:
    """Return AE.EAIR: subjects with an event per 100 person-years at risk up to their first one."""
    found = []
    for key, events in category_groups(study, Key("AE.EAIR", "SAF", variable="TEAE")):
        times = _first_times(study, key.group1_level)
        count = Result(key, "n", int((times["CAUSE"] == EVENT).sum()), touched_note(events))
        found.append(behind(_rate(study, count, times["DAYS"]), events_behind(study, events)))
    return join(found)


def analyse_event_rate(study: Study) -> Results:
    """Return AE.EAER: all events per 100 person-years at risk."""
    days = risk_days(study)
    return join(
        behind(
            _rate(study, Result(key, "n.events", len(events), touched_note(events)), days), events_behind(study, events)
        )
        for key, events in category_groups(study, Key("AE.EAER", "SAF", variable="TEAE"))
    )


def analyse_cumulative(study: Study) -> Results:
    """Return AE.CUMULATIVE: cumulative incidence of a first event, death competing.

    Of each kind: in all (the value on the last day on which anybody is at risk), at the plan's days, and at every step.
    """
    rule = study.plan.safety
    days = [day for day in rule.incidence_days if day < rule.last_day] + [rule.last_day]
    why = why_no_events(study) or study.why_unavailable("dm.DTHDTC")
    found = []
    for key, events in category_groups(study, Key("AE.CUMULATIVE", "SAF", variable="TEAE")):
        if why:
            found.append(_no_curve(key, days, why))
            continue
        times = _first_times(study, key.group1_level)
        curve = aalen_johansen(times["DAYS"].to_numpy(), times["CAUSE"].to_numpy(), EVENT, study.plan.level)
        at_days = [(day, curve.at(day)) for day in days]
        why_empty = NOBODY if curve.note else ""
        one = events_behind(study, events)
        found.append(behind(_in_all(key, curve, why_empty, touched_note(events)), one))
        points = [_point(key, "DAY", day, point, why_empty) for day, point in at_days]
        points += [_point(key, "STEPDAY", int(point.time), point, "") for point in _steps(curve)]
        at_risk = _at_risk(study, times)._replace(whole=one)
        found += [Results(part.rows, at_risk.of(part)) for part in points]
    return join(found)


def analyse_by_cycle(study: Study) -> Results:
    """Return AE.BY_CYCLE: of the subjects who started a cycle, those with an event in it."""
    treated = study.subjects("SAF")["USUBJID"]
    adex = study["adex"]
    cycles = derive_cycles(adex.loc[adex["USUBJID"].isin(treated)], study.plan)
    planned = range(1, study.plan.design.max_cycles + 1)
    numbers = sorted({*planned, *(int(number) for number in cycles["CYCLE"].dropna())})
    key = Key("AE.BY_CYCLE", "SAF", "CYCLE", variable="TEAE", variable_level="Y")
    why = why_no_events(study)
    if why:
        return no_incidence([key._replace(group1_level=str(number)) for number in numbers], why)
    events = emergent(study)
    found = []
    for number in numbers:
        started = set(cycles.loc[cycles["CYCLE"] == number, "USUBJID"])
        rows = events.loc[(events["CYCLE"] == number).fillna(value=False).astype(bool)]
        results = incidence_results(study, key._replace(group1_level=str(number)), rows, started)
        not_started = (outside(study, "SAF", started, "this cycle was not started"),)
        rows_of = results if started else _not_started(results)
        found.append(explain(study, rows_of, not_started))
    return join(found)


def category_groups(study: Study, key: Key) -> Iterator[tuple[Key, pd.DataFrame]]:
    """Give all emergent events, then those of each category of the registry record."""
    yield key, events_of_category(study)
    for code in study.plan.safety.categories.codes:
        yield key._replace(group1="AESI", group1_level=code), events_of_category(study, code)


@once_per_study
def _first_times(study: Study, code: str) -> pd.DataFrame:
    return derive_first_times(study, events_of_category(study, code))


def derive_first_times(study: Study, events: pd.DataFrame) -> pd.DataFrame:
    """Return the days at risk of each treated subject up to its first event.

    Cases, the first that applies: an event, the days to its onset, at most to the end of the risk; a death on the day
    on which the risk ends, that day; else censored on that day.

    Returns
    -------
    pandas.DataFrame
        USUBJID, DAYS (1 on the day of the first dose), CAUSE (0 censored, 1 event, 2 death).
    """
    treated = study.subjects("SAF").set_index("USUBJID")
    onset = events.groupby("USUBJID")["ASTDT"].min().reindex(treated.index)
    end = treated["RISKENDT"]
    stop = onset.where(onset < end, end)
    has_died = treated["DTHDT"].notna() & (treated["DTHDT"] <= end)
    cause = np.select([onset.notna(), has_died], [EVENT, DEATH], 0)
    days = (stop - treated["TRTSDT"]).dt.days + 1
    return pd.DataFrame({"USUBJID": treated.index, "DAYS": days.to_numpy(), "CAUSE": cause})


def _at_risk(study: Study, times: pd.DataFrame) -> CurveRecords:
    """Return the treated subjects with their days at risk up to the first event."""
    numbers = times["USUBJID"].map(study.subjects("SAF").set_index("USUBJID")["ASEQ"])
    return curve_records("adsl", numbers, times["DAYS"], times["CAUSE"] == EVENT)


def risk_days(study: Study) -> pd.Series:
    """Return the days at risk of each treated subject, first and last day included."""
    treated = study.subjects("SAF")
    return (treated["RISKENDT"] - treated["TRTSDT"]).dt.days + 1


def _rate(study: Study, count: Result, days: pd.Series) -> Results:
    """Return a count with its person-years, rate and limits."""
    key, name = count.key, count.stat_name
    limits = key._replace(method=POISSON)
    why = why_no_events(study)
    if why:
        return unavailable([key], (name, "person.years", "estimate", *LIMITS), why, methods=LIMITS)
    if not len(days):
        first = statistics(key, {name: 0 if name == "n" else None, "person.years": None, "estimate": None}, NOBODY)
        return first + statistics(limits, dict.fromkeys(LIMITS), NOBODY)
    years = float(days.sum()) / float(study.plan.time.days_per_year)
    rate = poisson_rate(int(count.stat or 0), years, study.plan.level, float(study.plan.safety.per_years))
    counted = Results((count,)) + statistics(key, {"person.years": years, "estimate": rate.estimate}, rate.note)
    return counted + statistics(limits, {"conf.low": rate.conf_low, "conf.high": rate.conf_high}, rate.note)


def _point(key: Key, group: str, day: int, point: CurvePoint, why_empty: str) -> Results:
    here = key._replace(group2=group, group2_level=str(day))
    at_risk = statistics(here, {"n": point.n_risk})
    values = _values(point, why_empty)
    return at_risk + statistics(here._replace(method=AALEN_JOHANSEN), values, why_empty or point.note)


def _in_all(key: Key, curve: Curve, why_empty: str, note: str) -> Results:
    """Return subjects with an event, subjects, and the value at the end of the curve with the last day at risk."""
    last = curve.points[-1] if curve.points else curve.origin
    counts = Results((Result(key, "n", curve.n_events, note), Result(key, "N", curve.n)))
    limits = statistics(key._replace(method=AALEN_JOHANSEN), _values(last, why_empty), why_empty or last.note)
    rows = (row if row.stat is None else replace(row, note=f"last at risk on day {last.time:g}") for row in limits.rows)
    return counts + Results(tuple(rows))


def _steps(curve: Curve) -> list[CurvePoint]:
    """Return the points of a curve at which it rises."""
    before = [0, *(point.n_events for point in curve.points)]
    return [point for point, seen in zip(curve.points, before, strict=False) if point.n_events > seen]


def _values(point: CurvePoint, why_empty: str) -> dict[str, float | None]:
    if why_empty:
        return dict.fromkeys(POINT)
    return dict(zip(POINT, (point.estimate, point.std_error, point.conf_low, point.conf_high), strict=True))


def _no_curve(key: Key, days: list[int], why: str) -> Results:
    keys = [key._replace(group2="DAY", group2_level=str(day)) for day in days]
    methods = dict.fromkeys(POINT, AALEN_JOHANSEN)
    in_all = unavailable([key], ("n", "N", *POINT), why, methods=methods)
    return in_all + unavailable(keys, ("n", *POINT), why, methods=methods)


def _not_started(results: Results) -> Results:
    """Return the rows of a cycle that nobody started, with that as the reason."""
    rows = tuple(type(row)(row.key, row.stat_name, row.stat, NOT_STARTED) for row in results.rows)
    return Results(rows, results.records)
