"""Tests of medication: prednisone equivalents, the daily dose, and possible unrecorded rescue."""

from __future__ import annotations

import pandas as pd
import pytest

from sap_helpers.adam.medication import compute_daily_prednisone, derive_medication

SUBJECTS = pd.DataFrame({"USUBJID": ["A", "B"], "TRTSDT": pd.to_datetime(["2014-03-10", None]), "SAFFL": ["Y", ""]})
PREDNISONE = {
    "USUBJID": "A", "CMTRT": "PREDNISONE", "CMDECOD": "", "CMCAT": "BACKGROUND THERAPY", "CMDOSE": 10.0, "CMDOSU": "mg",
    "CMDOSFRQ": "QD", "CMSTDTC": "2014-01-01", "CMENDTC": "",
}  # fmt: skip


def medicate(plan, *changes):
    frame = pd.DataFrame([PREDNISONE | change for change in changes])
    return derive_medication(frame.assign(ROW=range(1, len(frame) + 1)), SUBJECTS, plan)


@pytest.mark.parametrize(
    ("drug", "dose", "frequency", "equivalent"),
    [
        ("PREDNISONE", 10, "QD", 10),
        ("prednisolone", 10, "BID", 20),
        ("METHYLPREDNISOLONE", 8, "QD", 10),
        ("METHYLPREDNISOLONE", 8, "qod", 5),
        ("HYDROCORTISONE", 20, "TID", 15),
        ("DEXAMETHASONE", 0.75, "QD", 5.0),
    ],
)
def test_derive_medication__prednisone_equivalent(plan, drug, dose, frequency, equivalent):
    found = medicate(plan, {"CMTRT": drug, "CMDOSE": float(dose), "CMDOSFRQ": frequency})
    assert found["AVAL"].tolist() == pytest.approx([equivalent], abs=1e-6)


@pytest.mark.parametrize(
    "change",
    [{"CMTRT": "METHOTREXATE"}, {"CMDOSU": "g"}, {"CMDOSFRQ": "PRN"}, {"CMDOSE": float("nan")}],
    ids=["no steroid", "unit", "frequency", "dose"],
)
def test_derive_medication__unknown_dose_is_missing(plan, change):
    assert medicate(plan, change)["AVAL"].isna().tolist() == [True]


def test_derive_medication__coded_name_wins(plan):
    assert medicate(plan, {"CMTRT": "white pill", "CMDECOD": "Prednisone"})["AVAL"].tolist() == [10]


def test_derive_medication__undated_starts_with_treatment(plan):
    found = medicate(plan, {"CMSTDTC": ""})
    assert found[["ASTDT", "ADY"]].to_numpy().tolist() == [[pd.Timestamp("2014-03-10"), 1]]


@pytest.mark.parametrize(
    ("frequency", "end", "last"),
    [
        ("QD", "", None),
        ("QD", "2014-04", "2014-04-30"),
        ("QD", "2014-04-20", "2014-04-20"),
        ("", "", None),
        ("ONCE", "", "2014-04-02"),  # a single dose does not go on
        ("once", "2014-04", "2014-04-02"),
        ("ONCE", "2014-04-20", "2014-04-20"),
    ],
)
def test_derive_medication__last_day(plan, frequency, end, last):
    found = medicate(plan, {"CMSTDTC": "2014-04-02", "CMDOSFRQ": frequency, "CMENDTC": end})
    assert found["AENDT"].tolist() == [pd.Timestamp(last) if last else pd.NaT]


def test_derive_medication__untreated_subjects_are_left_out(plan):
    assert medicate(plan, {"USUBJID": "B"}).empty


@pytest.mark.parametrize(
    ("change", "listed"),
    [
        ({"CMCAT": "", "CMSTDTC": "2014-03-11"}, "Y"),
        ({"CMCAT": "CONCOMITANT", "CMSTDTC": "2014-03-11", "CMTRT": "Rituximab"}, "Y"),
        ({"CMCAT": "", "CMSTDTC": "2014-03-11", "CMTRT": "methotrexate"}, "Y"),
        ({"CMCAT": "", "CMSTDTC": "2014-03-10"}, ""),  # not after the first dose
        ({"CMCAT": "RESCUE THERAPY", "CMSTDTC": "2014-03-11"}, ""),
        ({"CMCAT": "background therapy", "CMSTDTC": "2014-03-11"}, ""),
        ({"CMCAT": "", "CMSTDTC": "2014-03-11", "CMTRT": "PARACETAMOL"}, ""),
    ],
)
def test_derive_medication__possible_unrecorded_rescue(plan, change, listed):
    assert medicate(plan, change)["CRIT2FL"].tolist() == [listed]


def test_derive_medication__rescue_is_flagged(plan):
    assert medicate(plan, {"CMCAT": "Rescue Therapy"}, {})["CRIT1FL"].tolist() == ["Y", ""]


def test_derive_medication__only_the_required_columns(plan):
    cm = pd.DataFrame({"USUBJID": ["A"], "CMSTDTC": ["2014-04-01"], "ROW": [1]})
    found = derive_medication(cm, SUBJECTS, plan)
    assert found[["CRIT1FL", "CRIT2FL"]].to_numpy().tolist() == [["", ""]]


def daily(plan, day, *changes):
    days = pd.Series({"A": pd.Timestamp(day)})
    return compute_daily_prednisone(medicate(plan, *changes), days).to_dict()


@pytest.mark.parametrize(
    ("day", "found"),
    [("2013-12-31", {}), ("2014-01-01", {"A": 10}), ("2014-04-30", {"A": 10}), ("2014-05-01", {})],
)
def test_compute_daily_prednisone__active_from_start_to_end(plan, day, found):
    assert daily(plan, day, {"CMENDTC": "2014-04-30"}) == found


def test_compute_daily_prednisone__several_add_up(plan):
    assert daily(plan, "2014-03-10", {}, {"CMTRT": "METHYLPREDNISOLONE", "CMDOSE": 4.0}) == {"A": 15}


def test_compute_daily_prednisone__rescue_is_left_out(plan):
    assert daily(plan, "2014-03-10", {}, {"CMCAT": "RESCUE THERAPY", "CMDOSE": 500.0}) == {"A": 10}
