"""Tests of the response: thresholds on decimals, components, events and missing data of one analysis."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest

from sap_helpers.adam.response import derive_measures, derive_response, derive_response_records

DAY = pd.Timestamp("2014-05-10")
GOOD = {
    "USUBJID": "A", "AVISITN": 10, "DUE": True, "TRTSDT": pd.Timestamp("2014-03-01"), "ICEDT": pd.NaT, "ICETYPE": "",
    "SLEDAI": 6.0, "SLEDAI_BASE": 10.0, "SLEDAI_ADT": DAY, "SLEDAI22": 2.0, "SLEDAI22_BASE": 6.0, "SLEDAI22_ADT": DAY,
    "NEW_A": 0.0, "NEW_B": 1.0, "BILAG_ADT": DAY, "PGA": Decimal("1.2"), "PGA_BASE": Decimal("1.0"), "PGA_ADT": DAY,
    "TOUCHED": False,
}  # fmt: skip
NONE = float("nan")


@pytest.fixture
def respond(plan):
    """Return a function from changes of one good week, and an analysis, to its row of responses."""

    def run(row=0, **changes):
        frame = pd.DataFrame([GOOD | changes]).astype({"AVISITN": "Int64", "PGA": object, "PGA_BASE": object})
        analysis = plan.sri.analyses[row] if isinstance(row, int) else row
        return derive_response(frame, analysis, plan).iloc[0]

    return run


@pytest.fixture
def analysis(plan):
    """Return a function that gives the primary analysis with changes."""

    def change(**values):
        return plan.sri.analyses[0].model_copy(update=values)

    return change


def test_derive_response__all_three_components_make_a_response(respond):
    found = respond()
    assert (found["RESPONSE"], found["COUNTED"], found["EVENT"], found["REASON"]) == ("Y", "Y", "", "")


@pytest.mark.parametrize(("total", "response"), [(6.0, "Y"), (7.0, "N"), (13.0, "N")])
def test_derive_response__fall_of_at_least_4(respond, total, response):
    assert respond(SLEDAI=total)["RESPONSE"] == response


@pytest.mark.parametrize(("reduction", "response"), [(5, "Y"), (6, "N")])
def test_derive_response__threshold_is_that_of_the_analysis(respond, analysis, reduction, response):
    assert respond(analysis(reduction=reduction), SLEDAI=5.0)["RESPONSE"] == response


@pytest.mark.parametrize(
    ("new_a", "new_b", "both", "either"),
    [(0, 0, "Y", "Y"), (0, 1, "Y", "Y"), (0, 2, "N", "Y"), (1, 0, "N", "Y"), (1, 1, "N", "Y"), (1, 2, "N", "N")],
)
def test_derive_response__new_grades_and_the_two_readings(respond, analysis, new_a, new_b, both, either):
    assert respond(NEW_A=new_a, NEW_B=new_b)["RESPONSE"] == both
    assert respond(analysis(bilag="or"), NEW_A=new_a, NEW_B=new_b)["RESPONSE"] == either


def pga_responses(plan, pairs):
    """Return the PGA component of pairs of baseline and later value in hundredths."""
    frame = pd.DataFrame([GOOD] * len(pairs)).astype({"AVISITN": "Int64"})
    frame["PGA_BASE"] = [Decimal(before) / 100 for before, _ in pairs]
    frame["PGA"] = [Decimal(now) / 100 for _, now in pairs]
    return derive_response(frame, plan.sri.analyses[0], plan)["PGA_STATE"].tolist()


def test_derive_response__every_exact_rise_of_three_tenths_is_worse(plan):
    pairs = [(before, before + 30) for before in range(271)]
    assert pga_responses(plan, pairs) == [0] * 271
    # the reason for decimals: binary numbers find the rise in some of these pairs only
    assert 0 < sum(now / 100 - before / 100 < 0.3 for before, now in pairs) < 271


def test_derive_response__every_rise_of_29_hundredths_is_not_worse(plan):
    assert pga_responses(plan, [(before, before + 29) for before in range(272)]) == [1] * 272


@pytest.mark.parametrize(("text", "response"), [("1.3", "N"), ("1.30", "N"), ("1.29999", "Y"), ("0", "Y")])
def test_derive_response__pga_as_recorded(respond, text, response):
    assert respond(PGA=Decimal(text))["RESPONSE"] == response


MISSING = {
    "sledai": {"SLEDAI": NONE}, "baseline sledai": {"SLEDAI_BASE": NONE}, "bilag": {"NEW_A": NONE, "NEW_B": NONE},
    "pga": {"PGA": None}, "baseline pga": {"PGA_BASE": None},
}  # fmt: skip


@pytest.mark.parametrize("gap", MISSING)
def test_derive_response__missing_component_makes_it_missing(respond, gap):
    found = respond(**MISSING[gap])
    assert (found["RESPONSE"], found["COUNTED"], found["REASON"]) == ("", "N", "MISSING")


@pytest.mark.parametrize(
    ("gap", "failure"),
    [
        ("sledai", {"PGA": Decimal(2)}),
        ("bilag", {"SLEDAI": 10.0}),
        ("pga", {"NEW_A": 1.0}),
        ("baseline pga", {"NEW_B": 2.0}),
    ],
)
def test_derive_response__failed_component_decides_beside_a_missing_one(respond, gap, failure):
    found = respond(**MISSING[gap], **failure)
    assert (found["RESPONSE"], found["COUNTED"], found["REASON"]) == ("N", "N", "FAILED")


def test_derive_response__missing_may_be_left_out(respond, analysis):
    assert respond(analysis(missing="exclude"), PGA=None)["COUNTED"] == ""


@pytest.mark.parametrize(("event", "counted"), [("2014-05-09", "N"), ("2014-05-10", "N"), ("2014-05-11", "Y")])
def test_derive_response__event_on_or_before_the_assessment_fails(respond, event, counted):
    found = respond(ICEDT=pd.Timestamp(event), ICETYPE="RESCUE")
    assert (found["RESPONSE"], found["COUNTED"]) == ("Y", counted)
    assert found["REASON"] == ("RESCUE" if counted == "N" else "")


def test_derive_response__ignored_event_changes_nothing(respond, analysis):
    found = respond(analysis(events="ignore"), ICEDT=DAY, ICETYPE="RESCUE")
    assert (found["COUNTED"], found["EVENT"]) == ("Y", "")


def test_derive_response__event_is_named_before_missing(respond):
    assert respond(PGA=None, ICEDT=DAY, ICETYPE="DEATH")["REASON"] == "DEATH"


@pytest.mark.parametrize("late", ["SLEDAI_ADT", "BILAG_ADT", "PGA_ADT"])
def test_derive_response__assessment_date_is_the_latest_of_the_three(respond, late):
    assert respond(**{late: pd.Timestamp("2014-05-12")})["ASSESSDT"] == pd.Timestamp("2014-05-12")


def test_derive_response__without_any_record_it_is_the_target_day(respond):
    found = respond(SLEDAI_ADT=pd.NaT, BILAG_ADT=pd.NaT, PGA_ADT=pd.NaT)
    assert found["ASSESSDT"] == pd.Timestamp("2014-05-10")  # 1 March + 70 days


def test_derive_response__component_alone_uses_the_date_of_all_three(respond, plan):
    row = next(row for row in plan.sri.analyses if row.variable == "SLEDAI_RED4")
    found = respond(row, PGA_ADT=pd.Timestamp("2014-05-14"), ICEDT=pd.Timestamp("2014-05-14"), ICETYPE="STOPPED")
    assert (found["RESPONSE"], found["COUNTED"]) == ("Y", "N")


def test_derive_response__without_serology_has_its_own_total_and_date(respond, plan):
    row = next(row for row in plan.sri.analyses if row.sledai == "SLEDAI22")
    found = respond(row, SLEDAI=0.0, SLEDAI22=5.0, SLEDAI22_ADT=pd.Timestamp("2014-05-13"))
    assert (found["RESPONSE"], found["ASSESSDT"]) == ("N", pd.Timestamp("2014-05-13"))


def test_derive_response_records__failed_components_are_named(plan):
    frame = pd.DataFrame([GOOD | {"SLEDAI": 10.0, "PGA": Decimal(3)}]).astype({"AVISITN": "Int64"})
    found = derive_response_records(derive_response(frame, plan.sri.analyses[0], plan)).set_index("PARAMCD")
    assert found["AVALC"].to_dict() == {"SLEDRED4": "N", "BILNONEW": "Y", "PGANOWRS": "N", "SRI4": "N"}
    assert found.at["SRI4", "REASON"] == "FAILED: SLEDAI, PGA"
    assert found["ADY"].tolist() == [71] * 4


def test_derive_measures__marks_weeks_that_a_quarantined_record_touches(make_domains, make_study, plan):
    visits = {1: (10, None, None), 15: (6, None, None), 71: (6, None, None)}
    domains = make_domains({"A": visits, "B": visits})
    qs = domains["qs"]
    qs.loc[(qs["USUBJID"] == "A") & (qs["QSDTC"] == "2014-03-15"), "QUARFL"] = "Y"
    qs.loc[(qs["USUBJID"] == "B") & (qs["QSDTC"] == "2014-03-01"), "QUARFL"] = "Y"
    study = make_study(domains)
    measures = derive_measures(study["adsl"], study["adqs"], study.cut_date, plan)
    touched = measures.loc[measures["TOUCHED"], ["USUBJID", "AVISITN"]].to_numpy().tolist()
    assert touched == [["A", 2], *([["B", week] for week in (2, 4, 6, 8, 10)])]
