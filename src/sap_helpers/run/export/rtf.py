"""A report as RTF: tables whose headings repeat, figures as PNG, page numbers; every character in plain ASCII."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from sap_helpers.run.export import layout
from sap_helpers.run.export.layout import INDENT_PT, PADDING_PT, TWIPS, Layout, Place, lay_out, place_cells
from sap_helpers.run.export.pictures import render_pictures, size_on_page
from sap_helpers.show.display import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sap_helpers.run.export.outputs import Document
    from sap_helpers.show.display import Table
    from sap_helpers.show.grid import Grid, GridRow

SPECIAL = {"\\": "\\\\", "{": "\\{", "}": "\\}"}
NOTE, BODY = "\\fs15\\cf1", "\\fs18"
THICK, THIN = "\\brdrs\\brdrw15 ", "\\brdrs\\brdrw8 "
PNG_SIZE = slice(16, 20), slice(20, 24)
BYTES_A_LINE = 64
HEAD = (
    "{\\rtf1\\ansi\\ansicpg1252\\deff0\\uc1"
    "{\\fonttbl{\\f0\\fswiss\\fcharset0 Arial;}{\\f1\\fnil\\fcharset134 SimSun;}}"
    "{\\colortbl;\\red90\\green90\\blue90;}"
    "{\\stylesheet{\\s0 Normal;}{\\s1\\outlinelevel0 heading 1;}{\\s2\\outlinelevel1 heading 2;}}\n"
)


def render_rtf(document: Document) -> bytes:
    """Return the document as RTF; the same document gives the same bytes."""
    pictures = iter(render_pictures(document.figures))
    parts = [HEAD, _info(document), _page(document), _first_page(document), _contents(document)]
    number = 0
    for section in document.sections:
        parts.append(_heading(section.heading, 1, number, is_on_new_page=True))
        number += 1
        for place, output in enumerate(section.outputs):
            parts += [_heading(output.heading, 2, number, is_on_new_page=place > 0), _display(output.display, pictures)]
            number += 1
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


def _page(document: Document) -> str:
    sides = {
        "l": layout.MARGIN_SIDE_MM,
        "r": layout.MARGIN_SIDE_MM,
        "t": layout.MARGIN_TOP_MM,
        "b": layout.MARGIN_BOTTOM_MM,
    }
    margins = "".join(f"\\marg{side}{_millimetres(width)}" for side, width in sides.items())
    away = _millimetres(layout.MARGIN_BOTTOM_MM / 2)
    return (
        f"\\paperw{_millimetres(layout.PAGE_WIDTH_MM)}\\paperh{_millimetres(layout.PAGE_HEIGHT_MM)}\\landscape"
        f"{margins}\\sectd\\lndscpsxn\\headery{away}\\footery{away}\n"
        f"{{\\header\\pard\\plain\\f0{NOTE} {escape_rtf(document.running_head)}\\par}}\n"
        f"{{\\footer\\pard\\plain\\f0\\qr{NOTE} Page {_field('PAGE')} of {_field('NUMPAGES')}\\par}}\n"
    )


def _field(instruction: str) -> str:
    return f"{{\\field{{\\*\\fldinst {instruction}}}{{\\fldrslt 1}}}}"


def _first_page(document: Document) -> str:
    facts = (
        f"\\pard\\plain\\f0\\sa60{BODY}{{\\b {escape_rtf(name)}: }}{escape_rtf(value)}\\par\n"
        for name, value in document.facts
    )
    warned = (
        f"\\pard\\plain\\f0\\sa60{BODY}\\b {escape_rtf(sentence)}\\b0\\par\n" for sentence in document.about.warnings
    )
    return f"\\pard\\plain\\f0\\sa200\\fs36\\b {escape_rtf(document.title)}\\b0\\par\n{''.join(facts)}{''.join(warned)}"


def _contents(document: Document) -> str:
    """Return the contents, each line with the page of its bookmark."""
    texts = [
        (level, text) for section in document.sections
        for level, text in ((1, section.heading), *((2, output.heading) for output in section.outputs))
    ]  # fmt: skip
    stop = f"\\tqr\\tldot\\tx{round(layout.TEXT_WIDTH_PT * TWIPS)}"
    lines = (
        f"\\pard\\plain\\f0\\li{round((level - 1) * INDENT_PT * TWIPS)}{stop}\\sa40{BODY}"
        f" {escape_rtf(text)}\\tab {_field('PAGEREF ' + _anchor(number))}\\par\n"
        for number, (level, text) in enumerate(texts)
    )
    return f"\\pard\\plain\\f0\\pagebb\\sa60{BODY}\\b Contents\\b0\\par\n{''.join(lines)}"


def _anchor(number: int) -> str:
    return f"Toc{number:06d}"


def _heading(text: str, level: int, number: int, *, is_on_new_page: bool) -> str:
    size = {1: 26, 2: 20}[level]
    name = _anchor(number)
    mark = f"{{\\*\\bkmkstart {name}}}{escape_rtf(text)}{{\\*\\bkmkend {name}}}"
    new_page = "\\pagebb" if is_on_new_page else ""
    return f"\\pard\\plain\\f0{new_page}\\s{level}\\outlinelevel{level - 1}\\keepn\\sa60\\fs{size}\\b {mark}\\b0\\par\n"


def _display(display: Table | Figure, pictures: Iterator[bytes]) -> str:
    return _figure(display, next(pictures)) if isinstance(display, Figure) else _table(display.grid)


def _table(table: Grid) -> str:
    found = lay_out(table)
    population = (
        f"\\pard\\plain\\f0\\keepn\\sa60{BODY} {escape_rtf(table.population)}\\par\n" if table.population else ""
    )
    notes = "".join(
        f"\\pard\\plain\\f0\\sa20{NOTE} {escape_rtf(text)}\\par\n" for text in (*table.notes, table.source) if text
    )
    head, body = _rows(table.head, found, is_head=True), _rows(table.body, found, is_head=False)
    # a paragraph of its own ends the table, so that what follows stands below it
    return f"{population}{head}{body}\\pard\\plain\\f0\\fs4\\par\n{notes}"


def _rows(rows: tuple[GridRow, ...], found: Layout, *, is_head: bool) -> str:
    kind = "\\trhdr" if is_head else ""
    texts = []
    for i, (row, places) in enumerate(zip(rows, place_cells(rows), strict=True)):
        is_last = i == len(rows) - 1
        shapes = "".join(_shape(place, found, _borders(place, i, is_head=is_head, is_last=is_last)) for place in places)
        cells = "".join(_cell(place, row, found, is_head=is_head) for place in places)
        texts.append(f"\\trowd\\trgaph{_twips(PADDING_PT)}\\trleft0\\trkeep{kind}{shapes}\n{cells}\\row\n")
    return "".join(texts)


def _borders(place: Place, row: int, *, is_head: bool, is_last: bool) -> str:
    above = f"\\clbrdrt{THICK}" if is_head and row == 0 else ""
    if is_last:
        return f"{above}\\clbrdrb{THIN if is_head else THICK}"
    return f"{above}\\clbrdrb{THIN}" if is_head and place.cell.columns > 1 else above


def _shape(place: Place, found: Layout, borders: str) -> str:
    column, cell, is_continued = place
    merge = "" if cell.rows == 1 else "\\clvmrg" if is_continued else "\\clvmgf"
    end = _twips(sum(found.widths_pt[: column + cell.columns]))
    return f"{merge}{borders}\\cellx{end}"


def _cell(place: Place, row: GridRow, found: Layout, *, is_head: bool) -> str:
    column, cell, is_continued = place
    indent = 0 if column or is_head else _twips(row.depth * INDENT_PT)
    side = "\\qc" if is_head and cell.columns > 1 else "\\qr" if cell.is_number else "\\ql"
    keep = "\\keepn" if is_head or row.is_heading else ""
    text = "" if is_continued else escape_rtf(cell.full_text)
    shown = f"\\b {text}\\b0" if is_head or row.is_heading else f" {text}"
    return f"\\pard\\plain\\f0\\intbl{keep}{side}\\li{indent}\\sb10\\sa10\\fs{round(2 * found.size_pt)}{shown}\\cell\n"


def _figure(figure: Figure, picture: bytes) -> str:
    width, height = size_on_page(figure)
    pixels = [int.from_bytes(picture[place]) for place in PNG_SIZE]
    data = "\n".join(picture[i : i + BYTES_A_LINE].hex() for i in range(0, len(picture), BYTES_A_LINE))
    words = f"{{\\*\\picprop{{\\sp{{\\sn wzDescription}}{{\\sv {escape_rtf(figure.alt)}}}}}}}"
    return (
        f"\\pard\\plain\\f0\\qc\\keepn\\sa60{{\\pict{words}\\pngblip\\picw{pixels[0]}\\pich{pixels[1]}"
        f"\\picwgoal{_twips(width)}\\pichgoal{_twips(height)}\n{data}}}\\par\n"
        f"\\pard\\plain\\f0\\ql\\sa60{BODY} {escape_rtf(figure.legend)}\\par\n"
    )


def _twips(points: float) -> int:
    return round(points * TWIPS)


def _millimetres(length: float) -> int:
    return _twips(length * layout.POINTS_PER_MM)
