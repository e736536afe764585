"""The drawing of a course."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pandas as pd
import pytest

from sap_helpers.show.profiles.drawing import draw_course, marks_of
from sap_helpers.show.profiles.lanes import MOST_BARS, Bar, bars_lane, drug_bars, event_bars, line_lane, state_lane
from sap_helpers.show.profiles.scale import LEFT, RIGHT, Axis

WIDE = Axis(first=-28, last=169, top=20.0, step=28)


def texts(markup):
    return [element.text for element in ET.fromstring(f"<g>{markup}</g>").iter("text")]


@pytest.fixture
def drawn(courses, axis, plan, present):
    return draw_course(courses["A"], axis, plan, present)


def test_draw_course__is_well_formed_and_an_image_with_words(drawn):
    root = ET.fromstring(drawn)
    assert root.attrib["role"] == "img"
    assert "SELENA-SLEDAI: day -7 12, day 1 10, day 15 4, day 29 10" in root.attrib["aria-label"]
    assert "week 4 failed" in root.attrib["aria-label"]


def test_draw_course__holds_no_style_attribute_and_no_colour_of_its_own(drawn):
    assert re.findall(r"style=|fill=|stroke=|#[0-9a-f]{6}", drawn) == []


def test_draw_course__is_the_same_bytes_each_time(drawn, courses, axis, plan, present):
    assert draw_course(courses["A"], axis, plan, present) == drawn


def test_draw_course__nothing_of_the_data_becomes_markup(courses, axis, plan, present):
    course = courses["A"]
    before = course.events[0]["AEDECOD"]
    course.events[0]["AEDECOD"] = '</svg><script>alert(1)</script>"\u202e'
    try:
        shown = draw_course(course, axis, plan, present)
    finally:
        course.events[0]["AEDECOD"] = before
    assert "<script>" not in shown
    assert "&lt;U+202E&gt;" in shown
    ET.fromstring(shown)


def test_draw_course__absent_domain_is_said(courses, axis, plan, present):
    why = "not available in this cut: no QS domain"
    found = texts(draw_course(courses["A"], axis, plan, present | {"qs": why, "sri": why}))
    assert found.count(why) == 3


def test_marks_of__early_stop_on_its_day(courses, axis):
    assert [(mark.day, mark.text) for mark in marks_of(courses["A"], axis)] == [
        (57, "treatment stopped early: adverse event")
    ]


def test_line_lane__value_that_stands_for_no_week_is_hollow():
    lane = line_lane(0, "PGA", [(1, 1.0, True), (8, 2.0, False)], WIDE, top=3, height=30, texts=["1.0", "2.0"])
    circles = [part for part in lane.parts if part.startswith("<circle")]
    assert ["profile-hollow" in part for part in circles] == [False, True]


def test_line_lane__higher_value_stands_higher():
    lane = line_lane(0, "PGA", [(1, 1.0, True), (50, 2.0, True)], WIDE, top=3, height=30, texts=["1.0", "2.0"])
    places = [float(y) for y in re.findall(r'cy="([\d.]+)"', "".join(lane.parts))]
    assert places == [32, 22]


def test_line_lane__text_without_room_is_left_to_the_numbers():
    lane = line_lane(0, "PGA", [(1, 1.0, True), (2, 2.0, True)], WIDE, top=3, height=30, texts=["1.05", "2.05"])
    assert texts("".join(lane.parts)) == ["PGA", "1.05"]


def test_event_bars__grade_and_term_with_what_is_serious(courses, axis):
    assert event_bars(courses["A"], axis) == [
        Bar(10, 12, "profile-grade3", "Rash (grade 3, serious)"), Bar(32, None, "profile-ungraded", "Cough (no grade)"),
    ]  # fmt: skip


def test_drug_bars__background_therapy_goes_on(courses, axis, plan):
    assert [(bar.last, bar.kind, bar.text) for bar in drug_bars(courses["A"], axis, plan)] == [
        (None, "profile-background", "Prednisone")
    ]


def test_bars__end_on_the_day_of_the_death(courses, axis, plan):
    # 10 April 2014 is day 41
    dead = replace(courses["A"], subject=courses["A"].subject | {"DTHDT": pd.Timestamp("2014-04-10")})
    assert [bar.last for bar in event_bars(dead, axis)] == [12, 41]
    assert [bar.last for bar in drug_bars(dead, axis, plan)] == [41]


def test_bars_lane__of_very_many_the_first_and_their_number():
    bars = [Bar(1, 2, "profile-grade1", "x")] * (MOST_BARS + 3)
    assert texts("".join(bars_lane(0, "Events", bars, WIDE, "none").parts))[-1] == "and 3 more in the numbers below"


@pytest.mark.parametrize("first", [1, 160])
def test_bars_lane__words_stay_on_the_drawing(first):
    bar = Bar(first, first + 2, "profile-grade1", "A long term that needs room")
    parts = bars_lane(0, "Events", [bar], WIDE, "none").parts
    place = float(re.search(r'x="([\d.]+)"', parts[-1])[1])
    assert LEFT <= place <= RIGHT


def test_state_lane__box_of_each_week_with_its_letters(courses, axis, plan):
    shown = "".join(state_lane(0, courses["A"].states, axis, plan).parts)
    assert texts(shown) == [
        "SRI-4", "week 2", "●", "week 4", "S B P", "week 6", "?", "week 8", "✕", "week 10", "✕",
    ][: len(texts(shown))]  # fmt: skip
    assert 'class="sri-response"' in shown
    assert 'class="sri-failed"' in shown
