"""Calls and cuts that are unusable: the exit status, one clear message, and the previous report as it was."""

from __future__ import annotations

import json
import os
import shutil

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat import v4

from sap_helpers.errors import NotebookError
from sap_helpers.run import cli, pipeline
from sap_helpers.run.manifest import write_manifest
from sap_helpers.run.publish import claimed_report
from sap_helpers.run.unchanged import tell_unchanged

PREVIOUS = {"index.html": "the previous report\n", "adam/adsl.parquet": "its data\n"}
CUT_ID = "2014-08-31"


@pytest.fixture
def reports(tmp_path):
    """A reports folder in which the cut's previous report stands."""
    for name, text in PREVIOUS.items():
        path = tmp_path / "reports" / CUT_ID / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    place = tmp_path / "reports" / CUT_ID
    write_manifest(place, study="NCT02084238", cut_id=CUT_ID, cut_date=CUT_ID, all_notebooks=[], failed=[])
    return tmp_path / "reports"


def standing(reports):
    """Return what stands in a reports folder, manifests aside."""
    return {
        path.relative_to(reports).as_posix(): path.read_text(encoding="utf-8")
        for path in reports.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }


def untouched():
    return {f"{CUT_ID}/{name}": text for name, text in PREVIOUS.items()}


@pytest.fixture
def call(capsys, reports):
    """Return a function that runs the command in this process: exit status, stdout, and stderr in lines."""

    def run(cut, *options, place=None):
        status = cli.main(["run", str(cut), "--reports", str(place or reports), *map(str, options)])
        output = capsys.readouterr()
        return status, output.out, output.err.splitlines()

    return run


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--only", "sri", "safety"),
         "--only safety: no notebook of that name. Allowed: data_quality, disposition, sri, immunology, sledai, "
         "relapses, adverse_events, summary."),
        (("--only", "10_sri", "11_sri"), "--only 11_sri: no notebook of that name. Allowed: data_quality, "),
        (("--set", "sri.alpha=0.05"), "--set sri.alpha: unknown key 'alpha' in sri. Allowed: weeks, key_week, "),
        (("--set", "safety.last_day=long"),
         "plan plan.yaml: safety.last_day: input should be a valid integer (given: long)."),
        (("--set", "level=5"), "plan plan.yaml: level: input should be less than 1 (given: 5)."),
        (("--set", "level=0.05"), "plan plan.yaml: level: input should be greater than or equal to 0.5 (given: 0.05)."),
        (("--set", "study=NCT00000001"), "R048 cut.yaml, study: value NCT02084238 another study's data; "
                                         "allowed: NCT00000001. Use that study's cut, or set study=... on purpose."),
        (("--plan", "absent.yaml"), "plan absent.yaml: cannot be read (No such file or directory). "
                                    "Name an existing plan file."),
    ],
)  # fmt: skip
def test_run__wrong_call_is_refused(call, reports, interim_cut, options, message):
    status, out, err = call(interim_cut, *options)
    assert (status, out, len(err)) == (2, "", 1)
    assert err[0].startswith(message)
    assert standing(reports) == untouched()


def break_info(old, new):
    def change(cut):
        path = cut / "cut.yaml"
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    return change


def remove(name):
    return lambda cut: (cut / name).unlink()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (remove("dm.csv"), "R009 dm: the cut has no dm file; allowed: dm and ex. Add dm.csv or another format."),
        (remove("ex.csv"), "R009 ex: the cut has no ex file; allowed: dm and ex. Add ex.csv or another format."),
        (remove("cut.yaml"), "the cut 'cut' has no cut.yaml. Give the folder that holds one."),
        (break_info("study: NCT02084238", "study: NCT00000001"),
         "R048 cut.yaml, study: value NCT00000001 another study's data; allowed: NCT02084238. "
         "Use that study's cut, or set study=... on purpose."),
        (break_info("synthetic: true", "synthetic: true\nstudy: X"),
         'cut.yaml is no valid YAML: found duplicate key "study"'),
        (break_info("cut_date: 2014-08-31", "cut_date: 31.08.2014"),
         "cut.yaml: cut_date '31.08.2014'; allowed: a full date such as 2015-01-31, from 1900 to 2199. "
         "Correct cut.yaml."),
        (break_info("cut_id: 2014-08-31", "cut_id: ../elsewhere"),
         "R016 cut.yaml, cut_id: value ../elsewhere a name that cannot safely name a report folder"),
    ],
)  # fmt: skip
def test_run__unusable_cut_is_refused(call, reports, copy_cut, interim_cut, change, message):
    cut = copy_cut(interim_cut)
    change(cut)
    status, out, err = call(cut)
    assert (status, out, len(err)) == (2, "", 1)
    assert err[0].startswith(message)
    assert standing(reports) == untouched()


