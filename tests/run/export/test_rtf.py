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


def groups(text, name):
    """Return the inside of each group of a name, such as the headers."""
    found = []
    for start in (match.end() for match in re.finditer(rf"\{{\\{name} ", text)):
        depth, end = 1, start
        while depth:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        found.append(text[start : end - 1])
    return found


def test_render_rtf__a_section_for_each_output_with_header_and_footer(make_document, make_table, small_figure):
    text = text_of(make_document(make_table([("a", "1")]), small_figure))
    assert text.count("\\sect\n") == 2
    front, table, figure = groups(text, "header")
    assert "Table" not in front
    assert all(word in table for word in ("14.1 Page", "Table 14.1.1. A title", "SAF, N = 3"))
    assert "Figure 14.1.1. A figure" in figure
    assert ["A note." in foot for foot in groups(text, "footer")] == [False, True, False]
    assert ["How to read it." in foot for foot in groups(text, "footer")] == [False, False, True]


def test_render_rtf__column_headings_stand_in_the_table_and_then_in_the_header(make_document, make_table):
    text = text_of(make_document(make_table([("a", "1")])))
    (first,), (_, later) = groups(text, "headerf"), groups(text, "header")
    heading = "\\b Term\\cell"
    assert (heading in first, heading in later) == (False, True)
    assert "SAF, N = 3" in first
    assert text.count(heading) == 2  # the other one in the table
    assert "A note." in groups(text, "footerf")[0]


def test_render_rtf__row_taller_than_a_page_may_break(make_document, make_table):
    rows = re.findall(r"\\trowd.*", text_of(make_document(make_table([("word " * 3000, "1"), ("short", "2")]))))
    assert ["\\trkeep" in row for row in rows[-2:]] == [False, True]


def test_render_rtf__cell_over_two_rows_is_merged_and_a_spanner_is_one_wide_cell(make_document, spanned_table):
    first, second, *_ = re.findall(r"\\trowd.*", text_of(make_document(spanned_table)))
    assert ("\\clvmgf" in first, first.count("\\cellx")) == (True, 2)
    assert ("\\clvmrg" in second, second.count("\\cellx")) == (True, 3)


def test_render_rtf__single_output_has_neither_first_page_nor_contents(make_document, make_table):
    ((_, part),) = make_document(make_table([("a", "1")])).parts()
    text = text_of(part)
    assert "\\sect\n" not in text
    assert "Contents" not in text
    assert "Value of level: 0.9 (in the plan: 0.95)." in groups(text, "footer")[0]


def test_render_rtf__figure_is_a_png_with_its_words(make_document, small_figure):
    text = text_of(make_document(small_figure))
    assert "\\pngblip\\picw278\\pich139\\picwgoal2000\\pichgoal1000\n89504e470d0a1a0a" in text
    assert "{\\sn wzDescription}{\\sv Bars: 1, 2 and 3.}" in text


def test_render_rtf__same_document_gives_same_bytes(make_document, make_table, small_figure):
    document = make_document(make_table([("a", "1")]), small_figure)
    assert render_rtf(document) == render_rtf(document)
