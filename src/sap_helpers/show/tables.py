"""A table as one frozen object of named parts: every verb returns a changed copy, and rendering comes last."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from sap_helpers.show.table_html import render_table_html
from sap_helpers.show.table_text import render_table_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Kind = Literal["table", "listing", "plain"]


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell shows, the ids of the results whose numbers it shows, and whether it names a subject."""

    text: str
    result_ids: tuple[str, ...] = ()
    is_subject: bool = False

    def __post_init__(self) -> None:
        """Refuse an empty text."""
        if not self.text.strip():
            raise ValueError("an empty cell says nothing: write 'not estimable' with the reason, 'none' or '0'")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, whether it holds numbers (set right), and the heading above it, if there is one."""

    label: str
    is_number: bool = True
    spanner: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its heading, the cells beside it, how far the heading is indented, and the page that it leads to.

    Without cells it heads those below. A heading that names a subject leads to that subject's profile.
    """

    label: str
    cells: tuple[Cell, ...] = ()
    depth: int = 0
    href: str = ""
    is_subject: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table that stands alone: what it is about, whose data, how, from what and from which cut.

    Parameters
    ----------
    plan_id
        Analysis id of the plan, for example ``SRI.PRIMARY``.
    title
        What it shows.
    stub
        Heading of the column that names the rows.
    columns
        The columns beside it; neighbours with one spanner stand under it.
    rows
        As many cells as columns in each, or none in a heading row.
    population
        Analysis set and N in words.
    footnotes
        Method, rules, reasons; one sentence each.
    source
        Analysis ids or data set behind it.
    stamp
        The cut that it belongs to.
    is_long
        Whether it scrolls in a region of its own.
    kind
        Of aggregated numbers; a listing, whose rows are about single subjects; or plain, which no report numbers.

    Raises
    ------
    ValueError
        A row has another number of cells than there are columns.

    """

    plan_id: str
    title: str
    stub: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...] = ()
    population: str = ""
    footnotes: tuple[str, ...] = ()
    source: str = ""
    stamp: str = ""
    is_long: bool = field(default=False)
    kind: Kind = "table"

    def __post_init__(self) -> None:
        """Refuse rows that do not fit the columns."""
        for row in self.rows:
            if row.cells and len(row.cells) != len(self.columns):
                counts = f"{len(row.cells)} cells for {len(self.columns)} columns"
                raise ValueError(f"table {self.plan_id}: row '{row.label}' has {counts}")

    def with_rows(self, rows: Iterable[Row]) -> Table:
        """Return the table with more rows below."""
        return replace(self, rows=(*self.rows, *rows))

    def with_footnotes(self, *footnotes: str) -> Table:
        """Return the table with more footnotes, each once."""
        return replace(self, footnotes=tuple(dict.fromkeys(filter(None, (*self.footnotes, *footnotes)))))

    def with_stamp(self, stamp: str) -> Table:
        """Return the table with the stamp of its cut."""
        return replace(self, stamp=stamp)

    @property
    def result_ids(self) -> tuple[str, ...]:
        """The ids of all results shown, each once, in reading order."""
        return tuple(dict.fromkeys(i for row in self.rows for cell in row.cells for i in cell.result_ids))

    def html(self) -> str:
        """Return the table as HTML, everything escaped."""
        return render_table_html(self)

    def text(self) -> str:
        """Return the table as plain text."""
        return render_table_text(self)

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/html": self.html(), "text/plain": self.text()}


def spanned(label: str, columns: Sequence[Column]) -> tuple[Column, ...]:
    """Return the columns under one common heading."""
    return tuple(replace(column, spanner=label) for column in columns)
