"""A bar a subject."""

import numpy as np
import pytest

from sap_helpers.show.charts.bars import BarStyle, draw_waterfall

STYLES = {"yes": BarStyle("Response", "#0072b2"), "no": BarStyle("No response", "#e0a070", "////")}


def draw(values, groups):
    return draw_waterfall(np.array(values), groups, STYLES, limit=-4.0, x_label="Subjects", y_label="Change")


def test_draw_waterfall__is_the_same_bytes_each_time():
    assert draw([1.0, -8.0], ["no", "yes"]) == draw([1.0, -8.0], ["no", "yes"])


def test_draw_waterfall__refuses_a_group_without_style():
    with pytest.raises(ValueError, match="unknown group 'maybe'; allowed: yes, no"):
        draw([1.0], ["maybe"])


def test_draw_waterfall__a_subject_without_change_is_seen():
    assert len(draw([0.0, -8.0], ["yes"] * 2)) > len(draw([float("nan"), -8.0], ["yes"] * 2))
