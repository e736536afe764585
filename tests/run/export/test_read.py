"""A report read as a document."""

import json
import shutil

import nbformat
import pytest

from sap_helpers.adam.store import save_study
from sap_helpers.errors import UsageError
from sap_helpers.run.cli import main
from sap_helpers.run.export.read import ABOUT_KEYS, check_report, notebooks_of, read_outputs, read_report, writable
from sap_helpers.run.notebooks import Notebook
from sap_helpers.show.display import MIME, Cell, Column, Figure, Row, Table

VALUES = ("NCT00000000", "A study", "c1", "2015-01-31", "1.0", True, False, False, [["level", "0.95", "0.9"]], [], [])
ABOUT = dict(zip(ABOUT_KEYS, VALUES, strict=True))


@pytest.fixture
def copy_folder(tmp_path, notebook, put_manifest):
    """A copy without data, of two notebooks: the second has the same outputs in a section before the first's."""
    (tmp_path / "executed").mkdir()
    nbformat.write(notebook, tmp_path / "executed" / "sri.ipynb")
    notebook.metadata["sap"] = {"tables": "14.1.10", "listings": "16.2.3"}
    nbformat.write(notebook, tmp_path / "executed" / "disposition.ipynb")
    for name in ("cut.json", "plan.yaml"):
        (tmp_path / name).write_text("{}")
    put_manifest(tmp_path, about=ABOUT, all_notebooks=["sri", "disposition"])
    return tmp_path


@pytest.fixture
def report_folder(tmp_path, notebook, make_study, make_domains, put_manifest):
    """A report with its data, of one notebook, and a function that has its manifest say that it is whole."""
    folder = tmp_path / "report"
    save_study(make_study(make_domains({"S-1": {1: (8, "E" * 9, "1")}})), folder)
    (folder / "executed").mkdir()
    nbformat.write(notebook, folder / "executed" / "sri.ipynb")
    put_manifest(folder)
    return folder, lambda: put_manifest(folder)


@pytest.mark.parametrize("kind", [("--to", "rtf"), ("--aggregate-only",)])
@pytest.mark.parametrize("is_repaired", [False, True])
@pytest.mark.parametrize("cut_id", ["../escaped/pwn", "/tmp/pwn", "CON", 1])
def test_export__a_name_that_is_no_cuts_leads_nowhere(
    report_folder, tmp_path, monkeypatch, capsys, kind, is_repaired, cut_id
):
    folder, repair = report_folder
    for name in ("work", "escaped"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "work")
    about = json.loads((folder / "cut.json").read_text(encoding="utf-8"))
    (folder / "cut.json").write_text(json.dumps({**about, "cut_id": cut_id}), encoding="utf-8")
    if is_repaired:
        repair()
    assert main(["export", str(folder), *kind]) == 2
    said = "its cut.json is not of the form" if is_repaired else "cut.json is not the file that was published"
    assert said in capsys.readouterr().err
    assert [*(tmp_path / "escaped").iterdir(), *(tmp_path / "work").rglob("*.rtf")] == []


def test_read_outputs__tables_and_figures_in_order_with_their_numbers(tmp_path, notebook):
    nbformat.write(notebook, tmp_path / "sri.ipynb")
    found = list(read_outputs(Notebook("sri", tmp_path / "sri.ipynb", "A page")))
    assert [output.label for output in found] == [
        "Table 14.2.1.1", "Figure 14.2.1.1", "Figure 14.2.1.2", "Listing 16.2.6.1.1", "",
    ]  # fmt: skip
    assert [output.display.title for output in found] == ["A <table>", "Lanes", "Rates", "A listing", "Software"]


def test_read_outputs__caption_of_a_figure_does_not_repeat_its_title(tmp_path, notebook):
    nbformat.write(notebook, tmp_path / "sri.ipynb")
    _, _, figure, *_ = read_outputs(Notebook("sri", tmp_path / "sri.ipynb", "A page"))
    assert isinstance(figure.display, Figure)
    assert figure.display.legend == "Bars. X.G · cut c1."


