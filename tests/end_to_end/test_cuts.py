"""Cuts of every kind: sizes, dates, missing visits, formats, orders, seals; a run says what it cannot tell, and why."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from sap_helpers.adam.store import open_study
from sap_helpers.analyses.summary import load_results
from sap_helpers.run.simulate import cut_trial, simulate_trial, write_cut

NOBODY = "no subject due yet: nobody in FAS"


def main_of(path):
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser").find("main")


def simulate(folder, plan, *, subjects, seed=1, cut_date="2015-10-01", missing=0.1, extension="csv"):
    """Write a synthetic cut as `sap simulate` does."""
    day = date.fromisoformat(cut_date)
    trial = simulate_trial(plan, subjects=subjects, seed=seed, missing=missing)
    write_cut(folder, cut_trial(trial, day), cut_id="cut", cut_date=day, study=plan.study, extension=extension)
    return folder


def results_text(cut):
    """Return results.csv of a cut."""
    return load_results(open_study(cut), cut).to_csv()


@pytest.mark.parametrize(
    "options",
    [
        {"subjects": 1},
        {"subjects": 2, "seed": 3},
        {"subjects": 9, "seed": 9, "cut_date": "2014-06-30", "missing": 0.5, "extension": "parquet"},
    ],
    ids=["one subject", "two subjects", "early, half of the visits missing"],
)
def test_run__small_cut_gives_every_page_without_nonsense(run_here, tmp_path, plan, results_of, nonsense_of, options):
    report = run_here(simulate(tmp_path / "cut", plan, **options), tmp_path / "reports")
    assert nonsense_of(report) == {}
    rows = results_of(report).values()
    assert [row.result_id for row in rows if row.stat is None and not row.note] == []
    treated = next(row for row in rows if row.key.variable == "DOSED" and row.stat_name == "n")
    assert 1 <= treated.stat <= options["subjects"]


def test_run__cut_of_doses_of_0_has_nobody_treated(
    run_here, copy_cut, tmp_path, interim_cut, edit, results_of, nonsense_of
):
    cut = copy_cut(interim_cut)
    edit(cut, "ex", lambda ex: ex.assign(EXDOSE="0"))
    report = run_here(cut, tmp_path / "reports")
    assert nonsense_of(report) == {}
    found = results_of(report)
    assert found["DISP.FLOW|ENR|||||DOSED|Y||n"].stat == 0
    primary = [row for row in found.values() if row.key.analysis_id == "SRI.PRIMARY"]
    assert {(row.stat_name in {"n", "N"}, row.stat, row.note) for row in primary} == {
        (True, 0, NOBODY),
        (False, None, NOBODY),
    }
    assert NOBODY in main_of(report / "sri.html").get_text(" ")


@pytest.fixture(scope="module")
def empty_report(sap, run_here, tmp_path_factory):
    """A cut without a subject, simulated by the command in Dataset-JSON, and its report."""
    folder = tmp_path_factory.mktemp("empty")
    made = sap("simulate", folder / "cut", "--subjects", "0", "--seed", "7", "--format", "json", cwd=folder)
    assert (made.status, made.stdout) == (0, f"{folder / 'cut'}\n")
    return run_here(folder / "cut", folder / "reports")


def test_run__cut_without_subjects_says_so_on_every_page(empty_report, nonsense_of):
    assert nonsense_of(empty_report) == {}
    said = {"index": NOBODY, "disposition": "no subject dosed yet", "sri": NOBODY}
    shown = {name: main_of(empty_report / f"{name}.html").get_text(" ") for name in said}
    assert [name for name, words in said.items() if words not in shown[name]] == []


def test_run__cut_without_subjects_has_every_planned_row(empty_report, final_report, results_of):
    def planned(report):
        rows = results_of(report).values()
        return {row.result_id for row in rows if row.key.analysis_id in {"SRI.PRIMARY", "SRI.COMPONENTS", "SRI.PPS"}}

    assert planned(empty_report) == planned(final_report)


@pytest.mark.parametrize("extension", ["parquet", "xpt", "json"])
def test_formats__same_cut_gives_the_same_results(interim_cut, tmp_path, convert, extension, interim_text):
    assert results_text(convert(interim_cut, tmp_path / "cut", extension)) == interim_text


@pytest.fixture(scope="module")
def interim_text(interim_cut):
    return results_text(interim_cut)


def test_order__rows_and_columns_shuffled_give_the_same_results(copy_cut, interim_cut, interim_text):
    cut = copy_cut(interim_cut)
    generator = np.random.default_rng(5)
    for path in cut.glob("*.csv"):
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        frame = frame.iloc[generator.permutation(len(frame)), generator.permutation(frame.shape[1])]
        frame.to_csv(path, index=False, lineterminator="\n")
    assert results_text(cut) == interim_text


def test_numbers__line_ends_quotes_and_byte_order_mark_change_nothing(copy_cut, interim_cut, interim_text):
    cut = copy_cut(interim_cut)
    for path in cut.glob("*.csv"):
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        frame.to_csv(path, index=False, lineterminator="\r\n", quoting=1, encoding="utf-8-sig")
    ours = [line for line in results_text(cut).splitlines() if not line.startswith("DQ.FINDINGS|")]
    assert ours == [line for line in interim_text.splitlines() if not line.startswith("DQ.FINDINGS|")]


def plant(qs):
    """Return questionnaires with two errors: an item's score of 3, and a date in another form."""
    qs = qs.copy()
    wrong = qs.index[(qs["QSTESTCD"] == "SLED0109") & (qs["QSSTRESN"] == "4")][0]
    qs.loc[wrong, ["QSORRES", "QSSTRESC", "QSSTRESN"]] = "3"
    undated = qs.index[qs["QSTESTCD"] == "PGA0101"][5]
    qs.loc[undated, "QSDTC"] = "03/04/2014"
    return qs


