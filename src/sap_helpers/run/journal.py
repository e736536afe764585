"""What a notebook has come to, on disk after every cell: all that is left where its process is killed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import nbformat

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Journal:
    """The account of one notebook, written while it runs.

    Parameters
    ----------
    path
        Its file.
    on_cell
        Called with the code cells done and their number.
    """

    def __init__(self, path: Path, on_cell: Callable[[int, int], None]) -> None:
        self.path, self.on_cell = path, on_cell
        self.done = self.total = 0

    def begin(self, notebook: nbformat.NotebookNode) -> None:
        """Write the notebook, its parameters injected, before any cell ran."""
        self.total = sum(cell.cell_type == "code" for cell in notebook.cells)
        self._write("w", notebook)
        self.on_cell(0, self.total)

    def note(self, index: int, cell: nbformat.NotebookNode) -> None:
        """Add a cell that ended."""
        if cell.cell_type == "code":
            self._write("a", [index, cell])
            self.done += 1
            self.on_cell(self.done, self.total)

    def _write(self, mode: str, content: object) -> None:
        with self.path.open(mode, encoding="utf-8") as file:
            file.write(json.dumps(content) + "\n")


def read_journal(path: Path, notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return how far a notebook came; the notebook given where it did not begin."""
    if not path.exists():
        return notebook
    with path.open(encoding="utf-8") as file:
        lines = [json.loads(line) for line in file if line.endswith("\n")]
    if not lines:
        return notebook
    for index, cell in lines[1:]:
        lines[0]["cells"][index] = cell
    came: nbformat.NotebookNode = nbformat.from_dict(lines[0])
    return came
