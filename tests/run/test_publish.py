"""Tests of publishing: one run at a time, one step, and the previous report whole whatever happens."""

from __future__ import annotations

import errno
import os
import subprocess
import sys

import pytest

from sap_helpers.errors import PublishError, ReportLockedError, UsageError
from sap_helpers.run import publish as room
from sap_helpers.run.publish import locked, publish, remove, staging

HOLDER = """
import sys, time
from pathlib import Path
from sap_helpers.run.publish import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def filled(folder, **files):
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def texts(folder):
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


@pytest.fixture
def holder(tmp_path):
    """A process that holds the lock of a reports folder until it is ended."""
    reports = tmp_path / "reports"
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(reports)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "held\n"
    yield process, reports
    process.kill()
    process.communicate()


def test_locked__makes_the_folder_and_lets_go_of_it(tmp_path):
    for _ in range(2):
        with locked(tmp_path / "a" / "reports"):
            assert (tmp_path / "a" / "reports").is_dir()


def test_locked__refuses_beside_another_process_and_names_it(holder):
    process, reports = holder
    with pytest.raises(ReportLockedError) as caught, locked(reports):
        pytest.fail("the lock was given twice")
    message = f"another run (process {process.pid}) is writing into reports. Wait for it, or stop it."
    assert (str(caught.value), caught.value.exit_status) == (message, 1)


def test_locked__lock_dies_with_its_process(holder):
    process, reports = holder
    process.kill()
    process.wait()
    with locked(reports):
        assert (reports / ".lock").read_text(encoding="ascii") == f"{os.getpid()}\n"


def test_locked__a_file_in_its_place_is_a_wrong_call(tmp_path):
    (tmp_path / "reports").write_text("")
    with (
        pytest.raises(UsageError, match="reports folder reports cannot be written: File exists"),
        locked(tmp_path / "reports"),
    ):
        pytest.fail("a file is no folder")


@pytest.mark.parametrize(("code", "error"), [(errno.EACCES, UsageError), (errno.ENOSPC, PublishError)])
def test_locked__tells_a_wrong_folder_from_a_full_disk(tmp_path, monkeypatch, code, error):
    def fail(*_):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(room.os, "open", fail)
    with pytest.raises(error, match=f"cannot be written: {os.strerror(code)}"), locked(tmp_path):
        pytest.fail("nothing was opened")


def test_staging__is_removed_in_the_end(tmp_path):
    with staging(tmp_path, "cut") as folder:
        (folder / "a").mkdir()
        (folder / "a" / "b").write_text("")
    assert list(tmp_path.iterdir()) == []


def test_staging__is_removed_after_an_error(tmp_path):
    with pytest.raises(ZeroDivisionError), staging(tmp_path, "cut"):
        _ = 1 / 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["folder", "file", "link"])
def test_locked__what_an_earlier_run_left_half_built_is_removed(tmp_path, kind):
    reports, elsewhere = tmp_path / "reports", filled(tmp_path / "elsewhere", kept="yes")
    filled(reports / "cut", a="published")
    left = reports / ".staging-another"
    match kind:
        case "folder":
            filled(left, old="old")
        case "file":
            left.write_text("old")
        case "link":
            left.symlink_to(elsewhere)
    with locked(reports):
        assert {path.name for path in reports.iterdir()} == {".lock", "cut"}
    assert (texts(elsewhere), texts(reports / "cut")) == ({"kept": "yes"}, {"a": "published"})


def test_locked__what_a_running_one_builds_is_not_removed(holder):
    _, reports = holder
    built = filled(reports / ".staging-cut", a="half")
    with pytest.raises(ReportLockedError), locked(reports):
        pytest.fail("the lock was given twice")
    assert texts(built) == {"a": "half"}


def test_locked__a_full_disk_that_does_not_take_the_number_is_told(tmp_path, monkeypatch):
    def fail(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(room.os, "pwrite", fail)
    with pytest.raises(PublishError, match="cannot be written: No space left on device"), locked(tmp_path):
        pytest.fail("nothing was written")


def test_staging__a_full_disk_is_told_and_nothing_left(tmp_path):
    with pytest.raises(PublishError) as caught, staging(tmp_path, "cut"):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert str(caught.value) == "the report cut cannot be written: No space left on device. Nothing was published."
    assert list(tmp_path.iterdir()) == []


def test_staging__another_error_stays_what_it_is(tmp_path):
    with pytest.raises(FileNotFoundError), staging(tmp_path, "cut"):
        (tmp_path / "absent").read_text()


def test_publish__first_report(tmp_path):
    publish(filled(tmp_path / "built", a="1"), tmp_path / "place")
    assert (texts(tmp_path / "place"), (tmp_path / "built").exists()) == ({"a": "1"}, False)


def test_publish__takes_the_place_of_the_previous_report(tmp_path):
    built, place = filled(tmp_path / "built", a="new"), filled(tmp_path / "place", a="old", b="old")
    publish(built, place)
    assert (texts(place), texts(built)) == ({"a": "new"}, {"a": "old", "b": "old"})
    assert not place.is_symlink()


def test_publish__failing_leaves_the_previous_report(tmp_path, monkeypatch):
    def fail(*_):
        raise OSError(errno.EIO, "Input/output error")

    built, place = filled(tmp_path / "built", a="new"), filled(tmp_path / "place", a="old")
    monkeypatch.setattr(room, "_exchange", fail)
    with pytest.raises(PublishError) as caught:
        publish(built, place)
    assert str(caught.value) == "the report place could not be put in place: Input/output error."
    assert texts(place) == {"a": "old"}


def test_publish__absent_folder_is_an_error_of_publishing(tmp_path):
    place = filled(tmp_path / "place", a="old")
    with pytest.raises(PublishError, match="No such file or directory"):
        publish(tmp_path / "absent", place)
    assert texts(place) == {"a": "old"}


@pytest.mark.parametrize("kind", ["absent", "file", "folder", "link"])
def test_remove__whatever_stands_there(tmp_path, kind):
    path, elsewhere = tmp_path / "path", filled(tmp_path / "elsewhere", kept="yes")
    match kind:
        case "file":
            path.write_text("")
        case "folder":
            filled(path, a="1")
        case "link":
            path.symlink_to(elsewhere)
    remove(path)
    assert not os.path.lexists(path)
    assert texts(elsewhere) == {"kept": "yes"}
