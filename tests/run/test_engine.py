"""Tests of the engine on real kernels: what ends a notebook early is told, and the others still run."""

from __future__ import annotations

import nbformat
import pytest
from nbformat import v4

from sap_helpers.run.engine import execute
from sap_helpers.run.notebooks import Notebook

CASES = {
    "error": "1 / 0",
    "exit": "import sys\nsys.exit(0)",
    "killed": "import os\nos._exit(0)",
    "sound": "print('as a report', cut)",
}


@pytest.fixture(scope="module")
def executions(tmp_path_factory):
    """Every case executed once, by name, and the folder of the executed copies."""
    folder = tmp_path_factory.mktemp("engine")
    executed = folder / "executed"
    executed.mkdir()
    notebooks = []
    for name, source in CASES.items():
        notebook = v4.new_notebook(
            metadata={"kernelspec": {"name": "python3", "display_name": "p", "language": "python"}}
        )
        parameters = v4.new_code_cell('cut: str = "default"', metadata={"tags": ["parameters"]})
        notebook.cells = [parameters, v4.new_code_cell(source), v4.new_code_cell("1")]
        nbformat.write(notebook, folder / f"10_{name}.ipynb")
        notebooks.append(Notebook(name, folder / f"10_{name}.ipynb", name))
    return {done.name: done for done in execute(notebooks, executed, 2)}, executed


def test_execute__every_notebook_ends(executions):
    assert executions[0].keys() == CASES.keys()


@pytest.mark.parametrize(
    ("name", "problems"),
    [
        # the parameters cell and the one injected below it stand first
        ("error", ("code cell 3 failed with ZeroDivisionError: division by zero", "code cell 4 was not executed")),
        ("exit", ("code cell 3 failed with SystemExit: 0", "code cell 4 was not executed")),
        ("sound", ()),
    ],
)  # fmt: skip
def test_execute__problems_name_the_cell(executions, name, problems):
    assert executions[0][name].problems == problems


def test_execute__dead_kernel_is_told(executions):
    problems = executions[0]["killed"].problems  # whether cell 3 got its count before the end is chance
    assert problems[0] == "could not be executed: DeadKernelError: Kernel died"
    assert problems[-1] == "code cell 4 was not executed"


def test_execute__report_is_injected_as_the_folder_above(executions):
    code = [cell for cell in executions[0]["sound"].executed.cells if cell.cell_type == "code"]
    assert code[2].outputs[0].text == "as a report ..\n"


def test_execute__copy_on_disk_is_the_tidy_one(executions):
    done, folder = executions
    for name in CASES:
        copy = nbformat.read(folder / f"{name}.ipynb", as_version=4)
        assert "papermill" not in copy.metadata
        assert [cell.id for cell in copy.cells] == [f"cell-{number:02d}" for number in range(len(copy.cells))]
        assert copy == done[name].executed


def test_execute__nothing_to_do(tmp_path):
    assert list(execute([], tmp_path, 2)) == []
