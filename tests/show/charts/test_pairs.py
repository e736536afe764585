"""Paired lines: what is drawn, and what stands in place of it."""

from __future__ import annotations

import math

import numpy as np

from sap_helpers.show.charts.pairs import PairPanel, draw_pairs

NONE = np.array([], dtype=np.float64)


def panel(**parts: object) -> PairPanel:
    """Return a chart of two subjects; parts name what differs."""
    values = {
        "title": "Treg", "unit": "%", "first": np.array([5.0, 7.0]), "last": np.array([9.0, 8.0]),
        "medians": (6.0, 8.5), "texts": ("6.0", "8.5"),
    }  # fmt: skip
    return PairPanel(**{**values, **parts})  # type: ignore[arg-type]


def test_draw_pairs__the_same_numbers_give_the_same_bytes():
    assert draw_pairs([panel()], ("Week 0", "Week 10")) == draw_pairs([panel()], ("Week 0", "Week 10"))


def test_draw_pairs__another_value_gives_another_drawing():
    other = panel(last=np.array([9.0, 8.1]))
    assert draw_pairs([panel()], ("Week 0", "Week 10")) != draw_pairs([other], ("Week 0", "Week 10"))


def test_draw_pairs__the_scale_of_the_axis_shows():
    assert draw_pairs([panel()], ("a", "b")) != draw_pairs([panel(is_log=True)], ("a", "b"))


def test_draw_pairs__without_a_pair_the_reason_is_drawn():
    nothing = {"first": NONE, "last": NONE, "medians": (math.nan, math.nan), "texts": ("", "")}
    one, other = (panel(**nothing, empty=reason) for reason in ("no subject due yet", "no pair"))
    assert draw_pairs([one], ("a", "b")) != draw_pairs([other], ("a", "b"))
