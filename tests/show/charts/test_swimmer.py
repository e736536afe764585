"""Swimmer plots."""

from sap_helpers.show.charts.swimmer import Lane, Sign, draw_swimmer

SIGNS = {"relapse": Sign("relapse", "^", "#d55e00"), "stop": Sign("stop", "|", "#000000")}


def draw(*lanes):
    return draw_swimmer(lanes, SIGNS, last_day=182.0, x_label="Study day", bar_label="cycle", empty="nobody")


def lane(*events, bars=((1.0, 13.0),)):
    return Lane("A", bars, (1.0, 160.0), events)


def test_draw_swimmer__is_the_same_bytes_each_time():
    assert draw(lane((100.0, "relapse"))) == draw(lane((100.0, "relapse")))


def test_draw_swimmer__the_day_and_the_kind_of_an_event_change_the_drawing():
    assert draw(lane((100.0, "relapse"))) != draw(lane((110.0, "relapse")))
    assert draw(lane((100.0, "relapse"))) != draw(lane((100.0, "stop")))


def test_draw_swimmer__what_lies_after_the_last_day_is_not_drawn():
    assert draw(lane()) == draw(lane((200.0, "relapse")))
    assert draw(lane()) == draw(lane(bars=((1.0, 13.0), (190.0, 200.0))))


def test_draw_swimmer__nobody_is_said():
    assert draw().startswith(b"<svg")
    assert draw() != draw(lane())
