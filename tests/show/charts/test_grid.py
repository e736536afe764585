"""The grid of states."""

import pytest

from sap_helpers.show.charts.grid import State, draw_state_grid

STATES = {"yes": State("yes", "#000000", "#ffffff", "●"), "no": State("no", "#ffffff", "#000000", "?", hatch="//")}


def test_draw_state_grid__is_the_same_bytes_each_time():
    cells = {(0, 0): ("yes", ""), (0, 1): ("no", "S B")}
    assert draw_state_grid(["01"], ["2", "10"], cells, STATES) == draw_state_grid(["01"], ["2", "10"], cells, STATES)


def test_draw_state_grid__a_cell_changes_the_drawing():
    empty = draw_state_grid(["01"], ["2"], {}, STATES)
    assert draw_state_grid(["01"], ["2"], {(0, 0): ("yes", "")}, STATES) != empty


def test_draw_state_grid__an_unknown_state_is_not_drawn_silently():
    with pytest.raises(ValueError, match="unknown state 'maybe'; allowed: yes, no"):
        draw_state_grid(["01"], ["2"], {(0, 0): ("maybe", "")}, STATES)


def test_draw_state_grid__hostile_subject_ids_can_be_drawn():
    assert draw_state_grid(["$a_{\u202e环"], ["2"], {}, STATES).startswith(b"<svg")
