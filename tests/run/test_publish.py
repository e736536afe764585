"""Tests of publishing: one step or two, the previous report whole whatever happens, and nothing of others removed."""

from __future__ import annotations

import errno
import os

import pytest

from sap_helpers.errors import PublishError, ReportLockedError
from sap_helpers.run import publish as room
from sap_helpers.run.lock import ASIDE, STAGING
from sap_helpers.run.manifest import write_manifest
from sap_helpers.run.publish import PUBLIC, claimed, is_free, keep_failed, publish, remove_failed, staging


def filled(folder, **files):
    """Make a folder of files that says of itself that it is ours."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def texts(folder):
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def is_ours(folder):
    return (folder / "ours").is_file()


@pytest.fixture
def place(tmp_path):
    (tmp_path / "reports").mkdir()
    return tmp_path / "reports" / "c1"


@pytest.fixture
def claim(place):
    with claimed(place, is_ours, "report") as claim:
        yield claim


def refuse_to_exchange(monkeypatch, code):
    """Have the system answer as on a disk that cannot exchange two folders."""

    def fail(*_):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(room, "_exchange", fail)


NO_EXCHANGE = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP)


def test_staging__is_removed_in_the_end(place):
    with claimed(place, is_ours) as claim, staging(claim) as folder:
        filled(folder / "a", b="")
        assert folder.parent == place.parent
    assert names(place.parent) == []


def test_staging__is_removed_after_an_error(place):
    with pytest.raises(ZeroDivisionError), claimed(place, is_ours) as claim, staging(claim):
        _ = 1 / 0
    assert names(place.parent) == []


@pytest.mark.parametrize(("options", "mode"), [((), 0o750), ((PUBLIC,), 0o755)])
def test_staging__is_for_the_account_and_its_group_unless_it_is_for_all(claim, options, mode):
    before = os.umask(0o022)
    try:
        with staging(claim, *options) as folder:
            assert folder.stat().st_mode & 0o777 == mode
    finally:
        os.umask(before)


def test_staging__a_full_disk_is_told_and_nothing_left(place):
    with pytest.raises(PublishError) as caught, claimed(place, is_ours, "report") as claim, staging(claim):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert str(caught.value) == "the report c1 cannot be written: No space left on device. Nothing was published."
    assert names(place.parent) == []


def test_staging__another_error_stays_what_it_is(claim):
    with pytest.raises(FileNotFoundError), staging(claim):
        (claim.place / "absent").read_text()


@pytest.mark.parametrize("work", [STAGING, ASIDE])
def test_claimed__what_an_earlier_run_noted_is_removed_and_nothing_else(place, tmp_path, work):
    filled(place, ours="published")
    with claimed(place, is_ours) as claim:
        left = filled(claim.lock.name(work), ours="old", b="half")
    assert left.exists()
    others = [".staging-c1", ".staging-c2-0123456789abcdef", f".{work}-c1-0123456789abcdef", "c1~failed", "c2"]
    for name in others:
        filled(place.parent / name, mine="kept")
    (place.parent / ".staging-link").symlink_to(filled(tmp_path / "elsewhere", mine="kept"))
    with claimed(place, is_ours):
        assert not left.exists()
    assert names(place.parent) == sorted([*others, ".staging-link", "c1"])
    assert all(texts(place.parent / name) == {"mine": "kept"} for name in [*others, ".staging-link"])
    assert texts(place) == {"ours": "published"}


def test_claimed__report_that_was_moved_aside_is_put_back(place):
    with claimed(place, is_ours) as claim:
        filled(claim.lock.name(ASIDE), ours="old")
    with claimed(place, is_ours):
        assert texts(place) == {"ours": "old"}
    assert names(place.parent) == ["c1"]


def test_claimed__report_that_was_moved_aside_is_kept_beside_what_is_not_ours(place):
    with claimed(place, is_ours) as claim:
        aside = filled(claim.lock.name(ASIDE), ours="old")
    filled(place, mine="mine")
    for _ in range(2):
        with claimed(place, is_ours):
            assert (texts(place), texts(aside)) == ({"mine": "mine"}, {"ours": "old"})
    (place / "mine").unlink()
    place.rmdir()
    with claimed(place, is_ours):
        assert texts(place) == {"ours": "old"}


def test_claimed__two_places_of_one_folder_at_a_time_and_no_place_twice(place):
    with claimed(place, is_ours) as first, staging(first) as one:
        filled(one, ours="1")
        with claimed(place.with_name("c2"), is_ours) as second, staging(second) as other:
            filled(other, ours="2")
            publish(second, other)
        with pytest.raises(ReportLockedError), claimed(place, is_ours):
            pytest.fail("the place was given twice")
        publish(first, one)
    assert {name: texts(place.parent / name) for name in names(place.parent)} == {
        "c1": {"ours": "1"}, "c2": {"ours": "2"},
    }  # fmt: skip


@pytest.mark.parametrize("code", [None, *NO_EXCHANGE])
@pytest.mark.parametrize("before", [{}, {"ours": "old", "b": "old"}, None], ids=["empty", "report", "nothing"])
def test_publish__takes_the_place(place, monkeypatch, before, code):
    if code:
        refuse_to_exchange(monkeypatch, code)
    if before is not None:
        filled(place, **before)
    with claimed(place, is_ours) as claim, staging(claim) as built:
        publish(claim, filled(built, ours="new"))
        assert texts(place) == {"ours": "new"}
    assert (names(place.parent), place.is_symlink()) == (["c1"], False)


@pytest.mark.parametrize("kind", ["file", "folder", "link"])
def test_publish__what_came_there_meanwhile_and_is_not_ours_stays(place, tmp_path, kind):
    elsewhere = filled(tmp_path / "elsewhere", mine="mine")
    with claimed(place, is_ours) as claim, staging(claim) as built:
        filled(built, ours="new")
        match kind:
            case "file":
                place.write_text("mine")
            case "folder":
                filled(place, mine="mine")
            case "link":
                place.symlink_to(elsewhere)
        with pytest.raises(PublishError, match="is not what stood there before, and no run made it"):
            publish(claim, built)
    assert place.read_text() == "mine" if kind == "file" else texts(place) == {"mine": "mine"}
    assert (names(place.parent), texts(elsewhere)) == (["c1"], {"mine": "mine"})


def fail_to_exchange(monkeypatch):
    refuse_to_exchange(monkeypatch, errno.EIO)


def fail_to_move_in(monkeypatch):
    """Have the second of the two steps fail."""
    refuse_to_exchange(monkeypatch, errno.EINVAL)
    real = os.rename

    def rename(source, target):
        if ".staging-" in str(source):
            raise OSError(errno.EIO, "Input/output error")
        return real(source, target)

    monkeypatch.setattr(os, "rename", rename)


@pytest.mark.parametrize("fail", [fail_to_exchange, fail_to_move_in])
def test_publish__failing_leaves_the_previous_report(place, monkeypatch, fail):
    filled(place, ours="old")
    with claimed(place, is_ours, "report") as claim, staging(claim) as built:
        filled(built, ours="new")
        fail(monkeypatch)
        with pytest.raises(PublishError) as caught:
            publish(claim, built)
    assert str(caught.value) == "the report c1 could not be put in place: Input/output error."
    assert (texts(place), names(place.parent)) == ({"ours": "old"}, ["c1"])


def test_publish__absent_folder_is_an_error_of_publishing(claim, tmp_path):
    filled(claim.place, ours="old")
    with pytest.raises(PublishError, match="No such file or directory"):
        publish(claim, tmp_path / "absent")
    assert texts(claim.place) == {"ours": "old"}


def write_report(folder, text):
    filled(folder, ours=text)
    write_manifest(folder, study="S", cut_id="c1", cut_date="2015-01-31", all_notebooks=[], failed=[])


@pytest.mark.parametrize("code", [None, errno.EINVAL])
def test_publish__report_into_which_someone_wrote_is_kept_beside_the_new_one(place, monkeypatch, capsys, code):
    if code:
        refuse_to_exchange(monkeypatch, code)
    write_report(place, "old")
    for number in (1, 2):
        filled(place / "notes", **{f"my{n}": "mine" for n in range(7)})
        with claimed(place, is_ours, "report") as claim, staging(claim) as built:
            write_report(built, "new")
            publish(claim, built)
        said = "notes/my0, notes/my1, notes/my2, notes/my3, notes/my4 and 2 more"
        assert capsys.readouterr().err == (
            f"the report before held files that no run wrote: {said}. It is kept as c1~kept{number}.\n"
        )
        assert len(texts(place.parent / f"c1~kept{number}" / "notes")) == 7
    assert names(place) == ["manifest.json", "ours"]
    assert names(place.parent) == ["c1", "c1~kept1", "c1~kept2"]


def test_keep_failed__replaces_an_earlier_one_and_goes_with_the_next_report(place):
    for text in ("first", "second"):
        with claimed(place, is_ours) as claim, staging(claim) as built:
            assert keep_failed(claim, filled(built, ours=text)) == place.with_name("c1~failed")
        assert texts(place.with_name("c1~failed")) == {"ours": text}
    with claimed(place, is_ours) as claim:
        remove_failed(claim)
        remove_failed(claim)
    assert names(place.parent) == []


def test_keep_failed__what_came_there_meanwhile_and_is_not_ours_stays(place):
    failed = filled(place.with_name("c1~failed"), mine="mine")
    with (
        pytest.raises(PublishError, match="the failed run could not be kept as .*: Directory not empty"),
        claimed(place, is_ours) as claim, staging(claim) as built,
    ):  # fmt: skip
        keep_failed(claim, filled(built, ours="new"))
    with claimed(place, is_ours) as claim:
        remove_failed(claim)
    assert (names(place.parent), texts(failed)) == (["c1~failed"], {"mine": "mine"})


def test_remove_failed__that_it_cannot_be_removed_is_told(claim, monkeypatch, capsys):
    filled(claim.place.with_name("c1~failed"), ours="1")

    def fail(*_):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "rename", fail)
    remove_failed(claim)
    assert capsys.readouterr().err.endswith("c1~failed could not be removed: Input/output error.\n")


def test_is_free__nothing_or_an_empty_folder(place):
    assert is_free(place)
    place.mkdir()
    assert is_free(place)
    place.with_name("link").symlink_to(place)
    assert not is_free(place.with_name("link"))
    filled(place, a="")
    assert not is_free(place)