def test_run__every_reason_is_told_at_once(call, copy_cut, interim_cut):
    cut = copy_cut(interim_cut)
    remove("dm.csv")(cut)
    (cut / "ae.csv").write_bytes(b"")
    (cut / "qs.csv").write_bytes(b"USUBJID;QSCAT\n1;2\n")
    status, _, err = call(cut)
    assert status == 2
    assert {line.split(" ", 1)[0] for line in err} >= {"R009", "R011", "R027"}


def test_run__folder_that_does_not_exist(call, reports, tmp_path):
    hint = "Give the folder that holds cut.yaml."
    message = f"cannot open the cut '{tmp_path / 'absent'}': No such file or directory. {hint}"
    assert call(tmp_path / "absent") == (2, "", [message])
    assert standing(reports) == untouched()


def test_run__cut_that_is_no_folder(call, interim_cut):
    status, out, err = call(interim_cut / "dm.csv")
    assert (status, out, len(err)) == (2, "", 1)
    assert err[0].endswith("Not a directory. Give the folder that holds cut.yaml.")


def test_run__reports_folder_that_is_a_file(call, tmp_path, interim_cut):
    (tmp_path / "file").write_text("kept")
    status, out, err = call(interim_cut, place=tmp_path / "file")
    message = "the reports folder file cannot be written: File exists. Name another with --reports."
    assert (status, out, err[-1]) == (2, "", message)
    assert (tmp_path / "file").read_text() == "kept"


def test_run__second_run_into_one_folder_names_the_first(call, reports, interim_cut):
    with claimed_report(interim_cut, reports, CUT_ID):
        told = call(interim_cut, "--force")
        message = f"another run (process {os.getpid()}) is writing into {reports / CUT_ID}. Wait for it, or stop it."
        assert told == (1, "", [message])  # nothing of the cut was read: no finding is told
    assert standing(reports) == untouched()


def keep(folder):
    (folder / "mine").mkdir(parents=True)
    (folder / "mine" / "notes.txt").write_text("kept")


@pytest.mark.parametrize(
    ("where", "reports", "message"),
    [
        (f"x/{CUT_ID}", "x", "the cut lies where its report would go"),
        (f"x/{CUT_ID}/deeper", "x", "the cut lies where its report would go"),
        ("x", "x", "is the cut, or lies in it"),
        ("x", "x/reports", "is the cut, or lies in it"),
        ("x", "foreign", "exists, and is no report that a run made of this cut"),
        ("x", "failed", "exists, and is no report that a run made of this cut"),
        ("x", "file", "exists, and is no report that a run made of this cut"),
        ("x", "link", "exists, and is no report that a run made of this cut"),
        ("x", "lock", "exists, and is no lock that a run made"),
    ],
)  # fmt: skip
def test_run__touches_nothing_that_it_did_not_make(call, interim_cut, tmp_path, where, reports, message):
    cut = tmp_path / where
    shutil.copytree(interim_cut, cut)
    (cut / "dm.csv").write_text("broken")  # that would be told, had it been read
    keep(tmp_path / "foreign" / CUT_ID)
    keep(tmp_path / "failed" / f"{CUT_ID}~failed")
    for name in ("file", "link", "lock"):
        (tmp_path / name).mkdir()
    (tmp_path / "file" / CUT_ID).write_text("kept")
    (tmp_path / "link" / CUT_ID).symlink_to(tmp_path / "foreign")
    (tmp_path / "lock" / f".{CUT_ID}.lock").symlink_to(tmp_path / "file" / CUT_ID)
    before = standing(tmp_path)
    status, out, err = call(cut, place=tmp_path / reports)
    assert (status, out, len(err)) == (2, "", 1)
    assert message in err[0]
    assert standing(tmp_path) == before
    assert (tmp_path / "link" / CUT_ID).is_symlink()


