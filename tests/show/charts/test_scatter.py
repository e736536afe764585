"""Scatter charts: what is drawn, and what stands in place of it."""

import numpy as np

from sap_helpers.show.charts.scatter import ScatterPanel, draw_scatters


def panel(x, y, names=(), empty=""):
    """Return a chart of the points."""
    return ScatterPanel("Treg", "Change of score", "Change", np.array(x), np.array(y), names, "r 0.10", empty)


def test_draw_scatters__the_same_points_give_the_same_bytes():
    assert draw_scatters([panel([1.0, 2.0], [3.0, 4.0])]) == draw_scatters([panel([1.0, 2.0], [3.0, 4.0])])


def test_draw_scatters__another_point_gives_another_drawing():
    assert draw_scatters([panel([1.0, 2.0], [3.0, 4.0])]) != draw_scatters([panel([1.0, 2.0], [3.0, 5.0])])


def test_draw_scatters__without_a_point_the_reason_is_drawn():
    drawn = [draw_scatters([panel([], [], empty=why)]) for why in ("no pair", "no subject due yet")]
    assert drawn[0] != drawn[1]


def test_draw_scatters__a_point_that_stands_out_has_its_name():
    drawn = [draw_scatters([panel([1.0, 2.0], [3.0, 4.0], names)]) for names in ((), ("", "S2"), ("", "S3"))]
    assert len(set(drawn)) == 3


def test_draw_scatters__logarithmic_axes_hold_the_lines():
    point, empty = panel([5.0, 0.5], [3.0, 0.5], ("S1", "")), panel([], [], empty="no value")
    drawn = [draw_scatters([point, empty], x_line=line, y_line=2, is_log=True) for line in (3, 9)]
    assert drawn[0] != drawn[1]
