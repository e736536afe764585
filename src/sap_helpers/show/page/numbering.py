"""Numbers of tables, figures and listings as in a study report: the notebook names its sections, outputs count on."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from sap_helpers.show.page.outputs import FIGURES, HTML, joined, shown_type

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import nbformat

TABLE = re.compile(r'<div class="sap-table( sap-listing| sap-plain)?">')
TABLES, LISTINGS = "tables", "listings"


def number_outputs(notebook: nbformat.NotebookNode) -> Iterator[str]:
    """Yield for each output of each code cell, in order, its label such as ``Table 14.2.1.3``, or "" for none.

    Sections stand in the notebook's metadata under ``sap``: `tables` (its figures too) and `listings`; the numbering
    is that of ICH E3. A notebook without sections has no numbers.
    """
    sections = notebook.metadata.get("sap", {})
    counts: Counter[str] = Counter()
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            word = _word(output)
            section = sections.get(LISTINGS if word == "Listing" else TABLES, "")
            counts[word] += 1
            yield f"{word} {section}.{counts[word]}" if word and section else ""


def tables_shown(notebook: nbformat.NotebookNode) -> dict[str, str]:
    """Return the label of each table that a notebook shows by the HTML that it put out.

    The numbers of a figure are often one of them: such a figure leads to its table instead of showing it again.
    """
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return {
        joined(output["data"][HTML]): label
        for output, label in zip(outputs, number_outputs(notebook), strict=True)
        if label and shown_type(output) == HTML
    }


def _word(output: Mapping[str, Any]) -> str:
    shown = shown_type(output)
    if shown in FIGURES:
        return "Figure"
    match = TABLE.search(joined(output["data"][shown])) if shown == HTML else None
    if match is None or match[1] == " sap-plain":
        return ""
    return "Listing" if match[1] else "Table"
