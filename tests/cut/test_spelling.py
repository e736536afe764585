"""Spelling: which two words are one but for a slip, and which are two."""

from __future__ import annotations

import pytest

from sap_helpers.cut.spelling import find_alike, is_alike, nearest, shape

CYRILLIC_ES, GREEK_ALPHA, FULL_WIDTH_3 = "\u0421", "\u0391", "\uff13"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("c3", "C3"), ("C 3", "C3"), ("C-3", "C3"), (f"{CYRILLIC_ES}3", "C3"), (f"C{FULL_WIDTH_3}", "C3"),
        (f"{GREEK_ALPHA}LT", "ALT"), ("SLEDO115", "SLED0115"), ("SLED0l15", "SLED0115"), ("Treg", "TREG"),
        ("TREGG", "TREG"), ("TRG", "TREG"), ("TREK", "TREG"), ("TRGE", "TREG"), ("PGA101", "PGA0101"),
    ],
)  # fmt: skip
def test_is_alike__a_slip_is_forgiven(one, other):
    assert is_alike(one, other)
    assert is_alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("C3", "C3"), ("C3", "C4"), ("SLED0115", "SLED0116"), ("Grade 2", "Grade 3"), ("CREAT", "CRTN"),
        ("PGA01", "PGA0101"), ("TH17", "TH2"), ("TRGEX", "TREG"), ("ABCD", "BADC"),
    ],
)  # fmt: skip
def test_is_alike__another_number_or_two_slips_are_not(one, other):
    assert not is_alike(one, other)


def test_shape__letters_and_digits_alone_look_alikes_as_one():
    assert shape(" il-2 (\u041e) ") == shape("IL20") == "1120"


def test_find_alike__every_pair_once_in_order():
    words = ["Nausea", "nausea", "Nausae", "Cough", "CYCLE 1", "CYCLE 2"]
    assert list(find_alike(words)) == [("Nausae", "Nausea"), ("Nausae", "nausea"), ("Nausea", "nausea")]


@pytest.mark.parametrize(
    ("word", "expected"),
    [("COMPLETE", "COMPLETED"), ("TREATMENT", "STUDY TREATMENT"), ("c0mpleted", "COMPLETED"), ("PERHAPS", "")],
)
def test_nearest__the_one_that_looks_the_same_else_the_most_similar_or_none(word, expected):
    assert nearest(word, ["STUDY TREATMENT", "COMPLETED", "DEATH"]) == expected
