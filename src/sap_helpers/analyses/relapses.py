"""Relapses after stopping treatment: who relapsed, of whom, by the primary definition and by every other one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sap_helpers.adam.relapses import derive_relapses
from sap_helpers.adam.store import once_per_study
from sap_helpers.adam.times import relapse_parameter
from sap_helpers.analyses import relapse_times
from sap_helpers.analyses.behind import behind, explain, of_rows
from sap_helpers.analyses.blocks import (
    EXACT_LIMITS,
    NOT_DUE,
    PROPORTION,
    count_results,
    proportion_by_week,
    statistics,
    unavailable,
)
from sap_helpers.results import Key, Results, join
from sap_helpers.stats import describe

if TYPE_CHECKING:
    import pandas as pd

    from sap_helpers.adam.relapses import Relapses
    from sap_helpers.adam.store import Study
    from sap_helpers.analyses.behind import Cases
    from sap_helpers.plan.relapse import RelapseDefinition, Role

NEEDS = ("qs:SLEDAI", "ds.DSSCAT")
PLANNED = (
    "REL.PARTICIPANTS",
    "REL.WORST",
    "REL.BEST",
    "REL.SETTLED",
    "REL.AT_STOP",
    "REL.EVENTS",
    "REL.KM",
    "REL.COMPOSITE",
    "REL.SENSITIVITY",
)
NOBODY_STOPPED, NOBODY_FOLLOWED = "no subject has stopped treatment yet", "no follow-up assessment of a subject due"
COUNT = ("n", "N", "p")
SPREAD = ("median", "min", "max")


@dataclass(frozen=True)
class Reading:
    """A definition with what it makes of the full analysis set, and of those of it who stopped after remission."""

    definition: RelapseDefinition
    relapses: Relapses
    numbers: pd.Series

    @property
    def subjects(self) -> pd.DataFrame:
        """The full analysis set, ASEQ of ADSL."""
        return self.relapses.subjects

    @property
    def members(self) -> pd.DataFrame:
        """Those who stopped and were in remission on treatment, ASEQ of their times in ADTTE where these are there."""
        members = self.subjects.loc[self.subjects["REM"]]
        return members.assign(ASEQ=members["USUBJID"].map(self.numbers)) if len(self.numbers) else members

    @property
    def records(self) -> str:
        """The data set whose records the members' ASEQ names."""
        return "adtte" if len(self.numbers) else "adsl"


def analyse_relapses(study: Study) -> Results:
    """Return every result of the relapses, in the plan's order.

    Cases for one analysis, the first that applies: a domain or column it needs is absent, its planned rows with that
    reason; nobody can be analysed, n = 0 of N = 0 with that reason; else its numbers.
    """
    readings = read_definitions(study, "primary", "beside")
    return join(
        [
            analyse_participants(study, readings),
            analyse_unfollowed(study, "REL.WORST", readings, is_relapse=True),
            analyse_unfollowed(study, "REL.BEST", readings, is_relapse=False),
            analyse_settled(study, readings),
            analyse_at_stop(study, readings),
            relapse_times.analyse_events(study, readings, why_none(study, readings[0])),
            relapse_times.analyse_curves(study, readings, why_none(study, readings[0])),
            relapse_times.analyse_composite(study, readings, why_none(study, readings[0])),
            analyse_sensitivity(study, read_definitions(study, "sensitivity")),
        ]
    )


def read_definitions(study: Study, *roles: Role) -> list[Reading]:
    """Return what each definition of the roles named makes of the study."""
    return [read_definition(study, definition) for definition in study.plan.relapse.of(*roles)]


@once_per_study
def read_definition(study: Study, definition: RelapseDefinition) -> Reading:
    """Return what a definition makes of the study."""
    found = derive_relapses(study["adsl"], study.assessments, study.cut_date, definition, study.plan)
    adtte = study["adtte"]
    code = "" if definition.role == "sensitivity" else relapse_parameter(definition)
    numbers = adtte.loc[adtte["PARAMCD"] == code].set_index("USUBJID")["ASEQ"]
    return Reading(definition, found, numbers)


def why_none(study: Study, reading: Reading) -> str:
    """Return why nothing can be said of anybody in remission, or ""; the first reason that applies."""
    why = study.why_unavailable(*NEEDS)
    if why:
        return why
    subjects = reading.subjects
    if subjects.empty:
        return "no subject in FAS"
    if not subjects["STOPPED"].any():
        return NOBODY_STOPPED
    return "" if subjects["REM"].any() else "no subject in REM"


