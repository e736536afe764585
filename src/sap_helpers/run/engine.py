"""The engine: what the execution of a notebook is asked for and gives back, and the choice of how it is done."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from sap_helpers.run.scratch import scratch

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
    from pathlib import Path

    from sap_helpers.run.notebooks import Notebook
    from sap_helpers.run.profiles import ProfilesTask
    from sap_helpers.show.page.render import Entry

Follow: TypeAlias = "Callable[[Executed], Sequence[Task]]"
EngineName = Literal["fast", "kernel"]
ENGINES: tuple[EngineName, ...] = ("fast", "kernel")
LIMIT_SECONDS = 1800
DIED = "its process ended before the notebook did; was there memory enough?"
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
# one thread a process: sums in one order, and as many notebooks at a time as there are processors
ENVIRONMENT = {
    **dict.fromkeys(THREADS, "1"),
    # else a figure drawn outside a terminal is not shown, without a word
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "PYTHONHASHSEED": "0",
}


@dataclass(frozen=True, slots=True)
class Task:
    """One notebook to execute and to render.

    Parameters
    ----------
    notebook
        What to execute.
    folder
        The report in the making: the notebook finds it at ``..`` from ``executed/``, and is written into it.
    frame
        What stands around every page of the report, as `page_frame` gives it.
    """

    notebook: Notebook
    folder: Path
    frame: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The notebook's name."""
        return self.notebook.name

    @property
    def target(self) -> Path:
        """The file of the executed copy."""
        return self.folder / "executed" / f"{self.notebook.name}.ipynb"


@dataclass(frozen=True, slots=True)
class Executed:
    """A notebook whose executed copy stands, while its page is still being made.

    Parameters
    ----------
    name
        The notebook's name.
    entries
        What can be found on its page; None where that is not known, or it has no page.
    """

    name: str
    entries: list[Entry] | None = None


@dataclass(frozen=True, slots=True)
class Execution:
    """What came of one notebook.

    Parameters
    ----------
    name
        The notebook's name.
    problems
        What is wrong with it, in words.
    reads
        The report's files that it read, by their path below the report; None where that is not known.
    seconds
        How long it took, its page included.
    unwritten
        Why the disk did not take it, else "".
    """

    name: str
    problems: tuple[str, ...]
    reads: tuple[str, ...] | None = None
    seconds: float = 0.0
    unwritten: str = ""


def nothing_follows(executed: Executed) -> Sequence[Task]:  # noqa: ARG001 - as it is called
    """Have no task follow a notebook."""
    return ()


def unwritten(name: str, error: OSError) -> Execution:
    """Return what came of a notebook, or of the profiles, that the disk does not take."""
    reason = os.strerror(error.errno or 0)
    return Execution(name, (f"could not be written: {reason}",), unwritten=reason)


class Engine(Protocol):
    """A way of executing notebooks."""

    def execute(
        self,
        tasks: Sequence[Task | ProfilesTask],
        jobs: int,
        on_cell: Callable[[str, int, int], None],
        on_executed: Follow = nothing_follows,
    ) -> Generator[Execution]:
        """Execute notebooks, render their pages and make the profiles, `jobs` at a time, and yield each as it ends.

        Closed early, it leaves nothing running that writes into the report.

        Parameters
        ----------
        tasks
            What to execute or to make.
        jobs
            How many at a time.
        on_cell
            Called with a notebook's name, its code cells done and their number.
        on_executed
            Called once for each notebook: when its executed copy stands, or none will come. Returns the tasks that
            can now begin, which are executed as well.
        """
        ...


def can_fork() -> bool:
    """Return whether this system can do what the fast engine asks of it."""
    return sys.platform == "linux" and hasattr(os, "fork")


@contextmanager
def open_engine(name: EngineName, limit: float = LIMIT_SECONDS) -> Iterator[Engine]:
    """Give an engine; what it holds goes with the end of the block.

    Parameters
    ----------
    name
        ``fast``: forks of one warmed process. ``kernel``: real Jupyter kernels, also where the system cannot fork.
    limit
        Seconds after which a notebook (a cell of it on a kernel) is stopped.
    """
    if name == "fast" and can_fork():
        from sap_helpers.run.fast import FastEngine

        with scratch() as folder, FastEngine(limit, folder) as fast:
            yield fast
        return
    if name == "fast":
        print("this system cannot fork: notebooks run on Jupyter kernels", file=sys.stderr, flush=True)
    from sap_helpers.run.kernels import KernelEngine

    with scratch() as folder:
        yield KernelEngine(limit, folder)


def too_long(limit: float) -> str:
    """Return why a notebook was stopped."""
    return f"stopped after {limit:g} s, the longest that a notebook may take"
