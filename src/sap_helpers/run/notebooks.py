"""The notebooks: which there are, what each must be before it runs, and what it must be afterwards."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import nbformat

from sap_helpers.errors import NotebookError, UsageError
from sap_helpers.plan.display import PROFILES_PAGE
from sap_helpers.plan.home import notebook_files, notebook_name
from sap_helpers.run.aside import TAG, needed_later
from sap_helpers.run.unchanged import SUMMARY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

RESERVED = PROFILES_PAGE[0].partition(".")[0]
PARAMETERS = {"cut": str}
KERNEL = "python3"
# the way to magics, and what ends the shell, which a kernel does in its own time
SHELL_NAMES = {"get_ipython", "exit", "quit"}
# where a warning says that it arose: the process and the text of the cell, in a folder of temporary files
CELL_FILE = re.compile(r"[^\s:]*/ipykernel_\d+/\d+\.py")


@dataclass(frozen=True, slots=True)
class Notebook:
    """One notebook of the plan: its name (no number, no suffix), its file and its title."""

    name: str
    path: Path
    title: str

    @property
    def page(self) -> str:
        """The file of its page; the summary's is the report's index."""
        return "index.html" if self.name == SUMMARY else f"{self.name}.html"


def find_notebooks(folder: Path) -> tuple[Notebook, ...]:
    """Return the notebooks of a folder in the order of their numbers, each checked; other files are passed over.

    Raises
    ------
    NotebookError
        A notebook is not as `check_before` demands, two have one name, or there is none.
    """
    found: dict[str, Notebook] = {}
    for path in notebook_files(folder):
        name = notebook_name(path)
        if name == RESERVED:
            raise NotebookError(f"{path.name}: the name '{RESERVED}' is that of the subject profiles; choose another")
        if name in found:
            raise NotebookError(f"{path.name}: has the name of {found[name].path.name}; rename one of them")
        notebook = read_notebook(path)
        problems = check_before(notebook)
        if problems:
            raise NotebookError("\n".join(f"{path.name}: {problem}" for problem in problems))
        found[name] = Notebook(name, path, title_of(notebook))
    if not found:
        raise NotebookError("no notebook to run: the plan's notebooks folder holds none")
    return tuple(found.values())


def read_notebook(path: Path) -> nbformat.NotebookNode:
    """Return a notebook.

    Raises
    ------
    NotebookError
        The file cannot be read as one.
    """
    try:
        notebook: nbformat.NotebookNode = nbformat.read(path, as_version=4)
    except (
        OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError, nbformat.ValidationError
    ) as error:  # fmt: skip
        raise NotebookError(f"{path.name}: cannot be read as a notebook: {str(error).partition(chr(10))[0]}") from error
    return notebook


def papermill_path(path: Path) -> str:
    """Return a path as papermill is to be given it: there, braces stand for a parameter's value."""
    return str(path).replace("{", "{{").replace("}", "}}")


def choose(notebooks: Sequence[Notebook], only: Iterable[str] | None) -> tuple[Notebook, ...]:
    """Return the notebooks asked for, the summary always among them, in their order.

    Raises
    ------
    UsageError
        A name is not a notebook's.
    """
    if only is None:
        return tuple(notebooks)
    wanted = list(only)
    names = [notebook.name for notebook in notebooks]
    unknown = [name for name in wanted if name not in names]
    if unknown:
        raise UsageError(f"--only {unknown[0]}: no notebook of that name. Allowed: {', '.join(names)}.")
    return tuple(notebook for notebook in notebooks if notebook.name in wanted or notebook.name == SUMMARY)


def title_of(notebook: nbformat.NotebookNode) -> str:
    """Return the first heading of a notebook."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for line in cell.source.splitlines():
                if line.startswith("# "):
                    return str(line[2:].strip())
    return "Untitled"


def check_before(notebook: nbformat.NotebookNode) -> list[str]:
    """Return what would make a run of this notebook say less than it seems to.

    papermill runs a notebook with no parameters cell, or with two, on the notebook's own values; it passes over a
    parameter that no cell declares, and over shell lines that fail. What is no plain Python is refused as a whole.
    """
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    problems = [
        f"code cell {number} holds a shell line, a magic or a help request, or an error; only plain Python is run"
        for number, cell in enumerate(code, start=1)
        if not is_python(cell.source)
    ]
    if problems:
        return problems
    tagged = [cell for cell in code if "parameters" in cell.metadata.get("tags", [])]
    if len(tagged) != 1:
        problems.append(f"{len(tagged)} cells are tagged 'parameters'; there must be one")
    else:
        declared = declared_parameters(tagged[0].source)
        if declared != {name: kind.__name__ for name, kind in PARAMETERS.items()}:
            problems.append(f"declares the parameters {declared}; expected: cut, a str")
    sources = [cell.source for cell in code]
    for place, cell in enumerate(code):
        needed = needed_later(sources, place) if TAG in cell.metadata.get("tags", []) else set()
        if needed:
            names = ", ".join(sorted(needed))
            problems.append(f"code cell {place + 1} is tagged '{TAG}', yet a later one needs {names}")
    kernel = notebook.metadata.get("kernelspec", {}).get("name")
    if kernel != KERNEL:
        problems.append(f"asks for the kernel {kernel!r}; it must be {KERNEL!r}")
    return problems


def is_python(source: str) -> bool:
    """Return whether a cell is Python without IPython's own syntax, nor a way around it, nor an end of the shell."""
    try:
        names = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
    except (SyntaxError, ValueError):
        return False
    return names.isdisjoint(SHELL_NAMES)


def declared_parameters(source: str) -> dict[str, str]:
    """Return the names that a parameters cell assigns, each with the type of its literal default."""
    found: dict[str, str] = {}
    for statement in ast.parse(source).body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=value)):
                found[name] = type(value).__name__
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.Constant(value=value)):
                found[name] = type(value).__name__
    return found


def check_after(notebook: nbformat.NotebookNode) -> list[str]:
    """Return what shows that a notebook did not run to its end: errors, cells never executed."""
    problems = []
    for number, cell in enumerate((cell for cell in notebook.cells if cell.cell_type == "code"), start=1):
        problems += [
            f"code cell {number} failed with {output.ename}: {output.evalue}"
            for output in cell.outputs
            if output.output_type == "error"
        ]
        if cell.source.strip() and cell.execution_count is None:
            problems.append(f"code cell {number} was not executed")
    return problems


def tidy(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return an executed notebook without times, paths and random ids: the same run gives the same bytes."""
    clean: nbformat.NotebookNode = nbformat.from_dict(notebook)
    clean.metadata.pop("papermill", None)
    for number, cell in enumerate(clean.cells):
        cell["id"] = f"cell-{number:02d}"
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = _joined_streams(cell.outputs)
    return clean


def _joined_streams(outputs: list[Any]) -> list[Any]:
    """Join neighbouring pieces of one stream: how a kernel cuts them depends on the machine's mood."""
    joined: list[Any] = []
    for output in outputs:
        last = joined[-1] if joined else None
        if last is not None and output.output_type == "stream" == last.output_type and output.name == last.name:
            last.text += output.text
        else:
            joined.append(output)
    for output in joined:
        if output.output_type == "stream":
            output.text = CELL_FILE.sub("cell", output.text)
    return joined
