"""`sap run` on the committed final cut: every file of the report, and the same bytes wherever it is made."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pandas as pd
import pyarrow.parquet as pq
import pytest

from sap_helpers.adam.parquet import LABELS, read_parquet
from sap_helpers.plan import load_plan

OUTCOMES = ("data_quality", "disposition", "sri", "immunology", "sledai", "relapses", "adverse_events")
NOTEBOOKS = (*OUTCOMES, "summary")
DATA = ("adae", "adcm", "addv", "adex", "adlb", "adqs", "adsl", "adtte")
FILES = {
    "index.html", *(f"{name}.html" for name in OUTCOMES), "results.csv", "findings.csv", "plan.yaml", "cut.json",
    "manifest.json", "subjects.html", *(f"executed/{name}.ipynb" for name in NOTEBOOKS),
    *(f"adam/{name}.parquet" for name in DATA),
}  # fmt: skip
COLUMNS = [
    "result_id", "analysis_id", "population", "group1", "group1_level", "group2", "group2_level", "variable",
    "variable_level", "method", "stat_name", "stat", "note",
]  # fmt: skip
FINDING = re.compile(r"R\d{3} ")
COUNTED = ("n", "N", "p", "conf.low", "conf.high")
# analysis, set, variable, weeks: the table of analyses in the documented interface
PLANNED = [
    *((f"SRI.{name}", "FAS", "SRI4", (2, 4, 6, 8, 10))
      for name in ("PRIMARY", "OBSERVED", "TREATMENT_POLICY", "LITERAL_OR", "NO_SEROLOGY")),
    ("SRI.ALL_TREATED", "SAF", "SRI4", (2, 4, 6, 8, 10)),
    ("SRI.WILSON", "FAS", "SRI4", (10,)),
    ("SRI.PPS", "PPS", "SRI4", (10,)),
    *(("SRI.COMPONENTS", "FAS", name, (2, 4, 6, 8, 10)) for name in ("SLEDAI_RED4", "BILAG_NO_NEW", "PGA_NO_WORSE")),
]  # fmt: skip
# columns that every record-level data set shares, and those of its own that readers rely on
RECORD = {"USUBJID", "ASEQ", "SRCDOM", "SRCROW"}
ADAM = {
    "adsl": RECORD | {"ENRFL", "SAFFL", "FASFL", "PPSFL", "TRTSDT", "TRTEDT", "ARMCD", "AGE", "SEX", "RACE", "SLEDBL"},
    "adex": RECORD | {"PARAMCD", "AVAL", "ASTDT", "AENDT", "ADY", "CYCLE"},
    "adqs": RECORD
    | {"PARAMCD", "PARAM", "AVAL", "AVALC", "ADT", "ADY", "AVISITN", "BASE", "CHG", "ABLFL", "ANL01FL", "DTYPE"},
    "adlb": RECORD
    | {"PARAMCD", "PARCAT1", "AVAL", "AVALC", "ADT", "ADY", "AVISITN", "BASE", "CHG", "ABLFL", "ANL01FL", "DTYPE"},
    "adcm": RECORD | {"CMTRT", "CMCAT", "ASTDT"},
    "addv": RECORD | {"DVCAT", "DVDECOD", "ADT"},
    "adae": RECORD | {"AEDECOD", "AEBODSYS", "ASTDT", "ASTDTF", "AENDT", "ASTDY", "TRTEMFL", "ATOXGRN", "AESER"},
    "adtte": RECORD | {"PARAMCD", "PARAM", "AVAL", "CNSR", "STARTDT", "ADT"},
}


@pytest.fixture(scope="session")
def rows(final_report):
    with (final_report / "results.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def golden():
    return Path(__file__).parents[1] / "golden"


def adam(report, name):
    return read_parquet(report / "adam" / f"{name}.parquet")


def files_of(report):
    return {path.relative_to(report).as_posix(): path.read_bytes() for path in report.rglob("*") if path.is_file()}


def test_run__last_line_of_stdout_is_the_index(final_run):
    assert (final_run.status, final_run.stdout) == (0, "reports/2015-10-01/index.html\n")


def test_run__findings_are_told_on_stderr_by_severity_the_first_of_each(final_run):
    with (final_run.report / "findings.csv").open(encoding="utf-8", newline="") as file:
        found = [row["severity"] for row in csv.DictReader(file)]
    lines = iter(final_run.stderr.splitlines())
    for severity in ("quarantined", "listed"):
        count = found.count(severity)
        if count:
            assert next(lines) == f"{count} {severity}{', the first 5' if count > 5 else ''}:"
            assert all(FINDING.match(next(lines)) for _ in range(min(count, 5)))
    assert found.count("listed") > 5
    assert not list(filter(FINDING.match, lines))


def test_run__the_answer_is_told_last_before_the_path(final_run, rows):
    *_, published, primary, caveat, events, uncontrolled, counts = final_run.stderr.splitlines()
    of = {row["result_id"]: row["stat"] for row in rows}
    n, total = (of[f"SRI.PRIMARY|FAS|AVISITN|10|||SRI4|Y||{name}"] for name in ("n", "N"))
    serious, fatal = (of[f"AE.OVERVIEW|SAF|||||{name}|Y||n"] for name in ("SERIOUS", "FATAL"))
    assert re.fullmatch(r"published in [\d.]+ s", published)
    assert primary.startswith(f"At week 10, {n} of {total} subjects of the full analysis set had an SRI-4 response (")
    assert "regression" in caveat
    assert events.endswith(f"subjects with a serious one: {serious}, with a fatal one: {fatal}.")
    assert "control" in uncontrolled
    assert re.fullmatch(r"findings: .*\d+ listed, \d+ noted; see findings\.csv", counts)


def test_run__progress_is_told_on_stderr(final_run):
    assert re.search(r"^sri: done after [\d.]+ s$", final_run.stderr, re.MULTILINE)


def test_run__unchanged_tells_the_same_findings_and_answer(final_run, final_cut, sap):
    again = sap("run", final_cut, cwd=final_run.reports.parent)
    assert (again.status, again.stdout) == (0, final_run.stdout)
    said, first = again.stderr.splitlines(), final_run.stderr.splitlines()
    assert "nothing to publish: the report is that of these inputs" in said
    assert said[-5:] == first[-5:]
    assert [line for line in said if re.match(r"R\d{3} ", line)] == [
        line for line in first if re.match(r"R\d{3} ", line)
    ]


def test_run__report_holds_exactly_its_files(final_report):
    assert set(files_of(final_report)) == FILES


def test_run__leaves_nothing_else_in_the_reports_folder(final_run):
    assert {path.name for path in final_run.reports.iterdir()} == {"2015-10-01"}


def test_results__columns_are_those_documented(final_report):
    first = (final_report / "results.csv").read_bytes().split(b"\n", 1)[0]
    assert first.decode() == ",".join(COLUMNS)


def test_results__file_is_utf8_with_lf(final_report):
    data = (final_report / "results.csv").read_bytes()
    assert b"\r" not in data
    assert data.endswith(b"\n")
    data.decode("utf-8")


def test_results__ids_are_the_joined_columns_and_unique(rows):
    ids = [row["result_id"] for row in rows]
    assert ids == [
        "|".join(row[name].replace("\\", "\\\\").replace("|", "\\|") for name in COLUMNS[1:11]) for row in rows
    ]
    assert len(set(ids)) == len(ids)


def test_results__numbers_are_the_shortest_text(rows):
    texts = [row["stat"] for row in rows if row["stat"]]
    assert len(texts) > 400
    assert [text for text in texts if text != (repr(float(text)).removesuffix(".0"))] == []


def test_results__of_the_command_are_the_golden_ones(final_report, rows, golden):
    """What the notebooks' kernels computed is what the committed file holds; its numbers are compared elsewhere."""
    with (golden / f"{final_report.name}.results.csv").open(encoding="utf-8", newline="") as file:
        expected = list(csv.DictReader(file))
    assert [{**row, "stat": ""} for row in rows] == [{**row, "stat": ""} for row in expected]
    numbers, committed = ([float(row["stat"]) for row in of if row["stat"]] for of in (rows, expected))
    assert numbers == pytest.approx(committed, rel=1e-9, abs=1e-12)


