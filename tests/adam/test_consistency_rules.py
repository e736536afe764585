"""Tests of what is listed for not agreeing: a subject a planted error, and subjects beside them that nothing flags."""

from __future__ import annotations

import pandas as pd
import pytest

from sap_helpers.adam.analysis import derive_analysis_data
from sap_helpers.adam.consistency_rules import RULES, check_consistency

CUT = pd.Timestamp("2014-12-31")
VISITS = {1: (10, "EEBEEEEEE", "1.5"), 15: (4, "EECEEEEEE", "1.0"), 71: (4, "EECEEEEEE", "1.0")}
SUBJECTS = (
    "clean", "consent late", "consent other", "no arm", "never dosed", "other cycle", "long", "once", "oral", "death",
    "term",
    "early end", "drug twice", "no unit", "done", "no code", "no cycle", "race",
    "other drug", "label", "failed", "no blood", "first", "child", "arm", "early",
)  # fmt: skip
# grade, severity, outcome, serious, death, end: of an event of each name
EVENTS = {
    "alike": ("3", "SEVERE", "RECOVERED/RESOLVED", "N", "", "2014-04-02"),
    "severe and fatal": ("5", "severe", "FATAL", "Y", "Y", "2014-04-02"),
    "severity alone": ("", "MILD", "FATAL", "Y", "", ""),
    "ongoing": ("1", "MILD", "NOT RECOVERED/NOT RESOLVED", "N", "", ""),
    "mild of grade 3": ("3", "MILD", "RECOVERED/RESOLVED", "N", "", "2014-04-02"),
    "severe of grade 1": ("1", "SEVERE", "RECOVERED/RESOLVED", "N", "", "2014-04-02"),
    "grade 5": ("5", "SEVERE", "RECOVERED/RESOLVED", "Y", "", "2014-04-02"),
    "death": ("3", "SEVERE", "RECOVERED/RESOLVED", "Y", "Y", "2014-04-02"),
    "fatal of grade 2": ("2", "MODERATE", "FATAL", "Y", "", "2014-04-02"),
    "fatal, not serious": ("5", "SEVERE", "FATAL", "N", "", "2014-04-02"),
    "ended": ("1", "MILD", "NOT RESOLVED", "N", "", "2014-04-02"),
}
RACES = (
    "AMERICAN INDIAN OR ALASKA NATIVE, ASIAN, BLACK OR AFRICAN AMERICAN, MULTIPLE, NATIVE HAWAIIAN OR OTHER PACIFIC "
    "ISLANDER, NOT REPORTED, OTHER, UNKNOWN, WHITE"
)
VISIT_LABELS = (
    "WEEK n, SCREENING, BASELINE, DAY 1, UNSCHEDULED, EARLY TERMINATION, END OF TREATMENT, END OF STUDY, FOLLOW-UP"
)
EXPECTED = {
    ("R105", "ae", "mild of grade 3", "AETOXGR", "AESEV MILD"),
    ("R105", "ae", "severe of grade 1", "AETOXGR", "AESEV SEVERE"),
    ("R105", "ae", "grade 5", "AETOXGR", "AEOUT RECOVERED/RESOLVED"),
    ("R105", "ae", "death", "AESDTH", "AEOUT RECOVERED/RESOLVED"),
    ("R105", "ae", "fatal of grade 2", "AEOUT", "AETOXGR 2"),
    ("R105", "ae", "fatal, not serious", "AESER", "AEOUT FATAL"),
    ("R105", "ae", "ended", "AEOUT", "AEENDTC 2014-04-02"),
    ("R105", "ae", "alike", "AETERM", ""),
    ("R105", "dm", "consent late", "RFICDTC", "2014-03-01"),
    ("R105", "dm", "consent late", "RFICDTC", "2014-02-24"),
    ("R105", "dm", "consent other", "RFICDTC", "2014-02-24"),
    ("R107", "dm", "no arm", "ARMCD", ""),
    ("R106", "dm", "race", "RACE", RACES),
    ("R106", "dm", "child", "AGE", "16 to 85"),
    ("R106", "dm", "arm", "ARMCD", "IL2, SCRNFAIL, NOTASSGN"),
    ("R105", "ex", "never dosed", "ARMCD", ""),
    ("R105", "ex", "other cycle", "EPOCH", "CYCLE 2"),
    ("R105", "ex", "no cycle", "EPOCH", "CYCLE 1"),
    ("R105", "ex", "long", "EXENDTC", ""),
    ("R105", "ex", "once", "EXENDTC", ""),
    ("R106", "ex", "oral", "EXROUTE", "SUBCUTANEOUS, SC"),
    ("R105", "ds", "death", "DSDECOD", ""),
    ("R105", "ds", "term", "DSDECOD", "DSTERM Adverse event"),
    ("R105", "ds", "early end", "DSSTDTC", "2014-05-10"),
    ("R105", "cm", "drug twice", "CMSTDTC", ""),
    ("R107", "cm", "no unit", "CMDOSE", "a dose in MG; BID, ONCE, QD, QID, QOD, TID"),
    ("R105", "dm", "failed", "ARMCD", ""),
    ("R107", "lb", "no blood", "USUBJID", ""),
    ("R105", "cm", "other drug", "CMDECOD", "PREDNISONE"),
    ("R105", "qs", "label", "VISIT", "WEEK 2"),
    ("R106", "qs", "label", "VISIT", VISIT_LABELS),
    ("R105", "lb", "first", "VISIT", ""),
    ("R105", "lb", "early", "LBDTC", "2014-02-24"),
    ("R105", "lb", "consent late", "LBDTC", "2014-03-03"),
    ("R105", "qs", "consent late", "QSDTC", "2014-03-03"),
    ("R105", "lb", "done", "LBSTAT", "LBSTRESC 0.5"),
    ("R107", "qs", "no code", "QSTESTCD", ""),
}


