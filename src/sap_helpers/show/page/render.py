"""An executed notebook to its page: cells in order, headings gathered, everything untrusted sanitised, then counted."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import jinja2

from sap_helpers.show.page.check import check_page
from sap_helpers.show.page.links import link_subjects
from sap_helpers.show.page.markdown import Outline, render_markdown
from sap_helpers.show.page.numbering import number_outputs, tables_shown
from sap_helpers.show.page.outputs import joined, render_output
from sap_helpers.show.page.trail import Packer, Trail
from sap_helpers.show.text import LINES, escape, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import nbformat

    from sap_helpers.show.page.context import PageContext

DEFAULT, INJECTED, ANSWER, MARK_OF_FAILURE = "parameters", "injected-parameters", "answer", "papermill-error-cell-tag"
LATE = "late"
SECTION = "## "
POLICY = (
    "default-src 'none'; img-src data:; style-src '{style}'; script-src '{script}'; base-uri 'none'; form-action 'none'"
)

PROFILES = re.compile(r'class="(?:sri|profile)-')
RESOURCES = ("style.css", "profiles.css", "script.js")


class Block(NamedTuple):
    """One cell on the page: what it is, its escaped code, and its sanitised HTML."""

    kind: str
    code: str
    html: str


class Draft(NamedTuple):
    """An executed notebook on its way to a page: what it shows, without what stands around it and behind its numbers.

    Parameters
    ----------
    notebook
        Executed.
    outline
        Title and headings.
    answer
        Sanitised HTML for the top of the page.
    blocks
        The cells in the order of the page.
    """

    notebook: nbformat.NotebookNode
    outline: Outline
    answer: str
    blocks: Sequence[Block]

    @property
    def html(self) -> str:
        """All that the page will show of the notebook, in order."""
        return "\n".join([self.answer, *(block.html for block in self.blocks)])


def draft_page(notebook: nbformat.NotebookNode) -> Draft:
    """Return what the page of an executed notebook will show.

    Parameters
    ----------
    notebook
        Executed. The default parameters are left out where injected ones stand below them; the outputs of a cell
        tagged ``answer`` stand at the top of the page.

    Raises
    ------
    PageError
        A figure has no description, or a formula cannot be set.
    """
    outline = Outline()
    answer: list[str] = []
    tables = tables_shown(notebook)
    blocks = [_block(cell, outline, answer, numbers, tables) for cell, numbers in _shown_cells(notebook)]
    return Draft(notebook, outline, "\n".join(answer), blocks)


def render_page(draft: Draft, context: PageContext, trail: Trail | None = None) -> str:
    """Return the page of an executed notebook: one file that fetches nothing, the same bytes for the same input.

    Its one script is the package's own, named by its hash in the page's policy: no other runs.

    Parameters
    ----------
    draft
        What it shows.
    context
        What stands around it.
    trail
        What its numbers are and come from; by default its tables may show no result.

    Returns
    -------
    str
        The HTML document.

    Raises
    ------
    PageError
        A table shows a result that does not exist, or the page would not show every table and figure.
    """
    page = _filled(
        context, draft.outline, draft.blocks, trail or Trail(), context.links,
        answer=draft.answer, failures=_failures(draft.notebook),
    )  # fmt: skip
    check_page(page, draft.notebook)
    return page


def prepare_pages() -> None:
    """Do once what every page needs: read and compile the template, the styles and the script."""
    _template()
    for name in RESOURCES:
        _resource(name)


def render_blocks(parts: Sequence[str], outline: Outline, context: PageContext, *, answer: str = "") -> str:
    """Return a page that is made of no notebook.

    Parameters
    ----------
    parts
        HTML of the body, made by this package alone, with every text in it escaped; no subject is linked.
    outline
        Title and headings; the parts carry the ids of the headings.
    context
        What stands around it.
    answer
        HTML for the top of the page, made as the parts are.

    """
    return _filled(context, outline, [Block("text", "", part) for part in parts], Trail(), {}, answer=answer)


def _filled(
    context: PageContext,
    outline: Outline,
    blocks: Sequence[Block],
    trail: Trail,
    links: Mapping[str, str],
    *,
    answer: str,
    failures: Sequence[str] = (),
) -> str:
    """Return the template filled in, with the styles that the blocks need, and subjects linked to their profiles."""
    packer = Packer(trail, links)
    shown = [block._replace(html=packer.shorten(link_subjects(block.html, links))) for block in blocks]
    style, script = _style(block.html for block in blocks), _resource("script.js")
    return _template().render(
        context=context, title=visible(outline.title or context.title), headings=outline.headings, blocks=shown,
        answer=packer.shorten(answer), failures=failures, style=style, script=script,
        policy=POLICY.format(style=_digest(style), script=_digest(script)), behind=packer.packed(),
        has_search=bool(trail.search),
    )  # fmt: skip


def _style(parts: Iterable[str]) -> str:
    """Return the style of a page: that of profiles and states of the response only where there are such."""
    needs_more = any(PROFILES.search(part) for part in parts)
    return _resource("style.css") + (_resource("profiles.css") if needs_more else "")


def _shown_cells(notebook: nbformat.NotebookNode) -> list[tuple[Any, list[str]]]:
    """Return the cells in the order of the page, each with the numbers of its outputs.

    A section whose heading is tagged ``late`` stands after the others: what a reader asks for last.
    """
    labels = number_outputs(notebook)
    tags = [_tags(cell) for cell in notebook.cells]
    hidden = {MARK_OF_FAILURE} | ({DEFAULT} if any(INJECTED in of for of in tags) else set())
    early: list[tuple[Any, list[str]]] = []
    late: list[tuple[Any, list[str]]] = []
    place = early
    for cell, of in zip(notebook.cells, tags, strict=True):
        numbered = cell, list(islice(labels, len(cell.get("outputs", []))))
        if cell.cell_type == "markdown" and joined(cell.source).startswith(SECTION):
            place = late if LATE in of else early
        if not (set(of) & hidden and _is_silent(cell)):
            place.append(numbered)
    return [*early, *late]


def _is_silent(cell: Any) -> bool:
    return not cell.get("outputs")


def _tags(cell: Any) -> list[str]:
    return list(cell.metadata.get("tags", []))


def _block(cell: Any, outline: Outline, answer: list[str], numbers: list[str], tables: Mapping[str, str]) -> Block:
    source = joined(cell.source)
    if cell.cell_type == "markdown":
        return Block("text", "", render_markdown(source, outline))
    if cell.cell_type == "raw":
        return Block("text", "", f'<pre class="sap-text">{escape(source, keep=LINES)}</pre>')
    outputs = zip(cell.outputs, numbers, strict=True)
    parts = [render_output(output, outline.latest, number, tables) for output, number in outputs]
    html = "\n".join(filter(None, parts))
    tags = _tags(cell)
    if ANSWER in tags:
        answer.append(html)
        html = ""
    kind = "parameters" if INJECTED in tags or DEFAULT in tags else "code"
    return Block(kind, escape(source.rstrip(), keep=LINES), html)


def _failures(notebook: nbformat.NotebookNode) -> list[str]:
    """Return one sentence for each cell that failed."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [
        visible(f"Code cell {place} failed with {output.ename}; what follows it did not run.")
        for place, cell in enumerate(code, start=1)
        for output in cell.outputs
        if output.output_type == "error"
    ]


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


@cache
def _resource(name: str) -> str:
    return files("sap_helpers.show.page").joinpath(name).read_text(encoding="utf-8")


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["seen"] = visible
    return environment.from_string(_resource("template.html.j2"))
