"""States of low activity: criteria, events, missing parts, prednisone not recorded. First dose 1 January 2014."""

from pathlib import Path

import pandas as pd
import pytest

from sap_helpers.adam.states import derive_state_records
from sap_helpers.plan import load_plan

FIRST = pd.Timestamp("2014-01-01")
CUT = pd.Timestamp("2014-12-31")


@pytest.fixture(scope="module")
def plan():
    return load_plan(Path(__file__).parents[2] / "sap" / "plan.yaml")


def frame_of(weeks, plan):
    """Return the chosen records of one subject: by week the items present (None: not assessed), PGA, items not done."""
    weights = plan.instruments.sledai.weights
    rows = []
    for week, (present, pga, *not_done) in weeks.items():
        day = FIRST + pd.Timedelta(days=7 * week)
        if present is not None:
            scores = {code: float(weight if code in present else 0) for code, weight in weights.items()}
            rows += [(code, week, day, value, f"{value:g}") for code, value in scores.items() if code not in not_done]
            rows.append(("SLEDAI", week, day, sum(scores.values()), ""))
            clinical = sum(value for code, value in scores.items() if code not in plan.instruments.sledai.serology)
            rows.append(("SLEDAI22", week, day, clinical, ""))
        if pga is not None:
            rows.append((plan.instruments.pga.code, week, day, float(pga), pga))
    frame = pd.DataFrame(rows, columns=["PARAMCD", "AVISITN", "ADT", "AVAL", "AVALC"])
    return frame.assign(USUBJID="S1", ANL01FL="Y", AVISITN=frame["AVISITN"].astype("Int64"))


@pytest.fixture
def state_at(plan):
    """Give a function that returns a state's record at week 4 from weeks 0, 2 and 4 of one subject."""

    def make(param, weeks, *, event=None, dose=5.0, cut=CUT):
        adsl = pd.DataFrame({"USUBJID": ["S1"], "SAFFL": "Y", "TRTSDT": FIRST, "ICETYPE": "STOPPED" if event else ""})
        adsl["ICEDT"] = pd.Series([pd.Timestamp(event) if event else pd.NaT], dtype="datetime64[ns]")
        steroids = [("S1", "PREDNISONE", "", pd.Timestamp("2013-01-01"), pd.NaT, dose, "")] if dose is not None else []
        adcm = pd.DataFrame(steroids, columns=["USUBJID", "CMDECOD", "CMTRT", "ASTDT", "AENDT", "AVAL", "CRIT1FL"])
        adcm = adcm.astype({"ASTDT": "datetime64[ns]", "AENDT": "datetime64[ns]", "AVAL": "float64"})
        records = derive_state_records(adsl, frame_of(weeks, plan), adcm, cut, plan)
        found = records.loc[(records["PARAMCD"] == param) & (records["AVISITN"] == 4)]
        assert len(found) == 1
        return tuple(found[["AVALC", "REASON", "CRIT1FL", "ANL01FL"]].iloc[0])

    return make


ARTHRITIS, RASH, LOW_C, DNA, FEVER = "SLED0109", "SLED0115", "SLED0120", "SLED0121", "SLED0122"
START = {0: ([ARTHRITIS, RASH, LOW_C], "2.0"), 2: ([RASH], "1.0")}
REACHED, FAILED = ("Y", "", "Y", "Y"), ("N", "FAILED", "N", "Y")


def test_remission__three_points_are_below_four_and_four_are_not(state_at):
    assert state_at("REMISS", START | {4: ([RASH, FEVER], "1.0")}) == REACHED
    assert state_at("REMISS", START | {4: ([RASH, LOW_C], "1.0")}) == FAILED


def test_clinical_remission__serology_does_not_count(state_at):
    assert state_at("CLINREM", START | {4: ([LOW_C, DNA], "0.4")}) == REACHED


def test_clinical_remission__half_a_point_of_pga_is_too_much(state_at):
    assert state_at("CLINREM", START | {4: ([], "0.5")}) == FAILED


def test_doris__five_milligrams_are_allowed_and_more_is_not(state_at):
    assert state_at("DORIS", START | {4: ([], "0.4")}, dose=5.0) == REACHED
    assert state_at("DORIS", START | {4: ([], "0.4")}, dose=7.5) == FAILED


def test_doris__is_not_asked_for_without_recorded_prednisone(state_at):
    found = state_at("DORIS", START | {4: ([], "0.4")}, dose=None)
    assert found[1:] == ("PREDNISONE NOT RECORDED", "", "")


def test_clinical_remission__does_not_need_prednisone(state_at):
    assert state_at("CLINREM", START | {4: ([], "0.4")}, dose=None) == REACHED


def test_lldas__old_minor_activity_is_allowed(state_at):
    assert state_at("LLDAS", START | {4: ([RASH, LOW_C], "1.0")} | {2: ([RASH, LOW_C], "1.0")}, dose=7.5) == REACHED


def test_lldas__a_new_item_is_not(state_at):
    assert state_at("LLDAS", START | {4: ([RASH, LOW_C], "1.0")}) == FAILED


def test_lldas__the_assessment_before_is_the_last_complete_one(state_at):
    # week 2 was not assessed: week 0, where complement was low, is the assessment before
    assert state_at("LLDAS", {0: START[0], 2: (None, "1.0"), 4: ([RASH, LOW_C], "1.0")}) == REACHED


def test_lldas__items_beside_a_recorded_total_do_not_tell(state_at):
    # a total is recorded, but psychosis was not assessed: it may be present
    assert state_at("LLDAS", START | {4: ([RASH], "1.0", "SLED0102")}) == ("", "MISSING", "N", "Y")
    # and that assessment is not the one before: alopecia is new against week 0
    assert state_at("LLDAS", START | {2: ([], "1.0", "SLED0116"), 4: (["SLED0116"], "1.0")}) == FAILED


def test_lldas__fever_is_barred(state_at):
    assert state_at("LLDAS", {0: START[0], 2: ([FEVER], "1.0"), 4: ([FEVER], "1.0")}) == FAILED


def test_lldas__pga_above_one_is_too_much(state_at):
    assert state_at("LLDAS", START | {4: ([RASH], "1.1")}) == FAILED


def test_state__missing_part_without_a_failed_one_is_missing_and_counts_as_not_reached(state_at):
    assert state_at("CLINREM", START | {4: ([], None)}) == ("", "MISSING", "N", "Y")


def test_state__a_failed_part_decides_over_a_missing_one(state_at):
    assert state_at("CLINREM", START | {4: ([RASH], None)}) == FAILED


def test_state__event_on_the_day_of_the_assessment_ends_it(state_at):
    # week 4 is assessed on day 29, 29 January
    assert state_at("REMISS", START | {4: ([], "0.4")}, event="2014-01-29") == ("Y", "STOPPED", "N", "Y")
    assert state_at("REMISS", START | {4: ([], "0.4")}, event="2014-01-30") == REACHED


def test_state__week_not_due_is_not_asked_for(state_at):
    # the window of week 4 ends on day 36, 5 February
    assert state_at("REMISS", START | {4: ([], "0.4")}, cut=pd.Timestamp("2014-02-04"))[3] == ""
