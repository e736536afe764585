"""Events over time: one line of points for each category, over the blocks of dosing."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from sap_helpers.show.charts.style import INK, MUTED, RULE, drawing, printable, svg_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.axes import Axes

    from sap_helpers.show.charts.timeline import Grade

LINE_IN = 0.42
NAME_WIDTH = 22
HEAD_IN, FOOT_IN = 0.35, 0.85
LEFT, RIGHT = 0.24, 0.985
STEP, MOST = 0.15, 6
BLOCK = "#e4edf3"


def draw_onsets(
    lines: Sequence[tuple[str, Sequence[tuple[int, Grade]]]], blocks: Sequence[tuple[int, int]], *, last: int,
    x_label: str, legend: Sequence[Grade], block_label: str,
) -> bytes:  # fmt: skip
    """Draw every event at its day, events of one day stacked, above shaded blocks of dosing.

    Parameters
    ----------
    lines
        From top to bottom: a name, and day and look of each of its events.
    blocks
        First and last day of each block.
    last
        The last day drawn.
    x_label, legend, block_label
        Name of the axis, the looks explained below it, and the words for a block.

    Returns
    -------
    bytes
        SVG.
    """
    total_in = LINE_IN * max(len(lines), 1) + HEAD_IN + FOOT_IN
    with drawing(total_in, layout=None) as (figure, axes):
        axes.set_position((LEFT, FOOT_IN / total_in, RIGHT - LEFT, LINE_IN * max(len(lines), 1) / total_in))
        axes.set_xlim(0, last + 1)
        axes.set_ylim(max(len(lines), 1), 0)
        for first, end in blocks:
            axes.axvspan(first - 0.5, end + 0.5, color=BLOCK, linewidth=0, zorder=0)
        points: dict[Grade, list[tuple[float, float]]] = {}
        for i, (name, events) in enumerate(lines):
            axes.axhline(i + 1, color=RULE, linewidth=0.7, zorder=1)
            text = textwrap.fill(printable(name), NAME_WIDTH)
            axes.text(-last * 0.012, i + 0.5, text, ha="right", va="center", fontsize=8.5, linespacing=1.0)
            for look, point in _places(i + 1, events):
                points.setdefault(look, []).append(point)
        for look, places in points.items():
            x, y = zip(*places, strict=True)
            axes.scatter(x, y, s=21, marker=look.marker, color=look.color, edgecolors="white", linewidths=0.4,
                         zorder=2, clip_on=False)  # fmt: skip
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.set_xlabel(printable(x_label))
        _legend(axes, legend, block_label, total_in)
        return svg_of(figure)


def _places(floor: float, events: Sequence[tuple[int, Grade]]) -> Iterator[tuple[Grade, tuple[float, float]]]:
    """Give the place of each event of one line, those near one another on top of each other."""
    taken: dict[int, int] = {}
    for day, look in sorted(events, key=lambda event: event[0]):
        slot = day // 3
        height = taken.get(slot, 0)
        taken[slot] = height + 1
        yield look, (day, floor - 0.12 - STEP * (height % MOST))


def _legend(axes: Axes, legend: Sequence[Grade], block_label: str, total_in: float) -> None:
    """Explain the looks below the axis, spread over the drawing's width."""
    figure = axes.figure
    y = 0.14 / total_in
    places = [0.03 + 0.95 * i / (len(legend) + 1) for i in range(len(legend) + 1)]
    for x, look in zip(places, legend, strict=False):
        figure.text(x, y, look.sign, color=look.color, fontsize=9, va="center")
        figure.text(x + 0.018, y, printable(look.label), color=INK, fontsize=8, va="center")
    figure.text(places[-1], y, "\N{BLACK SQUARE}", color="#b9cfdd", fontsize=11, va="center")
    figure.text(places[-1] + 0.022, y, printable(block_label), color=MUTED, fontsize=8, va="center")
