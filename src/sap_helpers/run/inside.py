"""What a fork of the warmed process does: execute one notebook, make its page, say what came of it."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import nbformat
import papermill

from sap_helpers.run.aside import Aside
from sap_helpers.run.finish import finish
from sap_helpers.run.journal import Journal, read_journal
from sap_helpers.run.notebooks import papermill_path, read_notebook
from sap_helpers.run.reads import Watch, data_files, imports_only_package
from sap_helpers.run.shell import NAME

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from pathlib import Path

    from sap_helpers.run.engine import Execution, Task


def execute_one(task: Task, account: Path, pipe: Connection, spare: Callable[[], int]) -> None:
    """Execute one notebook in this process and make its page.

    Parameters
    ----------
    task
        What to execute.
    account
        Where its journal is kept.
    pipe
        Is sent (name, done, of) after every code cell, `Executed` before the page is made, and the `Execution` in the
        end.
    spare
        Tells how many processors it may use beside its own.
    """
    started = time.monotonic()
    source = read_notebook(task.notebook.path)
    data = data_files(task.folder)
    watch = Watch(task.folder, task.target, task.folder / task.notebook.page)
    journal = Journal(account, lambda done, of: pipe.send((task.name, done, of)))
    executed, error = _run(task, journal, Aside(spare, watch))
    # the page reads too: what is behind its numbers
    done = finish(task, executed, error, None, started, on_executed=pipe.send)
    reads = watch.stop()
    if reads is not None and not imports_only_package(source):
        reads = data
    pipe.send(replace(done, reads=reads))


def _run(task: Task, journal: Journal, aside: Aside) -> tuple[nbformat.NotebookNode, str]:
    """Execute one notebook; return how far it came, and why it could not be finished, or ""."""
    try:
        executed = papermill.execute_notebook(
            papermill_path(task.notebook.path), papermill_path(task.target), parameters={"cut": ".."},
            cwd=str(task.target.parent), kernel_name="python3", engine_name=NAME, progress_bar=False,
            request_save_on_cell_execute=False, journal=journal, aside=aside,
        )  # fmt: skip
    except papermill.PapermillExecutionError:
        return nbformat.read(task.target, as_version=4), ""  # the executed copy holds the error itself
    except Exception as problem:  # noqa: BLE001 - whatever stops one notebook is told, and the others still run
        error = f"{type(problem).__name__}: {problem}"
    else:
        return executed, ""
    return read_journal(journal.path, read_notebook(task.notebook.path)), error


def finish_killed(task: Task, account: Path, error: str, started: float) -> Execution:
    """Make the copy and the page of a notebook that was killed, from what it had come to."""
    return finish(task, read_journal(account, read_notebook(task.notebook.path)), error, None, started)
