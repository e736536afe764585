"""Tests of the listings."""

from __future__ import annotations

import pytest

from sap_helpers.analyses.listings import (
    list_deviations,
    list_events,
    list_findings,
    list_out_of_sets,
    list_possible_rescue,
    list_response_grid,
    list_unknown_words,
)

GRADES = "EEEEEEEEE"
BASE, BETTER = (10, GRADES, "1.0"), (4, GRADES, "1.0")


@pytest.fixture
def domains(make_domains):
    return events_of(make_domains)


@pytest.fixture(scope="module")
def study(make_domains, make_study):
    return make_study(events_of(make_domains))


def events_of(make_domains):
    """Return domains: A stops on day 57 for a reason that the plan does not know; B has no baseline total."""
    domains = make_domains(
        {
            "A": {1: BASE, 15: BETTER, 29: (10, "AEEEEEEEE", "2.0"), 57: BETTER},
            "B": {1: (None, GRADES, "1.0")},
        }
    )
    ds = domains["ds"]
    row = ["Abducted", "DISPOSITION EVENT", "STUDY TREATMENT", "2014-04-26"]
    ds.loc[ds["USUBJID"] == "A", ["DSDECOD", "DSCAT", "DSSCAT", "DSSTDTC"]] = row
    return domains


def test_list_response_grid__state_of_every_week(domains, make_study):
    grid = list_response_grid(make_study(domains, "2014-05-16"))
    assert grid[["USUBJID", "AVISITN", "STATE", "FAILED"]].to_numpy().tolist() == [
        ["A", 2, "response", ""], ["A", 4, "failed", "SBP"], ["A", 6, "missing", ""], ["A", 8, "event", ""],
        ["A", 10, "not due", ""],
    ]  # fmt: skip


def test_list_response_grid__empty_where_events_are_not_available(domains, make_study):
    del domains["cm"]
    assert list_response_grid(make_study(domains)).empty


def test_list_events__one_row_an_event_in_time_order(domains, make_study):
    domains["dm"].loc[0, "DTHDTC"] = "2014-05"
    domains["cm"].loc[0, ["CMCAT", "CMSTDTC"]] = ["RESCUE THERAPY", "2014-04-30"]
    events = list_events(make_study(domains))
    assert events[["EVENT", "DETAIL", "ADY", "SOURCE"]].to_numpy().tolist() == [
        ["Treatment stopped", "ABDUCTED", 57, "DS row 1"], ["Rescue therapy", "PREDNISONE", 61, "CM row 1"],
        ["Death", "", 69, "DM"],  # the day of the last dose: who was dosed was alive on 1 May
    ]  # fmt: skip


def test_list_unknown_words__word_that_the_plan_does_not_know(study):
    listed = list_unknown_words(study)
    assert listed[["USUBJID", "DSDECOD"]].to_numpy().tolist() == [["A", "ABDUCTED"]]


def test_list_unknown_words__known_words_are_not_listed(make_domains, make_study):
    words = ["completed", "Remission", "ADVERSE EVENT", "Lost to Follow-up"]
    domains = make_domains({f"S{number}": {} for number in range(4)})
    row = {"DSCAT": "DISPOSITION EVENT", "DSSCAT": "STUDY TREATMENT", "DSSTDTC": "2014-04-26"}
    domains["ds"] = domains["ds"].assign(DSDECOD=words, **row)
    assert list_unknown_words(make_study(domains)).empty


def test_list_out_of_sets__reason_by_set(study):
    assert list_out_of_sets(study).to_numpy().tolist() == [
        ["A", "REM", "no SELENA-SLEDAI below 4 on treatment"], ["B", "FAS", "no baseline SELENA-SLEDAI total"],
    ]  # fmt: skip


def test_list_findings__of_the_severities_named(study):
    # R097: of the laboratory the domains have C3 alone
    assert list_findings(study)["rule"].tolist() == ["R097", "R070"]
    assert list_findings(study, "quarantined").empty


def test_list_deviations__of_treated_subjects(study):
    assert list_deviations(study)[["USUBJID", "DVCAT", "ADY"]].to_numpy().tolist() == [
        ["A", "MINOR", 20], ["B", "MINOR", 20],
    ]  # fmt: skip


def test_list_possible_rescue__uncoded_drug_started_after_the_first_dose(domains, make_study):
    domains["cm"].loc[0, ["CMTRT", "CMCAT", "CMSTDTC"]] = ["TACROLIMUS", "", "2014-03-02"]
    listed = list_possible_rescue(make_study(domains))
    assert listed[["USUBJID", "CMTRT", "ADY"]].to_numpy().tolist() == [["A", "TACROLIMUS", 2]]
