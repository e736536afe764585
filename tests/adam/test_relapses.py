"""Relapses of one subject at a time: last dose on 2014-03-10, study day 69; study day 1 is 2014-01-01."""

from pathlib import Path

import pandas as pd
import pytest

from sap_helpers.adam.relapses import (
    derive_competing_events,
    derive_relapses,
    derive_remission_set,
    derive_totals,
)
from sap_helpers.plan import load_plan

FIRST, LAST, STOP = pd.Timestamp("2014-01-01"), pd.Timestamp("2014-03-10"), pd.Timestamp("2014-03-11")
CUT = pd.Timestamp("2014-12-31")


@pytest.fixture(scope="module")
def plan():
    return load_plan(Path(__file__).parents[2] / "sap" / "plan.yaml")


def on(day):
    return FIRST + pd.Timedelta(days=day - (day > 0))


def make_adsl(**columns):
    given = {"USUBJID": ["S"], "FASFL": ["Y"], "TRTSDT": [FIRST], "TRTEDT": [LAST], "EOTDT": [STOP], "ASEQ": [1]}
    return pd.DataFrame(given | columns)


def make_adqs(totals, quarantined=()):
    rows = [("S", "SLEDAI", "SELENA-SLEDAI", on(day), value, "") for day, value in totals.items()]
    rows += [("S", "SLED0101", "SELENA-SLEDAI", on(day), None, "Y") for day in quarantined]
    frame = pd.DataFrame(rows, columns=["USUBJID", "PARAMCD", "PARCAT1", "ADT", "AVAL", "QUARFL"])
    types = {"ADT": "datetime64[ns]", "AVAL": float, "USUBJID": object, "PARAMCD": object, "PARCAT1": object}
    return frame.astype(types).assign(ASEQ=range(1, len(frame) + 1))


def assess(plan, totals, name="RELAPSE", cut=CUT, quarantined=(), **columns):
    definition = next(row for row in plan.relapse.of() if (row.reading or row.variable) == name)
    return derive_relapses(make_adsl(**columns), make_adqs(totals, quarantined), cut, definition, plan)


def state(plan, totals, name="RELAPSE", **options):
    return assess(plan, totals, name, **options).subjects.iloc[0]


@pytest.mark.parametrize(
    ("totals", "member"),
    [
        ({1: 12, 2: 3}, True), ({1: 3, 30: 6}, False), ({1: 12, 30: 4}, False), ({1: 12, 83: 3}, True),
        ({1: 12, 84: 3}, False), ({1: 12, 30: None}, False),
    ],
)  # fmt: skip
def test_derive_relapses__remission_is_below_four_from_day_two_to_fourteen_days_after_the_last_dose(
    plan, totals, member
):
    assert bool(state(plan, totals)["REM"]) is member


def test_derive_relapses__the_reference_is_the_last_total_up_to_fourteen_days_after_the_last_dose(plan):
    found = state(plan, {30: 2, 71: 0, 83: 3, 84: 9})
    assert (found["REFDT"], found["REFVAL"]) == (on(83), 3)


def test_derive_relapses__a_total_without_a_number_is_no_assessment(plan):
    found = state(plan, {30: 2, 80: None, 100: None, 120: 3})
    assert (found["REFVAL"], found["NFUP"], found["RELDT"]) == (2, 1, on(120))


@pytest.mark.parametrize(("day", "count"), [(83, 0), (84, 1), (160, 1), (161, 0)])
def test_derive_relapses__follow_up_runs_from_day_fifteen_to_day_ninety_one_after_the_last_dose(plan, day, count):
    assert state(plan, {30: 2, day: 9})["NFUP"] == count


@pytest.mark.parametrize(("day", "relapsed"), [(182, True), (183, False)])
def test_derive_relapses__follow_up_ends_on_the_last_study_day_where_that_is_earlier(plan, day, relapsed):
    found = state(plan, {30: 2, day: 9}, TRTEDT=[on(153)], EOTDT=[on(154)])
    assert bool(found["RELAPSED"]) is relapsed


def test_derive_relapses__as_much_as_the_reference_is_no_relapse_one_point_more_is(plan):
    assert not state(plan, {30: 2, 100: 2})["RELAPSED"]
    assert state(plan, {30: 2, 100: 3})["RELAPSED"]


