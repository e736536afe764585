"""The common time axis."""

from __future__ import annotations

import pytest

from sap_helpers.show.profiles.scale import LEFT, RIGHT, Axis, shown_values

AXIS = Axis(first=-28, last=169, top=20.0, step=28)


def test_axis__ends_at_its_ends():
    assert (AXIS.x(-28), AXIS.x(169)) == (LEFT, RIGHT)


def test_axis__day_before_the_first_dose_is_one_day_away():
    assert AXIS.x(1) - AXIS.x(-1) == pytest.approx(AXIS.x(2) - AXIS.x(1))


def test_axis__what_lies_beyond_stands_at_the_end():
    assert (AXIS.x(-700), AXIS.x(700)) == (LEFT, RIGHT)


def test_axis__ticks_from_the_first_dose():
    assert AXIS.ticks == [1, 29, 57, 85, 113, 141, 169]


def test_make_axis__runs_from_the_baseline_window_to_the_last_contact(axis, courses):
    last = max(course.day_of(course.subject["LCONTDT"]) or 1 for course in courses.values())
    assert (axis.first, axis.last, axis.top) == (-28, last, 12.0)


def test_shown_values__leaves_out_what_is_missing_or_beyond():
    records = [
        {"ADY": 1, "AVAL": 4.0, "ANL01FL": "Y"}, {"ADY": -40, "AVAL": 5.0, "ANL01FL": ""},
        {"ADY": 8, "AVAL": None, "ANL01FL": ""}, {"ADY": 9, "AVAL": 6.0, "ANL01FL": ""},
    ]  # fmt: skip
    assert shown_values(records, AXIS) == [(1, 4.0, True), (9, 6.0, False)]
