"""A report as a Word document: a section for each output with its header and footer, contents; no clock in it."""

from __future__ import annotations

import datetime
import io
import zipfile
from typing import TYPE_CHECKING, Any

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

from sap_helpers.run.export import layout
from sap_helpers.run.export.pictures import render_pictures
from sap_helpers.run.export.sheet import BELOW_PT, EDGE_PT, SIZES_PT, Drawing, Line, sheets_of
from sap_helpers.run.export.word_xml import bookmark, contents_begin, contents_end, field_runs, link, table_xml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from docx.blkcntnr import BlockItemContainer
    from docx.document import Document as WordDocument
    from docx.section import Section
    from docx.text.paragraph import Paragraph

    from sap_helpers.run.export.outputs import Document
    from sap_helpers.run.export.sheet import Sheet

BOLD = {"Title", "Output title"}
FONT, ASIAN_FONT = "Arial", "SimSun"
# a heading for contents and navigation alone, since the header shows it: a point high, in the colour of the paper;
# paragraphs that only end a section or a table are like it
UNSEEN, ENDS = ("Heading 1", "Heading 2", "End of output"), "End of output"
STYLES_PT = {**SIZES_PT, "Title": 18, "toc 1": 9, "toc 2": 9, **dict.fromkeys(UNSEEN, 1)}
GREY, BLACK, WHITE = RGBColor(0x5A, 0x5A, 0x5A), RGBColor(0, 0, 0), RGBColor(0xFF, 0xFF, 0xFF)
LONGEST_PROPERTY = 255
FIRST_DATE = (1980, 1, 1, 0, 0, 0)


def render_word(document: Document) -> bytes:
    """Return the document as DOCX; the same document gives the same bytes."""
    word = docx.Document()
    _set_styles(word)
    _set_properties(word, document)
    pictures = iter(render_pictures(document.figures))
    sheets = list(sheets_of(document))
    if not document.is_part:
        _front(word, document, [line for sheet in sheets for line in sheet.headings])
    number = 0
    for place, sheet in enumerate(sheets):
        if place or not document.is_part:
            word.add_section(WD_SECTION.NEW_PAGE)
            word.paragraphs[-1].style = ENDS  # the one that the library puts there
        _sheet(word, sheet, number, pictures)
        number += len(sheet.headings)
    _add(word, style=ENDS)
    buffer = io.BytesIO()
    word.save(buffer)
    return _without_clock(buffer.getvalue())


def _set_styles(word: WordDocument) -> None:
    """Give every style used the document's type, its colour, its size and the font for Chinese."""
    for name, size in STYLES_PT.items():
        if name not in word.styles:
            word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = word.styles["Normal"]
        style = word.styles[name]
        style.font.name, style.font.size, style.font.bold = FONT, Pt(size), name in BOLD
        style.font.color.rgb = GREY if name == "Note" else WHITE if name in UNSEEN else BLACK
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{kind}"), None)
        fonts.set(qn("w:eastAsia"), ASIAN_FONT)
        fonts.set(qn("w:cs"), FONT)
        spacing = style.paragraph_format
        spacing.space_before, spacing.space_after = Pt(0), Pt(0 if name in UNSEEN else BELOW_PT)
        spacing.line_spacing = Pt(size) if name in UNSEEN else 1.0
    # the line under the title of the library's template
    title = word.styles["Title"].element.get_or_add_pPr()
    title.remove(title.find(qn("w:pBdr")))
    word.styles["toc 2"].paragraph_format.left_indent = Pt(layout.INDENT_PT)


def _set_page(
    section: Section, top_pt: float, bottom_pt: float, header: Iterable[Line], footer: Iterable[Line]
) -> None:
    """Give a section its paper, margins, header and footer; margins move where these need more."""
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Pt(layout.PAGE_WIDTH_PT), Pt(layout.PAGE_HEIGHT_PT)
    section.left_margin = section.right_margin = Pt(layout.MARGIN_SIDE_PT)
    section.top_margin, section.bottom_margin = Pt(top_pt), Pt(bottom_pt)
    section.header_distance = section.footer_distance = Pt(EDGE_PT)
    for part, lines in ((section.header, header), (section.footer, footer)):
        part.is_linked_to_previous = False
        _add_lines(part, lines)
        _remove(part.paragraphs[0])
    page = _add(section.footer, style="Note")
    page.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for text, field in (("Page ", "PAGE"), (" of ", "NUMPAGES")):
        page.add_run(text)
        _append(page, field_runs(field))