def test_derive_relapses__rise_of_four_asks_for_four_points(plan):
    assert not state(plan, {30: 2, 100: 5}, "RELAPSE_RISE4")["RELAPSED"]
    assert state(plan, {30: 2, 100: 6}, "RELAPSE_RISE4")["RELAPSED"]


@pytest.mark.parametrize(
    ("totals", "number", "low"),
    [
        # a total below 4 and not above the reference re-arms
        ({30: 2, 90: 6, 110: 2, 130: 3}, 2, 1),
        # below 4 but above the reference does not
        ({30: 0, 90: 2, 110: 1, 130: 3}, 1, 1),
        # not above the reference but not below 4 does not
        ({30: 2, 80: 8, 90: 10, 110: 5, 130: 9}, 1, 0),
        # several assessments of one relapse are one; the visit that found it was below 4
        ({30: 0, 90: 2, 110: 5, 130: 3}, 1, 1),
        # two rearming assessments in a row count as one
        ({30: 1, 90: 2, 110: 1, 120: 0, 130: 3, 140: 0, 150: 2}, 3, 3),
    ],
)
def test_derive_relapses__a_further_relapse_needs_remission_no_worse_than_the_reference_in_between(
    plan, totals, number, low
):
    found = state(plan, totals)
    assert (found["NREL"], found["NLOW"]) == (number, low)


def test_derive_relapses__only_the_visit_that_starts_a_relapse_is_marked(plan):
    course = assess(plan, {30: 2, 90: 6, 100: 7, 110: 2, 130: 2, 140: 3}).course
    assert course["RELAPSE"].tolist() == [False, True, False, False, False, True]


def test_derive_relapses__time_runs_from_the_reference_to_the_relapse_or_the_last_follow_up(plan):
    assert state(plan, {30: 2, 80: 2, 100: 2, 120: 3})["TIME"] == 40
    assert state(plan, {30: 2, 80: 2, 100: 2, 120: 2})["TIME"] == 40
    assert state(plan, {30: 2, 80: 2})["TIME"] == 0


@pytest.mark.parametrize(
    ("name", "totals", "relapsed"),
    [
        ("RISE3", {30: 2, 100: 5}, True), ("RISE3", {30: 2, 100: 4}, False),
        ("RETURN4", {30: 0, 100: 3}, False), ("RETURN4", {30: 3, 100: 4}, True),
        ("RETURN4", {30: 2, 80: 8, 100: 6}, True), ("REFERENCE_2", {30: 0, 80: 3, 100: 3}, True),
        ("REFERENCE_2", {30: 0, 71: 3, 100: 3}, False), ("ANY_TIME", {30: 0, 182: 1}, True),
        ("ANY_TIME", {30: 0, 183: 1}, False),
    ],
)  # fmt: skip
def test_derive_relapses__every_definition_is_the_same_code(plan, name, totals, relapsed):
    assert bool(state(plan, totals, name)["RELAPSED"]) is relapsed


def test_derive_relapses__remission_at_most_four_takes_exactly_four(plan):
    assert state(plan, {30: 4}, "REMISSION_LE4")["REM"]
    assert not state(plan, {30: 5}, "REMISSION_LE4")["REM"]


def test_derive_relapses__an_earlier_reference_leaves_remission_and_follow_up_as_they_are(plan):
    found = state(plan, {30: 9, 80: 2, 100: 3}, "REFERENCE_2")
    assert (bool(found["REM"]), found["REFVAL"], found["NFUP"], bool(found["RELAPSED"])) == (True, 9, 1, False)


@pytest.mark.parametrize(("cut", "due"), [("2014-06-08", False), ("2014-06-09", True)])
def test_derive_relapses__due_from_day_ninety_one_after_the_last_dose_on(plan, cut, due):
    assert bool(state(plan, {30: 2}, cut=pd.Timestamp(cut))["DUE"]) is due


@pytest.mark.parametrize(("cut", "due"), [("2014-06-30", False), ("2014-07-01", True)])
def test_derive_relapses__any_time_is_due_on_the_last_study_day(plan, cut, due):
    assert bool(state(plan, {30: 2}, "ANY_TIME", cut=pd.Timestamp(cut))["DUE"]) is due


