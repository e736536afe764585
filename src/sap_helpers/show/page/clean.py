"""The sanitiser: what HTML may hold on a page, whoever wrote it; everything else is taken out."""

from __future__ import annotations

import re

import nh3

from sap_helpers.show.display import LOCAL_LINK
from sap_helpers.show.text import escape, show_unseen

MATH_TAGS = frozenset(
    {
        "math", "mrow", "mi", "mo", "mn", "mtext", "mspace", "ms", "mfrac", "msqrt", "mroot", "mstyle", "mpadded",
        "mphantom", "msub", "msup", "msubsup", "munder", "mover", "munderover", "mtable", "mtr", "mtd",
    }
)  # fmt: skip
TABLE_TAGS = frozenset({"table", "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "th", "td"})
TEXT_TAGS = frozenset(
    {
        "a", "abbr", "b", "bdi", "blockquote", "br", "code", "dd", "del", "details", "div", "dl", "dt", "em", "hr", "i",
        "kbd", "li", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strong", "sub", "summary", "sup", "ul",
        "var",
    }
)  # fmt: skip
HEADING_TAGS = frozenset({"h2", "h3", "h4", "h5", "h6"})
# their content goes as well: as text it would only be noise
DROPPED_WHOLE = {
    "script", "style", "iframe", "object", "embed", "applet", "template", "noscript", "svg", "audio", "video",
    "canvas", "select", "textarea", "title", "annotation", "annotation-xml", "frameset", "noembed", "noframes", "xmp",
    "plaintext",
}  # fmt: skip
# of a table in markdown, which this package makes of it
CLASSES = {"div": {"sap-scroll"}, "th": {"sap-num"}, "td": {"sap-num"}}
VALUES: dict[str, dict[str, set[str]]] = {"div": {"role": {"region"}, "tabindex": {"0"}}}
MATH_ATTRIBUTES = {
    "display", "mathvariant", "stretchy", "fence", "form", "lspace", "rspace", "linethickness", "accent", "accentunder",
    "columnalign", "rowspacing", "columnspacing", "width", "height", "depth", "minsize", "maxsize", "movablelimits",
    "displaystyle", "scriptlevel",
}  # fmt: skip
ATTRIBUTES: dict[str, set[str]] = {
    **{tag: set(MATH_ATTRIBUTES) for tag in MATH_TAGS},
    "a": {"href"},
    "ol": {"start"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
}
MARKDOWN_ATTRIBUTES: dict[str, set[str]] = {"div": {"aria-label"}, **{tag: {"id"} for tag in HEADING_TAGS}}
HEAD_OF_TABLE = re.compile(r"<thead>.*?</thead>", re.DOTALL)
BARE_HEADING = re.compile(r"<th(?=[\s>])(?![^>]*\bscope=)([^>]*)>(.*?)</th>", re.DOTALL)
TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)


def clean_output(markup: str, label: str) -> str:
    """Return the HTML of an output with what is allowed; links lead only to this report.

    Parameters
    ----------
    markup
        HTML from anywhere.
    label
        Name of the region in which a table scrolls that brings none of its own.

    """
    cleaned = nh3.clean(
        markup, tags=set(TEXT_TAGS | TABLE_TAGS), clean_content_tags=DROPPED_WHOLE, attributes=ATTRIBUTES,
        url_schemes=set(), url_relative=_local,
    )  # fmt: skip
    return _finish_tables(show_unseen(cleaned), label)


def clean_markdown(markup: str) -> str:
    """Return the HTML that markdown was turned into with what is allowed, headings' ids and mathematics among it."""
    cleaned = nh3.clean(
        markup, tags=set(TEXT_TAGS | TABLE_TAGS | HEADING_TAGS | MATH_TAGS), clean_content_tags=DROPPED_WHOLE,
        attributes={**ATTRIBUTES, **MARKDOWN_ATTRIBUTES}, tag_attribute_values=VALUES, allowed_classes=CLASSES,
        url_schemes={"http", "https", "mailto"},
    )  # fmt: skip
    return show_unseen(cleaned)


def _local(url: str) -> str | None:
    return url if LOCAL_LINK.fullmatch(url) else None


def _finish_tables(markup: str, label: str) -> str:
    """Give a foreign table's headings their scope, and the table a region that scrolls and takes the focus."""
    head = HEAD_OF_TABLE.sub(lambda match: BARE_HEADING.sub(_column_heading, match[0]), markup)
    scoped = BARE_HEADING.sub(_row_heading, head)
    region = f'<div class="sap-scroll" role="region" tabindex="0" aria-label="{escape(label)}">'
    return TABLE.sub(lambda match: f"{region}{match[0]}</div>", scoped)


def _column_heading(match: re.Match[str]) -> str:
    return _heading(match, "col")


def _row_heading(match: re.Match[str]) -> str:
    return _heading(match, "row")


def _heading(match: re.Match[str], scope: str) -> str:
    attributes, content = match.groups()
    if not content.strip():
        return f"<td{attributes}></td>"
    return f'<th scope="{scope}"{attributes}>{content}</th>'
