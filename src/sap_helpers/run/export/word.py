"""A report as a Word document: native tables, figures with their words, contents, page numbers; no clock in it."""

from __future__ import annotations

import datetime
import io
import zipfile
from typing import TYPE_CHECKING, Any

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from sap_helpers.run.export import layout
from sap_helpers.run.export.pictures import render_pictures, size_on_page
from sap_helpers.run.export.word_xml import bookmark, contents_begin, contents_end, field_runs, link, table_xml
from sap_helpers.show.display import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docx.document import Document as WordDocument
    from docx.text.paragraph import Paragraph

    from sap_helpers.run.export.outputs import Document, Output
    from sap_helpers.show.grid import Grid

FONT, ASIAN_FONT = "Arial", "SimSun"
SIZES_PT = {"Normal": 9, "Title": 18, "Heading 1": 13, "Heading 2": 10, "toc 1": 9, "toc 2": 9, "Note": 7.5}
GREY = RGBColor(0x5A, 0x5A, 0x5A)
FIRST_DATE = (1980, 1, 1, 0, 0, 0)


def render_word(document: Document) -> bytes:
    """Return the document as DOCX; the same document gives the same bytes."""
    word = docx.Document()
    _set_styles(word)
    _set_page(word, document)
    _set_properties(word, document)
    _first_page(word, document)
    _contents(word, document)
    pictures = iter(render_pictures(document.figures))
    number = 0
    for section in document.sections:
        _heading(word, section.heading, 1, number, is_on_new_page=True)
        number += 1
        for place, output in enumerate(section.outputs):
            _heading(word, output.heading, 2, number, is_on_new_page=place > 0)
            number += 1
            _output(word, output, pictures)
    buffer = io.BytesIO()
    word.save(buffer)
    return _without_clock(buffer.getvalue())


def _output(word: WordDocument, output: Output, pictures: Iterator[bytes]) -> None:
    if isinstance(output.display, Figure):
        _figure(word, output.heading, output.display, next(pictures))
    else:
        _table(word, output.display.grid)


def _set_styles(word: WordDocument) -> None:
    """Give every style used the document's type, black, its size and the font for Chinese."""
    for name in ("toc 1", "toc 2", "Note"):
        style = word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = word.styles["Normal"]
    for name, size in SIZES_PT.items():
        style = word.styles[name]
        style.font.name, style.font.size = FONT, Pt(size)
        style.font.color.rgb = GREY if name == "Note" else RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{kind}"), None)
        fonts.set(qn("w:eastAsia"), ASIAN_FONT)
        fonts.set(qn("w:cs"), FONT)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(0), Pt(3)
        style.paragraph_format.line_spacing = 1.0
    # the line under the title of the library's template
    title = word.styles["Title"].element.get_or_add_pPr()
    title.remove(title.find(qn("w:pBdr")))
    for name, indent in (("toc 1", 0), ("toc 2", layout.INDENT_PT)):
        word.styles[name].paragraph_format.left_indent = Pt(indent)


def _set_page(word: WordDocument, document: Document) -> None:
    section = word.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(layout.PAGE_WIDTH_MM), Mm(layout.PAGE_HEIGHT_MM)
    section.left_margin = section.right_margin = Mm(layout.MARGIN_SIDE_MM)
    section.top_margin, section.bottom_margin = Mm(layout.MARGIN_TOP_MM), Mm(layout.MARGIN_BOTTOM_MM)
    section.header_distance = section.footer_distance = Mm(layout.MARGIN_BOTTOM_MM / 2)
    section.header.paragraphs[0].text = document.running_head
    section.header.paragraphs[0].style = word.styles["Note"]
    footer = section.footer.paragraphs[0]
    footer.style, footer.alignment = word.styles["Note"], WD_ALIGN_PARAGRAPH.RIGHT
    for text, field in (("Page ", "PAGE"), (" of ", "NUMPAGES")):
        footer.add_run(text)
        _append(footer, field_runs(field))


def _set_properties(word: WordDocument, document: Document) -> None:
    """Say what the document is; its dates are the cut's, since no clock may stand in it."""
    date = datetime.datetime.fromisoformat(document.about.cut_date)
    said = word.core_properties
    said.title, said.subject, said.author, said.last_modified_by = document.title, document.about.study_title, "", ""
    said.comments, said.keywords, said.language, said.revision = "", ", ".join(document.about.stamps), "en", 1
    said.created = said.modified = date


def _first_page(word: WordDocument, document: Document) -> None:
    word.add_paragraph(document.title, style="Title")
    for name, value in document.facts:
        paragraph = word.add_paragraph()
        paragraph.add_run(f"{name}: ").bold = True
        paragraph.add_run(value)
    for sentence in document.about.warnings:
        word.add_paragraph().add_run(sentence).bold = True


def _contents(word: WordDocument, document: Document) -> None:
    """Write the contents as a field that holds its lines as links; Word adds the pages when it opens the document."""
    heading = word.add_paragraph()
    heading.paragraph_format.page_break_before = True
    heading.add_run("Contents").bold = True
    lines = [
        line for section in document.sections
        for line in ((1, section.heading), *((2, output.heading) for output in section.outputs))
    ]  # fmt: skip
    paragraph = word.add_paragraph()
    for number, (level, text) in enumerate(lines):
        paragraph = word.add_paragraph(style=f"toc {level}")
        if number == 0:
            _append(paragraph, contents_begin())
        _append(paragraph, [link(_anchor(number), text)])
    _append(paragraph, [contents_end()])


def _heading(word: WordDocument, text: str, level: int, number: int, *, is_on_new_page: bool) -> None:
    paragraph = word.add_heading(text, level)
    paragraph.paragraph_format.page_break_before = is_on_new_page
    begin, end = bookmark(number, _anchor(number))
    paragraph.runs[0]._element.addprevious(begin)  # noqa: SLF001 - the library has no bookmarks
    _append(paragraph, [end])


def _anchor(number: int) -> str:
    return f"_Toc{number:06d}"


def _table(word: WordDocument, table: Grid) -> None:
    if table.population:
        word.add_paragraph(table.population).paragraph_format.keep_with_next = True
    note = word.add_paragraph(style="Note")
    note.paragraph_format.space_before = Pt(3)
    note._element.addprevious(table_xml(table))  # noqa: SLF001 - the library knows no spans over headings
    for text in (*table.notes, table.source):
        note.add_run(text)
        note = word.add_paragraph(style="Note")
    note._element.getparent().remove(note._element)  # noqa: SLF001


def _figure(word: WordDocument, heading: str, figure: Figure, picture: bytes) -> None:
    width, height = size_on_page(figure)
    paragraph = word.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.keep_with_next = True
    shape = paragraph.add_run().add_picture(io.BytesIO(picture), Pt(width), Pt(height))
    shape._inline.docPr.set("descr", figure.alt)  # noqa: SLF001 - the library sets no alternative text
    shape._inline.docPr.set("name", heading)  # noqa: SLF001
    word.add_paragraph(figure.legend)


def _append(paragraph: Paragraph, elements: list[Any]) -> None:
    for element in elements:
        paragraph._element.append(element)  # noqa: SLF001 - the library has no fields


def _without_clock(data: bytes) -> bytes:
    """Return the package with the first date that a ZIP can hold on each of its parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, FIRST_DATE), source.read(name), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
