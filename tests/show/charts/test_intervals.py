"""Interval charts."""

import numpy as np
import pytest

from sap_helpers.show.charts.intervals import Series, draw_grouped_intervals, draw_intervals

NAN = float("nan")


def series(name="SRI-4", estimate=(31.6, NAN)):
    low, high = np.array([17.5, NAN]), np.array([48.7, NAN])
    return Series(name, np.array(estimate), low, high, ("31.6%", "no subject due yet"))


def test_draw_intervals__is_the_same_bytes_each_time():
    first = draw_intervals(["2", "10"], series(), x_label="Week", y_label="Response")
    assert first == draw_intervals(["2", "10"], series(), x_label="Week", y_label="Response")


def test_draw_intervals__nobody_due_at_any_week_can_be_drawn():
    none = Series("a", np.array([NAN]), np.array([NAN]), np.array([NAN]), ("no subject due yet",))
    assert draw_intervals(["2"], none, x_label="Week", y_label="Response").startswith(b"<svg")


def test_draw_intervals__a_dollar_sign_is_no_formula():
    assert draw_intervals(["$x^$", "10"], series(), x_label="Week", y_label="$").startswith(b"<svg")


def test_draw_grouped_intervals__draws_each_series():
    one = draw_grouped_intervals(["2", "10"], [series()], x_label="Week", y_label="Response")
    assert len(draw_grouped_intervals(["2", "10"], [series(), series("b")], x_label="Week", y_label="Response")) > len(
        one
    )


def test_draw_grouped_intervals__more_than_can_be_told_apart_are_refused():
    with pytest.raises(ValueError, match="5 series; allowed: up to 4"):
        draw_grouped_intervals(["2", "10"], [series()] * 5, x_label="Week", y_label="Response")
