"""The PDF."""

from __future__ import annotations

import io
import re

import pypdf
import pytest
from pypdf.generic import NameObject

from sap_helpers.run.export import pdf
from sap_helpers.run.export.pdf import BREAK, breakable, render_pdf


def opened(document):
    return pypdf.PdfReader(io.BytesIO(render_pdf(document)))


def text_of(reader):
    return "\n".join(page.extract_text() for page in reader.pages)


def squeezed(text):
    return re.sub(r"\s+", "", text.replace(BREAK, ""))


@pytest.fixture(scope="module")
def made(make_document, make_table, small_figure, spanned_table):
    return opened(make_document(make_table([("Fever", "3")]), small_figure, spanned_table))


def elements(node, kind):
    """Return the structure elements of a kind."""
    node = node.get_object()
    if not isinstance(node, dict):
        return []
    kids = node.get("/K", [])
    kids = kids if isinstance(kids, list) else [kids]
    own = [node] if node.get("/S") == kind else []
    return own + [found for kid in kids if hasattr(kid, "get_object") for found in elements(kid, kind)]


def test_render_pdf__tagged_with_language_and_title(made):
    root = made.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is not None
    assert root["/Lang"].startswith("en")
    assert made.metadata.title == "NCT00000000: tables, figures and listings, cut c1"


def test_render_pdf__claims_pdf_ua_1(made):
    assert "pdfuaid:part>1<" in made.trailer["/Root"]["/Metadata"].get_object().get_data().decode()


def test_render_pdf__landscape_a4(made):
    assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in made.pages} == {(842, 595)}


def test_render_pdf__figure_has_its_words(made):
    (figure,) = elements(made.trailer["/Root"]["/StructTreeRoot"], "/Figure")
    assert figure["/Alt"] == "Bars: 1, 2 and 3."


def test_render_pdf__tables_are_tables_with_headings(made):
    tree = made.trailer["/Root"]["/StructTreeRoot"]
    assert len(elements(tree, "/Table")) == 3  # the facts of the first page among them
    assert len(elements(tree, "/TH")) >= 6


def test_render_pdf__bookmarks_name_sections_and_outputs(made):
    section, outputs = [entry for entry in made.outline if isinstance(entry, list) or entry.title.startswith("14")][:2]
    assert section.title == "14.1 Page"
    assert [entry.title for entry in outputs] == [
        "Table 14.1.1. A title", "Figure 14.1.1. A figure", "Table 14.1.2. Spans",
    ]  # fmt: skip


def marked_texts(page):
    """Return the text of a page that is no artifact: what a screen reader reads."""
    data = page.get_contents().get_data()
    shown = re.sub(rb"/Artifact\b.*?\bEMC\b", b"", data, flags=re.DOTALL)
    page.get_contents().set_data(shown)
    page[NameObject("/Contents")].get_object().set_data(shown)
    return page.extract_text()


def test_render_pdf__titles_are_read_out_once_and_notes_once(make_document, make_table):
    reader = opened(make_document(make_table([(f"row {i}", str(i)) for i in range(60)])))
    read = [marked_texts(page) for page in reader.pages[2:]]
    assert ["A title" in text for text in read] == [True, False]
    assert ["A note." in text for text in read] == [False, True]


def test_render_pdf__single_output_has_neither_first_page_nor_contents(make_document, make_table):
    ((_, part),) = make_document(make_table([("a", "1")])).parts()
    reader = opened(part)
    (page,) = reader.pages
    assert "Contents" not in page.extract_text()
    assert "Value of level: 0.9 (in the plan: 0.95)." in page.extract_text()
    assert "pdfuaid:part>1<" in reader.trailer["/Root"]["/Metadata"].get_object().get_data().decode()


def test_render_pdf__row_taller_than_a_page_is_whole(make_document, make_table):
    text = text_of(opened(make_document(make_table([(" ".join(f"word{i}" for i in range(4000)), "1")]))))
    assert [i for i in range(4000) if not re.search(rf"word{i}\b", text)] == []


def test_render_pdf__any_text_is_text(make_document, make_table, hostile, capsys):
    text = squeezed(text_of(opened(make_document(make_table([(each, "1") for each in hostile], notes=hostile)))))
    lost = [each for each in hostile if squeezed(each) not in text]
    # what no font of this machine shows is named instead: Chinese on a machine without a font for it
    told = capsys.readouterr().err
    assert [each for each in lost if not all(f"U+{ord(sign):04X}" in told for sign in squeezed(each))] == []


def test_render_pdf__what_no_font_shows_is_named_once_and_kept(make_document, make_table, capsys, monkeypatch):
    monkeypatch.setattr(pdf, "FONTS", ("Libertinus Serif",))
    nobody = chr(0x1E2D0)  # a letter of Wancho, which hardly any machine has
    reader = opened(make_document(make_table([(f"x{nobody}", "1"), (nobody, "2")])))
    assert capsys.readouterr().err.count("U+1E2D0") == 1
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"] is not None
    assert "pdfuaid:part" not in reader.trailer["/Root"]["/Metadata"].get_object().get_data().decode()


def test_render_pdf__same_document_gives_same_bytes(make_document, make_table, small_figure):
    document = make_document(make_table([("a", "1")]), small_figure)
    assert render_pdf(document) == render_pdf(document)


def test_breakable__only_words_wider_than_the_room_may_break():
    assert breakable("one abcdefghij", 2.0) == "one " + BREAK.join("abcdefghij")
