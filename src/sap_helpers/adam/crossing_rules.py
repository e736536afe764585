"""Rules that only list, across domains: events against the laboratory, dates against deaths and visit labels."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from sap_helpers.adam.dates import compute_earliest, compute_latest
from sap_helpers.adam.timing import ONE_DAY
from sap_helpers.adam.toxicity import compute_grade_after, compute_toxicity_grade
from sap_helpers.cut.distance_checks import R094
from sap_helpers.cut.packed import columns_of, packed_of, unpack
from sap_helpers.findings import Rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sap_helpers.findings import Finding
    from sap_helpers.plan import Plan

R100 = Rule(
    "R100", "listed", "an event that its laboratory values contradict", ("ae", "lb"), "",
    "Analysed as recorded. Resolve the event or the laboratory.",
)  # fmt: skip
R101 = Rule("R101", "listed", "a date after the death", ("dm",), "", "The death counts; resolve the dates.")
LABEL = replace(R094, title="a visit label that its date contradicts", action="The date decides.")
RULES = (R100, R101)

LABELLED = {"lb": "LBDTC", "cp": "CPDTC"}
DATED = {
    "cm": ("CMSTDTC", "CMENDTC"), "ex": ("EXSTDTC", "EXENDTC"), "ae": ("AESTDTC",), "lb": ("LBDTC",), "cp": ("CPDTC",),
}  # fmt: skip
VALUE = ("USUBJID", "PARCAT1", "PARAMCD", "ADT", "AVAL", "AVALU", "ANRLO", "ANRHI", "BASE", "ABLFL")


def check_crossings(data: Mapping[str, pd.DataFrame], domains: Mapping[str, pd.DataFrame], plan: Plan) -> list[Finding]:
    """Return the findings of the rules across domains, for the domains that the cut has."""
    found = [finding for domain in LABELLED if domain in domains for finding in check_labels(data, domain)]
    found += check_after_death(domains)
    return found + (check_events(data, plan) if {"ae", "lb"} <= set(domains) else [])


def find_contradicted_labels(records: pd.DataFrame) -> pd.DataFrame:
    """Return the first record of each subject, day and label that names a week other than the date's.

    Parameters
    ----------
    records
        USUBJID, ADT, VISIT, AVISITN.
    """
    labelled = records.loc[records["VISIT"] != ""].drop_duplicates(["USUBJID", "ADT", "VISIT"])
    week = labelled["VISIT"].str.upper().str.extract(r"^WEEK\s+(\d+)$")[0].astype("Float64")
    return labelled.loc[(week.notna() & (week != labelled["AVISITN"].fillna(-1))).fillna(value=False)]


def week_by_date(week: object) -> str:
    """Return what a date says of the week, in words."""
    return "no week" if pd.isna(week) else f"week {week} by its date"  # type: ignore[call-overload]


def check_labels(data: Mapping[str, pd.DataFrame], domain: str) -> list[Finding]:
    """Return the findings on visit labels of laboratory or cells that their dates contradict (R094)."""
    adlb = columns_of(data, "adlb", "USUBJID", "ADT", "VISIT", "AVISITN", "SRCDOM", "SRCROW")
    wrong = find_contradicted_labels(adlb.loc[adlb["SRCDOM"] == domain.upper()])
    return [
        LABEL.finding(
            domain=domain, row=int(row["SRCROW"]), usubjid=str(row["USUBJID"]), date=_day(row["ADT"]),
            variable="VISIT", value=row["VISIT"], allowed=week_by_date(row["AVISITN"]),
        )
        for _, row in wrong.iterrows()
    ]  # fmt: skip


def check_after_death(domains: Mapping[str, pd.DataFrame]) -> list[Finding]:
    """Return the findings on medication, doses, events and samples after the latest day that a death allows (R101).

    Questionnaires after the death are another rule's. Of the samples of one day the first is listed.
    """
    dm = domains["dm"]
    if "DTHDTC" not in dm:
        return []
    death = compute_latest(dm["DTHDTC"]).set_axis(dm["USUBJID"]).dropna()
    found = []
    for domain, variables in DATED.items():
        if domain in domains and len(death):
            held = packed_of(domains, domain)
            records = unpack(held.loc[held["USUBJID"].isin(death.index)])
            for variable in variables:
                if variable in records:
                    found += _after(records, domain, variable, records["USUBJID"].map(death))
    return found


def _after(records: pd.DataFrame, domain: str, variable: str, death: pd.Series) -> list[Finding]:
    late = records.assign(DEATH=death).loc[compute_earliest(records[variable]) > death]
    if domain in LABELLED:
        late = late.drop_duplicates(["USUBJID", variable])
    return [
        R101.finding(
            domain=domain, row=int(row["ROW"]), usubjid=str(row["USUBJID"]), variable=variable, value=row[variable],
            allowed=f"up to {_day(row['DEATH'])}",
        )
        for _, row in late.iterrows()
    ]  # fmt: skip


def check_events(data: Mapping[str, pd.DataFrame], plan: Plan) -> list[Finding]:
    """Return the findings on events whose term speaks of laboratory tests that do not bear it out (R100).

    Cases of an event, the first that applies: no date of start, or none of its tests measured in the cut, not
    evaluated; no value of its tests from the days before its start to the days after its end, listed; no such value
    that can be graded, not evaluated; none of them abnormal, listed; the event's grade, as far as the tests have one
    so high, above the worst of them, listed.
    """
    terms = {term.upper(): tests for term, tests in plan.quality.laboratory_terms.items()}
    adae = columns_of(data, "adae", "USUBJID", "AEDECOD", "ASTDT", "AENDT", "ATOXGRN", "SRCROW")
    events = adae.loc[adae["AEDECOD"].str.strip().str.upper().isin(terms) & adae["ASTDT"].notna()]
    if events.empty:
        return []
    values = _graded(data, {test for tests in terms.values() for test in tests}, plan)
    measured = set(values["PARAMCD"])
    found = []
    for _, event in events.iterrows():
        tests = [test for test in terms[event["AEDECOD"].strip().upper()] if test in measured]
        finding = _check_event(event, tests, values, plan) if tests else None
        found += [] if finding is None else [finding]
    return found


def _graded(data: Mapping[str, pd.DataFrame], tests: set[str], plan: Plan) -> pd.DataFrame:
    """Return the laboratory values of some tests with their grade (GRADE, HIGHEST): the higher of its two readings."""
    held = packed_of(data, "adlb")
    mine = unpack(held.loc[held["PARAMCD"].isin(tests) & held["AVAL"].notna(), list(VALUE)])
    mine = mine.loc[mine["PARCAT1"] == "LABORATORY"].reset_index(drop=True)
    parts = [mine.iloc[:0].assign(GRADE=pd.array([], dtype="Int64"), HIGHEST=0)]
    for test in plan.safety.toxicity.tests:
        values = mine.loc[mine["PARAMCD"] == test.code]
        alone = compute_toxicity_grade(values, test)
        first = values["ABLFL"] == "Y"
        at_base = alone[first].set_axis(values.loc[first, "USUBJID"]).groupby(level=0).max()
        after = compute_grade_after(values, test, values["USUBJID"].map(at_base).astype("Int64"))
        parts.append(
            values.assign(GRADE=alone.where(~(after > alone).fillna(value=False), after), HIGHEST=test.highest)
        )
    return pd.concat(parts, ignore_index=True)


def _check_event(event: pd.Series, tests: list[str], values: pd.DataFrame, plan: Plan) -> Finding | None:
    days = plan.quality.laboratory_days * ONE_DAY
    near = values.loc[(values["USUBJID"] == event["USUBJID"]) & values["PARAMCD"].isin(tests)]
    near = near.loc[(near["ADT"] >= event["ASTDT"] - days) & ~(near["ADT"] > event["AENDT"] + days)]
    names = ", ".join(tests)
    if near.empty:
        return _event_finding(event, f"no value of {names} within {plan.quality.laboratory_days} days", "")
    known = near.loc[near["GRADE"].notna()]
    if known.empty:
        return None
    worst = known.sort_values(["GRADE", "ADT"], ascending=[False, True]).iloc[0]
    shown = f"{worst['PARAMCD']} {worst['AVAL']:g} {worst['AVALU']} on {_day(worst['ADT'])}, grade {worst['GRADE']}"
    if worst["GRADE"] == 0:
        return _event_finding(event, f"no abnormal value of {names}", shown)
    grade = event["ATOXGRN"]
    if pd.notna(grade) and min(grade, known["HIGHEST"].max()) > worst["GRADE"]:
        return _event_finding(event, "a higher grade than the worst value of the laboratory", shown)
    return None


def _event_finding(event: pd.Series, problem: str, shown: str) -> Finding:
    grade = "no grade" if pd.isna(event["ATOXGRN"]) else f"grade {event['ATOXGRN']}"
    return R100.finding(
        domain="ae", row=int(event["SRCROW"]), usubjid=str(event["USUBJID"]), date=_day(event["ASTDT"]),
        variable="AETOXGR", value=f"{event['AEDECOD']}, {grade}", problem=problem, allowed=shown or problem,
    )  # fmt: skip


def _day(date: pd.Timestamp) -> str:
    return date.date().isoformat()
