"""Pieces of a Word document as XML: tables with spans and repeated headings, fields, bookmarks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from docx.oxml.ns import nsdecls
from docx.oxml.parser import parse_xml

from sap_helpers.run.export.layout import INDENT_PT, PADDING_PT, TWIPS, Layout, Place, lay_out, place_cells

if TYPE_CHECKING:
    from sap_helpers.show.grid import Grid, GridRow

LINE = '<w:{side} w:val="single" w:sz="{eighths}" w:space="0" w:color="000000"/>'
THICK, THIN = 8, 4


def table_xml(table: Grid) -> Any:
    """Return a table as the element ``w:tbl``: headings repeat on every page, no row breaks over two."""
    found = lay_out(table)
    widths = [_twips(width) for width in found.widths_pt]
    borders = "".join(LINE.format(side=side, eighths=THICK) for side in ("top", "bottom"))
    margin = f'w:w="{_twips(PADDING_PT)}" w:type="dxa"'
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    head = _rows(table.head, found, is_head=True)
    return parse_xml(
        f"<w:tbl {nsdecls('w')}><w:tblPr>"
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{borders}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left {margin}/><w:right {margin}/></w:tblCellMar>'
        f'<w:tblLook w:val="0620" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" '
        f'w:noVBand="1"/><w:tblCaption w:val="{_quoted(table.title)}"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>"
        f"{head}{_rows(table.body, found, is_head=False)}</w:tbl>"
    )


def _rows(rows: tuple[GridRow, ...], found: Layout, *, is_head: bool) -> str:
    kind = "<w:cantSplit/><w:tblHeader/>" if is_head else "<w:cantSplit/>"
    texts = []
    for i, (row, places) in enumerate(zip(rows, place_cells(rows), strict=True)):
        is_ruled = is_head and i == len(rows) - 1
        cells = "".join(_cell(place, row, found, is_head=is_head, is_ruled=is_ruled) for place in places)
        texts.append(f"<w:tr><w:trPr>{kind}</w:trPr>{cells}</w:tr>")
    return "".join(texts)


def _cell(place: Place, row: GridRow, found: Layout, *, is_head: bool, is_ruled: bool) -> str:
    column, cell, is_continued = place
    parts = [f'<w:tcW w:w="{_twips(found.width_of(column, cell))}" w:type="dxa"/>']
    if cell.columns > 1:
        parts.append(f'<w:gridSpan w:val="{cell.columns}"/>')
    if cell.rows > 1:
        parts.append("<w:vMerge/>" if is_continued else '<w:vMerge w:val="restart"/>')
    if is_ruled or (is_head and cell.columns > 1):
        parts.append(f"<w:tcBorders>{LINE.format(side='bottom', eighths=THIN)}</w:tcBorders>")
    text = "" if is_continued else _paragraph_text(cell.full_text, found.size_pt, is_bold=is_head or row.is_heading)
    properties = _paragraph_properties(place, row, is_head=is_head)
    return f"<w:tc><w:tcPr>{''.join(parts)}</w:tcPr><w:p><w:pPr>{properties}</w:pPr>{text}</w:p></w:tc>"


def _paragraph_properties(place: Place, row: GridRow, *, is_head: bool) -> str:
    column, cell, _ = place
    keep = "<w:keepNext/>" if is_head or row.is_heading else ""
    indent = 0 if column or is_head else _twips(row.depth * INDENT_PT)
    side = "center" if is_head and cell.columns > 1 else "right" if cell.is_number else "left"
    return f'{keep}<w:spacing w:before="10" w:after="10"/><w:ind w:left="{indent}"/><w:jc w:val="{side}"/>'


def _paragraph_text(text: str, size_pt: float, *, is_bold: bool) -> str:
    bold = "<w:b/>" if is_bold else ""
    size = round(2 * size_pt)
    return (
        f'<w:r><w:rPr>{bold}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
    )


def field_runs(instruction: str, shown: str = "1") -> list[Any]:
    """Return the runs of a field, with the text that stands until it is computed."""
    return [
        _run(f'<w:fldChar w:fldCharType="{kind}"/>' if kind else inner)
        for kind, inner in (
            ("begin", ""),
            ("", f'<w:instrText xml:space="preserve"> {escape(instruction)} </w:instrText>'),
            ("separate", ""),
            ("", f"<w:t>{escape(shown)}</w:t>"),
            ("end", ""),
        )
    ]


def contents_begin() -> list[Any]:
    """Return the runs that begin a table of contents of two levels; a word processor brings it up to date."""
    instruction = '<w:instrText xml:space="preserve"> TOC \\o "1-2" \\h \\z </w:instrText>'
    begin = '<w:fldChar w:fldCharType="begin" w:dirty="true"/>'
    return [_run(inner) for inner in (begin, instruction, '<w:fldChar w:fldCharType="separate"/>')]


def contents_end() -> Any:
    """Return the run that ends the table of contents."""
    return _run('<w:fldChar w:fldCharType="end"/>')


def link(anchor: str, text: str) -> Any:
    """Return a line of the contents: a link to a bookmark."""
    return parse_xml(
        f'<w:hyperlink {nsdecls("w")} w:anchor="{anchor}" w:history="1"><w:r>'
        f'<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:hyperlink>'
    )


def bookmark(number: int, name: str) -> tuple[Any, Any]:
    """Return the beginning and the end of a bookmark."""
    begin = f'<w:bookmarkStart {nsdecls("w")} w:id="{number}" w:name="{name}"/>'
    return parse_xml(begin), parse_xml(f'<w:bookmarkEnd {nsdecls("w")} w:id="{number}"/>')


def _run(inner: str) -> Any:
    return parse_xml(f"<w:r {nsdecls('w')}>{inner}</w:r>")


def _quoted(text: str) -> str:
    return escape(text, {'"': "&quot;"})


def _twips(points: float) -> int:
    return round(points * TWIPS)
