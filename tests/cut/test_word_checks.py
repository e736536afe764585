"""Words of coded variables, of free vocabularies and of arms: a planted one for each, and clean ones never told."""

from __future__ import annotations

import pandas as pd
import pytest

from sap_helpers.cut.checks import Context, DomainRecords
from sap_helpers.cut.word_checks import apply_word_rules
from sap_helpers.cut.words import load_words
from sap_helpers.plan import load_plan
from sap_helpers.plan.home import PLAN_FILE


def run(domain, plan, **columns):
    """Return the records of a domain after the rules on words; a column of one text stands for every record."""
    frame = pd.DataFrame(columns, dtype=object)
    frame = frame.assign(USUBJID=[f"S{n:02d}" for n in range(1, len(frame) + 1)], ROW=range(1, len(frame) + 1))
    records = DomainRecords(domain, frame.assign(QUARFL=""), f"{domain}.csv", lambda row: row + 1)
    apply_word_rules(records, Context(plan, pd.Timestamp("2014-12-31"), frozenset(frame["USUBJID"])))
    return records


@pytest.mark.parametrize(
    ("domain", "variable", "word", "good", "near"),
    [
        ("ae", "AEREL", "PERHAPS", "POSSIBLE", ""), ("ae", "AEREL", "PROBABEL", "probable ", "PROBABLE"),
        ("ae", "AESER", "YES", "y", ""), ("ae", "AEACN", "WITHDRAWN", "DRUG WITHDRAWN", "DRUG WITHDRAWN"),
        ("ae", "AEOUT", "DEATH", "Fatal", ""), ("ae", "AESEV", "Grade 3", "Severe", ""),
        ("ae", "AETOXGR", "Grade 3", "3", ""), ("ae", "AEBODSYS", "Infektionen", "CARDIAC DISORDERS", ""),
        ("ae", "AEBODSYS", "Cardiac disorder", "Cardiac disorders", "Cardiac disorders"),
        ("ds", "DSCAT", "DISPOSITION", "DISPOSITION EVENT", "DISPOSITION EVENT"),
        ("ds", "DSSCAT", "TREATMENT", "STUDY TREATMENT", "STUDY TREATMENT"),
        ("ds", "DSDECOD", "COMPLETE", "COMPLETED", "COMPLETED"),
        ("cm", "CMCAT", "RESCUE", "RESCUE THERAPY", "RESCUE THERAPY"),
        ("cm", "CMDOSFRQ", "BD", "BID", "BID"), ("ex", "EXDOSFRQ", "EOD", "QOD", "QOD"),
        ("dv", "DVCAT", "MAJR", "MAJOR", "MAJOR"), ("dm", "SEX", "female", "F", ""),
        ("qs", "QSSTAT", "NOT DON", "not done", "NOT DONE"), ("ie", "IEORRES", "NO", "N", "N"),
    ],
)  # fmt: skip
def test_words__one_outside_its_list_is_missing_and_told_with_the_nearest(plan, domain, variable, word, good, near):
    records = run(domain, plan, **{variable: [good, word, ""]})
    assert records.frame[variable].tolist() == [good, "", ""]
    assert records.frame["QUARFL"].tolist() == ["", "Y", ""]
    (finding,) = records.findings
    assert (finding.rule, finding.severity, finding.row, finding.usubjid) == ("R089", "quarantined", 2, "S02")
    assert (finding.variable, finding.value) == (variable, word)
    assert finding.allowed.partition(" (nearest: ")[2] == (f"{near})" if near else "")


@pytest.mark.parametrize(
    ("domain", "variable", "words", "read"),
    [
        ("dm", "SEX", ["F", "f", "F"], ["F", "F", "F"]), ("dm", "SEX", ["f", "f", "F"], ["f", "f", "f"]),
        ("dv", "DVCAT", ["MINOR\xa0", "MINOR", "MINOR"], ["MINOR", "MINOR", "MINOR"]),
        ("qs", "QSCAT", ["PGA", "Pga", "PGA"], ["PGA", "PGA", "PGA"]),
    ],
)  # fmt: skip
def test_words__in_other_letters_are_the_word_that_most_records_write_and_noted(plan, domain, variable, words, read):
    records = run(domain, plan, **{variable: words})
    assert records.frame[variable].tolist() == read
    (finding,) = records.findings
    ((wrong, right),) = {(word, to) for word, to in zip(words, read, strict=True) if word != to}
    assert (finding.rule, finding.severity, finding.value, finding.allowed) == ("R089", "noted", wrong, right)


def test_words__of_one_way_of_writing_stay_as_they_are(plan):
    records = run("dm", plan, SEX=["f", "m", "f"])
    assert (records.frame["SEX"].tolist(), records.findings) == (["f", "m", "f"], [])


