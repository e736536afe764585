"""Markdown to HTML: headings with ids, tables, mathematics as MathML; HTML inside it is shown, not obeyed."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import NamedTuple

import mistune
from latex2mathml.converter import convert
from mistune.plugins.math import math
from mistune.plugins.table import table

from sap_helpers.show.page.clean import clean_markdown
from sap_helpers.show.page.errors import PageError
from sap_helpers.show.text import LINES, escape, visible

TAG = re.compile(r"<[^>]*>")
NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")
DEEPEST_HEADING = 6


class Heading(NamedTuple):
    """A heading of the page: its level, its id and its text."""

    level: int
    id: str
    text: str


@dataclass
class Outline:
    """The headings met so far: the page's title, those of the contents, and the ids that are taken."""

    title: str = ""
    headings: list[Heading] = field(default_factory=list)
    taken: set[str] = field(default_factory=lambda: {"main", "contents"})

    @property
    def latest(self) -> str:
        """The text of the last heading, or the title."""
        return self.headings[-1].text if self.headings else self.title

    def add(self, level: int, text: str) -> Heading | None:
        """Take in a heading; the first of level one becomes the title, and is not shown a second time."""
        if level == 1 and not self.title and not self.headings:
            self.title = text
            return None
        heading = Heading(max(level, 2), self._free_id(text), text)
        self.headings.append(heading)
        return heading

    def _free_id(self, text: str) -> str:
        base = NOT_IN_SLUG.sub("-", text.lower()).strip("-") or "section"
        slug, count = base, 1
        while slug in self.taken:
            count += 1
            slug = f"{base}-{count}"
        self.taken.add(slug)
        return slug


def render_markdown(source: str, outline: Outline) -> str:
    """Return the HTML of a markdown cell; its headings are added to the outline.

    Raises
    ------
    PageError
        A formula cannot be set.

    """
    return clean_markdown(_render(source, _PageRenderer(outline), has_math=True))


def render_plain_markdown(source: str) -> str:
    """Return the HTML of markdown that code put out: no headings in the contents, a dollar sign is a dollar sign."""
    return clean_markdown(_render(source, _PageRenderer(None), has_math=False))


def _render(source: str, renderer: _PageRenderer, *, has_math: bool) -> str:
    markdown = mistune.Markdown(renderer=renderer)
    table(markdown)
    renderer.register("table", _scrolling_table)
    renderer.register("table_cell", _table_cell)
    if has_math:
        math(markdown)
        renderer.register("block_math", lambda _, text: _formula(text, "block"))
        renderer.register("inline_math", lambda _, text: _formula(text, "inline"))
    return str(markdown(visible(source, keep=LINES)))


class _PageRenderer(mistune.HTMLRenderer):
    """Renderer that shows HTML as text, gives headings ids, and turns an image into its words."""

    def __init__(self, outline: Outline | None) -> None:
        super().__init__(escape=True)
        self.outline = outline

    def heading(self, text: str, level: int, **_: object) -> str:
        """Return a heading, or nothing where it became the page's title."""
        words = html.unescape(TAG.sub("", text)).strip()
        if self.outline is None:
            return f"<p><strong>{text}</strong></p>\n"
        heading = self.outline.add(min(level, DEEPEST_HEADING), words)
        if heading is None:
            return ""
        return f'<h{heading.level} id="{heading.id}">{text}</h{heading.level}>\n'

    def image(self, text: str, url: str, title: str | None = None) -> str:  # noqa: ARG002 - its interface
        """Return the words of an image: pictures on a page come from figures alone."""
        return escape(html.unescape(text))


def _formula(text: str, display: str) -> str:
    try:
        return str(convert(text, display=display))
    except Exception as error:
        raise PageError(
            f"formula ${text.strip()}$ cannot be set ({error!r}). Correct the LaTeX in the notebook."
        ) from error


def _scrolling_table(renderer: _PageRenderer, text: str) -> str:
    label = renderer.outline.latest if renderer.outline else ""
    name = f"Table in {label}" if label else "Table"
    return (
        f'<div class="sap-scroll" role="region" tabindex="0" aria-label="{escape(name)}"><table>{text}</table></div>\n'
    )


def _table_cell(_: object, text: str, align: str | None = None, head: bool = False) -> str:  # noqa: FBT002
    kind = ' class="sap-num"' if align == "right" else ""
    if head and text.strip():
        return f'<th scope="col"{kind}>{text}</th>\n'
    return f"<td{kind}>{text}</td>\n"
