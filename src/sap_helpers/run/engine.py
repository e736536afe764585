"""The engine: notebooks executed by papermill on real kernels, each in a process of its own."""

from __future__ import annotations

import os
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TYPE_CHECKING

import nbformat

from sap_helpers.run.notebooks import check_after, tidy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sap_helpers.run.notebooks import Notebook

CELL_SECONDS = 600
# one thread a process: sums in one order, and as many notebooks at a time as there are processors
THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1")


@dataclass(frozen=True, slots=True)
class Execution:
    """What came of one notebook: the executed copy, and what is wrong with it."""

    name: str
    executed: nbformat.NotebookNode
    problems: tuple[str, ...]


def execute(notebooks: Sequence[Notebook], folder: Path, jobs: int) -> Iterator[Execution]:
    """Execute notebooks with the report folder as their study, and yield each as it ends.

    Parameters
    ----------
    notebooks
        What to execute.
    folder
        ``executed/`` of a report in the making; each finds the report at ``..`` from there, and is written into it.
    jobs
        How many at a time.
    """
    if not notebooks:
        return
    with (
        tempfile.TemporaryDirectory(prefix="sap-") as scratch,
        ProcessPoolExecutor(
            max_workers=min(jobs, len(notebooks)),
            mp_context=get_context("spawn"),
            initializer=_prepare,
            initargs=(scratch,),
        ) as pool,
    ):
        futures = {
            pool.submit(_execute_one, str(n.path), str(folder / f"{n.name}.ipynb"), str(folder)): n for n in notebooks
        }
        for future in as_completed(futures):
            notebook = futures[future]
            try:
                error = future.result()
            except BrokenProcessPool:
                error = "its process was ended from outside; was there memory enough?"
            yield _finish(notebook, folder / f"{notebook.name}.ipynb", error)


def _prepare(scratch: str) -> None:
    """Set up a worker: one thread, and nothing of the user's own IPython settings in what the kernels do."""
    os.environ.update(THREADS)
    os.environ.update(JUPYTER_RUNTIME_DIR=scratch, IPYTHONDIR=f"{scratch}/ipython", PYTHONHASHSEED="0")
    # costs a second of papermill's import and is not used
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


def _execute_one(source: str, target: str, folder: str) -> str:
    """Execute one notebook; return why it could not be finished, or "". The copy at `target` holds how far it came."""
    import papermill
    from traitlets.config import Config

    # tcp ports collide now and then between kernels that start together, and so does the default name of a socket
    socket = f"{os.environ['JUPYTER_RUNTIME_DIR']}/{os.getpid()}"
    try:
        papermill.execute_notebook(
            source, target, parameters={"cut": ".."}, cwd=folder, kernel_name="python3", progress_bar=False,
            execution_timeout=CELL_SECONDS, config=Config({"KernelManager": {"transport": "ipc", "ip": socket}}),
        )  # fmt: skip
    except papermill.PapermillExecutionError:
        return ""  # the executed copy holds the error itself
    except Exception as error:  # noqa: BLE001 - whatever stops one notebook is told, and the others still run
        return f"{type(error).__name__}: {error}"
    return ""


def _finish(notebook: Notebook, path: Path, error: str) -> Execution:
    source = path if path.is_file() else notebook.path
    executed = tidy(nbformat.read(source, as_version=4))
    problems = ((f"could not be executed: {error}",) if error else ()) + tuple(check_after(executed))
    nbformat.write(executed, path)
    return Execution(notebook.name, executed, problems)
