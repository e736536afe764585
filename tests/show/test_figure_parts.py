"""What figures of one family share: rows, series, curves and words made of results."""

import math

import numpy as np
import pytest

from sap_helpers.results import Key, Result
from sap_helpers.show.display import Column
from sap_helpers.show.figure_parts import (
    numbers,
    rate_row,
    rate_series,
    say_days,
    say_rates,
    step_curve,
    subject_table,
)
from sap_helpers.show.number_format import PERCENT

WHY = "no subject due yet"
KEY = Key("X", "FAS")


def stats(note="", **values):
    return {name: Result(KEY, name, value, note) for name, value in values.items()}


def rate(n, total, low=None, high=None):
    p = n / total if total else None
    limits = {"conf.low": low, "conf.high": high}
    return stats("" if total else WHY, n=n, N=total, p=p, **limits)


@pytest.fixture
def some():
    """27 of 38. R: binom.test(27, 38)$conf.int is 0.5409679 to 0.8457537."""
    return rate(27, 38, 0.5409679, 0.8457537)


def test_numbers__a_statistic_that_is_not_there_is_no_number():
    found = numbers([stats(p=0.5), stats(WHY, p=None), {}], "p", PERCENT)
    assert np.array_equal(found, [50.0, math.nan, math.nan], equal_nan=True)


def test_rate_row__count_percentage_and_interval(some):
    row = rate_row("a", some)
    assert row.texts == ("27/38", "71.1", "54.1 to 84.6")
    assert (round(row.estimate, 1), round(row.low, 1), round(row.high, 1)) == (71.1, 54.1, 84.6)


def test_rate_row__without_a_rate_the_reason_stands_once():
    assert rate_row("a", rate(0, 0)).texts == ("0/0", WHY)
    missing = stats("not available: no QS domain", n=None, N=None, p=None)
    assert rate_row("a", missing).texts == ("not available: no QS domain",)


def test_rate_series__texts_are_asked_for_and_a_reason_is_not(some):
    assert rate_series("a", [some, rate(0, 0)], with_texts=True).texts == ("71.1%\n27/38", WHY)
    assert rate_series("a", [some, rate(0, 0)], with_texts=False).texts == ("", WHY)


def test_say_rates__each_rate_or_its_reason(some):
    said = say_rates([("Sex", some), ("Age", rate(0, 0))])
    assert said == f"Sex: 27/38, 71.1%, interval 54.1 to 84.6; Age: {WHY}."


STEPS = {15: stats(estimate=0.684, **{"conf.low": 0.51, "conf.high": 0.8})}


def test_step_curve__the_complement_exchanges_the_limits():
    curve = step_curve(STEPS, PERCENT, is_complement=True)
    found = [round(float(part[0]), 1) for part in (curve.estimate, curve.low, curve.high)]
    assert found == [31.6, 20.0, 49.0]


def test_say_days__an_estimate_without_limits_stands_alone_unless_reasons_are_asked_for():
    none = {"conf.low": None, "conf.high": None}
    days = STEPS | {71: {**stats(estimate=0.0), **stats("not estimable", **none)}}
    assert say_days(days, 1, PERCENT) == "day 15: 68.4 (51.0 to 80.0); day 71: 0.0"
    assert say_days(days, 1, PERCENT, with_reasons=True).endswith("day 71: 0.0 (not estimable)")


def test_subject_table__is_a_listing_of_subjects():
    columns = (Column("End"), "Events")
    table = subject_table("X", "Events", columns, {"S1": ("3", "Cough")}, source="adae", stamp="cut c1")
    assert (table.kind, table.stub, table.rows[0].label, table.rows[0].is_subject) == ("listing", "Subject", "S1", True)
    assert [column.is_number for column in table.columns] == [True, False]
    assert not table.is_long