def test_derive_relapses__who_has_not_stopped_has_no_reference_and_is_not_due(plan):
    found = state(plan, {30: 2, 100: 9}, EOTDT=[pd.NaT])
    assert (bool(found["STOPPED"]), bool(found["DUE"]), bool(found["REM"]), found["NREL"]) == (False, False, False, 0)
    assert pd.isna(found["REFDT"])


def test_derive_relapses__only_the_full_analysis_set_has_a_state(plan):
    assert assess(plan, {30: 2, 100: 9}, FASFL=[""]).subjects.empty


@pytest.mark.parametrize(("day", "touched"), [(1, False), (2, True), (160, True), (161, False)])
def test_derive_relapses__a_quarantined_item_on_treatment_or_in_follow_up_touches_the_subject(plan, day, touched):
    assert bool(state(plan, {30: 2, 100: 3}, quarantined=[day])["TOUCHED"]) is touched


def test_derive_relapses__leaves_its_input_as_it_was(plan):
    adsl, adqs = make_adsl(), make_adqs({30: 2, 100: 3})
    before = adsl.copy(), adqs.copy()
    derive_relapses(adsl, adqs, CUT, plan.relapse.primary, plan)
    pd.testing.assert_frame_equal(adsl, before[0])
    pd.testing.assert_frame_equal(adqs, before[1])


def test_derive_totals__keeps_one_usable_total_a_day():
    found = derive_totals(make_adqs({30: 2, 100: None, 120: 3}, quarantined=[30]))
    assert found[["ADT", "AVAL"]].to_numpy().tolist() == [[on(30), 2.0], [on(120), 3.0]]


def test_derive_remission_set__names_the_first_reason_that_applies(plan):
    adqs = make_adqs({30: 4})
    out = derive_remission_set(make_adsl(), adqs, CUT, plan)
    assert out[["REMFL", "REMOUT"]].to_numpy().tolist() == [["", "no SELENA-SLEDAI below 4 on treatment"]]
    out = derive_remission_set(make_adsl(EOTDT=[pd.NaT]), adqs, CUT, plan)
    assert out["REMOUT"].tolist() == ["treatment not stopped"]
    out = derive_remission_set(make_adsl(), make_adqs({30: 3}), CUT, plan)
    assert out[["REMFL", "REMOUT"]].to_numpy().tolist() == [["Y", ""]]


def test_derive_remission_set__without_dispositions_nobody_is_in_and_no_reason_is_made_up(plan):
    out = derive_remission_set(make_adsl(), make_adqs({30: 3}), CUT, plan, is_available=False)
    assert out[["REMFL", "REMOUT"]].to_numpy().tolist() == [["", ""]]


@pytest.mark.parametrize(("day", "counts"), [(83, False), (84, True), (160, True), (161, False)])
def test_derive_competing_events__only_within_follow_up(plan, day, counts):
    subjects = assess(plan, {30: 2}).subjects
    adcm = pd.DataFrame({"USUBJID": ["S"], "ASTDT": [on(day)], "CRIT1FL": ["Y"]})
    found = derive_competing_events(subjects, make_adsl(DTHDT=[on(day)]), adcm).iloc[0]
    assert [found["RESCDT"] == on(day), found["DTHDT"] == on(day)] == [counts, counts]


def test_derive_competing_events__an_earlier_rescue_does_not_hide_a_later_one(plan):
    subjects = assess(plan, {30: 2}).subjects
    rows = [("S", on(20), "Y"), ("S", on(110), "Y"), ("S", on(100), "Y"), ("S", on(90), "")]
    adcm = pd.DataFrame(rows, columns=["USUBJID", "ASTDT", "CRIT1FL"])
    found = derive_competing_events(subjects, make_adsl(DTHDT=[pd.NaT]), adcm).iloc[0]
    assert found["RESCDT"] == on(100)


def test_derive_competing_events__without_any_rescue_nobody_has_one(plan):
    adcm = pd.DataFrame({"USUBJID": [], "ASTDT": [], "CRIT1FL": []}).astype({"USUBJID": object})
    adcm["ASTDT"] = adcm["ASTDT"].astype("datetime64[ns]")
    found = derive_competing_events(assess(plan, {30: 2}).subjects, make_adsl(DTHDT=[pd.NaT]), adcm).iloc[0]
    assert pd.isna(found["RESCDT"])
    assert pd.isna(found["DTHDT"])
