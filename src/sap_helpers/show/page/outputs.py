"""Outputs of code cells on a page: displays as what they are, results in a line, anything else sanitised or as text."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from sap_helpers.results import MIME as RESULTS
from sap_helpers.show.charts.svg import size_of
from sap_helpers.show.display import Display, Figure, Statement, Table, numbered, read_display
from sap_helpers.show.html import anchor_of, statement_html, table_html
from sap_helpers.show.page.clean import clean_output
from sap_helpers.show.page.errors import PageError
from sap_helpers.show.page.markdown import render_plain_markdown
from sap_helpers.show.text import LINES, escape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sap_helpers.show.html import Around

HTML, MARKDOWN, PLAIN = "text/html", "text/markdown", "text/plain"
PICTURES = ("image/svg+xml", "image/png")
ACTIVE = "application/javascript"
ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
POINT_PX = 4 / 3
# percent-encoding only what a data address in an attribute may not hold is a third shorter than base64
APOSTROPHE = "'"
KEPT_IN_ADDRESS = " =:/',;()+-.*!<>{}"


class Shown(NamedTuple):
    """A display on its page: what the report calls it, and the label of the table that holds a figure's numbers."""

    display: Display
    label: str = ""
    numbers: str = ""

    @property
    def title(self) -> str:
        """Number and title."""
        title = self.display.answer if isinstance(self.display, Statement) else self.display.title
        return numbered(self.label, title)


def render_display(shown: Shown, around: Around) -> str:
    """Return a display as HTML."""
    display = shown.display
    if isinstance(display, Table):
        return table_html(display.grid, around)
    if isinstance(display, Statement):
        return statement_html(display.answer, display.caveats, display.result_ids, around)
    return _figure(display, around, shown.numbers)


def render_output(output: Mapping[str, Any], label: str) -> str:
    """Return an output that is no display as HTML, empty where there is nothing to show.

    Parameters
    ----------
    output
        Output of a code cell.
    label
        Where it stands, to name a region by.

    Raises
    ------
    PageError
        A picture that is no display has no description.
    """
    kind = output["output_type"]
    if kind in {"stream", "error"}:
        return _stream(output) if kind == "stream" else _error(output)
    data = output["data"] if kind in {"display_data", "execute_result"} else {}
    if ACTIVE in data:
        return ""
    if RESULTS in data:
        return f'<p class="sap-quiet">{escape(joined(data.get(PLAIN, "results")))}</p>'
    if any(name in data for name in PICTURES):
        raise PageError(f"a figure in '{label}' has no description. Show it as a Figure, which carries one.")
    if HTML in data:
        return clean_output(joined(data[HTML]), f"Table in {label}")
    if MARKDOWN in data:
        return render_plain_markdown(joined(data[MARKDOWN]))
    return _pre(joined(data.get(PLAIN, "")))


def display_of(output: Mapping[str, Any]) -> Display | None:
    """Return the display that an output is, or None.

    Raises
    ------
    PageError
        Its data are not those of a display.
    """
    try:
        return read_display(output)
    except ValueError as error:
        raise PageError(f"the data of a display are not those of one: {error}") from error


def joined(text: object) -> str:
    """Return the text of a field that notebooks store as one string or as lines."""
    return "".join(map(str, text)) if isinstance(text, list) else str(text)


def _pre(text: str, kind: str = "sap-text") -> str:
    shown = ANSI.sub("", text).replace("\r\n", "\n").rstrip("\n")
    return f'<pre class="{kind}">{escape(shown, keep=LINES)}</pre>' if shown.strip() else ""


def _stream(output: Mapping[str, Any]) -> str:
    text = _pre(joined(output["text"]))
    if output.get("name") == "stderr" and text:
        return f'<div class="sap-message"><p>Message</p>{text}</div>'
    return text


def _error(output: Mapping[str, Any]) -> str:
    head = f"{output['ename']}: {output['evalue']}"
    trace = _pre("\n".join(output.get("traceback", [])))
    return f'<div class="sap-failure"><p>This cell failed: {escape(ANSI.sub("", head))}</p>{trace}</div>'


def _figure(figure: Figure, around: Around, numbers: str) -> str:
    drawing = figure.svg.decode()
    width, height = (round(length * POINT_PX) for length in size_of(drawing))
    image = f'<img src="{_address(drawing)}" alt="{escape(figure.alt)}" width="{width}" height="{height}">'
    region = f'<div class="sap-scroll" role="region" tabindex="0" aria-label="Figure: {escape(figure.title)}">'
    return (
        f'<figure {around.anchor}class="sap-figure">{region}{image}</div>'
        f"<figcaption>{around.number}{escape(figure.full_caption)}</figcaption>"
        f"{_numbers(figure.numbers, around, numbers)}</figure>"
    )


def _numbers(table: Table | None, around: Around, label: str) -> str:
    """Return the numbers of a figure, folded, or the way to the table of the page that holds them."""
    if label:
        return f'<p class="sap-numbers">Numbers: <a href="#{anchor_of(label)}">{escape(label)}</a></p>'
    if table is None:
        return ""
    inner = table_html(table.grid, around._replace(label=""))
    return f'<details class="sap-numbers"><summary>Numbers in this figure</summary>{inner}</details>'


def _address(drawing: str) -> str:
    """Return a drawing as the address of an image."""
    if APOSTROPHE in drawing:
        return f"data:image/svg+xml;base64,{base64.b64encode(drawing.encode()).decode()}"
    body = quote(drawing.replace('"', APOSTROPHE), safe=KEPT_IN_ADDRESS)
    return f"data:image/svg+xml;charset=utf-8,{body}"
