"""Tests of ADSL: analysis sets, compliance, deviations, and the end of treatment."""

from __future__ import annotations

import pandas as pd
import pytest

from sap_helpers.adam.exposure import derive_exposure
from sap_helpers.adam.subjects import derive_sets, derive_subjects

CUT = pd.Timestamp("2014-12-31")
DS = ["USUBJID", "DSDECOD", "DSCAT", "DSSCAT", "DSSTDTC"]


def table(rows, *columns):
    frame = pd.DataFrame(rows, columns=list(columns), dtype=object)
    return frame.assign(ROW=range(1, len(frame) + 1), QUARFL="")


@pytest.fixture
def derive(plan):
    """Return a function that derives ADSL of subject A, treated in three cycles from 1 March 2014, and more."""

    def run(cut=CUT, arm="IL2", days=range(1, 64, 2), dose=1e6, **domains):
        first = pd.Timestamp("2014-03-01")
        starts = [(first + pd.Timedelta(days=day - 1)).date().isoformat() for day in days]
        ex = table([("A", start) for start in starts], "USUBJID", "EXSTDTC").assign(EXDOSE=float(dose))
        dm = table([("A", arm)], "USUBJID", "ARMCD")
        return derive_subjects({"dm": dm, "ex": ex} | domains, derive_exposure(ex, plan), cut, plan).iloc[0]

    return run


@pytest.mark.parametrize("arm", ["SCRNFAIL", "scrnfail", "NotAssgn"])
def test_derive_subjects__screen_failure_is_in_no_set(derive, arm):
    found = derive(arm=arm)
    assert (found["ENRFL"], found["SAFFL"]) == ("", "")


@pytest.mark.parametrize(("dose", "flag"), [(1e6, "Y"), (0, "")])
def test_derive_subjects__treated_with_a_dose_above_zero(derive, dose, flag):
    found = derive(dose=dose)
    assert (found["ENRFL"], found["SAFFL"]) == ("Y", flag)


def test_derive_subjects__without_arm_column_everybody_is_enrolled(plan):
    dm = table([("B",), ("A",)], "USUBJID")
    ex = table([], "USUBJID", "EXSTDTC").assign(EXDOSE=pd.Series(dtype=float))
    found = derive_subjects({"dm": dm, "ex": ex}, derive_exposure(ex, plan), CUT, plan)
    assert found[["USUBJID", "ENRFL", "SRCROW"]].to_numpy().tolist() == [["A", "Y", 2], ["B", "Y", 1]]


def test_derive_subjects__unknown_word_is_an_early_stop(derive):
    ds = table([("A", "Abducted", "DISPOSITION EVENT", "STUDY TREATMENT", "2014-04-01")], *DS)
    found = derive(ds=ds)
    assert (found["STOPRSN"], found["STOPDT"], found["STOPROW"]) == ("ABDUCTED", pd.Timestamp("2014-04-01"), 1)
    assert (found["ICETYPE"], found["ICEDT"]) == ("STOPPED", pd.Timestamp("2014-04-01"))


def test_derive_subjects__completion_ends_treatment_without_a_stop(derive):
    ds = table([("A", "completed", "DISPOSITION EVENT", "STUDY TREATMENT", "2014-05-11")], *DS)
    found = derive(ds=ds)
    assert (found["EOTDECOD"], found["EOTDT"], found["ICETYPE"]) == ("COMPLETED", pd.Timestamp("2014-05-11"), "")
    assert pd.isna(found["STOPDT"])


def test_derive_subjects__disposition_without_scope_tells_nothing(derive):
    ds = table([("A", "OTHER", "DISPOSITION EVENT", "2014-04-01")], "USUBJID", "DSDECOD", "DSCAT", "DSSTDTC")
    found = derive(ds=ds)
    assert (pd.isna(found["EOTDT"]), found["ICETYPE"]) == (True, "")


# Injections every second day from day 1 to 63: 32 of them, planned or not.
@pytest.mark.parametrize(
    ("cut", "ended", "planned", "given"),
    [
        ("2014-12-31", None, 21, 32),  # horizon, day 71
        ("2014-03-05", None, 3, 3),  # the day of the cut itself counts: days 1, 3, 5
        ("2014-12-31", "2014-03-05", 2, 2),  # the day of the stop does not: days 1, 3
        ("2014-12-31", "2014-02-20", 0, 0),
        ("2014-12-31", "2014", 17, 31),  # a partial stop is not before the last dose, day 63
    ],
)
def test_derive_subjects__injections_count_up_to_the_first_limit(derive, cut, ended, planned, given):
    rows = [("A", "COMPLETED", "DISPOSITION EVENT", "STUDY TREATMENT", ended)] if ended else []
    found = derive(cut=pd.Timestamp(cut), ds=table(rows, *DS))
    assert (found["PLANNED"], found["GIVEN"]) == (planned, given)


@pytest.mark.parametrize(
    ("category", "date", "flag"),
    [
        ("MAJOR", "2014-05-10", "Y"),  # TRTSDT + 70
        ("MAJOR", "2014-05-11", ""),
        ("major", "2014-05", "Y"),
        ("MAJOR", "", "Y"),
        ("MAJOR", "2014-02-01", "Y"),
        ("MINOR", "2014-03-10", ""),
    ],
)
def test_derive_subjects__major_deviation_up_to_the_horizon_or_undated(derive, category, date, flag):
    assert derive(dv=table([("A", category, date)], "USUBJID", "DVCAT", "DVSTDTC"))["MAJDVFL"] == flag


def sets(plan, **values):
    """Return FASFL, PPSFL and the reasons of one subject that would be in every set but for `values`."""
    row = {"USUBJID": "A", "SAFFL": "Y", "MAJDVFL": "", "GIVEN": 21, "PLANNED": 21} | values
    total = row.pop("total", 10.0)
    frame = pd.DataFrame([row]).astype({"GIVEN": "Int64", "PLANNED": "Int64"})
    found = derive_sets(frame, pd.Series({"A": total}, dtype=float).dropna(), plan).iloc[0]
    return found["FASFL"], found["PPSFL"], found["FASOUT"], found["PPSOUT"]


def test_derive_sets__all_conditions_hold(plan):
    assert sets(plan) == ("Y", "Y", "", "")


def test_derive_sets__no_baseline_total_is_out_of_both(plan):
    assert sets(plan, total=None) == ("", "", "no baseline SELENA-SLEDAI total", "")


def test_derive_sets__untreated_has_no_reason(plan):
    assert sets(plan, SAFFL="", GIVEN=pd.NA, PLANNED=pd.NA) == ("", "", "", "")


@pytest.mark.parametrize(("total", "out"), [(8, ""), (7, "baseline SELENA-SLEDAI below 8")])
def test_derive_sets__baseline_of_at_least_8(plan, total, out):
    assert sets(plan, total=total)[3] == out


@pytest.mark.parametrize(("given", "planned", "flag"), [(4, 5, "Y"), (8, 10, "Y"), (16, 21, ""), (17, 21, "Y")])
def test_derive_sets__exactly_80_percent_is_enough(plan, given, planned, flag):
    assert sets(plan, GIVEN=given, PLANNED=planned)[1] == flag


def test_derive_sets__nothing_planned_is_enough(plan):
    assert sets(plan, GIVEN=0, PLANNED=0)[1] == "Y"


def test_derive_sets__every_reason_is_named(plan):
    assert sets(plan, total=6, MAJDVFL="Y", GIVEN=1)[3] == (
        "baseline SELENA-SLEDAI below 8; major protocol deviation; fewer than 80% of the planned injections given"
    )
