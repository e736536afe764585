"""Where a document is written, and what stops it."""

import pytest

from sap_helpers.errors import UsageError
from sap_helpers.run.export import command
from sap_helpers.run.export.command import export_document, export_split


@pytest.fixture
def report(make_document, make_table, monkeypatch, tmp_path):
    """Any folder is read as one small document, written as its title."""
    document = make_document(make_table([("a", "1")]))
    monkeypatch.setattr(command, "read_report", lambda _: document)
    monkeypatch.setitem(command.WRITERS, "pdf", lambda given: given.title.encode())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_export_document__without_out_takes_the_cuts_name_in_the_working_folder(report):
    assert str(export_document(report, "pdf", None)) == "c1.pdf"
    assert (report / "c1.pdf").read_text() == "NCT00000000: tables, figures and listings, cut c1"


def test_export_document__replaces_an_earlier_one_and_leaves_nothing_else(report):
    (report / "c1.pdf").write_text("old")
    export_document(report, "pdf", None)
    assert [path.name for path in report.iterdir()] == ["c1.pdf"]


def test_export_document__failure_leaves_the_earlier_one(report, monkeypatch):
    def fail(_):
        raise RuntimeError("fault")

    monkeypatch.setitem(command.WRITERS, "pdf", fail)
    (report / "c1.pdf").write_text("old")
    with pytest.raises(RuntimeError):
        export_document(report, "pdf", None)
    assert [(path.name, path.read_text()) for path in report.iterdir()] == [("c1.pdf", "old")]


def test_export_document__no_such_folder_is_told(report):
    with pytest.raises(UsageError, match=r"x.pdf: cannot be written \(No such file or directory\). Name another"):
        export_document(report, "pdf", report / "none" / "x.pdf")


def test_export_document__a_folder_is_no_file(report):
    (report / "sub").mkdir()
    with pytest.raises(UsageError, match="sub: a folder. Name a file with --out"):
        export_document(report, "pdf", report / "sub")


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_export_split__one_file_for_each_output_in_a_folder_of_the_cuts_name(report):
    assert str(export_split(report / "r", "pdf", None)) == "c1-pdf"
    assert names_in(report) == ["c1-pdf"]
    assert names_in(report / "c1-pdf") == ["t-14-01-01.pdf"]
    assert (report / "c1-pdf" / "t-14-01-01.pdf").read_text() == "NCT00000000: Table 14.1.1. A title, cut c1"


def test_export_split__replaces_an_earlier_one_whole(report):
    (report / "old").mkdir()
    (report / "old" / "t-14-09-09.pdf").write_text("old")
    export_split(report / "r", "pdf", report / "old")
    assert names_in(report) == ["old"]
    assert names_in(report / "old") == ["t-14-01-01.pdf"]


@pytest.mark.parametrize("name", ["notes.pdf", "t-14-01-01.docx", "t-14-01-01.pdf.bak"])
def test_export_split__a_folder_with_anything_else_is_left_alone(report, name):
    (report / "mine").mkdir()
    for each in ("t-14-01-01.pdf", name):
        (report / "mine" / each).write_text("mine")
    with pytest.raises(UsageError, match="mine: exists, and is no folder of outputs. Name another folder with --out"):
        export_split(report / "r", "pdf", report / "mine")
    assert {path.read_text() for path in (report / "mine").iterdir()} == {"mine"}


def test_export_split__not_into_the_report_itself(report):
    with pytest.raises(UsageError, match="inside the report itself"):
        export_split(report, "pdf", report / "sub")
    assert names_in(report) == []


def test_export_split__failure_leaves_the_earlier_one(report, monkeypatch):
    export_split(report / "r", "pdf", report / "out")

    def fail(_):
        raise RuntimeError("fault")

    monkeypatch.setitem(command.WRITERS, "pdf", fail)
    with pytest.raises(RuntimeError):
        export_split(report / "r", "pdf", report / "out")
    assert names_in(report) == ["out"]
    assert names_in(report / "out") == ["t-14-01-01.pdf"]
