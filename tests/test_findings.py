"""Tests of findings: the one message form, the order, the table and its guards."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

from sap_helpers import findings
from sap_helpers.findings import (
    COLUMNS,
    FORMULA_STARTS,
    Finding,
    Rule,
    finding_rows,
    findings_csv,
    guard_formula,
    read_findings,
    shorten,
    sort_findings,
)

SCRIPT = Path(findings.__file__).parent / "show" / "page" / "script.js"
R072 = Rule("R072", "quarantined", "an item's score", ("qs",), "0 or 4", "Correct the source, or record the query.")


def finding(**fields):
    return Finding(**{"rule": "R072", "severity": "listed", "problem": "wrong", **fields})


def test_message__has_every_part_in_its_place():
    found = R072.finding(
        domain="qs", file="qs.csv", row=213, line=214, usubjid="PKU-012", avisitn=10, date="2014-06-03",
        variable="SLED0109", value="3",
    )  # fmt: skip
    assert found.message() == (
        "R072 qs.csv line 214, subject PKU-012, week 10, 2014-06-03, SLED0109: value 3 an item's score; "
        "allowed: 0 or 4. Correct the source, or record the query."
    )


def test_message__row_where_there_is_no_line():
    assert finding(file="qs.xpt", row=213).message() == "R072 qs.xpt row 213: wrong."


def test_message__week_0_is_told():
    assert finding(domain="qs", avisitn=0).message() == "R072 qs, week 0: wrong."


def test_message__without_a_place_is_rule_and_problem():
    assert finding().message() == "R072: wrong."


def test_message__cuts_a_long_value():
    message = finding(domain="ae", value="x" * 10_000).message()
    assert message == f"R072 ae: value {'x' * 79}… wrong."


@pytest.mark.parametrize(("length", "shown"), [(80, 80), (81, 80)])
def test_shorten__keeps_what_fits(length, shown):
    assert len(shorten("x" * length)) == shown


def test_rule_finding__fields_win_over_the_rules_own_texts():
    found = R072.finding(domain="qs", problem="other", allowed="1", action="Do.", severity="refused")
    assert (found.problem, found.allowed, found.action, found.severity) == ("other", "1", "Do.", "refused")


def test_sort_findings__grave_first_then_rule_domain_row():
    ordered = [
        finding(severity="refused", rule="R090"), finding(severity="quarantined"),
        finding(severity="listed", rule="R001"), finding(domain="ae"), finding(domain="qs", row=2),
        finding(domain="qs", row=10), finding(severity="noted"),
    ]  # fmt: skip
    assert sort_findings(reversed(ordered)) == ordered


def test_sort_findings__each_once():
    assert len(sort_findings([finding(), finding(), finding(row=1)])) == 2


def test_sort_findings__ties_of_two_weeks_stand_in_the_order_of_their_dates():
    early = finding(usubjid="A", avisitn=4, date="2014-04-01", value="2")
    late = finding(usubjid="A", avisitn=16, date="2014-07-01", value="2")
    for given in itertools.permutations([early, late]):
        assert sort_findings(given) == [early, late]


def test_sort_findings__row_counts_only_where_all_else_is_alike():
    first, second = finding(usubjid="A", row=9), finding(usubjid="B", row=1)
    third = finding(usubjid="B", row=2)
    for given in itertools.permutations([first, second, third]):
        assert sort_findings(given) == [first, second, third]


def test_finding_rows__are_the_documented_columns():
    found = finding(domain="qs", row=3, usubjid="A", avisitn=0, variable="V", value="3", allowed="4", action="Do.")
    (row,) = finding_rows([found])
    assert tuple(row) == COLUMNS
    assert list(row.values()) == ["R072", "listed", "qs", "3", "A", "0", "V", "3", "4", "Do."]


def test_finding_rows__problem_stands_in_for_what_is_allowed_and_done():
    (row,) = finding_rows([finding()])
    assert (row["row"], row["AVISITN"], row["allowed"], row["action"]) == ("", "", "wrong", "wrong")


def test_findings_csv__guards_formulas_and_reads_back():
    rows = finding_rows([finding(value="=HYPERLINK(1)", usubjid="@A", action='say "no", twice\nor more')])
    text = findings_csv(rows)
    assert text.splitlines()[0] == "rule,severity,domain,row,USUBJID,AVISITN,variable,value,allowed,action"
    assert (rows[0]["value"], rows[0]["USUBJID"]) == ("'=HYPERLINK(1)", "'@A")
    assert read_findings(text) == rows
    assert "\r" not in text


def test_findings_csv__quotes_a_lone_carriage_return():
    rows = finding_rows([finding(value="a\rb")])
    assert read_findings(findings_csv(rows)) == rows


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "\rx", "＝cmd|x", "＋1", "－1", "＠x"])
def test_guard_formula__puts_an_apostrophe_in_front(text):
    assert guard_formula(text) == f"'{text}"


def test_guard_formula__guards_what_the_pages_guard():
    (pattern,) = re.findall(r"const FORMULA = /(.*)/;", SCRIPT.read_text(encoding="utf-8"))
    letters = map(chr, range(0x110000))
    assert {letter for letter in letters if re.match(pattern, letter)} == {*FORMULA_STARTS}


@pytest.mark.parametrize("text", ["", "1", "a=1", " =1", "'=1", "2014-05-01"])
def test_guard_formula__leaves_the_rest(text):
    assert guard_formula(text) == text
