"""Reading a step curve at one time."""

from __future__ import annotations

from sap_helpers.stats.curves import Curve, CurvePoint

ORIGIN = CurvePoint(0.0, 5, 0, 1.0, 0.0, None, None, "start")
POINTS = (CurvePoint(2.0, 5, 1, 0.8, 0.1, 0.5, 0.9), CurvePoint(6.0, 3, 2, 0.5, 0.2, 0.2, 0.8))
CURVE = Curve(n=5, n_events=2, level=0.95, origin=ORIGIN, points=POINTS)


def test_at__before_the_first_time_is_the_origin_with_everybody_at_risk() -> None:
    point = CURVE.at(1)
    assert (point.time, point.estimate, point.n_risk, point.note) == (1, 1.0, 5, "start")


def test_at__on_a_step_includes_it_and_counts_those_at_risk_just_before() -> None:
    point = CURVE.at(2)
    assert (point.estimate, point.n_risk, point.n_events) == (0.8, 5, 1)


def test_at__between_steps_is_the_last_one_with_those_still_at_risk() -> None:
    point = CURVE.at(5.5)
    assert (point.estimate, point.conf_low, point.n_risk, point.n_events) == (0.8, 0.5, 3, 1)


def test_at__nobody_at_risk_is_not_estimable_and_names_the_last_day() -> None:
    point = CURVE.at(84)
    assert (point.n_risk, point.estimate, point.std_error, point.conf_low) == (0, None, None, None)
    assert (point.n_events, point.note) == (2, "not estimable: nobody at risk on day 84, last at risk on day 6")


def test_at__empty_curve_is_not_estimable() -> None:
    empty = Curve(n=0, n_events=0, level=0.95, origin=ORIGIN, points=())
    assert empty.at(28).note == "not estimable: nobody at risk on day 28, no subject"
