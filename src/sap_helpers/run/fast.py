"""The fast engine, seen from the run: a process of its own that warms up while the run reads and derives."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from multiprocessing import Pipe
from typing import TYPE_CHECKING, Self

from sap_helpers.run.engine import DIED, ENVIRONMENT, Executed, Execution, Task, nothing_follows

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from pathlib import Path
    from types import TracebackType

    from sap_helpers.plan import Plan
    from sap_helpers.run.engine import Follow
    from sap_helpers.run.profiles import ProfilesTask

MODULE = "sap_helpers.run.workshop"
# the thread that this would start in the background has no place in a process that forks
ARROW = {"JE_ARROW_MALLOC_CONF": "background_thread:false"}
SECONDS_TO_END = 2


class FastEngine:
    """Execute notebooks in forks of one warmed process.

    That process is never the caller's: its environment is set before the interpreter starts, it has one thread, and
    nothing of what the caller did is in it.

    Parameters
    ----------
    limit
        Seconds after which a notebook is stopped.
    scratch
        A folder for what is kept while they run.
    """

    def __init__(self, limit: float, scratch: Path) -> None:
        self.limit, self._scratch = limit, scratch
        self._is_used = False

    def __enter__(self) -> Self:
        """Start the process; it warms up by itself."""
        self._pipe, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - this program itself
                [sys.executable, "-P", "-m", MODULE, str(theirs.fileno()), str(os.getpid())],
                env={**os.environ, **ENVIRONMENT, **ARROW, "IPYTHONDIR": f"{self._scratch}/ipython"},
                pass_fds=(theirs.fileno(),), stdin=subprocess.DEVNULL, stdout=2, start_new_session=True,
            )  # fmt: skip
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process and all that it started."""
        self._stop()

    def _stop(self) -> None:
        self._pipe.close()
        if not self._is_used:  # it may still be importing, and has started nothing
            self._process.kill()
        try:
            self._process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def execute(
        self,
        tasks: Sequence[Task | ProfilesTask],
        jobs: int,
        on_cell: Callable[[str, int, int], None],
        on_executed: Follow = nothing_follows,
    ) -> Generator[Execution]:
        """Execute notebooks and render their pages, `jobs` at a time, and yield each as it ends."""
        waited_for: set[str] = set()
        self._ask(tasks, jobs, waited_for)
        unread = {task.name for task in tasks if isinstance(task, Task)}
        try:
            while waited_for:
                for message in self._hear(waited_for):
                    if isinstance(message, tuple):
                        on_cell(*message)
                        continue
                    if isinstance(message, Execution):
                        waited_for.remove(message.name)
                        yield message
                    if message.name in unread:
                        unread.remove(message.name)
                        follows = on_executed(message if isinstance(message, Executed) else Executed(message.name))
                        self._ask(follows, jobs, waited_for)
        finally:
            if waited_for:
                self._stop()

    def _ask(self, tasks: Sequence[Task | ProfilesTask], jobs: int, waited_for: set[str]) -> None:
        """Have the process execute further tasks."""
        if tasks:
            self._is_used = True
            waited_for.update(task.name for task in tasks)
            with suppress(ConnectionError):  # it has ended; that is heard next
                self._pipe.send((tuple(tasks), jobs, self.limit, str(self._scratch), _plans_of(tasks)))

    def _hear(self, waited_for: set[str]) -> Sequence[Executed | Execution | tuple[str, int, int]]:
        """Return what the process says next; where it has ended, that what it had in hand is lost."""
        try:
            return (self._pipe.recv(),)
        except (EOFError, ConnectionError):
            return [Execution(name, (f"could not be executed: {DIED}",)) for name in sorted(waited_for)]


def _plans_of(tasks: Sequence[Task | ProfilesTask]) -> dict[Path, Plan]:
    """Return the plan of each report, by its file: known here, so that nobody has to read it again."""
    from sap_helpers.adam.store import PLAN_COPY
    from sap_helpers.plan import load_plan

    return {file: load_plan(file) for file in {task.folder / PLAN_COPY for task in tasks}}
