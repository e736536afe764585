"""The cut worked by hand: every expected value is typed from the paper working in hand_worked/HAND_WORKED.md."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from sap_helpers.adam.store import open_study
from sap_helpers.analyses.disposition import analyse_disposition
from sap_helpers.analyses.listings import list_possible_rescue
from sap_helpers.analyses.sri import analyse_sri

HERE = Path(__file__).parent / "hand_worked"
SRI_R = Path(__file__).parents[1] / "agreement" / "sri.R"
WEEKS = (2, 4, 6, 8, 10)

# SLEDAI, BILAG, PGA at weeks 2, 4, 6, 8, 10: Y success, N failure, a point where it cannot be assessed.
COMPONENTS = {
    "HW-01": "NYY YYY YYY YYY YYY",
    "HW-02": "NYY YYY YYN YYY YYY",
    "HW-03": "YYY YYY YYY YYY YYY",
    "HW-04": "YYY YYY YYY YYY ...",
    "HW-05": "YYY YNY YNY YNY YYY",
    "HW-06": "YYY YYY YYY NYY NYY",
    "HW-07": "NYY YYY YYY YYY ...",
    "HW-08": "YYY YYY Y.Y YYY .YY",
    "HW-09": "... .YN YYY YYY ...",
    "HW-10": ".YY ... ... ... ...",
    "HW-11": "YY. YYY YYY YYY ...",
    "HW-12": "YYY YYY YYY YYY YYY",
    "HW-15": "YYY YYY YY. YYN YYY",
    "HW-16": "YYY NYN YYY YYY YYY",
}
# AVALC, what it counts as (CRIT1FL) and REASON; a point is empty.
RESPONSES = {
    "HW-01": ("N N FAILED: SLEDAI", "Y Y .", "Y Y .", "Y Y .", "Y Y ."),
    "HW-02": ("N N FAILED: SLEDAI", "Y Y .", "N N FAILED: PGA", "Y Y .", "Y Y ."),
    "HW-03": ("Y Y .", "Y Y .", "Y Y .", "Y N STOPPED", "Y N STOPPED"),
    "HW-04": ("Y Y .", "Y Y .", "Y Y .", "Y Y .", ". N DEATH"),
    "HW-05": ("Y Y .", "N N FAILED: BILAG", "N N FAILED: BILAG", "N N FAILED: BILAG", "Y Y ."),
    "HW-06": ("Y Y .", "Y Y .", "Y N RESCUE", "N N RESCUE", "N N RESCUE"),
    "HW-07": ("N N FAILED: SLEDAI", "Y Y .", "Y N STOPPED", "Y N STOPPED", ". N STOPPED"),
    "HW-08": ("Y Y .", "Y Y .", ". N MISSING", "Y Y .", ". N MISSING"),
    "HW-09": (". N MISSING", "N N FAILED: PGA", "Y Y .", "Y Y .", ". N MISSING"),
    "HW-10": (". N RESCUE", ". N RESCUE", ". N RESCUE", ". N RESCUE", ". N RESCUE"),
    "HW-11": (". N MISSING", "Y Y .", "Y Y .", "Y Y .", ". N MISSING"),
    "HW-12": ("Y N RESCUE", "Y N RESCUE", "Y N RESCUE", "Y N RESCUE", "Y N RESCUE"),
    "HW-15": ("Y Y .", "Y Y .", ". N MISSING", "N N FAILED: PGA", "Y Y ."),
    "HW-16": ("Y Y .", "N N FAILED: SLEDAI, PGA", "Y Y .", "Y Y .", "Y Y ."),
}
BY_WEEK = {
    ("SRI.PRIMARY", "FAS", "SRI4"): "7/13 9/13 6/13 6/12 5/12",
    ("SRI.COMPONENTS", "FAS", "SLEDAI_RED4"): "8/13 10/13 10/13 8/12 5/12",
    ("SRI.COMPONENTS", "FAS", "BILAG_NO_NEW"): "11/13 11/13 8/13 7/12 6/12",
    ("SRI.COMPONENTS", "FAS", "PGA_NO_WORSE"): "10/13 10/13 8/13 7/12 6/12",
    ("SRI.OBSERVED", "FAS", "SRI4"): "8/11 10/13 9/11 9/12 7/8",
    ("SRI.TREATMENT_POLICY", "FAS", "SRI4"): "8/13 10/13 9/13 9/12 7/12",
    ("SRI.LITERAL_OR", "FAS", "SRI4"): "7/13 10/13 7/13 6/12 5/12",
    ("SRI.NO_SEROLOGY", "FAS", "SRI4"): "5/13 8/13 6/13 5/12 3/12",
    ("SRI.ALL_TREATED", "SAF", "SRI4"): "7/14 9/14 6/14 6/13 5/13",
    ("SRI.ICE", "FAS", "DUE"): "13/13 13/13 13/13 12/12 12/12",
    ("SRI.ICE", "FAS", "ASSESSED"): "11/13 12/13 11/13 12/12 8/12",
    ("SRI.ICE", "FAS", "EVENT"): "1/13 1/13 3/13 4/12 5/12",
    ("SRI.ICE", "FAS", "STOPPED"): "0/13 0/13 1/13 2/12 3/12",
    ("SRI.ICE", "FAS", "RESCUE"): "1/13 1/13 2/13 2/12 2/12",
    ("SRI.ICE", "FAS", "DEATH"): "0/13 0/13 0/13 0/12 1/12",
    ("SRI.ICE", "FAS", "MISSING"): "2/13 0/13 2/13 0/12 2/12",
    ("SRI.ICE", "FAS", "FAILED_SLEDAI"): "3/13 1/13 0/13 0/12 0/12",
    ("SRI.ICE", "FAS", "FAILED_BILAG"): "0/13 1/13 1/13 1/12 0/12",
    ("SRI.ICE", "FAS", "FAILED_PGA"): "0/13 2/13 1/13 1/12 0/12",
}
AT_WEEK_10 = {
    ("SRI.WILSON", "FAS", "SRI4", ""): "5/12",
    ("SRI.PPS", "PPS", "SRI4", ""): "4/9",
    ("SRI.THRESHOLDS", "FAS", "SRI5", ""): "2/12",
    ("SRI.THRESHOLDS", "FAS", "SRI6", ""): "1/12",
    ("SRI.THRESHOLDS", "FAS", "SRI7", ""): "1/12",
    ("SRI.THRESHOLDS", "FAS", "SRI8", ""): "1/12",
    ("SRI.TIPPING", "FAS", "SRI4", "0"): "5/12",
    ("SRI.TIPPING", "FAS", "SRI4", "1"): "6/12",
    ("SRI.TIPPING", "FAS", "SRI4", "2"): "7/12",
}
# rule, severity, domain, row, subject, week, variable, value
FINDINGS = """
R050 quarantined qs 1892 HW-11 . PGA0101 1.0
R050 quarantined qs 1893 HW-11 . PGA0101 1.6
R072 quarantined qs 1473 HW-08 . SLED0109 3
R076 quarantined qs 2361 HW-15 . PGA0101 0.8
R049 listed qs 1928 HW-11 . PGA0101 1.0
R052 listed dm . . . . 15
R054 listed cm 4 HW-10 . CMSTDTC .
R063 listed qs . HW-01 . QSDTC 2014-03-05
R063 listed qs . HW-10 . QSDTC 2014-01-31
R065 listed qs . HW-12 6 VISIT WEEK_8
R069 listed ex . HW-03 . EPOCH 2_cycles
R069 listed ex . HW-07 . EPOCH 2_cycles
R070 listed qs . HW-10 0 SELENA-SLEDAI .
R071 listed qs . HW-15 0 SLEDAI 6
R073 listed qs . HW-08 2 SLEDAI 6
R074 listed qs 1524 HW-08 4 SLEDAI 8
R077 listed qs . HW-08 6 BILAG 8_systems
R077 listed qs . HW-08 8 BILAG 8_systems
R091 listed ex 53 HW-14 . EXDOSE 0
R105 listed ex . HW-14 . ARMCD IL2
R107 listed cm 6 HW-15 . CMCAT .
R107 listed ds . HW-05 . USUBJID HW-05
R107 listed ds . HW-06 . USUBJID HW-06
R107 listed ds . HW-08 . USUBJID HW-08
R107 listed ds . HW-09 . USUBJID HW-09
R107 listed ds . HW-10 . USUBJID HW-10
R107 listed ds . HW-11 . USUBJID HW-11
R107 listed ds . HW-12 . USUBJID HW-12
R001 noted . . . . . .
R051 noted dm . . . ARMCD 1
R054 noted cm 2 HW-06 . CMSTDTC 2014-02
R054 noted cm 3 HW-06 . CMSTDTC 2014-04
R054 noted cm 5 HW-12 . CMSTDTC 2014-03
R054 noted dm 5 HW-05 . DTHDTC 2014-05
R054 noted dv 2 HW-09 . DVSTDTC 2014-05
R059 noted qs 1997 HW-11 . QSDTC 2014-07-10
R064 noted qs . . . . 2
R089 noted ds 8 HW-16 . DSDECOD Completed
R108 noted cm . . . . STUDYID,_CMDECOD
R108 noted dm . . . . STUDYID,_SITEID,_RACE,_ARM,_RFICDTC
R108 noted ds . . . . STUDYID,_DSTERM
R108 noted dv . . . . STUDYID
R108 noted ex . . . . STUDYID,_EXTRT
R108 noted qs . . . . STUDYID,_QSTEST,_QSORRES,_VISITNUM
"""


@pytest.fixture(scope="module")
def study():
    return open_study(HERE / "cut")


@pytest.fixture(scope="module")
def results(study):
    return analyse_sri(study) + analyse_disposition(study)


@pytest.fixture(scope="module")
def counts(results):
    """Return "n/N" by analysis, population, variable, first and second level."""
    return {
        (key.analysis_id, key.population, key.variable, key.group1_level, key.group2_level): (
            f"{stats['n'].stat}/{stats['N'].stat}"
        )
        for key, stats in results.groups().items()
        if {"n", "N"} <= set(stats)
    }


def records(study, code):
    adqs = study["adqs"]
    return adqs.loc[adqs["PARAMCD"] == code].set_index(["USUBJID", "AVISITN"])


@pytest.mark.parametrize("subject", COMPONENTS)
def test_hand_worked__components_by_subject_and_week(study, subject):
    parts = [records(study, code)["AVALC"] for code in ("SLEDRED4", "BILNONEW", "PGANOWRS")]
    found = " ".join("".join(part[subject, week] or "." for part in parts) for week in WEEKS)
    assert found == COMPONENTS[subject]


@pytest.mark.parametrize("subject", RESPONSES)
def test_hand_worked__response_by_subject_and_week(study, subject):
    frame = records(study, "SRI4")
    rows = [frame.loc[(subject, week), ["AVALC", "CRIT1FL", "REASON"]] for week in WEEKS]
    assert tuple(" ".join(text or "." for text in row) for row in rows) == RESPONSES[subject]


def test_hand_worked__response_records_are_those_of_treated_subjects(study):
    assert len(records(study, "SRI4")) == 14 * 5


def test_hand_worked__not_due_weeks_are_unflagged(study):
    flags = records(study, "SRI4")["ANL01FL"]
    assert list(flags.index[flags != "Y"]) == [("HW-11", 8), ("HW-11", 10)]


@pytest.mark.parametrize("key", BY_WEEK, ids=lambda key: f"{key[0]}-{key[2]}")
def test_hand_worked__counts_by_week(counts, key):
    analysis, population, variable = key
    found = [counts[analysis, population, variable, str(week), ""] for week in WEEKS]
    assert " ".join(found) == BY_WEEK[key]


@pytest.mark.parametrize("key", AT_WEEK_10, ids=lambda key: f"{key[0]}-{key[2]}-{key[3]}")
def test_hand_worked__counts_at_week_10(counts, key):
    analysis, population, variable, level = key
    assert counts[analysis, population, variable, "10", level] == AT_WEEK_10[key]


def test_hand_worked__tipping_ends_with_every_missing_subject_a_responder(counts):
    assert [key[4] for key in counts if key[0] == "SRI.TIPPING"] == ["0", "1", "2"]


def test_hand_worked__exact_interval_of_week_10(results):
    limits = {
        row.stat_name: row.stat
        for row in results.of("SRI.PRIMARY")
        if row.key.group1_level == "10" and row.key.method == "Clopper-Pearson"
    }
    # R: binom.test(5, 12)$conf.int
    assert limits == pytest.approx({"conf.low": 0.151652229808430, "conf.high": 0.723330314317894}, rel=1e-12)


def test_hand_worked__sets(counts):
    assert {name: counts["DISP.SETS", "ENR", name, "", ""] for name in ("ENR", "SAF", "FAS", "PPS")} == {
        "ENR": "15/15", "SAF": "14/15", "FAS": "13/15", "PPS": "10/15",
    }  # fmt: skip


def test_hand_worked__reasons_out_of_the_per_protocol_set(study):
    adsl = study["adsl"]
    out = adsl.loc[adsl["PPSOUT"] != ""].set_index("USUBJID")["PPSOUT"]
    assert out.to_dict() == {
        "HW-07": "fewer than 80% of the planned injections given", "HW-09": "major protocol deviation",
        "HW-15": "baseline SELENA-SLEDAI below 8",
    }  # fmt: skip


def test_hand_worked__findings(study):
    names = ("rule", "severity", "domain", "row", "USUBJID", "AVISITN", "variable", "value")
    found = [" ".join(row[name].replace(" ", "_") or "." for name in names) for row in study.findings]
    assert found == FINDINGS.strip().split("\n")


def test_hand_worked__possible_unrecorded_rescue_is_listed(study):
    listed = list_possible_rescue(study)
    assert listed[["USUBJID", "CMTRT", "ADY"]].to_numpy().tolist() == [["HW-15", "METHOTREXATE", 20]]


def our_key(row):
    """Return a result's key in the layout of the R program: no second group, a set as its own population."""
    key = row.key
    if key.analysis_id == "SRI.TIPPING":
        key = key._replace(group1=key.group2, group1_level=key.group2_level)
    if key.analysis_id == "DISP.SETS":
        key = key._replace(population=key.variable)
    return (*key[:4], key.variable, key.variable_level, row.stat_name)


def test_hand_worked__independent_program_in_r_agrees(results, tmp_path):
    rscript = shutil.which("Rscript")
    if rscript is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("Rscript is not installed")
    out = tmp_path / "out.csv"
    subprocess.run([rscript, str(SRI_R), str(HERE / "cut"), str(out)], check=True, capture_output=True)
    ours = {our_key(row): row.stat for row in results if row.key.group1 != "REASON"}
    with out.open(encoding="utf-8", newline="") as file:
        theirs = {tuple(row[:7]): float(row[7]) if row[7] else None for row in list(csv.reader(file))[1:]}
    assert {key: ours[key] for key in theirs} == pytest.approx(theirs, rel=1e-9)