def analyse_participants(study: Study, readings: list[Reading]) -> Results:
    """Return REL.PARTICIPANTS: of those in remission who are due and followed, and of all who stopped and are due.

    The counts below say how the full analysis set comes down to them.
    """
    key = Key("REL.PARTICIPANTS", "REM", variable_level="Y")
    found = [_of_members(study, key, reading, "EVALUABLE") for reading in readings]
    for reading in readings:
        subjects = reading.subjects
        due = subjects.loc[subjects["DUE"]]
        here = key._replace(population="FAS", variable=reading.definition.variable)
        why_empty = NOT_DUE if len(subjects) else "no subject in FAS"
        rate = _proportion(study, here, due, due["REM"] & due["RELAPSED"], "adsl", why_empty)
        cases = follow_up_cases(subjects)[:2]
        found.append(explain(study, rate, cases))
    return join([*found, analyse_flow(study, readings[0]), analyse_follow_up(study, readings[0])])


def analyse_follow_up(study: Study, reading: Reading) -> Results:
    """Return how many days after the last dose the subjects of REL.PARTICIPANTS were followed."""
    key = Key("REL.PARTICIPANTS", "REM", variable="FOLLOWED_DAYS")
    why = study.why_unavailable(*NEEDS)
    followed = reading.members.loc[lambda members: members["EVALUABLE"]]
    if why or followed.empty:
        return unavailable([key], SPREAD, why or _why_empty(study, reading))
    described = describe((followed["LASTDT"] - followed["TRTEDT"]).dt.days.to_numpy(dtype=float))
    rows = statistics(key, {name: getattr(described, name) for name in SPREAD})
    return explain(study, behind(rows, of_rows(reading.records, followed)), follow_up_cases(reading.subjects))


def analyse_flow(study: Study, reading: Reading) -> Results:
    """Return the counts of REL.PARTICIPANTS: stopped or not, in remission or not, due or not, followed or not."""
    key = Key("REL.PARTICIPANTS", variable_level="Y")
    subjects, members = reading.subjects, reading.members
    stopped, due = subjects.loc[subjects["STOPPED"]], members.loc[members["DUE"]]
    counts = {
        ("FAS", "NOT_STOPPED"): (~subjects["STOPPED"], "no subject in FAS"),
        ("FAS", "STOPPED"): (subjects["STOPPED"], "no subject in FAS"),
        ("FAS", "NO_REMISSION"): (~stopped["REM"], NOBODY_STOPPED),
        ("FAS", "REMISSION"): (stopped["REM"], NOBODY_STOPPED),
        ("REM", "NOT_DUE"): (~members["DUE"], "no subject in REM"),
        ("REM", "NOT_FOLLOWED"): (~due["EVALUABLE"], NOT_DUE),
        ("REM", "EVALUABLE"): (due["EVALUABLE"], NOT_DUE),
    }
    why = study.why_unavailable(*NEEDS)
    found = []
    for (population, name), (holds, why_empty) in counts.items():
        here = key._replace(population=population, variable=name)
        if why:
            found.append(unavailable([here], COUNT, why))
            continue
        rows = subjects.loc[holds.index]
        records = of_rows("adsl", rows, holds)
        found.append(count_results(here, int(holds.sum()), len(holds), why_empty, records=records))
    cases = follow_up_cases(subjects)
    return explain(study, join(found), cases)


def follow_up_cases(subjects: pd.DataFrame) -> Cases:
    """Return why a subject of the full analysis set cannot be asked for a relapse, in the order of the definition."""
    cases = {
        "treatment not stopped": ~subjects["STOPPED"], "follow-up is not due yet": ~subjects["DUE"],
        "no remission on treatment": ~subjects["REM"], "no follow-up assessment": ~subjects["EVALUABLE"],
    }  # fmt: skip
    return tuple((reason, set(subjects.loc[holds, "USUBJID"])) for reason, holds in cases.items())


def analyse_unfollowed(study: Study, analysis_id: str, readings: list[Reading], *, is_relapse: bool) -> Results:
    """Return REL.WORST or REL.BEST: of all in remission and due, those without follow-up counted as relapsed or not."""
    key = Key(analysis_id, "REM", variable_level="Y")
    found = []
    for reading in readings:
        due = reading.members.loc[lambda members: members["DUE"]]
        success = due["RELAPSED"] | (is_relapse & (due["NFUP"] == 0))
        here = key._replace(variable=reading.definition.variable)
        rate = _proportion(study, here, due, success, reading.records, _why_empty(study, reading))
        cases = follow_up_cases(reading.subjects)[:2]
        found.append(explain(study, rate, cases))
    return join(found)


