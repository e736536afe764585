"""Lanes on a time axis, one a subject or a category: stretches of days as bars, what happened on a day as signs."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sap_helpers.show.charts.style import RULE, Body, name_axes, name_rows, printable, row_drawing, say_empty, svg_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from sap_helpers.show.charts.style import Look

LANE_IN, STACK_IN = 0.2, 0.42
BODY = Body(head_in=0.15, foot_in=0.95, left=0.16, right=0.975)
STACK_BODY = Body(head_in=0.35, foot_in=0.95, left=0.24, right=0.985)
FONT_SIZE = 8.0
# signs lie above all bars
ABOVE = 100
TICK_DAYS, MOST_TICKS = 28, 8
SHADE = "#e4edf3"
# of stacked signs: days that count as one place, the height of a sign in lanes, and how many fit above one another
NEAR_DAYS, STEP, MOST = 3, 0.15, 6


@dataclass(frozen=True, slots=True)
class Lane:
    """One lane: its name, and what it holds as first and last day and kind."""

    name: str
    events: tuple[tuple[float, float, str], ...]


def draw_lanes(
    lanes: Sequence[Lane],
    looks: Mapping[str, Look],
    *,
    last: float,
    x_label: str,
    empty: str = "",
    shaded: Sequence[tuple[float, float]] = (),
    shaded_label: str = "",
    is_stacked: bool = False,
) -> bytes:
    """Draw the lanes from top to bottom.

    Parameters
    ----------
    lanes
        In order.
    looks
        How each kind is drawn, the later ones above the earlier; those with a label are explained below the axis.
    last
        Where the axis ends; what starts later is not drawn, what goes on longer ends there.
    x_label
        Name of the axis.
    empty
        What stands in the drawing where there is no lane.
    shaded, shaded_label
        Days shaded behind all lanes, and what they are.
    is_stacked
        Whether signs near one another stand on top of each other, in lanes of twice the height.

    Returns
    -------
    bytes
        SVG.
    """
    row_in, body = (STACK_IN, STACK_BODY) if is_stacked else (LANE_IN, BODY)
    with row_drawing(max(len(lanes), 3), row_in, body) as (figure, axes):
        _time_axis(axes, last, x_label)
        name_rows(axes, [lane.name for lane in lanes], FONT_SIZE)
        for first, end in shaded:
            axes.axvspan(first - 0.5, end + 0.5, color=SHADE, linewidth=0, zorder=0)
        if is_stacked:
            axes.hlines(range(1, len(lanes) + 1), 0, last, color=RULE, linewidth=0.7, zorder=1)
        if not lanes:
            say_empty(axes, empty)
        found: dict[str, list[tuple[float, float, float]]] = {}
        for kind, place in _places(lanes, last, is_stacked=is_stacked):
            found.setdefault(kind, []).append(place)
        for order, (kind, look) in enumerate(looks.items(), start=2):
            _draw_kind(axes, look, found.get(kind, []), order)
        handles = [_handle(look) for look in looks.values() if look.label]
        handles += [Patch(color=SHADE, label=printable(shaded_label))] if shaded else []
        figure.legend(
            handles=handles, loc="lower left", ncols=8, frameon=False, fontsize=FONT_SIZE, handletextpad=0.5,
            columnspacing=1.2,
        )  # fmt: skip
        return svg_of(figure)


def _time_axis(axes: Axes, last: float, x_label: str) -> None:
    step = TICK_DAYS * max(1, math.ceil(last / TICK_DAYS / MOST_TICKS))
    axes.set_xlim(0, last + 1)
    axes.set_xticks([1, *range(step, int(last) + 1, step)])
    axes.grid(visible=True, axis="x", color=RULE)
    name_axes(axes, x_label)


def _places(
    lanes: Sequence[Lane], last: float, *, is_stacked: bool
) -> Iterator[tuple[str, tuple[float, float, float]]]:
    """Give kind, first and last day and height of everything that starts on the axis."""
    for row, lane in enumerate(lanes):
        taken: Counter[float] = Counter()
        for first, end, kind in sorted(lane.events, key=lambda event: event[0]):
            slot = first // NEAR_DAYS
            y = row + 0.88 - STEP * (taken[slot] % MOST) if is_stacked else row + 0.5
            taken[slot] += 1
            if first <= last:
                yield kind, (first, max(min(end, last), first), y)


def _draw_kind(axes: Axes, look: Look, places: Sequence[tuple[float, float, float]], order: int) -> None:
    """Draw all of one kind: its bars as one line, in which a value that is no number parts one from the next.

    A bar covers its days whole; where a sign stands on the first, it starts from there.
    """
    if look.bar:
        half = 0.0 if look.marker else 0.5
        x = [value for first, end, _ in places for value in (first - half, end + half, math.nan)]
        y = [value for _, _, height in places for value in (height, height, math.nan)]
        axes.plot(x, y, color=look.color, linewidth=look.bar, alpha=look.alpha, solid_capstyle="butt", zorder=order)
    if look.marker and places:
        axes.plot([first for first, _, _ in places], [y for _, _, y in places], **look.sign, zorder=order + ABOVE)


def _handle(look: Look) -> Artist:
    label = printable(look.label)
    if look.marker:
        return Line2D([], [], label=label, **look.sign)
    return Line2D([], [], label=label, color=look.color, linewidth=look.bar, solid_capstyle="butt")
