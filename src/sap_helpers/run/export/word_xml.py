"""Pieces of a Word document as XML: tables with spans and repeated headings, fields, bookmarks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from docx.oxml.ns import nsdecls
from docx.oxml.parser import parse_xml

from sap_helpers.run.export.layout import PADDING_PT, TWIPS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sap_helpers.run.export.sheet import Box, BoxRow, Rows

EIGHTHS = 8


def table_xml(table: Rows) -> Any:
    """Return a table as the element ``w:tbl``: headings repeat on every page."""
    widths = [_twips(width) for width in table.widths_pt]
    margin = f'w:w="{_twips(PADDING_PT)}" w:type="dxa"'
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    head = _rows(table.head, table.size_pt, "<w:tblHeader/>")
    return parse_xml(
        f"<w:tbl {nsdecls('w')}><w:tblPr>"
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left {margin}/><w:right {margin}/></w:tblCellMar>'
        f'<w:tblLook w:val="0620" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" '
        f'w:noVBand="1"/><w:tblCaption w:val="{_quoted(table.title)}"/>'
        f'<w:tblDescription w:val="{_quoted(table.description)}"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{head}{_rows(table.body, table.size_pt)}</w:tbl>"
    )


def _rows(rows: Iterable[BoxRow], size_pt: float, kind: str = "") -> str:
    return "".join(
        f"<w:tr><w:trPr>{'' if row.may_break else '<w:cantSplit/>'}{kind}</w:trPr>"
        f"{''.join(_cell(box, row, size_pt) for box in row.boxes)}</w:tr>"
        for row in rows
    )


def _cell(box: Box, row: BoxRow, size_pt: float) -> str:
    parts = [f'<w:tcW w:w="{_twips(box.width_pt)}" w:type="dxa"/>']
    if box.columns > 1:
        parts.append(f'<w:gridSpan w:val="{box.columns}"/>')
    if box.rows > 1:
        parts.append("<w:vMerge/>" if box.is_continued else '<w:vMerge w:val="restart"/>')
    lines = "".join(_line(side, width) for side, width in (("top", box.above_pt), ("bottom", box.below_pt)) if width)
    parts += [f"<w:tcBorders>{lines}</w:tcBorders>"] if lines else []
    keep = "<w:keepNext/>" if row.is_kept else ""
    place = (
        f'<w:spacing w:before="10" w:after="10"/><w:ind w:left="{_twips(box.indent_pt)}"/><w:jc w:val="{box.side}"/>'
    )
    text = "" if box.is_continued else _paragraph_text(box.text, size_pt, is_bold=box.is_bold)
    return f"<w:tc><w:tcPr>{''.join(parts)}</w:tcPr><w:p><w:pPr>{keep}{place}</w:pPr>{text}</w:p></w:tc>"


def _line(side: str, width_pt: float) -> str:
    return f'<w:{side} w:val="single" w:sz="{round(width_pt * EIGHTHS)}" w:space="0" w:color="000000"/>'


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
