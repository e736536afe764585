"""A run that meets trouble: two at once, a kill, a full disk, failing notebooks, no network, files in another order."""

from __future__ import annotations

import functools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest
from nbformat import v4, write

from sap_helpers.run import call, cli, engine

if not engine.can_fork():
    pytest.skip("the fast engine needs fork", allow_module_level=True)

SAP = Path(sys.executable).with_name("sap")
CUT_ID = "small"
ROWS = {"SRCROW", "EOTROW", "STOPROW", "RESCROW"}
HASH = re.compile("[0-9a-f]{64}")
ROOM = 20_000  # less than an executed notebook takes
SMALL = """
import resource, signal, sys
from sap_helpers.run.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
sys.exit(main(sys.argv[2:]))
"""


def files_of(report):
    return {path.relative_to(report).as_posix(): path.read_bytes() for path in report.rglob("*") if path.is_file()}


def differing(first, second):
    """Return the files in which two reports differ."""
    assert first.keys() == second.keys()
    return {name for name in first if first[name] != second[name]}


def turn(cut, folder):
    """Copy a cut with the rows and the columns of its files in reverse order: no order is further from the first."""
    shutil.copytree(cut, folder)
    for path in folder.glob("*.csv"):
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        frame.iloc[::-1, ::-1].to_csv(path, index=False, lineterminator="\n")


@pytest.fixture(scope="module")
def small(sap, tmp_path_factory):
    """A simulated cut of a few subjects and its run, three notebooks at a time: (cut, run)."""
    folder = tmp_path_factory.mktemp("robust")
    made = sap("simulate", CUT_ID, "--subjects", "3", "--seed", "7", cwd=folder)
    assert made.status == 0, made.stderr
    run = sap("run", CUT_ID, "--jobs", "3", cwd=folder)
    assert run.status == 0, run.stderr
    return folder / CUT_ID, run


@pytest.fixture(scope="module")
def without_network():
    """The words that put a command into a namespace without network; none where that is not permitted."""
    alone = ["unshare", "--net", *([] if os.getuid() == 0 else ["--map-root-user"])]
    found = shutil.which("unshare") and subprocess.run([*alone, "true"], check=False, capture_output=True)
    return alone if found and found.returncode == 0 else []


