"""A report as PDF, typeset by typst: tagged, PDF/UA-1 where every character has a glyph in some font at hand."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import typst

from sap_helpers.run.export import layout
from sap_helpers.run.export.layout import PADDING_PT, text_width
from sap_helpers.run.export.pictures import write_drawings
from sap_helpers.run.export.sheet import EDGE_PT, GAP_PT, SIZES_PT, Drawing, sheets_of
from sap_helpers.run.progress import tell
from sap_helpers.run.scratch import scratch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sap_helpers.run.export.outputs import Document
    from sap_helpers.run.export.sheet import Box, BoxRow, Rows, Sheet

# the last ones come with typst: a document is made on a machine without any font
FONTS = ("Liberation Sans", "Arial", "Noto Sans CJK SC", "Noto Sans SC", "DejaVu Sans", "Libertinus Serif")
ACCESSIBLE: Final = "ua-1"
NO_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed')
# where a word that is wider than its column may be broken
BREAK = "\u200b"


def render_pdf(document: Document) -> bytes:
    """Return the document as PDF; what no font at hand can show is named on stderr, and stays in the file as text.

    Raises
    ------
    typst.TypstError
        It could not be typeset: a fault of the program.
    """
    with scratch() as folder:
        drawings = iter(write_drawings(document.figures, folder))
        content = json.dumps(_content(document, drawings), ensure_ascii=False)
        (folder / "data.json").write_text(content, encoding="utf-8")
        source = folder / "main.typ"
        source.write_bytes(files("sap_helpers.run.export").joinpath("document.typ").read_bytes())
        return _compile(source)


def _compile(source: Path) -> bytes:
    """Typeset as PDF/UA-1, which every character without a glyph forbids; else as a tagged PDF that claims nothing."""
    try:
        return typst.compile(source, root=source.parent, format="pdf", pdf_standards=ACCESSIBLE)
    except typst.TypstError as error:
        lacking = dict.fromkeys(NO_GLYPH.findall(error.diagnostic))
        if not lacking:
            raise
        tell(f"no font of this machine can show {' '.join(map(_named, lacking))}: the PDF holds them as text alone")
    return typst.compile(source, root=source.parent, format="pdf")


def _named(text: str) -> str:
    codes = " ".join(f"U+{ord(character):04X}" for character in text)
    return f"{text} ({codes})"


@cache
def _families() -> frozenset[str]:
    return frozenset(typst.Fonts().families())


def _content(document: Document, drawings: Iterator[str]) -> dict[str, Any]:
    """Return all that the document says, as plain data for the layout."""
    return {
        "title": document.title, "running_head": document.running_head, "facts": document.facts,
        "warnings": document.about.warnings, "fonts": [font for font in FONTS if font in _families()],
        "width": layout.TEXT_WIDTH_PT, "side": layout.MARGIN_SIDE_PT, "edge": EDGE_PT, "gap": GAP_PT,
        "front": layout.FRONT_MARGIN_PT,
        "padding": PADDING_PT, "sizes": SIZES_PT, "is_part": document.is_part,
        "sheets": [_sheet(sheet, drawings) for sheet in sheets_of(document)],
    }  # fmt: skip


def _sheet(sheet: Sheet, drawings: Iterator[str]) -> dict[str, Any]:
    margins = ("header", "footer", "before", "after")
    lines = {name: [line._asdict() for line in getattr(sheet, name)] for name in margins}
    match sheet.content:
        case Drawing(figure, width, height):
            return {**lines, "file": next(drawings), "alt": figure.alt, "width": width, "height": height}
        case table:
            return {**lines, **_table(table)}


def _table(table: Rows) -> dict[str, Any]:
    return {
        "size": table.size_pt, "widths": table.widths_pt, "head": _rows(table.head, table.size_pt),
        "rows": _rows(table.body, table.size_pt),
    }  # fmt: skip


def _rows(rows: Sequence[BoxRow], size_pt: float) -> list[list[dict[str, Any]]]:
    return [[_cell(box, size_pt, may_break=row.may_break) for box in row.boxes if not box.is_continued] for row in rows]


def _cell(box: Box, size_pt: float, *, may_break: bool) -> dict[str, Any]:
    room = box.width_pt - 2 * PADDING_PT - box.indent_pt
    text = breakable(box.text, room / size_pt, is_bold=box.is_bold)
    return {**box._replace(text=text)._asdict(), "may_break": may_break}


def breakable(text: str, room: float, *, is_bold: bool = False) -> str:
    """Return a text in which each word too wide for the room, in units of the type's size, may be broken anywhere."""
    words = text.split(" ")
    return " ".join(BREAK.join(word) if text_width(word, is_bold=is_bold) > room else word for word in words)
