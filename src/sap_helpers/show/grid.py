"""A table as it lies on a page: rows of cells with their spans, the same for HTML, documents and plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from sap_helpers.show.text import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

Kind = Literal["table", "listing", "plain"]
SHORT = 15
DEEPEST = 3
NO_ROW = "No row to show."
GAP = "  "


class GridCell(NamedTuple):
    """One cell.

    Parameters
    ----------
    text
        What it shows.
    columns, rows
        How many of them it covers.
    is_number
        Whether it is set right.
    is_spanner
        Whether it is a heading of headings.
    result_ids
        The results whose numbers it shows.
    is_subject
        Whether it names a subject, and so leads to a profile.
    href
        The page that it leads to.
    details, state
        The lines that it opens to, and the state of a response that it stands for; empty for nearly all.
    """

    text: str
    columns: int = 1
    rows: int = 1
    is_number: bool = False
    is_spanner: bool = False
    result_ids: tuple[str, ...] = ()
    is_subject: bool = False
    href: str = ""
    details: tuple[str, ...] = ()
    state: str = ""

    @property
    def is_words(self) -> bool:
        """Whether words stand where numbers do."""
        return self.is_number and self.text[0] not in "0123456789<>-+–"

    @property
    def may_wrap(self) -> bool:
        """Whether it may be broken over lines: numbers and short texts never are."""
        if self.details or self.state:
            return True
        return self.is_words if self.is_number else len(self.text) > SHORT

    @property
    def full_text(self) -> str:
        """The text, and what it opens to behind a colon."""
        return f"{self.text}: {'; '.join(self.details)}" if self.details else self.text


class GridRow(NamedTuple):
    """One row: its cells, how far the first is indented, whether it heads those below, and whether it is set apart."""

    cells: tuple[GridCell, ...]
    depth: int = 0
    is_heading: bool = False
    is_apart: bool = False


class Grid(NamedTuple):
    """A table laid out.

    Parameters
    ----------
    title, population
        What it shows, of whom.
    head, rows
        Heading and body rows.
    notes, source
        Footnotes; plan id, source and stamp of the cut.
    kind
        As in `Table`.
    is_long
        Whether it scrolls in a region of its own.
    """

    title: str
    population: str
    head: tuple[GridRow, ...]
    rows: tuple[GridRow, ...]
    notes: tuple[str, ...] = ()
    source: str = ""
    kind: Kind = "table"
    is_long: bool = False

    @property
    def columns(self) -> int:
        """How many columns it has."""
        return sum(cell.columns for cell in self.head[0].cells)

    @property
    def body(self) -> tuple[GridRow, ...]:
        """The body rows, or one that says that there is none."""
        return self.rows or (GridRow((GridCell(NO_ROW, self.columns),)),)


def grid_text(grid: Grid, headings: Sequence[str], is_number: Sequence[bool]) -> str:
    """Return a table as lines of aligned text: what a terminal, a text diff and the fallback of a notebook show.

    Parameters
    ----------
    grid
        The table.
    headings, is_number
        Of each column: its heading in one line, and whether it is set right.
    """
    lines = [list(headings)]
    lines += [[GAP * row.depth + row.cells[0].text, *(cell.text for cell in row.cells[1:])] for row in grid.rows]
    shown = [[visible(text) for text in line] for line in lines]
    widths = [max(len(line[i]) for line in shown if i < len(line)) for i in range(len(headings))]
    texts = [_line(line, widths, is_number) for line in shown]
    rule = "-" * len(max(texts, key=len))
    before = [text for text in (grid.title, grid.population) if text]
    after = [text for text in (*grid.notes, grid.source) if text]
    return "\n".join((*map(visible, before), texts[0], rule, *texts[1:], rule, *map(visible, after)))


def _line(texts: list[str], widths: list[int], is_number: Sequence[bool]) -> str:
    if len(texts) == 1:
        return texts[0]
    parts = (
        text.rjust(width) if is_right else text.ljust(width)
        for text, width, is_right in zip(texts, widths, is_number, strict=True)
    )
    return GAP.join(parts).rstrip()
