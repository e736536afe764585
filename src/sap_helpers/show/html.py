"""Tables and statements as HTML, everything escaped: for the page, which adds numbers and links, and for a notebook."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from sap_helpers.show.grid import NO_ROW
from sap_helpers.show.text import escape, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sap_helpers.show.grid import Grid, GridCell, GridRow

SUBJECT = "sap-subject"
KINDS = {"table": "sap-table", "listing": "sap-table sap-listing", "plain": "sap-table sap-plain"}
NOT_IN_ANCHOR = re.compile(r"[^a-z0-9]+")


class Around(NamedTuple):
    """What a page adds to a display.

    Parameters
    ----------
    label
        What the report calls it, such as ``Table 14.2.1.3``; empty for what carries no number.
    mark
        Gives the attribute by which the page finds the results that a cell shows, a blank before it.
    profiles
        Address of the profile by subject, as the subject is shown.
    """

    label: str = ""
    mark: Callable[[Sequence[str]], str] = lambda _: ""
    profiles: Mapping[str, str] = {}

    @property
    def number(self) -> str:
        """The label as HTML, before a title."""
        return f'<span class="sap-number">{escape(self.label)}.</span> ' if self.label else ""

    @property
    def anchor(self) -> str:
        """The attribute that makes the display an address on its page."""
        return f'id="{anchor_of(self.label)}" ' if self.label else ""


NOTHING = Around()


def anchor_of(label: str) -> str:
    """Return the id of a numbered display on its page, such as ``table-14-2-1-3``."""
    return NOT_IN_ANCHOR.sub("-", label.lower())


def table_html(grid: Grid, around: Around = NOTHING) -> str:
    """Return a table as HTML: the block of class ``sap-table`` that the page's style sheet knows."""
    kind = "sap-scroll sap-long" if grid.is_long else "sap-scroll"
    population = f'<span class="sap-population">{escape(grid.population)}</span>' if grid.population else ""
    title = f'<span class="sap-title">{around.number}{escape(grid.title)}</span>'
    return "\n".join(
        (
            f'<div {around.anchor}class="{KINDS[grid.kind]}">',
            f'<div class="{kind}" role="region" tabindex="0" aria-label="{escape(grid.title)}">',
            "<table>",
            f'<caption><span class="sap-caption">{title}{population}</span></caption>',
            "<thead>",
            *(_head(row) for row in grid.head),
            "</thead>",
            *_bodies(grid, around),
            "</table>",
            "</div>",
            *_notes(grid),
            "</div>",
        )
    )


def statement_html(answer: str, caveats: Sequence[str], result_ids: Sequence[str], around: Around = NOTHING) -> str:
    """Return a statement as HTML."""
    said = "".join(f'<p class="sap-caveat">{escape(text)}</p>' for text in caveats)
    return f'<div class="sap-statement"><p class="sap-answer"{around.mark(result_ids)}>{escape(answer)}</p>{said}</div>'


def _head(row: GridRow) -> str:
    return f"<tr>{''.join(map(_heading, row.cells))}</tr>"


def _heading(cell: GridCell) -> str:
    if cell.is_spanner:
        return f'<th scope="colgroup" class="sap-spanner" colspan="{cell.columns}">{escape(cell.text)}</th>'
    span = f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
    kind = ' class="sap-num"' if cell.is_number else ""
    return f'<th scope="col"{span}{kind}>{escape(cell.text)}</th>'


def _bodies(grid: Grid, around: Around) -> list[str]:
    """Return one body for the rows before the first heading row, then one for each heading row and those below it."""
    if not grid.rows:
        return [f'<tbody>\n<tr><td colspan="{grid.columns}">{NO_ROW}</td></tr>\n</tbody>']
    bodies: list[list[str]] = []
    for row in grid.rows:
        if not bodies or (row.is_heading and not row.depth):
            bodies.append([])
        bodies[-1].append(_row(row, around))
    return ["\n".join(("<tbody>", *rows, "</tbody>")) for rows in bodies]


def _row(row: GridRow, around: Around) -> str:
    first, *others = row.cells
    depth = f"sap-depth{row.depth}" if row.depth else ""
    if row.is_heading:
        kinds = " ".join(filter(None, ("sap-group", depth)))
        return f'<tr><th scope="rowgroup" class="{kinds}" colspan="{first.columns}">{_linked(first, around)}</th></tr>'
    kinds = " ".join(filter(None, (depth, _kinds(first))))
    apart = ' class="sri-outside"' if row.is_apart else ""
    cells = "".join(_cell(cell, around) for cell in others)
    return f'<tr{apart}><th scope="row"{_class(kinds)}>{_linked(first, around)}</th>{cells}</tr>'


def _cell(cell: GridCell, around: Around) -> str:
    return f"<td{_class(_kinds(cell))}{around.mark(cell.result_ids)}>{_linked(cell, around)}</td>"


def _kinds(cell: GridCell) -> str:
    """Return the classes of a cell."""
    if cell.state or cell.details:
        return f"sri-{cell.state.replace(' ', '')}" if cell.state else ""
    if cell.is_number:
        return "sap-num sap-words" if cell.is_words else "sap-num"
    return " ".join(filter(None, ("" if cell.may_wrap else "sap-short", SUBJECT if cell.is_subject else "")))


def _linked(cell: GridCell, around: Around) -> str:
    """Return the text of a cell, as a link where it leads anywhere, with what it opens to."""
    text = escape(cell.text)
    if cell.details:
        return f"<details><summary>{text}</summary>{'<br>'.join(map(escape, cell.details))}</details>"
    href = cell.href or (around.profiles.get(visible(cell.text), "") if cell.is_subject else "")
    return f'<a href="{escape(href)}">{text}</a>' if href else text


def _class(kinds: str) -> str:
    return f' class="{kinds}"' if kinds else ""


def _notes(grid: Grid) -> list[str]:
    lines = [f"<p>{escape(note)}</p>" for note in grid.notes]
    if grid.source:
        lines.append(f'<p class="sap-source">{escape(grid.source)}</p>')
    return ['<div class="sap-notes">', *lines, "</div>"] if lines else []
