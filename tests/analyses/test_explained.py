"""Why each response is what it is."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest

from sap_helpers.analyses.explained import check_states, decide_state, list_explained
from sap_helpers.analyses.listings import list_response_grid

GRADES = "EEEEEEEEE"
MET = {"SLEDAI_MET": "Y", "BILAG_MET": "Y", "PGA_MET": "Y"}
DAY = pd.Timestamp("2014-05-10")
NO_EVENT = {"DUE": True, "ICEDT": pd.NaT, "ADT": DAY}


@pytest.fixture
def explained(make_domains, make_study):
    study = make_study(
        make_domains(
            {
                "A": {
                    1: (10, "CBAEEEEEE", "1.0"), 15: (6, "BBAEEEEEE", "1.2"), 29: (7, "ABEBEEEBE", "1.3"),
                    43: (4, None, "1.0"),
                },
                "B": {1: (None, GRADES, "1.0"), 15: (4, GRADES, "1.0")},
            }
        ),
        "2014-04-30",
    )  # fmt: skip
    return list_explained(study).set_index(["USUBJID", "AVISITN"])


def test_list_explained__numbers_of_a_response(explained):
    row = explained.loc["A", 2]
    assert (row["SLEDAI_BASE"], row["SLEDAI"], row["PGA_BASE"], row["PGA"]) == (10, 6, Decimal("1.0"), Decimal("1.2"))
    assert (row["NEW_A"], row["NEW_B"], row["STATE"]) == ((), ("Constitutional",), "response")
    assert (row["ADT"], row["ADY"], row["SLEDAI_BASEDT"]) == (
        pd.Timestamp("2014-03-15"),
        15,
        pd.Timestamp("2014-03-01"),
    )


def test_list_explained__days_are_whole_also_where_some_have_no_event(make_domains, make_study):
    domains = make_domains({name: {1: (10, GRADES, "1.0"), 15: (4, GRADES, "1.0")} for name in "AB"})
    domains["dm"].loc[0, "DTHDTC"] = "2014-03-20"
    found = list_explained(make_study(domains, "2014-04-30"))
    assert {str(day) for day in found["ICEDY"].dropna()} == {"20"}
    assert found["ICEDY"].isna().any()


def test_list_explained__every_component_that_failed(explained):
    row = explained.loc["A", 4]
    assert (row["NEW_A"], row["NEW_B"]) == (("Constitutional",), ("Musculoskeletal", "Renal"))
    assert (row["SLEDAI_MET"], row["BILAG_MET"], row["PGA_MET"], row["FAILED"]) == ("N", "N", "N", "SBP")


def test_list_explained__component_without_an_assessment(explained):
    row = explained.loc["A", 6]
    assert (row["BILAG"], row["BILAG_MET"], row["STATE"]) == ("", "", "missing")


def test_list_explained__baseline_stands_beside_a_week_without_a_value(explained):
    assert explained.loc["A", 8]["SLEDAI_BASE"] == 10


def test_list_explained__treated_subjects_without_a_baseline_are_there(explained):
    assert (explained.loc["B", 2]["FASFL"], explained.loc["B", 2]["STATE"]) == ("", "missing")


def test_list_explained__empty_where_events_are_not_available(make_domains, make_study):
    domains = make_domains({"A": {1: (10, GRADES, "1.0")}})
    del domains["cm"]
    assert list_explained(make_study(domains)).empty


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({}, ("response", "")), ({"DUE": False, "PGA_MET": "N"}, ("not due", "")),
        ({"ICEDT": DAY, "PGA_MET": "N"}, ("event", "")),
        ({"ICEDT": DAY + pd.Timedelta(days=1)}, ("response", "")),
        ({"PGA_MET": "N", "BILAG_MET": ""}, ("failed", "P")), ({"BILAG_MET": ""}, ("missing", "")),
        ({"SLEDAI_MET": "N", "PGA_MET": "N"}, ("failed", "SP")),
    ],
)  # fmt: skip
def test_decide_state__first_case_that_applies(plan, change, state):
    assert decide_state({**MET, **NO_EVENT, **change}, plan) == state


def test_check_states__difference_is_named():
    frame = pd.DataFrame({"USUBJID": ["A"], "AVISITN": [2], "STATE": ["response"], "FAILED": [""]})
    with pytest.raises(ValueError, match=r"subject A in week 2 is recorded as 'failed' S, but its numbers give 'resp"):
        check_states(frame, frame.assign(STATE="failed", FAILED="S"))


def test_check_states__lacking_row_is_a_difference():
    frame = pd.DataFrame({"USUBJID": ["A"], "AVISITN": [2], "STATE": ["response"], "FAILED": [""]})
    with pytest.raises(ValueError, match="subject A in week 2"):
        check_states(frame, frame.iloc[:0])


def test_list_explained__thresholds_are_the_plans(make_domains, make_study, plan):
    rule = plan.sri.analyses[0].model_copy(update={"reduction": 5})
    other = plan.model_copy(update={"sri": plan.sri.model_copy(update={"analyses": (rule, *plan.sri.analyses[1:])})})
    study = make_study(make_domains({"A": {1: (10, GRADES, "1.0"), 15: (6, GRADES, "1.0")}}), plan=other)
    assert list_explained(study).iloc[0][["STATE", "FAILED"]].tolist() == ["failed", "S"]
    assert list_response_grid(study).iloc[0]["STATE"] == "failed"
