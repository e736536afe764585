"""A table as plain text: what a terminal, a text diff and the fallback of a notebook show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.show.text import visible

if TYPE_CHECKING:
    from sap_helpers.show.tables import Table

GAP = "  "


def render_table_text(table: Table) -> str:
    """Return the table as lines of aligned text, heading first and footnotes last."""
    titles = [f"{column.spanner}: {column.label}" if column.spanner else column.label for column in table.columns]
    grid = [[table.stub, *titles]]
    grid += [[GAP * row.depth + row.label, *(cell.text for cell in row.cells)] for row in table.rows]
    shown = [[visible(text) for text in line] for line in grid]
    widths = [max(len(line[i]) for line in shown if i < len(line)) for i in range(len(titles) + 1)]
    is_number = [False, *(column.is_number for column in table.columns)]
    lines = [_line(line, widths, is_number) for line in shown]
    origin = " · ".join(part for part in (table.plan_id, table.source, table.stamp) if part)
    head = [text for text in (table.title, table.population) if text]
    tail = [text for text in (*table.footnotes, origin) if text]
    rule = "-" * len(max(lines, key=len))
    return "\n".join((*map(visible, head), lines[0], rule, *lines[1:], rule, *map(visible, tail)))


def _line(texts: list[str], widths: list[int], is_number: list[bool]) -> str:
    if len(texts) == 1:
        return texts[0]
    parts = (
        text.rjust(width) if right else text.ljust(width)
        for text, width, right in zip(texts, widths, is_number, strict=True)
    )
    return GAP.join(parts).rstrip()