@pytest.fixture(scope="module")
def sealed(sap, edit, interim_cut, tmp_path_factory):
    """A sealed cut with two planted errors, and its run."""
    folder = tmp_path_factory.mktemp("sealed")
    cut = folder / "cut"
    cut.mkdir()
    for path in interim_cut.iterdir():
        (cut / path.name).write_bytes(path.read_bytes())
    edit(cut, "qs", plant)
    made = sap("seal", "cut", cwd=folder)
    assert (made.status, made.stdout) == (0, "cut/manifest.json\n"), made.stderr
    return cut, sap("run", "cut", "--only", "data_quality", cwd=folder)


def test_sealed__runs_and_no_page_says_unsealed(sealed):
    _, run = sealed
    assert run.status == 0, run.stderr
    assert {path.name for path in run.report.glob("*.html")} == {
        "index.html", "data_quality.html", "subjects.html",
    }  # fmt: skip
    for page in ("index", "data_quality"):
        assert "unsealed" not in (run.report / f"{page}.html").read_text(encoding="utf-8")
    about = json.loads((run.report / "cut.json").read_text(encoding="utf-8"))
    assert (about["sealed"], about["plan_changed"]) == (True, False)


def test_planted__wrong_score_and_date_are_told_and_the_run_succeeds(sealed):
    _, run = sealed
    score = re.search(
        r"^R072 qs\.csv line \d+, subject \S+, \d{4}-\d\d-\d\d, SLED0109: value 3 .+; allowed: .+\. .+$",
        run.stderr, re.MULTILINE,
    )  # fmt: skip
    undated = re.search(
        r"^R056 qs\.csv line \d+, subject \S+, QSDTC: value 03/04/2014 .+\. .+$", run.stderr, re.MULTILINE
    )
    assert score, run.stderr
    assert undated, run.stderr


@pytest.mark.parametrize(("rule", "value"), [("R072", "3"), ("R056", "03/04/2014")])
def test_planted__error_is_in_the_table_and_on_the_page(sealed, rule, value):
    cut, run = sealed
    findings = pd.read_csv(run.report / "findings.csv", dtype=str, keep_default_na=False)
    (found,) = findings.loc[findings["rule"] == rule].to_dict("records")
    qs = pd.read_csv(cut / "qs.csv", dtype=str, keep_default_na=False)
    source = qs.iloc[int(found["row"]) - 1]
    assert (found["severity"], found["domain"], found["value"]) == ("quarantined", "qs", value)
    assert value in {source["QSSTRESC"], source["QSDTC"]}
    assert source["USUBJID"] == found["USUBJID"]
    cells = [cell.get_text() for cell in main_of(run.report / "data_quality.html").find_all(["td", "th"])]
    assert {rule, value, found["USUBJID"]} <= set(cells)


def test_sealed__one_flipped_byte_is_refused_and_the_report_stands(sealed, sap):
    cut, run = sealed
    data = (cut / "qs.csv").read_bytes()
    flipped = bytearray(data)
    flipped[len(data) // 2] ^= 1
    before = {path: path.read_bytes() for path in run.report.rglob("*") if path.is_file()}
    (cut / "qs.csv").write_bytes(flipped)
    try:
        again = sap("run", "cut", cwd=cut.parent)
    finally:
        (cut / "qs.csv").write_bytes(data)
    assert (again.status, again.stdout) == (2, "")
    first = again.stderr.splitlines()[0]
    assert first.startswith("R002 qs.csv: sha256 ")
    assert hashlib.sha256(flipped).hexdigest() in first
    assert f"sealed {hashlib.sha256(data).hexdigest()}" in first
    assert {path: path.read_bytes() for path in run.report.rglob("*") if path.is_file()} == before
