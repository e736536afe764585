"""Tests of the rules on whole records: a planted error for each, its message, and clean records that none flags."""

from __future__ import annotations

import pandas as pd
import pytest

from sap_helpers.cut.checks import Context, DomainRecords
from sap_helpers.cut.record_rules import apply_date_rules, check_study, check_subjects, drop_strangers

CUT = pd.Timestamp("2014-06-30")


@pytest.fixture
def context(plan):
    return Context(plan, CUT, frozenset({"PKU-001", "PKU-002"}))


def records(domain, **columns):
    """Return the records of a domain; a column of one text stands for every record."""
    frame = pd.DataFrame(columns, dtype=object)
    if "USUBJID" not in frame:
        frame.insert(0, "USUBJID", "PKU-001")
    frame.insert(0, "ROW", range(1, len(frame) + 1))
    return DomainRecords(domain, frame.assign(QUARFL=""), f"{domain}.csv", lambda row: row + 1)


def messages(part):
    return [finding.message() for finding in part.findings]


def subjects(count, **columns):
    numbers = [f"PKU-{number:03d}" for number in range(1, count + 1)]
    return records("dm", USUBJID=numbers, ARMCD=["IL2"] * count, **columns)


def test_check_subjects__forty_subjects_once_each_are_clean(context):
    dm = subjects(40)
    assert check_subjects(dm, context) == []
    assert dm.findings == []


def test_check_subjects__subject_twice_is_r045(context):
    dm = records("dm", USUBJID=["PKU-001", "PKU-002", "PKU-001"])
    check_subjects(dm, context)
    assert [finding.row for finding in dm.findings] == [1, 3]
    assert messages(dm)[1] == (
        "R045 dm.csv line 4, subject PKU-001, USUBJID: value PKU-001 a subject more than once in DM, or without "
        "identifier; allowed: one record a subject. Correct DM."
    )


def test_check_subjects__subject_without_identifier_is_r045(context):
    dm = records("dm", USUBJID=["PKU-001", ""])
    check_subjects(dm, context)
    assert [(finding.rule, finding.severity, finding.row) for finding in dm.findings] == [("R045", "refused", 2)]


def test_check_subjects__screen_failures_are_counted_r051(context):
    dm = subjects(42)
    dm.frame.loc[[0, 5], "ARMCD"] = ["ScrnFail", "NOTASSGN"]
    [finding] = check_subjects(dm, context)
    assert finding.message() == (
        "R051 dm.csv, ARMCD: value 2 screen failures in DM. Left out of every set but the flow of subjects."
    )


def test_check_subjects__not_the_number_planned_is_r052(context):
    [finding] = check_subjects(subjects(39), context)
    assert finding.message() == (
        "R052 dm.csv: value 39 not the number of subjects that was planned; allowed: 40 subjects. "
        "Shown on the first page."
    )


def test_check_subjects__not_the_number_planned_names_the_arms_where_there_are_several(context):
    dm = subjects(42)
    dm.frame.loc[[0, 5, 7], "ARMCD"] = ["SCREEN FAILURE", "SCRNFAIL", ""]
    assert [finding.problem for finding in check_subjects(dm, context) if finding.rule == "R052"] == [
        "not the number of subjects that was planned: 1 without arm, 39 IL2, 1 SCREEN FAILURE"
    ]


def test_check_study__own_study_and_empty_are_clean():
    assert check_study(records("qs", STUDYID=["NCT02084238", ""]), "NCT02084238") == []


def test_check_study__another_study_is_r048():
    [finding] = check_study(records("qs", STUDYID=["NCT02084238", "NCT99999999"]), "NCT02084238")
    assert finding.message() == (
        "R048 qs.csv, STUDYID: value NCT99999999 another study's data; allowed: NCT02084238. "
        "Use that study's cut, or set study=... on purpose."
    )


def test_drop_strangers__known_subjects_stay_unflagged(context):
    qs = records("qs", USUBJID=["PKU-001", "PKU-002"])
    drop_strangers(qs, context)
    assert (len(qs.frame), qs.findings) == (2, [])


