"""Steroid doses: what is taken on a day, what is not recorded, and what a death ends. First dose 1 January 2014."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sap_helpers.adam.steroids import compute_dose_on, derive_doses_by_week
from sap_helpers.plan import load_plan

FIRST = pd.Timestamp("2014-01-01")
# drug, start, end, mg/day ("" for not known), rescue
RECORDS = {
    "S1": [("PREDNISONE", "2013-06-01", "2014-01-28", 30.0, ""), ("PREDNISONE", "2014-01-29", "", 20.0, "")],
    "S2": [("PREDNISONE", "2013-06-01", "2014-01-20", 10.0, "")],
    "S3": [("HYDROXYCHLOROQUINE", "2013-06-01", "", np.nan, "")],
    "S4": [("PREDNISONE", "2013-06-01", "", 10.0, ""), ("METHYLPREDNISOLONE", "2014-01-01", "2014-01-20", 625.0, "Y")],
    "S5": [("PREDNISONE", "2013-06-01", "2014-01-10", 10.0, ""), ("PREDNISONE", "2014-01-11", "", np.nan, "")],
}


@pytest.fixture(scope="module")
def plan():
    return load_plan(Path(__file__).parents[2] / "sap" / "plan.yaml")


@pytest.fixture
def adcm():
    rows = [(subject, *record) for subject, records in RECORDS.items() for record in records]
    frame = pd.DataFrame(rows, columns=["USUBJID", "CMDECOD", "ASTDT", "AENDT", "AVAL", "CRIT1FL"])
    dates = {name: pd.to_datetime(frame[name].replace("", None)) for name in ("ASTDT", "AENDT")}
    return frame.assign(CMTRT="", **dates)


def dose(adcm, plan, subject, day, **rescue):
    days = pd.DataFrame({"USUBJID": [subject], "ADT": [pd.Timestamp(day)]})
    return compute_dose_on(adcm, days, plan, **rescue).iloc[0]


def test_compute_dose_on__the_dose_of_that_day(adcm, plan):
    assert [dose(adcm, plan, "S1", day) for day in ("2014-01-28", "2014-01-29")] == [30.0, 20.0]


def test_compute_dose_on__stopped_is_no_dose(adcm, plan):
    assert dose(adcm, plan, "S2", "2014-01-21") == 0.0


def test_compute_dose_on__no_recorded_steroid_is_missing_not_zero(adcm, plan):
    assert np.isnan(dose(adcm, plan, "S3", "2014-01-21"))


def test_compute_dose_on__rescue_counts_beside_background(adcm, plan):
    assert dose(adcm, plan, "S4", "2014-01-15") == 635.0


def test_compute_dose_on__rescue_of_the_first_day_is_not_baseline(adcm, plan):
    assert dose(adcm, plan, "S4", FIRST, rescue_after=pd.Series([FIRST])) == 10.0


def test_compute_dose_on__an_unknown_dose_leaves_the_day_unknown(adcm, plan):
    assert dose(adcm, plan, "S5", "2014-01-10") == 10.0
    assert np.isnan(dose(adcm, plan, "S5", "2014-01-11"))


@pytest.fixture
def adsl():
    died = pd.to_datetime(pd.Series([None, "2014-02-01", None, None, None]))
    return pd.DataFrame({"USUBJID": list(RECORDS), "SAFFL": "Y", "TRTSDT": FIRST, "DTHDT": died})


def test_derive_doses_by_week__target_days_and_baseline(adsl, adcm, plan):
    found = derive_doses_by_week(adsl, adcm, pd.Timestamp("2014-12-31"), plan)
    first = found.loc[found["USUBJID"] == "S1"].set_index("AVISITN")
    # week 4: day 29 is 29 January
    assert first["DOSE"].loc[[0, 2, 4]].tolist() == [30.0, 30.0, 20.0]
    assert first["ADT"].loc[4] == pd.Timestamp("2014-01-29")
    assert set(first["BASE"]) == {30.0}


def test_derive_doses_by_week__no_dose_after_a_death(adsl, adcm, plan):
    found = derive_doses_by_week(adsl, adcm, pd.Timestamp("2014-12-31"), plan)
    second = found.loc[found["USUBJID"] == "S2"].set_index("AVISITN")["DOSE"]
    # died on 1 February: week 4 is 29 January, week 6 is 12 February
    assert second.loc[4] == 0.0
    assert np.isnan(second.loc[6])


def test_derive_doses_by_week__only_due_weeks(adsl, adcm, plan):
    # the window of week 4 ends on day 36, 5 February
    found = derive_doses_by_week(adsl, adcm, pd.Timestamp("2014-02-05"), plan)
    assert sorted(found["AVISITN"].unique()) == [0, 2, 4]
