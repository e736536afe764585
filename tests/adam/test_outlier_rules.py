"""Tests of results and limits of normal that are out of line: each against a subject whose own are not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sap_helpers.adam.outlier_rules import check_limits, check_results

OTHERS = 5


@pytest.fixture
def check(plan):
    """Return a function from a test and three results of subject A, among others of 1.0, to the results listed."""

    def run(code, *values, low=0.5, high=2.0):
        rows = [("A", value) for value in values] + [(str(n), 1.0) for n in range(OTHERS) for _ in range(3)]
        adlb = pd.DataFrame(rows, columns=["USUBJID", "AVAL"]).assign(
            PARAMCD=code,
            ANRLO=low,
            ANRHI=high,
            ADT=pd.Timestamp("2014-05-01"),
            SRCDOM="LB",
            SRCROW=range(1, len(rows) + 1),
        )
        return [(f.rule, f.domain, f.row, f.usubjid, f.variable, f.value) for f in check_results(adlb, plan)]

    return run


@pytest.mark.parametrize(
    ("code", "values", "rows"),
    [
        ("C3", (1.0, 1.0, 4.9), []),
        ("C3", (1.0, 1.0, 5.0), [3]),
        ("C3", (1.0, 1.0, 0.2), [3]),
        # all of a subject's in another unit: held against the others
        ("C3", (19.0, 19.0, 19.0), []),
        ("C3", (20.0, 20.0, 20.0), [1, 2, 3]),
        # of tests that vary much
        ("ALT", (1.0, 1.0, 99.0), []),
        ("ALT", (1.0, 1.0, 100.0), [3]),
        ("ALT", (200.0, 200.0, 200.0), [1, 2, 3]),
        ("ALT", (1.0, 1.0, -1.0), [3]),
        ("ALT", (0.0, np.nan, 1.0), []),
    ],
)
def test_check_results__lists_what_is_far_from_the_others(check, code, values, rows):
    assert check(code, *values) == [("R106", "lb", row, "A", code, f"{values[row - 1]:g}") for row in rows]


def test_check_results__of_all_in_another_unit_are_held_against_the_limits_of_normal(check):
    assert len(check("C3", 1.0, 1.0, 1.0, low=0.005, high=0.02)) == 3 + 3 * OTHERS
    assert check("ALT", 1.0, 1.0, 1.0, low=0.005, high=0.02) == []


@pytest.mark.parametrize(
    ("limit", "is_listed"), [(2.0, False), (9.9, False), (10.0, True), (0.4, True), (np.nan, False)]
)
def test_check_limits__lists_what_is_far_from_the_limits_of_the_test(plan, limit, is_listed):
    lb = pd.DataFrame(
        {"USUBJID": "A", "LBTESTCD": "ALT", "LBSTRESU": "U/L", "LBDTC": "2014-05-01", "LBSTNRHI": [2.0, 2.0, limit]}
    )
    found = check_limits(lb.assign(ROW=[1, 2, 3]), plan)
    assert [(f.rule, f.row, f.variable) for f in found] == ([("R106", 3, "LBSTNRHI")] if is_listed else [])