def test_drop_strangers__unknown_subject_goes_with_one_finding_r044(context):
    qs = records("qs", USUBJID=["PKU-001", "PKU-777", "PKU-777"])
    drop_strangers(qs, context)
    assert qs.frame["USUBJID"].tolist() == ["PKU-001"]
    assert messages(qs) == [
        "R044 qs.csv line 3, subject PKU-777, USUBJID: value PKU-777 a subject that DM does not have; 2 records; "
        "allowed: a USUBJID of DM. Its records are not analysed."
    ]


@pytest.mark.parametrize("written", ["pku-001", "PKU001", "PKU–001"])
def test_drop_strangers__near_identifier_is_r047(context, written):
    qs = records("qs", USUBJID=[written])
    drop_strangers(qs, context)
    assert qs.frame.empty
    assert messages(qs) == [
        f"R047 qs.csv line 2, subject {written}, USUBJID: value {written} a subject whose identifier differs from one "
        "of DM in letter case or dashes alone; 1 record; allowed: PKU-001. Its records are not analysed. "
        "Correct the identifier."
    ]


START = {
    "cm": "CMSTDTC",
    "cp": "CPDTC",
    "ds": "DSSTDTC",
    "dv": "DVSTDTC",
    "ex": "EXSTDTC",
    "lb": "LBDTC",
    "qs": "QSDTC",
}


@pytest.mark.parametrize(
    ("domain", "partial", "empty"),
    [
        ("ex", "drop", "drop"),
        ("qs", "drop", "drop"),
        ("lb", "drop", "drop"),
        ("cp", "drop", "drop"),
        ("ds", "2014-05", "drop"),
        ("cm", "2014-05", ""),
        ("dv", "2014-05", ""),
    ],
)
def test_apply_date_rules__table_of_dates(context, domain, partial, empty):
    left = {}
    for text in ("2014-05-01", "2014-05", "", "2014-06-30", "2014-07-01", "2014-07"):
        part = records(domain, **{START[domain]: [text]})
        apply_date_rules(part, context)
        left[text] = part.frame[START[domain]].iloc[0] if len(part.frame) else "drop"
    assert left == {
        "2014-05-01": "2014-05-01", "2014-05": partial, "": empty, "2014-06-30": "2014-06-30", "2014-07-01": "drop",
        "2014-07": "drop",
    }  # fmt: skip


def test_apply_date_rules__full_dates_up_to_the_cut_are_clean(context):
    for domain, name in START.items():
        part = records(domain, **{name: ["2014-05-01", "2014-06-30"]})
        apply_date_rules(part, context)
        assert part.findings == []


def test_apply_date_rules__partial_assessment_date_is_r054(context):
    qs = records("qs", QSDTC=["2014-05"])
    apply_date_rules(qs, context)
    assert messages(qs) == [
        "R054 qs.csv line 2, subject PKU-001, QSDTC: value 2014-05 a date that is partial or missing where a full one "
        "is needed; allowed: YYYY-MM-DD. The record is not analysed. Complete the date."
    ]


def test_apply_date_rules__partial_medication_date_is_noted_r054(context):
    cm = records("cm", CMSTDTC=["2014"])
    apply_date_rules(cm, context)
    assert cm.findings[0].severity == "noted"
    assert messages(cm) == [
        "R054 cm.csv line 2, subject PKU-001, CMSTDTC: value 2014 a partial date; allowed: YYYY, YYYY-MM or "
        "YYYY-MM-DD. Read as the plan says for this domain."
    ]


def test_apply_date_rules__dosing_with_a_partial_end_goes(context):
    ex = records("ex", EXSTDTC=["2014-05-01", "2014-05-01"], EXENDTC=["2014-05", "2014-05-03"])
    apply_date_rules(ex, context)
    assert ex.frame["ROW"].tolist() == [2]
    assert [(finding.rule, finding.severity, finding.row) for finding in ex.findings] == [("R054", "quarantined", 1)]


