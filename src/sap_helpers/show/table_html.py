"""A table as HTML: caption, scoped headings, result ids on the cells, in a region that scrolls and takes the focus."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING

from sap_helpers.show.text import escape

if TYPE_CHECKING:
    from sap_helpers.show.tables import Cell, Column, Row, Table

DEEPEST = 3
SHORT = 15
# the page makes a link of it
SUBJECT = "sap-subject"
KINDS = {"table": "sap-table", "listing": "sap-table sap-listing", "plain": "sap-table sap-plain"}


def render_table_html(table: Table) -> str:
    """Return the table as HTML: the block of class ``sap-table`` that the page's style sheet knows."""
    kind = "sap-scroll sap-long" if table.is_long else "sap-scroll"
    return "\n".join(
        (
            f'<div class="{KINDS[table.kind]}">',
            f'<div class="{kind}" role="region" tabindex="0" aria-label="{escape(table.title)}">',
            "<table>",
            _caption(table),
            _head(table),
            *_bodies(table),
            "</table>",
            "</div>",
            *_notes(table),
            "</div>",
        )
    )


def result_ids_text(result_ids: tuple[str, ...]) -> str:
    """Return result ids as the text of a ``data-results`` attribute: a JSON list, so that any id survives."""
    return json.dumps(list(result_ids), separators=(",", ":"))


def _caption(table: Table) -> str:
    population = f'<span class="sap-population">{escape(table.population)}</span>' if table.population else ""
    title = f'<span class="sap-title">{escape(table.title)}</span>'
    return f'<caption><span class="sap-caption">{title}{population}</span></caption>'


def _head(table: Table) -> str:
    if not any(column.spanner for column in table.columns):
        cells = "".join(_heading(column) for column in table.columns)
        return f'<thead>\n<tr><th scope="col">{escape(table.stub)}</th>{cells}</tr>\n</thead>'
    upper = [f'<th scope="col" rowspan="2">{escape(table.stub)}</th>']
    for spanner, run in groupby(table.columns, key=lambda column: column.spanner):
        columns = list(run)
        if spanner:
            upper.append(f'<th scope="colgroup" class="sap-spanner" colspan="{len(columns)}">{escape(spanner)}</th>')
        else:
            upper.extend(_heading(column, ' rowspan="2"') for column in columns)
    lower = "".join(_heading(column) for column in table.columns if column.spanner)
    return f"<thead>\n<tr>{''.join(upper)}</tr>\n<tr>{lower}</tr>\n</thead>"


def _heading(column: Column, span: str = "") -> str:
    kind = ' class="sap-num"' if column.is_number else ""
    return f'<th scope="col"{span}{kind}>{escape(column.label)}</th>'


def _bodies(table: Table) -> list[str]:
    """Return one body for the rows before the first heading row, then one for each heading row and those below it."""
    if not table.rows:
        return [f'<tbody>\n<tr><td colspan="{len(table.columns) + 1}">No row to show.</td></tr>\n</tbody>']
    bodies: list[list[str]] = []
    for row in table.rows:
        if not bodies or not (row.cells or row.depth):
            bodies.append([])
        bodies[-1].append(_row(row, table.columns))
    return ["\n".join(("<tbody>", *rows, "</tbody>")) for rows in bodies]


def _row(row: Row, columns: tuple[Column, ...]) -> str:
    if not row.cells:
        depth = f" sap-depth{min(row.depth, DEEPEST)}" if row.depth else ""
        scope = f'scope="rowgroup" class="sap-group{depth}" colspan="{len(columns) + 1}"'
        return f"<tr><th {scope}>{_label(row)}</th></tr>"
    short = "sap-short" if len(row.label) <= SHORT else ""
    depth = f"sap-depth{min(row.depth, DEEPEST)}" if row.depth else ""
    kinds = " ".join(filter(None, (depth, short, SUBJECT if row.is_subject else "")))
    kind = f' class="{kinds}"' if kinds else ""
    cells = "".join(_cell(cell, column) for cell, column in zip(row.cells, columns, strict=True))
    return f'<tr><th scope="row"{kind}>{_label(row)}</th>{cells}</tr>'


def _label(row: Row) -> str:
    return f'<a href="{escape(row.href)}">{escape(row.label)}</a>' if row.href else escape(row.label)


def _cell(cell: Cell, column: Column) -> str:
    kind = _class_of(cell, is_number=column.is_number)
    ids = f' data-results="{escape(result_ids_text(cell.result_ids))}"' if cell.result_ids else ""
    return f"<td{kind}{ids}>{escape(cell.text)}</td>"


def _class_of(cell: Cell, *, is_number: bool) -> str:
    """Return the class attribute of a cell: numbers and short texts never wrap, words in a column of numbers may."""
    if is_number:
        return ' class="sap-num"' if cell.text[0] in "0123456789<>-+–" else ' class="sap-num sap-words"'
    is_short = len(cell.text) <= SHORT
    if cell.is_subject:
        return f' class="sap-short {SUBJECT}"' if is_short else f' class="{SUBJECT}"'
    return ' class="sap-short"' if is_short else ""


def _notes(table: Table) -> list[str]:
    notes = [escape(note) for note in table.footnotes]
    origin = " · ".join(part for part in (table.plan_id, table.source, table.stamp) if part)
    lines = [f"<p>{note}</p>" for note in notes]
    if origin:
        lines.append(f'<p class="sap-source">{escape(origin)}</p>')
    return ['<div class="sap-notes">', *lines, "</div>"] if lines else []
