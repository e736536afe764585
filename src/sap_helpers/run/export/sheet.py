"""An output as it lies on its pages, the same in every format: header, rows or drawing, footer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from sap_helpers.run.export import layout
from sap_helpers.run.export.layout import lay_out, place_cells, text_width
from sap_helpers.run.export.pictures import size_on_page
from sap_helpers.show.display import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sap_helpers.run.export.layout import Layout, Place
    from sap_helpers.run.export.outputs import Document, Output
    from sap_helpers.show.display import Table
    from sap_helpers.show.grid import Grid, GridRow

SIZES_PT = {"Normal": 9.0, "Output title": 10.0, "Note": 7.5}
# height of a line and the space below it, beyond the size of its type
LEADING, BELOW_PT = 1.17, 2.0
# from the paper's edge to header and footer; between them and what they stand around; the number of the page
EDGE_PT, GAP_PT, PAGE_LINE_PT = 26.0, 5.0, 11.0
# so much of a page the lines of a header and of a footer may take: a body is to remain
MOST_HEADER_PT, MOST_FOOTER_PT = layout.PAGE_HEIGHT_PT / 4, layout.PAGE_HEIGHT_PT / 3
# a drawing leaves as much, since a program without the document's type sets wider and higher lines
SLACK_PT = 36.0
# a row that is taller may break over two pages: otherwise it would end beyond the page's end
MOST_ROW_PT = 90.0
THICK_PT, THIN_PT = 0.75, 0.4
BELOW_THE_END = "Notes and source stand below the end of this output."


class Line(NamedTuple):
    """A line of text: its style, a key of `SIZES_PT`; the text; and the level of the heading that it is, or 0."""

    style: str
    text: str
    level: int = 0


class Box(NamedTuple):
    """A cell where it lies: its text, what it covers, how it is set, and the lines above and below it."""

    text: str
    column: int
    columns: int
    rows: int
    is_continued: bool
    width_pt: float
    indent_pt: float
    side: Literal["left", "center", "right"]
    is_bold: bool
    above_pt: float
    below_pt: float


class BoxRow(NamedTuple):
    """A row: its cells from left to right, whether the next one stays with it, and whether it may break."""

    boxes: tuple[Box, ...]
    is_kept: bool
    may_break: bool


class Rows(NamedTuple):
    """A table laid out: its title, its words for those who cannot see it, type size, column widths, rows."""

    title: str
    description: str
    size_pt: float
    widths_pt: tuple[float, ...]
    head: tuple[BoxRow, ...]
    body: tuple[BoxRow, ...]


class Drawing(NamedTuple):
    """A figure, and its size on the page."""

    figure: Figure
    width_pt: float
    height_pt: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """An output as it lies on its pages.

    Parameters
    ----------
    header, footer
        What stands at the top and at the bottom of each of its pages; the page's number follows.
    headings
        What it adds to the contents: its title, and before it that of the section that it opens.
    before, after
        What stands above and below it once, because header or footer have no room for it.
    content
        Its rows, or its drawing.
    """

    header: tuple[Line, ...]
    footer: tuple[Line, ...]
    headings: tuple[Line, ...]
    before: tuple[Line, ...]
    after: tuple[Line, ...]
    content: Rows | Drawing

    @property
    def top_pt(self) -> float:
        """The margin that the header needs."""
        return EDGE_PT + height_of(self.header) + GAP_PT

    @property
    def bottom_pt(self) -> float:
        """The margin that the footer needs."""
        return EDGE_PT + height_of(self.footer) + PAGE_LINE_PT + GAP_PT


def sheets_of(document: Document) -> Iterator[Sheet]:
    """Yield the outputs of a document, each as it lies on its pages."""
    for section in document.sections:
        for place, output in enumerate(section.outputs):
            first = Line("Note", section.heading, 0 if place else 1)
            yield _sheet(document, first, output)


def _sheet(document: Document, section: Line, output: Output) -> Sheet:
    population, notes = _words(output.display)
    titles = (section, Line("Output title", output.heading, 2), *_lines("Normal", (population,)))
    foot = _lines("Note", (*notes, *document.cautions))
    is_low, is_flat = height_of(titles) <= MOST_HEADER_PT, height_of(foot) <= MOST_FOOTER_PT
    header = (*_lines("Note", (document.running_head,)), *(titles if is_low else map(_cut, titles)))
    footer = foot if is_flat else _lines("Note", (BELOW_THE_END,))
    headings = tuple(line for line in titles if line.level)
    content = _content(output.display, height_of((*header, *footer)))
    return Sheet(header, footer, headings, () if is_low else titles, () if is_flat else foot, content)


def _words(display: Table | Figure) -> tuple[str, tuple[str, ...]]:
    """Return the population of a display, and what stands in its footer."""
    if isinstance(display, Figure):
        return "", (display.legend,)
    return display.population, (*display.grid.notes, display.grid.source)


def _lines(style: str, texts: tuple[str, ...]) -> tuple[Line, ...]:
    return tuple(Line(style, text) for text in texts if text)


def height_of(lines: tuple[Line, ...]) -> float:
    """Return the height of lines between the margins, estimated from their texts."""
    return sum(
        math.ceil(_width(line) / layout.TEXT_WIDTH_PT) * SIZES_PT[line.style] * LEADING + BELOW_PT for line in lines
    )


def _width(line: Line) -> float:
    return text_width(line.text, is_bold=line.level > 1) * SIZES_PT[line.style]


def _cut(line: Line) -> Line:
    """Return what of a line's text surely fits between the margins."""
    kept = int(0.85 * len(line.text) * layout.TEXT_WIDTH_PT / _width(line))
    return line if kept >= len(line.text) else line._replace(text=f"{line.text[:kept]} …")