@pytest.mark.parametrize(
    ("rule", "text", "problem"),
    [
        ("R055", "2014-02-30", "a day that the calendar does not have"),
        ("R056", "03/04/2014", "a date in another form"),
        ("R057", "41715", "a day count in place of a date"),
        ("R058", "03/04/14", "a date with a two-digit year"),
    ],
)
def test_apply_date_rules__unreadable_date_is_emptied(context, rule, text, problem):
    dv = records("dv", DVSTDTC=[text])
    apply_date_rules(dv, context)
    assert dv.frame[["DVSTDTC", "QUARFL"]].to_numpy().tolist() == [["", "Y"]]
    extra = "; never guessed" if rule == "R056" else ""
    assert messages(dv) == [
        f"{rule} dv.csv line 2, subject PKU-001, DVSTDTC: value {text} {problem}; allowed: ISO 8601. "
        f"Treated as missing{extra}. Correct the source."
    ]


@pytest.mark.parametrize("variable", ["DTHDTC", "RFICDTC"])
def test_apply_date_rules__unreadable_date_of_dm_is_emptied(context, variable):
    dm = records("dm", **{variable: ["2014-02-30"]})
    apply_date_rules(dm, context)
    assert dm.frame[variable].tolist() == [""]
    assert [finding.rule for finding in dm.findings] == ["R055"]


def test_apply_date_rules__records_after_the_cut_are_told_at_the_first_r059(context):
    qs = records("qs", QSDTC=["2014-06-30", "2014-07-01", "2015-01-01"])
    apply_date_rules(qs, context)
    assert messages(qs) == [
        "R059 qs.csv line 3, subject PKU-001, QSDTC: value 2014-07-01 starts after the cut; dropped; 2 such records, "
        "this the first; allowed: up to the cut date. The cut rule was applied."
    ]


@pytest.mark.parametrize(
    ("domain", "start", "end", "left", "done"),
    [
        ("ex", "EXSTDTC", "EXENDTC", "2014-06-30", "taken as the cut date"),
        ("cm", "CMSTDTC", "CMENDTC", "", "treated as missing"),
        ("ae", "AESTDTC", "AEENDTC", "", "treated as missing"),
    ],
)
def test_apply_date_rules__end_after_the_cut(context, domain, start, end, left, done):
    part = records(domain, **{start: ["2014-06-20"], end: ["2014-07-04"]})
    apply_date_rules(part, context)
    assert part.frame[end].tolist() == [left]
    assert messages(part) == [
        f"R059 {domain}.csv line 2, subject PKU-001, 2014-06-20, {end}: value 2014-07-04 ends after the cut; "
        f"the end is {done}; allowed: up to the cut date. The cut rule was applied."
    ]


def test_apply_date_rules__end_before_the_start_is_emptied_r060(context):
    cm = records("cm", CMSTDTC=["2014-05-10", "2014-05-10"], CMENDTC=["2014-05-09", "2014-05-10"])
    apply_date_rules(cm, context)
    assert cm.frame[["CMENDTC", "QUARFL"]].to_numpy().tolist() == [["", "Y"], ["2014-05-10", ""]]
    assert messages(cm) == [
        "R060 cm.csv line 2, subject PKU-001, 2014-05-10, CMENDTC: value 2014-05-09 an end before the start; "
        "allowed: an end on or after the start. The end is treated as missing."
    ]


def test_apply_date_rules__partial_end_that_may_be_after_the_start_stays(context):
    cm = records("cm", CMSTDTC=["2014-05-10"], CMENDTC=["2014-05"])
    apply_date_rules(cm, context)
    assert cm.frame["CMENDTC"].tolist() == ["2014-05"]


def test_apply_date_rules__times_are_noted_r067(context):
    qs = records("qs", QSDTC=["2014-05-10T09:30", "2014-05-10"])
    apply_date_rules(qs, context)
    assert len(qs.frame) == 2
    assert messages(qs) == [
        "R067 qs.csv line 2, subject PKU-001, QSDTC: value 2014-05-10T09:30 a date with a time of day. "
        "The date part is used."
    ]


def test_apply_date_rules__death_in_a_partial_date_is_kept(context):
    dm = records("dm", DTHDTC=["2014-05", ""])
    apply_date_rules(dm, context)
    assert dm.frame["DTHDTC"].tolist() == ["2014-05", ""]
    assert [(finding.severity, finding.row) for finding in dm.findings] == [("noted", 1)]
