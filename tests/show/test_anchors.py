"""Anchors of subjects, and the pages that their profiles stand on."""

from __future__ import annotations

import re

import pytest

from sap_helpers.plan.display import PROFILES_PAGE
from sap_helpers.show.anchors import profile_file, split_pages, subject_anchor, subject_links

STRANGE = (
    "A",
    "a",
    "A ",
    " A",
    "A_",
    "A_20_",
    "A-1",
    "A/1",
    "ü",
    "\u202eA",
    '"><script>',
    "",
    "_",
    "__",
    "A.1",
    "患者1",
)


def test_subject_anchor__plain_identifier_stays_readable():
    assert subject_anchor("SLEIL2-001") == "subject-SLEIL2-001"


def test_subject_anchor__other_characters_are_their_codes():
    assert subject_anchor("a/1_ü") == "subject-a_2f_1_5f__fc_"


@pytest.mark.parametrize("name", STRANGE)
def test_subject_anchor__is_safe_whatever_the_identifier(name):
    assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", subject_anchor(name))


def test_subject_anchor__no_two_identifiers_share_one():
    assert len({subject_anchor(name) for name in STRANGE}) == len(STRANGE)


def test_profile_file__first_is_the_page_that_every_report_has():
    assert [profile_file(number) for number in (1, 2, 11)] == [PROFILES_PAGE[0], "subjects-2.html", "subjects-11.html"]


def test_split_pages__so_many_subjects_on_each_by_identifier():
    assert split_pages(["C", "A", "B"], 2) == [("subjects.html", ("A", "B")), ("subjects-2.html", ("C",))]


def test_split_pages__without_a_subject_there_is_one_page():
    assert split_pages([], 100) == [("subjects.html", ())]


def test_subject_links__lead_to_the_page_of_the_subject():
    assert subject_links(["B", "A"], 1) == {"A": "subjects.html#subject-A", "B": "subjects-2.html#subject-B"}
