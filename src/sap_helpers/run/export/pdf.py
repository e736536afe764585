"""A report as PDF, typeset by typst: tagged, PDF/UA-1 where every character has a glyph in some font at hand."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import typst

from sap_helpers.run.export import layout
from sap_helpers.run.export.layout import INDENT_PT, PADDING_PT, Layout, Place, lay_out, place_cells, text_width
from sap_helpers.run.export.pictures import size_on_page, write_drawings
from sap_helpers.run.progress import tell
from sap_helpers.run.scratch import scratch
from sap_helpers.show.display import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sap_helpers.run.export.outputs import Document
    from sap_helpers.show.display import Table
    from sap_helpers.show.grid import GridRow

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


def _content(document: Document, drawings: Iterator[str]) -> dict[str, Any]:
    """Return all that the document says, as plain data for the layout."""
    known = set(typst.Fonts().families())
    return {
        "title": document.title, "running_head": document.running_head, "facts": document.facts,
        "warnings": document.about.warnings, "fonts": [font for font in FONTS if font in known],
        "margins": (layout.MARGIN_SIDE_MM, layout.MARGIN_TOP_MM, layout.MARGIN_BOTTOM_MM),
        "padding": PADDING_PT, "indent": INDENT_PT,
        "sections": [
            {
                "heading": section.heading,
                "items": [
                    {"heading": output.heading, **_display(output.display, drawings)} for output in section.outputs
                ],
            }
            for section in document.sections
        ],
    }  # fmt: skip


def _display(display: Table | Figure, drawings: Iterator[str]) -> dict[str, Any]:
    if isinstance(display, Figure):
        width, height = size_on_page(display)
        return {
            "kind": "figure", "caption": display.legend, "alt": display.alt, "file": next(drawings), "width": width,
            "height": height,
        }  # fmt: skip
    grid = display.grid
    found = lay_out(grid)
    return {
        "kind": "table", "population": grid.population, "notes": grid.notes, "source": grid.source,
        "size": found.size_pt, "widths": found.widths_pt, "head": _rows(grid.head, found, is_head=True),
        "rows": _rows(grid.body, found, is_head=False),
    }  # fmt: skip


def _rows(rows: Sequence[GridRow], found: Layout, *, is_head: bool) -> list[dict[str, Any]]:
    return [
        {
            "depth": row.depth, "heading": row.is_heading,
            "cells": [_cell(place, found, row, is_head=is_head) for place in placed if not place.is_continued],
        }
        for row, placed in zip(rows, place_cells(rows), strict=True)
    ]  # fmt: skip


def _cell(place: Place, found: Layout, row: GridRow, *, is_head: bool) -> dict[str, Any]:
    column, cell, _ = place
    indent = 0 if column or is_head else row.depth * INDENT_PT
    room = found.width_of(column, cell) - 2 * PADDING_PT - indent
    return {
        "text": breakable(cell.full_text, room / found.size_pt, is_bold=is_head), "columns": cell.columns,
        "rows": cell.rows, "number": cell.is_number, "spanner": is_head and cell.columns > 1,
    }  # fmt: skip


def breakable(text: str, room: float, *, is_bold: bool = False) -> str:
    """Return a text in which each word too wide for the room, in units of the type's size, may be broken anywhere."""
    words = text.split(" ")
    return " ".join(BREAK.join(word) if text_width(word, is_bold=is_bold) > room else word for word in words)
