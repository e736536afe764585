"""Tests of the lock of a place: one holder at a time, gone with it, and no file of anybody else ever written into."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sap_helpers.errors import PublishError, ReportLockedError, UsageError
from sap_helpers.run import lock as room
from sap_helpers.run.lock import ASIDE, HEAD, STAGING, locked

WORDS = ("reports folder", "Name another with --reports.")
HOLDER = """
import sys
from pathlib import Path
from sap_helpers.run.lock import locked
with locked(Path(sys.argv[1]), "folder", "") as lock:
    lock.begin()
    print(lock.name("staging"), flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def place(tmp_path):
    return tmp_path / "reports" / "c1"


@pytest.fixture
def holder(place):
    """A process that holds the lock of a place until it is ended, and the name that it noted."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(place)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    yield process, process.stdout.readline().strip()
    process.kill()
    process.communicate()


def refused(place, error):
    with pytest.raises(error) as caught, locked(place, *WORDS):
        pytest.fail("the lock was given")
    return str(caught.value)


def test_locked__makes_the_folder_and_leaves_nothing_else_in_it(place):
    for _ in range(2):
        with locked(place, *WORDS):
            assert [path.name for path in place.parent.iterdir()] == [".c1.lock"]
    assert list(place.parent.iterdir()) == []


def test_locked__refuses_beside_another_process_and_names_it(holder, place):
    process, _ = holder
    message = f"another run (process {process.pid}) is writing into {place}. Wait for it, or stop it."
    assert refused(place, ReportLockedError) == message


def test_locked__other_places_of_the_folder_are_free(holder, place):
    with locked(place.with_name("c2"), *WORDS) as lock:
        assert lock.noted(STAGING) == []


def test_locked__dies_with_its_process_and_tells_what_that_had_begun(holder, place):
    process, noted = holder
    process.kill()
    process.wait()
    with locked(place, *WORDS) as lock:
        assert lock.noted(STAGING) == []  # nothing stands there
        Path(noted).mkdir()
        assert [str(path) for path in lock.noted(STAGING)] == [noted]
        lock.begin()
        assert [str(path) for path in lock.noted(STAGING)] == [noted]
        assert lock.noted(ASIDE) == []
    assert (place.parent / ".c1.lock").exists()  # while something is left, so is the note of it
    Path(noted).rmdir()
    with locked(place, *WORDS):
        pass
    assert list(place.parent.iterdir()) == []


def test_name__is_new_each_time_and_noted_before_it_is_used(place):
    with locked(place, *WORDS) as lock:
        lock.begin()
        names = {lock.name(work) for work in (STAGING, ASIDE) for _ in range(3)}
        assert len(names) == 6
        for name in names:
            name.mkdir()
        assert {*lock.noted(STAGING), *lock.noted(ASIDE)} == names


@pytest.mark.parametrize(
    "note", [b"staging ../../mine\n", b"staging 0123456789abcdef", b"staging 0123456789ABCDEF\n", b" aside x\n"]
)
def test_noted__what_this_program_did_not_write_names_nothing(place, note):
    place.parent.mkdir()
    place.with_name(".c1.lock").write_bytes(HEAD + note)
    place.with_name(".staging-c1-0123456789abcdef").mkdir()
    with locked(place, *WORDS) as lock:
        assert (lock.noted(STAGING), lock.noted(ASIDE)) == ([], [])


def make_link(path):
    path.with_name("victim").write_text("precious")
    path.symlink_to("victim")


def make_hard_link(path):
    path.with_name("victim").write_text("precious")
    path.hardlink_to(path.with_name("victim"))


@pytest.mark.parametrize(
    "make",
    [make_link, make_hard_link, lambda path: path.symlink_to("nowhere"), os.mkfifo, os.mkdir,
     lambda path: path.write_text("precious")],
    ids=["link", "hard link", "link to nothing", "pipe", "folder", "file"],
)  # fmt: skip
def test_locked__another_file_of_its_name_is_refused_and_left_alone(place, make):
    place.parent.mkdir()
    path = place.with_name(".c1.lock")
    make(path)
    message = f"{path} exists, and is no lock that a run made. Move it elsewhere."
    assert refused(place, UsageError) == message
    assert os.path.lexists(path)
    assert not place.with_name("nowhere").exists()
    assert [file.read_text() for file in place.parent.iterdir() if file.is_file()] == (
        ["precious"] * sum(file.is_file() for file in place.parent.iterdir())
    )


def test_locked__what_a_torn_write_left_is_a_lock(place):
    place.parent.mkdir()
    place.with_name(".c1.lock").write_bytes(HEAD[:3])
    with locked(place, *WORDS) as lock:
        lock.begin()
        assert place.with_name(".c1.lock").read_bytes() == HEAD + f"process {os.getpid()}\n".encode()


def test_locked__a_file_in_the_folders_place_is_a_wrong_call(place):
    place.parent.write_text("")
    message = "the reports folder reports cannot be written: File exists. Name another with --reports."
    assert refused(place, UsageError) == message


@pytest.mark.parametrize("code", [errno.EACCES, errno.ENOSPC])
def test_locked__tells_a_wrong_folder_from_a_full_disk(place, monkeypatch, code):
    def fail(*_):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(room.os, "open", fail)
    message = f"the reports folder reports cannot be written: {os.strerror(code)}."
    if code == errno.ENOSPC:
        assert refused(place, PublishError) == message
    else:
        assert refused(place, UsageError) == f"{message} Name another with --reports."


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS])
def test_locked__a_disk_without_locks_is_told(place, monkeypatch, code):
    def fail(*_):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(room.fcntl, "flock", fail)
    assert refused(place, UsageError) == (
        "the reports folder reports is on a disk without file locks, so that two runs could write at once. "
        "Name another with --reports."
    )


def test_locked__file_that_its_holder_removed_meanwhile_is_no_lock(place, monkeypatch):
    place.parent.mkdir()
    real, taken = room.fcntl.flock, []

    def flock(descriptor, flags):
        real(descriptor, flags)
        taken.append(descriptor)
        if len(taken) == 1:  # between the opening and the locking the other run ended
            place.with_name(".c1.lock").unlink()

    monkeypatch.setattr(room.fcntl, "flock", flock)
    with locked(place, *WORDS):
        assert len(taken) == 2
        assert place.with_name(".c1.lock").exists()
