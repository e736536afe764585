"""Which files of its report a notebook reads: watched while it runs, so that it is run again when one of them changes.

What Python opens is seen; what a library opens by itself, or another process, is not. So a notebook that imports
anything but the package, whose only reader opens files in Python, counts as reading all data; one that starts a
process, lists a folder of the report or opens anything else in it, as reading what nobody knows.
"""

from __future__ import annotations

import ast
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import nbformat

PACKAGE = "sap_helpers"
DATA = ("plan.yaml", "cut.json", "findings.csv", "results.csv", "changes.csv", "comparison.json")
# the events that Python raises when another process is started, whose files nobody sees
PROCESSES = {"subprocess.Popen", "os.system", "os.fork", "os.forkpty", "os.exec", "os.posix_spawn", "os.spawn"}
LISTINGS = {"os.listdir", "os.scandir"}


def data_files(folder: Path) -> tuple[str, ...]:
    """Return the files of a report in the making that a notebook may read, by their path below it."""
    names = [name for name in DATA if (folder / name).is_file()]
    return (*names, *sorted(f"adam/{path.name}" for path in (folder / "adam").glob("*.parquet")))


def imports_only_package(notebook: nbformat.NotebookNode) -> bool:
    """Return whether the code of a notebook imports nothing but this package."""
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    return all(_is_package_only(node) for source in code for node in ast.walk(ast.parse(source)))


def _is_package_only(node: ast.AST) -> bool:
    match node:
        case ast.Import(names=names):
            return all(alias.name.partition(".")[0] == PACKAGE for alias in names)
        case ast.ImportFrom(module=module):
            return (module or "").partition(".")[0] == PACKAGE
        case ast.Name(id=name):
            return name not in {"__import__", "__builtins__", "eval", "exec"}
    return True


class Watch:
    """The files of a report that this process opens from now on.

    Parameters
    ----------
    folder
        The report in the making.
    own
        The notebook's own executed copy and page, which are no reading.
    """

    def __init__(self, folder: Path, *own: Path) -> None:
        self.root = os.path.realpath(folder)
        self.known = set(data_files(folder))
        self.own = {os.path.realpath(path) for path in own}
        self.found: set[str] = set()
        self.is_known = True
        self.is_on = True
        sys.addaudithook(self._hear)

    def stop(self) -> tuple[str, ...] | None:
        """Stop watching and return what was read, or None where that cannot be told."""
        self.is_on = False
        return tuple(sorted(self.found)) if self.is_known else None

    def add(self, reads: tuple[str, ...] | None) -> None:
        """Take in what was read in another process, None where that cannot be told."""
        self.found.update(reads or ())
        self.is_known &= reads is not None

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.is_on:
            return
        if event == "open":
            self._note(arguments[0])
        elif event in LISTINGS:
            self.is_known &= not self._below(arguments[0] if arguments[0] is not None else os.curdir)
        elif event in PROCESSES:
            self.is_known = False

    def _note(self, path: object) -> None:
        below = self._below(path)
        if below and below in self.known:
            self.found.add(below)
        elif below:
            self.is_known = False

    def _below(self, path: object) -> str:
        """Return the path of a file below the report, "" where it is elsewhere or no path."""
        if not isinstance(path, str | bytes | os.PathLike):
            return ""
        whole = os.path.realpath(os.fsdecode(path))
        if whole in self.own or not (whole + os.sep).startswith(self.root + os.sep):
            return ""
        return Path(whole).relative_to(self.root).as_posix()
