"""Small notebooks executed on either engine: each shows one thing that a kernel does with a cell."""

from __future__ import annotations

import shutil

import nbformat
import pytest
from nbformat import v4

from sap_helpers.plan.home import PLAN_FILE
from sap_helpers.run.engine import Task, open_engine
from sap_helpers.run.manifest import write_manifest
from sap_helpers.run.notebooks import Notebook

FRAME = {
    "study": "NCT00000000", "study_title": "A study", "cut_id": "cut", "cut_date": "2015-01-31", "plan_version": "1",
    "synthetic": True, "sealed": False, "interim": False,
}  # fmt: skip


# what the manifest of every report says
MANIFEST = {
    "study": "NCT02084238", "cut_id": "c1", "cut_date": "2015-01-31", "all_notebooks": ["sri"], "failed": [],
}  # fmt: skip
ENTRY = {"key": "0" * 64, "reads": None, "frame": "0" * 64, "seconds": 1.0}


@pytest.fixture(scope="session")
def put_manifest():
    """Return a function that writes the manifest of a report folder, with fields other than the usual ones."""

    def put(folder, **fields):
        write_manifest(folder, **MANIFEST | fields)

    return put


@pytest.fixture(scope="session")
def notebook_entry():
    """What a manifest says of a notebook."""
    return ENTRY


def write_notebook(folder, name, *sources):
    notebook = v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "p", "language": "python"}})
    parameters = v4.new_code_cell('cut: str = "default"', metadata={"tags": ["parameters"]})
    notebook.cells = [parameters, *map(v4.new_code_cell, sources)]
    nbformat.write(notebook, folder / f"10_{name}.ipynb")
    return Notebook(name, folder / f"10_{name}.ipynb", name)


@pytest.fixture(scope="session")
def make_notebook():
    """Return a function that writes a notebook of code cells below the parameters cell."""
    return write_notebook


@pytest.fixture(scope="session")
def make_report():
    """Return a function that makes a report in the making at a place, with a plan and two data files."""

    def make(folder):
        (folder / "executed").mkdir(parents=True)
        (folder / "adam").mkdir()
        shutil.copy(PLAN_FILE, folder / "plan.yaml")
        for name in ("cut.json", "findings.csv", "adam/adsl.parquet", "adam/adae.parquet"):
            (folder / name).write_text(name)
        return folder

    return make


@pytest.fixture(scope="session")
def run_notebooks():
    """Return a function that executes notebooks: what came of each by name, and what was said of their cells."""

    def run(engine, report, notebooks, limit=100, jobs=2):
        said = {}
        with open_engine(engine, limit) as made:
            tasks = [Task(notebook, report, FRAME) for notebook in notebooks]
            heard = made.execute(tasks, jobs, lambda name, done, of: said.setdefault(name, []).append((done, of)))
            return {done.name: done for done in heard}, said

    return run


@pytest.fixture(scope="session")
def code_cells():
    """Return a function that reads the code cells of an executed copy."""

    def read(report, name):
        executed = nbformat.read(report / "executed" / f"{name}.ipynb", as_version=4)
        return [cell for cell in executed.cells if cell.cell_type == "code"]

    return read
