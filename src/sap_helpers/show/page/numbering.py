"""Numbers of tables, figures and listings as in a study report: the notebook names its sections, outputs count on."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sap_helpers.show.display import Figure, Table
from sap_helpers.show.page.outputs import Shown, display_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import nbformat

    from sap_helpers.show.display import Display

WORDS = {"table": "Table", "listing": "Listing", "figure": "Figure"}
TABLES, LISTINGS = "tables", "listings"


def number_displays(notebook: nbformat.NotebookNode) -> Iterator[Shown | None]:
    """Yield for each output of each code cell, in order, the display that it is with its label, or None.

    Sections stand in the notebook's metadata under ``sap``: `tables` (its figures too) and `listings`; the numbering
    is that of ICH E3. A notebook without sections has no numbers. The numbers of a figure are often a table that the
    notebook shows: such a figure is to lead to its table instead of showing it again.

    Raises
    ------
    PageError
        The data of a display are not those of one.
    """
    sections = notebook.metadata.get("sap", {})
    counts: Counter[str] = Counter()
    found: list[tuple[Display | None, str]] = []
    for display in (display_of(output) for cell in notebook.cells for output in cell.get("outputs", [])):
        word = WORDS.get(display.kind, "") if display else ""
        section = sections.get(LISTINGS if word == "Listing" else TABLES, "")
        counts[word] += 1
        found.append((display, f"{word} {section}.{counts[word]}" if word and section else ""))
    tables = {display: label for display, label in found if label and isinstance(display, Table)}
    for display, label in found:
        numbers = tables.get(display.numbers, "") if isinstance(display, Figure) and display.numbers else ""
        yield Shown(display, label, numbers) if display else None
