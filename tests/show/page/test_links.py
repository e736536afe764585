"""Links from tables to profiles."""

from __future__ import annotations

import pandas as pd
from bs4 import BeautifulSoup

from sap_helpers.show.listing import listing
from sap_helpers.show.page.clean import clean_output
from sap_helpers.show.page.links import link_subjects

LINKS = {"A-1": "subjects.html#subject-A-1", 'B"<2>': "subjects.html#subject-B_22__3c_2_3e_"}


def cell(text):
    return f'<table><tbody><tr><th scope="row" class="sap-short sap-subject">{text}</th></tr></tbody></table>'


def linked(markup):
    return [(tag["href"], tag.get_text()) for tag in BeautifulSoup(markup, "html.parser").find_all("a")]


def test_link_subjects__subject_of_the_cut_leads_to_its_profile():
    assert linked(link_subjects(cell("A-1"), LINKS)) == [("subjects.html#subject-A-1", "A-1")]


def test_link_subjects__escaped_identifier_is_recognised():
    assert linked(link_subjects(cell('B"&lt;2&gt;'), LINKS)) == [(LINKS['B"<2>'], 'B"<2>')]


def test_link_subjects__nobody_of_the_cut_gets_no_link():
    assert link_subjects(cell("A-2"), LINKS) == cell("A-2")


def test_link_subjects__same_text_in_another_column_gets_no_link():
    markup = '<td class="sap-num">1</td>'
    assert link_subjects(markup, {"1": "subjects.html#subject-1"}) == markup


def test_link_subjects__two_identifiers_that_look_alike_lead_nowhere():
    links = {"\u202e": "subjects.html#subject-a", "<U+202E>": "subjects.html#subject-b"}
    assert linked(link_subjects(cell("&lt;U+202E&gt;"), links)) == []


def test_link_subjects__listing_names_its_subjects_wherever_they_stand(plan):
    frame = pd.DataFrame({"USUBJID": ["A-1", None], "RULE": ["R1", "R2"]})
    for labels in ({"USUBJID": "Subject", "RULE": "Rule"}, {"RULE": "Rule", "USUBJID": "Subject"}):
        table = listing(frame, plan, plan_id="DQ", title="Findings", labels=labels)
        cleaned = clean_output(table.html(), "x")
        assert linked(link_subjects(cleaned, LINKS)) == [("subjects.html#subject-A-1", "A-1")]
