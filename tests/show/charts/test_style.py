"""The house style."""

import matplotlib as mpl
import pytest

from sap_helpers.show.charts.message import draw_message
from sap_helpers.show.charts.style import drawing, printable, spread, svg_of


def test_drawing__leaves_every_setting_as_it_was():
    before = dict(mpl.rcParams)
    with drawing(2.0) as (figure, axes):
        axes.plot([0, 1], [0, 1])
        svg_of(figure)
    assert dict(mpl.rcParams) == before


def test_drawing__does_not_follow_the_users_settings():
    with drawing(2.0) as (figure, axes):
        axes.set_xlabel("Week")
        plain = svg_of(figure)
    with mpl.rc_context({"font.size": 20, "svg.fonttype": "none"}), drawing(2.0) as (figure, axes):
        axes.set_xlabel("Week")
        assert svg_of(figure) == plain


def test_drawing__settings_come_back_after_an_error():
    before = dict(mpl.rcParams)
    with pytest.raises(RuntimeError), drawing(2.0):
        raise RuntimeError
    assert dict(mpl.rcParams) == before


def test_svg_of__has_no_date_no_text_and_no_address_outside():
    with drawing(2.0) as (figure, axes):
        axes.set_xlabel("Week")
        text = svg_of(figure).decode()
    assert "<text" not in text
    assert "<dc:" not in text
    assert "DOCTYPE" not in text
    assert "https://" not in text


def test_printable__a_character_without_a_glyph_is_its_code_point():
    assert printable("环 a\u202e") == "<U+73AF> a<U+202E>"


def test_printable__line_ends_stay():
    assert printable("71.1%\n27/38") == "71.1%\n27/38"


def test_spread__keeps_order_and_distance():
    # 50 and 51 lie 1 apart and are moved to 10 apart around their middle
    assert spread([50.0, 51.0, 90.0], 10.0) == [45.5, 55.5, 90.0]


def test_spread__what_is_far_apart_stays():
    assert spread([80.0, 20.0], 10.0) == [80.0, 20.0]


def test_draw_message__draws_its_words():
    assert draw_message("not available") != draw_message("no subject due yet")
