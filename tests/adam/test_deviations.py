"""Tests of deviations."""

from __future__ import annotations

import pandas as pd

from sap_helpers.adam.deviations import derive_deviations

SUBJECTS = pd.DataFrame({"USUBJID": ["A", "B"], "TRTSDT": pd.to_datetime(["2014-03-10", None])})


def test_derive_deviations__dated_as_the_plan_says():
    dates = ["2014-03-12", "2014-03", "2014-02", ""]
    dv = pd.DataFrame({"USUBJID": "A", "DVCAT": "Major", "DVDECOD": "DOSE", "DVSTDTC": dates, "ROW": range(1, 5)})
    found = derive_deviations(dv, SUBJECTS)
    assert [None if pd.isna(day) else day.date().isoformat() for day in found["ADT"]] == [
        "2014-03-12", "2014-03-10", "2014-02-01", None,
    ]  # fmt: skip
    assert found["ADY"].fillna(0).tolist() == [3, 1, -37, 0]
    assert set(found["DVCAT"]) == {"MAJOR"}


def test_derive_deviations__subject_without_a_dose_has_no_day():
    dv = pd.DataFrame({"USUBJID": ["B"], "DVCAT": ["MINOR"], "DVDECOD": [""], "DVSTDTC": ["2014-03"], "ROW": [1]})
    assert derive_deviations(dv, SUBJECTS)["ADY"].isna().tolist() == [True]


def test_derive_deviations__absent_domain_or_columns():
    assert derive_deviations(None, SUBJECTS).empty
    bare = derive_deviations(pd.DataFrame({"USUBJID": ["A"], "ROW": [7]}), SUBJECTS)
    assert bare[["DVCAT", "SRCROW"]].to_numpy().tolist() == [["", 7]]
