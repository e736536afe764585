"""Scatter charts: what is drawn, and what stands in place of it."""

from __future__ import annotations

import numpy as np

from sap_helpers.show.charts.scatter import ScatterPanel, draw_scatters


def panel(x: list[float], y: list[float], empty: str = "") -> ScatterPanel:
    """Return a chart of the points."""
    return ScatterPanel("Treg", "r 0.10", "Change of score", "Change", np.array(x), np.array(y), empty)


def test_draw_scatters__the_same_points_give_the_same_bytes():
    assert draw_scatters([panel([1.0, 2.0], [3.0, 4.0])]) == draw_scatters([panel([1.0, 2.0], [3.0, 4.0])])


def test_draw_scatters__another_point_gives_another_drawing():
    assert draw_scatters([panel([1.0, 2.0], [3.0, 4.0])]) != draw_scatters([panel([1.0, 2.0], [3.0, 5.0])])


def test_draw_scatters__without_a_point_the_reason_is_drawn():
    assert draw_scatters([panel([], [], "no pair")]) != draw_scatters([panel([], [], "no subject due yet")])
