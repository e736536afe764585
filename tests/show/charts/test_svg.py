"""Smaller SVG."""

from sap_helpers.show.charts.svg import shrink_svg


def test_shrink_svg__ids_that_nothing_uses_go_and_the_others_get_short():
    assert shrink_svg('<svg><g id="a"><path id="glyph" d="M 1 2"/></g><use xlink:href="#glyph"/></svg>') == (
        '<svg><path id="i0" d="M1 2"/><use href="#i0"/></svg>'
    )


def test_shrink_svg__positions_keep_two_places():
    assert shrink_svg('<svg><path d="M 1.23456 -2.00001 \nL 3 4"/></svg>') == '<svg><path d="M1.23 -2L3 4"/></svg>'


def test_shrink_svg__outlines_of_letters_get_coarser_and_stay_as_large():
    text = shrink_svg('<svg><path d="M 1228 531 L 3431 -91 z" transform="scale(0.015625)"/></svg>')
    # 1228 / 8 = 153.5, a tie to even; 531 / 8 = 66.4; 3431 / 8 = 428.9; -91 / 8 = -11.4
    assert text == '<svg><path d="m154 66l275-77z" transform="scale(0.125)"/></svg>'


def test_shrink_svg__outlines_go_from_point_to_point_and_start_again_where_they_closed():
    text = shrink_svg(
        '<svg><path d="M 80 80 L 160 80 L 160 0 Q 80 0 80 80 z M 240 240 L 160 160 z M 0 0 L 8 8 z" '
        'transform="scale(0.015625)"/></svg>'
    )
    # on the coarser grid: 10,10 20,10 20,0 (10,0 10,10), back at 10,10; 30,30 20,20, back at 30,30; 0,0 1,1
    assert 'd="m10 10h10v-10q-10 0-10 10zm20 20l-10-10zm-30-30l1 1z"' in text


def test_shrink_svg__other_scales_keep_all_their_digits():
    assert "scale(0.0123)" in shrink_svg('<svg><path d="M 1 2" transform="scale(0.0123)"/></svg>')


def test_shrink_svg__groups_that_say_nothing_go():
    assert (
        shrink_svg('<svg><g><g id="a"><g class="b"><path/></g></g></g></svg>') == '<svg><g class="b"><path/></g></svg>'
    )


def test_shrink_svg__each_style_is_said_once():
    text = shrink_svg('<svg><style>*{a: b}</style><g style="fill: #fff"/><g style="fill: #fff"/></svg>')
    assert text == '<svg><style>*{a: b}.s0{fill: #fff}</style><g class="s0"/><g class="s0"/></svg>'


def test_shrink_svg__comments_and_metadata_go():
    assert shrink_svg('<?xml version="1.0"?><svg><!-- a --><metadata><a/></metadata><g/></svg>') == "<svg><g/></svg>"


def test_shrink_svg__a_rectangle_says_each_side_once():
    closed, drawn_round = '<path d="M 1 2 L 3 2 L 3 4 L 1 4 z"/>', '<path d="M 1 2 L 3 2 L 3 4 L 1 4 L 1 2"/>'
    assert (
        shrink_svg(f"<svg>{closed}{drawn_round}</svg>") == '<svg><path d="M1 2H3V4H1z"/><path d="M1 2H3V4H1z"/></svg>'
    )


def test_shrink_svg__what_is_no_rectangle_stays():
    for path in ("M1 2L3 2L3 4L2 4z", "M1 2L3 2L3 4L1 4L5 6"):
        assert f'd="{path}"' in shrink_svg(f'<svg><path d="{path}"/></svg>')