def test_writable__what_no_xml_may_hold_is_written_out():
    assert writable("a\u202eb\x07c\ufffed") == "a<U+202E>b<U+0007>c<U+FFFE>d"


def test_read_outputs__every_text_can_be_written_in_every_format(tmp_path, make_notebook_of):
    hostile = "a\u202eb\x07c\ufffed"
    row = Row(hostile, (Cell(hostile, details=(hostile,)),))
    made = make_notebook_of(Table(hostile, hostile, hostile, (Column(hostile),), (row,), hostile, (hostile,), hostile))
    nbformat.write(made, tmp_path / "sri.ipynb")
    (output,) = read_outputs(Notebook("sri", tmp_path / "sri.ipynb", hostile))
    assert not {"\u202e", "\x07", "\ufffe"} & set(repr(output).encode().decode("unicode_escape"))
    assert output.page == "a<U+202E>b<U+0007>c<U+FFFE>d"


def test_read_report__sections_stand_in_the_order_of_their_numbers_listings_after(copy_folder):
    headings = [section.heading for section in read_report(copy_folder).sections]
    assert headings == ["14.1.10 A page", "14.2.1 A page", "16.2.3 A page", "16.2.6.1 A page", "Further tables"]


def test_read_report__a_table_without_number_stands_once(copy_folder):
    assert [output.display.title for output in read_report(copy_folder).sections[-1].outputs] == ["Software"]


def test_read_report__a_copy_without_data_takes_what_it_is_from_its_manifest(copy_folder):
    about = read_report(copy_folder).about
    assert (about.cut_id, about.stamps) == ("c1", ("SYNTHETIC DATA", "unsealed cut"))
    assert about.plan_differences == (("level", "0.95", "0.9"),)


def test_notebooks_of__follow_the_plan(copy_folder):
    assert [n.name for n in notebooks_of(check_report(copy_folder))] == ["sri", "disposition"]


def test_check_report__another_folder_is_refused(tmp_path):
    with pytest.raises(UsageError, match=r"not a report \(no manifest.json\)\. Name the folder that sap run printed"):
        check_report(tmp_path)


def test_check_report__without_notebooks_is_refused(copy_folder, put_manifest):
    shutil.rmtree(copy_folder / "executed")
    put_manifest(copy_folder)
    with pytest.raises(UsageError, match="a report without notebooks"):
        check_report(copy_folder)


@pytest.mark.parametrize("name", ["executed/sri.ipynb", "cut.json", "plan.yaml"])
def test_read_report__altered_one_is_refused(copy_folder, name):
    (copy_folder / name).write_text("altered")
    with pytest.raises(UsageError, match=f"{name} is not the file that was published"):
        read_report(copy_folder)


@pytest.mark.parametrize(
    "about", [{**ABOUT, "cut_id": "../escaped/pwn"}, {**ABOUT, "set_sizes": [["SAF", "many"]]}, []]
)
def test_read_report__copy_whose_manifest_says_anything_else_is_refused(copy_folder, put_manifest, about):
    put_manifest(copy_folder, about=about)
    with pytest.raises(UsageError, match="about absent or not of the form"):
        read_report(copy_folder)


def test_read_report__neither_data_nor_what_a_copy_says_is_refused(copy_folder, put_manifest):
    put_manifest(copy_folder)
    with pytest.raises(UsageError, match="has no adam/, and is no copy without subjects"):
        read_report(copy_folder)


def test_read_report__of_an_earlier_version_is_refused(copy_folder, put_manifest):
    for path in (copy_folder / "executed").iterdir():
        made = nbformat.read(path, as_version=4)
        for output in made.cells[1].outputs:
            output.get("data", {}).pop(MIME, None)
        nbformat.write(made, path)
    put_manifest(copy_folder, about=ABOUT, all_notebooks=["sri", "disposition"])
    with pytest.raises(UsageError, match="made by an earlier version, whose notebooks hold no displays. Run it again"):
        read_report(copy_folder)


def test_check_report__failed_run_is_refused(copy_folder, put_manifest):
    put_manifest(copy_folder, failed=["sri"])
    with pytest.raises(UsageError, match=r"a failed run \(sri\)"):
        check_report(copy_folder)
