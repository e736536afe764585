"""Estimates with intervals: forest plots and series."""

import numpy as np
import pytest

from sap_helpers.show.charts.intervals import ForestAxis, ForestRow, Series, draw_forest, draw_series

NAN = float("nan")
ROWS = [
    ForestRow("Primary", 71.1, 54.1, 84.6, ("27/38", "71.1"), is_main=True),
    ForestRow("Sex"),
    ForestRow("a level with a long name that needs a second line", 60.0, 20.0, 90.0, ("3/5", "60.0"), is_indented=True),
    ForestRow("nobody", texts=("0/0", "no subject due yet")),
]


def forest(rows):
    return draw_forest(rows, headings=("n/N", "%"), x_label="Response", reference=71.1)


def test_draw_forest__is_the_same_bytes_each_time():
    assert forest(ROWS) == forest(ROWS)


def test_draw_forest__grows_with_its_rows():
    heights = [float(forest(rows).split(b'height="')[1].split(b"pt")[0]) for rows in (ROWS[:1], ROWS)]
    # 72 * 0.27 inches a row, 0.6 of one more for the second line of a label
    assert round(heights[1] - heights[0], 2) == round(72 * 0.27 * 3.6, 2)


def test_draw_forest__an_estimate_without_interval_is_a_point():
    row = ForestRow("a", 50.0, texts=("1/2", "50.0"))
    assert forest([row]) != forest([ForestRow("a", texts=("1/2", "50.0"))])


def test_draw_forest__an_axis_of_its_own_moves_the_points():
    rows = [ForestRow("Treg", 2.0, 1.0, 3.0, ("2.0",))]
    narrow, wide = (ForestAxis(-1, end, ((0, "0"), (end, str(end)))) for end in (4, 8))
    drawn = [draw_forest(rows, headings=("SD",), x_label="Change", axis=axis) for axis in (narrow, wide)]
    assert drawn[0] != drawn[1]


def test_draw_forest__without_a_row_is_an_empty_drawing():
    assert forest([]).startswith(b"<svg")


def one(name="SRI-4", estimate=(31.6, NAN), text="no subject due yet"):
    return Series(name, np.array(estimate), np.array([17.5, NAN]), np.array([48.7, NAN]), ("31.6%", text))


def draw(*series, ticks=("2", "10"), **options):
    return draw_series(series, ticks, x_label="Week", y_label="Response", **options)


def test_draw_series__is_the_same_bytes_each_time():
    assert draw(one()) == draw(one())


def test_draw_series__nobody_due_at_any_week_is_said():
    none = Series("a", np.array([NAN]), np.array([NAN]), np.array([NAN]), ("no subject due yet",))
    said = Series("a", np.array([NAN]), np.array([NAN]), np.array([NAN]), ("no QS domain",))
    assert draw(none, ticks=["2"]) != draw(said, ticks=["2"])


def test_draw_series__a_dollar_sign_is_no_formula():
    assert draw(one(), ticks=("$x^$", "10")) != draw(one())


def test_draw_series__draws_each_series():
    assert len(draw(one(), one("b"))) > len(draw(one(), one("b", estimate=(NAN, NAN))))


def test_draw_series__where_another_series_has_a_number_no_reason_stands():
    full = one("b", estimate=(40.0, 50.0), text="")
    assert draw(full, one(text="")) == draw(full, one(estimate=(31.6, NAN)))


def test_draw_series__weeks_stand_on_a_true_time_axis():
    line = Series("a", *[np.array([1.0, 2.0, 3.0])] * 3, ("", "", ""))
    drawn = [draw(line, ticks=("0", "2", "10"), weeks=weeks, is_percent=False) for weeks in ((0, 2, 10), (0, 5, 10))]
    assert drawn[0] != drawn[1]


def test_draw_series__more_than_can_be_told_apart_are_refused():
    with pytest.raises(ValueError, match="5 series; allowed: up to 4"):
        draw(*[one()] * 5)
