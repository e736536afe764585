"""Agreement of immunology with the second programming in R, run now on the committed cuts from their raw files."""

from __future__ import annotations

import csv
import subprocess
from pathlib import Path

import pytest

from sap_helpers.adam.store import open_study
from sap_helpers.analyses.immunology import analyse_immunology
from sap_helpers.results import KEY_COLUMNS

FOLDER = Path(__file__).parent
CUTS = FOLDER.parents[1] / "data" / "synthetic"
TIGHT, LIKELIHOOD = 1e-9, 2e-5
FAMILIES = ("IMM.", "LAB.")


@pytest.fixture(scope="module", params=["2014-08-31", "2015-10-01"])
def both(request, rscript, tmp_path_factory):
    """Return, for one cut, pairs of our number and R's by key and statistic, mixed models apart."""
    out = tmp_path_factory.mktemp("r") / "change.csv"
    call = [rscript, str(FOLDER / "change.R"), str(CUTS / request.param), str(out)]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    ours = {(*row.key, row.stat_name): row.stat for row in analyse_immunology(open_study(CUTS / request.param))}
    found = {}
    with out.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["analysis_id"].startswith(FAMILIES) and not row["analysis_id"].endswith("MMRM"):
                key = (*(row[name] for name in KEY_COLUMNS), row["stat_name"])
                found[key] = (ours[key], float(row["stat"]) if row["stat"] not in ("", "NA") else None)
    return found


def test_analyse_immunology__every_row_of_r_is_there(both):
    compared = {key[0] for key in both}
    assert compared == {
        "IMM.CHANGE", "LAB.CHANGE", "IMM.ADJUSTED", "LAB.ADJUSTED", "IMM.RATIO", "LAB.NORMALISED", "LAB.CENSORED",
        "IMM.BY_RESPONSE", "IMM.CORRELATION",
    }  # fmt: skip


def test_analyse_immunology__what_cannot_be_estimated_is_the_same(both):
    assert [key for key, (ours, theirs) in both.items() if (ours is None) != (theirs is None)] == []


def test_analyse_immunology__numbers_are_those_of_r(both):
    for key, (ours, theirs) in both.items():
        if theirs is not None:
            tolerance = LIKELIHOOD if key[0] == "LAB.CENSORED" else TIGHT
            assert ours == pytest.approx(theirs, rel=tolerance, abs=1e-12), key