def test_results__without_a_number_a_note_says_why(rows):
    assert [row["result_id"] for row in rows if not row["stat"] and not row["note"]] == []


@pytest.mark.parametrize(("analysis", "population", "variable", "weeks"), PLANNED)
def test_results__planned_analysis_is_there_at_its_weeks(rows, analysis, population, variable, weeks):
    found = [row for row in rows if row["analysis_id"] == analysis and row["variable"] == variable]
    key = {(r["population"], r["group1"], r["group1_level"], r["variable_level"], r["stat_name"]) for r in found}
    assert key == {(population, "AVISITN", str(week), "Y", name) for week in weeks for name in COUNTED}


def test_results__limits_name_their_method_and_counts_none(rows):
    found = {(row["analysis_id"], row["stat_name"]): row["method"] for row in rows}
    assert found["SRI.PRIMARY", "conf.low"] == found["SRI.PRIMARY", "conf.high"] == "Clopper-Pearson"
    assert found["SRI.WILSON", "conf.low"] == "Wilson"
    assert {found["SRI.PRIMARY", name] for name in ("n", "N", "p")} == {""}


def test_plan__copy_in_the_report_is_the_plan_in_force(final_report, final_cut):
    assert load_plan(final_report / "plan.yaml") == load_plan(final_cut.parents[2] / "sap" / "plan.yaml")


def test_manifest__holds_the_hash_of_every_file_and_of_every_input(final_report, final_cut):
    manifest = json.loads((final_report / "manifest.json").read_text(encoding="utf-8"))
    outputs = {name: hashlib.sha256(data).hexdigest() for name, data in files_of(final_report).items()}
    outputs.pop("manifest.json")
    inputs = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in final_cut.iterdir()}
    assert (manifest["outputs"], manifest["inputs"]) == (outputs, inputs)


