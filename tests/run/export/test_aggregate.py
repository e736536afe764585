"""Where a copy without subjects may stand; what it holds is tested on whole reports."""

import nbformat
import pytest

from sap_helpers.errors import UsageError
from sap_helpers.run.export.aggregate import export_aggregate


@pytest.fixture
def report(tmp_path, notebook, put_manifest):
    folder = tmp_path / "report"
    (folder / "executed").mkdir(parents=True)
    (folder / "adam").mkdir()
    nbformat.write(notebook, folder / "executed" / "sri.ipynb")
    for name in ("cut.json", "plan.yaml"):
        (folder / name).write_text("{}")
    put_manifest(folder)
    return folder


def test_export_aggregate__not_inside_the_report(report):
    with pytest.raises(UsageError, match="copy: inside the report itself"):
        export_aggregate(report, report / "copy")


def test_export_aggregate__not_over_something_else(report, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "work.txt").write_text("mine")
    with pytest.raises(UsageError, match="mine: exists, and is no copy of a report"):
        export_aggregate(report, tmp_path / "mine")
    assert (tmp_path / "mine" / "work.txt").read_text() == "mine"


def test_export_aggregate__a_copy_is_not_copied(report, tmp_path):
    (report / "adam").rmdir()
    with pytest.raises(UsageError, match="has no adam/, so it is a copy already"):
        export_aggregate(report, tmp_path / "copy")


def test_export_aggregate__place_that_takes_no_folder_is_told(report, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="file cannot be written: File exists. Name another folder with --out"):
        export_aggregate(report, tmp_path / "file" / "copy")
