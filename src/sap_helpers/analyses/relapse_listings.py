"""Listings of the relapses: each subject's stop, reference, follow-up and relapses; frames for figures by subject."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sap_helpers.adam.relapses import FOLLOW_UP, derive_totals
from sap_helpers.adam.timing import compute_study_day
from sap_helpers.analyses.relapses import NEEDS, Reading, read_definition

if TYPE_CHECKING:
    from sap_helpers.adam.store import Study

NOT_STOPPED, NO_REMISSION = "treatment not stopped yet", "no remission on treatment"
LOST, HELD = "remission lost before stopping", "in remission at stopping"


def list_relapses(study: Study) -> pd.DataFrame:
    """Return one row per subject of the full analysis set by the primary definition; empty where not available.

    Returns
    -------
    pandas.DataFrame
        USUBJID, NCYCLES, TRTEDT, EOTDT, EOTDECOD, STATE, REFERENCE, FOLLOWUP, RELAPSE (value with days since the last
        dose, several in order), SINCE (days from the reference to the first relapse), DUEDT (last day of follow-up),
        ASSESSED (why it is not among those analysed, or "analysed").
    """
    reading = _reading(study)
    subjects, course = reading.subjects, reading.relapses.course
    adsl = study["adsl"].set_index("USUBJID")
    member = subjects["REM"]
    in_set = course["USUBJID"].isin(reading.members["USUBJID"])
    text = _texts(course)
    reference = text[course["PHASE"] == "reference"].groupby(course["USUBJID"]).first()
    joined = {
        name: text[rows].groupby(course["USUBJID"]).agg(", ".join)
        for name, rows in (("FOLLOWUP", course["PHASE"] == FOLLOW_UP), ("RELAPSE", course["RELAPSE"] & in_set))
    }
    limit = study.plan.relapse.remission_below
    state = np.select(
        [~subjects["STOPPED"], ~member, subjects["REFVAL"] >= limit], [NOT_STOPPED, NO_REMISSION, LOST], HELD
    )
    assessed = np.select(
        [~subjects["STOPPED"] | ~member, ~subjects["DUE"], subjects["NFUP"] == 0],
        ["", "not due yet", "no follow-up assessment"], "analysed",
    )  # fmt: skip
    frame = subjects[["USUBJID", "TRTEDT", "EOTDT"]].assign(
        NCYCLES=subjects["USUBJID"].map(adsl["NCYCLES"]), EOTDECOD=subjects["USUBJID"].map(adsl["EOTDECOD"]),
        STATE=state, REFERENCE=subjects["USUBJID"].map(reference).fillna(""), DUEDT=subjects["FUPEND"],
        SINCE=subjects["TIME"].where(member & subjects["RELAPSED"]).astype("Int64"), ASSESSED=assessed,
        **{name: subjects["USUBJID"].map(values).fillna("") for name, values in joined.items()},
    )  # fmt: skip
    return frame.iloc[:0] if study.why_unavailable(*NEEDS) else frame


def list_courses(study: Study) -> pd.DataFrame:
    """Return the totals of those who stopped after remission, by days since the last dose.

    Returns
    -------
    pandas.DataFrame
        USUBJID, SINCE, AVAL, KIND ("" or "reference" or "relapse"), in order of time within subject.
    """
    reading = _reading(study)
    course = reading.relapses.course
    kept = course.loc[course["USUBJID"].isin(reading.members["USUBJID"])]
    kind = np.select([kept["RELAPSE"], kept["PHASE"] == "reference"], ["relapse", "reference"], "")
    frame = kept[["USUBJID", "SINCE", "AVAL"]].assign(KIND=kind)
    return frame.iloc[:0] if study.why_unavailable(*NEEDS) else frame


def list_lanes(study: Study) -> pd.DataFrame:
    """Return what happened to each subject of the full analysis set, by study day.

    Returns
    -------
    pandas.DataFrame
        USUBJID, KIND ("cycle", "followed", "remission", "active", "stop", "relapse"), FROM and TO (study days, the same
        for what happens on one day): the cycles, the time to the last assessment, assessments below the limit of
        remission and not below it, the disposition of treatment, relapses of those who stopped after remission.
    """
    reading = _reading(study)
    subjects = reading.subjects.set_index("USUBJID")
    first_dose = subjects["TRTSDT"]
    dosed = study["adex"].loc[lambda adex: (adex["AVAL"] > 0) & adex["USUBJID"].isin(subjects.index)]
    cycles = dosed.groupby(["USUBJID", "CYCLE"]).agg(FROM=("ASTDT", "min"), TO=("AENDT", "max")).reset_index()
    totals = derive_totals(study.assessments).loc[lambda frame: frame["USUBJID"].isin(subjects.index)]
    after = totals.loc[totals["ADT"] > totals["USUBJID"].map(first_dose)]
    low = after["AVAL"] < study.plan.relapse.remission_below
    stopped = subjects.loc[subjects["STOPPED"]].reset_index()
    course = reading.relapses.course
    relapses = course.loc[course["RELAPSE"] & course["USUBJID"].isin(reading.members["USUBJID"])]
    last = after.groupby("USUBJID")["ADT"].max().reindex(subjects.index).fillna(subjects["TRTEDT"]).reset_index()
    parts = [
        cycles.assign(KIND="cycle"), last.assign(FROM=last["USUBJID"].map(first_dose), TO=last["ADT"], KIND="followed"),
        _on_day(after.loc[low], "ADT", "remission"), _on_day(after.loc[~low], "ADT", "active"),
        _on_day(stopped, "EOTDT", "stop"), _on_day(relapses, "ADT", "relapse"),
    ]  # fmt: skip
    frame = pd.concat([part[["USUBJID", "KIND", "FROM", "TO"]] for part in parts if len(part)] or parts[:1])
    start = frame["USUBJID"].map(first_dose)
    frame = frame.assign(FROM=compute_study_day(frame["FROM"], start), TO=compute_study_day(frame["TO"], start))
    order = frame["USUBJID"].map(pd.Series(range(len(subjects)), index=subjects.index))
    return frame.iloc[np.lexsort([frame["FROM"].to_numpy(dtype=float), order.to_numpy()])].reset_index(drop=True)


def _on_day(records: pd.DataFrame, column: str, kind: str) -> pd.DataFrame:
    return records[["USUBJID"]].assign(KIND=kind, FROM=records[column], TO=records[column])


def _texts(course: pd.DataFrame) -> pd.Series:
    """Return each total with its days since the last dose, such as ``2 (+11)``."""
    pairs = zip(course["AVAL"], course["SINCE"], strict=True)
    return pd.Series([f"{value:g} ({day:+d})" for value, day in pairs], index=course.index, dtype=object)


def _reading(study: Study) -> Reading:
    return read_definition(study, study.plan.relapse.primary)
