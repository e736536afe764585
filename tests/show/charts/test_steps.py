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
