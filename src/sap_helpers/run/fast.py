"""The fast engine, seen from the run: a process of its own that warms up while the run reads and derives."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from contextlib import suppress
from multiprocessing import Pipe
from typing import TYPE_CHECKING, Self

from sap_helpers.run.engine import DIED, ENVIRONMENT, Execution

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from pathlib import Path
    from types import TracebackType

    from sap_helpers.plan import Plan
    from sap_helpers.run.engine import Task
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
    """

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self._is_used = False

    def __enter__(self) -> Self:
        """Start the process; it warms up by itself."""
        self._scratch = tempfile.TemporaryDirectory(prefix="sap-")
        self._pipe, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - this program itself
                [sys.executable, "-P", "-m", MODULE, str(theirs.fileno()), str(os.getpid())],
                env={**os.environ, **ENVIRONMENT, **ARROW, "IPYTHONDIR": f"{self._scratch.name}/ipython"},
                pass_fds=(theirs.fileno(),), stdin=subprocess.DEVNULL, stdout=2, start_new_session=True,
            )  # fmt: skip
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process and all that it started."""
        self._stop()
        self._scratch.cleanup()

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
        self, tasks: Sequence[Task | ProfilesTask], jobs: int, on_cell: Callable[[str, int, int], None]
    ) -> Generator[Execution]:
        """Execute notebooks and render their pages, `jobs` at a time, and yield each as it ends."""
        waited_for = {task.name for task in tasks}
        if waited_for:
            self._is_used = True
            with suppress(ConnectionError):  # it has ended; that is heard below
                self._pipe.send((tuple(tasks), jobs, self.limit, self._scratch.name, _plans_of(tasks)))
        try:
            yield from self._hear_all(waited_for, on_cell)
        finally:
            if waited_for:
                self._stop()

    def _hear_all(self, waited_for: set[str], on_cell: Callable[[str, int, int], None]) -> Generator[Execution]:
        """Yield what came of each notebook as it ends, and take it from those waited for."""
        while waited_for:
            message = self._hear()
            if message is None:
                # the warmed process itself was ended, or could not start: what it had in hand is lost
                yield from (Execution(name, (f"could not be executed: {DIED}",)) for name in sorted(waited_for))
                return
            if isinstance(message, Execution):
                waited_for.remove(message.name)
                yield message
            else:
                on_cell(*message)

    def _hear(self) -> Execution | tuple[str, int, int] | None:
        """Return what the process says next, None where it has ended."""
        try:
            message: Execution | tuple[str, int, int] = self._pipe.recv()
        except (EOFError, ConnectionError):
            return None
        return message


def _plans_of(tasks: Sequence[Task | ProfilesTask]) -> dict[Path, Plan]:
    """Return the plan of each report, by its file: known here, so that nobody has to read it again."""
    from sap_helpers.derive.store import PLAN_COPY
    from sap_helpers.plan import load_plan

    return {file: load_plan(file) for file in {task.folder / PLAN_COPY for task in tasks}}
