"""Outputs of code cells."""

import base64
from dataclasses import replace
from urllib.parse import unquote

import pytest
from nbformat import v4

from sap_helpers.results import MIME
from sap_helpers.show.display import MIME as DISPLAY
from sap_helpers.show.display import Cell, Column, Figure, Row, Table
from sap_helpers.show.html import Around
from sap_helpers.show.page.errors import PageError
from sap_helpers.show.page.outputs import Shown, display_of, render_display, render_output

SVG = '<svg width="72pt" height="36pt" viewBox="0 0 72 36"><path id="a" d="M 1 2" class="b"/></svg>'


def display(data, metadata=None):
    return v4.new_output("display_data", data=data, metadata=metadata or {})


def test_render_output__results_are_one_quiet_line():
    output = display({MIME: {"rows": []}, "text/plain": "5 results of 1 analyses: SRI.PRIMARY"})
    assert render_output(output, "x") == '<p class="sap-quiet">5 results of 1 analyses: SRI.PRIMARY</p>'


def figure(**changes):
    return replace(Figure("X", "Response", SVG.encode(), "Week 2: <31.6>", "Bars: interval.", None), **changes)


def test_render_display__a_figure_has_words_size_caption_and_an_address_of_its_own():
    html = render_display(Shown(figure()), Around())
    assert 'alt="Week 2: &lt;31.6&gt;" width="96" height="48"' in html
    assert "<figcaption>Response. Bars: interval. X.</figcaption>" in html
    assert 'src="data:image/svg+xml;charset=utf-8,<svg width=' in html


def test_render_display__the_drawing_can_be_read_back_from_its_address():
    address = render_display(Shown(figure()), Around()).split('src="data:image/svg+xml;charset=utf-8,')[1].split('"')[0]
    assert unquote(address) == SVG.replace('"', "'")


def test_render_display__a_drawing_with_apostrophes_is_carried_as_base64():
    drawing = SVG.replace("viewBox", "aria-label='a' viewBox").encode()
    assert base64.b64encode(drawing).decode() in render_display(Shown(figure(svg=drawing)), Around())


def test_render_display__numbers_of_a_figure_are_folded_below_it_or_lead_to_their_table():
    numbers = Table("X", "T", "S", (Column("n"),), (Row("a", (Cell("1"),)),))
    folded = render_display(Shown(figure(numbers=numbers)), Around("Figure 1.1"))
    assert "<summary>Numbers in this figure</summary>" in folded
    assert 'id="figure-1-1"' in folded
    assert folded.count("sap-number") == 1 + folded.count("sap-numbers")
    led = render_display(Shown(figure(numbers=numbers), numbers="Table 14.1.1"), Around())
    assert '<a href="#table-14-1-1">Table 14.1.1</a>' in led
    assert "<table>" not in led


@pytest.mark.parametrize("kind", ["image/svg+xml", "image/png"])
def test_render_output__a_picture_that_is_no_display_stops_the_build(kind):
    with pytest.raises(PageError, match="a figure in 'Results' has no description"):
        render_output(display({kind: "x", "text/plain": "<Figure size 1x1>"}), "Results")


def test_render_display__a_drawing_without_size_stops_the_build():
    with pytest.raises(ValueError, match="gives no width and height"):
        render_display(Shown(figure(svg=b"<svg></svg>")), Around())


def test_display_of__data_that_are_those_of_no_display_stop_the_build():
    with pytest.raises(PageError, match="not those of one"):
        display_of(display({DISPLAY: {"kind": "table", "title": 3}}))


def test_render_output__a_script_is_not_shown_whatever_stands_beside_it():
    shown = display({"application/javascript": "alert(1)", "text/html": "<b>a</b>", "text/plain": "a"})
    assert render_output(shown, "x") == ""


def test_render_output__an_unknown_type_falls_back_to_its_text():
    assert (
        render_output(display({"application/x-unknown": "a", "text/plain": "b"}), "x")
        == '<pre class="sap-text">b</pre>'
    )


def test_render_output__an_unknown_type_alone_is_dropped():
    assert render_output(display({"application/x-unknown": "a"}), "x") == ""


def test_render_output__an_error_is_text():
    output = v4.new_output("error", ename="ValueError", evalue="<b>", traceback=["\x1b[31mValueError\x1b[0m"])
    html = render_output(output, "x")
    assert "This cell failed: ValueError: &lt;b&gt;" in html
    assert "\x1b" not in html
    assert "U+001B" not in html


def test_render_output__streams_are_text_and_messages_say_so():
    assert (
        render_output(v4.new_output("stream", name="stdout", text="a\n<b>\n"), "x")
        == '<pre class="sap-text">a\n&lt;b&gt;</pre>'
    )
    assert "<p>Message</p>" in render_output(v4.new_output("stream", name="stderr", text="careful"), "x")


def test_render_output__nothing_to_say_is_nothing():
    assert render_output(v4.new_output("stream", name="stdout", text="\n"), "x") == ""
