"""Errors planted in a small synthetic cut, one at a time: each is told, and nothing is told of clean cuts."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pandas as pd
import pytest

from sap_helpers.adam.store import derive_study
from sap_helpers.analyses.disposition import analyse_exposure
from sap_helpers.cut.read import check_cut
from sap_helpers.run.simulate import cut_trial, simulate_trial, write_cut

CUT_DATE = date(2015, 10, 1)
# what these rules say of a clean cut is said for a reason that the cut gives
RULES = ("R043", "R090", "R091", "R092", "R094", "R095", "R101", "R102")


@pytest.fixture(scope="module")
def read(plan, tmp_path_factory):
    """Return a function from domains to a study and to the cut as read."""

    def open_cut(frames, cut_date=CUT_DATE):
        folder = tmp_path_factory.mktemp("planted") / "cut"
        write_cut(folder, frames, cut_id="cut", cut_date=cut_date, study=plan.study, extension="csv")
        cut = check_cut(folder, plan, b"")
        assert not cut.is_refused, [finding.message() for finding in cut.findings]
        return derive_study(cut, plan)

    return open_cut


@pytest.fixture(scope="module")
def clean(plan):
    return cut_trial(simulate_trial(plan, subjects=3, seed=3, missing=0.0), CUT_DATE)


@pytest.fixture(scope="module")
def clean_study(read, clean):
    return read(clean)


def said(study):
    return Counter(tuple(sorted(finding.items())) for finding in study.findings)


@pytest.fixture(scope="module")
def plant(read, clean, clean_study):
    """Return a function that changes domains; it returns the study, and what is told that was not told before."""

    def changed(changes):
        frames = dict(clean)
        for domain, change in changes:
            frames[domain] = change(frames[domain].copy())
        study = read(frames)
        return study, [dict(finding) for finding in (said(study) - said(clean_study)).elements()]

    return changed


def write(variable, value, where=None):
    """Return a change: another value in the first record, or in the first one of which a text holds."""

    def change(frame):
        rows = frame.index if where is None else frame.index[frame[where[0]] == where[1]]
        frame.loc[rows[0], variable] = value
        return frame

    return change


def again(frame):
    return pd.concat([frame, frame], ignore_index=True)


RESULT = ["LBSTRESC", "LBSTRESN"]
DATES = (
    ("ex", "EXSTDTC"), ("ex", "EXENDTC"), ("ae", "AESTDTC"), ("ae", "AEENDTC"), ("cm", "CMSTDTC"), ("cm", "CMENDTC"),
    ("qs", "QSDTC"), ("lb", "LBDTC"), ("cp", "CPDTC"), ("ds", "DSSTDTC"), ("dm", "DTHDTC"), ("dm", "RFICDTC"),
)  # fmt: skip


@pytest.mark.parametrize("value", ["0204-05-05", "1700", "9999-12", "2262-04-12"])
def test_dates__of_any_year_are_quarantined(plant, value):
    _, told = plant([(domain, write(variable, value)) for domain, variable in DATES])
    keys = ("severity", "domain", "row", "variable", "value")
    found = [tuple(one[key] for key in keys) for one in told if one["rule"] == "R091"]
    assert sorted(found) == sorted(("quarantined", domain, "1", variable, value) for domain, variable in DATES)


# each in a record of its own
PLANTED = [
    ("dm", write("AGE", "999", ("USUBJID", "SLEIL2-003")), "R091", "AGE", "999"),
    ("dm", write("AGE", "1e308", ("USUBJID", "SLEIL2-002")), "R091", "AGE", "1e308"),
    ("ex", write("EXDOSE", "1"), "R091", "EXDOSE", "1"),
    ("ex", write("EXDOSU", "mg", ("EXSEQ", "2")), "R091", "EXDOSU", "mg"),
    ("ex", write("EXTRT", "ASPIRIN", ("EXSEQ", "3")), "R091", "EXTRT", "ASPIRIN"),
    ("cm", write("CMDOSE", "25000", ("CMDECOD", "PREDNISONE")), "R091", "CMDOSE", "25000"),
    ("lb", write("LBSTNRHI", "0", ("LBTESTCD", "ALT")), "R091", "LBSTNRHI", "0"),
    ("lb", write(["LBORRES", *RESULT], "1e308", ("LBTESTCD", "C3")), "R091", "C3", "1e308"),
    ("lb", write(RESULT, "1000", ("LBTESTCD", "AST")), "R090", "AST", "1000"),
    ("qs", write(["QSSTRESC", "QSSTRESN"], "2.9", ("QSTESTCD", "PGA0101")), "R090", "PGA0101", "2.9"),
    ("qs", write("QSSEQ", "2"), "R092", "QSSEQ", "2"),
    ("cp", lambda cp: cp.drop(index=5), "R092", "CPSEQ", "SLEIL2-001: 6"),
    ("ds", again, "R095", "USUBJID", "SLEIL2-001"),
    ("ex", write(["EXSTDTC", "EXENDTC"], "2025-05-01", ("EXSEQ", "4")), "R094", "EXSTDTC", "2025-05-01"),
    ("ex", write(["EXSTDTC", "EXENDTC"], "2025-05-02", ("EXSEQ", "5")), "R059", "EXSTDTC", "2025-05-01"),
    ("cm", write("CMSTDTC", "1904-05-01"), "R094", "CMSTDTC", "1904-05-01"),
    ("lb", write("VISIT", "WEEK 24", ("VISIT", "WEEK 2")), "R094", "VISIT", "WEEK 24"),
    ("cp", write("VISIT", "WEEK 24", ("VISIT", "WEEK 2")), "R094", "VISIT", "WEEK 24"),
    ("dm", write("DTHDTC", "2014-07", ("USUBJID", "SLEIL2-003")), "R101", "LBDTC", None),
    ("dm", write("RFICDTC", "", ("USUBJID", "SLEIL2-003")), "R102", "RFICDTC", ""),
]  # fmt: skip


@pytest.fixture(scope="module")
def told(plant):
    """What is told of a cut with all of these errors."""
    _, found = plant([(domain, change) for domain, change, *_ in PLANTED])
    return [(one["rule"], one["variable"], one["value"], one["USUBJID"] != "") for one in found]


@pytest.mark.parametrize(("rule", "variable", "value"), [one[2:] for one in PLANTED])
def test_planted__error_is_told_with_its_subject(told, rule, variable, value):
    found = [one[2] for one in told if one[:2] == (rule, variable) and one[3]]
    assert found if value is None else value in found


def test_repeated__records_change_no_analysis_data(plant, clean_study):
    study, told = plant([(domain, again) for domain in ("cm", "dm", "ds", "dv", "ex")])
    assert {(one["rule"], one["domain"]) for one in told} == {("R095", name) for name in ("cm", "dm", "ds", "dv", "ex")}
    for name in clean_study.data:
        pd.testing.assert_frame_equal(study[name], clean_study[name])


def test_unit__of_a_dose_that_does_not_convert_counts_as_dosing_and_in_no_cumulative_dose(plant, clean_study):
    def dose(study):
        return {(row.key.variable, row.stat_name): row.stat for row in analyse_exposure(study)}

    study, _ = plant([("ex", lambda ex: ex.assign(EXDOSU=ex["EXDOSU"].where(ex["USUBJID"] != "SLEIL2-001", "mg")))])
    before, after = dose(clean_study), dose(study)
    assert (before["CUMULATIVE_DOSE", "N"], after["CUMULATIVE_DOSE", "N"]) == (3, 2)
    assert after["INJECTIONS", "mean"] == before["INJECTIONS", "mean"]
    pd.testing.assert_series_equal(study["adsl"]["TRTSDT"], clean_study["adsl"]["TRTSDT"])


def test_unit__of_a_dose_that_converts_changes_no_result(plant, clean_study):
    study, told = plant([("ex", lambda ex: ex.assign(EXDOSE="1", EXDOSU="MIU"))])
    assert told == []
    pd.testing.assert_frame_equal(study["adex"], clean_study["adex"])


# subjects, day of the cut
SIZES = [
    (0, "2015-10-01"), (1, "2015-10-01"), (1, "2014-05-01"), (2, "2014-06-15"), (3, "2014-04-01"), (4, "2014-12-31"),
    (5, "2015-10-01"), (6, "2014-08-31"), (9, "2015-03-31"), (14, "2015-10-01"),
]  # fmt: skip


@pytest.mark.parametrize("missing", [0.0, 0.06, 0.5])
def test_clean__simulated_cuts_are_told_nothing(plan, read, missing):
    for seed, (subjects, day) in enumerate(SIZES):
        on = date.fromisoformat(day)
        study = read(cut_trial(simulate_trial(plan, subjects=subjects, seed=seed, missing=missing), on), on)
        # a visit outside its window is one, whatever its label says
        kept = [one for one in study.findings if one["rule"] in RULES and one["variable"] != "VISIT"]
        assert [one for one in kept if one["severity"] != "noted"] == []