def one_of(frame, subject, number=0):
    """Return the index of a subject's record."""
    return frame.index[frame["USUBJID"] == subject][number]


def plant(domains):
    """Plant in each subject's records what its name says."""
    dm, ex, ds, cm, qs = (domains[name].copy() for name in ("dm", "ex", "ds", "cm", "qs"))
    dm = dm.assign(RFICDTC="2014-02-24", RACE="Asian")
    dm.loc[one_of(dm, "race"), "RACE"] = "ASIATISCH"
    dm.loc[one_of(dm, "child"), "AGE"] = 11.0
    dm.loc[one_of(dm, "arm"), "ARMCD"] = "IL-2"
    ds["DSDECOD"] = "INFORMED CONSENT OBTAINED"
    dm.loc[one_of(dm, "consent late"), "RFICDTC"] = "2014-03-03"
    dm.loc[one_of(dm, "consent other"), "RFICDTC"] = "2014-02-23"
    dm.loc[one_of(dm, "no arm"), "ARMCD"] = ""
    dm.loc[one_of(dm, "failed"), "ARMCD"] = "SCRNFAIL"
    ex = ex.loc[ex["USUBJID"] != "never dosed"].assign(EXROUTE="Subcutaneous", EPOCH="")
    ex.loc[one_of(ex, "clean", 1), "EPOCH"] = "Cycle 2"
    for number, name in enumerate(("CYCLE 1", "CYCLE 4", "CYCLE 3")):
        ex.loc[one_of(ex, "other cycle", number), "EPOCH"] = name
    ex.loc[one_of(ex, "no cycle"), "EPOCH"] = "ZYKLUS 1"
    ex.loc[one_of(ex, "long"), "EXENDTC"] = "2014-03-16"
    ex.loc[one_of(ex, "once"), "EXDOSFRQ"] = "ONCE"
    ex.loc[one_of(ex, "oral"), "EXROUTE"] = "ORAL"
    ends = pd.DataFrame(
        [
            ("clean", "Completed", "COMPLETED", "2014-05-10"), ("early end", "Completed", "COMPLETED", "2014-05-09"),
            ("death", "Died at home", "DEATH", "2014-06-10"), ("term", "Adverse event", "COMPLETED", "2014-06-10"),
        ],
        columns=["USUBJID", "DSTERM", "DSDECOD", "DSSTDTC"],
    ).assign(DSCAT="DISPOSITION EVENT", DSSCAT="STUDY PARTICIPATION", QUARFL="", ROW=range(9001, 9005))  # fmt: skip
    ds = pd.concat([ds.assign(DSTERM="Informed consent"), ends], ignore_index=True)
    cm = cm.assign(CMDECOD="PREDNISONE", CMENDTC="2014-04-01")
    cm = cm.assign(CMTRT="Prednisone tablets")
    cm.loc[one_of(cm, "no unit"), "CMDOSU"] = "TABLET"
    cm.loc[one_of(cm, "other drug"), "CMDECOD"] = "PREDNISOLON"
    qs["VISITNUM"] = qs["QSDTC"].rank(method="dense")
    qs["VISIT"] = qs["VISITNUM"].map({1: "DAY 1", 2: "WEEK 2", 3: "WEEK 10"})
    qs.loc[qs["USUBJID"] == "clean", "VISIT"] = qs["VISIT"].str.title()
    qs.loc[one_of(qs, "label", 40), "VISIT"] = "WOCHE 2"
    qs.loc[one_of(qs, "label", 41), "VISIT"] = "WEEK 12"
    again = cm.loc[cm["USUBJID"].isin(["drug twice", "clean"])].assign(
        ROW=[8001, 8002], CMSTDTC="2014-04-02", CMENDTC=""
    )
    again.loc[again["USUBJID"] == "drug twice", "CMSTDTC"] = "2014-03-31"
    qs.loc[one_of(qs, "no code", 3), "QSTESTCD"] = ""
    lb = laboratory(domains["lb"].loc[domains["lb"]["USUBJID"] != "no blood"])
    cm = pd.concat([cm, again], ignore_index=True)
    return domains | {"dm": dm, "ex": ex, "ds": ds, "cm": cm, "qs": qs, "lb": lb, "ae": events()}


