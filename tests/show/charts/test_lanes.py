"""Lanes on a time axis."""

from sap_helpers.show.charts.lanes import Lane, draw_lanes
from sap_helpers.show.charts.style import Look

LOOKS = {
    "cycle": Look("cycle", "#a9cbe3", bar=8), "relapse": Look("relapse", "#d55e00", "^"),
    "stop": Look("stop", "#000000", "|"), "event": Look("grade 1", "#0072b2", "o", bar=2),
}  # fmt: skip


def draw(*lanes, **options):
    return draw_lanes(lanes, LOOKS, last=182.0, x_label="Study day", empty="nobody", **options)


def lane(*events):
    return Lane("A", ((1.0, 13.0, "cycle"), *events))


def test_draw_lanes__is_the_same_bytes_each_time():
    assert draw(lane((100.0, 100.0, "relapse"))) == draw(lane((100.0, 100.0, "relapse")))


def test_draw_lanes__the_day_and_the_kind_of_an_event_change_the_drawing():
    assert draw(lane((100.0, 100.0, "relapse"))) != draw(lane((110.0, 110.0, "relapse")))
    assert draw(lane((100.0, 100.0, "relapse"))) != draw(lane((100.0, 100.0, "stop")))


def test_draw_lanes__what_starts_after_the_last_day_is_not_drawn():
    assert draw(lane()) == draw(lane((200.0, 200.0, "relapse"), (190.0, 200.0, "cycle")))


def test_draw_lanes__what_goes_on_ends_with_the_axis():
    assert draw(lane((100.0, 182.0, "event"))) == draw(lane((100.0, 400.0, "event")))


def test_draw_lanes__nobody_is_said():
    assert draw() != draw(lane())


def test_draw_lanes__stacked_events_of_one_day_stand_at_several_heights():
    one, many = ([(3.0, 3.0, "relapse")] * count for count in (1, 3))
    assert draw(Lane("A", tuple(one))) != draw(Lane("A", tuple(one)), is_stacked=True)
    assert draw(Lane("A", tuple(many)), is_stacked=True).count(b"<use") > draw(
        Lane("A", tuple(one)), is_stacked=True
    ).count(b"<use")
    assert draw(Lane("A", tuple(many)), is_stacked=True) != draw(
        Lane("A", ((3.0, 3.0, "relapse"), (30.0, 30.0, "relapse"), (60.0, 60.0, "relapse"))), is_stacked=True
    )


def test_draw_lanes__shaded_days_are_drawn_and_explained():
    assert draw(lane(), shaded=[(1, 13)], shaded_label="planned dosing") != draw(lane())


def test_draw_lanes__hostile_names_can_be_drawn():
    assert b"<script" not in draw(Lane("<script>$a_{\u202e环", ()))
