"""The count: as many tables and figures on the page as the executed notebook put out, or no page."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

import mistune
from mistune.plugins.table import table

from sap_helpers.show.display import Figure, Table
from sap_helpers.show.page.clean import DROPPED_WHOLE
from sap_helpers.show.page.errors import PageError
from sap_helpers.show.page.outputs import HTML, MARKDOWN, joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import nbformat

    from sap_helpers.show.page.outputs import Shown

PICTURE_DATA = re.compile(r'src="data:[^"]*"')
TABLE, FIGURE = re.compile(r'<table\b(?! class="page-table")', re.IGNORECASE), re.compile(r"<img\b")
DROPPED_TAGS = "|".join(sorted(DROPPED_WHOLE, key=len, reverse=True))
DROPPED = re.compile(rf"<({DROPPED_TAGS})\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)


def check_page(page: str, notebook: nbformat.NotebookNode, shown: Sequence[Shown | None]) -> None:
    """Compare the page with the notebook it was made of.

    Parameters
    ----------
    page
        The HTML.
    notebook
        The executed notebook.
    shown
        What each of its outputs is, as `number_displays` gives it.

    Raises
    ------
    PageError
        Tables or figures are lacking or too many.
    """
    markup = PICTURE_DATA.sub("src=", page)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    markdown = sum(_markdown_tables(cell.source) for cell in notebook.cells if cell.cell_type == "markdown")
    expected = {
        "tables": markdown + sum(map(_tables, outputs, shown)),
        "figures": sum(one is not None and isinstance(one.display, Figure) for one in shown),
    }
    counted = {"tables": len(TABLE.findall(markup)), "figures": len(FIGURE.findall(markup))}
    wrong = [
        f"{count} {what} in the notebook, {counted[what]} on the page"
        for what, count in expected.items()
        if count != counted[what]
    ]
    if wrong:
        raise PageError(
            f"the page does not show its notebook: {'; '.join(wrong)}. Nothing is published with outputs lost."
        )


def _tables(output: Mapping[str, Any], shown: Shown | None) -> int:
    """Return how many tables an output is to be on a page."""
    if shown is not None:
        is_drawn = isinstance(shown.display, Figure) and shown.display.numbers is not None and not shown.numbers
        return int(isinstance(shown.display, Table) or is_drawn)
    data = output.get("data", {})
    if HTML in data:
        return len(TABLE.findall(DROPPED.sub("", joined(data[HTML]))))
    return _markdown_tables(joined(data.get(MARKDOWN, "")))


@cache
def _parser() -> mistune.Markdown:
    return mistune.create_markdown(renderer=None, plugins=[table])


def _markdown_tables(source: str) -> int:
    tokens = _parser()(source)
    return _table_tokens(tokens) if isinstance(tokens, list) else 0


def _table_tokens(tokens: Iterable[dict[str, Any]]) -> int:
    return sum((token["type"] == "table") + _table_tokens(token.get("children", ())) for token in tokens)
