"""Displays as data: tables, listings, figures and statements travel from a notebook to each of their writers.

A notebook keeps a display as JSON of a media type of its own, beside the HTML and the drawing that JupyterLab shows.
Page, documents, copies without subjects, numbering and search read that; nobody reads HTML back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal

from pydantic import TypeAdapter

from sap_helpers.show.grid import DEEPEST, Grid, GridCell, GridRow, Kind, grid_text
from sap_helpers.show.html import statement_html, table_html
from sap_helpers.show.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

MIME = "application/vnd.sap-display+json"
SVG = "image/svg+xml"
State = Literal["", "response", "failed", "event", "missing", "not due"]
LOCAL_LINK = re.compile(r"(?:[A-Za-z0-9_-]+\.html)?(?:#[A-Za-z0-9_-]*)?")


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell shows.

    Parameters
    ----------
    text
        Never empty.
    result_ids
        The results whose numbers it shows.
    is_subject
        Whether it names a subject.
    details
        The lines that it opens to.
    state
        The state of a response that it stands for.
    """

    text: str
    result_ids: tuple[str, ...] = ()
    is_subject: bool = False
    details: tuple[str, ...] = ()
    state: State = ""

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

    Without cells it heads those below. A heading that names a subject leads to that subject's profile. A row that is
    set apart is about somebody who is not in the analysis.
    """

    label: str
    cells: tuple[Cell, ...] = ()
    depth: int = 0
    href: str = ""
    is_subject: bool = False
    is_apart: bool = False

    def __post_init__(self) -> None:
        """Refuse a link out of the report."""
        if not LOCAL_LINK.fullmatch(self.href):
            raise ValueError(f"row '{self.label}': {self.href} leads out of the report")


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
    is_long: bool = False
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

    @property
    def grid(self) -> Grid:
        """The table as it lies on a page."""
        origin = " · ".join(part for part in (self.plan_id, self.source, self.stamp) if part)
        return Grid(
            self.title, self.population, tuple(_head(self)), tuple(_row(row, self.columns) for row in self.rows),
            self.footnotes, origin, self.kind, self.is_long,
        )  # fmt: skip

    def html(self) -> str:
        """Return the table as HTML, everything escaped."""
        return table_html(self.grid)

    def text(self) -> str:
        """Return the table as plain text."""
        titles = [f"{column.spanner}: {column.label}" if column.spanner else column.label for column in self.columns]
        is_number = [False, *(column.is_number for column in self.columns)]
        return grid_text(self.grid, [self.stub, *titles], is_number)

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return {"text/html": self.html(), "text/plain": self.text(), MIME: bundle(self)}


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing with what must go with it.

    Parameters
    ----------
    plan_id
        Analysis id of the plan, for example ``SRI.PRIMARY``.
    title
        What it shows.
    svg
        The drawing.
    alt
        Its content in words, composed of its numbers.
    caption
        Set, method, how to read it.
    numbers
        The numbers drawn, as a table; None where nothing is.
    stamp
        The cut that it belongs to.
    is_subject_level
        Whether its marks are single subjects, so that a copy for others leaves it out.

    Raises
    ------
    ValueError
        It has no alternative text.
    """

    plan_id: str
    title: str
    svg: bytes
    alt: str
    caption: str
    numbers: Table | None
    stamp: str = ""
    is_subject_level: bool = False
    kind: Literal["figure"] = "figure"

    def __post_init__(self) -> None:
        """Refuse a figure that says nothing to those who cannot see it."""
        if not self.alt.strip():
            raise ValueError(f"figure {self.plan_id}: no alternative text; say in words what it shows")

    def with_stamp(self, stamp: str) -> Figure:
        """Return the figure, and its numbers, with the stamp of the cut."""
        return replace(self, stamp=stamp, numbers=self.numbers and self.numbers.with_stamp(stamp))

    @property
    def legend(self) -> str:
        """Caption, plan id and stamp as one text."""
        origin = " · ".join(part for part in (self.plan_id, self.stamp) if part)
        return " ".join(part for part in (self.caption, f"{origin}." if origin else "") if part)

    @property
    def full_caption(self) -> str:
        """The title, and all that stands behind it."""
        return f"{self.title}. {self.legend}".rstrip()

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        text = f"{visible(self.full_caption)}\n{visible(self.alt)}"
        return {SVG: self.svg.decode("utf-8"), "text/plain": text, MIME: bundle(self)}