@pytest.fixture(scope="module")
def turned(small, without_network, tmp_path_factory):
    """Two reports of one cut: the first, and one made another way.

    Rows and columns of every file in reverse order, one notebook at a time, and without network where that is
    permitted.
    """
    cut, run = small
    folder = tmp_path_factory.mktemp("turned")
    turn(cut, folder / CUT_ID)
    done = subprocess.run(
        [*without_network, str(SAP), "run", CUT_ID, "--jobs", "1"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return run.report, folder / "reports" / CUT_ID


def test_run__needs_no_network(turned, without_network):
    if not without_network:
        assert os.environ.get("CI") != "true", "a namespace without network must be possible in CI"
        pytest.skip("this system permits no namespace without network")
    assert (turned[1] / "index.html").is_file()


def test_run__made_another_way_differs_only_in_files_that_show_row_numbers(turned):
    pages = {"index.html", "data_quality.html", "executed/data_quality.ipynb"}
    records = {f"adam/{name}.parquet" for name in ("adae", "adcm", "addv", "adex", "adlb", "adqs", "adsl")}
    assert differing(*map(files_of, turned)) <= {"manifest.json", "findings.csv", *pages, *records}


def test_run__made_another_way_differs_on_the_first_page_only_in_hashes_of_the_files(turned):
    first, second = (HASH.sub("", (report / "index.html").read_text(encoding="utf-8")) for report in turned)
    assert first == second


def test_run__made_another_way_differs_only_in_row_numbers_of_records(turned):
    for path in sorted((turned[0] / "adam").iterdir()):
        first, second = (pd.read_parquet(report / "adam" / path.name) for report in turned)
        assert {name for name in first if not first[name].equals(second[name])} <= ROWS, path.name


def test_run__made_another_way_differs_only_in_row_numbers_of_findings(turned):
    first, second = (
        pd.read_csv(report / "findings.csv", dtype=str, keep_default_na=False).drop(columns="row") for report in turned
    )
    pd.testing.assert_frame_equal(first, second)


@pytest.fixture
def stopped(small, tmp_path):
    """A run over a published report, held still in its middle: its process and the reports folder."""
    cut, run = small
    shutil.copytree(run.reports, tmp_path / "reports")
    with subprocess.Popen(
        [str(SAP), "run", str(cut), "--force"], cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        deadline = time.monotonic() + 120
        while not [*(tmp_path / "reports").glob(f".staging-{CUT_ID}-*")] and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGSTOP)
        yield process, tmp_path / "reports"
        process.kill()


def test_run__second_one_names_the_first_and_a_killed_one_lets_go(stopped, small, sap):
    process, reports = stopped
    cut, run = small
    second = sap("run", cut, cwd=reports.parent)
    message = f"another run (process {process.pid}) is writing into reports/{CUT_ID}. Wait for it, or stop it.\n"
    assert (second.status, second.stdout, second.stderr) == (1, "", message)
    process.kill()
    process.wait(60)
    assert files_of(reports / CUT_ID) == files_of(run.report)
    third = sap("run", cut, cwd=reports.parent)
    assert third.status == 0, third.stderr
    assert sorted(path.name for path in reports.iterdir()) == [CUT_ID]


def test_run__disk_that_takes_no_more_is_told_in_one_line(small, tmp_path):
    cut, run = small
    shutil.copytree(run.reports, tmp_path / "reports")
    done = subprocess.run(
        [sys.executable, "-c", SMALL, str(ROOM), "run", str(cut), "--only", "disposition", "--force"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    message = f"the report {CUT_ID} cannot be written: {os.strerror(27)}. Nothing was published."
    assert (done.returncode, done.stdout, done.stderr.splitlines()[-1]) == (1, "", message)
    assert "Traceback" not in done.stderr
    assert files_of(tmp_path / "reports" / CUT_ID) == files_of(run.report)
    assert sorted(path.name for path in (tmp_path / "reports").iterdir()) == [CUT_ID]


KILLED_BETWEEN = """
import errno, os, signal, sys
from sap_helpers.run import publish
from sap_helpers.run.cli import main

def cannot(*_):
    raise OSError(errno.EINVAL, "Invalid argument")

def hear(event, arguments):
    # the report was moved aside, and the new one is about to take its place
    if event == "os.rename" and ".staging-" in str(arguments[0]) and not str(arguments[1]).startswith("."):
        os.kill(os.getpid(), signal.SIGKILL)

publish._exchange = cannot
sys.addaudithook(hear)
sys.exit(main(sys.argv[1:]))
"""
NOTEBOOKS = {
    "10_good": ["print('all is well')"],
    "20_raises": ["x = 1", "x / 0"],
    "30_exits": ["import sys\nsys.exit(0)"],
    "40_killed": ["import os\nos.kill(os.getpid(), 9)"],
    "50_hangs": ["import time\ntime.sleep(600)"],
    "90_summary": ["print('the end')"],
}
PROBLEMS = [
    "exits: code cell 3 failed with SystemExit: 0",
    "hangs: could not be executed: stopped after 12 s, the longest that a notebook may take",
    "hangs: code cell 3 was not executed",
    f"killed: could not be executed: {engine.DIED}",
    "killed: code cell 3 was not executed",
    "raises: code cell 4 failed with ZeroDivisionError: division by zero",
    f"Nothing was published; the failed run is kept in {CUT_ID}~failed.",
]


def write_notebooks(folder, notebooks):
    folder.mkdir()
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    for name, sources in notebooks.items():
        parameters = v4.new_code_cell('cut: str = "x"', metadata={"tags": ["parameters"]})
        cells = [v4.new_markdown_cell(f"# {name}"), parameters, *map(v4.new_code_cell, sources)]
        write(v4.new_notebook(metadata={"kernelspec": kernel}, cells=cells), folder / f"{name}.ipynb")


@pytest.fixture
def run_notebooks(small, tmp_path, monkeypatch, capfd):
    """Return a function that runs the command with other notebooks, over a published report: status and stderr."""
    cut, run = small
    shutil.copytree(run.reports, tmp_path / "reports")
    monkeypatch.setattr(call, "Call", functools.partial(call.Call, notebooks=tmp_path / "notebooks"))
    monkeypatch.setattr(engine, "open_engine", functools.partial(engine.open_engine, limit=12))

    def run_them(notebooks):
        write_notebooks(tmp_path / "notebooks", notebooks)
        status = cli.main(["run", str(cut), "--reports", str(tmp_path / "reports")])
        assert files_of(tmp_path / "reports" / CUT_ID) == files_of(run.report)
        return status, capfd.readouterr().err.splitlines()

    return run_them


def test_run__every_failing_notebook_is_named_and_the_others_are_kept(run_notebooks, tmp_path):
    status, said = run_notebooks(NOTEBOOKS)
    assert (status, said[-len(PROBLEMS) :]) == (1, PROBLEMS)
    kept = tmp_path / "reports" / f"{CUT_ID}~failed"
    assert {path.name for path in kept.glob("*.html")} == {
        "index.html", "good.html", "raises.html", "exits.html", "killed.html", "hangs.html", "subjects.html",
    }  # fmt: skip
    assert "all is well" in (kept / "good.html").read_text(encoding="utf-8")
    failed = json.loads((kept / "manifest.json").read_text(encoding="utf-8"))["failed"]
    assert failed == ["exits", "hangs", "killed", "raises"]


def test_run__magic_is_refused_before_anything_runs(run_notebooks, tmp_path):
    status, said = run_notebooks({"10_good": ["1"], "20_bad": ["%no_such_magic"]})
    message = "code cell 2 holds a shell line, a magic or a help request, or an error; only plain Python is run"
    assert (status, said) == (1, [f"20_bad.ipynb: {message}"])
    assert sorted(path.name for path in (tmp_path / "reports").iterdir()) == [CUT_ID]


def call_in_shell(*arguments, cwd, closed=(), **streams):
    """Call the command in a shell that closes some of its streams first; the process when it has ended."""
    redirected = " ".join(f"{number}>&-" for number in closed)
    command = ["sh", "-c", f'exec "$@" {redirected}', "sh", str(SAP), *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, text=True, check=False, **{"stderr": subprocess.PIPE, **streams})


@pytest.fixture
def published(small, tmp_path):
    """A cut and a folder that holds its report."""
    cut, run = small
    shutil.copytree(run.reports, tmp_path / "reports")
    return cut, tmp_path


PAGE = f"reports/{CUT_ID}/index.html"
FULL = "standard output cannot be written: No space left on device."
ANEW = ("--only", "disposition", "--force")


@pytest.mark.parametrize("options", [(), ANEW], ids=["unchanged", "anew"])
def test_run__what_is_published_is_not_denied_where_stdout_is_full(published, options):
    cut, folder = published
    with Path("/dev/full").open("w") as full:
        done = call_in_shell("run", cut, *options, cwd=folder, stdout=full)
    assert (done.returncode, done.stderr.splitlines()[-1]) == (0, f"{FULL} What was made is {PAGE}.")


@pytest.mark.parametrize("closed", [(2,), (0, 2)])
def test_run__ends_as_ever_where_nobody_can_be_told(published, closed):
    cut, folder = published
    done = call_in_shell("run", cut, *ANEW, cwd=folder, closed=closed, stdout=subprocess.PIPE)
    assert (done.returncode, done.stdout) == (0, f"{PAGE}\n")
    with Path("/dev/full").open("w") as full:
        done = call_in_shell("run", cut, cwd=folder, stdout=subprocess.PIPE, stderr=full)
    assert (done.returncode, done.stdout) == (0, f"{PAGE}\n")


def test_check__findings_that_cannot_be_written_are_no_success(published):
    cut, folder = published
    with Path("/dev/full").open("w") as full:
        done = call_in_shell("check", cut, cwd=folder, stdout=full)
    assert (done.returncode, done.stderr.splitlines()[-1]) == (2, FULL)
    reader, writer = os.pipe()
    os.close(reader)  # whoever reads has seen enough
    done = call_in_shell("check", cut, cwd=folder, stdout=writer)
    os.close(writer)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)


def test_seal__read_only_disk_is_told_in_one_line(published):
    cut, folder = published
    shutil.copytree(cut, folder / CUT_ID)
    script = f"mount --bind {CUT_ID} {CUT_ID} && mount -o remount,ro,bind {CUT_ID} && exec {SAP} seal {CUT_ID}"
    alone = ["unshare", "--mount", *([] if os.getuid() == 0 else ["--map-root-user"])]
    if subprocess.run([*alone, "true"], check=False, capture_output=True).returncode:
        pytest.skip("this system permits no namespace with mounts of its own")
    done = subprocess.run([*alone, "sh", "-c", script], cwd=folder, capture_output=True, text=True, check=False)
    message = f"cannot write manifest.json into {CUT_ID}: Read-only file system.\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", message)


def living(scratch):
    """Return the processes whose folder for temporary files is a certain one, once they had time to end."""
    deadline = time.monotonic() + 10
    while (found := list(living_now(scratch))) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def living_now(scratch):
    for path in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):  # it has ended, or is another account's
            if f"TMPDIR={scratch}".encode() in path.read_bytes().split(b"\0"):
                yield path


SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGKILL)
SCRATCHED, STAGED = "scratch/sap-*/in-use", f"reports/.staging-{CUT_ID}-*/adam/adsl.parquet"
EXECUTED = f"reports/.staging-{CUT_ID}-*/executed/*.ipynb"


