"""Outputs of code cells."""

import base64

import pytest
from nbformat import v4

from sap_helpers.results import MIME
from sap_helpers.show.page.errors import PageError
from sap_helpers.show.page.outputs import render_output, shown_type

SVG = '<svg width="72pt" height="36pt" viewBox="0 0 72 36"><path id="a" d="M 1 2" class="b"/></svg>'
# the smallest PNG header: signature, length, IHDR, width 3, height 2
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x00\x00\x03\x00\x00\x00\x02").decode()
WORDS = {"alt": "Week 2: <31.6>", "caption": "Response. Bars: interval."}


def display(data, metadata=None):
    return v4.new_output("display_data", data=data, metadata=metadata or {})


def test_render_output__results_are_one_quiet_line():
    output = display({MIME: {"rows": []}, "text/plain": "5 results of 1 analyses: SRI.PRIMARY"})
    assert render_output(output, "x") == '<p class="sap-quiet">5 results of 1 analyses: SRI.PRIMARY</p>'


def test_render_output__a_figure_has_words_size_caption_and_an_address_of_its_own():
    html = render_output(display({"image/svg+xml": SVG}, {"image/svg+xml": WORDS}), "x")
    assert 'alt="Week 2: &lt;31.6&gt;" width="96" height="48"' in html
    assert "<figcaption>Response. Bars: interval.</figcaption>" in html
    assert 'src="data:image/svg+xml;charset=utf-8,<svg width=' in html


def test_render_output__the_drawing_can_be_read_back_from_its_address():
    from urllib.parse import unquote

    html = render_output(display({"image/svg+xml": SVG}, {"image/svg+xml": WORDS}), "x")
    address = html.split('src="data:image/svg+xml;charset=utf-8,')[1].split('"')[0]
    assert unquote(address) == SVG.replace('"', "'")


def test_render_output__a_drawing_with_apostrophes_is_carried_as_base64():
    drawing = SVG.replace("viewBox", "aria-label='a' viewBox")
    html = render_output(display({"image/svg+xml": drawing}, {"image/svg+xml": WORDS}), "x")
    assert base64.b64encode(drawing.encode()).decode() in html


def test_render_output__numbers_of_a_figure_are_folded_below_it():
    numbers = WORDS | {"numbers": "<table><tbody><tr><td>1</td></tr></tbody></table>"}
    html = render_output(display({"image/svg+xml": SVG}, {"image/svg+xml": numbers}), "x")
    assert "<summary>Numbers in this figure</summary>" in html


def test_render_output__a_png_has_its_size():
    html = render_output(display({"image/png": PNG}, {"image/png": WORDS}), "x")
    assert 'width="3" height="2"' in html


@pytest.mark.parametrize(("lacking", "named"), [("alt", "description"), ("caption", "caption")])
def test_render_output__a_figure_without_words_stops_the_build(lacking, named):
    words = {name: text for name, text in WORDS.items() if name != lacking}
    with pytest.raises(PageError, match=f"a figure in 'Results' has no {named}"):
        render_output(display({"image/svg+xml": SVG}, {"image/svg+xml": words}), "Results")


def test_render_output__a_drawing_without_size_stops_the_build():
    with pytest.raises(PageError, match="gives no width and height"):
        render_output(display({"image/svg+xml": "<svg></svg>"}, {"image/svg+xml": WORDS}), "x")


@pytest.mark.parametrize("data", ["!!", base64.b64encode(b"GIF89a").decode()])
def test_render_output__a_png_that_is_none_stops_the_build(data):
    with pytest.raises(PageError, match="PNG is"):
        render_output(display({"image/png": data}, {"image/png": WORDS}), "x")


def test_shown_type__a_script_is_not_shown_whatever_stands_beside_it():
    assert shown_type(display({"application/javascript": "alert(1)", "text/html": "<b>a</b>", "text/plain": "a"})) == ""


def test_shown_type__an_unknown_type_falls_back_to_its_text():
    assert shown_type(display({"application/x-unknown": "a", "text/plain": "b"})) == "text/plain"


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
