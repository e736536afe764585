"""Subjects' lines: over weeks, from one occasion to the next, and a panel each."""

import math

import numpy as np
import pandas as pd

from sap_helpers.show.charts.lines import PairPanel, Scale, draw_pairs, draw_panels, draw_trajectories
from sap_helpers.show.charts.style import Look

NAN = float("nan")
NONE = np.array([], dtype=np.float64)


def scores(*lines):
    """Return the long frame of the lines of subjects: a value at each of some weeks."""
    rows = [(f"S{i}", week, value) for i, line in enumerate(lines) for week, value in line.items()]
    return pd.DataFrame(rows, columns=["USUBJID", "AVISITN", "AVAL"])


def draw(frame):
    return draw_trajectories(frame, np.full(3, 5.0), weeks=(0, 2, 10), limit=8.0, x_label="Week", y_label="Score")


def test_draw_trajectories__a_gap_is_bridged():
    assert draw(scores({0: 12.0, 2: NAN, 10: 4.0})) == draw(scores({0: 12.0, 10: 4.0}))


def test_draw_trajectories__many_subjects_of_one_course_have_one_dot_a_value():
    drawn = [draw(scores(*[{0: 12.0, 10: 4.0}] * count)).count(b"<use") for count in (1, 30)]
    assert drawn[0] == drawn[1]


def test_draw_trajectories__order_of_the_records_changes_nothing():
    frame = scores({0: 12.0, 2: 9.0, 10: 4.0}, {0: 10.0, 10: 11.0})
    assert draw(frame) == draw(frame.iloc[::-1])


def pair(**parts):
    """Return a chart of two subjects; parts name what differs."""
    values = {
        "title": "Treg", "unit": "%", "first": np.array([5.0, 7.0]), "last": np.array([9.0, 8.0]),
        "medians": (6.0, 8.5), "texts": ("6.0", "8.5"),
    }  # fmt: skip
    return PairPanel(**{**values, **parts})


def test_draw_pairs__the_same_numbers_give_the_same_bytes():
    assert draw_pairs([pair()], ("Week 0", "Week 10")) == draw_pairs([pair()], ("Week 0", "Week 10"))


def test_draw_pairs__another_value_gives_another_drawing():
    other = pair(last=np.array([9.0, 8.1]))
    assert draw_pairs([pair()], ("Week 0", "Week 10")) != draw_pairs([other], ("Week 0", "Week 10"))


def test_draw_pairs__the_scale_of_the_axis_shows():
    assert draw_pairs([pair()], ("a", "b")) != draw_pairs([pair(is_log=True)], ("a", "b"))


def test_draw_pairs__without_a_pair_the_reason_is_drawn():
    nothing = {"first": NONE, "last": NONE, "medians": (math.nan, math.nan), "texts": ("", "")}
    one, other = (pair(**nothing, empty=reason) for reason in ("no subject due yet", "no pair"))
    assert draw_pairs([one], ("a", "b")) != draw_pairs([other], ("a", "b"))


SCALE = Scale((-91.0, 91.0), (14.0, 91.0), 12.0, 4.0)
MARKS = {"relapse": Look("relapse", "#d55e00", "^")}


def panels(*rows, bold=()):
    points = pd.DataFrame(rows, columns=["USUBJID", "SINCE", "AVAL", "KIND"])
    return draw_panels(points, SCALE, MARKS, bold=bold, x_label="days", y_label="score", empty="nobody")


ROWS = [("A", -60.0, 12.0, ""), ("A", 30.0, 2.0, ""), ("B", -60.0, 10.0, "")]


def test_draw_panels__is_the_same_bytes_each_time():
    assert panels(*ROWS) == panels(*ROWS)


def test_draw_panels__a_mark_changes_the_drawing():
    assert panels(*ROWS) != panels(ROWS[0], ("A", 30.0, 2.0, "relapse"), ROWS[2])


def test_draw_panels__a_line_ends_with_its_subject():
    apart = panels(*ROWS)
    together = panels(ROWS[0], ROWS[1], ("A", -60.0, 10.0, ""))
    assert apart.count(b"nan") == together.count(b"nan") == 0
    assert apart != together


def test_draw_panels__records_of_two_subjects_in_turn_are_those_of_each():
    assert panels(*ROWS) == panels(ROWS[0], ROWS[2], ROWS[1])


def test_draw_panels__a_bold_name_is_seen():
    assert panels(*ROWS) != panels(*ROWS, bold=["A"])


def test_draw_panels__nobody_is_said():
    assert panels() != panels(*ROWS)
