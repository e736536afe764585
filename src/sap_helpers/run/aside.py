"""Cells that run aside: in a fork of the notebook's process, beside the cells that follow, while a processor is idle.

Only a cell that says of itself that it shows something and does nothing else (its tag) may: what it computes or names
goes with its fork. So the notebook holds afterwards what it would hold had its cells run one after the other.
"""

from __future__ import annotations

import ast
import json
import os
import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import nbformat

from sap_helpers.run.forks import fork

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.connection import Connection

    from sap_helpers.run.forks import Fork
    from sap_helpers.run.reads import Watch

TAG = "shows-only"
# what the shell keeps of every cell: inputs and outputs
KEPT = re.compile(r"_{1,3}|_i{1,3}|_i?\d+|In|Out|_[idos]h")
CERTAIN = ast.Assign | ast.AnnAssign | ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef


class Ran(NamedTuple):
    """A cell that has run: its place, what became of it, and whether the next may follow."""

    place: int
    cell: nbformat.NotebookNode
    is_well: bool


class Aside:
    """Runs one cell at a time aside.

    Parameters
    ----------
    is_idle
        Tells whether a processor has nothing to do.
    watch
        Told what the cells read.
    """

    def __init__(self, is_idle: Callable[[], bool], watch: Watch) -> None:
        self._is_idle, self._watch = is_idle, watch
        self._running: tuple[int, Fork] | None = None

    def begin(self, index: int, cell: nbformat.NotebookNode, run: Callable[[], bool]) -> bool:
        """Start a cell aside, and return whether that was done.

        Parameters
        ----------
        index, cell
            The cell and its place.
        run
            Runs it, and returns whether the next may follow.
        """
        if self._running or TAG not in cell.metadata.get("tags", []) or not self._is_idle():
            return False

        def work(pipe: Connection) -> None:
            self._watch.is_on = True
            is_well = run()
            pipe.send((json.dumps(cell), is_well, self._watch.stop()))

        self._watch.is_on = False  # a process of its own, but not an unknown one: it says what it reads
        self._running = index, fork(work, is_leader=False)
        self._watch.is_on = True
        return True

    def ended(self, *, wait: bool) -> Iterator[Ran]:
        """Give the cell that has ended; where it is waited for, the one that runs.

        Raises
        ------
        ChildProcessError
            Its process ended before the cell did.
        """
        if self._running is None or not (wait or self._running[1].pipe.poll()):
            return
        (index, made), self._running = self._running, None
        try:
            text, is_well, reads = made.pipe.recv()
        except EOFError as error:
            raise ChildProcessError("its process ended before a cell did; was there memory enough?") from error
        finally:
            os.waitpid(made.pid, 0)
            made.pipe.close()
        self._watch.add(reads)
        yield Ran(index, nbformat.from_dict(json.loads(text)), is_well)


def needed_later(sources: Sequence[str], place: int) -> set[str]:
    """Return the names that one of several cells gives, or the shell keeps of it, and a later cell needs."""
    given = _given(ast.parse(sources[place]))
    needed = {name for source in sources[place + 1 :] for name in _needed(source)}
    return {name for name in needed if name in given or KEPT.fullmatch(name)}


def _given(tree: ast.AST) -> set[str]:
    """Return the names that code binds."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.alias(name=name, asname=other):
                found.add(other or name.partition(".")[0])
    return found


@cache
def _needed(source: str) -> frozenset[str]:
    """Return the names that code takes, but for those that its own statements have bound before, whatever happens."""
    needed: set[str] = set()
    bound: set[str] = set()
    for statement in ast.parse(source).body:
        for node in ast.walk(statement):
            match node:
                case ast.Name(id=name, ctx=ast.Load() | ast.Del()) | ast.AugAssign(target=ast.Name(id=name)):
                    needed |= {name} - bound
        if isinstance(statement, CERTAIN):
            bound |= _given(statement)
    return frozenset(needed)
