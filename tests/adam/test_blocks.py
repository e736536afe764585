"""Tests of deriving some subjects after the others: nothing but memory depends on how many at a time."""

from __future__ import annotations

import pandas as pd
import pytest

from sap_helpers.adam import blocks
from sap_helpers.adam.analysis import derive_analysis_data
from sap_helpers.adam.blocks import derive_by_subjects, is_assessment

CUT = pd.Timestamp("2014-12-31")
BASE, BETTER = (10, "EEBEEEEEE", "1.5"), (4, "EECEEEEEE", "1.0")
SUBJECTS = {"A": {1: BASE, 29: BETTER}, "B": {}, "C": {1: BASE, 15: (None, "EECEEEEEE", ""), 71: BETTER}}
ADSL = pd.DataFrame({"USUBJID": ["C", "A", "B"], "SAFFL": ["Y", "Y", ""]})


@pytest.mark.parametrize("size", [1, 2])
def test_derive_analysis_data__is_the_same_however_many_subjects_at_once(make_domains, plan, monkeypatch, size):
    domains = make_domains(SUBJECTS)
    expected = derive_analysis_data(domains, CUT, plan)
    monkeypatch.setattr(blocks, "SUBJECTS_AT_ONCE", size)
    found = derive_analysis_data(domains, CUT, plan)
    for name in expected:
        pd.testing.assert_frame_equal(found[name], expected[name])


def test_derive_by_subjects__gives_each_treated_subject_once_in_order(monkeypatch):
    monkeypatch.setattr(blocks, "SUBJECTS_AT_ONCE", 1)
    qs = pd.DataFrame({"USUBJID": ["A", "B", "C", "A"], "N": [1, 2, 3, 4]})
    found = derive_by_subjects({"qs": qs}, ("qs",), ADSL, lambda of, _: of["qs"])
    assert (found["USUBJID"].tolist(), found["N"].tolist()) == (["A", "A", "C"], [1, 4, 3])


def test_derive_by_subjects__gives_only_the_domains_named_that_are_there():
    given = []
    derive_by_subjects(
        {"lb": ADSL, "qs": ADSL}, ("lb", "cp"), ADSL, lambda of, some: given.append([*of]) or some[["USUBJID"]]
    )
    assert given == [["lb"]]


def test_derive_by_subjects__nobody_treated_still_gives_the_columns():
    found = derive_by_subjects({"qs": ADSL}, ("qs",), ADSL.assign(SAFFL=""), lambda of, _: of["qs"])
    assert ([*found.columns], len(found)) == (["USUBJID", "SAFFL"], 0)


def test_is_assessment__leaves_out_single_items_that_are_not_quarantined(plan):
    item, system = next(iter(plan.instruments.sledai.weights)), next(iter(plan.instruments.bilag.systems))
    codes = [item, item, system, "SLEDAI", "PGA0101", plan.instruments.sledai.total]
    adqs = pd.DataFrame({"PARAMCD": codes, "QUARFL": ["", "Y", "", "", "", ""]})
    assert is_assessment(adqs, plan).tolist() == [False, True, False, True, True, True]
