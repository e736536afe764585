"""An executed notebook to its page: cells in order, headings gathered, everything untrusted sanitised, then counted."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import jinja2

from sap_helpers.show.display import Table
from sap_helpers.show.html import Around, anchor_of
from sap_helpers.show.page.check import check_page
from sap_helpers.show.page.markdown import Outline, render_markdown
from sap_helpers.show.page.numbering import number_displays
from sap_helpers.show.page.outputs import Shown, joined, render_display, render_output
from sap_helpers.show.page.trail import Packer, Trail
from sap_helpers.show.text import LINES, escape, visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import nbformat

    from sap_helpers.show.page.context import PageContext
    from sap_helpers.show.page.markdown import Heading

DEFAULT, INJECTED, ANSWER, MARK_OF_FAILURE = "parameters", "injected-parameters", "answer", "papermill-error-cell-tag"
LATE = "late"
DEEPEST_FOUND = 3
SECTION = "## "
POLICY = (
    "default-src 'none'; img-src data:; style-src '{style}'; script-src '{script}'; base-uri 'none'; form-action 'none'"
)

RESOURCES = ("style.css", "profiles.css", "script.js")
Part = str | Shown
Entry: TypeAlias = tuple[str, str]


class Block(NamedTuple):
    """One cell on the page: what it is, its escaped code, what it shows, and the headings in it."""

    kind: str
    code: str
    parts: Sequence[Part]
    headings: Sequence[Heading] = ()


class Draft(NamedTuple):
    """An executed notebook on its way to a page: what it shows, without what stands around it and behind its numbers.

    Parameters
    ----------
    notebook
        Executed.
    displays
        What each of its outputs is.
    outline
        Title and headings.
    answer
        What stands at the top of the page.
    blocks
        The cells in the order of the page.
    """

    notebook: nbformat.NotebookNode
    displays: Sequence[Shown | None]
    outline: Outline
    answer: Sequence[Part]
    blocks: Sequence[Block]

    @property
    def entries(self) -> list[Entry]:
        """Anchor and text of all that can be found on the page: headings, tables, listings and figures, in order."""
        found = [_entry(part) for part in self.answer]
        for block in self.blocks:
            found += [(heading.id, heading.text) for heading in block.headings if heading.level <= DEEPEST_FOUND]
            found += [_entry(part) for part in block.parts]
        return list(filter(None, found))


def _entry(part: Part) -> Entry | None:
    return (anchor_of(part.label), visible(part.title)) if isinstance(part, Shown) and part.label else None


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
    answer: list[Part] = []
    displays = list(number_displays(notebook))
    blocks = [_block(cell, outline, answer, its) for cell, its in _shown_cells(notebook, displays)]
    return Draft(notebook, displays, outline, answer, blocks)


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
        context, draft.outline, draft.blocks, trail or Trail(), answer=draft.answer, failures=_failures(draft.notebook)
    )
    check_page(page, draft.notebook, draft.displays)
    return page


def prepare_pages() -> None:
    """Do once what every page needs: read and compile the template, the styles and the script."""
    _template()
    for name in RESOURCES:
        _resource(name)


def render_blocks(
    parts: Sequence[str], outline: Outline, context: PageContext, *, answer: str = "", has_states: bool = False
) -> str:
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
    has_states
        Whether it shows profiles or states of the response, which have their own style.
    """
    blocks = [Block("text", "", (part,)) for part in parts]
    return _filled(context, outline, blocks, Trail(), answer=(answer,), style=_styles(has_states=has_states))


def _filled(
    context: PageContext,
    outline: Outline,
    blocks: Sequence[Block],
    trail: Trail,
    *,
    answer: Sequence[Part],
    failures: Sequence[str] = (),
    style: str = "",
) -> str:
    """Return the template filled in: displays with their numbers and results, subjects linked to their profiles."""
    packer = Packer(trail, context.links)
    around = Around(mark=packer.mark, profiles=_by_shown_name(context.links))
    shown = [{"kind": block.kind, "code": block.code, "html": _html(block.parts, around)} for block in blocks]
    said, script = _html(answer, around), _resource("script.js")
    style = style or _styles(has_states=any(map(_has_states, blocks)))
    return _template().render(
        context=context, title=visible(outline.title or context.title), headings=outline.headings, blocks=shown,
        answer=said, failures=failures, style=style, script=script,
        policy=POLICY.format(style=_digest(style), script=_digest(script)), behind=packer.packed(),
        has_search=bool(trail.search),
    )  # fmt: skip


def _html(parts: Sequence[Part], around: Around) -> str:
    """Return what some parts show."""
    texts = (
        render_display(part, around._replace(label=part.label)) if isinstance(part, Shown) else part for part in parts
    )
    return "\n".join(filter(None, texts))


def _by_shown_name(links: Mapping[str, str]) -> dict[str, str]:
    """Return the address of each profile by the subject as it is shown; two that look alike lead nowhere."""
    count = Counter(map(visible, links))
    return {visible(subject): href for subject, href in links.items() if count[visible(subject)] == 1}


def _has_states(block: Block) -> bool:
    """Return whether a cell shows states of the response, which have their own style."""
    tables = (part.display for part in block.parts if isinstance(part, Shown) and isinstance(part.display, Table))
    return any(cell.state for table in tables for row in table.rows for cell in row.cells)


def _styles(*, has_states: bool) -> str:
    """Return the style of a page: that of profiles and states of the response only where there are such."""
    return _resource("style.css") + (_resource("profiles.css") if has_states else "")


def _shown_cells(
    notebook: nbformat.NotebookNode, displays: Sequence[Shown | None]
) -> list[tuple[Any, list[Shown | None]]]:
    """Return the cells in the order of the page, each with the displays that its outputs are.

    A section whose heading is tagged ``late`` stands after the others: what a reader asks for last.
    """
    left = iter(displays)
    tags = [_tags(cell) for cell in notebook.cells]
    hidden = {MARK_OF_FAILURE} | ({DEFAULT} if any(INJECTED in of for of in tags) else set())
    early: list[tuple[Any, list[Shown | None]]] = []
    late: list[tuple[Any, list[Shown | None]]] = []
    place = early
    for cell, of in zip(notebook.cells, tags, strict=True):
        numbered = cell, list(islice(left, len(cell.get("outputs", []))))
        if cell.cell_type == "markdown" and joined(cell.source).startswith(SECTION):
            place = late if LATE in of else early
        if not (set(of) & hidden and _is_silent(cell)):
            place.append(numbered)
    return [*early, *late]


def _is_silent(cell: Any) -> bool:
    return not cell.get("outputs")


def _tags(cell: Any) -> list[str]:
    return list(cell.metadata.get("tags", []))


def _block(cell: Any, outline: Outline, answer: list[Part], displays: list[Shown | None]) -> Block:
    source = joined(cell.source)
    if cell.cell_type == "markdown":
        before = len(outline.headings)
        html = render_markdown(source, outline)
        return Block("text", "", (html,), outline.headings[before:])
    if cell.cell_type == "raw":
        return Block("text", "", (f'<pre class="sap-text">{escape(source, keep=LINES)}</pre>',))
    outputs = zip(cell.outputs, displays, strict=True)
    parts = [shown or render_output(output, outline.latest) for output, shown in outputs]
    tags = _tags(cell)
    if ANSWER in tags:
        answer += parts
        parts = []
    kind = "parameters" if INJECTED in tags or DEFAULT in tags else "code"
    return Block(kind, escape(source.rstrip(), keep=LINES), parts)


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
