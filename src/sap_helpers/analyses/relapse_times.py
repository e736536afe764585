"""Relapses over time: rate and mean number, probability of none, and rescue or death as competing events."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sap_helpers.adam.relapses import derive_competing_events
from sap_helpers.analyses.behind import behind, explain, of_rows, source
from sap_helpers.analyses.behind_curves import CurveRecords, curve_records
from sap_helpers.analyses.blocks import (
    EXACT_LIMITS,
    NOT_DUE,
    PROPORTION,
    count_results,
    proportion_results,
    statistics,
    touched_text,
    unavailable,
)
from sap_helpers.records import Records
from sap_helpers.results import Key, Result, Results, join
from sap_helpers.stats import aalen_johansen, describe, kaplan_meier, mean_cumulative_function, poisson_rate

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from sap_helpers.adam.store import Study
    from sap_helpers.analyses.relapses import Reading
    from sap_helpers.stats import Curve

EXACT_POISSON, KAPLAN_MEIER = "exact Poisson", "Kaplan-Meier"
AALEN_JOHANSEN, MEAN_NUMBER = "Aalen-Johansen", "mean cumulative function"
RATE_LIMITS = dict.fromkeys(("conf.low", "conf.high"), EXACT_POISSON)
RATE = ("n.events", "person.years", "estimate", "conf.low", "conf.high")
CURVE = ("estimate", "std.error", "conf.low", "conf.high")
MEDIAN = ("median", "conf.low", "conf.high")
GAP = ("median", "max")
COMPETING_NEEDS = ("qs:SLEDAI", "ds.DSSCAT", "cm.CMCAT", "dm.DTHDTC")


def analyse_events(study: Study, readings: Sequence[Reading], why: str) -> Results:
    """Return REL.EVENTS: relapses, person-years, their rate; mean number by day; how many stayed below the limit.

    Parameters
    ----------
    why
        Why nothing can be said of anybody, or "".
    """
    found = []
    for reading in readings:
        key = Key("REL.EVENTS", "REM", variable=reading.definition.variable)
        low = key._replace(variable_level=f"BELOW{reading.definition.remission_below}")
        found += [_rate(study, key, reading, why), _low(low, reading, why), _gap(key, reading, why)]
    found += [
        _mean_number(study, Key("REL.EVENTS", "REM", variable=reading.definition.variable), reading, why)
        for reading in readings
    ]
    return join(found)


def _rate(study: Study, key: Key, reading: Reading, why: str) -> Results:
    if study.why_unavailable("qs:SLEDAI", "ds.DSSCAT"):
        return unavailable([key], RATE, why, methods=RATE_LIMITS)
    members = reading.members
    events = int(members["NREL"].sum())
    years = float(followed_days(members).sum()) / float(study.plan.time.days_per_year)
    rate = poisson_rate(events, years, study.plan.level)
    note = why or touched_note(members)
    counts = Results((Result(key, "n.events", events, note), Result(key, "person.years", None if why else years, why)))
    limits = {"conf.low": rate.conf_low, "conf.high": rate.conf_high}
    rows = join(
        [
            counts, statistics(key, {"estimate": rate.estimate}, why or rate.note),
            statistics(key._replace(method=EXACT_POISSON), limits, why or rate.note),
        ]
    )  # fmt: skip
    one = of_rows(reading.records, members, members["RELAPSED"])
    return behind(rows, one._replace(events=(source("adqs", _relapses(reading)),)))


def _relapses(reading: Reading) -> pd.DataFrame:
    """Return the assessments at which the relapses of the members start."""
    course = reading.relapses.course
    return course.loc[course["RELAPSE"] & course["USUBJID"].isin(reading.members["USUBJID"])]


def _low(key: Key, reading: Reading, why: str) -> Results:
    """Return how many relapses were still below the limit of remission at the visit that found them."""
    if why.startswith("not available"):
        return unavailable([key], ("n",), why)
    members = reading.members
    relapses = _relapses(reading)
    low = relapses.loc[relapses["AVAL"] < reading.definition.remission_below]
    one = Records((source("adqs", low),), (source(reading.records, members),))
    return Results((Result(key, "n", int(members["NLOW"].sum()), why),), {key: one})


def _gap(key: Key, reading: Reading, why: str) -> Results:
    """Return the days from the assessment before to the one that found a relapse: at most so late is its date."""
    at = key._replace(variable_level="GAP")
    relapses = _relapses(reading)
    if why or relapses.empty:
        return unavailable([at], GAP, why or "no relapse")
    described = describe(relapses["GAP"].to_numpy(dtype=float))
    one = source("adqs", relapses)
    return behind(statistics(at, {name: getattr(described, name) for name in GAP}), Records((one,), (one,)))


def _mean_number(study: Study, key: Key, reading: Reading, why: str) -> Results:
    days = study.plan.relapse.curve_days
    if why:
        return curve_unavailable(key, days, MEAN_NUMBER, why)
    members = reading.members.reset_index(drop=True)
    position = dict(zip(members["USUBJID"], members.index, strict=True))
    relapses = _relapses(reading)
    owners = relapses["USUBJID"].map(position)
    times = (relapses["ADT"] - owners.map(members["REFDT"])).dt.days
    curve = mean_cumulative_function(
        followed_days(members).to_numpy(), owners.to_numpy(dtype=int), times.to_numpy(dtype=float), study.plan.level
    )
    ends = followed_days(members)
    return curve_results(key, days, curve, MEAN_NUMBER, _behind(reading, members, ends, members["RELAPSED"]))


def _behind(reading: Reading, members: pd.DataFrame, times: pd.Series, is_event: pd.Series) -> CurveRecords:
    return curve_records(reading.records, members["ASEQ"], times, is_event)


def analyse_curves(study: Study, readings: Sequence[Reading], why: str) -> Results:
    """Return REL.KM: the probability of no relapse by days from the reference, and the median."""
    days = study.plan.relapse.curve_days
    found = []
    for reading in readings:
        key = Key("REL.KM", "REM", variable=reading.definition.variable)
        by_day, median = key, key._replace(method=KAPLAN_MEIER)
        if why:
            found += [curve_unavailable(by_day, days, KAPLAN_MEIER, why), unavailable([median], MEDIAN, why)]
            continue
        members = reading.members
        curve = kaplan_meier(members["TIME"].to_numpy(), members["RELAPSED"].to_numpy(dtype=int), study.plan.level)
        one = _behind(reading, members, members["TIME"], members["RELAPSED"])
        found.append(curve_results(by_day, days, curve, KAPLAN_MEIER, one))
        values = {"median": curve.median, "conf.low": curve.median_low, "conf.high": curve.median_high}
        rows = statistics(median, values, curve.median_note or curve.note or "not reached")
        found.append(behind(rows, one.whole))
    return join(found)


def analyse_composite(study: Study, readings: Sequence[Reading], why: str) -> Results:
    """Return REL.COMPOSITE: rescue or death within follow-up as a relapse, and as events that compete with it."""
    why = study.why_unavailable(*COMPETING_NEEDS) or why
    days = study.plan.relapse.curve_days
    key = Key("REL.COMPOSITE", "REM", variable_level="Y")
    if why:
        return _without_composite(study, key, [reading.definition.variable for reading in readings], why)
    ended = [derive_first_ends(study, reading) for reading in readings]
    found = []
    for reading, members in zip(readings, ended, strict=True):
        known = members.loc[members["DUE"] & ((members["NFUP"] > 0) | members["COMPETDT"].notna())]
        is_event = known["RELAPSED"] | known["COMPETDT"].notna()
        n = int(is_event.sum())
        here = key._replace(variable=reading.definition.variable)
        empty = NOT_DUE if not members["DUE"].any() else "no follow-up of a subject due"
        rate = proportion_results(
            here, n, len(known), interval="clopper-pearson", level=study.plan.level, why_empty=empty,
            note=touched_note(known), records=of_rows(reading.records, known, is_event),
        )  # fmt: skip
        late = set(members.loc[~members["DUE"], "USUBJID"])
        lacking = set(members["USUBJID"]) - late - set(known["USUBJID"])
        cases = (("follow-up is not due yet", late), ("neither a follow-up assessment nor such an event", lacking))
        found.append(explain(study, rate, cases))
    found += [
        count_results(
            key._replace(variable=name), int(ended[0][date].notna().sum()), len(ended[0]),
            records=of_rows(readings[0].records, ended[0], ended[0][date].notna()),
        )
        for name, date in (("RESCUE", "RESCDT"), ("DEATH", "DTHDT"))
    ]  # fmt: skip
    for reading, members in zip(readings, ended, strict=True):
        curve = aalen_johansen(members["TIME"].to_numpy(), members["CAUSE"].to_numpy(), 1, study.plan.level)
        here = key._replace(variable=reading.definition.variable, variable_level="")
        one = _behind(reading, members, members["TIME"], members["CAUSE"] == 1)
        found.append(curve_results(here, days, curve, AALEN_JOHANSEN, one))
    curve = aalen_johansen(ended[0]["TIME"].to_numpy(), ended[0]["CAUSE"].to_numpy(), 2, study.plan.level)
    here = key._replace(variable="RESCUE_DEATH", variable_level="")
    one = _behind(readings[0], ended[0], ended[0]["TIME"], ended[0]["CAUSE"] == 2)
    return join([*found, curve_results(here, days, curve, AALEN_JOHANSEN, one)])


def derive_first_ends(study: Study, reading: Reading) -> pd.DataFrame:
    """Return the members with the first event of any kind: COMPETDT, CAUSE (1 relapse, 2 the others, 0 none), TIME.

    On one day the relapse comes first.
    """
    members = reading.members
    events = derive_competing_events(members, study["adsl"], study["adcm"])
    frame = members.merge(events, on="USUBJID", how="left").set_index(members.index)
    competing = frame[["RESCDT", "DTHDT"]].min(axis=1)
    is_relapse = frame["RELAPSED"] & ~(competing < frame["RELDT"])
    cause = np.select([is_relapse, competing.notna()], [1, 2], 0)
    days = (competing - frame["REFDT"]).dt.days.to_numpy()
    return frame.assign(COMPETDT=competing, CAUSE=cause, TIME=np.where(cause == 2, days, frame["TIME"]).astype("int64"))


def followed_days(members: pd.DataFrame) -> pd.Series:
    """Return the days from the reference to the last follow-up assessment; 0 without one."""
    return (members["LASTDT"] - members["REFDT"]).dt.days.fillna(0)


def touched_note(members: pd.DataFrame) -> str:
    """Return what stands beside a count that quarantined records touch, or ""."""
    return touched_text(int(members["TOUCHED"].sum()))


def curve_results(key: Key, days: Sequence[int], curve: Curve, method: str, one: CurveRecords) -> Results:
    """Return a curve read at the days named (group DAY, with the number at risk) and at its steps and end (STEPDAY)."""
    seen = [0, *(point.n_events for point in curve.points)]
    steps = [point for point, before in zip(curve.points, seen, strict=False) if point.n_events > before]
    last = [point for point in curve.points[-1:] if point.time > 0 and point not in steps]
    found = []
    for group, day, point in (
        *(("DAY", day, curve.at(day)) for day in days),
        *(("STEPDAY", int(point.time), point) for point in (*steps, *last)),
    ):
        here = key._replace(group1=group, group1_level=str(day))
        numbers = (point.estimate, point.std_error, point.conf_low, point.conf_high)
        values = dict(zip(CURVE, numbers, strict=True))
        found.append(statistics(here, {"n": point.n_risk}))
        found.append(statistics(here._replace(method=method), values, point.note or "not estimable"))
    rows = join(found)
    return Results(rows.rows, one.of(rows))


def curve_unavailable(key: Key, days: Sequence[int], method: str, why: str) -> Results:
    """Return the planned rows of a curve without numbers: nobody at risk, or not available."""
    found = []
    for day in days:
        here = key._replace(group1="DAY", group1_level=str(day))
        at_risk = None if why.startswith("not available") else 0
        found.append(Results((Result(here, "n", at_risk, why),)))
        found.append(unavailable([here._replace(method=method)], CURVE, why))
    return join(found)


def _without_composite(study: Study, key: Key, variables: Sequence[str], why: str) -> Results:
    """Return the planned rows of REL.COMPOSITE without numbers: not available, or nobody at risk."""
    days, level = study.plan.relapse.curve_days, study.plan.level
    shares = [key._replace(variable=name) for name in variables]
    counts = [key._replace(variable=name) for name in ("RESCUE", "DEATH")]
    if why.startswith("not available"):
        found = [unavailable(shares, PROPORTION, why, methods=EXACT_LIMITS), unavailable(counts, ("n", "N", "p"), why)]
    else:
        exact = "clopper-pearson"
        found = [proportion_results(share, 0, 0, interval=exact, level=level, why_empty=why) for share in shares]
        found += [count_results(count, 0, 0, why) for count in counts]
    curves = [
        curve_unavailable(key._replace(variable=name, variable_level=""), days, AALEN_JOHANSEN, why)
        for name in (*variables, "RESCUE_DEATH")
    ]
    return join([*found, *curves])
