"""The fast engine on whole runs: what a notebook is said to read is enough, and a changed file runs what reads it."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sap_helpers.plan.home import NOTEBOOKS
from sap_helpers.run.engine import Task, can_fork, open_engine
from sap_helpers.run.notebooks import find_notebooks

if not can_fork():
    pytest.skip("the fast engine needs fork", allow_module_level=True)

FRAME = {
    "study": "S", "study_title": "A study", "cut_id": "cut", "cut_date": "2015-01-31", "plan_version": "1",
    "synthetic": True, "sealed": False, "interim": False,
}  # fmt: skip


@pytest.fixture(scope="module")
def known(final_report):
    """What the manifest of the final report says of its notebooks."""
    return json.loads((final_report / "manifest.json").read_text(encoding="utf-8"))["notebooks"]


@pytest.fixture(scope="module")
def bare(final_report, known, tmp_path_factory):
    """Every notebook executed again in a report that lacks all that it is not said to read: the copies by name."""
    folder = tmp_path_factory.mktemp("bare")
    tasks = []
    for notebook in find_notebooks(NOTEBOOKS):
        report = folder / notebook.name
        for name in known[notebook.name]["reads"]:
            (report / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(final_report / name, report / name)
        (report / "executed").mkdir()
        tasks.append(Task(notebook, report, FRAME))
    with open_engine("fast") as engine:
        # so many at a time that each runs cells aside, which changes nothing
        done = list(engine.execute(tasks, 2 * len(tasks), lambda *_: None))
    assert {execution.name: execution.problems for execution in done} == {task.name: () for task in tasks}
    return {task.name: task.target.read_bytes() for task in tasks}


def test_reads__are_known_for_every_notebook(known):
    assert [name for name, entry in known.items() if not entry["reads"]] == []


def test_reads__are_enough(bare, final_report):
    copies = {name: (final_report / "executed" / f"{name}.ipynb").read_bytes() for name in bare}
    assert [name for name in bare if bare[name] != copies[name]] == []


def test_reads__are_fewer_than_all(known):
    readers = {name for name, entry in known.items() if "adam/adae.parquet" in entry["reads"]}
    assert readers == {"adverse_events"}
    assert "results.csv" in known["summary"]["reads"]


def test_run__one_adverse_event_worded_otherwise_runs_what_reads_it(sap, final_cut, final_run, edit, tmp_path):
    cut = Path(shutil.copytree(final_cut, tmp_path / "cut"))
    shutil.copytree(final_run.reports, tmp_path / "reports")
    before = (tmp_path / "reports" / final_run.report.name / "sri.html").read_bytes()

    def reword(frame):
        frame.loc[0, "AEDECOD"] = "Worded otherwise"
        return frame

    edit(cut, "ae", reword)
    run = sap("run", cut, cwd=tmp_path)
    assert run.status == 0, run.stderr
    said = [line.partition(": ") for line in run.stderr.splitlines()]
    states = {name: text.partition(" ")[0] for name, _, text in said if text.startswith(("unchanged", "done"))}
    assert {name for name, state in states.items() if state == "done"} == {"adverse_events", "summary", "subjects"}
    assert "Worded otherwise" in (run.report / "adverse_events.html").read_text(encoding="utf-8")
    assert (run.report / "sri.html").read_bytes() == before


def test_run__nothing_changed_publishes_nothing(sap, final_cut, final_run, tmp_path):
    report = Path(shutil.copytree(final_run.reports, tmp_path / "reports")) / final_run.report.name
    before = {path: path.stat().st_mtime_ns for path in report.rglob("*")}
    again = sap("run", final_cut, cwd=tmp_path)
    assert (again.status, again.stdout) == (0, final_run.stdout)
    assert "nothing to publish: the report is that of these inputs" in again.stderr.splitlines()
    assert {path: path.stat().st_mtime_ns for path in report.rglob("*")} == before


def processes_of(reports):
    """Return the processes whose command or folder tells that they belong to a run into a reports folder."""
    found = set()
    for entry in Path("/proc").iterdir():
        try:
            place = str((entry / "cwd").readlink()) if entry.name.isdecimal() else ""
        except OSError:
            continue
        if place.startswith(str(reports)):
            found.add(int(entry.name))
    return found


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_run__stopped_run_leaves_no_process_behind(final_cut, tmp_path, number):
    program = [sys.executable, "-m", "sap_helpers.run.cli", "run", str(final_cut)]
    with subprocess.Popen(program, cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.PIPE) as run:
        deadline = time.monotonic() + 120
        while not processes_of(tmp_path / "reports") and time.monotonic() < deadline:
            time.sleep(0.1)
        assert processes_of(tmp_path / "reports")
        run.send_signal(number)
        run.wait(60)
    deadline = time.monotonic() + 20
    while processes_of(tmp_path / "reports") and time.monotonic() < deadline:
        time.sleep(0.1)
    assert processes_of(tmp_path / "reports") == set()
