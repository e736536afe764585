"""Two logarithmic scatter plots side by side with thresholds that divide them into quadrants (eDISH)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sap_helpers.show.charts.style import MUTED, PALETTE, drawing, printable, svg_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
ROOM = 1.25


@dataclass(frozen=True, slots=True)
class Scatter:
    """One plot: its title, axis names, points above 0, and the names of those beyond a threshold ("" for none)."""

    title: str
    x_label: str
    y_label: str
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    names: tuple[str, ...]


def draw_quadrants(plots: Sequence[Scatter], *, x_line: float, y_line: float, empty: str) -> bytes:
    """Draw the plots on logarithmic axes with the two thresholds.

    Parameters
    ----------
    plots
        Side by side.
    x_line, y_line
        The thresholds.
    empty
        What stands in a plot without a point.

    Returns
    -------
    bytes
        SVG.
    """
    with drawing(3.7) as (figure, axes):
        axes.remove()
        places = figure.subplots(1, len(plots), squeeze=False)[0]
        for place, plot in zip(places, plots, strict=True):
            _plot(place, plot, x_line, y_line, empty)
        return svg_of(figure)


def _plot(axes: Axes, plot: Scatter, x_line: float, y_line: float, empty: str) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    for ends, line, set_limits, set_ticks in (
        (plot.x, x_line, axes.set_xlim, axes.set_xticks), (plot.y, y_line, axes.set_ylim, axes.set_yticks),
    ):  # fmt: skip
        low, high = _limits(ends, line)
        set_limits(low, high)
        ticks = [tick for tick in TICKS if low <= tick <= high]
        set_ticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    axes.axvline(x_line, color=MUTED, linewidth=0.8, linestyle=(0, (4, 3)))
    axes.axhline(y_line, color=MUTED, linewidth=0.8, linestyle=(0, (4, 3)))
    axes.set_title(printable(plot.title), fontsize=9.5, loc="left")
    axes.set_xlabel(printable(plot.x_label))
    axes.set_ylabel(printable(plot.y_label))
    if not plot.x.size:
        axes.text(0.5, 0.5, printable(empty), transform=axes.transAxes, ha="center", color=MUTED, fontstyle="italic")
        return
    beyond = (plot.x >= x_line) | (plot.y > y_line)
    below = plot.x[~beyond], plot.y[~beyond]
    axes.scatter(*below, s=20, marker="o", color=PALETTE[0], alpha=0.6, linewidths=0, zorder=2)
    axes.scatter(plot.x[beyond], plot.y[beyond], s=30, marker="D", color=PALETTE[1], edgecolors="white", zorder=2)
    for x, y, name in zip(plot.x, plot.y, plot.names, strict=True):
        if name:
            axes.annotate(printable(name), (x, y), xytext=(0, 5), textcoords="offset points", fontsize=7.5, ha="center")


def _limits(values: NDArray[np.float64], line: float) -> tuple[float, float]:
    """Return limits that hold every value and the threshold, at least from 0.2 to twice the threshold."""
    low = min([0.2, *values.tolist()]) / ROOM
    high = max([line * 2, *values.tolist()]) * ROOM
    return (low, high) if math.isfinite(high) else (0.1, line * 4)