@pytest.mark.parametrize("name", DATA)
def test_adam__columns_are_there_and_labelled(final_report, name):
    schema = pq.read_schema(final_report / "adam" / f"{name}.parquet")
    assert ADAM[name] <= set(schema.names)
    labels = {field.name: (field.metadata or {}).get(b"label", b"").decode() for field in schema}
    assert labels == {column: LABELS[column] for column in schema.names}


@pytest.mark.parametrize("name", DATA)
def test_adam__records_are_numbered(final_report, name):
    frame = adam(final_report, name)
    assert list(frame["ASEQ"]) == list(range(1, len(frame) + 1))


@pytest.mark.parametrize("name", DATA)
def test_adam__source_is_a_row_of_the_same_subject(final_report, final_cut, name):
    frame = adam(final_report, name)
    known = frame.loc[frame["SRCROW"].notna()]
    for domain, part in known.groupby("SRCDOM"):
        source = pd.read_csv(final_cut / f"{domain.lower()}.csv", dtype=str, keep_default_na=False)
        rows = part["SRCROW"].astype(int) - 1
        assert rows.between(0, len(source) - 1).all()
        assert list(source["USUBJID"].iloc[rows]) == list(part["USUBJID"])


def test_adam__every_item_is_its_source_row(final_report, final_cut):
    adqs = adam(final_report, "adqs")
    items = adqs.loc[adqs["PARAMCD"].str.match(r"(SLED01|BILA01|PGA01)\d\d$")]
    qs = pd.read_csv(final_cut / "qs.csv", dtype=str, keep_default_na=False)
    source = qs.iloc[items["SRCROW"].astype(int) - 1]
    assert len(items) == len(qs)
    assert list(source["QSTESTCD"]) == list(items["PARAMCD"])
    assert list(source["QSDTC"].str[:10]) == list(items["ADT"].dt.strftime("%Y-%m-%d"))
    text = items["AVAL"].map(lambda value: "" if pd.isna(value) else f"{value:g}")
    assert list(source["QSSTRESC"]) == list(items["AVALC"].where(text == "", text))


def test_adam__derived_records_name_no_source_row_they_do_not_come_from(final_report):
    adqs = adam(final_report, "adqs")
    derived = adqs.loc[adqs["PARAMCD"].isin(["SRI4", "BILNONEW", "PGANOWRS", "SLEDRED4", "SLEDAI22"])]
    assert derived["SRCROW"].isna().all()


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_executed__every_cell_ran_and_none_complained(final_report, name):
    notebook = nbformat.read(final_report / "executed" / f"{name}.ipynb", as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    outputs = [output for cell in code for output in cell.outputs]
    assert [o for o in outputs if o.output_type == "error" or o.get("name") == "stderr"] == []


@pytest.mark.parametrize("name", sorted(FILES))
def test_report__no_path_of_this_machine(final_run, final_report, final_cut, name):
    data = (final_report / name).read_bytes()
    places = {str(final_run.reports), str(final_cut.parents[2]), str(Path.home()), sys.prefix}
    assert [place for place in places if len(place) > 1 and place.encode() in data] == []


def test_report__is_the_same_in_another_place(final_report, final_cut, sap, tmp_path):
    home = tmp_path / "home"
    (home / ".config" / "matplotlib").mkdir(parents=True)
    (home / ".config" / "matplotlib" / "matplotlibrc").write_text("font.size: 30\nlines.linewidth: 9\n")
    startup = home / ".ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text("import pandas\npandas.set_option('display.max_rows', 3)\nprint('startup')\n")
    other = {
        "HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config"), "TZ": "Asia/Shanghai", "LANG": "de_DE.UTF-8",
        "LC_ALL": "C", "PYTHONHASHSEED": "4711", "USER": "somebody",
    }  # fmt: skip
    run = sap("run", final_cut, cwd=tmp_path, reports="somewhere else", environment=other)
    assert run.status == 0, run.stderr
    first, second = files_of(final_report), files_of(run.report)
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == ["manifest.json"]


def test_executed__nbval_runs_them_again_without_a_difference(final_report):
    done = subprocess.run(
        [
            sys.executable, "-m", "pytest", "-c", os.devnull, "--rootdir", ".", "-p", "nbval", "--nbval", "-q",
            "-p", "no:cacheprovider", *(f"{name}.ipynb" for name in NOTEBOOKS),
        ],
        cwd=final_report / "executed", capture_output=True, text=True, check=False,
    )  # fmt: skip
    notebooks = [nbformat.read(final_report / "executed" / f"{name}.ipynb", as_version=4) for name in NOTEBOOKS]
    cells = sum(cell.cell_type == "code" for notebook in notebooks for cell in notebook.cells)
    assert done.returncode == 0, done.stdout[-4000:]
    assert re.search(rf"^{cells} passed in", done.stdout, re.MULTILINE), done.stdout[-500:]