def _content(display: Table | Figure, taken_pt: float) -> Rows | Drawing:
    """Return the rows, or the drawing with its size where header and footer take so much of the page."""
    if not isinstance(display, Figure):
        return _rows(display.grid)
    room = layout.PAGE_HEIGHT_PT - taken_pt - 2 * (EDGE_PT + GAP_PT) - PAGE_LINE_PT - SLACK_PT
    return Drawing(display, *size_on_page(display, room))


def _rows(grid: Grid) -> Rows:
    found = lay_out(grid)
    words = " ".join(text for text in (grid.population, *grid.notes, grid.source) if text)
    return Rows(
        grid.title, words, found.size_pt, found.widths_pt, tuple(_placed(grid.head, found, is_head=True)),
        tuple(_placed(grid.body, found, is_head=False)),
    )  # fmt: skip


def _placed(rows: tuple[GridRow, ...], found: Layout, *, is_head: bool) -> Iterator[BoxRow]:
    for i, (row, places) in enumerate(zip(rows, place_cells(rows), strict=True)):
        boxes = tuple(_box(place, row, found, is_head=is_head)._replace(
            above_pt=THICK_PT if is_head and i == 0 else 0.0,
            below_pt=_line_below(place, len(rows) - i, is_head=is_head),
        ) for place in places)  # fmt: skip
        yield BoxRow(boxes, is_head or row.is_heading, max(_height(box, found) for box in boxes) > MOST_ROW_PT)


def _line_below(place: Place, left: int, *, is_head: bool) -> float:
    """Return the line below a cell: of the last row, of which so many are left, and under a heading of headings."""
    if left == (1 if place.is_continued else place.cell.rows):
        return THIN_PT if is_head else THICK_PT
    return THIN_PT if is_head and place.cell.columns > 1 else 0.0


def _box(place: Place, row: GridRow, found: Layout, *, is_head: bool) -> Box:
    column, cell, is_continued = place
    return Box(
        "" if is_continued else cell.full_text, column, cell.columns, cell.rows, is_continued,
        found.width_of(column, cell), 0.0 if column or is_head else row.depth * layout.INDENT_PT,
        "center" if is_head and cell.columns > 1 else "right" if cell.is_number else "left",
        is_head or row.is_heading, 0.0, 0.0,
    )  # fmt: skip


def _height(box: Box, found: Layout) -> float:
    room = max(box.width_pt - 2 * layout.PADDING_PT - box.indent_pt, found.size_pt)
    return math.ceil(text_width(box.text) * found.size_pt / room) * found.size_pt * LEADING
