"""Outputs of code cells as HTML: results in a line, figures with their words, tables sanitised, text as text."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sap_helpers.results import MIME as RESULTS
from sap_helpers.show.page.clean import clean_output
from sap_helpers.show.page.errors import PageError
from sap_helpers.show.page.markdown import render_plain_markdown
from sap_helpers.show.text import LINES, escape

if TYPE_CHECKING:
    from collections.abc import Mapping

SVG, PNG, HTML, MARKDOWN, PLAIN = "image/svg+xml", "image/png", "text/html", "text/markdown", "text/plain"
SHOWN = (RESULTS, SVG, PNG, HTML, MARKDOWN, PLAIN)
ACTIVE = "application/javascript"
FIGURES = (SVG, PNG)
ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
SVG_SIZE = re.compile(r"<svg\b[^>]*?\bwidth=\"([0-9.]+)(pt|px)?\"[^>]*?\bheight=\"([0-9.]+)(pt|px)?\"", re.DOTALL)
POINT_PX = 4 / 3
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# percent-encoding only what a data address in an attribute may not hold is a third shorter than base64
APOSTROPHE = "'"
TITLE = '<span class="sap-title">'
NOT_IN_ANCHOR = re.compile(r"[^a-z0-9]+")
KEPT_IN_ADDRESS = " =:/',;()+-.*!<>{}"


def shown_type(output: Mapping[str, Any]) -> str:
    """Return the media type in which an output is shown, empty for none: a script, or a type unknown here."""
    if output["output_type"] not in {"display_data", "execute_result"} or ACTIVE in output["data"]:
        return ""
    return next((name for name in SHOWN if name in output["data"]), "")


def render_output(
    output: Mapping[str, Any], label: str, number: str = "", tables: Mapping[str, str] | None = None
) -> str:
    """Return one output as HTML, empty where there is nothing to show.

    Parameters
    ----------
    output
        Output of a code cell.
    label
        Where it stands, to name a region by.
    number
        What the report calls it, such as ``Table 14.2.1.3``; empty for what carries no number.
    tables
        What the report calls the tables of the page, by their HTML.

    Raises
    ------
    PageError
        A figure has no description or no size.

    """
    kind = output["output_type"]
    if kind in {"stream", "error"}:
        return _stream(output) if kind == "stream" else _error(output)
    shown = shown_type(output)
    if not shown:
        return ""
    text = joined(output["data"][shown])
    if shown in FIGURES:
        return _figure(text, shown, output.get("metadata", {}).get(shown, {}), label, number, tables or {})
    if shown == RESULTS:
        return f'<p class="sap-quiet">{escape(joined(output["data"].get(PLAIN, "results")))}</p>'
    if shown == HTML:
        return _numbered(clean_output(text, f"Table in {label}"), number)
    return render_plain_markdown(text) if shown == MARKDOWN else _pre(text)


def anchor_of(number: str) -> str:
    """Return the id of a numbered output on its page, such as ``table-14-2-1-3``."""
    return NOT_IN_ANCHOR.sub("-", number.lower())


def _numbered(table: str, number: str) -> str:
    """Put a table's number into its title, and its anchor on the whole."""
    if not number:
        return table
    titled = table.replace(TITLE, f'{TITLE}<span class="sap-number">{number}.</span> ', 1)
    return titled.replace('<div class="sap-table', f'<div id="{anchor_of(number)}" class="sap-table', 1)


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


def _figure(
    data: str, kind: str, described: Mapping[str, Any], label: str, number: str, tables: Mapping[str, str]
) -> str:
    alt, caption = str(described.get("alt", "")).strip(), str(described.get("caption", "")).strip()
    if not alt or not caption:
        lacking = "description" if not alt else "caption"
        raise PageError(f"a figure in '{label}' has no {lacking}. Show it as a Figure, which carries both.")
    source, (width, height) = _svg_source(data) if kind == SVG else _png_source(data)
    image = f'<img src="{source}" alt="{escape(alt)}" width="{width}" height="{height}">'
    region = (
        f'<div class="sap-scroll" role="region" tabindex="0" aria-label="Figure: {escape(_first_sentence(caption))}">'
    )
    named = f'<span class="sap-number">{number}.</span> ' if number else ""
    place = f' id="{anchor_of(number)}"' if number else ""
    numbers = _numbers(str(described.get("numbers", "")), tables)
    return (
        f'<figure{place} class="sap-figure">{region}{image}</div>'
        f"<figcaption>{named}{escape(caption)}</figcaption>{numbers}</figure>"
    )


def _numbers(markup: str, tables: Mapping[str, str]) -> str:
    """Return the numbers of a figure, folded, or the way to the table of the page that holds them."""
    if markup in tables:
        return f'<p class="sap-numbers">Numbers: <a href="#{anchor_of(tables[markup])}">{tables[markup]}</a></p>'
    numbers = clean_output(markup, "Numbers of the figure")
    return f'<details class="sap-numbers"><summary>Numbers in this figure</summary>{numbers}</details>' * bool(numbers)


def _first_sentence(caption: str) -> str:
    return caption.split(". ", 1)[0]


def _svg_source(data: str) -> tuple[str, tuple[int, int]]:
    match = SVG_SIZE.search(data)
    if match is None:
        raise PageError(
            "a figure's SVG gives no width and height in pt or px; a page needs them to hold the place free"
        )
    width, width_unit, height, height_unit = match.groups()
    size = _pixels(width, width_unit), _pixels(height, height_unit)
    if APOSTROPHE in data:
        return f"data:image/svg+xml;base64,{base64.b64encode(data.encode()).decode()}", size
    body = quote(data.replace('"', APOSTROPHE), safe=KEPT_IN_ADDRESS)
    return f"data:image/svg+xml;charset=utf-8,{body}", size


def _pixels(number: str, unit: str | None) -> int:
    return round(float(number) * (POINT_PX if unit == "pt" else 1))


def _png_source(data: str) -> tuple[str, tuple[int, int]]:
    try:
        raw = base64.b64decode("".join(data.split()), validate=True)
    except binascii.Error as error:
        raise PageError(f"a figure's PNG is not base64 ({error}); run the notebook again") from error
    if not raw.startswith(PNG_SIGNATURE):
        raise PageError("a figure's PNG is none; run the notebook again")
    size = int.from_bytes(raw[16:20]), int.from_bytes(raw[20:24])
    return f"data:image/png;base64,{base64.b64encode(raw).decode()}", size