def test_run__real_command_says_one_line_and_no_traceback(sap, reports, interim_cut):
    run = sap("run", interim_cut, "--set", "level=5", cwd=reports.parent)
    assert (run.status, run.stdout) == (2, "")
    assert run.stderr == "plan plan.yaml: level: input should be less than 1 (given: 5).\n"
    assert standing(reports) == untouched()


def write_notebook(folder, name, title, *sources):
    notebook = v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    )
    parameters = v4.new_code_cell('cut: str = "x"', metadata={"tags": ["parameters"]})
    notebook.cells = [v4.new_markdown_cell(f"# {title}"), parameters, *map(v4.new_code_cell, sources)]
    nbformat.write(notebook, folder / name)


@pytest.fixture
def failed(tmp_path, reports, interim_cut):
    """A run of three small notebooks, one of which fails: the error, and the reports folder afterwards."""
    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    write_notebook(notebooks, "10_good.ipynb", "A good one", "print('all is well')")
    write_notebook(notebooks, "20_bad.ipynb", "A bad one", "x = 1", "x / 0", "print('never')")
    write_notebook(notebooks, "90_summary.ipynb", "Summary", "print('the end')")
    with pytest.raises(NotebookError) as caught:
        pipeline.run_plan(pipeline.Call(interim_cut, reports, notebooks=notebooks))
    return caught.value, reports


def test_run__failed_notebook_is_named_and_the_others_are_kept(failed, capsys):
    error, reports = failed
    kept = reports / f"{CUT_ID}~failed"
    assert error.exit_status == 1
    assert str(error).splitlines() == [
        "bad: code cell 4 failed with ZeroDivisionError: division by zero",
        "bad: code cell 5 was not executed",
        f"Nothing was published; the failed run is kept in {CUT_ID}~failed.",
    ]
    pages = {path.name: BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser") for path in kept.glob("*.html")}
    assert pages.keys() == {"good.html", "bad.html", "index.html", "subjects.html"}
    assert "all is well" in pages["good.html"].get_text()
    assert "Code cell 4 failed with ZeroDivisionError" in pages["bad.html"].get_text()
    assert json.loads((kept / "manifest.json").read_text(encoding="utf-8"))["failed"] == ["bad"]
    assert {path.name for path in reports.iterdir()} == {CUT_ID, kept.name}
    assert standing(reports / CUT_ID) == PREVIOUS


def test_run__published_report_takes_the_failed_one_away(failed, interim_cut, tmp_path):
    _, reports = failed
    write_notebook(tmp_path / "notebooks", "20_bad.ipynb", "Mended", "x = 1")
    pipeline.run_plan(pipeline.Call(interim_cut, reports, notebooks=tmp_path / "notebooks"))
    assert {path.name for path in reports.iterdir()} == {CUT_ID}


def test_run__notebooks_that_are_not_the_plans_are_named_once_and_stop_nothing(tmp_path, interim_cut, capsys):
    notebooks = tmp_path / "notebooks"
    (notebooks / ".ipynb_checkpoints").mkdir(parents=True)
    write_notebook(notebooks, "10_good.ipynb", "A good one", "1")
    write_notebook(notebooks, "90_summary.ipynb", "Summary", "1")
    write_notebook(notebooks / ".ipynb_checkpoints", "10_good-checkpoint.ipynb", "A good one", "1 / 0")
    call = pipeline.Call(interim_cut, tmp_path / "reports", notebooks=notebooks)
    others: list[str] = []
    # the second one comes when all else is unchanged
    for name, run in (("10_good-Copy1.ipynb", pipeline.run_plan), ("Untitled.ipynb", tell_unchanged)):
        (notebooks / name).write_text("")
        others.append(f"notebooks/{name}: skipped, since the plan's notebooks are named like 10_sri.ipynb")
        index = run(call)
        assert {path.name for path in index.parent.glob("*.html")} == {"good.html", "index.html", "subjects.html"}
        assert [line for line in capsys.readouterr().err.splitlines() if "skipped" in line] == others


def test_run__notebook_that_is_not_sound_is_refused_before_anything_runs(tmp_path, reports, interim_cut):
    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    write_notebook(notebooks, "10_shell.ipynb", "Shell", "!false")
    with pytest.raises(NotebookError, match=r"10_shell\.ipynb: code cell 2 holds a shell line"):
        pipeline.run_plan(pipeline.Call(interim_cut, reports, notebooks=notebooks))
    assert standing(reports) == untouched()
