"""What is unchanged is taken over from the published report, and only while it is what that report says it is."""

from __future__ import annotations

import json
import shutil

import pytest

from sap_helpers.plan.home import NOTEBOOKS
from sap_helpers.run.manifest import hash_bytes
from sap_helpers.run.notebooks import find_notebooks


@pytest.fixture(scope="module")
def first(run_here, hand_worked_cut, tmp_path_factory):
    """A cut run once, with its reports folder beside it."""
    folder = tmp_path_factory.mktemp("first")
    cut = shutil.copytree(hand_worked_cut, folder / "cut")
    run_here(cut, folder / "reports")
    return folder


@pytest.fixture
def runs(run_here, first, tmp_path, capsys):
    """Return the cut, its report, and a function that runs it again and returns what was said of each notebook."""
    folder = shutil.copytree(first, tmp_path / "again")
    cut, report = folder / "cut", folder / "reports" / "hand-worked"

    def again(**call):
        assert run_here(cut, folder / "reports", **call) == report
        said = [line.partition(": ") for line in capsys.readouterr().err.splitlines()]
        return {name: text.partition(" ")[0] for name, _, text in said if text.startswith(("unchanged", "done"))}

    return cut, report, again


def files_of(report):
    """Return the files of a report, the manifest and its clock aside."""
    paths = [path for path in report.rglob("*") if path.is_file() and path.name != "manifest.json"]
    return {path.relative_to(report).as_posix(): path.read_bytes() for path in paths}


NAMES = [*(notebook.name for notebook in find_notebooks(NOTEBOOKS)), "subjects"]
ALL_DONE = dict.fromkeys(NAMES, "done")
ALL_KEPT = dict.fromkeys(NAMES, "unchanged")


def test_run__same_cut_again_executes_nothing(runs):
    _, report, again = runs
    before = files_of(report)
    assert again() == ALL_KEPT
    assert files_of(report) == before


def test_run__force_executes_everything_and_gives_the_same_bytes(runs):
    _, report, again = runs
    before = files_of(report)
    assert again(force=True) == ALL_DONE
    assert files_of(report) == before


def test_run__only_one_keeps_the_other_pages(runs):
    _, report, again = runs
    before = files_of(report)
    assert again(only=("disposition",)) == ALL_KEPT
    assert files_of(report) == before


def test_run__only_one_after_a_change_leaves_the_others_out(runs):
    _, report, again = runs
    said = again(only=("disposition",), settings=("level=0.9",))
    assert said == {"disposition": "done", "summary": "done", "subjects": "done"}
    assert {path.name for path in report.glob("*.html")} == {"index.html", "disposition.html", "subjects.html"}


def test_run__executed_notebook_that_was_edited_is_not_trusted(runs):
    _, report, again = runs
    before = files_of(report)
    path = report / "executed" / "sri.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("SRI-4", "SRI-5"), encoding="utf-8")
    assert again() == ALL_KEPT | {"sri": "done"}
    assert files_of(report) == before


def test_run__page_of_profiles_that_was_edited_is_not_trusted(runs):
    _, report, again = runs
    before = files_of(report)
    (report / "subjects.html").write_text("edited", encoding="utf-8")
    assert again() == ALL_KEPT | {"subjects": "done"}
    assert files_of(report) == before


def test_run__another_cut_of_the_same_name_executes_what_reads_it(runs):
    cut, _, again = runs
    text = (cut / "dm.csv").read_text(encoding="utf-8")
    (cut / "dm.csv").write_text(text.replace(",F,", ",M,", 1), encoding="utf-8")
    said = again()
    assert (said["disposition"], said["sri"], said["subjects"]) == ("done", "done", "done")


def test_run__page_altered_together_with_its_hash_is_made_anew(runs):
    _, report, again = runs
    before = files_of(report)
    evil = before["sri.html"].replace(b"</main>", b"EVIL</main>")
    (report / "sri.html").write_bytes(evil)
    text = (report / "manifest.json").read_text(encoding="utf-8")
    hashes = [hash_bytes(data) for data in (before["sri.html"], evil)]
    (report / "manifest.json").write_text(text.replace(*hashes), encoding="utf-8")
    assert again() == ALL_DONE
    assert files_of(report) == before


def test_run__what_if_without_effect_changes_none_of_the_results_that_it_holds(runs, run_here):
    cut, report, _ = runs
    settings = ("sri.pga_rise=0.25",)  # nothing of the disposition
    made = run_here(cut, cut.parent / "what-if", only=("disposition",), settings=settings, previous=report)
    compared = json.loads((made / "comparison.json").read_text(encoding="utf-8"))
    held = len((made / "results.csv").read_text(encoding="utf-8").splitlines()) - 1
    whole = len((report / "results.csv").read_text(encoding="utf-8").splitlines()) - 1
    assert (compared["compared"], compared["not_in_this"]) == (held, whole - held)
    assert (made / "changes.csv").read_text(encoding="utf-8").count("\n") == 1
    page = (made / "index.html").read_text(encoding="utf-8")
    assert f"0 of {held} compared results changed." in page
    assert f"not in this report, and so not compared: {whole - held}." in page
