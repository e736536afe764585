"""Step curves."""

import numpy as np

from sap_helpers.show.charts.steps import StepCurve, draw_steps


def draw(days, estimate):
    nan = np.full(len(days), np.nan)
    curve = StepCurve(
        np.array(days, dtype=float), np.array(estimate, dtype=float), nan, nan, ((15.0, "38"), (71.0, "8"))
    )
    return draw_steps(curve, start=0.0, x_label="Study day", y_label="Responded", empty="not estimable")


def test_draw_steps__is_the_same_bytes_each_time():
    assert draw([15, 29], [31.6, 60.5]) == draw([15, 29], [31.6, 60.5])


def test_draw_steps__the_height_of_a_step_changes_the_drawing():
    assert draw([15, 29], [31.6, 60.5]) != draw([15, 29], [31.6, 70.5])


def test_draw_steps__without_numbers_it_says_so():
    assert draw([15], [np.nan]) != draw([15], [0.0])
    assert draw([], []).startswith(b"<svg")


def draw_numbers(estimate, **options):
    nan = np.full(1, np.nan)
    curve = StepCurve(np.array([15.0]), np.array([estimate]), nan, nan, ((28.0, "9"),), **options)
    return draw_steps(curve, start=0.0, x_label="Day", y_label="Mean number", empty="not estimable", is_percent=False)


def test_draw_steps__of_numbers_scales_its_axis_to_them():
    assert draw_numbers(0.2) != draw_numbers(0.4)
    assert draw_numbers(np.nan) != draw_numbers(0.0)


def test_draw_steps__ends_where_nobody_is_at_risk_any_more():
    assert draw_numbers(0.2, until=20.0) != draw_numbers(0.2)
