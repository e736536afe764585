"""Laboratory grades."""

from pathlib import Path

import pandas as pd
import pytest

from sap_helpers.adam.toxicity import (
    compute_grade_after,
    compute_toxicity_grade,
    derive_safety_values,
    derive_worst_grades,
    is_at_least,
)
from sap_helpers.plan import load_plan

PLAN = load_plan(Path(__file__).parents[2] / "sap" / "plan.yaml")
TESTS = {test.code: test for test in PLAN.safety.toxicity.tests}


def values(*numbers, low=float("nan"), high=float("nan"), unit="10^9/L", base=float("nan")):
    return pd.DataFrame(
        {"AVAL": numbers, "ANRLO": low, "ANRHI": high, "AVALU": unit, "BASE": base}, dtype=object
    ).astype({"AVAL": float, "ANRLO": float, "ANRHI": float, "BASE": float})


@pytest.mark.parametrize(
    ("code", "options", "grades"),
    [
        # CTCAE v5.0: leukocytes below the limit to 3.0, below 3.0 to 2.0, below 2.0 to 1.0, below 1.0
        ("WBC", {"low": 4}, {4: 0, 3.9: 1, 3.0: 1, 2.9: 2, 2.0: 2, 1.9: 3, 1.0: 3, 0.9: 4}),
        ("LYM", {"low": 1.1}, {1.1: 0, 0.8: 1, 0.79: 2, 0.49: 3, 0.19: 4}),
        ("NEUT", {"low": 1.8}, {1.8: 0, 1.5: 1, 1.49: 2, 0.99: 3, 0.49: 4}),
        ("PLAT", {"low": 100}, {100: 0, 75: 1, 74: 2, 49: 3, 24: 4}),
        ("HGB", {"low": 115, "unit": "g/L"}, {115: 0, 100: 1, 99: 2, 80: 2, 79: 3}),
        ("ALT", {"high": 40}, {40: 0, 41: 1, 120: 1, 121: 2, 200: 2, 201: 3, 800: 3, 801: 4}),
        ("ALP", {"high": 100}, {100: 0, 250: 1, 251: 2, 500: 2, 501: 3, 2001: 4}),
        ("BILI", {"high": 20}, {20: 0, 30: 1, 31: 2, 60: 2, 61: 3, 200: 3, 201: 4}),
        ("CREAT", {"high": 84}, {84: 0, 126: 1, 127: 2, 252: 2, 253: 3, 504: 3, 505: 4}),
        ("EOS", {"high": 0.5}, {0.5: 0, 0.51: 1, 9: 1}),
    ],
)
def test_compute_toxicity_grade__bounds(code, options, grades):
    found = compute_toxicity_grade(values(*grades, **options), TESTS[code])
    assert dict(zip(grades, found, strict=True)) == grades


def test_compute_toxicity_grade__a_bound_above_the_laboratory_s_limit_decides():
    assert compute_toxicity_grade(values(0.75, low=0.7), TESTS["LYM"]).tolist() == [2]


def test_compute_toxicity_grade__without_limit_or_with_another_unit_there_is_no_grade():
    assert compute_toxicity_grade(values(1.0), TESTS["WBC"]).isna().tolist() == [True]
    assert compute_toxicity_grade(values(1.0, low=4, unit="mmol/L"), TESTS["WBC"]).isna().tolist() == [True]
    assert compute_toxicity_grade(values(100), TESTS["ALT"]).isna().tolist() == [True]


@pytest.mark.parametrize(
    ("code", "number", "high", "base", "base_grade", "grade"),
    [
        ("ALT", 149, 40, 100, 1, 0),  # abnormal at baseline: below 1.5 times it
        ("ALT", 150, 40, 100, 1, 1),  # 1.5 times is grade 1
        ("ALT", 301, 40, 100, 1, 2),
        ("ALT", 301, 400, 100, 0, 0),  # normal at baseline: multiples of the limit
        ("ALP", 199, 90, 100, 1, 0),
        ("ALP", 200, 90, 100, 1, 1),
        ("BILI", 30, 20, 30, 1, 0),  # not above the own baseline
        ("BILI", 31, 20, 30, 1, 1),
        ("CREAT", 80, 84, 50, 0, 2),  # within the limit, 1.6 times baseline
        ("CREAT", 151, 84, 50, 0, 3),
        ("EOS", 0.6, 0.5, 0.7, 1, 0),  # above the limit but not above the own baseline
        ("EOS", 0.8, 0.5, 0.7, 1, 1),
    ],
)
def test_compute_grade_after__takes_the_own_baseline_into_account(code, number, high, base, base_grade, grade):
    frame = values(number, high=high, base=base)
    assert compute_grade_after(frame, TESTS[code], pd.Series([base_grade], dtype="Int64")).tolist() == [grade]


def test_is_at_least__compares_decimals():
    assert is_at_least(pd.Series([0.3]), 0.1 * 3).tolist() == [True]


def laboratory(*rows):
    columns = ["USUBJID", "ADY", "AVAL", "SRCSEQ", "SRCROW", "ABLFL"]
    frame = pd.DataFrame(rows, columns=columns)
    days = pd.Timestamp("2014-03-19") + pd.to_timedelta(frame["ADY"], unit="D")
    base = frame.loc[frame["ABLFL"] == "Y"].set_index("USUBJID")["AVAL"]
    return frame.assign(
        PARCAT1="LABORATORY",
        PARAMCD="ALT",
        ADT=days,
        AVALU="U/L",
        ANRLO=7.0,
        ANRHI=40.0,
        BASE=frame["USUBJID"].map(base),
    )


def test_derive_safety_values__baseline_and_what_follows_to_the_last_safety_day_one_value_a_day():
    adlb = laboratory(
        ("S1", -2, 30.0, 1, 1, ""), ("S1", 1, 35.0, 2, 2, "Y"), ("S1", 15, 90.0, 4, 3, ""), ("S1", 15, 50.0, 3, 4, ""),
        ("S1", 180, 60.0, 5, 5, ""), ("S1", 181, 900.0, 6, 6, ""),
    )  # fmt: skip
    found = derive_safety_values(adlb, ("ALT",), PLAN)
    assert list(zip(found["ADY"], found["AVAL"], found["IS_AFTER"], strict=True)) == [
        (1, 35.0, False), (15, 90.0, True), (180, 60.0, True)
    ]  # fmt: skip


def test_derive_worst_grades__a_subject_without_baseline_has_no_baseline_grade():
    adlb = laboratory(
        ("S1", 1, 35.0, 1, 1, "Y"), ("S1", 15, 50.0, 2, 2, ""), ("S1", 29, 130.0, 3, 3, ""), ("S2", 15, 20.0, 1, 4, "")
    )
    found = derive_worst_grades(derive_safety_values(adlb, ("ALT",), PLAN), TESTS["ALT"]).set_index("USUBJID")
    assert found.loc["S1"].tolist() == [0, 2]
    assert found["BASEGR"].isna().loc["S2"]
    assert found.loc["S2", "WORSTGR"] == 0
