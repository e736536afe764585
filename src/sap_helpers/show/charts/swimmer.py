"""Swimmer plots: one lane a subject, bars for stretches of time, signs for what happened on a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from sap_helpers.show.charts.style import INK, MUTED, RULE, drawing, printable, svg_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

LANE_IN = 0.2
HEAD_IN, FOOT_IN = 0.15, 0.95
LANES_FROM, LANES_TO = 0.16, 0.97
BAR_HEIGHT = 0.62
FONT_SIZE = 7.5


@dataclass(frozen=True, slots=True)
class Sign:
    """How one kind of event is drawn and named; an unfilled one shows its outline alone."""

    label: str
    marker: str
    color: str
    size: float = 5.0
    is_filled: bool = True


@dataclass(frozen=True, slots=True)
class Lane:
    """One subject: name, bars (first and last day), the stretch followed, and events as day and kind."""

    name: str
    bars: tuple[tuple[float, float], ...]
    followed: tuple[float, float]
    events: tuple[tuple[float, str], ...]


def draw_swimmer(
    lanes: Sequence[Lane], signs: Mapping[str, Sign], *, last_day: float, x_label: str, bar_label: str, empty: str
) -> bytes:
    """Draw the lanes from top to bottom.

    Parameters
    ----------
    lanes
        The subjects, in order.
    signs
        How each kind of event is drawn.
    last_day
        Where the axis ends; later days are not drawn.
    x_label, bar_label
        Names of the axis and of the bars.
    empty
        What stands in the drawing where there is no lane.

    Returns
    -------
    bytes
        SVG.
    """
    height_in = LANE_IN * max(len(lanes), 3) + HEAD_IN + FOOT_IN
    with drawing(height_in, layout=None) as (figure, axes):
        body = (height_in - HEAD_IN - FOOT_IN) / height_in
        axes.set_position((LANES_FROM, FOOT_IN / height_in, LANES_TO - LANES_FROM, body))
        _frame(axes, max(len(lanes), 3), last_day, x_label)
        if not lanes:
            axes.text(last_day / 2, 1.5, printable(empty), ha="center", va="center", color=MUTED, fontstyle="italic")
        for row, lane in enumerate(lanes):
            axes.text(-0.012 * last_day, row + 0.5, printable(lane.name), ha="right", va="center", fontsize=FONT_SIZE)
        _draw_bars(axes, lanes, last_day)
        for kind, sign in signs.items():
            at = [
                (day, row + 0.5)
                for row, lane in enumerate(lanes)
                for day, of in lane.events
                if of == kind and day <= last_day
            ]
            _draw_sign(axes, sign, at)
        _legend(axes, signs, bar_label, height_in)
        return svg_of(figure)


def _frame(axes: Axes, rows: int, last_day: float, x_label: str) -> None:
    axes.set_xlim(0, last_day)
    axes.set_ylim(rows, 0)
    axes.set_yticks([])
    axes.set_xticks([1, *range(28, int(last_day) + 1, 28)])
    axes.set_xlabel(printable(x_label))
    axes.grid(visible=True, axis="x", color=RULE)
    axes.spines["left"].set_visible(False)


def _draw_bars(axes: Axes, lanes: Sequence[Lane], last_day: float) -> None:
    """Draw the bars of all lanes as one shape, and the stretches followed as one set of lines."""
    if not lanes:
        return
    rows = [row + 0.5 for row in range(len(lanes))]
    first, last = zip(*(lane.followed for lane in lanes), strict=True)
    axes.hlines(rows, first, [min(day, last_day) for day in last], color=MUTED, linewidth=0.8, zorder=1)
    boxes = [
        Path.unit_rectangle().transformed(
            Affine2D()
            .scale(min(end, last_day) + 1 - start, BAR_HEIGHT)
            .translate(start - 0.5, row + (1 - BAR_HEIGHT) / 2)
        )
        for row, lane in enumerate(lanes)
        for start, end in lane.bars
        if start <= last_day
    ]
    if boxes:
        axes.add_patch(PathPatch(Path.make_compound_path(*boxes), facecolor="#a9cbe3", edgecolor="none", zorder=2))


def _draw_sign(axes: Axes, sign: Sign, at: Sequence[tuple[float, float]]) -> None:
    if not at:
        return
    x, y = zip(*at, strict=True)
    axes.plot(
        x, y, linestyle="none", marker=sign.marker, markersize=sign.size, color=sign.color, clip_on=False, zorder=3,
        markerfacecolor=sign.color if sign.is_filled else "white", markeredgewidth=0.8,
    )  # fmt: skip


def _legend(axes: Axes, signs: Mapping[str, Sign], bar_label: str, height_in: float) -> None:
    """Name the bars and every sign in one line below the axis."""
    below = axes.transAxes
    body_in = height_in - HEAD_IN - FOOT_IN
    y = -0.72 / body_in
    left, share = -0.17, 1.17
    needs = [len(bar_label) + 6, *(len(sign.label) + 5 for sign in signs.values())]
    axes.plot(
        [left, left + 0.02], [y, y], transform=below, color="#a9cbe3", linewidth=6, clip_on=False, solid_capstyle="butt"
    )
    axes.text(left + 0.03, y, printable(bar_label), transform=below, va="center", fontsize=FONT_SIZE, color=INK)
    for i, sign in enumerate(signs.values()):
        at = left + share * sum(needs[: i + 1]) / sum(needs)
        axes.plot(
            [at + 0.01], [y], transform=below, linestyle="none", marker=sign.marker, markersize=sign.size,
            color=sign.color, markerfacecolor=sign.color if sign.is_filled else "white", markeredgewidth=0.8,
            clip_on=False,
        )  # fmt: skip
        axes.text(at + 0.025, y, printable(sign.label), transform=below, va="center", fontsize=FONT_SIZE, color=INK)
