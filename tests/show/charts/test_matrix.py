"""Matrices: states by subject and week, and a heat map."""

import numpy as np
import pytest

from sap_helpers.show.charts.matrix import State, draw_heat, draw_states

NAN = float("nan")
STATES = {"yes": State("yes", "#000000", "#ffffff", "●"), "no": State("no", "#ffffff", "#000000", "?", hatch="//")}


def test_draw_states__is_the_same_bytes_each_time():
    cells = {(0, 0): ("yes", ""), (0, 1): ("no", "S B")}
    assert draw_states(["01"], ["2", "10"], cells, STATES) == draw_states(["01"], ["2", "10"], cells, STATES)


def test_draw_states__a_cell_changes_the_drawing():
    one, other = ({(0, 0): ("yes", "")}, {(0, 0): ("no", "")})
    assert len({draw_states(["01"], ["2"], cells, STATES) for cells in ({}, one, other)}) == 3


def test_draw_states__an_own_sign_stands_for_that_of_the_state():
    drawn = [draw_states(["01"], ["2"], {(0, 0): ("no", sign)}, STATES) for sign in ("", "?", "S")]
    assert drawn[0] == drawn[1] != drawn[2]


def test_draw_states__an_unknown_state_is_not_drawn_silently():
    with pytest.raises(ValueError, match="unknown state 'maybe'; allowed: yes, no"):
        draw_states(["01"], ["2"], {(0, 0): ("maybe", "")}, STATES)


def test_draw_states__hostile_subject_ids_can_be_drawn():
    drawn = [draw_states([name], ["2"], {(0, 0): ("yes", "")}, STATES) for name in ("$a_{\u202e环", "a")]
    assert drawn[0] != drawn[1]


def heat(percent, texts, rows=("Rash", "Fever"), columns=("0", "10")):
    return draw_heat(rows, ["Skin", "Other"][: len(rows)], columns, np.array(percent), texts, "Week")


def test_draw_heat__is_the_same_bytes_each_time():
    grid = ([[50.0, NAN], [0.0, 100.0]], [["50", ""], ["0", "100"]])
    assert heat(*grid) == heat(*grid)


def test_draw_heat__a_cell_without_a_number_is_not_one_of_0():
    assert heat([[50.0, NAN]], [["50", ""]], ["Rash"]) != heat([[50.0, 0.0]], [["50", ""]], ["Rash"])


def test_draw_heat__a_cell_of_0_has_no_text():
    drawn = [heat([[50.0, 0.0]], [["50", text]], ["Rash"]) for text in ("0", "nobody")]
    assert drawn[0] == drawn[1]


def test_draw_heat__without_any_number_is_drawn():
    assert heat([[NAN, NAN]], [["", ""]], ["Rash"]) != heat([[0.0, NAN]], [["", ""]], ["Rash"])
