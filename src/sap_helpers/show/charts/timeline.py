"""One line per subject: blocks of dosing, events with their length and grade, the end of the time at risk."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sap_helpers.show.charts.style import INK, MUTED, RULE, drawing, printable, svg_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

ROW_IN = 0.19
HEAD_IN, FOOT_IN = 0.2, 0.95
LEFT, RIGHT = 0.15, 0.985
BLOCK = "#d3e2ec"


@dataclass(frozen=True, slots=True)
class Grade:
    """How events of one grade are drawn: words, marker, its sign as a letter, and colour."""

    label: str
    marker: str
    sign: str
    color: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One subject: dosing blocks, events as first and last day with their look, end of risk, death (0: none)."""

    name: str
    blocks: tuple[tuple[int, int], ...]
    events: tuple[tuple[int, int, Grade], ...]
    end: int
    death: int = 0


def draw_timeline(lanes: Sequence[Lane], *, last: int, x_label: str, legend: Sequence[Grade]) -> bytes:
    """Draw the events of every subject.

    Parameters
    ----------
    lanes
        From top to bottom.
    last
        The last day drawn.
    x_label, legend
        Name of the axis, and the looks explained below it.

    Returns
    -------
    bytes
        SVG.
    """
    rows = max(len(lanes), 1)
    total_in = ROW_IN * rows + HEAD_IN + FOOT_IN
    with drawing(total_in, layout=None) as (figure, axes):
        axes.set_position((LEFT, FOOT_IN / total_in, RIGHT - LEFT, ROW_IN * rows / total_in))
        axes.set_xlim(0, last + 1)
        axes.set_ylim(rows, 0)
        for row, lane in enumerate(lanes):
            axes.text(-last * 0.012, row + 0.5, printable(lane.name), ha="right", va="center", fontsize=7.5)
        _times(axes, lanes, last)
        _events(axes, lanes, last)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.set_xlabel(printable(x_label))
        _legend(axes, legend, total_in)
        return svg_of(figure)


def _times(axes: Axes, lanes: Sequence[Lane], last: int) -> None:
    """Draw what every subject has: dosing, the time at risk with its end, a death; each kind for all as one shape."""
    rows = [(row + 0.5, lane) for row, lane in enumerate(lanes)]
    blocks = [(first - 0.5, min(end, last) + 0.5, y) for y, lane in rows for first, end in lane.blocks]
    _bars(axes, blocks, color=BLOCK, width=8, zorder=0)
    _bars(axes, [(1, lane.end, y) for y, lane in rows], color=RULE, width=0.8, zorder=1)
    axes.scatter([lane.end for _, lane in rows], [y for y, _ in rows], s=36, marker="|", color=MUTED, linewidths=1,
                 zorder=2)  # fmt: skip
    died = [(lane.death, y) for y, lane in rows if 0 < lane.death <= last]
    axes.scatter([day for day, _ in died], [y for _, y in died], s=36, marker="X", color=INK, zorder=4, clip_on=False)


def _events(axes: Axes, lanes: Sequence[Lane], last: int) -> None:
    """Draw the events of all subjects, those of one look as one shape and its markers."""
    found: dict[Grade, list[tuple[float, float, float]]] = {}
    for row, lane in enumerate(lanes):
        for first, end, look in lane.events:
            found.setdefault(look, []).append((first, max(min(end, last), first), row + 0.5))
    for look, bars in found.items():
        _bars(axes, bars, color=look.color, width=2, zorder=2, alpha=0.55)
        x, _, y = zip(*bars, strict=True)
        axes.scatter(x, y, s=25, marker=look.marker, color=look.color, edgecolors="white", linewidths=0.4,
                     zorder=3, clip_on=False)  # fmt: skip


def _bars(
    axes: Axes, bars: Sequence[tuple[float, float, float]], *, color: str, width: float, zorder: int, alpha: float = 1.0
) -> None:
    """Draw bars, each from x to x at a height; a value that is no number parts one from the next."""
    x = [value for first, end, _ in bars for value in (first, end, math.nan)]
    y = [value for _, _, height in bars for value in (height, height, math.nan)]
    axes.plot(x, y, color=color, linewidth=width, solid_capstyle="butt", zorder=zorder, alpha=alpha)


def _legend(axes: Axes, legend: Sequence[Grade], total_in: float) -> None:
    figure = axes.figure
    signs = [(look.sign, look.color, look.label) for look in legend]
    others = [
        ("\N{BLACK SQUARE}", "#9db9ca", "dosing"),
        ("|", MUTED, "end of risk"),
        ("\N{HEAVY MULTIPLICATION X}", INK, "death"),
    ]
    for line, entries in enumerate((signs, others)):
        for i, (sign, color, label) in enumerate(entries):
            x, y = 0.03 + 0.16 * i, (0.34 - 0.2 * line) / total_in
            figure.text(x, y, sign, color=color, fontsize=9, va="center")
            figure.text(x + 0.02, y, printable(label), color=INK, fontsize=8, va="center")
