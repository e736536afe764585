"""Stacked columns."""

import numpy as np
import pytest

from sap_helpers.show.charts.stacks import draw_stacks
from sap_helpers.show.charts.waterfall import BarStyle

STYLES = {"a": BarStyle("First", "#0072b2"), "b": BarStyle("Second", "#e0a070", "////")}


def draw(a, b):
    counts = {"a": np.array(a), "b": np.array(b)}
    return draw_stacks(["Week 2", "Week 4"], counts, STYLES, x_label="Week", y_label="Subjects")


def test_draw_stacks__the_same_counts_give_the_same_bytes():
    assert draw([1, 2], [3, 4]) == draw([1, 2], [3, 4])


def test_draw_stacks__another_count_gives_another_drawing():
    assert draw([1, 2], [3, 4]) != draw([1, 2], [3, 5])


def test_draw_stacks__ten_times_the_subjects_take_no_more_room():
    assert len(draw([1000, 2000], [3000, 4000])) < 1.2 * len(draw([100, 200], [300, 400]))


def test_draw_stacks__a_group_without_a_style_is_refused():
    with pytest.raises(ValueError, match="unknown group 'c'; allowed: a, b"):
        draw_stacks(["x"], {"c": np.array([1])}, STYLES, x_label="", y_label="")
