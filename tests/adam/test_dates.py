"""Tests of dates that may be partial."""

from __future__ import annotations

import pandas as pd
import pytest

from sap_helpers.adam.dates import compute_earliest, compute_end, compute_latest, compute_start, is_partial

FIRST = "2014-03-10"


def iso(days):
    return [None if pd.isna(day) else day.date().isoformat() for day in days]


def text(*values):
    return pd.Series(list(values), dtype=object)


def test_compute_earliest__fills_with_the_first_day():
    assert iso(compute_earliest(text("2014", "2014-02", "2014-02-07", ""))) == [
        "2014-01-01", "2014-02-01", "2014-02-07", None,
    ]  # fmt: skip


def test_compute_latest__fills_with_the_last_day():
    assert iso(compute_latest(text("2014", "2016-02", "2014-02-07", ""))) == [
        "2014-12-31", "2016-02-29", "2014-02-07", None,
    ]  # fmt: skip


def test_compute_earliest__cuts_the_time_off():
    assert iso(compute_earliest(text("2014-02-07T23:59+08:00"))) == ["2014-02-07"]


def test_compute_earliest__no_record_is_typed():
    assert compute_earliest(text()).dtype == "datetime64[ns]"


def test_is_partial__full_and_empty_are_not():
    assert is_partial(text("2014", "2014-02", "2014-02-07", "")).tolist() == [True, True, False, False]


def test_compute_earliest__text_that_is_no_date_is_an_error():
    with pytest.raises(ValueError, match="'03/04/2014' is not a date"):
        compute_earliest(text("03/04/2014"))


@pytest.mark.parametrize(
    ("written", "start"),
    [
        ("", None),
        ("2014-03-05", "2014-03-05"),
        ("2014-03-12", "2014-03-12"),
        ("2014-03", "2014-03-10"),  # could be on or after the first dose
        ("2014", "2014-03-10"),
        ("2014-02", "2014-02-01"),  # cannot
        ("2013", "2013-01-01"),
        ("2014-04", "2014-04-01"),
    ],
)
def test_compute_start__cases(written, start):
    assert iso(compute_start(text(written), pd.Series(pd.to_datetime([FIRST])))) == [start]


@pytest.mark.parametrize(
    ("written", "end"),
    [
        ("", None),
        ("2014-03-05", "2014-03-05"),  # complete: it stands, before the subject was last seen too
        ("2014-03", "2014-03-10"),
        ("2014", "2014-03-10"),
        ("2014-02", "2014-03-10"),  # impossible: seen after every day it allows
        ("2014-04", "2014-04-01"),
    ],
)
def test_compute_end__cases(written, end):
    last_seen = pd.Series(pd.to_datetime([FIRST]))
    assert iso(compute_end(text(written), last_seen)) == [end]


def test_compute_end__of_a_subject_never_seen_is_the_earliest_day():
    assert iso(compute_end(text("2014-03"), pd.Series(pd.to_datetime([None])))) == ["2014-03-01"]


def test_compute_start__without_a_first_dose_is_the_earliest_day():
    assert iso(compute_start(text("2014-03"), pd.Series(pd.to_datetime([None])))) == ["2014-03-01"]


def test_compute_start__mixes_of_full_and_partial_dates():
    first = pd.Series(pd.to_datetime([FIRST] * 3))
    assert iso(compute_start(text("2014-03", "2014-05-01", ""), first)) == ["2014-03-10", "2014-05-01", None]
