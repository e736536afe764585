"""Small panels."""

from sap_helpers.show.charts.panels import Mark, Panel, Scale, draw_panels

SCALE = Scale((-91.0, 91.0), (14.0, 91.0), 12.0, 4.0)
MARKS = {"relapse": Mark("relapse", "^", "#d55e00")}


def draw(*panels):
    return draw_panels(panels, SCALE, MARKS, x_label="days", y_label="score", empty="nobody")


def test_draw_panels__is_the_same_bytes_each_time():
    panel = Panel("A", ((-60.0, 12.0), (30.0, 2.0)), ("", ""))
    assert draw(panel) == draw(panel)


def test_draw_panels__a_mark_changes_the_drawing():
    points = ((-60.0, 12.0), (30.0, 2.0))
    assert draw(Panel("A", points, ("", ""))) != draw(Panel("A", points, ("", "relapse")))


def test_draw_panels__a_point_out_of_reach_is_not_drawn():
    near = ((-60.0, 12.0), (30.0, 2.0))
    assert draw(Panel("A", near, ("", ""))) == draw(Panel("A", (*near, (120.0, 9.0)), ("", "", "relapse")))


def test_draw_panels__nobody_and_a_panel_without_points_are_drawn():
    assert draw().startswith(b"<svg")
    assert draw() != draw(Panel("A", (), ()))
