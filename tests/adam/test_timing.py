"""Tests of study days, windows, due weeks and the choice of records."""

from __future__ import annotations

import pandas as pd
import pytest

from sap_helpers.adam.timing import (
    compute_study_day,
    compute_week,
    derive_var_avisitn,
    derive_vars_base_change,
    derive_vars_chosen,
    is_due,
)

FIRST = pd.Timestamp("2014-03-01")


def dates(*texts):
    return pd.Series(pd.to_datetime(list(texts)))


def test_compute_study_day__there_is_no_day_0():
    day = compute_study_day(dates("2014-02-28", "2014-03-01", "2014-03-02"), dates(*["2014-03-01"] * 3))
    assert day.tolist() == [-1, 1, 2]


def test_compute_study_day__missing_where_a_date_is():
    day = compute_study_day(dates("2014-03-01", None), dates(None, "2014-03-01"))
    assert day.isna().tolist() == [True, True]


WINDOWS = {
    0: (-28, 1), 2: (8, 22), 4: (23, 36), 6: (37, 50), 8: (51, 64), 10: (65, 78), 12: (79, 98), 16: (99, 126),
    20: (127, 154), 24: (155, 182),
}  # fmt: skip


@pytest.mark.parametrize(("week", "window"), WINDOWS.items())
def test_compute_week__window_holds_both_its_ends(plan, week, window):
    assert compute_week(pd.Series(window, dtype="Int64"), plan).tolist() == [week, week]


@pytest.mark.parametrize("day", [-29, 2, 7, 183])
def test_compute_week__outside_every_window_is_missing(plan, day):
    assert compute_week(pd.Series([day], dtype="Int64"), plan).isna().tolist() == [True]


def test_compute_week__missing_day_is_missing(plan):
    assert compute_week(pd.Series([pd.NA], dtype="Int64"), plan).isna().tolist() == [True]


@pytest.mark.parametrize(("cut", "due"), [("2014-05-17", True), ("2014-05-16", False)])
def test_is_due__last_day_of_the_window_decides(plan, cut, due):
    # week 10 ends on day 78: 1 March is day 1, 17 May day 78
    assert is_due(dates("2014-03-01"), 10, pd.Timestamp(cut), plan).tolist() == [due]


def test_is_due__never_without_a_dose(plan):
    assert is_due(dates(None), 2, pd.Timestamp("2020-01-01"), plan).tolist() == [False]


def test_derive_var_avisitn__adds_day_and_week_and_leaves_the_input(plan):
    records = pd.DataFrame({"USUBJID": ["A", "B"], "ADT": dates("2014-03-15", "2014-03-15")})
    subjects = pd.DataFrame({"USUBJID": ["B", "A"], "TRTSDT": dates("2014-03-15", "2014-03-01")})
    found = derive_var_avisitn(records, subjects, plan)
    assert found[["ADY", "AVISITN"]].to_numpy().tolist() == [[15, 2], [1, 0]]
    assert list(records) == ["USUBJID", "ADT"]


def chosen(*rows, order=()):
    """Return the flags of records of one subject and parameter, typed as day, week, value."""
    frame = pd.DataFrame(rows, columns=["ADY", "AVISITN", "AVAL"]).astype({"ADY": "Int64", "AVISITN": "Int64"})
    frame = frame.assign(USUBJID="A", PARAMCD="X", AVALC="", AVAL=frame["AVAL"].astype(float), SEQ=range(len(frame)))
    found = derive_vars_chosen(frame, order=order)
    return found["ANL01FL"].tolist(), found["ABLFL"].tolist()


def test_derive_vars_chosen__baseline_is_the_latest_not_the_nearest():
    assert chosen((-20, 0, 1.0), (-3, 0, 2.0), (-5, 0, 3.0)) == (["", "Y", ""], ["", "Y", ""])


def test_derive_vars_chosen__later_week_takes_the_nearest_to_its_target():
    assert chosen((24, 4, 1.0), (31, 4, 2.0), (35, 4, 3.0)) == (["", "Y", ""], ["", "", ""])


def test_derive_vars_chosen__of_a_tie_the_later_wins():
    assert chosen((31, 4, 1.0), (27, 4, 2.0))[0] == ["Y", ""]


def test_derive_vars_chosen__unusable_record_is_passed_over():
    assert chosen((29, 4, float("nan")), (36, 4, 2.0))[0] == ["", "Y"]


def test_derive_vars_chosen__record_outside_windows_is_never_chosen():
    assert chosen((5, None, 1.0)) == ([""], [""])


def test_derive_vars_chosen__of_one_day_the_last_by_order():
    assert chosen((29, 4, 1.0), (29, 4, 2.0), order=["SEQ"])[0] == ["", "Y"]


def test_derive_vars_chosen__no_record_gives_no_record():
    assert chosen() == ([], [])


def test_derive_vars_base_change__change_is_from_the_baseline_of_its_parameter():
    frame = pd.DataFrame(
        {
            "USUBJID": "A", "PARAMCD": ["X", "X", "Y", "X"], "AVAL": [1.1, 1.4, 9.0, 0.5], "ADY": [1, 71, 71, -9],
            "ABLFL": ["Y", "", "", ""],
        }
    )  # fmt: skip
    found = derive_vars_base_change(frame.astype({"ADY": "Int64"}))
    assert found["BASE"].fillna(-1).tolist() == [1.1, 1.1, -1, 1.1]
    assert found["CHG"].fillna(-1).tolist() == [-1, 0.3, -1, -1]
