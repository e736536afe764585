"""The mark of an account: given and known again by it alone, and missing where it can keep no key."""

from __future__ import annotations

import os

import pytest

from sap_helpers.run.account_key import is_own, marked

CONTENT = {"study": "S", "outputs": {"index.html": "0"}, "seconds": 1.25, "only": None}


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    """The state folder of an account that has run nothing so far."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path


def key_of(state):
    return state / "sap-helpers" / "key"


def test_marked__is_known_again_by_the_same_account(state):
    assert is_own(marked(CONTENT))
    assert key_of(state).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in key_of(state).parent.iterdir()] == ["key"]


@pytest.mark.parametrize(
    "change", [{"study": "T"}, {"outputs": {"index.html": "1"}}, {"more": 1}, {"mark": "0" * 64}, {"mark": None}]
)
def test_is_own__not_what_was_altered(change):
    assert not is_own(marked(CONTENT) | change)


def test_is_own__not_what_another_account_marked(tmp_path, monkeypatch):
    theirs = marked(CONTENT)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "other"))
    assert not is_own(theirs)
    assert is_own(marked(CONTENT))


def test_is_own__not_what_carries_no_mark():
    marked(CONTENT)
    assert not is_own(CONTENT)


@pytest.mark.parametrize(
    "damage",
    [
        lambda key: (key.parent.mkdir(), key.write_bytes(b"short"), key.chmod(0o600)),
        lambda key: (key.parent.mkdir(), key.write_bytes(b"k" * 32), key.chmod(0o644)),
        lambda key: (key.parent.mkdir(), key.symlink_to(key.parent / "elsewhere")),
        lambda key: (key.parent.mkdir(), os.mkfifo(key, 0o600)),
        lambda key: key.parent.write_text("a file", encoding="utf-8"),
    ],
    ids=["short", "readable by others", "link", "pipe", "no folder"],
)
def test_marked__without_a_key_of_its_own_there_is_no_mark_and_no_failure(state, damage):
    damage(key_of(state))
    assert marked(CONTENT) == CONTENT
    assert not is_own({**CONTENT, "mark": "0" * 64})


@pytest.mark.parametrize("home", [None, "", "relative"])
def test_marked__without_a_home_there_is_no_mark_and_no_failure(monkeypatch, home):
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    monkeypatch.delenv("HOME") if home is None else monkeypatch.setenv("HOME", home)
    assert marked(CONTENT) == CONTENT


def test_marked__the_key_is_kept_in_the_home_folder_where_no_other_is_named(tmp_path, monkeypatch):
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert is_own(marked(CONTENT))
    assert (tmp_path / "home" / ".local" / "state" / "sap-helpers" / "key").is_file()