def test_words__message_names_record_word_list_and_meaning(plan):
    (finding,) = run("ae", plan, AEREL=["PROBABEL"]).findings
    assert finding.message() == (
        "R089 ae.csv line 2, subject S01, AEREL: value PROBABEL a word outside the list of this variable; allowed: one "
        f"of {len(load_words()['AEREL'])} words of sap/words.csv (nearest: PROBABLE). Treated as missing, so that the "
        "event counts as related. Correct the source, or add the word to the plan (words.AEREL)."
    )


def test_words__the_same_word_in_many_records_is_told_once_with_its_count(plan):
    records = run("dm", plan, SEX=["female"] * 11 + ["male"] * 10)
    assert [(finding.value, finding.row) for finding in records.findings] == [
        ("female", 1), *(("male", row) for row in range(12, 22)),
    ]  # fmt: skip
    assert "; 11 records of 11 subjects, this the first of them" in records.findings[0].problem
    assert set(records.frame["SEX"]) == {""}


def test_words__one_that_the_plan_adds_is_none_outside(plan):
    wider = load_plan(PLAN_FILE, ["words={SEX: [FEMALE]}"])
    assert run("dm", wider, SEX=["female"]).findings == []
    assert len(run("dm", plan, SEX=["female"]).findings) == 1


@pytest.mark.parametrize(
    ("domain", "variable", "words", "told"),
    [
        ("dm", "RACE", ["ASIAN", "ASIAN", "Asian"], [("Asian", "ASIAN")]),
        ("dm", "ARMCD", ["IL2", "IL2", "IL-2"], [("IL-2", "IL2")]),
        ("ex", "EXROUTE", ["SUBCUTANEUOS", "INTRAMUSCULAR"], [("SUBCUTANEUOS", "SUBCUTANEOUS")]),
        ("ex", "EXTRT", ["ALDESLEUKIN", "ALDESLEUKIN", "ALDESLEUKN"], [("ALDESLEUKN", "ALDESLEUKIN")]),
        ("ex", "EPOCH", ["CYCLE 1", "CYCLE 2", "CYCLE 1", "CYCLE1"], [("CYCLE1", "CYCLE 1")]),
        ("ae", "AEDECOD", ["Nausea", "Nausea", "nausea", "Nusea"], [("Nusea", "Nausea"), ("nausea", "Nausea")]),
        ("ae", "AEDECOD", ["Pyrexa", "PYREXIA"], [("Pyrexa", "PYREXIA")]),
        ("cm", "CMDECOD", ["PREDNISON", "AZATHIOPRINE"], [("PREDNISON", "PREDNISONE")]),
        ("dv", "DVDECOD", ["DOSE TIMING", "DOSE TIMING", "DOSE TIMNG"], [("DOSE TIMNG", "DOSE TIMING")]),
    ],
)  # fmt: skip
def test_free_words__almost_another_is_listed_and_stays(plan, domain, variable, words, told):
    records = run(domain, plan, **{variable: words})
    assert [(f.value, f.problem) for f in records.findings] == [(wrong, f"almost {right}") for wrong, right in told]
    assert {(finding.rule, finding.severity) for finding in records.findings} == {("R089", "listed")}
    assert records.frame[variable].tolist() == words


@pytest.mark.parametrize(
    ("domain", "variable", "words"),
    [
        ("dm", "RACE", ["ASIAN", "WHITE", ""]), ("ae", "AEDECOD", ["PYREXIA", "PYREXIA", "Chills", "Cough"]),
        ("cm", "CMDECOD", ["prednisone", "PREDNISOLONE", "Methylprednisolone"]),
        ("ex", "EPOCH", ["CYCLE 1", "CYCLE 2"]),
    ],
)  # fmt: skip
def test_free_words__different_ones_are_clean(plan, domain, variable, words):
    assert run(domain, plan, **{variable: words}).findings == []


@pytest.mark.parametrize(
    ("arms", "told"),
    [
        ({"ARMCD": ["IL2", "SCREEN FAILURE"]}, [("ARMCD", "SCREEN FAILURE")]),
        ({"ARMCD": ["IL2", "SCRNFAL"]}, [("ARMCD", "SCRNFAL")]),
        ({"ARMCD": ["IL2", "Not Assigned"]}, [("ARMCD", "Not Assigned")]),
        ({"ARMCD": ["IL2", ""], "ARM": ["Interleukin-2", "Screen Failure"]}, [("ARM", "Screen Failure")]),
        ({"ARMCD": ["IL2", "Scrnfail"], "ARM": ["Interleukin-2", "Screen Failure"]}, []),
        ({"ARM": ["Interleukin-2", "Screen Failure"]}, [("ARM", "Screen Failure")]),
    ],
)  # fmt: skip
def test_arms__one_that_reads_like_a_screen_failure_is_listed_and_nobody_moved(plan, arms, told):
    records = run("dm", plan, **arms)
    assert [(finding.variable, finding.value) for finding in records.findings] == told
    assert records.frame[list(arms)].to_dict("list") == arms
