"""Step curves, small curves, and a cumulative distribution."""

import numpy as np

from sap_helpers.show.charts.curves import Curve, draw_cumulative, draw_curve, draw_small_curves

NONE = np.array([], dtype=np.float64)


def draw(days, estimate, empty="not estimable"):
    nan = np.full(len(days), np.nan)
    risk = ((15.0, "38"), (71.0, "8"))
    curve = Curve(np.array(days, dtype=float), np.array(estimate, dtype=float), nan, nan, at_risk=risk, empty=empty)
    return draw_curve(curve, start=0.0, x_label="Study day", y_label="Responded")


def test_draw_curve__is_the_same_bytes_each_time():
    assert draw([15, 29], [31.6, 60.5]) == draw([15, 29], [31.6, 60.5])


def test_draw_curve__the_height_of_a_step_changes_the_drawing():
    assert draw([15, 29], [31.6, 60.5]) != draw([15, 29], [31.6, 70.5])


def test_draw_curve__without_numbers_it_says_why():
    assert draw([15], [np.nan]) != draw([15], [0.0])
    assert draw([], []) != draw([], [], "no QS domain")


def draw_numbers(estimate, **options):
    nan = np.full(1, np.nan)
    curve = Curve(np.array([15.0]), np.array([estimate]), nan, nan, at_risk=((28.0, "9"),), empty="none", **options)
    return draw_curve(curve, start=0.0, x_label="Day", y_label="Mean number", is_percent=False)


def test_draw_curve__of_numbers_scales_its_axis_to_them():
    assert draw_numbers(0.2) != draw_numbers(0.4)
    assert draw_numbers(np.nan) != draw_numbers(0.0)


def test_draw_curve__ends_where_nobody_is_at_risk_any_more():
    assert draw_numbers(0.2, until=20.0) != draw_numbers(0.2)


def test_draw_small_curves__draws_a_curve_or_its_reason():
    fever = Curve(np.array([3.0]), np.array([10.0]), np.array([2.0]), np.array([30.0]), "Fever")
    tumours = [Curve(NONE, NONE, NONE, NONE, "Tumour", empty=why) for why in ("no event", "no AE domain")]
    drawn = [
        draw_small_curves([fever, fever, fever, other], last=180, x_label="Study day", y_label="Had an event")
        for other in (fever, *tumours)
    ]
    assert len(set(drawn)) == 3


def test_draw_cumulative__one_change_can_be_drawn():
    drawn = [
        draw_cumulative(
            np.array([-4.0]), np.array([percent]), limit=-4.0, limit_label="fall of 4", x_label="", y_label=""
        )
        for percent in (100.0, 50.0)
    ]
    assert drawn[0] != drawn[1]
