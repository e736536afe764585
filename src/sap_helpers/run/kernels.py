"""Notebooks on real Jupyter kernels, each in a process of its own: slower, and what the fast engine has to equal."""

from __future__ import annotations

import os
import signal
import sys
import time
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import active_children, get_context
from typing import TYPE_CHECKING

import psutil

from sap_helpers.run.engine import (
    DIED,
    ENVIRONMENT,
    Executed,
    Execution,
    Task,
    can_fork,
    nothing_follows,
    too_long,
)
from sap_helpers.run.forks import die_with
from sap_helpers.run.profiles import ProfilesTask, make_profiles
from sap_helpers.run.reads import data_files

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence
    from pathlib import Path

    from sap_helpers.run.engine import Follow


class KernelEngine:
    """Execute notebooks by papermill and a kernel each.

    Parameters
    ----------
    limit
        Seconds after which a cell is stopped.
    scratch
        A folder for what is kept while they run.
    """

    def __init__(self, limit: float, scratch: Path) -> None:
        self.limit, self._scratch = limit, scratch

    def execute(
        self,
        tasks: Sequence[Task | ProfilesTask],
        jobs: int,
        on_cell: Callable[[str, int, int], None],
        on_executed: Follow = nothing_follows,
    ) -> Generator[Execution]:
        """Execute notebooks and render their pages; a kernel cannot be watched, so each counts as reading all data."""
        if not tasks:
            return
        follows: list[Task] = []
        with ProcessPoolExecutor(
            max_workers=min(jobs, len(tasks)),
            mp_context=get_context("spawn"),
            initializer=_prepare,
            initargs=(str(self._scratch), os.getpid()),
        ) as pool:
            futures = {pool.submit(_execute_one, task, self.limit): task for task in tasks}
            try:
                for future in as_completed(futures):
                    task = futures[future]
                    try:
                        yield future.result()
                    except BrokenProcessPool:
                        yield Execution(task.name, (f"could not be executed: {DIED}",))
                    if isinstance(task, Task):
                        follows += on_executed(Executed(task.name))
            finally:
                _end_workers(futures)
        yield from self.execute(follows, jobs, on_cell)


def _end_workers(futures: Iterable[Future[Execution]]) -> None:
    """Where notebooks are still being executed, end the workers; each shuts its kernel down."""
    if not all(future.done() for future in futures):
        for worker in active_children():
            worker.terminate()


def _prepare(scratch: str, parent: int) -> None:
    """Set up a worker: one thread, and nothing of the user's own IPython settings in what the kernels do."""
    signal.signal(signal.SIGTERM, _end)
    if can_fork():
        die_with(parent)
    os.environ.update(ENVIRONMENT, JUPYTER_RUNTIME_DIR=scratch, IPYTHONDIR=f"{scratch}/ipython")
    # costs a second of papermill's import and is not used
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


def _end(*_: object) -> None:
    """End this worker and its kernel: left to itself, one lives for a second longer and complains on the terminal."""
    for kernel in psutil.Process().children(recursive=True):
        kernel.kill()
    sys.exit(1)


def _execute_one(task: Task | ProfilesTask, limit: float) -> Execution:
    if isinstance(task, ProfilesTask):
        return make_profiles(task)
    import nbformat

    from sap_helpers.run.finish import finish

    started = time.monotonic()
    reads = data_files(task.folder)
    error = _run(task, limit)
    source = task.target if task.target.is_file() else task.notebook.path
    return finish(task, nbformat.read(source, as_version=4), error, reads, started)


def _run(task: Task, limit: float) -> str:
    """Execute one notebook; return why it could not be finished, or "". The copy on disk holds how far it came."""
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from traitlets.config import Config

    from sap_helpers.run.notebooks import papermill_path

    # tcp ports collide now and then between kernels that start together, and so does the default name of a socket;
    # the default place of the file that tells of them is the system's, where it would outlive a killed run
    socket = f"{os.environ['JUPYTER_RUNTIME_DIR']}/{os.getpid()}"
    kernel = {"transport": "ipc", "ip": socket, "connection_file": f"{socket}-{task.name}.json"}
    try:
        papermill.execute_notebook(
            papermill_path(task.notebook.path), papermill_path(task.target), parameters={"cut": ".."},
            cwd=str(task.target.parent), kernel_name="python3", progress_bar=False, execution_timeout=limit,
            config=Config({"KernelManager": kernel}),
        )  # fmt: skip
    except papermill.PapermillExecutionError:
        return ""  # the executed copy holds the error itself
    except DeadKernelError:
        return DIED
    except CellTimeoutError:
        return too_long(limit)
    except Exception as error:  # noqa: BLE001 - whatever stops one notebook is told, and the others still run
        return f"{type(error).__name__}: {error}"
    return ""
