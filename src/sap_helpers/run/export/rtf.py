"""A report as RTF: a section for each output with its header and footer; every character in plain ASCII.

Column headings stand in the table on its first page, and in the header on the others: not every program repeats
rows that are marked as headings.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from sap_helpers.run.export import layout
from sap_helpers.run.export.layout import INDENT_PT, PADDING_PT, TWIPS
from sap_helpers.run.export.pictures import render_pictures
from sap_helpers.run.export.sheet import EDGE_PT, SIZES_PT, Drawing, Line, sheets_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sap_helpers.run.export.outputs import Document
    from sap_helpers.run.export.sheet import Box, BoxRow, Rows, Sheet

SPECIAL = {"\\": "\\\\", "{": "\\{", "}": "\\}"}
LOOKS = {"Normal": "\\sa60", "Output title": "\\sa40\\b", "Note": "\\sa20\\cf1"}
# a heading for the contents alone, since the header shows it: a point high, in the colour of the paper
UNSEEN = "\\sl-20\\slmult0\\fs2\\cf2"
PNG_SIZE = slice(16, 20), slice(20, 24)
BYTES_A_LINE = 64
HEAD = (
    "{\\rtf1\\ansi\\ansicpg1252\\deff0\\uc1"
    "{\\fonttbl{\\f0\\fswiss\\fcharset0 Arial;}{\\f1\\fnil\\fcharset134 SimSun;}}"
    "{\\colortbl;\\red90\\green90\\blue90;\\red255\\green255\\blue255;}"
    "{\\stylesheet{\\s0 Normal;}{\\s1\\outlinelevel0 heading 1;}{\\s2\\outlinelevel1 heading 2;}}\n"
)


def render_rtf(document: Document) -> bytes:
    """Return the document as RTF; the same document gives the same bytes."""
    pictures = iter(render_pictures(document.figures))
    sheets = list(sheets_of(document))
    paper = f"\\paperw{_twips(layout.PAGE_WIDTH_PT)}\\paperh{_twips(layout.PAGE_HEIGHT_PT)}\\landscape\n"
    parts = [HEAD, _info(document), paper]
    parts += () if document.is_part else _front(document, [line for sheet in sheets for line in sheet.headings])
    number = 0
    for place, sheet in enumerate(sheets):
        parts.append("" if document.is_part and place == 0 else "\\sect\n")
        parts += _sheet(sheet, number, pictures)
        number += len(sheet.headings)
    return "".join([*parts, "}\n"]).encode("ascii")


def escape_rtf(text: str) -> str:
    """Return a text as RTF: its signs escaped, every character outside ASCII by its number, in UTF-16."""
    return "".join(
        SPECIAL.get(character, character) if character < "\x7f" else _by_number(character) for character in text
    )


def _by_number(character: str) -> str:
    data = character.encode("utf-16-le")
    units = (int.from_bytes(data[i : i + 2], "little", signed=True) for i in range(0, len(data), 2))
    return "".join(f"\\u{unit}?" for unit in units)


def _info(document: Document) -> str:
    date = datetime.date.fromisoformat(document.about.cut_date)
    day = f"\\yr{date.year}\\mo{date.month}\\dy{date.day}"
    return f"{{\\info{{\\title {escape_rtf(document.title)}}}{{\\creatim{day}}}{{\\revtim{day}}}}}\n"


def _section(top_pt: float, bottom_pt: float, header: str, footer: str, repeated: str = "") -> str:
    """Return the beginning of a section; what is repeated stands in the header of all its pages but the first."""
    side, edge = _twips(layout.MARGIN_SIDE_PT), _twips(EDGE_PT)
    foot = f"{footer}\\pard\\plain\\f0\\qr\\fs15\\cf1 Page {_field('PAGE')} of {_field('NUMPAGES')}\\par\n"
    first = f"\\titlepg\n{{\\headerf {header}}}\n{{\\footerf {foot}}}\n" if repeated else "\n"
    return (
        f"\\sectd\\lndscpsxn\\marglsxn{side}\\margrsxn{side}\\margtsxn{_twips(top_pt)}\\margbsxn{_twips(bottom_pt)}"
        f"\\headery{edge}\\footery{edge}{first}{{\\header {header}{repeated}}}\n{{\\footer {foot}}}\n"
    )


def _lines(lines: Iterable[Line]) -> str:
    return "".join(
        _paragraph(f"\\fs{round(2 * SIZES_PT[line.style])}{LOOKS[line.style]}", escape_rtf(line.text)) for line in lines
    )


def _paragraph(look: str, text: str) -> str:
    return f"\\pard\\plain\\f0{look} {text}\\par\n"


def _field(instruction: str) -> str:
    return f"{{\\field{{\\*\\fldinst {instruction}}}{{\\fldrslt 1}}}}"


def _front(document: Document, headings: list[Line]) -> Iterator[str]:
    """Yield the first page, and the contents, each line with the page of its bookmark."""
    running = Line("Note", document.running_head)
    yield _section(layout.FRONT_MARGIN_PT, layout.FRONT_MARGIN_PT, _lines([running]), "")
    yield _paragraph("\\sa200\\fs36\\b", escape_rtf(document.title))
    for name, value in document.facts:
        yield _paragraph("\\sa60\\fs18", f"{{\\b {escape_rtf(name)}: }}{escape_rtf(value)}")
    for sentence in document.about.warnings:
        yield _paragraph("\\sa60\\fs18\\b", escape_rtf(sentence))
    yield _paragraph("\\pagebb\\sa60\\fs18\\b", "Contents")
    for number, (_, text, level) in enumerate(headings):
        look = f"\\li{_twips((level - 1) * INDENT_PT)}\\tqr\\tldot\\tx{_twips(layout.TEXT_WIDTH_PT)}\\sa40\\fs18"
        yield _paragraph(look, f"{escape_rtf(text)}\\tab {_field('PAGEREF ' + _anchor(number))}")


def _anchor(number: int) -> str:
    return f"Toc{number:06d}"


def _sheet(sheet: Sheet, number: int, pictures: Iterator[bytes]) -> Iterator[str]:
    content = sheet.content
    # a paragraph ends a table, in the header and in the body
    end = _paragraph("\\sl-20\\slmult0\\fs2", "")
    repeated = "" if isinstance(content, Drawing) else f"{_rows(content.head, content)}{end}"
    yield _section(sheet.top_pt, sheet.bottom_pt, _lines(sheet.header), _lines(sheet.footer), repeated)
    for place, (_, text, level) in enumerate(sheet.headings, number):
        mark = f"{{\\*\\bkmkstart {_anchor(place)}}}{escape_rtf(text)}{{\\*\\bkmkend {_anchor(place)}}}"
        yield _paragraph(f"\\s{level}\\outlinelevel{level - 1}\\keepn{UNSEEN}", mark)
    yield _lines(sheet.before)
    if isinstance(content, Drawing):
        yield _picture(content, next(pictures))
    else:
        yield f"{_rows(content.head, content)}{_rows(content.body, content)}{end}"
    yield _lines(sheet.after)


def _rows(rows: Iterable[BoxRow], table: Rows) -> str:
    return "".join(_row(row, table) for row in rows)


def _row(row: BoxRow, table: Rows) -> str:
    whole, keep = "" if row.may_break else "\\trkeep", "\\keepn" if row.is_kept else ""
    shapes = "".join(_shape(box, table) for box in row.boxes)
    cells = "".join(_cell(box, table, keep) for box in row.boxes)
    return f"\\trowd\\trgaph{_twips(PADDING_PT)}\\trleft0{whole}{shapes}\n{cells}\\row\n"


def _shape(box: Box, table: Rows) -> str:
    merge = "" if box.rows == 1 else "\\clvmrg" if box.is_continued else "\\clvmgf"
    sides = (("t", box.above_pt), ("b", box.below_pt))
    borders = "".join(f"\\clbrdr{side}\\brdrs\\brdrw{_twips(width)} " for side, width in sides if width)
    return f"{merge}{borders}\\cellx{_twips(sum(table.widths_pt[: box.column + box.columns]))}"


def _cell(box: Box, table: Rows, keep: str) -> str:
    bold = "\\b" if box.is_bold else ""
    look = f"{keep}\\q{box.side[0]}\\li{_twips(box.indent_pt)}\\sb10\\sa10\\fs{round(2 * table.size_pt)}{bold}"
    return f"\\pard\\plain\\f0\\intbl{look} {escape_rtf(box.text)}\\cell\n"


def _picture(drawing: Drawing, picture: bytes) -> str:
    pixels = [int.from_bytes(picture[place]) for place in PNG_SIZE]
    data = "\n".join(picture[i : i + BYTES_A_LINE].hex() for i in range(0, len(picture), BYTES_A_LINE))
    words = f"{{\\*\\picprop{{\\sp{{\\sn wzDescription}}{{\\sv {escape_rtf(drawing.figure.alt)}}}}}}}"
    return _paragraph(
        "\\qc",
        f"{{\\pict{words}\\pngblip\\picw{pixels[0]}\\pich{pixels[1]}"
        f"\\picwgoal{_twips(drawing.width_pt)}\\pichgoal{_twips(drawing.height_pt)}\n{data}}}",
    )


def _twips(points: float) -> int:
    return round(points * TWIPS)
