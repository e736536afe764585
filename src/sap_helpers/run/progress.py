"""Progress for the person at the terminal: a line per notebook that is kept up to date, or plain lines in a log."""

from __future__ import annotations

import os
import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from sap_helpers.errors import UsageError
from sap_helpers.plan.home import other_notebooks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sap_helpers.run.engine import Execution

GREEN, RED, FAINT, PLAIN = "\x1b[32m", "\x1b[31m", "\x1b[2m", "\x1b[0m"
COLOURS = {"done": GREEN, "failed": RED, "unchanged": FAINT, "waiting": FAINT, "running": ""}
SIGNS = {"done": "✓", "failed": "✗", "unchanged": "=", "waiting": "·", "running": "▸"}


def tell(line: str) -> None:
    """Say something to the person at the terminal; stdout is for what was asked for."""
    _write_told(f"{line}\n")


def _write_told(text: str) -> None:
    """Write to stderr; a run does not end because nobody can be told how far it is."""
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:
        _let_go(sys.stderr)


def answer(text: str) -> None:
    """Write what was asked for to stdout.

    Raises
    ------
    UsageError
        It does not take it; whoever reads from a pipe, and has seen enough, is no error.
    """
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        _let_go(sys.stdout)
    except OSError as error:
        _let_go(sys.stdout)
        raise UsageError(f"standard output cannot be written: {error.strerror}.") from error


def _let_go(stream: TextIO) -> None:
    """Have a stream that takes nothing lead nowhere: what is left in it must not be written into it at the end."""
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), stream.fileno())


def open_streams() -> None:
    """Have standard output and error lead nowhere where the caller closed them, so that no file gets their numbers."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)  # the lowest number that is free, which is the one closed
            os.set_inheritable(nowhere, True)
            setattr(sys, name, os.fdopen(nowhere, "r" if number == 0 else "w", encoding="utf-8", closefd=False))


def tell_skipped(folder: Path) -> None:
    """Name the files of the notebooks' folder that are not the plan's."""
    for name in other_notebooks(folder):
        tell(f"{folder.name}/{name}: skipped, since the plan's notebooks are named like 10_sri.ipynb")


@dataclass
class Line:
    """How far one notebook is."""

    state: str = "waiting"
    done: int = 0
    of: int = 0
    seconds: float = 0.0
    started: float = 0.0

    def text(self, name: str, width: int) -> str:
        """Return the line of a terminal."""
        seconds = time.monotonic() - self.started if self.state == "running" else self.seconds
        cells = f"{self.done}/{self.of} cells" if self.of and self.state != "unchanged" else ""
        took = f"{seconds:6.1f} s" if self.state in {"running", "done", "failed"} else ""
        return f"{SIGNS[self.state]} {name:<{width}}  {self.state:<9}  {cells:>11}  {took}".rstrip()


class Progress:
    """What is told of the notebooks of a run.

    Parameters
    ----------
    names
        The notebooks, in order.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.lines = {name: Line() for name in names}
        self.width = max(map(len, names), default=0)
        self.is_live = sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb"
        self.drawn = 0

    def keep(self, name: str) -> None:
        """Say that a notebook is taken over."""
        self.lines[name].state = "unchanged"
        self._tell(f"{name}: unchanged")

    def cell(self, name: str, done: int, of: int) -> None:
        """Say how many cells of a notebook are done."""
        line = self.lines[name]
        line.started = line.started or time.monotonic()
        line.state, line.done, line.of = "running", done, of
        if self.is_live:
            self._draw()

    def end(self, execution: Execution) -> None:
        """Say that a notebook ended."""
        line = self.lines[execution.name]
        line.state, line.seconds = "failed" if execution.problems else "done", execution.seconds
        self._tell(f"{execution.name}: {line.state} after {execution.seconds:.1f} s")

    def _tell(self, plain: str) -> None:
        if self.is_live:
            self._draw()
        else:
            tell(plain)

    def _draw(self) -> None:
        columns = shutil.get_terminal_size().columns
        texts = [
            f"\x1b[2K{COLOURS[line.state]}{line.text(name, self.width)[: columns - 1]}{PLAIN}\n"
            for name, line in self.lines.items()
        ]
        _write_told((f"\x1b[{self.drawn}A" if self.drawn else "") + "".join(texts))
        self.drawn = len(texts)
