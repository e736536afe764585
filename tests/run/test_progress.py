"""Tests of what is told of the notebooks: plain lines in a log, lines kept up to date on a terminal."""

from __future__ import annotations

import errno
import os
import re
import sys

import pytest

from sap_helpers.errors import UsageError
from sap_helpers.run.engine import Execution
from sap_helpers.run.progress import Progress, answer, tell


def tell_a_run(progress):
    progress.keep("sri")
    progress.cell("sledai", 0, 11)
    progress.cell("sledai", 3, 11)
    progress.end(Execution("sledai", (), seconds=1.24))
    progress.cell("summary", 1, 2)
    progress.end(Execution("summary", ("a problem",), seconds=0.5))


def test_progress__plain_lines_where_nobody_watches(capsys):
    tell_a_run(Progress(["sri", "sledai", "summary"]))
    assert capsys.readouterr().err.splitlines() == [
        "sri: unchanged", "sledai: done after 1.2 s", "summary: failed after 0.5 s"
    ]  # fmt: skip


def watch(monkeypatch, columns="60", kind="xterm"):
    """Have stderr be a terminal; to be called in a test, whose stderr it is."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", kind)
    monkeypatch.setenv("COLUMNS", columns)


def screen_of(text):
    """Return the lines that a terminal shows after it was sent a text of whole lines."""
    lines, row = [], 0
    for part in re.findall(r"\x1b\[\d*[A-Za-z]|\n|[^\x1b\n]+", text):
        if part.endswith("A") and part.startswith("\x1b["):
            row -= int(part[2:-1])
        elif part == "\n":
            row += 1
        elif part == "\x1b[2K":
            lines[row:] = ["", *lines[row + 1 :]]
        elif not part.startswith("\x1b"):
            lines[row] += part
    return lines


def test_progress__one_line_a_notebook_on_a_terminal(capsys, monkeypatch):
    watch(monkeypatch)
    tell_a_run(Progress(["sri", "sledai", "summary"]))
    assert screen_of(capsys.readouterr().err) == [
        "= sri      unchanged",
        "✓ sledai   done        3/11 cells     1.2 s",
        "✗ summary  failed       1/2 cells     0.5 s",
    ]


def test_progress__line_is_never_wider_than_the_terminal(capsys, monkeypatch):
    watch(monkeypatch, columns="20")
    tell_a_run(Progress(["sri", "sledai", "summary"]))
    assert max(map(len, screen_of(capsys.readouterr().err))) <= 19


def test_progress__plain_lines_on_a_terminal_that_cannot_move(capsys, monkeypatch):
    watch(monkeypatch, kind="dumb")
    tell_a_run(Progress(["sri", "sledai", "summary"]))
    assert "\x1b" not in capsys.readouterr().err


class Full:
    """A stream of which the disk is full, or whose reader has gone."""

    def __init__(self, code, file):
        self.code, self.file, self.written = code, file, []

    def write(self, text):
        self.written.append(text)

    def flush(self):
        raise OSError(self.code, os.strerror(self.code))

    def fileno(self):
        return self.file.fileno()


@pytest.fixture
def full(tmp_path):
    """Return a function that makes a stream which takes nothing, and the file that it writes to."""
    with (tmp_path / "file").open("w") as file:
        yield lambda code: Full(code, file)


def test_tell__one_who_cannot_be_told_stops_no_run(monkeypatch, full, tmp_path):
    monkeypatch.setattr(sys, "stderr", full(errno.ENOSPC))
    tell("said")
    os.write(sys.stderr.fileno(), b"what was left in it")
    assert (sys.stderr.written, (tmp_path / "file").read_text()) == (["said\n"], "")


def test_answer__that_cannot_be_written_is_told(monkeypatch, full):
    monkeypatch.setattr(sys, "stdout", full(errno.ENOSPC))
    with pytest.raises(UsageError) as caught:
        answer("rows\n")
    assert str(caught.value) == "standard output cannot be written: No space left on device."


def test_answer__a_reader_who_has_seen_enough_is_no_error(monkeypatch, full, tmp_path):
    monkeypatch.setattr(sys, "stdout", full(errno.EPIPE))
    answer("rows\n")
    os.write(sys.stdout.fileno(), b"what was left in it")
    assert (tmp_path / "file").read_text() == ""