@dataclass(frozen=True, slots=True)
class Statement:
    """The answer in one sentence, what it must not be read without, and the results that it quotes."""

    answer: str
    caveats: tuple[str, ...] = ()
    result_ids: tuple[str, ...] = ()
    kind: Literal["statement"] = "statement"

    def html(self) -> str:
        """Return the statement as HTML, everything escaped."""
        return statement_html(self.answer, self.caveats, self.result_ids)

    def text(self) -> str:
        """Return the statement as plain text."""
        return "\n".join(visible(line) for line in (self.answer, *self.caveats))

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return {"text/html": self.html(), "text/plain": self.text(), MIME: bundle(self)}


Display = Table | Figure | Statement
DRAWN = {"svg"}  # stands beside the bundle, as a drawing


@cache
def _adapter() -> TypeAdapter[Display]:
    return TypeAdapter(Display)


def bundle(display: Display) -> dict[str, Any]:
    """Return a display as JSON data, without its drawing; `read_display` is the inverse."""
    exclude = DRAWN if isinstance(display, Figure) else None
    data: dict[str, Any] = _adapter().dump_python(display, mode="json", exclude_defaults=True, exclude=exclude)
    return {"kind": display.kind, **data}


def read_display(output: Mapping[str, Any]) -> Display | None:
    """Return the display that an output of an executed notebook is, or None where it is none.

    Raises
    ------
    ValueError
        Its data are not those of a display.
    """
    data = output.get("data", {}).get(MIME)
    if data is None or output["output_type"] not in {"display_data", "execute_result"}:
        return None
    if not isinstance(data, dict):
        raise ValueError(f"no object but {type(data).__name__}")  # noqa: TRY004 - the data are at fault
    drawing = output["data"].get(SVG, "")
    drawn = {"svg": "".join(drawing).encode()} if data.get("kind") == "figure" else {}
    return _adapter().validate_python({**data, **drawn})


def numbered(label: str, title: str) -> str:
    """Return a title behind the number that the report gives it, if any."""
    return f"{label}. {title}" if label else title


def spanned(label: str, columns: Sequence[Column]) -> tuple[Column, ...]:
    """Return the columns under one common heading."""
    return tuple(replace(column, spanner=label) for column in columns)


def _head(table: Table) -> Iterable[GridRow]:
    """Yield the heading rows: two where a heading stands over several columns."""
    if not any(column.spanner for column in table.columns):
        yield GridRow((GridCell(table.stub), *(GridCell(c.label, is_number=c.is_number) for c in table.columns)))
        return
    upper = [GridCell(table.stub, rows=2)]
    for spanner, run in groupby(table.columns, key=lambda column: column.spanner):
        under = list(run)
        if spanner:
            upper.append(GridCell(spanner, len(under), is_spanner=True))
        else:
            upper += [GridCell(column.label, rows=2, is_number=column.is_number) for column in under]
    yield GridRow(tuple(upper))
    yield GridRow(tuple(GridCell(c.label, is_number=c.is_number) for c in table.columns if c.spanner))


def _row(row: Row, columns: Sequence[Column]) -> GridRow:
    depth = min(row.depth, DEEPEST)
    if not row.cells:
        return GridRow((GridCell(row.label, len(columns) + 1, href=row.href),), depth, is_heading=True)
    first = GridCell(row.label, is_subject=row.is_subject, href=row.href)
    cells = (
        GridCell(
            cell.text, is_number=column.is_number, result_ids=cell.result_ids, is_subject=cell.is_subject,
            details=cell.details, state=cell.state,
        )
        for cell, column in zip(row.cells, columns, strict=True)
    )  # fmt: skip
    return GridRow((first, *cells), depth, is_apart=row.is_apart)