def _add(part: BlockItemContainer | WordDocument, text: str = "", style: str = "Normal") -> Paragraph:
    """Add a paragraph in a style by its id, since the library searches all styles for each name."""
    paragraph = part.add_paragraph(text)
    paragraph._p.style = style.replace(" ", "")  # noqa: SLF001
    return paragraph


def _add_lines(part: BlockItemContainer | WordDocument, lines: Iterable[Line]) -> None:
    for line in lines:
        _add(part, line.text, line.style)


def _set_properties(word: WordDocument, document: Document) -> None:
    """Say what the document is; its dates are the cut's, since no clock may stand in it."""
    date = datetime.datetime.fromisoformat(document.about.cut_date)
    said = word.core_properties
    said.title, said.subject = document.title[:LONGEST_PROPERTY], document.about.study_title[:LONGEST_PROPERTY]
    said.author, said.last_modified_by, said.comments, said.language, said.revision = "", "", "", "en", 1
    said.keywords = ", ".join(document.about.stamps)
    said.created = said.modified = date


def _front(word: WordDocument, document: Document, headings: Sequence[Line]) -> None:
    """Write the first page and the contents."""
    running = [Line("Note", document.running_head)]
    _set_page(word.sections[0], layout.FRONT_MARGIN_PT, layout.FRONT_MARGIN_PT, running, ())
    _add(word, document.title, "Title")
    for name, value in document.facts:
        paragraph = word.add_paragraph()
        paragraph.add_run(f"{name}: ").bold = True
        paragraph.add_run(value)
    for sentence in document.about.warnings:
        word.add_paragraph().add_run(sentence).bold = True
    _contents(word, headings)


def _contents(word: WordDocument, headings: Sequence[Line]) -> None:
    """Write the contents as a field that holds its lines as links; Word adds the pages when it opens the document."""
    heading = word.add_paragraph()
    heading.paragraph_format.page_break_before = True
    heading.add_run("Contents").bold = True
    for number, (_, text, level) in enumerate(headings):
        paragraph = _add(word, style=f"toc {level}")
        if number == 0:
            _append(paragraph, contents_begin())
        _append(paragraph, [link(_anchor(number), text)])
    _append(word.paragraphs[-1], [contents_end()])


def _anchor(number: int) -> str:
    return f"_Toc{number:06d}"


def _sheet(word: WordDocument, sheet: Sheet, number: int, pictures: Iterator[bytes]) -> None:
    """Write an output into the last section."""
    _set_page(word.sections[-1], sheet.top_pt, sheet.bottom_pt, sheet.header, sheet.footer)
    for place, (_, text, level) in enumerate(sheet.headings, number):
        paragraph = _add(word, text, f"Heading {level}")
        begin, end = bookmark(place, _anchor(place))
        paragraph.runs[0]._element.addprevious(begin)  # noqa: SLF001 - the library has no bookmarks
        _append(paragraph, [end])
    _add_lines(word, sheet.before)
    if isinstance(sheet.content, Drawing):
        _picture(word, sheet.content, next(pictures))
    else:
        paragraph = _add(word, style=ENDS)
        paragraph._element.addprevious(table_xml(sheet.content))  # noqa: SLF001 - no spans over headings there
        _remove(paragraph)
    _add_lines(word, sheet.after)


def _picture(word: WordDocument, drawing: Drawing, picture: bytes) -> None:
    paragraph = word.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    shape = paragraph.add_run().add_picture(io.BytesIO(picture), Pt(drawing.width_pt), Pt(drawing.height_pt))
    shape._inline.docPr.set("descr", drawing.figure.alt)  # noqa: SLF001 - the library sets no alternative text
    shape._inline.docPr.set("name", drawing.figure.title)  # noqa: SLF001


def _append(paragraph: Paragraph, elements: list[Any]) -> None:
    for element in elements:
        paragraph._element.append(element)  # noqa: SLF001 - the library has no fields


def _remove(paragraph: Paragraph) -> None:
    paragraph._element.getparent().remove(paragraph._element)  # noqa: SLF001 - the library removes nothing


def _without_clock(data: bytes) -> bytes:
    """Return the package with the first date that a ZIP can hold on each of its parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, FIRST_DATE), source.read(name), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
