"""The house style of charts: one palette, one typeface, a fixed size, and the same bytes for the same numbers."""

from __future__ import annotations

import io
import textwrap
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from sap_helpers.show.charts.svg import shrink_svg
from sap_helpers.show.text import LINES, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
# of a line that something is held against, behind all else
DASHED: dict[str, Any] = {"color": MUTED, "linewidth": 0.8, "linestyle": (0, (4, 3)), "zorder": 1}
COLUMNS = 3
EMPTY_WIDTH = 24

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


@dataclass(frozen=True, slots=True)
class Look:
    """How one kind of what happens is drawn: a sign on its day, a bar of so many points over its days, or both."""

    label: str
    color: str
    marker: str = ""
    size: float = 5.0
    is_filled: bool = True
    bar: float = 0.0
    alpha: float = 1.0

    @property
    def sign(self) -> dict[str, Any]:
        """Its sign, as a line without a line; an unfilled one, and one that is a stroke, shows its outline alone."""
        is_outline = not self.is_filled or self.marker == "|"
        return {
            "linestyle": "none", "marker": self.marker, "markersize": self.size, "color": self.color,
            "markerfacecolor": self.color if self.is_filled else "white",
            "markeredgecolor": self.color if is_outline else "white",
            "markeredgewidth": 0.8 if is_outline else 0.4, "clip_on": False,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Body:
    """Where rows lie in a drawing: inches above and below them, and their ends as shares of its width."""

    head_in: float
    foot_in: float
    left: float
    right: float


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


@contextmanager
def row_drawing(rows: float, row_in: float, body: Body) -> Iterator[tuple[Drawing, Axes]]:
    """Give a drawing that grows with its rows, which its axes count from the top.

    Parameters
    ----------
    rows
        How many there are.
    row_in
        Height of one, in inches.
    body
        What is around them.

    """
    height_in = rows * row_in + body.head_in + body.foot_in
    with drawing(height_in, layout=None) as (figure, axes):
        axes.set_position((body.left, body.foot_in / height_in, body.right - body.left, rows * row_in / height_in))
        axes.set_ylim(rows, 0)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        yield figure, axes


def panel_axes(figure: Drawing, axes: Axes, count: int) -> list[Axes]:
    """Return the axes of so many small charts, three a row, in the place of the drawing's one."""
    axes.remove()
    grid = figure.add_gridspec(-(-count // COLUMNS), min(COLUMNS, count))
    return [figure.add_subplot(grid[i // COLUMNS, i % COLUMNS]) for i in range(count)]


def name_rows(axes: Axes, names: Sequence[str], size: float) -> None:
    """Write the name of each row at its middle, left of it."""
    axes.set_yticks([row + 0.5 for row in range(len(names))], [printable(name) for name in names], fontsize=size)
    axes.tick_params(axis="y", length=0)


def say_empty(axes: Axes, reason: str) -> None:
    """Show a reason in place of a chart's contents."""
    text = textwrap.fill(printable(reason), EMPTY_WIDTH)
    axes.text(0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center", color=MUTED, fontstyle="italic")


def name_axes(axes: Axes, x_label: str, y_label: str = "", *, size: float = 9.5) -> None:
    """Name both axes."""
    axes.set_xlabel(printable(x_label), fontsize=size)
    axes.set_ylabel(printable(y_label), fontsize=size)


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
