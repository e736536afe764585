"""Charts of adverse events: each is a drawing, with and without anything to draw."""

import numpy as np
import pytest

from sap_helpers.show.charts.incidence import RisingCurve, draw_rising
from sap_helpers.show.charts.message import draw_message
from sap_helpers.show.charts.onsets import draw_onsets
from sap_helpers.show.charts.quadrants import Scatter, draw_quadrants
from sap_helpers.show.charts.timeline import Grade, Lane, draw_timeline

NONE = np.array([], dtype=np.float64)
LOOK = Grade("grade 1", "o", "●", "#0072b2")


@pytest.mark.parametrize(
    "curve",
    [
        RisingCurve("Fever", np.array([3.0]), np.array([10.0]), np.array([2.0]), np.array([30.0])),
        RisingCurve("Tumour", NONE, NONE, NONE, NONE, "no event"),
    ],
)
def test_draw_rising__draws_a_curve_or_its_reason(curve):
    assert draw_rising([curve] * 4, last=180, x_label="Study day", y_label="Had an event").startswith(b"<svg")


def test_draw_onsets__draws_events_of_one_day_at_several_heights():
    one, many = ([("Fever (n)", [(3, LOOK)] * count)] for count in (1, 5))
    sizes = [
        len(draw_onsets(lines, [(1, 13)], last=180, x_label="Study day", legend=[LOOK], block_label="dosing"))
        for lines in (one, many)
    ]
    assert sizes[1] > sizes[0]


def test_draw_timeline__takes_subjects_with_and_without_events():
    lanes = [Lane("S1", ((1, 13),), ((3, 200, LOOK),), 170, 172), Lane("S2", (), (), 60)]
    assert draw_timeline(lanes, last=180, x_label="Study day", legend=[LOOK]).startswith(b"<svg")
    assert draw_timeline([], last=180, x_label="Study day", legend=[LOOK]).startswith(b"<svg")


def test_draw_quadrants__draws_points_or_says_that_there_is_none():
    point = Scatter("Times the limit", "x", "y", np.array([5.0, 0.5]), np.array([3.0, 0.5]), ("S1", ""))
    empty = Scatter("Times baseline", "x", "y", NONE, NONE, ())
    assert draw_quadrants([point, empty], x_line=3, y_line=2, empty="no value").startswith(b"<svg")


def test_draw_message__is_a_drawing():
    assert draw_message("not available").startswith(b"<svg")
