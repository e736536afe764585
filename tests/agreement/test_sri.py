"""The primary outcome programmed twice: `sri.R`, from the CSV files of a cut alone, and this package agree to 1e-9."""

from __future__ import annotations

import csv
import datetime
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from sap_helpers.adam.store import open_study
from sap_helpers.analyses.disposition import analyse_disposition
from sap_helpers.analyses.sri import analyse_sri
from sap_helpers.run.simulate import cut_trial, simulate_trial, write_cut

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
COMMITTED = {
    "final": ROOT / "data" / "synthetic" / "2015-10-01",
    "interim": ROOT / "data" / "synthetic" / "2014-08-31",
    "hand-worked": ROOT / "tests" / "end_to_end" / "hand_worked" / "cut",
}
CUTS = (*COMMITTED, "many visits missing", "no medication")
# what the R program writes and is compared here; any other analysis of it fails the test below
ANALYSES = {
    "DISP.SETS", "SRI.PRIMARY", "SRI.COMPONENTS", "SRI.OBSERVED", "SRI.TREATMENT_POLICY", "SRI.LITERAL_OR",
    "SRI.NO_SEROLOGY", "SRI.ALL_TREATED", "SRI.WILSON", "SRI.PPS", "SRI.THRESHOLDS", "SRI.TIPPING", "SRI.OVER_TIME",
    "SRI.TIME_TO",
}  # fmt: skip


def make_cut(name, plan, folder):
    """Return the cut of that name; made on the spot where it is not a committed one."""
    if name == "many visits missing":
        trial = simulate_trial(plan, subjects=40, seed=11, missing=0.4)
        day = datetime.date(2014, 12, 31)
        write_cut(folder, cut_trial(trial, day), cut_id="cut", cut_date=day, study=plan.study, extension="csv")
        return folder
    if name == "no medication":
        shutil.copytree(COMMITTED["interim"], folder)
        (folder / "cm.csv").unlink()
        return folder
    return COMMITTED[name]


def run_r(rscript, cut, folder):
    """Return what the R program wrote: its results and its rows a subject and week."""
    done = subprocess.run(
        [rscript, str(HERE / "sri.R"), str(cut), str(folder / "r.csv")],
        env={**os.environ, "TZ": "UTC"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return tuple(
        list(csv.DictReader((folder / name).read_text(encoding="utf-8").splitlines()))
        for name in ("r.csv", "r_subjects.csv")
    )


def key_of(row, plan):
    """Return the columns under which this package writes a row of the R program, the method left out."""
    key = [row[name] for name in ("analysis_id", "population", "group1", "group1_level")]
    second = ["", ""]
    if row["analysis_id"] == "SRI.TIPPING":
        key[2:], second = ["AVISITN", str(plan.sri.key_week)], ["NRESP", row["group1_level"]]
    if row["analysis_id"] == "DISP.SETS":
        key[1] = "ENR"
    return (*key, *second, row["variable"], row["variable_level"], row["stat_name"])


@pytest.fixture(scope="module", params=CUTS)
def case(request, rscript, plan, tmp_path_factory):
    """Return the study, this package's statistics by key, and the R program's rows of results and of subjects."""
    folder = tmp_path_factory.mktemp("agreement")
    cut = make_cut(request.param, plan, folder / "cut")
    results, subjects = run_r(rscript, cut, folder)
    study = open_study(cut)
    ours = {}
    for row in analyse_sri(study) + analyse_disposition(study):
        key = (*row.key[:-1], row.stat_name)  # the method stands last in a key
        if row.key.analysis_id in ANALYSES:
            assert key not in ours, key
            ours[key] = row
    return study, ours, results, subjects


def agrees(theirs, row):
    """Whether a number of the R program is that of a row; 0 of 0 there is no number with a note here."""
    if row.stat is None:
        return bool(row.note) and theirs in {"", "0"}
    return theirs != "" and float(theirs) == pytest.approx(row.stat, rel=1e-9, abs=1e-9)


def test_sri__r_writes_every_analysis_compared(case):
    assert {row["analysis_id"] for row in case[2]} == ANALYSES


def test_sri__every_statistic_of_r_is_this_packages(case, plan):
    _, ours, results, _ = case
    keys = [key_of(row, plan) for row in results]
    assert [key for key in keys if key not in ours] == []
    wrong = [(key, row["stat"], ours[key]) for key, row in zip(keys, results, strict=True)]
    assert [(key, theirs, row.stat, row.note) for key, theirs, row in wrong if not agrees(theirs, row)] == []


def test_sri__r_has_every_planned_proportion(case, plan):
    _, ours, results, _ = case
    theirs = {key_of(row, plan) for row in results}
    without = {"DISP.SETS", "SRI.OVER_TIME", "SRI.TIME_TO"}  # there R prints a part of what is planned
    assert [key for key in ours if key[0] not in without and key not in theirs] == []


def test_sri__response_of_every_subject_and_week_is_rs(case):
    study, _, _, subjects = case
    adqs = study["adqs"]
    ours = adqs.loc[(adqs["PARAMCD"] == "SRI4") & (adqs["ANL01FL"] == "Y")]
    found = {(row.USUBJID, str(int(row.AVISITN))): (row.AVALC, row.CRIT1FL) for row in ours.itertuples()}
    due = [row for row in subjects if row["DUE"] == "Y"]
    theirs = {(row["USUBJID"], row["AVISITN"]): (row["SRI4"], row["PRIMARY"]) for row in due}
    if any(study.why_unavailable(need) for need in ("cm.CMCAT", "ds.DSSCAT", "dm.DTHDTC")):
        found = {key: (response, "") for key, (response, _) in found.items()}  # R leaves out what events decide
    assert found == theirs
