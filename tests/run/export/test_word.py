"""The Word document."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn

from sap_helpers.run.export.word import render_word


def opened(document):
    return docx.Document(io.BytesIO(render_word(document)))


@pytest.fixture(scope="module")
def word(make_document, make_table, small_figure, spanned_table):
    return opened(make_document(make_table([("Fever", "3")]), small_figure, spanned_table))


def test_render_word__landscape_a4(word):
    section = word.sections[0]
    assert section.orientation == WD_ORIENT.LANDSCAPE
    assert [round(size.mm) for size in (section.page_width, section.page_height)] == [297, 210]


def test_render_word__titles_are_headings_above_their_tables(word):
    titles = [paragraph.text for paragraph in word.paragraphs if paragraph.style.name == "Heading 2"]
    assert titles == ["Table 14.1.1. A title", "Figure 14.1.1. A figure", "Table 14.1.2. Spans"]


def test_render_word__heading_rows_repeat_and_no_row_breaks(word):
    rows = word.tables[0]._tbl.tr_lst
    assert [row.trPr.find(qn("w:tblHeader")) is not None for row in rows] == [True, False]
    assert all(row.trPr.find(qn("w:cantSplit")) is not None for row in rows)


def test_render_word__spans_are_merged_cells(word):
    texts = [[cell.text for cell in row.cells] for row in word.tables[1].rows]
    assert texts == [
        ["Week", "Response", "Response"], ["Week", "n/N", "%"], ["Group", "Group", "Group"], ["2", "1/4", "25.0"],
    ]  # fmt: skip


def test_render_word__numbers_stand_right_and_depth_is_an_indent(word):
    label, number, _ = word.tables[1].rows[3].cells
    assert number.paragraphs[0].alignment == 2
    assert label.paragraphs[0].paragraph_format.left_indent.pt == 9


def test_render_word__figure_has_its_words(word):
    (shape,) = word.inline_shapes
    assert shape._inline.docPr.get("descr") == "Bars: 1, 2 and 3."
    assert [round(size.pt) for size in (shape.width, shape.height)] == [100, 50]


def test_render_word__contents_are_a_field_and_link_to_every_heading(word):
    xml = word.element.xml
    assert 'TOC \\o "1-2"' in xml
    anchors = {link.get(qn("w:anchor")) for link in word.element.iter(qn("w:hyperlink"))}
    assert anchors == {mark.get(qn("w:name")) for mark in word.element.iter(qn("w:bookmarkStart"))}


def lines_of(part):
    return [paragraph.text for paragraph in part.paragraphs]


def test_render_word__a_section_for_each_output_behind_that_of_the_first_page(word):
    first, *sections = word.sections
    assert lines_of(first.header) == [
        "NCT00000000 · cut c1 · data to 2015-01-31 · SYNTHETIC DATA · unsealed cut · interim"
    ]
    assert [lines_of(section.header)[1:] for section in sections] == [
        ["14.1 Page", "Table 14.1.1. A title", "SAF, N = 3"], ["14.1 Page", "Figure 14.1.1. A figure"],
        ["14.1 Page", "Table 14.1.2. Spans"],
    ]  # fmt: skip
    assert [lines_of(section.footer)[:-1] for section in sections] == [
        ["A note.", "X.Y · cut c1"], ["How to read it."], [],
    ]  # fmt: skip


def test_render_word__every_page_says_its_number(word):
    for section in word.sections:
        fields = [node.text.strip() for node in section.footer._element.iter(qn("w:instrText"))]
        assert fields == ["PAGE", "NUMPAGES"]
        assert not section.different_first_page_header_footer


def test_render_word__population_and_notes_describe_the_table(word):
    (said,) = word.tables[0]._tbl.tblPr.iter(qn("w:tblDescription"))
    assert said.get(qn("w:val")) == "SAF, N = 3 A note. X.Y · cut c1"


def test_render_word__row_taller_than_a_page_may_break(make_document, make_table):
    rows = opened(make_document(make_table([("word " * 3000, "1"), ("short", "2")]))).tables[0]._tbl.tr_lst
    assert [row.trPr.find(qn("w:cantSplit")) is None for row in rows] == [False, True, False]


def test_render_word__single_output_has_neither_first_page_nor_contents(make_document, make_table):
    ((_, part),) = make_document(make_table([("a", "1")])).parts()
    word = opened(part)
    assert len(word.sections) == 1
    assert "TOC" not in word.element.xml
    assert lines_of(word.sections[0].footer)[:-1] == [
        "A note.", "X.Y · cut c1", "A warning.", "Value of level: 0.9 (in the plan: 0.95).",
    ]  # fmt: skip


def test_render_word__properties_hold_the_cut_and_no_clock(word):
    said = word.core_properties
    assert said.title == "NCT00000000: tables, figures and listings, cut c1"
    assert (said.created, said.created == said.modified) == (said.modified, True)
    assert (said.created.isoformat(), said.author, said.comments) == ("2015-01-31T00:00:00+00:00", "", "")


def test_render_word__same_document_gives_same_bytes_dated_alike(make_document, make_table, small_figure):
    document = make_document(make_table([("Fever", "3")]), small_figure)
    first = render_word(document)
    assert first == render_word(document)
    with zipfile.ZipFile(io.BytesIO(first)) as package:
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_render_word__any_text_is_text(make_document, make_table, hostile):
    word = opened(make_document(make_table([(text, "1") for text in hostile], notes=hostile)))
    assert [row.cells[0].text for row in word.tables[0].rows[1:]] == list(hostile)
    assert lines_of(word.sections[-1].footer)[: len(hostile)] == list(hostile)


def test_render_word__chinese_has_a_font(word):
    assert word.styles["Normal"].element.rPr.rFonts.get(qn("w:eastAsia")) == "SimSun"
