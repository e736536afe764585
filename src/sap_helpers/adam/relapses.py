"""Relapses: who stopped after remission, the reference, each follow-up assessment and relapse, by one definition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sap_helpers.adam.timing import ONE_DAY

if TYPE_CHECKING:
    from sap_helpers.plan import Plan
    from sap_helpers.plan.relapse import RelapseDefinition

ON, REFERENCE, FOLLOW_UP = "on treatment", "reference", "follow-up"
NOT_STOPPED, NO_REMISSION = "treatment not stopped", "no SELENA-SLEDAI below {limit} on treatment"


@dataclass(frozen=True)
class Relapses:
    """The assessment of relapses by one definition.

    Parameters
    ----------
    subjects
        One row per subject of the full analysis set: USUBJID, TRTSDT, TRTEDT, EOTDT, STOPPED, ONEND (last day on
        treatment), REFEND (last day of the reference), FUPEND (last day of follow-up), DUE, REM, REFDT and REFVAL
        (the reference), NFUP and LASTDT (follow-up assessments and the last of them), EVALUABLE (due and followed),
        SETTLED (of those, relapsed or followed to the plan's day after the last dose), NREL, NLOW (relapses, and how
        many of them were below the limit of remission at the visit that found them), RELDT and RELVAL (the first), TIME
        (days from the reference to the first relapse, else to the last follow-up assessment, else 0), RELAPSED, SRCSEQ
        (ASEQ in ADQS of the assessment that gave the time), TOUCHED (a quarantined item in that time).
    course
        One row per usable assessment of those who stopped: USUBJID, ADT, AVAL, ASEQ, PHASE ("" outside every phase;
        "on treatment", "reference", "follow-up"), SINCE (days since the last dose), GAP (days since the assessment
        before), RELAPSE (a relapse starts here).
    """

    subjects: pd.DataFrame
    course: pd.DataFrame


def derive_totals(adqs: pd.DataFrame) -> pd.DataFrame:
    """Return every usable SELENA-SLEDAI total, in a window or not, one a subject and day: USUBJID, ADT, AVAL, ASEQ."""
    totals = adqs.loc[(adqs["PARAMCD"] == "SLEDAI") & adqs["AVAL"].notna(), ["USUBJID", "ADT", "AVAL", "ASEQ"]]
    return totals.sort_values(["USUBJID", "ADT", "ASEQ"]).drop_duplicates(["USUBJID", "ADT"], ignore_index=True)


def derive_relapses(
    adsl: pd.DataFrame, adqs: pd.DataFrame, cut_date: pd.Timestamp, definition: RelapseDefinition, plan: Plan
) -> Relapses:
    """Return the state of every subject's relapse assessment.

    Cases for a follow-up assessment, in the order of days: above the reference by the definition's least rise (or at
    its least score) while no relapse is going on, a relapse starts; below the limit of remission and not above the
    reference, a relapse that is going on is over; else nothing changes.

    Parameters
    ----------
    adsl
        USUBJID, FASFL, TRTSDT, TRTEDT, EOTDT (the first disposition of treatment, missing where it goes on).
    adqs
        USUBJID, PARAMCD, PARCAT1, ADT, AVAL, QUARFL, ASEQ.
    cut_date
        The last day that counts.
    definition
        One row of the plan's definitions.
    """
    limits = derive_limits(adsl, cut_date, definition, plan)
    course = derive_course(derive_totals(adqs), limits, definition, plan)
    subjects = limits.merge(_of_subjects(course, definition), on="USUBJID", how="left")
    for name in ("NFUP", "NREL", "NLOW"):
        subjects[name] = subjects[name].fillna(0).astype("int64")
    subjects["REM"] = subjects["REM"].eq(other=True)
    subjects["RELAPSED"] = subjects["NREL"] > 0
    subjects["EVALUABLE"] = subjects["DUE"] & (subjects["NFUP"] > 0)
    is_long = (subjects["LASTDT"] - subjects["TRTEDT"]).dt.days >= plan.relapse.settled_days
    subjects["SETTLED"] = subjects["EVALUABLE"] & (subjects["RELAPSED"] | is_long)
    end = subjects["RELDT"].fillna(subjects["LASTDT"])
    subjects["TIME"] = (end - subjects["REFDT"]).dt.days.fillna(0).astype("int64")
    touched = _touched(limits, adqs, plan)
    return Relapses(subjects.assign(TOUCHED=subjects["USUBJID"].isin(touched)), course)


def derive_limits(
    adsl: pd.DataFrame, cut_date: pd.Timestamp, definition: RelapseDefinition, plan: Plan
) -> pd.DataFrame:
    """Return the days between which each subject of the full analysis set is looked at; none before the stop."""
    rule = plan.relapse
    frame = adsl.loc[adsl["FASFL"] == "Y", ["USUBJID", "TRTSDT", "TRTEDT", "EOTDT", "ASEQ"]].reset_index(drop=True)
    stopped = frame["EOTDT"].notna()
    last_dose = frame["TRTEDT"].where(stopped)
    last_day = (frame["TRTSDT"] + (rule.last_day - 1) * ONE_DAY).where(stopped)
    after_stop = last_dose + rule.days_after_stop * ONE_DAY
    end = last_day if definition.until == "last_day" else after_stop.where(after_stop < last_day, last_day)
    return frame.assign(
        STOPPED=stopped, ONEND=last_dose + rule.on_treatment_days * ONE_DAY,
        REFEND=last_dose + definition.reference_days * ONE_DAY, FUPEND=end, DUE=end <= cut_date,
    )  # fmt: skip


def derive_course(
    totals: pd.DataFrame, limits: pd.DataFrame, definition: RelapseDefinition, plan: Plan
) -> pd.DataFrame:
    """Return the assessments of the subjects who stopped, each with its phase and whether a relapse starts there."""
    stopped = limits.loc[limits["STOPPED"], ["USUBJID", "TRTSDT", "TRTEDT", "ONEND", "REFEND", "FUPEND"]]
    course = totals.merge(stopped, on="USUBJID").sort_values(["USUBJID", "ADT"], ignore_index=True)
    before = course["ADT"] <= course["REFEND"]
    after = course["ADT"] > course["ONEND"]
    is_reference = before & ~course.loc[before].duplicated("USUBJID", keep="last").reindex(
        course.index, fill_value=False
    )
    follow_up = after & (course["ADT"] <= course["FUPEND"])
    first_day = course["TRTSDT"] + (plan.relapse.first_day - 1) * ONE_DAY
    on_treatment = (course["ADT"] >= first_day) & (course["ADT"] <= course["ONEND"])
    reference = course["USUBJID"].map(course.loc[is_reference].set_index("USUBJID")["AVAL"])
    phase = np.select([is_reference, follow_up, on_treatment], [REFERENCE, FOLLOW_UP, ON], "")
    course = course.assign(
        PHASE=phase, SINCE=(course["ADT"] - course["TRTEDT"]).dt.days.astype("int64"), ONTRT=on_treatment,
        GAP=course.groupby("USUBJID")["ADT"].diff().dt.days, REFVAL=reference,
    )  # fmt: skip
    return _with_relapses(course, definition)


def _with_relapses(course: pd.DataFrame, definition: RelapseDefinition) -> pd.DataFrame:
    """Add RELAPSE: a rise starts a relapse unless the last decisive assessment before it was a rise too."""
    is_followed = course["PHASE"] == FOLLOW_UP
    value, reference = course["AVAL"], course["REFVAL"]
    has_risen = value - reference >= definition.least_rise
    if definition.least_score is not None:
        has_risen = (value >= definition.least_score) & reference.notna()
    rise = is_followed & has_risen
    over = is_followed & ~rise & (value < definition.remission_below) & (value <= reference)
    decisive = pd.Series(np.where(rise, 1.0, np.where(over, 0.0, np.nan)), index=course.index)
    state = decisive.groupby(course["USUBJID"]).ffill().fillna(0.0)
    before = state.groupby(course["USUBJID"]).shift(fill_value=0.0)
    return course.assign(RELAPSE=rise & (before == 0))


def _of_subjects(course: pd.DataFrame, definition: RelapseDefinition) -> pd.DataFrame:
    """Return what the course says of each subject: REM, reference, follow-up, first relapse and numbers of relapses."""
    subject = course["USUBJID"]
    in_remission = course["ONTRT"] & (course["AVAL"] < definition.remission_below)
    follow_up = course.loc[course["PHASE"] == FOLLOW_UP]
    reference = course.loc[course["PHASE"] == REFERENCE].set_index("USUBJID")
    last = follow_up.drop_duplicates("USUBJID", keep="last").set_index("USUBJID")
    first = course.loc[course["RELAPSE"]].drop_duplicates("USUBJID").set_index("USUBJID")
    low = course["RELAPSE"] & (course["AVAL"] < definition.remission_below)
    columns = {
        "REM": in_remission.groupby(subject).any(), "REFDT": reference["ADT"], "REFVAL": reference["AVAL"],
        "NFUP": follow_up.groupby("USUBJID").size(), "LASTDT": last["ADT"],
        "NREL": course["RELAPSE"].groupby(subject).sum(), "NLOW": low.groupby(subject).sum(), "RELDT": first["ADT"],
        "RELVAL": first["AVAL"],
        "SRCSEQ": first["ASEQ"].combine_first(last["ASEQ"]).combine_first(reference["ASEQ"]).astype("Int64"),
    }  # fmt: skip
    frame = pd.DataFrame(columns, index=pd.Index(subject.unique(), name="USUBJID"))
    return frame.astype(dict.fromkeys(("REFDT", "LASTDT", "RELDT"), "datetime64[ns]")).reset_index()


def _touched(limits: pd.DataFrame, adqs: pd.DataFrame, plan: Plan) -> pd.Series:
    """Return the subjects with a quarantined item of the index between their first day and the end of follow-up."""
    mine = (adqs["PARCAT1"] == plan.instruments.sledai.category) & (adqs["QUARFL"] == "Y")
    pairs = adqs.loc[mine, ["USUBJID", "ADT"]].merge(limits, on="USUBJID")
    within = (pairs["ADT"] > pairs["TRTSDT"]) & (pairs["ADT"] <= pairs["FUPEND"])
    return pairs.loc[within, "USUBJID"]


def derive_remission_set(
    adsl: pd.DataFrame, adqs: pd.DataFrame, cut_date: pd.Timestamp, plan: Plan, *, is_available: bool = True
) -> pd.DataFrame:
    """Add REMFL, and why a subject of the full analysis set is not in it (REMOUT).

    Parameters
    ----------
    adsl, adqs
        As of `derive_relapses`.
    is_available
        Whether the cut says who has stopped; without that nobody is in the set, and no reason is given.
    """
    found = derive_relapses(adsl, adqs, cut_date, plan.relapse.primary, plan).subjects.set_index("USUBJID")
    no_remission = NO_REMISSION.format(limit=plan.relapse.remission_below)
    reason = np.select([~found["STOPPED"], ~found["REM"]], [NOT_STOPPED, no_remission], "")
    reasons = adsl["USUBJID"].map(pd.Series(reason, index=found.index, dtype=object)).astype(object).fillna("")
    if not is_available:
        return adsl.assign(REMFL="", REMOUT="")
    member = adsl["USUBJID"].isin(found.index[found["REM"]])
    return adsl.assign(REMFL=np.where(member, "Y", ""), REMOUT=reasons)


def derive_competing_events(subjects: pd.DataFrame, adsl: pd.DataFrame, adcm: pd.DataFrame) -> pd.DataFrame:
    """Return the first rescue therapy and the death of each subject within follow-up: USUBJID, RESCDT, DTHDT.

    Parameters
    ----------
    subjects
        As `Relapses` has them: USUBJID, ONEND, FUPEND.
    adsl, adcm
        DTHDT by USUBJID; ASTDT of the records with CRIT1FL "Y", the rescue therapies.
    """
    limits = subjects.set_index("USUBJID")[["ONEND", "FUPEND"]]
    rescue = adcm.loc[adcm["CRIT1FL"] == "Y", ["USUBJID", "ASTDT"]].merge(limits.reset_index(), on="USUBJID")
    within = (rescue["ASTDT"] > rescue["ONEND"]) & (rescue["ASTDT"] <= rescue["FUPEND"])
    death = adsl.set_index("USUBJID")["DTHDT"].reindex(limits.index)
    death = death.where((death > limits["ONEND"]) & (death <= limits["FUPEND"]))
    first = rescue.loc[within].groupby("USUBJID")["ASTDT"].min().reindex(limits.index)
    return pd.DataFrame({"RESCDT": first, "DTHDT": death}).astype("datetime64[ns]").reset_index()
