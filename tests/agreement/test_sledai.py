"""Disease activity in its parts against R from the raw cut (sledai.R), its mixed model against nlme::gls (change.R)."""

from __future__ import annotations

import csv
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from sap_helpers.adam.store import open_study
from sap_helpers.analyses.scores import chosen_values, due_subjects
from sap_helpers.analyses.sledai import analyse_sledai
from sap_helpers.analyses.sledai_model import fit_totals, list_implied_totals
from sap_helpers.results import KEY_COLUMNS

if TYPE_CHECKING:
    from sap_helpers.adam.store import Study

FOLDER = Path(__file__).parent
CUTS = FOLDER.parents[1] / "data" / "synthetic"
FINAL, INTERIM = "2015-10-01", "2014-08-31"
COUNTED, SEARCHED = 1e-12, 2e-5
# gls and optim stop their searches at about this relative distance
BY_SEARCH = ("SLEDAI.DELTA", "SLEDAI.RTM")


@pytest.fixture(scope="module")
def studies() -> dict[str, Study]:
    return {cut: open_study(CUTS / cut) for cut in (FINAL, INTERIM)}


@pytest.fixture(scope="module")
def results(studies):
    return {cut: analyse_sledai(study) for cut, study in studies.items()}


def run_program(rscript, program, cut, out):
    """Run a program of this folder on a committed cut."""
    command = [rscript, str(FOLDER / program), str(CUTS / cut), str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module", params=[FINAL, INTERIM])
def both(request, rscript, results, tmp_path_factory):
    """Return, for one cut, our number and R's by key and statistic; the method is not compared."""
    out = tmp_path_factory.mktemp("r") / "sledai.csv"
    run_program(rscript, "sledai.R", request.param, out)
    ours = {}
    for row in results[request.param]:
        ours.setdefault((*row.key[:8], row.stat_name), []).append(row.stat)
    found = {}
    with out.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            key = (*(row[name] for name in KEY_COLUMNS[:8]), row["stat_name"])
            # not yet due subjects are no part of R's mean of the completed values: only with all due is it the model's
            if key[0] == "SLEDAI.DELTA" and key[-1] == "estimate" and request.param == INTERIM:
                continue
            found[key] = (ours[key], float(row["stat"]) if row["stat"] else None)
    return found


def test_analyse_sledai__every_part_is_compared(both):
    assert {key[0] for key in both} == {
        "SLEDAI.ORGAN", "SLEDAI.CATEGORY", "BILAG.SHIFT", "STEROID.BY_WEEK", "SLEDAI.REMISSION", "SLEDAI.RTM",
        "SLEDAI.DELTA",
    }  # fmt: skip
    assert len(both) > 2500


def test_analyse_sledai__every_number_is_that_of_r(both):
    for key, (ours, theirs) in both.items():
        assert len(ours) == 1, key
        if theirs is None:
            assert ours[0] is None, key
        else:
            tolerance = SEARCHED if key[0] in BY_SEARCH else COUNTED
            assert ours[0] == pytest.approx(theirs, rel=tolerance, abs=1e-12), key


def test_analyse_sledai__the_completed_totals_have_the_models_mean(studies):
    study = studies[FINAL]
    week = study.plan.sledai.week
    wide = chosen_values(study, "SLEDAI", (0, week)).set_index(["USUBJID", "AVISITN"])["AVAL"].unstack()
    wide = wide.reindex(due_subjects(study, week)["USUBJID"])
    implied = list_implied_totals(study).set_index("USUBJID")["AVAL"]
    completed = wide[week].fillna(implied)
    assert wide[week].isna().sum() == len(implied) == 2
    fit = fit_totals(study, study.plan.sledai.model_weeks).fit
    change = float(fit.contrast({f"AVISITN[T.{week}]": 1.0})["estimate"].iloc[0])
    assert float((completed - wide[0]).mean()) == pytest.approx(change, rel=1e-9)


@pytest.fixture(scope="module")
def models(rscript, tmp_path_factory):
    """Return R's estimates of the mixed models on the final cut, by analysis and week."""
    out = tmp_path_factory.mktemp("r") / "change.csv"
    run_program(rscript, "change.R", FINAL, out)
    with out.open(encoding="utf-8", newline="") as file:
        return {
            (row["analysis_id"], row["group1_level"]): float(row["stat"])
            for row in csv.DictReader(file)
            if row["analysis_id"].startswith("SLEDAI.MMRM") and row["stat_name"] == "estimate"
        }


@pytest.mark.parametrize("analysis_id", ["SLEDAI.MMRM", "SLEDAI.MMRM_ALL"])
def test_analyse_sledai__mixed_model_is_that_of_gls(analysis_id, models, results):
    rows = results[FINAL].of(analysis_id)
    ours = {row.key.group1_level: row.stat for row in rows if row.stat_name == "estimate"}
    theirs = {week: stat for (name, week), stat in models.items() if name == analysis_id}
    assert ours.keys() == theirs.keys()
    np.testing.assert_allclose([ours[week] for week in theirs], list(theirs.values()), rtol=SEARCHED)
