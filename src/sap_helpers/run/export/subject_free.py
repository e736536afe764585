"""An executed notebook without anything about single subjects; what is left keeps its numbers."""

from __future__ import annotations

import html
import re
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from nbformat import v4

from sap_helpers.records import encode_records
from sap_helpers.results import MIME as RESULTS
from sap_helpers.show.charts.figure import Figure
from sap_helpers.show.charts.message import draw_message
from sap_helpers.show.page.numbering import TABLE, number_outputs
from sap_helpers.show.page.outputs import FIGURES, HTML, SVG, joined, shown_type
from sap_helpers.show.tables import Table

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import nbformat

LEFT_OUT = "left out of this copy, which holds nothing about single subjects"
LISTING = " sap-listing"
TITLE = re.compile(r'<span class="sap-title">(.*?)</span>', re.DOTALL)
LINK = re.compile(r'<a href="([^"#]*)(?:#([^"]*))?">(.*?)</a>', re.DOTALL)


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
    labels = number_outputs(notebook)
    for cell in copied.cells:
        if cell.cell_type == "code":
            cell.outputs = [_judged(output, next(labels), pages) for output in cell.outputs]
    return copied


def _judged(output: Any, label: str, pages: Collection[str]) -> Any:
    """Return what stands for one output in the copy."""
    kind = shown_type(output)
    if kind in FIGURES:
        described = output.get("metadata", {}).get(kind, {})
        # without the mark nobody knows what its points are
        return _figure_left_out(described) if described.get("is_subject_level", True) else _figure_kept(output, pages)
    if kind == RESULTS:
        bundle = {"rows": output["data"][RESULTS]["rows"], "records": encode_records({}, ())}
        return _with_data(output, {"text/plain": output["data"].get("text/plain", "results"), RESULTS: bundle})
    if kind == HTML:
        return _judged_markup(output, label, pages)
    return output


def _judged_markup(output: Any, label: str, pages: Collection[str]) -> Any:
    markup = joined(output["data"][HTML])
    match = TABLE.search(markup)
    if match is not None and match[1] != LISTING:
        return _with_data(output, {**output["data"], HTML: _linked(markup, pages)})
    if match is None and "<table" not in markup:
        return _with_data(output, {**output["data"], HTML: _linked(markup, pages)})
    title = TITLE.search(markup)
    named = ". ".join(filter(None, (label, html.unescape(title[1]) if title else "A table")))
    said = f"{named}: {LEFT_OUT}."
    return _with_data(output, {HTML: f"<p>{html.escape(said)}</p>", "text/plain": said})


def _figure_kept(output: Any, pages: Collection[str]) -> Any:
    kept = deepcopy(output)
    described = kept["metadata"][shown_type(output)]
    described["numbers"] = _linked(str(described.get("numbers", "")), pages)
    return kept


def _figure_left_out(described: Mapping[str, Any]) -> Any:
    """Return a figure with the title of the one left out, so that those after it keep their numbers."""
    title = str(described.get("title", "A figure"))
    said, none = f"{title}: {LEFT_OUT}", Table("", title, "", ())
    empty = Figure("", title, draw_message(said), f"{said}.", f"{LEFT_OUT.capitalize()}.", none)
    data, metadata = empty._repr_mimebundle_()
    metadata[SVG]["numbers"] = ""
    return v4.new_output("display_data", data=data, metadata=metadata)


def _with_data(output: Any, data: dict[str, Any]) -> Any:
    kept = deepcopy(output)
    kept["data"] = data
    return kept


def _linked(markup: str, pages: Collection[str]) -> str:
    """Return HTML in which links to pages and listings that the copy lacks are text."""

    def judge(match: re.Match[str]) -> str:
        page, anchor, text = match.groups()
        is_there = (not page or page in pages) and not (anchor or "").startswith("listing-")
        return match[0] if is_there else text

    return LINK.sub(judge, markup)
