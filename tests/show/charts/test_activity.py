"""Charts of disease activity: means over time, trajectories, cumulative distribution, waterfall, heat map."""

import numpy as np
import pandas as pd
import pytest

from sap_helpers.show.charts.cumulative import draw_cumulative
from sap_helpers.show.charts.heat import draw_heat
from sap_helpers.show.charts.means import MeanSeries, draw_means
from sap_helpers.show.charts.trajectories import draw_trajectories
from sap_helpers.show.charts.waterfall import BarStyle, draw_waterfall

NAN = float("nan")


def mean_series(name="Model"):
    weeks, estimate = np.array([0.0, 2.0, 10.0]), np.array([0.0, -2.5, NAN])
    return MeanSeries(name, weeks, estimate, estimate - 1, estimate + 1, ("", "-2.5", ""))


def test_draw_means__is_the_same_bytes_each_time():
    first = draw_means([mean_series()], weeks=(0, 2, 10), x_label="Week", y_label="Change")
    assert first == draw_means([mean_series()], weeks=(0, 2, 10), x_label="Week", y_label="Change")


def test_draw_means__refuses_more_series_than_can_be_told_apart():
    with pytest.raises(ValueError, match="5 series; allowed: up to 4"):
        draw_means([mean_series()] * 5, weeks=(0, 2), x_label="Week", y_label="Change")


def scores(*lines):
    """Return the long frame of the lines of subjects: a value at each of some weeks."""
    rows = [(f"S{i}", week, value) for i, line in enumerate(lines) for week, value in line.items()]
    return pd.DataFrame(rows, columns=["USUBJID", "AVISITN", "AVAL"])


def draw(frame):
    return draw_trajectories(frame, np.full(3, 5.0), weeks=(0, 2, 10), limit=8.0, x_label="Week", y_label="Score")


def test_draw_trajectories__a_gap_is_bridged():
    assert draw(scores({0: 12.0, 2: NAN, 10: 4.0})) == draw(scores({0: 12.0, 10: 4.0}))


def test_draw_cumulative__one_change_can_be_drawn():
    drawn = draw_cumulative(
        np.array([-4.0]), np.array([100.0]), limit=-4.0, limit_label="fall of 4", x_label="Change", y_label="Subjects"
    )
    assert drawn.startswith(b"<svg")


STYLES = {"yes": BarStyle("Response", "#0072b2"), "no": BarStyle("No response", "#e0a070", "////")}


def test_draw_waterfall__refuses_a_group_without_style():
    with pytest.raises(ValueError, match="unknown group 'maybe'; allowed: yes, no"):
        draw_waterfall(np.array([1.0]), ["maybe"], STYLES, limit=-4.0, x_label="Subjects", y_label="Change")


def test_draw_waterfall__a_subject_without_change_is_seen():
    drawn = [
        draw_waterfall(np.array(values), ["yes"] * 2, STYLES, limit=-4.0, x_label="Subjects", y_label="Change")
        for values in ([0.0, -8.0], [NAN, -8.0])
    ]
    assert len(drawn[0]) > len(drawn[1])


def test_draw_heat__a_cell_without_a_number_stays_empty():
    percent = np.array([[50.0, NAN], [0.0, 100.0]])
    texts = [["50", ""], ["0", "100"]]
    drawn = draw_heat(["Rash", "Fever"], ["Skin", "Other"], ["0", "10"], percent, texts, "Week")
    assert drawn == draw_heat(["Rash", "Fever"], ["Skin", "Other"], ["0", "10"], percent, texts, "Week")
    assert drawn.startswith(b"<svg")


def test_draw_heat__a_cell_of_0_has_no_text():
    drawn = [
        draw_heat(["Rash"], ["Skin"], ["0", "10"], np.array([[50.0, 0.0]]), [["50", text]], "Week")
        for text in ("0", "nobody")
    ]
    assert drawn[0] == drawn[1]


def test_draw_heat__cells_of_one_shade_are_one_shape():
    names = [f"Item {i}" for i in range(8)]
    drawn = [
        draw_heat(names, names, ["0"], np.array([[share]] * 8), [["1"]] * 8, "Week").count(b"<path") for share in (1, 0)
    ]
    assert drawn[0] - drawn[1] == 1


def test_draw_trajectories__many_subjects_of_one_course_have_one_dot_a_value():
    drawn = [draw(scores(*[{0: 12.0, 10: 4.0}] * count)).count(b"<use") for count in (1, 30)]
    assert drawn[0] == drawn[1]


def test_draw_trajectories__order_of_the_records_changes_nothing():
    frame = scores({0: 12.0, 2: 9.0, 10: 4.0}, {0: 10.0, 10: 11.0})
    assert draw(frame) == draw(frame.iloc[::-1])
