"""Tests of a run broken at each of its file operations: what was published stays whole, and the next run is a run."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from sap_helpers.run.engine import can_fork

if not can_fork():
    pytest.skip("a run is broken in a fork", allow_module_level=True)

PROGRAM = Path(__file__).with_name("broken_run.py")
INFO = "study: NCT02084238\ncut_id: small\ncut_date: 2014-06-30\nsynthetic: true\n"
DM = "USUBJID,AGE,SEX,ARMCD\nS-1,21,F,IL2\n"
EX = "USUBJID,EXDOSE,EXSTDTC\nS-1,1000000,2014-03-01\n"
BEFORE = {"with": "old", "without": "none"}
CASES = (
    "end with", "end without", "torn with", "full with", "full without", "limit with", "end with aside",
    "full with aside",
)  # fmt: skip
LEAST = {"end": 40, "full": 30, "torn": 15, "limit": 15}


@pytest.fixture(scope="module")
def broken(tmp_path_factory, make_notebook):
    """What became of a run broken at each of its operations, by case; the last one was left in peace."""
    folder = tmp_path_factory.mktemp("broken")
    (folder / "cut").mkdir()
    for name, text in (("cut.yaml", INFO), ("dm.csv", DM), ("ex.csv", EX)):
        (folder / "cut" / name).write_text(text, encoding="utf-8")
    (folder / "notebooks").mkdir()
    make_notebook(folder / "notebooks", "sri", "1")
    make_notebook(folder / "notebooks", "summary", "1")
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(folder), *CASES], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("case", CASES)
def test_run__left_in_peace_publishes(broken, case):
    *runs, whole = broken[case]
    assert (whole["status"], whole["state"], whole["then"]) == (0, "new", "new"), whole
    assert len(runs) >= LEAST[case.partition(" ")[0]]


@pytest.mark.parametrize("case", CASES)
def test_run__broken_anywhere_leaves_the_report_as_it_was_or_whole(broken, case):
    mode, previous, *_ = case.split()
    allowed = {BEFORE[previous], *(["new"] if mode == "end" else [])}
    assert [run for run in broken[case][:-1] if run["mended"] not in allowed] == []


@pytest.mark.parametrize("case", ["end with", "end without"])
def test_run__is_published_in_one_step(broken, case):
    states = [run["state"] for run in broken[case]]
    assert states == sorted(states, key=[states[0], "new"].index)
    assert [run["mended"] for run in broken[case]] == states


def test_run__moved_aside_is_put_back_by_the_next_start(broken):
    states = [(run["state"], run["mended"]) for run in broken["end with aside"]]
    order = [("old", "old"), ("none", "old"), ("new", "new")]
    assert states == sorted(states, key=order.index)
    assert set(states) == set(order)


@pytest.mark.parametrize("case", CASES)
def test_run__next_one_succeeds_and_leaves_nothing_behind(broken, case):
    for run in broken[case]:
        assert (run["again"], run["left"]) == (0, ["small"]), run
        assert run["then"] == ("next" if run["mended"] == "none" else run["mended"]), run


@pytest.mark.parametrize(
    ("case", "reason"),
    [("full with", "No space left on device"), ("full without", "No space left on device"),
     ("limit with", "File too large"), ("full with aside", "No space left on device")],
)  # fmt: skip
def test_run__disk_that_takes_no_more_is_told_in_one_line(broken, case, reason):
    messages = {
        f"the report small cannot be written: {reason}. Nothing was published.",
        f"the reports folder reports cannot be written: {reason}.",
        f"the report small could not be put in place: {reason}.",
    }
    for run in broken[case][:-1]:
        told = run["said"].splitlines()
        assert run["status"] == 1, run
        assert told[-1] in messages, run
        assert [line for line in told if "Traceback" in line or reason in line] == [told[-1]], run


@pytest.mark.parametrize(("case", "status"), [("end with", 9), ("end without", 9), ("torn with", -25)])
def test_run__is_ended_where_it_is_to_be_ended(broken, case, status):
    assert {run["status"] for run in broken[case][:-1]} == {status}
