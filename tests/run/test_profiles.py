"""The task of making the profiles."""

from __future__ import annotations

import errno
from dataclasses import replace

import pytest

from sap_helpers.run import profiles
from sap_helpers.run.cache import Cache
from sap_helpers.run.notebooks import NotebookError, find_notebooks
from sap_helpers.run.profiles import (
    READS,
    ProfilesTask,
    make_profiles,
    profiles_entry,
    take_over_profiles,
)
from sap_helpers.run.report_folder import open_report_folder


def full(*_, **__):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def task(tmp_path):
    return ProfilesTask(tmp_path, {})


def test_make_profiles__writes_every_page(task, monkeypatch):
    monkeypatch.setattr(profiles, "_render", lambda _: iter([("subjects.html", "a"), ("subjects-2.html", "b")]))
    assert make_profiles(task).problems == ()
    assert {path.name: path.read_text() for path in task.folder.iterdir()} == {
        "subjects.html": "a", "subjects-2.html": "b",
    }  # fmt: skip


def test_make_profiles__failure_is_told(task, monkeypatch):
    monkeypatch.setattr(profiles, "_render", lambda _: 1 / 0)
    done = make_profiles(task)
    assert (done.name, done.problems) == ("subjects", ("could not be made: ZeroDivisionError: division by zero",))


def test_make_profiles__full_disk_is_told(task, monkeypatch):
    monkeypatch.setattr(profiles, "_render", lambda _: iter([("subjects.html", "a")]))
    monkeypatch.setattr("pathlib.Path.write_text", full)
    assert make_profiles(task).unwritten == "No space left on device"


@pytest.fixture
def site(tmp_path, put_manifest):
    """A published report with profiles, and the cache of the next one in the making."""
    for name in ("published", "making"):
        for read in READS:
            path = tmp_path / name / read
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(read)
    published = tmp_path / "published"
    (published / "subjects.html").write_text("page")
    put_manifest(published, subjects=profiles_entry(Cache(published, None, {}, "shared"), "frame"))
    return Cache(tmp_path / "making", open_report_folder(published), {}, "shared")


def test_take_over_profiles__while_nothing_changed(site):
    assert take_over_profiles(site, "frame")
    assert (site.folder / "subjects.html").read_text() == "page"


@pytest.mark.parametrize("name", READS)
def test_take_over_profiles__not_when_a_file_changed(site, name):
    (site.folder / name).write_text("other")
    assert not take_over_profiles(site, "frame")


def test_take_over_profiles__not_when_the_surroundings_changed(site):
    assert not take_over_profiles(site, "another frame")


def test_take_over_profiles__not_when_code_or_plan_changed(site):
    assert not take_over_profiles(replace(site, shared="other"), "frame")


def test_take_over_profiles__not_when_the_page_was_edited(site):
    (site.published.path / "subjects.html").write_text("edited")
    assert not take_over_profiles(site, "frame")
    assert not (site.folder / "subjects.html").exists()


def test_take_over_profiles__not_from_a_report_without_them(site, put_manifest):
    assert not take_over_profiles(replace(site, published=None), "frame")
    put_manifest(site.published.path)
    assert not take_over_profiles(replace(site, published=open_report_folder(site.published.path)), "frame")


def test_find_notebooks__name_of_the_profiles_is_taken(tmp_path, make_notebook):
    make_notebook(tmp_path, "subjects", "1")
    with pytest.raises(NotebookError, match="the name 'subjects' is that of the subject profiles"):
        find_notebooks(tmp_path)
