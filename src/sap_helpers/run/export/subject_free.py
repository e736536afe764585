"""An executed notebook without anything about single subjects; what is left keeps its numbers."""

from __future__ import annotations

import html
from copy import deepcopy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sap_helpers.records import encode_records
from sap_helpers.results import MIME as RESULTS
from sap_helpers.show.charts.message import draw_message
from sap_helpers.show.display import Figure, Table
from sap_helpers.show.page.numbering import number_displays
from sap_helpers.show.page.outputs import HTML, PICTURES, PLAIN, joined

if TYPE_CHECKING:
    from collections.abc import Collection

    import nbformat

    from sap_helpers.show.page.outputs import Shown

LEFT_OUT = "left out of this copy, which holds nothing about single subjects"


def without_subjects(notebook: nbformat.NotebookNode, pages: Collection[str]) -> nbformat.NotebookNode:
    """Return a copy of an executed notebook without subject-level outputs and without the records behind results.

    Parameters
    ----------
    notebook
        Executed. Of its outputs stay: tables of aggregated numbers, figures that say that no mark is a single subject,
        results, statements and plain text. A figure or listing that goes leaves its title; what nobody can judge,
        such as a table that the package did not make, goes with it.
    pages
        The pages that the copy has: links to others become text.
    """
    copied = deepcopy(notebook)
    shown = number_displays(notebook)
    for cell in copied.cells:
        if cell.cell_type == "code":
            cell.outputs = [_judged(output, next(shown), pages) for output in cell.outputs]
    return copied


def _judged(output: Any, shown: Shown | None, pages: Collection[str]) -> Any:
    """Return what stands for one output in the copy."""
    data = output.get("data", {})
    if shown is not None:
        return _judged_display(output, shown, pages)
    if RESULTS in data:
        bundle = {"rows": data[RESULTS]["rows"], "records": encode_records({}, ())}
        return _with_data(output, {PLAIN: data.get(PLAIN, "results"), RESULTS: bundle})
    if any(name in data for name in PICTURES) or "<table" in joined(data.get(HTML, "")):
        return _left_out(output, "An output that the package did not make")
    return output


def _judged_display(output: Any, shown: Shown, pages: Collection[str]) -> Any:
    match shown.display:
        case Table(kind="listing"):
            return _left_out(output, shown.title)
        case Table() as table:
            return _with_data(output, _unlinked(table, pages)._repr_mimebundle_())
        case Figure(is_subject_level=True, title=title):
            return _with_data(output, _empty(title)._repr_mimebundle_())
        case Figure(numbers=Table() as numbers) as figure:
            return _with_data(output, replace(figure, numbers=_unlinked(numbers, pages))._repr_mimebundle_())
    return output


def _left_out(output: Any, title: str) -> Any:
    said = f"{title}: {LEFT_OUT}."
    return _with_data(output, {HTML: f"<p>{html.escape(said)}</p>", PLAIN: said})


def _empty(title: str) -> Figure:
    """Return a figure with the title of one left out, so that those after it keep their numbers."""
    said = f"{title}: {LEFT_OUT}"
    return Figure("", title, draw_message(said), f"{said}.", f"{LEFT_OUT.capitalize()}.", None)


def _with_data(output: Any, data: dict[str, Any]) -> Any:
    kept = deepcopy(output)
    kept["data"], kept["metadata"] = data, {}
    return kept


def _unlinked(table: Table, pages: Collection[str]) -> Table:
    """Return a table in which rows that lead to pages and listings that the copy lacks lead nowhere."""

    def is_there(href: str) -> bool:
        page, _, anchor = href.partition("#")
        return (not page or page in pages) and not anchor.startswith("listing-")

    return replace(table, rows=tuple(replace(row, href=row.href if is_there(row.href) else "") for row in table.rows))
