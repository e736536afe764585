"""Tests of the watch on files: what a notebook reads is known, or known to be unknown; each claim in a process."""

from __future__ import annotations

import subprocess
import sys

import nbformat
import pytest
from nbformat import v4

from sap_helpers.plan.home import NOTEBOOKS
from sap_helpers.run.engine import can_fork
from sap_helpers.run.reads import data_files, imports_only_package

# an audit hook stays for the rest of a process
PROGRAM = """
import os, sys
from pathlib import Path
from sap_helpers.run.reads import Watch
report = Path(sys.argv[1])
os.chdir(report / "executed")
watch = Watch(report, report / "executed" / "own.ipynb")
{code}
found = watch.stop()
open("../cut.json").close()
print(found)
"""


@pytest.fixture
def watched(tmp_path, make_report):
    """Return a function that runs a piece of code under a watch and returns what that says."""
    report = make_report(tmp_path / "report")
    (report / "executed" / "own.ipynb").write_text("{}")
    (report / "executed" / "other.ipynb").write_text("{}")
    (tmp_path / "elsewhere").write_text("")
    (tmp_path / "link").symlink_to(report / "adam")

    def run(code):
        program = [sys.executable, "-c", PROGRAM.format(code=code), str(report)]
        return subprocess.run(program, capture_output=True, text=True, check=True).stdout.strip()

    return run


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("", "()"),
        ("open('../adam/adae.parquet').close()", "('adam/adae.parquet',)"),
        ("Path('../adam/adae.parquet').read_bytes(); Path('../cut.json').read_text()",
         "('adam/adae.parquet', 'cut.json')"),
        ("os.close(os.open(b'../findings.csv', os.O_RDONLY))", "('findings.csv',)"),
        ("Path('../../link/adsl.parquet').read_bytes()", "('adam/adsl.parquet',)"),
        ("open(Path.cwd().parent / 'plan.yaml').close()", "('plan.yaml',)"),
        ("open('../../elsewhere').close()", "()"),
        ("open('own.ipynb').close()", "()"),
    ],
)  # fmt: skip
def test_watch__what_is_opened_is_known(watched, code, found):
    assert watched(code) == found


@pytest.mark.parametrize(
    "code",
    [
        "open('other.ipynb').close()",
        "os.listdir('..')",
        "list(Path('../adam').glob('*'))",
        "list(os.scandir(Path('../adam')))",
        "os.system('true')",
        "import subprocess; subprocess.run(['true'])",
        "os.waitpid(os.fork() or os._exit(0), 0)",
        "open('../new.txt', 'w').close()",
    ],
)
def test_watch__what_cannot_be_told_is_unknown(watched, code):
    assert watched(code) == "None"


def test_data_files__those_that_a_notebook_may_read(tmp_path, make_report):
    report = make_report(tmp_path / "report")
    (report / "index.html").write_text("")
    assert data_files(report) == (
        "plan.yaml", "cut.json", "findings.csv", "adam/adae.parquet", "adam/adsl.parquet"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("source", "is_package_only"),
    [
        ("from sap_helpers import show\nimport sap_helpers.analyses", True),
        ("x = 1", True),
        ("import pandas as pd", False),
        ("def f():\n    from pyarrow import parquet", False),
        ("import sap_helpers_else", False),
        ("__import__('pandas')", False),
        ("exec('import pandas')", False),
    ],
)
def test_imports_only_package__what_could_read_unseen(source, is_package_only):
    notebook = v4.new_notebook(cells=[v4.new_markdown_cell("import pandas"), v4.new_code_cell(source)])
    assert imports_only_package(notebook) is is_package_only


def test_imports_only_package__holds_for_the_projects_notebooks():
    notebooks = [nbformat.read(path, as_version=4) for path in sorted(NOTEBOOKS.glob("*.ipynb"))]
    assert [imports_only_package(notebook) for notebook in notebooks] == [True] * len(notebooks)


@pytest.mark.skipif(not can_fork(), reason="only the fast engine watches")
def test_execute__reads_are_told_and_all_data_where_another_package_could_read(
    tmp_path, make_notebook, make_report, run_notebooks
):
    report = make_report(tmp_path / "report")
    sources = {
        "one": ["open('../adam/adae.parquet').close()"],
        "none": ["1"],
        "library": ["import pandas"],
        "unknown": ["open('one.ipynb', 'a').close()"],
    }
    done, _ = run_notebooks("fast", report, [make_notebook(tmp_path, n, *code) for n, code in sources.items()], jobs=1)
    assert {name: execution.reads for name, execution in done.items()} == {
        "one": ("adam/adae.parquet",), "none": (), "library": data_files(report), "unknown": None,
    }  # fmt: skip
