"""One line per subject: blocks of dosing, events with their length and grade, the end of the time at risk."""

from __future__ import annotations

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
            _lane(axes, lane, row + 0.5, last)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.set_xlabel(printable(x_label))
        _legend(axes, legend, total_in)
        return svg_of(figure)


def _lane(axes: Axes, lane: Lane, y: float, last: int) -> None:
    axes.text(-last * 0.012, y, printable(lane.name), ha="right", va="center", fontsize=7.5)
    axes.plot([1, lane.end], [y, y], color=RULE, linewidth=0.8, zorder=1)
    for first, end in lane.blocks:
        axes.plot(
            [first - 0.5, min(end, last) + 0.5], [y, y], color=BLOCK, linewidth=8, solid_capstyle="butt", zorder=0
        )
    for first, end, look in lane.events:
        axes.plot([first, max(min(end, last), first)], [y, y], color=look.color, linewidth=2, alpha=0.55, zorder=2)
        axes.plot([first], [y], marker=look.marker, color=look.color, markersize=5, markeredgecolor="white",
                  markeredgewidth=0.4, zorder=3, clip_on=False)  # fmt: skip
    axes.plot([lane.end], [y], marker="|", color=MUTED, markersize=6, zorder=2)
    if 0 < lane.death <= last:
        axes.plot([lane.death], [y], marker="X", color=INK, markersize=6, zorder=4, clip_on=False)


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
