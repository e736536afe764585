"""The process that the fast engine forks: it imports everything once, then makes a fork of itself for each notebook."""

from __future__ import annotations

import importlib
import math
import mmap
import os
import pkgutil
import sys
import time
from collections import deque
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from sap_helpers.errors import PlanError
from sap_helpers.run.engine import DIED, Execution, too_long
from sap_helpers.run.forks import Fork, die_with, fork
from sap_helpers.run.imports import quick_imports
from sap_helpers.run.profiles import ProfilesTask, make_profiles

if TYPE_CHECKING:
    from collections.abc import Callable

    from sap_helpers.run.engine import Task

# what notebooks, their shell and their pages import, the widest first
STACK = (
    "sap_helpers.analysis", "sap_helpers.run.inside", "sap_helpers.show.page",
    "sap_helpers.show.profiles",
    "matplotlib.pyplot", "matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg",
    "IPython.core.pylabtools", "pyarrow.parquet",
)  # fmt: skip
PACKAGES = ("sap_helpers.analyses",)
MOST_SPARE = 255  # what a byte holds


def main(descriptor: int, parent: int) -> None:
    """Warm up, then execute what the run asks for until it closes its end of the pipe."""
    die_with(parent)
    with quick_imports():
        warm()
    Workshop(Connection(descriptor)).work()


def warm() -> None:
    """Import what every notebook needs, and make what is made once: the check of its form, the shell, the pages."""
    for name in STACK:
        importlib.import_module(name)
    for name in PACKAGES:
        package = importlib.import_module(name)
        for module in pkgutil.iter_modules(package.__path__, f"{name}."):
            importlib.import_module(module.name)
    import nbformat
    from nbformat import v4

    from sap_helpers.run.shell import Recorder, make_shell
    from sap_helpers.show.catalogue import load_catalogue
    from sap_helpers.show.environment import find_versions
    from sap_helpers.show.page import prepare_pages

    nbformat.validate(v4.new_notebook())
    make_shell(Recorder())
    find_versions()
    with suppress(PlanError):  # the run refuses it, in the same words
        load_catalogue()
    prepare_pages()


class Workshop:
    """Executes notebooks in forks of this process.

    Parameters
    ----------
    run
        The pipe to the run. It says: tasks, how many at a time, the seconds after which a notebook is killed with all
        that it started, a folder for the journals, and the plans that notebooks will read. It is sent each cell done
        as (name, done, of), each `Executed` and each `Execution`.
    """

    def __init__(self, run: Connection) -> None:
        self.run = run
        self.waiting: deque[Task | ProfilesTask] = deque()
        self.forks: dict[Connection, tuple[Fork, Task | ProfilesTask]] = {}
        self.salvaged: set[str] = set()
        self.jobs, self.limit, self.scratch = 1, math.inf, ""
        self.spare = mmap.mmap(-1, 1)  # the forks see it too: how many processors each may use beside its own

    def work(self) -> None:
        """Execute what the run asks for until it closes its end of the pipe."""
        while True:
            while self.waiting and len(self.forks) < self.jobs:
                self._start(self.waiting.popleft())
            self.spare[0] = min((self.jobs - len(self.forks)) // max(len(self.forks), 1), MOST_SPARE)
            for pipe in wait([self.run, *self.forks], self._patience()):
                if pipe is self.run:
                    self._listen()
                elif pipe in self.forks:
                    self._hear(pipe)
            self._stop_late()

    def _listen(self) -> None:
        """Take what the run says, or end with it."""
        from sap_helpers.plan import remember_plan

        try:
            tasks, self.jobs, self.limit, self.scratch, plans = self.run.recv()
        except (EOFError, ConnectionError):
            self._stop()
        for file, plan in plans.items():
            remember_plan(plan, file)
        self.waiting.extend(tasks)

    def _start(self, task: Task | ProfilesTask) -> None:
        from sap_helpers.run.inside import execute_one

        if isinstance(task, ProfilesTask):
            self._fork(task, lambda pipe: pipe.send(make_profiles(task)))
            return
        journal = self._journal(task)
        self._fork(task, lambda pipe: execute_one(task, journal, pipe, lambda: self.spare[0]))

    def _fork(self, task: Task | ProfilesTask, work: Callable[[Connection], None]) -> None:
        made = fork(work, self.run)
        self.forks[made.pipe] = made, task

    def _hear(self, pipe: Connection) -> None:
        """Pass on what a fork says; bury it after its last word, and where it ended without one."""
        try:
            message = pipe.recv()
        except EOFError:
            self._end(pipe, DIED)
            return
        if isinstance(message, Execution):
            # buried before the run hears of it: what the run says next must not be taken for the run's end
            self.forks.pop(pipe)[0].bury()
        self._say(message)

    def _say(self, message: object) -> None:
        try:
            self.run.send(message)
        except ConnectionError:  # the run has ended
            self._stop()

    def _patience(self) -> float | None:
        first = min((made.started for made, _ in self.forks.values()), default=None)
        return None if first is None else max(0.0, first + self.limit - time.monotonic())

    def _stop_late(self) -> None:
        now = time.monotonic()
        for pipe in [pipe for pipe, (made, _) in self.forks.items() if now >= made.started + self.limit]:
            self._end(pipe, too_long(self.limit))

    def _end(self, pipe: Connection, error: str) -> None:
        """Bury a fork that did not say what came of its notebook; another says it from what there is."""
        from sap_helpers.run.inside import finish_killed

        made, task = self.forks.pop(pipe)
        made.bury()
        if isinstance(task, ProfilesTask) or task.name in self.salvaged:  # not even its page could be made
            self._say(Execution(task.name, (f"could not be executed: {error}",)))
            return
        self.salvaged.add(task.name)
        journal, started = self._journal(task), made.started
        self._fork(task, lambda end: end.send(finish_killed(task, journal, error, started)))

    def _journal(self, task: Task) -> Path:
        return Path(self.scratch) / f"{task.name}.journal"

    def _stop(self) -> NoReturn:
        for made, _ in self.forks.values():
            made.bury()
        os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
