"""The RTF document."""

import re

from sap_helpers.run.export.rtf import escape_rtf, render_rtf

NUMBERED = re.compile(r"\\u(-?\d+)\?")


def text_of(document):
    return render_rtf(document).decode("ascii")


def read_back(text):
    """Return the text that a reader makes of an escaped one."""
    units = NUMBERED.sub(lambda match: chr(int(match[1]) % 65536), text)
    plain = units.replace("\\{", "{").replace("\\}", "}").replace("\\\\", "\\")
    return plain.encode("utf-16", "surrogatepass").decode("utf-16")


def test_escape_rtf__signs_of_the_format_are_escaped():
    assert escape_rtf("{\\b}") == "\\{\\\\b\\}"


def test_escape_rtf__beyond_ascii_stand_signed_numbers():
    assert escape_rtf("é发飞") == "\\u233?\\u21457?\\u-26402?"


def test_escape_rtf__beyond_the_basic_plane_two_of_them():
    assert escape_rtf("😀") == "\\u-10179?\\u-8704?"


def test_escape_rtf__can_be_read_back(hostile):
    assert [read_back(escape_rtf(text)) for text in hostile] == list(hostile)


def test_render_rtf__braces_are_balanced_whatever_the_text(make_document, make_table, hostile):
    text = text_of(make_document(make_table([(each, "1") for each in hostile], notes=hostile)))
    bare = re.sub(r"\\[\\{}]", "", text)
    assert bare.count("{") == bare.count("}")
    assert all(escape_rtf(each) in text for each in hostile)


def test_render_rtf__landscape_with_page_numbers(make_document, make_table):
    text = text_of(make_document(make_table([("a", "1")])))
    assert "\\paperw16838\\paperh11906\\landscape" in text
    assert "{\\*\\fldinst PAGE}" in text
    assert "{\\*\\fldinst NUMPAGES}" in text


def test_render_rtf__heading_rows_repeat_and_rows_keep_together(make_document, make_table):
    rows = re.findall(r"\\trowd.*", text_of(make_document(make_table([("a", "1")]))))
    assert ["\\trhdr" in row for row in rows] == [True, False]
    assert all("\\trkeep" in row for row in rows)


def test_render_rtf__cell_over_two_rows_is_merged_and_a_spanner_is_one_wide_cell(make_document, spanned_table):
    first, second, *_ = re.findall(r"\\trowd.*", text_of(make_document(spanned_table)))
    assert ("\\clvmgf" in first, first.count("\\cellx")) == (True, 2)
    assert ("\\clvmrg" in second, second.count("\\cellx")) == (True, 3)


def test_render_rtf__figure_is_a_png_with_its_words(make_document, small_figure):
    text = text_of(make_document(small_figure))
    assert "\\pngblip\\picw278\\pich139\\picwgoal2000\\pichgoal1000\n89504e470d0a1a0a" in text
    assert "{\\sn wzDescription}{\\sv Bars: 1, 2 and 3.}" in text


def test_render_rtf__same_document_gives_same_bytes(make_document, make_table, small_figure):
    document = make_document(make_table([("a", "1")]), small_figure)
    assert render_rtf(document) == render_rtf(document)