def analyse_settled(study: Study, readings: list[Reading]) -> Results:
    """Return REL.SETTLED: of those relapsed, or followed long enough to say that they did not.

    CASE SETTLED: those alone. CASE WORST: all in remission and due, those who are not settled counted as relapsed.
    """
    key = Key("REL.SETTLED", "REM", "CASE", variable_level="Y")
    short = f"followed for less than {study.plan.relapse.settled_days} days after the last dose, no relapse"
    found = []
    for reading in readings:
        here = key._replace(group1_level="SETTLED", variable=reading.definition.variable)
        settled = reading.members.loc[lambda members: members["SETTLED"]]
        why_empty = _why_empty(study, reading)
        rate = _proportion(study, here, settled, settled["RELAPSED"], reading.records, why_empty)
        followed = reading.members.loc[lambda members: members["EVALUABLE"], "USUBJID"]
        brief = (short, set(followed) - set(settled["USUBJID"]))
        found.append(explain(study, rate, (*follow_up_cases(reading.subjects), brief)))
        due = reading.members.loc[lambda members: members["DUE"]]
        worst = here._replace(group1_level="WORST")
        rate = _proportion(study, worst, due, due["RELAPSED"] | ~due["SETTLED"], reading.records, why_empty)
        found.append(explain(study, rate, follow_up_cases(reading.subjects)[:2]))
    return join(found)


def analyse_at_stop(study: Study, readings: list[Reading]) -> Results:
    """Return REL.AT_STOP: the same of those whose reference itself is remission; the others are counted."""
    key = Key("REL.AT_STOP", "REM", variable_level="Y")
    found = []
    for reading in readings:
        followed = reading.members.loc[lambda members: members["EVALUABLE"]]
        held = followed.loc[followed["REFVAL"] < reading.definition.remission_below]
        here = key._replace(variable=reading.definition.variable)
        why_empty = _why_empty(study, reading) if followed.empty else "no subject with the reference in remission"
        rate = _proportion(study, here, held, held["RELAPSED"], reading.records, why_empty)
        cases = (
            *follow_up_cases(reading.subjects),
            ("remission lost before stopping", set(followed["USUBJID"]) - set(held["USUBJID"])),
        )
        found.append(explain(study, rate, cases))
    lost = key._replace(variable="REMISSION_LOST")
    why = study.why_unavailable(*NEEDS)
    if why:
        return join([*found, unavailable([lost], COUNT, why)])
    followed = readings[0].members.loc[lambda members: members["EVALUABLE"]]
    is_lost = followed["REFVAL"] >= readings[0].definition.remission_below
    count = count_results(
        lost, int(is_lost.sum()), len(followed), _why_empty(study, readings[0]),
        records=of_rows(readings[0].records, followed, is_lost),
    )  # fmt: skip
    lost_cases = follow_up_cases(readings[0].subjects)
    return join([*found, explain(study, count, lost_cases)])


def analyse_sensitivity(study: Study, readings: list[Reading]) -> Results:
    """Return REL.SENSITIVITY: the proportion of REL.PARTICIPANTS by every other definition of the plan."""
    key = Key("REL.SENSITIVITY", "REM", "SENSITIVITY", variable_level="Y")
    return join(
        _of_members(study, key._replace(group1_level=reading.definition.reading), reading, "EVALUABLE", "FAS")
        for reading in readings
    )


def _of_members(study: Study, key: Key, reading: Reading, which: str, start: str = "") -> Results:
    """Return the proportion relapsed of the members that a column picks, reasons for the others of the set `start`."""
    members = reading.members.loc[lambda frame: frame[which]]
    here = key._replace(variable=reading.definition.variable)
    rate = _proportion(study, here, members, members["RELAPSED"], reading.records, _why_empty(study, reading))
    cases = follow_up_cases(reading.subjects)
    return explain(study, rate, cases, start)


def _why_empty(study: Study, reading: Reading) -> str:
    """Return why a denominator of members is 0."""
    why = why_none(study, reading)
    return why or (NOBODY_FOLLOWED if reading.members["DUE"].any() else NOT_DUE)


def _proportion(
    study: Study, key: Key, subjects: pd.DataFrame, success: pd.Series, records: str, why_empty: str
) -> Results:
    """Return the proportion of subjects that a series of booleans marks, with its exact interval."""
    why = study.why_unavailable(*NEEDS)
    if why:
        return unavailable([key], PROPORTION, why, methods=EXACT_LIMITS)
    counted = subjects[["USUBJID", "TOUCHED", "ASEQ"]].assign(SUCCESS=success)
    return proportion_by_week(
        key, counted, interval="clopper-pearson", level=study.plan.level, why_empty=why_empty, records=records
    )
