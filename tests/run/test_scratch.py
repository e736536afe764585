"""Tests of scratch folders: private, gone in the end, those of dead processes removed and nothing else."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile

import pytest

from sap_helpers.errors import UsageError
from sap_helpers.run import scratch as room
from sap_helpers.run.scratch import MARK, PREFIX, SAYS, scratch

HOLDER = """
import sys
from sap_helpers.run.scratch import scratch
with scratch() as folder:
    (folder / "journal").write_text("subject level")
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    """The folder for temporary files, of this process and of those that it starts."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def holder(home):
    """A process with a scratch folder."""
    process = subprocess.Popen([sys.executable, "-c", HOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    folder = home / process.stdout.readline().strip()
    yield process, folder
    process.kill()
    process.communicate()


def dead(home, name=f"{PREFIX}dead", mark=SAYS, mode=0o700):
    folder = home / name
    folder.mkdir(mode=mode)
    (folder / "work").write_text("work")
    (folder / MARK).write_bytes(mark)
    return folder


def test_scratch__is_for_this_account_alone_and_gone_in_the_end(home):
    before = os.umask(0)
    try:
        with scratch() as folder:
            assert (folder.parent, folder.stat().st_mode & 0o777) == (home, 0o700)
    finally:
        os.umask(before)
    with pytest.raises(ZeroDivisionError), scratch():
        _ = 1 / 0
    assert list(home.iterdir()) == []


def test_scratch__that_of_a_killed_process_goes_with_the_next_one(holder, home):
    process, folder = holder
    with scratch():
        assert (folder / "journal").exists()  # it lives
    process.kill()
    process.wait()
    with scratch() as other:
        assert list(home.iterdir()) == [other]


def test_scratch__two_at_a_time(home):
    with scratch() as first, scratch() as second:
        assert {*home.iterdir()} == {first, second}


def make_link(home):
    (home / "elsewhere").mkdir()
    dead(home / "elsewhere")
    (home / f"{PREFIX}link").symlink_to(home / "elsewhere" / f"{PREFIX}dead")


def mark_by_link(home):
    folder = dead(home)
    (folder / MARK).rename(home / "mark")
    (folder / MARK).symlink_to(home / "mark")


def mark_by_pipe(home):
    (dead(home) / MARK).unlink()
    os.mkfifo(home / f"{PREFIX}dead" / MARK)


@pytest.mark.parametrize(
    "make",
    [
        lambda home: dead(home, mark=b"mine"), lambda home: dead(home, mark=b""),
        lambda home: (dead(home) / MARK).unlink(), lambda home: dead(home, mode=0o755),
        lambda home: dead(home, name="other"), lambda home: (home / f"{PREFIX}file").write_bytes(SAYS),
        make_link, mark_by_link, mark_by_pipe,
    ],
    ids=["other mark", "empty mark", "no mark", "open to others", "other name", "file", "link", "link as mark",
         "pipe as mark"],
)  # fmt: skip
def test_scratch__what_it_did_not_make_is_left_alone(home, make):
    make(home)
    before = sorted(home.rglob("*"))
    with scratch():
        pass
    assert sorted(home.rglob("*")) == before


def test_scratch__another_accounts_is_left_alone(home, monkeypatch):
    folder = dead(home)
    monkeypatch.setattr(room.os, "geteuid", lambda: 1 + folder.stat().st_uid)
    with scratch():
        assert folder.exists()


def test_scratch__on_a_disk_without_locks_lives_and_is_not_taken_for_a_dead_one(home, monkeypatch):
    def fail(*_):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(room.fcntl, "flock", fail)
    folder = dead(home)
    with scratch() as first, scratch() as second:
        assert {*home.iterdir()} == {folder, first, second}
    assert list(home.iterdir()) == [folder]


def test_scratch__place_that_takes_none_is_told(home, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(home / "absent"))
    with pytest.raises(UsageError) as caught, scratch():
        pytest.fail("there is no folder")
    message = "no scratch folder can be made: No such file or directory. Name a place for it in TMPDIR."
    assert str(caught.value) == message
