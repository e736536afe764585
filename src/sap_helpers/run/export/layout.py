"""How a table is laid on a page: the size of its type and the widths of its columns, estimated from its texts."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sap_helpers.show.grid import Grid, GridCell, GridRow

POINTS_PER_MM = 72 / 25.4
TWIPS = 20
PAGE_WIDTH_MM, PAGE_HEIGHT_MM = 297, 210
MARGIN_SIDE_MM = 20
FRONT_MARGIN_PT = 54
PAGE_WIDTH_PT, PAGE_HEIGHT_PT, MARGIN_SIDE_PT = (
    length * POINTS_PER_MM for length in (PAGE_WIDTH_MM, PAGE_HEIGHT_MM, MARGIN_SIDE_MM)
)
TEXT_WIDTH_PT = PAGE_WIDTH_PT - 2 * MARGIN_SIDE_PT
SIZES_PT = (9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0)
PADDING_PT = 4.0
INDENT_PT = 9.0
# what a column has beyond its longest text where there is room, in units of the type's size
AIR = 1.0
# widths of Helvetica's characters, in units of the type's size, a little rounded up
WIDTHS = (
    (0.24, "ijl'|"), (0.29, " ft.,:;/!\\[]I"), (0.35, 'r()-·`"*{}'), (0.51, "ckstvxyzJ"), (0.9, "mMW%@—"), (0.75, "w"),
)  # fmt: skip
WIDTH_OF = {character: width for width, characters in WIDTHS for character in characters}
DIGIT, CAPITAL, WIDE = 0.565, 0.73, 1.02
BOLD = 1.12
# a heading wraps only when it is longer, in units of the type's size
SHORT_HEADING = 8.0
# a text gets so much room before the type is made larger
READABLE = 12.0


@dataclass(frozen=True, slots=True)
class Layout:
    """Type size and column widths of a table, in points; the widths add up to no more than the page has."""

    size_pt: float
    widths_pt: tuple[float, ...]

    def width_of(self, column: int, cell: GridCell) -> float:
        """Return the width of a cell that begins in a column."""
        return sum(self.widths_pt[column : column + cell.columns])


class Place(NamedTuple):
    """Where a cell lies: its first column, and whether it is one that began in a row above."""

    column: int
    cell: GridCell
    is_continued: bool = False


def lay_out(table: Grid, available_pt: float = TEXT_WIDTH_PT) -> Layout:
    """Return how a table fits: the largest type in which no number or word is broken and every text has some room.

    Parameters
    ----------
    table
        The table.
    available_pt
        Width between the margins.

    Returns
    -------
    Layout
        Columns are as wide as their texts where there is room; else texts of several words wrap; in the smallest type
        all columns shrink alike.
    """
    for size in SIZES_PT:
        least, readable, wanted = _needs(table, size)
        if sum(readable) <= available_pt:
            return Layout(size, _shared(readable, wanted, available_pt))
    if sum(least) <= available_pt:
        return Layout(SIZES_PT[-1], _shared(least, readable, available_pt))
    return Layout(SIZES_PT[-1], tuple(width * available_pt / sum(least) for width in least))


def text_width(text: str, *, is_bold: bool = False) -> float:
    """Return the width of a text in units of the type's size."""
    return sum(map(_width, text)) * (BOLD if is_bold else 1)


def _width(character: str) -> float:
    if character in WIDTH_OF:
        return WIDTH_OF[character]
    if unicodedata.east_asian_width(character) in {"W", "F"}:
        return WIDE
    return CAPITAL if character.isupper() else DIGIT


def place_cells(rows: Sequence[GridRow]) -> list[list[Place]]:
    """Return for each row, from left to right, what lies in it: its own cells, and those that reach down into it."""
    taken: dict[tuple[int, int], Place] = {}
    placed: list[list[Place]] = []
    for i, row in enumerate(rows):
        own = []
        column = 0
        for cell in row.cells:
            while (i, column) in taken:
                column += taken[i, column].cell.columns
            own.append(Place(column, cell))
            below = Place(column, cell, is_continued=True)
            taken |= {(i + down, column): below for down in range(1, cell.rows)}
            column += cell.columns
        reached = [place for (at, _), place in taken.items() if at == i]
        placed.append(sorted((*own, *reached), key=lambda place: place.column))
    return placed


def _needs(table: Grid, size: float) -> tuple[list[float], list[float], list[float]]:
    """Return for each column the width of its longest word, one that reads well, and the one in which nothing wraps."""
    least, readable, wanted = ([0.0] * table.columns for _ in range(3))
    spanning: list[tuple[int, GridCell]] = []
    for column, cell, is_continued in (place for row in place_cells(table.head) for place in row):
        if is_continued:
            continue
        if cell.columns > 1:
            spanning.append((column, cell))
            continue
        _widen(least, column, _longest_word(cell.text, is_bold=True), size)
        _widen(wanted, column, min(text_width(cell.text, is_bold=True), SHORT_HEADING), size)
    for row in table.body:
        for column, cell in enumerate(row.cells if len(row.cells) == table.columns else ()):
            indent = 0 if column else row.depth * INDENT_PT / size
            whole = text_width(cell.full_text)
            _widen(least, column, indent + (_longest_word(cell.full_text) if cell.may_wrap else whole), size)
            _widen(readable, column, indent + min(whole, READABLE), size)
            _widen(wanted, column, indent + whole + AIR, size)
    for column, cell in spanning:
        _widen_together(least, column, cell, size)
    readable = [max(widths) for widths in zip(least, readable, strict=True)]
    return least, readable, [max(widths) for widths in zip(readable, wanted, strict=True)]


def _widen(widths: list[float], column: int, ems: float, size: float) -> None:
    widths[column] = max(widths[column], ems * size + 2 * PADDING_PT)


def _widen_together(widths: list[float], first: int, cell: GridCell, size: float) -> None:
    """Give the columns under a spanner what its longest word lacks."""
    under = range(first, first + cell.columns)
    lack = _longest_word(cell.text, is_bold=True) * size + 2 * PADDING_PT - sum(widths[i] for i in under)
    for i in under:
        widths[i] += max(lack, 0) / cell.columns


def _longest_word(text: str, *, is_bold: bool = False) -> float:
    # at a space that may break: a fixed one holds its words together
    return max((text_width(word, is_bold=is_bold) for word in text.split(" ")), default=0.0)


def _shared(least: Sequence[float], wanted: Sequence[float], available: float) -> tuple[float, ...]:
    """Return the widths: as wanted, or what is left shared by what each column lacks."""
    lacks = [most - low for low, most in zip(least, wanted, strict=True)]
    part = min(1.0, (available - sum(least)) / sum(lacks)) if sum(lacks) else 0.0
    return tuple(low + part * lack for low, lack in zip(least, lacks, strict=True))
