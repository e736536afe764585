"""The end of a notebook's execution: the executed copy tidied, checked and written, and its page made."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import nbformat

from sap_helpers.run.engine import Executed, Execution, unwritten
from sap_helpers.run.lock import DISK_ERRORS
from sap_helpers.run.notebooks import check_after, tidy
from sap_helpers.run.pages import write_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from sap_helpers.run.engine import Task


def finish(
    task: Task,
    executed: nbformat.NotebookNode,
    error: str,
    reads: tuple[str, ...] | None,
    started: float,
    on_executed: Callable[[Executed], None] = lambda _: None,
) -> Execution:
    """Write the executed copy and the page of a notebook, and return what came of it.

    Parameters
    ----------
    task
        What was executed.
    executed
        How far it came.
    error
        Why it could not be finished, or "".
    reads
        The report's files that it read; None where that is not known.
    started
        When it began, on the monotonic clock.
    on_executed
        Called when the copy is written and it is known what can be found on the page.
    """
    executed = tidy(executed)
    problems = [f"could not be executed: {error}"] if error else []
    problems += check_after(executed)
    try:
        nbformat.write(executed, task.target)
        problems += write_page(
            task.folder, task.notebook, executed, task.frame,
            on_draft=lambda entries: on_executed(Executed(task.name, entries)),
        )  # fmt: skip
    except OSError as problem:
        if problem.errno not in DISK_ERRORS:
            raise
        return unwritten(task.name, problem)
    return Execution(task.name, tuple(problems), reads, time.monotonic() - started)
