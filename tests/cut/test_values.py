"""Tests of the strict number and date parsers."""

from __future__ import annotations

import datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from sap_helpers.cut.values import (
    PartialDate,
    classify_date_problem,
    classify_number_problem,
    find_date_problems,
    find_number_problems,
    is_same_number,
    parse_date,
    parse_dates,
    parse_number,
    to_number,
)


@pytest.mark.parametrize("text", ["0", "4", "-4", "+4", "001", "4.0", ".5", "5.", "1e3", "2.5E-3", "0.0"])
def test_parse_number__accepts_plain_ascii(text: str) -> None:
    assert parse_number(text) == Decimal(text)
    assert classify_number_problem(text) == ""


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("1,5", "R028"), ("0,125", "R028"), ("-1234,5", "R028"), ("1.234,5", "R028"),
        ("1,234", "R038"), ("1,234,567.8", "R038"),
        ("１２", "R037"), ("12\u00a0", "R037"), ("1\u00a0234", "R037"), ("1O", "R037"), ("O.5", "R037"), ("o", "R037"),
        ("inf", "R038"), ("-inf", "R038"), ("nan", "R038"), ("NaN", "R038"), ("1e400", "R038"), ("1e-400", "R038"),
        ("-0", "R038"), ("-0.0", "R038"), ("<10", "R038"), ("neg", "R038"), (".", "R038"), ("1 2", "R038"),
        ("0x10", "R038"), ("1_000", "R038"), ("٣", "R038"), ("1e9999999", "R038"), ("NA", "R038"),
    ],
)  # fmt: skip
def test_classify_number_problem__names_the_rule(text: str, rule: str) -> None:
    assert parse_number(text) is None
    assert classify_number_problem(text) == rule


@pytest.mark.parametrize("text", ["1e308", "-1e308", "1.1e12", "1e-13"])
def test_classify_number_problem__a_size_that_sums_and_squares_cannot_hold_is_r091(text: str) -> None:
    assert classify_number_problem(text) == "R091"
    assert to_number(pd.Series([text], dtype=object)).isna().all()


@pytest.mark.parametrize("text", ["0", "1e12", "-1e12", "1e-12"])
def test_classify_number_problem__sizes_up_to_the_limits_are_numbers(text: str) -> None:
    assert classify_number_problem(text) == ""
    assert to_number(pd.Series([text], dtype=object)).tolist() == [float(text)]


@pytest.mark.parametrize(("text", "is_date"), [
    ("1899-12-31", False), ("1900-01-01", True), ("1900", True), ("2199-12-31", True), ("2200", False),
    ("0204-05-05", False), ("1700-02-29", None), ("9999-12", False), ("2262-04-12T08:30", False),
])  # fmt: skip
def test_classify_date_problem__a_year_that_the_calendar_of_the_analysis_lacks_is_r091(text: str, is_date) -> None:
    assert (parse_date(text) is not None) is bool(is_date)
    # what no calendar has stays what it was
    assert classify_date_problem(text) == {True: "", False: "R091", None: "R055"}[is_date]


def test_classify_number_problem__empty_is_missing_not_wrong() -> None:
    assert classify_number_problem("") == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2014", PartialDate(2014)),
        ("2014-11", PartialDate(2014, 11)),
        ("2014-11-03", PartialDate(2014, 11, 3)),
        ("2016-02-29", PartialDate(2016, 2, 29)),
        ("2014-11-03T08:30", PartialDate(2014, 11, 3)),
        ("2014-11-03T08:30:15.250+08:00", PartialDate(2014, 11, 3)),
        ("2014-11-03T08Z", PartialDate(2014, 11, 3)),
    ],
)
def test_parse_date__accepts_iso_prefixes(text: str, expected: PartialDate) -> None:
    assert parse_date(text) == expected
    assert classify_date_problem(text) == ""


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("2014-02-30", "R055"), ("2014-13", "R055"), ("2014-00", "R055"), ("2015-02-29T10:00", "R055"),
        ("0000", "R055"),
        ("03/04/2014", "R056"), ("3.4.2014", "R056"), ("20140305", "R056"), ("2014-3-5", "R056"), ("2014---05", "R056"),
        ("--11-03", "R056"), ("2014-UN-UN", "R056"), ("05MAR2014", "R056"), ("2014-11-03T25:00", "R056"),
        ("2014-11-03 08:30", "R056"), ("２０１４", "R056"), ("unknown", "R056"), ("2014-11-", "R056"),
        ("41715", "R057"), ("41715.5", "R057"),
        ("14-03-05", "R058"), ("03/04/14", "R058"), ("05MAR14", "R058"), ("5-Mar-14", "R058"), ("14", "R058"),
    ],
)  # fmt: skip
def test_classify_date_problem__names_the_rule(text: str, rule: str) -> None:
    assert parse_date(text) is None
    assert classify_date_problem(text) == rule


def test_partial_date__year_spans_its_days() -> None:
    date = PartialDate(2014)
    assert (date.earliest, date.latest) == (datetime.date(2014, 1, 1), datetime.date(2014, 12, 31))
    assert not date.is_complete


def test_partial_date__month_spans_a_leap_february() -> None:
    date = PartialDate(2016, 2)
    assert (date.earliest, date.latest) == (datetime.date(2016, 2, 1), datetime.date(2016, 2, 29))


def test_partial_date__full_date_is_one_day() -> None:
    date = PartialDate(2014, 11, 3)
    assert date.is_complete
    assert date.earliest == date.latest == datetime.date(2014, 11, 3)


def test_parse_date__says_that_a_time_was_cut_off() -> None:
    with_time, without = parse_date("2014-11-03T08:30"), parse_date("2014-11-03")
    assert with_time is not None
    assert without is not None
    assert (with_time.has_time, without.has_time) == (True, False)


def test_to_number__gives_nan_for_missing_and_wrong() -> None:
    numbers = to_number(pd.Series(["4.0", "", "1,5", "4.0"], index=[3, 5, 7, 9]))
    np.testing.assert_array_equal(numbers.to_numpy(), [4.0, np.nan, np.nan, 4.0])
    assert list(numbers.index) == [3, 5, 7, 9]


def test_to_number__leaves_numbers_alone() -> None:
    assert to_number(pd.Series([1.5, 2.0])).tolist() == [1.5, 2.0]


def test_find_number_problems__is_per_cell() -> None:
    assert find_number_problems(pd.Series(["1", "1,5", "", "-0"])).tolist() == ["", "R028", "", "R038"]


def test_parse_dates__gives_none_where_there_is_no_date() -> None:
    assert parse_dates(pd.Series(["2014", "", "41715"])).tolist() == [PartialDate(2014), None, None]


def test_find_date_problems__is_per_cell() -> None:
    assert find_date_problems(pd.Series(["2014", "", "41715"])).tolist() == ["", "", "R057"]


def test_parse_dates__of_no_record_is_empty() -> None:
    assert len(parse_dates(pd.Series([], dtype=object))) == 0


def test_is_same_number__the_last_binary_digit_makes_no_other_number() -> None:
    first, second = pd.Series([0.1 + 0.2, 0.3, 11.969999999999999, np.nan]), pd.Series([0.3, 0.31, 11.97, np.nan])
    assert list(is_same_number(first, second)) == [True, False, True, False]
