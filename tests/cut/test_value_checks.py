"""Checks on single values: a planted one for each, and values at the limits that none flags."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sap_helpers.cut.checks import Context, DomainRecords
from sap_helpers.cut.value_checks import CHECKS
from sap_helpers.plan import load_plan

PLAN = load_plan(Path(__file__).parents[2] / "sap" / "plan.yaml")
CONTEXT = Context(PLAN, pd.Timestamp("2015-03-31"), frozenset({"S1"}))
NAN = float("nan")
IL2 = "Recombinant human interleukin-2"


def run(domain, **columns):
    """Run the checks of a domain on records of one subject."""
    frame = pd.DataFrame(columns).assign(USUBJID="S1", QUARFL="")
    frame.insert(0, "ROW", range(1, len(frame) + 1))
    records = DomainRecords(domain, frame, f"{domain}.csv")
    for check in CHECKS:
        if check.domain == domain:
            records.run(check, CONTEXT)
    return records


def said(records):
    return [(f.severity, f.row, f.variable, f.value, f.allowed) for f in records.findings]


def test_age__outside_the_plans_range_is_missing():
    records = run("dm", AGE=[-1.0, 0.0, 120.0, 121.0, NAN])
    assert said(records) == [
        ("quarantined", 1, "AGE", "-1", "0 to 120"), ("quarantined", 4, "AGE", "121", "0 to 120")
    ]  # fmt: skip
    assert records.frame["AGE"].isna().tolist() == [True, False, False, True, True]
    assert records.frame["QUARFL"].tolist() == ["Y", "", "", "Y", ""]


@pytest.mark.parametrize(("low", "high", "variable"), [
    (7.0, -40.0, "LBSTNRHI"), (7.0, 0.0, "LBSTNRHI"), (0.0, 0.0, "LBSTNRHI"), (-7.0, 40.0, "LBSTNRLO"),
    (40.0, 7.0, "LBSTNRLO"), (-7.0, NAN, "LBSTNRLO"), (NAN, -1.0, "LBSTNRHI"),
])  # fmt: skip
def test_limits__those_that_cannot_be_are_both_missing(low, high, variable):
    records = run("lb", LBTESTCD=["ALT"], LBSTRESC=["20"], LBSTNRLO=[low], LBSTNRHI=[high])
    assert [(f.rule, f.severity, f.variable) for f in records.findings] == [("R091", "quarantined", variable)]
    assert records.frame[["LBSTNRLO", "LBSTNRHI"]].isna().all(axis=None)


def test_limits__zero_below_equal_ones_and_those_of_a_test_that_the_plan_does_not_know_are_kept():
    records = run(
        "lb", LBTESTCD=["UPROT", "ALT", "BASEEXC"], LBSTRESC=["1"] * 3, LBSTNRLO=[0.0, 7.0, -2.0],
        LBSTNRHI=[0.15, 7.0, 2.0],
    )  # fmt: skip
    assert records.findings == []


def test_results__too_large_or_too_small_a_number_and_limit_are_missing():
    results = ["1e308", "<1e308", "1e-300", "1e12", "<10", "neg"]
    records = run("lb", LBTESTCD=["C3"] * 6, LBSTRESC=results)
    assert [f.value for f in records.findings] == results[:3]
    assert records.frame["LBSTRESC"].tolist() == ["", "", "", *results[3:]]


def test_doses__the_plans_in_any_of_its_units_are_clean():
    records = run(
        "ex", EXTRT=[IL2, "IL-2", IL2], EXDOSE=[1e6, 1000.0, 1.0], EXDOSU=["IU", "kIU", " MIU"], EXSTDTC=["2015"] * 3
    )
    assert records.findings == []


@pytest.mark.parametrize(("changes", "variable", "value"), [
    ({"EXTRT": "METHOTREXATE"}, "EXTRT", "METHOTREXATE"), ({"EXTRT": ""}, "EXTRT", ""),
    ({"EXDOSU": "mg"}, "EXDOSU", "mg"), ({"EXDOSE": 1.0}, "EXDOSE", "1"), ({"EXDOSE": 1e9}, "EXDOSE", "1000000000"),
    ({"EXDOSE": 0.0}, "EXDOSE", "0"), ({"EXDOSE": NAN}, "EXDOSE", ""), ({"EXDOSU": "MIU"}, "EXDOSE", "1000000"),
])  # fmt: skip
def test_doses__another_treatment_unit_or_dose_is_listed_once_a_subject_and_value(changes, variable, value):
    given = {"EXTRT": IL2, "EXDOSE": 1e6, "EXDOSU": "IU", "EXSTDTC": "2015-01-01"}
    records = run("ex", **{name: [old, changes.get(name, old), changes.get(name, old)] for name, old in given.items()})
    assert [(f.rule, f.severity, f.row, f.variable, f.value) for f in records.findings] == [
        ("R091", "listed", 2, variable, value)
    ]
    assert "; 2 records" in records.findings[0].problem
    assert len(records.frame) == 3


def test_doses__without_units_are_taken_in_the_plans():
    assert run("ex", EXTRT=[IL2], EXDOSE=[1e6], EXDOSU=[""]).findings == []
    assert run("ex", EXDOSE=[1e6]).findings == []


# twenty times the usual daily dose of prednisone, 10 mg, is 200 mg, its twentieth part 0.5 mg
@pytest.mark.parametrize(("drug", "dose", "unit", "frequency", "is_listed"), [
    ("PREDNISONE", 200.0, "mg", "QD", False), ("PREDNISONE", 201.0, "mg", "QD", True),
    ("prednisone", 101.0, "MG", "BID", True), ("PREDNISONE", 25000.0, "g", "QD", False),
    ("METHYLPREDNISOLONE", 1000.0, "mg", "QD", False), ("ASPIRIN", 1e6, "mg", "QD", False),
    ("PREDNISONE", 250.0, "mg", "EVERY SO OFTEN", True), ("PREDNISONE", 0.5, "mg", "QD", False),
    ("PREDNISONE", 0.49, "mg", "QD", True), ("PREDNISONE", -30.0, "mg", "QD", True),
])  # fmt: skip
def test_medication__a_dose_far_from_the_usual_one_is_listed(drug, dose, unit, frequency, is_listed):
    for names in ({"CMTRT": ["x"], "CMDECOD": [drug]}, {"CMTRT": [drug], "CMDECOD": [""]}):
        records = run("cm", **names, CMDOSE=[dose], CMDOSU=[unit], CMDOSFRQ=[frequency])
        assert [f.rule for f in records.findings] == ["R091"] * is_listed
