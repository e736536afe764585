"""Tests of what a report may be put in place of: nothing, or a report of the same cut; all else is left alone."""

from __future__ import annotations

import json

import pytest

from sap_helpers.errors import UsageError
from sap_helpers.run.manifest import write_manifest
from sap_helpers.run.place import check_place, find_foreign, is_copy, is_report_of


def write_report(folder, cut_id="c1", **more):
    (folder / "adam").mkdir(parents=True)
    (folder / "executed").mkdir()
    for name in ("index.html", "adam/adsl.parquet", "executed/sri.ipynb", "cut.json", "findings.csv", "plan.yaml"):
        (folder / name).write_text(name)
    write_manifest(folder, study="S", cut_id=cut_id, cut_date="2015-01-31", all_notebooks=[], failed=[], **more)
    return folder


@pytest.fixture
def cut(tmp_path):
    (tmp_path / "cuts" / "c1").mkdir(parents=True)
    (tmp_path / "cuts" / "c1" / "cut.yaml").write_text("cut_id: c1")
    return tmp_path / "cuts" / "c1"


def all_of(folder):
    """Return everything in a folder: of a file its text, of a link where it leads."""
    return {
        path: path.readlink() if path.is_symlink() else path.read_text() if path.is_file() else None
        for path in folder.rglob("*")
    }


def make_folder(place):
    (place / "mine").mkdir(parents=True)


def make_link(place):
    place.symlink_to(write_report(place.parent.parent / "elsewhere"), target_is_directory=True)


def make_seal(place):
    make_folder(place)
    (place / "manifest.json").write_text(json.dumps({"format": "sap-cut-1", "files": {}}))


def make_linked_manifest(place):
    make_folder(place)
    (place / "manifest.json").symlink_to(write_report(place.parent.parent / "elsewhere") / "manifest.json")


FOREIGN = {
    "file": lambda place: place.write_text("mine"), "empty folder": lambda place: place.mkdir(), "folder": make_folder,
    "link to a report": make_link, "link to nothing": lambda place: place.symlink_to("nowhere"),
    "sealed cut": make_seal, "report's manifest by a link": make_linked_manifest,
    "report of another cut": lambda place: write_report(place, "c2"),
    "copy without subjects": lambda place: write_report(place, aggregate_of="0" * 64),
}  # fmt: skip


@pytest.mark.parametrize("name", ["c1", "c1~failed"])
@pytest.mark.parametrize("kind", FOREIGN)
def test_check_place__what_no_run_made_is_refused_and_left_alone(cut, tmp_path, name, kind):
    reports = tmp_path / "reports"
    reports.mkdir()
    FOREIGN[kind](reports / name)
    before = all_of(tmp_path)
    with pytest.raises(UsageError) as caught:
        check_place(cut, reports, "c1")
    assert str(caught.value) == (
        f"{reports / name} exists, and is no report that a run made of this cut: its manifest.json does not say so. "
        "Move it elsewhere, or name another folder with --reports."
    )
    assert all_of(tmp_path) == before


@pytest.mark.parametrize("reports", ["cuts/c1", "cuts/c1/reports", "link", "cuts/other/../c1/deep/er"])
def test_check_place__reports_folder_is_not_the_cut_nor_in_it(cut, tmp_path, reports):
    (tmp_path / "link").symlink_to(cut)
    with pytest.raises(UsageError, match="is the cut, or lies in it. Name another with --reports"):
        check_place(cut, tmp_path / reports, "c1")


@pytest.mark.parametrize(
    ("where", "reports"),
    [("cuts/c1", "cuts"), ("cuts/c1", "linked"), ("cuts/c1/deep/cut", "cuts"), ("cuts/c1~failed/cut", "cuts")],
)
def test_check_place__cut_does_not_lie_where_its_report_goes(tmp_path, where, reports):
    (tmp_path / where).mkdir(parents=True)
    (tmp_path / "linked").symlink_to(tmp_path / "cuts")
    with pytest.raises(UsageError, match=f"the cut lies where its report would go, in .*{reports}/c1"):
        check_place(tmp_path / where, tmp_path / reports, "c1")


def test_check_place__nothing_or_a_report_of_the_cut_may_stand_there(cut, tmp_path):
    reports = tmp_path / "reports"
    assert check_place(cut, reports, "c1") == reports / "c1"
    write_report(reports / "c1")
    write_report(reports / "c1~failed")
    assert check_place(cut, reports, "c1") == reports / "c1"
    assert check_place(cut, tmp_path, "c1") == tmp_path / "c1"  # the cut's grandparent


def test_is_report_of__damaged_manifest_of_what_is_plainly_a_report(tmp_path):
    report = write_report(tmp_path / "c1")
    (report / "manifest.json").write_text("{")
    assert is_report_of(report, "c1")
    (report / "notes.txt").write_text("mine")
    assert not is_report_of(report, "c1")


def test_is_copy__a_copy_and_nothing_else(tmp_path):
    assert is_copy(write_report(tmp_path / "copy", aggregate_of="0" * 64))
    assert not is_copy(write_report(tmp_path / "report"))
    assert not is_copy(tmp_path / "absent")


def test_find_foreign__what_the_manifest_does_not_name(tmp_path):
    report = write_report(tmp_path / "c1")
    assert find_foreign(report) == []
    (report / "executed" / ".ipynb_checkpoints").mkdir()
    (report / "executed" / ".ipynb_checkpoints" / "sri-checkpoint.ipynb").write_text("")
    (report / ".DS_Store").write_text("")
    (report / "empty").mkdir()
    assert find_foreign(report) == []
    (report / "notes").mkdir()
    (report / "notes" / "mine.txt").write_text("mine")
    (report / "linked").symlink_to(tmp_path)
    assert find_foreign(report) == ["linked", "notes/mine.txt"]
    (report / "manifest.json").unlink()
    assert find_foreign(report) == []
