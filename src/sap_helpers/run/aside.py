"""Cells that run aside: in forks of the notebook's process, beside the cells that follow, while a processor is idle.

Only a cell that says of itself that it shows something and does nothing else (its tag) may: what it computes or names
goes with its fork. So the notebook holds afterwards what it would hold had its cells run one after the other.
"""

from __future__ import annotations

import ast
import builtins
import json
import os
import re
from functools import cache
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, NamedTuple, cast

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
EVERYTHING = "*"  # what an import may give
CERTAIN = ast.Assign | ast.AnnAssign | ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef


class Ran(NamedTuple):
    """A cell that has run: its place, what became of it, and whether the next may follow."""

    place: int
    cell: nbformat.NotebookNode
    is_well: bool


class Aside:
    """Runs cells of one notebook aside.

    Parameters
    ----------
    spare
        Tells how many processors this notebook may use beside its own.
    watch
        Told what the cells read.
    """

    def __init__(self, spare: Callable[[], int], watch: Watch) -> None:
        self._spare, self._watch = spare, watch
        self._running: dict[Connection, tuple[int, Fork]] = {}

    def begin(self, place: int, cell: nbformat.NotebookNode, run: Callable[[], bool]) -> bool:
        """Start a cell aside, and return whether that was done.

        Parameters
        ----------
        place, cell
            The cell and its place.
        run
            Runs it, and returns whether the next may follow.
        """
        if TAG not in cell.metadata.get("tags", []) or not self._spare():
            return False

        def work(pipe: Connection) -> None:
            self._watch.is_on = True
            is_well = run()
            pipe.send((json.dumps(cell), is_well, self._watch.stop()))

        self._watch.is_on = False  # a process of its own, but not an unknown one: it says what it reads
        made = fork(work, is_leader=False)
        self._watch.is_on = True
        self._running[made.pipe] = place, made
        return True

    def ended(self, *, wait_for_all: bool = False) -> Iterator[Ran]:
        """Give the cells that have ended, once there is a processor for one more, or once all have.

        Raises
        ------
        ChildProcessError
            The process of a cell ended before the cell did.
        """
        while self._running:
            has_room = not wait_for_all and len(self._running) <= self._spare()
            ready = wait([*self._running], 0 if has_room else None)
            if not ready:
                return
            for pipe in ready:
                yield self._end(cast("Connection", pipe))

    def _end(self, pipe: Connection) -> Ran:
        place, made = self._running.pop(pipe)
        try:
            text, is_well, reads = pipe.recv()
        except EOFError as error:
            raise ChildProcessError("its process ended before a cell did; was there memory enough?") from error
        finally:
            os.waitpid(made.pid, 0)
            pipe.close()
        self._watch.add(reads)
        return Ran(place, nbformat.from_dict(json.loads(text)), is_well)


def needed_later(sources: Sequence[str], place: int) -> set[str]:
    """Return the names that one of several cells gives, or the shell keeps of it, and a later cell needs."""
    given = _given(ast.parse(sources[place]))
    needed = {name for source in sources[place + 1 :] for name in _needed(source)}
    if EVERYTHING in given:
        given |= needed - set(dir(builtins))
    return {name for name in needed if name in given or KEPT.fullmatch(name)}


def _given(tree: ast.AST) -> set[str]:
    """Return the names that code binds."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.ClassDef(name=name) | ast.MatchMapping(rest=str(name)):
                found.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                found.add(name)
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
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
