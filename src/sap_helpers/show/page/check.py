"""The count: as many tables and figures on the page as the executed notebook put out, or no page."""

from __future__ import annotations

import re
from functools import cache
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import mistune
from mistune.plugins.table import table

from sap_helpers.show.page.clean import DROPPED_WHOLE
from sap_helpers.show.page.errors import PageError
from sap_helpers.show.page.numbering import tables_shown
from sap_helpers.show.page.outputs import FIGURES, HTML, MARKDOWN, joined, shown_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import nbformat

PICTURE_DATA = re.compile(r'src="data:[^"]*"')
OWN_TABLE = "page-table"
DROPPED_TAGS = "|".join(sorted(DROPPED_WHOLE, key=len, reverse=True))
DROPPED = re.compile(rf"<({DROPPED_TAGS})\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)


def check_page(page: str, notebook: nbformat.NotebookNode) -> None:
    """Compare the page with the notebook it was made of.

    Parameters
    ----------
    page
        The HTML.
    notebook
        The executed notebook.

    Raises
    ------
    PageError
        Tables or figures are lacking or too many.

    """
    shown = _counts(PICTURE_DATA.sub("src=", page))
    expected = {"tables": sum(_tables(notebook)), "figures": sum(_figures(notebook))}
    wrong = [
        f"{count} {what} in the notebook, {shown[what]} on the page"
        for what, count in expected.items()
        if count != shown[what]
    ]
    if wrong:
        raise PageError(
            f"the page does not show its notebook: {'; '.join(wrong)}. Nothing is published with outputs lost."
        )


class _Counter(HTMLParser):
    """Counts tables, the page's own aside, and pictures."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables = 0
        self.figures = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Count one tag."""
        self.tables += tag == "table" and ("class", OWN_TABLE) not in attrs
        self.figures += tag == "img"


def _counts(markup: str) -> dict[str, int]:
    counter = _Counter()
    counter.feed(markup)
    counter.close()
    return {"tables": counter.tables, "figures": counter.figures}


def _shown_outputs(notebook: nbformat.NotebookNode) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            yield from ((shown_type(output), output) for output in cell.outputs)


def _tables(notebook: nbformat.NotebookNode) -> Iterator[int]:
    shown = tables_shown(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            yield _markdown_tables(cell.source)
    for kind, output in _shown_outputs(notebook):
        if kind == HTML:
            yield _counts(DROPPED.sub("", joined(output["data"][kind])))["tables"]
        elif kind == MARKDOWN:
            yield _markdown_tables(joined(output["data"][kind]))
        elif kind in FIGURES:
            numbers = str(output.get("metadata", {}).get(kind, {}).get("numbers", ""))
            yield 0 if numbers in shown else _counts(numbers)["tables"]


def _figures(notebook: nbformat.NotebookNode) -> Iterator[int]:
    yield from (kind in FIGURES for kind, _ in _shown_outputs(notebook))


@cache
def _parser() -> mistune.Markdown:
    return mistune.create_markdown(renderer=None, plugins=[table])


def _markdown_tables(source: str) -> int:
    tokens = _parser()(source)
    return _table_tokens(tokens) if isinstance(tokens, list) else 0


def _table_tokens(tokens: Iterable[dict[str, Any]]) -> int:
    return sum((token["type"] == "table") + _table_tokens(token.get("children", ())) for token in tokens)
