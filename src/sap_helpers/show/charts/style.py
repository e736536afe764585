"""The house style of charts: one palette, one typeface, a fixed size, and the same bytes for the same numbers."""

from __future__ import annotations

import io
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from sap_helpers.show.charts.svg import shrink_svg
from sap_helpers.show.text import LINES, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes
    from matplotlib.backend_bases import RendererBase

Layout = Literal["constrained"] | None
WIDTH_IN = 7.2
# comes with the plotting library, so that the outlines are the same on every machine
TYPEFACE = "DejaVu Sans"
INK = "#1f2529"
MUTED = "#59626b"
RULE = "#d5dade"
# Okabe and Ito's colours that keep three to one against white; told apart by marker as well, never by colour alone
PALETTE = ("#0072b2", "#d55e00", "#00795a", "#8c4a7d")
MARKERS = ("o", "s", "D", "^")
PERCENT_TICKS = (0, 20, 40, 60, 80, 100)

RC: dict[Any, Any] = {
    "svg.hashsalt": "sap_helpers",
    "svg.fonttype": "path",
    "text.parse_math": False,
    "font.family": [TYPEFACE],
    "font.size": 9.5,
    "text.color": INK,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.labelsize": 9.5,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "axes.axisbelow": True,
    "grid.color": RULE,
    "grid.linewidth": 0.7,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.major.size": 3,
    "ytick.major.size": 3,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
}


class Drawing(Figure):
    """A drawing that saving asks to be drawn twice, the first time for the places of its axes alone."""

    def draw(self, renderer: RendererBase) -> None:
        """Place the axes, or draw: saving takes the layout away before it draws."""
        layout = self.get_layout_engine()
        if isinstance(layout, ConstrainedLayoutEngine):
            layout.execute(self)
        else:
            super().draw(renderer)


@contextmanager
def drawing(height_in: float, *, layout: Layout = "constrained") -> Iterator[tuple[Drawing, Axes]]:
    """Give a drawing of the house width with one set of axes; every setting is as before afterwards.

    Parameters
    ----------
    height_in
        Height in inches.
    layout
        ``None`` where the chart places its axes itself.

    """
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(RC)
        figure = Drawing(figsize=(WIDTH_IN, height_in), layout=layout)
        yield figure, figure.add_subplot()


def svg_of(figure: Drawing) -> bytes:
    """Return the drawing as SVG without a date; to be called inside `drawing`."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    return shrink_svg(buffer.getvalue()).encode()


def printable(text: str) -> str:
    """Return text that the chart's typeface can write, its line ends kept; any other character as its code point."""
    shown = visible(text, keep=LINES)
    return "".join(c if c == "\n" or ord(c) in _glyphs() else f"<U+{ord(c):04X}>" for c in shown)


def percent_axis(axes: Axes, label: str) -> None:
    """Set up the vertical axis as 0 to 100 percent, with light rules and room for labels above."""
    axes.set_ylim(0, 108)
    axes.set_yticks(PERCENT_TICKS, [f"{tick}%" for tick in PERCENT_TICKS])
    axes.set_ylabel(printable(label))
    axes.grid(visible=True, axis="y")
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)


def spread(positions: list[float], gap: float) -> list[float]:
    """Return label positions at least `gap` apart, in the order given and as near to where they were as that allows."""
    order = sorted(range(len(positions)), key=lambda i: positions[i])
    placed = [positions[i] for i in order]
    for _ in placed:
        for i in range(1, len(placed)):
            overlap = gap - (placed[i] - placed[i - 1])
            if overlap > 0:
                placed[i - 1] -= overlap / 2
                placed[i] += overlap / 2
    return [placed[order.index(i)] for i in range(len(positions))]


@cache
def _glyphs() -> frozenset[int]:
    return frozenset(font_manager.get_font(font_manager.findfont(TYPEFACE)).get_charmap())
