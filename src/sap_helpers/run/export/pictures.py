"""Figures as pictures: the size of a drawing on the page, and drawings as PNG for formats that hold no SVG."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import typst

from sap_helpers.run.export.layout import TEXT_WIDTH_PT
from sap_helpers.run.scratch import scratch
from sap_helpers.show.charts.svg import size_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sap_helpers.show.display import Figure

PIXELS_PER_INCH = 200
PAGES = """#set page(width: auto, height: auto, margin: 0pt)
#for name in json("names.json") { image(name); pagebreak(weak: true) }
"""


def size_on_page(figure: Figure, room_pt: float) -> tuple[float, float]:
    """Return width and height of a figure in points: as drawn, or smaller where the page has less room in height."""
    width, height = size_of(figure.svg.decode())
    scale = min(1.0, TEXT_WIDTH_PT / width, room_pt / height)
    return width * scale, height * scale


def render_pictures(figures: Sequence[Figure]) -> list[bytes]:
    """Return the drawings as PNG, 200 pixels an inch of their own size, in order."""
    if not figures:
        return []
    with scratch() as folder:
        names = write_drawings(figures, folder)
        (folder / "names.json").write_text(json.dumps(names), encoding="utf-8")
        (folder / "main.typ").write_text(PAGES, encoding="utf-8")
        rendered = typst.compile(folder / "main.typ", root=folder, format="png", ppi=PIXELS_PER_INCH)
    return rendered if isinstance(rendered, list) else [rendered]


def write_drawings(figures: Sequence[Figure], folder: Path) -> list[str]:
    """Write the drawings into a folder and return the names of their files."""
    names = [f"figure-{place}.svg" for place in range(len(figures))]
    for name, figure in zip(names, figures, strict=True):
        (folder / name).write_bytes(figure.svg)
    return names