@pytest.mark.parametrize(
    ("engine_name", "number", "moment"),
    [
        *(("fast", number, moment) for number in SIGNALS for moment in (SCRATCHED, EXECUTED)),
        ("kernel", signal.SIGTERM, STAGED), ("kernel", signal.SIGKILL, STAGED),
    ],
)  # fmt: skip
def test_run__signal_leaves_the_report_and_nothing_else(published, sap, small, engine_name, number, moment):
    cut, folder = published
    (folder / "scratch").mkdir()
    environment = {"TMPDIR": str(folder / "scratch")}
    with subprocess.Popen(
        [str(SAP), "run", str(cut), *ANEW, "--engine", engine_name], cwd=folder, env={**os.environ, **environment},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        deadline = time.monotonic() + 120
        while not [*folder.glob(moment)] and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        if engine_name == "kernel":
            time.sleep(3)  # until a kernel runs
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    assert out == ""
    assert living(folder / "scratch") == []
    assert files_of(folder / "reports" / CUT_ID) == files_of(small[1].report)
    if number == signal.SIGKILL:
        assert process.returncode == -number
        assert sap("run", cut, cwd=folder, environment=environment).status == 0
    else:
        assert (process.returncode, err.splitlines()[-1]) == (1, f"stopped by {number.name}; nothing was published")
    assert [path.name for path in (folder / "reports").iterdir()] == [CUT_ID]
    assert list((folder / "scratch").iterdir()) == []


def test_run__moved_aside_where_the_disk_cannot_exchange_and_put_back_after_a_kill(published, tmp_path):
    cut, folder = published
    before = files_of(folder / "reports" / CUT_ID)
    program = tmp_path / "program.py"
    program.write_text(KILLED_BETWEEN, encoding="utf-8")
    done = subprocess.run([sys.executable, program, "run", cut, *ANEW], cwd=folder, check=False, capture_output=True)
    assert done.returncode == -signal.SIGKILL
    assert not (folder / "reports" / CUT_ID).exists()
    again = call_in_shell("run", cut, cwd=folder, stdout=subprocess.PIPE)
    assert (again.returncode, "sri: unchanged" in again.stderr) == (0, True)  # taken over from what was put back
    assert differing(before, files_of(folder / "reports" / CUT_ID)) == {"manifest.json"}
    assert [path.name for path in (folder / "reports").iterdir()] == [CUT_ID]
