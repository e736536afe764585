"""The notebooks by the tools that their users type: papermill and pytest with nbval, from either folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOKS = ROOT / "notebooks"
CUT = "data/synthetic/2014-08-31"


def call(tool, *arguments, cwd):
    """Call a program of this environment and return its exit status and all that it said."""
    done = subprocess.run(
        [str(Path(sys.executable).with_name(tool)), *arguments], cwd=cwd, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout


@pytest.mark.parametrize(
    ("cwd", "notebook", "cut"),
    [(ROOT, "notebooks/00_data_quality.ipynb", CUT), (NOTEBOOKS, "00_data_quality.ipynb", f"../{CUT}")],
    ids=["from the root", "from notebooks"],
)
def test_papermill__runs_a_notebook_on_a_cut_named_from_where_it_is_called(tmp_path, cwd, notebook, cut):
    out = tmp_path / "out.ipynb"
    status, said = call("papermill", notebook, str(out), "-p", "cut", cut, cwd=cwd)
    assert status == 0, said
    texts = [o["data"]["text/plain"] for c in nbformat.read(out, 4).cells for o in c.get("outputs", []) if "data" in o]
    assert texts[0].startswith("NCT02084238, cut 2014-08-31 of 2014-08-31, synthetic data")


@pytest.mark.parametrize(
    ("parameter", "message"),
    [
        (("level", "0.9"), "UsageError: level: no parameter of this notebook. Allowed: cut. Another value of the plan "
                           "is set by sap run CUT --set KEY=VALUE."),
        (("cut", "data/absent"), f"UsageError: {NOTEBOOKS}/data/absent: neither a data cut (no cut.yaml) nor a report "
                                 f"(no cut.json). Name one of them; a path is seen from {NOTEBOOKS}."),
    ],
)  # fmt: skip
def test_papermill__refuses_in_the_opening_cell(tmp_path, parameter, message):
    out = tmp_path / "out.ipynb"
    status, said = call("papermill", "10_sri.ipynb", str(out), "-p", *parameter, cwd=NOTEBOOKS)
    assert status == 1
    assert message in said
    failed = [cell.source for cell in nbformat.read(out, 4).cells if cell.get("execution_count")][-1]
    assert "open_study(cut=cut)" in failed


@pytest.mark.parametrize(
    ("cwd", "arguments"),
    [(ROOT, ("--nbval", "notebooks/00_data_quality.ipynb")), (NOTEBOOKS, ("--nbval-lax", "00_data_quality.ipynb"))],
    ids=["nbval", "nbval-lax"],
)
def test_nbval__runs_every_cell_of_a_notebook(cwd, arguments):
    status, said = call("pytest", "-p", "no:cacheprovider", *arguments, cwd=cwd)
    cells = nbformat.read(NOTEBOOKS / "00_data_quality.ipynb", 4).cells
    assert status == 0, said
    assert f" {sum(cell.cell_type == 'code' for cell in cells)} passed in " in said
