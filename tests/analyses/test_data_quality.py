"""Tests of the results of the data-quality rules."""

from __future__ import annotations

from sap_helpers.adam.store import ALL_RULES
from sap_helpers.analyses.data_quality import analyse_data_quality, rule_titles

VISITS = {1: (7, "EEEEEEEEE", "1.0")}


def test_analyse_data_quality__found_passed_and_not_evaluated_are_told_apart(make_domains, make_study):
    domains = make_domains({"A": VISITS, "B": VISITS})
    del domains["ds"]
    found = {
        row.key.group1_level: (row.key.variable_level, row.stat, row.note)
        for row in analyse_data_quality(make_study(domains))
    }
    assert found["R071"] == ("listed", 2, "")
    assert found["R070"] == ("listed", 0, "")
    assert found["R068"] == ("listed", None, "not evaluated: no DS domain")


def test_analyse_data_quality__every_rule_has_a_row(make_domains, make_study):
    rows = analyse_data_quality(make_study(make_domains({"A": VISITS})))
    assert [row.key.group1_level for row in rows] == [rule.rule for rule in ALL_RULES]


def test_analyse_data_quality__finding_of_another_severity_stands_under_it(make_domains, make_study):
    domains = make_domains({"A": VISITS})
    domains["cm"][["CMCAT", "CMSTDTC"]] = ["RESCUE THERAPY", ""]
    rows = [row for row in analyse_data_quality(make_study(domains)) if row.key.group1_level == "R054"]
    assert [(row.key.variable_level, row.stat) for row in rows] == [("listed", 1)]


def test_rule_titles__are_those_of_all_rules():
    titles = rule_titles()
    assert len(titles) == len(ALL_RULES)
    assert titles["R071"] == "a baseline below the eligibility limit"
