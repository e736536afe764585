"""A drawing that says why there is nothing to draw."""

from __future__ import annotations

from sap_helpers.show.charts.style import MUTED, drawing, printable, svg_of


def draw_message(text: str) -> bytes:
    """Draw a sentence in an empty frame.

    Parameters
    ----------
    text
        Why there is nothing to draw.

    Returns
    -------
    bytes
        SVG.
    """
    with drawing(1.0) as (figure, axes):
        axes.set_axis_off()
        axes.text(0.5, 0.5, printable(text), ha="center", va="center", color=MUTED, fontstyle="italic")
        return svg_of(figure)
