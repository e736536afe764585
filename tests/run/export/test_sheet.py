"""An output as it lies on its pages, and that every format has it so."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pypdf
import pytest

from sap_helpers.run.export.command import WRITERS
from sap_helpers.run.export.layout import PAGE_HEIGHT_PT
from sap_helpers.run.export.sheet import BELOW_THE_END, height_of, sheets_of
from sap_helpers.show.display import Cell, Row

LONG = tuple((f"row {i}", str(i)) for i in range(60))
MANY = tuple(f"Note {i}: " + "words and " * 30 for i in range(40))


def texts(lines):
    return [line.text for line in lines]


@pytest.fixture
def pages_of(tmp_path, office_pages):
    """Return a function from a document and a format to the text of its pages."""

    def read(document, kind):
        data = WRITERS[kind](document)
        (tmp_path / f"made.{kind}").write_bytes(data)
        if kind != "pdf":
            return office_pages(tmp_path / f"made.{kind}")
        return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages]

    return read


@pytest.mark.parametrize("kind", WRITERS)
def test_table_of_60_rows__title_population_headings_notes_and_source_on_each_page(
    make_document, make_table, pages_of, kind
):
    pages = pages_of(make_document(make_table(LONG, notes=("A note.", "Another."))), kind)[2:]
    assert len(pages) == 2
    for page in pages:
        for text in ("14.1 Page", "Table 14.1.1. A title", "SAF, N = 3", "Term", "A note.", "Another.", "X.Y · cut c1"):
            assert text in page
    assert re.findall(r"row (\d+)", "".join(pages)) == [str(i) for i in range(60)]


@pytest.mark.parametrize("kind", WRITERS)
def test_notes_too_long_for_a_footer__stand_once_below_the_table_and_each_page_says_so(
    make_document, make_table, pages_of, kind
):
    pages = pages_of(make_document(make_table(LONG, notes=MANY)), kind)[2:]
    assert all(BELOW_THE_END in page for page in pages)
    said = re.sub(r"\s+", "", "".join(pages))
    assert [said.count(f"Note{i}:") for i in range(40)] == [1] * 40


@pytest.mark.parametrize("kind", WRITERS)
def test_title_too_long_for_a_header__stands_whole_above_the_table_and_cut_on_each_page(
    make_document, make_table, pages_of, kind
):
    made = make_table(LONG)
    title = " ".join(f"word{i}" for i in range(1000))
    ((_, part),) = make_document(replace(made, display=replace(made.display, title=title))).parts()
    pages = pages_of(part, kind)
    assert len(pages) > 2
    assert all("Table 14.1.1. word0 word1 " in page for page in pages)
    said = "".join(pages)
    assert [i for i in range(1000) if not re.search(rf"word{i}\b", said)] == []


def test_sheets_of__header_and_footer_in_order(make_document, make_table, small_figure):
    table, figure = sheets_of(make_document(make_table(LONG), small_figure))
    running = "NCT00000000 · cut c1 · data to 2015-01-31 · SYNTHETIC DATA · unsealed cut · interim"
    assert texts(table.header) == [running, "14.1 Page", "Table 14.1.1. A title", "SAF, N = 3"]
    assert texts(table.footer) == ["A note.", "X.Y · cut c1"]
    assert texts(figure.header) == [running, "14.1 Page", "Figure 14.1.1. A figure"]
    assert texts(figure.footer) == ["How to read it."]


def test_sheets_of__section_heads_the_contents_of_its_first_output_alone(make_document, make_table, small_figure):
    table, figure = sheets_of(make_document(make_table(LONG), small_figure))
    assert [(line.level, line.text) for line in table.headings] == [(1, "14.1 Page"), (2, "Table 14.1.1. A title")]
    assert [(line.level, line.text) for line in figure.headings] == [(2, "Figure 14.1.1. A figure")]


def test_sheets_of__header_and_footer_leave_a_body_whatever_they_say(make_document, make_table):
    made = make_table(LONG, notes=MANY)
    display = replace(made.display, title="title " * 2000, population="SAF " * 5000)
    (sheet,) = sheets_of(make_document(replace(made, display=display)))
    assert sheet.top_pt + sheet.bottom_pt < PAGE_HEIGHT_PT / 2
    assert texts(sheet.before)[1:] == [f"Table 14.1.1. {'title ' * 2000}", "SAF " * 5000]
    assert texts(sheet.after) == [*MANY, "X.Y · cut c1"]


def test_sheets_of__drawing_leaves_room_for_its_caption(make_document, small_figure):
    caption = "How to read it. " * 60
    tall = replace(small_figure.display, svg=small_figure.display.svg.replace(b'height="50pt"', b'height="900pt"'))
    low, lower = sheets_of(
        make_document(*(replace(small_figure, display=replace(tall, caption=said)) for said in ("Short.", caption)))
    )
    assert lower.content.height_pt < low.content.height_pt
    assert lower.content.height_pt + lower.top_pt + lower.bottom_pt < PAGE_HEIGHT_PT


def test_height_of__grows_with_each_line_that_a_text_wraps_to(make_document, make_table):
    (sheet,) = sheets_of(make_document(make_table(LONG)))
    (line, *_) = sheet.footer
    wrapped = line._replace(text="words " * 100)
    assert height_of((wrapped,)) > 2 * height_of((line,))


def test_rows__lines_stand_above_and_below_the_headings_and_at_the_end(make_document, spanned_table):
    (sheet,) = sheets_of(make_document(spanned_table))
    upper, lower = ([(box.above_pt > 0, box.below_pt > 0) for box in row.boxes] for row in sheet.content.head)
    assert upper == [(True, True), (True, True)]
    assert lower == [(False, True)] * 3
    assert [{box.below_pt > 0 for box in row.boxes} for row in sheet.content.body] == [{False}, {True}]


def test_rows__lines_that_a_cell_opens_to_are_kept_apart(make_document, make_table):
    made = make_table([])
    row = Row("S-1", (Cell("failed", details=("SLEDAI 8", "Day 14", "Rule 3")),))
    (sheet,) = sheets_of(make_document(replace(made, display=made.display.with_rows([row]))))
    assert sheet.content.body[0].boxes[1].text == "failed: SLEDAI 8; Day 14; Rule 3"
