"""Tests of exposure: dosing days, cycles, treatment dates and compliance."""

from __future__ import annotations

import pandas as pd
import pytest

from sap_helpers.adam.exposure import (
    compute_compliance,
    compute_cycle,
    compute_dosing_days,
    compute_treatment_dates,
    derive_exposure,
)

CUT = pd.Timestamp("2014-12-31")


def ex(*rows):
    """Return the EX domain typed as subject, dose, start, end, frequency, epoch."""
    frame = pd.DataFrame(
        [[*row, "", "", ""][:6] for row in rows],
        columns=["USUBJID", "EXDOSE", "EXSTDTC", "EXENDTC", "EXDOSFRQ", "EPOCH"],
    )
    return frame.astype({"EXDOSE": float}).assign(ROW=range(1, len(frame) + 1))


def days(frame):
    return [day.date().isoformat()[5:] for day in frame["ADT"]]


def test_derive_exposure__first_dose_above_zero_is_day_1(plan):
    adex = derive_exposure(ex(("A", 0, "2014-02-27"), ("A", 1e6, "2014-03-01"), ("A", 1e6, "2014-03-03")), plan)
    assert adex["ADY"].tolist() == [-2, 1, 3]


def test_derive_exposure__subject_without_a_dose_has_no_day(plan):
    adex = derive_exposure(ex(("A", 0, "2014-02-27")), plan)
    assert adex["ADY"].isna().tolist() == [True]
    assert adex["CYCLE"].isna().tolist() == [True]


def test_derive_exposure__only_the_required_columns(plan):
    frame = ex(("A", 1e6, "2014-03-01"))[["USUBJID", "EXDOSE", "EXSTDTC", "ROW"]]
    adex = derive_exposure(frame, plan)
    assert adex[["NDAYS", "CYCLE", "SRCROW"]].to_numpy().tolist() == [[1, 1, 1]]


def test_derive_exposure__is_in_time_order_whatever_the_file_order(plan):
    adex = derive_exposure(ex(("B", 1, "2014-03-05"), ("A", 1, "2014-03-03"), ("A", 1, "2014-03-01")), plan)
    assert adex["SRCROW"].tolist() == [3, 2, 1]


@pytest.mark.parametrize(
    ("frequency", "end", "expected"),
    [
        ("QOD", "2014-03-13", ["03-01", "03-03", "03-05", "03-07", "03-09", "03-11", "03-13"]),
        ("QOD", "2014-03-04", ["03-01", "03-03"]),  # the last dose is not on the end date
        ("QOD", "2014-03-02", ["03-01"]),
        ("qd", "2014-03-03", ["03-01", "03-02", "03-03"]),
        ("ONCE", "2014-03-13", ["03-01"]),
        ("", "2014-03-13", ["03-01"]),
        ("QOD", "", ["03-01"]),
    ],
)
def test_compute_dosing_days__interval_expanded_by_frequency(plan, frequency, end, expected):
    adex = derive_exposure(ex(("A", 1e6, "2014-03-01", end, frequency)), plan)
    assert days(compute_dosing_days(adex, plan)) == expected
    assert adex["NDAYS"].tolist() == [len(expected)]


def test_compute_dosing_days__a_day_counts_once_and_without_dose_not(plan):
    rows = (("A", 1e6, "2014-03-01"), ("A", 5e5, "2014-03-01"), ("A", 0, "2014-03-03"))
    assert days(compute_dosing_days(derive_exposure(ex(*rows), plan), plan)) == ["03-01"]


def test_compute_cycle__epoch_wins_over_the_day(plan):
    cycle = compute_cycle(
        pd.Series(["CYCLE 2", "cycle 3", "", "FOLLOW-UP"]), pd.Series([1, 57, 29, 57], dtype="Int64"), plan
    )
    assert cycle.tolist() == [2, 3, 2, 3]


@pytest.mark.parametrize(("day", "cycle"), [(1, 1), (28, 1), (29, 2), (56, 2), (57, 3)])
def test_compute_cycle__counted_in_blocks_of_28_days(plan, day, cycle):
    assert compute_cycle(pd.Series([""]), pd.Series([day], dtype="Int64"), plan).tolist() == [cycle]


def test_compute_treatment_dates__end_is_the_latest_end_at_most_the_cut(plan):
    adex = derive_exposure(
        ex(("A", 1, "2014-03-01", "2014-03-13"), ("B", 1, "2014-03-01"), ("C", 1, "2014-03-01", "2015-02-01")), plan
    )
    found = compute_treatment_dates(adex, CUT)["TRTEDT"]
    assert [day.date().isoformat() for day in found] == ["2014-03-13", "2014-03-01", "2014-12-31"]


def test_compute_treatment_dates__only_subjects_with_a_dose(plan):
    adex = derive_exposure(ex(("A", 1, "2014-03-01"), ("B", 0, "2014-03-01")), plan)
    assert compute_treatment_dates(adex, CUT).index.tolist() == ["A"]


def compliance(plan, limit, *starts):
    adex = derive_exposure(ex(*(("A", 1e6, start) for start in starts)), plan)
    first = pd.Series(pd.to_datetime(["2014-03-01"]), index=["A"])
    found = compute_compliance(adex, pd.Series(pd.to_datetime([limit]), index=["A"]), first, plan)
    return found.loc["A"].tolist()


def test_compute_compliance__days_before_the_limit_alone(plan):
    # limit on day 5: days 1 and 3 are planned before it; the dose of the limit itself does not count
    assert compliance(plan, "2014-03-05", "2014-03-01", "2014-03-03", "2014-03-05") == [2, 2]


def test_compute_compliance__three_cycles_up_to_the_horizon(plan):
    # limit on day 71 = 10 May: 21 planned
    assert compliance(plan, "2014-05-10", "2014-03-01") == [21, 1]


def test_compute_compliance__unplanned_days_count_as_given(plan):
    assert compliance(plan, "2014-03-05", "2014-03-01", "2014-03-02", "2014-03-04") == [2, 3]