def laboratory(lb):
    """Give each subject C3 on two days."""
    lb = pd.concat([lb, lb.assign(LBDTC="2014-03-15")], ignore_index=True)
    lb = lb.assign(LBSTAT="", VISIT="", LBSTRESU="g/L", LBSTRESN=lb["LBSTRESC"].astype(float))
    lb["ROW"] = range(1, len(lb) + 1)
    lb.loc[one_of(lb, "done"), "LBSTAT"] = "Not done"
    lb.loc[one_of(lb, "early"), "LBDTC"] = "2014-02-23"
    lb.loc[one_of(lb, "clean"), "VISIT"] = "Screening"
    lb.loc[one_of(lb, "first", 1), "VISIT"] = "SCREENING"
    return lb


def events():
    """Return the events, one of them entered twice, and once on other days."""
    columns = ["AETOXGR", "AESEV", "AEOUT", "AESER", "AESDTH", "AEENDTC"]
    ae = pd.DataFrame([dict(zip(columns, EVENTS[name], strict=True)) | {"USUBJID": name} for name in EVENTS])
    ae = ae.assign(AETERM=ae["USUBJID"], AEDECOD="Nausea", AEBODSYS="Gastrointestinal disorders", AESTDTC="2014-03-20")
    again = ae.iloc[:1]
    ae = pd.concat(
        [ae, again.assign(AESTDTC="2014-03-21"), again.assign(AESTDTC="2014-05-20", AEENDTC="2014-05-22")],
        ignore_index=True,
    )
    return ae.assign(AEREL="", AEACN="", QUARFL="", ROW=range(1, len(ae) + 1))


@pytest.fixture(scope="module")
def found(make_domains, plan):
    domains = plant(make_domains(dict.fromkeys((*SUBJECTS, *EVENTS), VISITS)))
    data = derive_analysis_data(domains, CUT, plan)
    return check_consistency(data, domains, plan)


def test_check_consistency__finds_what_is_planted_and_nothing_else(found):
    said = [(f.rule, f.domain, f.usubjid, f.variable, f.allowed) for f in found]
    assert len(said) == len(set(said))
    assert set(said) ^ EXPECTED == set()


def test_check_consistency__names_the_record(found):
    (twice,) = [f for f in found if (f.domain, f.usubjid) == ("cm", "drug twice")]
    assert (twice.row, twice.value) == (8002, "2014-03-31")
    (once,) = [f for f in found if f.usubjid == "once"]
    assert once.message() == (
        f"R105 ex row {once.row}, subject once, 2014-03-01, EXENDTC: value 2014-03-13 longer than an injection, "
        "or than a cycle's. Analysed as recorded; resolve them."
    )


def test_check_consistency__of_a_cut_with_the_needed_domains_alone(make_domains, plan):
    domains = {name: frame for name, frame in make_domains({"clean": VISITS}).items() if name in ("dm", "ex")}
    assert check_consistency(derive_analysis_data(domains, CUT, plan), domains, plan) == []


def test_check_consistency__every_rule_finds_something(found):
    assert {f.rule for f in found} == {rule.rule for rule in RULES}
