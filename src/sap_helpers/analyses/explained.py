"""Why each subject's response in each week is what it is: the numbers, the rule that decides, held to the record."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pandas as pd

from sap_helpers.adam.response import derive_measures
from sap_helpers.adam.timing import compute_study_day
from sap_helpers.analyses.blocks import RESPONSE_NEEDS
from sap_helpers.analyses.listings import LETTERS, list_response_grid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sap_helpers.adam.store import Study
    from sap_helpers.plan import Plan

NOT_DUE, EVENT, FAILED, MISSING, RESPONSE = "not due", "event", "failed", "missing", "response"
COLUMNS = (
    "USUBJID", "FASFL", "AVISITN", "STATE", "FAILED", "SLEDAI_BASE", "SLEDAI_BASEDT", "SLEDAI", "SLEDAI_ADT",
    "SLEDAI_MET", "BILAG_BASE", "BILAG_BASEDT", "BILAG", "BILAG_ADT", "NEW_A", "NEW_B", "BILAG_MET", "PGA_BASE",
    "PGA_BASEDT", "PGA", "PGA_ADT", "PGA_MET", "ADT", "ADY", "ICETYPE", "ICEDT", "ICEDY",
)  # fmt: skip


def list_explained(study: Study) -> pd.DataFrame:
    """Return what the primary response of each treated subject in each week rests on, by subject and week.

    The state is worked out here from the numbers in the row and held to the record of the response.

    Returns
    -------
    pandas.DataFrame
        USUBJID, FASFL, AVISITN; STATE (response, failed, event, missing, not due) and FAILED (letters of the
        components that decided); for SLEDAI, BILAG (grades in the plan's order) and PGA (decimal) the value at baseline
        (_BASE) and its date (_BASEDT), the value, its date (_ADT) and whether the component is met (_MET: "Y", "N" or
        "" where it cannot be assessed); NEW_A and NEW_B (names of systems, a tuple); ADT and ADY of the assessment;
        ICETYPE, ICEDT and ICEDY of the first intercurrent event.

    Raises
    ------
    ValueError
        A state that follows from the numbers is not the recorded one.
    """
    if study.why_unavailable(*RESPONSE_NEEDS):
        return pd.DataFrame(columns=COLUMNS)
    plan = study.plan
    measures = derive_measures(study["adsl"], study.assessments, study.cut_date, plan)
    frame = _with_baseline(_with_record(measures, study), study.assessments, plan)
    rows = [_explain(row, plan) for row in frame.to_dict("records")]
    explained = pd.DataFrame(rows, columns=COLUMNS).astype({"ADY": "Int64", "ICEDY": "Int64"})
    check_states(explained, list_response_grid(study, "SAF"))
    return explained


def decide_state(row: Mapping[str, Any], plan: Plan) -> tuple[str, str]:
    """Return the state of one subject in one week, and the letters of the components that decided it.

    Cases, the first that applies: the week is not due; an event on or before the assessment, where the plan counts
    events as failures; a required component not met; a required component not assessable; else a response.
    """
    rule = plan.sri.analyses[0]
    if not row["DUE"]:
        return NOT_DUE, ""
    has_event = pd.notna(row["ICEDT"]) and row["ICEDT"] <= row["ADT"]
    if has_event and rule.events == "failure":
        return EVENT, ""
    met = {LETTERS[name]: row[f"{name.upper()}_MET"] for name in rule.requires}
    failed = "".join(letter for letter, answer in met.items() if answer == "N")
    if failed:
        return FAILED, failed
    return (MISSING, "") if "" in met.values() else (RESPONSE, "")


def check_states(explained: pd.DataFrame, recorded: pd.DataFrame) -> None:
    """Hold the states that follow from the numbers to the recorded ones.

    Raises
    ------
    ValueError
        One differs; the message names the first.
    """
    keys = ["USUBJID", "AVISITN"]
    both = explained.merge(recorded, on=keys, how="outer", suffixes=("", "_RECORDED"), indicator=True)
    same_letters = (both["FAILED"] == both["FAILED_RECORDED"]) | (both["STATE"] != FAILED)
    is_same = (both["STATE"] == both["STATE_RECORDED"]) & same_letters
    wrong = both.loc[(both["_merge"] != "both") | ~is_same]
    if len(wrong):
        first = wrong.iloc[0]
        raise ValueError(
            f"the response of subject {first['USUBJID']} in week {first['AVISITN']} is recorded as "
            f"'{first['STATE_RECORDED']}' {first['FAILED_RECORDED']}, but its numbers give '{first['STATE']}' "
            f"{first['FAILED']}. Correct the derivation or the explanation."
        )


def _with_record(measures: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Add the date of the assessment, study days, and the grades of the week."""
    adqs = study.assessments
    record = adqs.loc[adqs["PARAMCD"] == "SRI4", ["USUBJID", "AVISITN", "ADT", "ADY"]]
    grades = adqs.loc[(adqs["PARAMCD"] == "BILAG") & (adqs["ANL01FL"] == "Y"), ["USUBJID", "AVISITN", "AVALC"]]
    frame = measures.merge(record, on=["USUBJID", "AVISITN"], how="left")
    frame = frame.merge(grades.rename(columns={"AVALC": "BILAG"}), on=["USUBJID", "AVISITN"], how="left")
    return frame.assign(BILAG=frame["BILAG"].fillna(""), ICEDY=compute_study_day(frame["ICEDT"], frame["TRTSDT"]))


def _with_baseline(frame: pd.DataFrame, adqs: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Add the total and the grades at baseline, which a week without them lacks, and the date of each value."""
    sledai = plan.sri.analyses[0].sledai
    base = adqs.loc[adqs["ABLFL"] == "Y"]
    codes = {"SLEDAI": sledai, "BILAG": "BILAG", "PGA": plan.instruments.pga.code}
    found = {name: base.loc[base["PARAMCD"] == code].set_index("USUBJID") for name, code in codes.items()}
    dates = {f"{name}_BASEDT": pd.to_datetime(frame["USUBJID"].map(of["ADT"])) for name, of in found.items()}
    return frame.assign(
        **dates, BILAG_BASE=frame["USUBJID"].map(found["BILAG"]["AVALC"]).fillna(""), SLEDAI=frame[sledai],
        SLEDAI_BASE=frame["USUBJID"].map(found["SLEDAI"]["AVAL"]).astype(float), SLEDAI_ADT=frame[f"{sledai}_ADT"],
    )  # fmt: skip


def _explain(found: Mapping[Any, Any], plan: Plan) -> dict[str, Any]:
    """Return a row with its new systems, its components and its state."""
    row: dict[str, Any] = dict(found)
    systems = tuple(plan.instruments.bilag.systems.values())
    pairs = list(zip(systems, row["BILAG_BASE"], row["BILAG"], strict=False))
    row["NEW_A"] = tuple(name for name, before, now in pairs if now == "A" and before != "A")
    row["NEW_B"] = tuple(name for name, before, now in pairs if now == "B" and before in {"C", "D", "E"})
    row |= {"SLEDAI_MET": _index_met(row, plan), "BILAG_MET": _grades_met(row, plan), "PGA_MET": _pga_met(row, plan)}
    row["STATE"], row["FAILED"] = decide_state(row, plan)
    return {name: row[name] for name in COLUMNS}


def _index_met(row: Mapping[str, Any], plan: Plan) -> str:
    if pd.isna(row["SLEDAI"]) or pd.isna(row["SLEDAI_BASE"]):
        return ""
    return _answer(row["SLEDAI"] - row["SLEDAI_BASE"] <= -plan.sri.analyses[0].reduction)


def _grades_met(row: Mapping[str, Any], plan: Plan) -> str:
    if not row["BILAG"] or not row["BILAG_BASE"]:
        return ""
    few_a, few_b = len(row["NEW_A"]) <= plan.sri.max_new_a, len(row["NEW_B"]) <= plan.sri.max_new_b
    return _answer(few_a and few_b if plan.sri.analyses[0].bilag == "and" else few_a or few_b)


def _pga_met(row: Mapping[str, Any], plan: Plan) -> str:
    now, before = row["PGA"], row["PGA_BASE"]
    if not isinstance(now, Decimal) or not isinstance(before, Decimal):
        return ""
    return _answer(now - before < plan.sri.pga_rise)


def _answer(holds: object) -> str:
    return "Y" if holds else "N"
