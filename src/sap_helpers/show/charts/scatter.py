"""Scatter charts side by side: two numbers of each subject against one another, and lines that part them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import seaborn as sns

from sap_helpers.show.charts.style import (
    COLUMNS,
    DASHED,
    INK,
    PALETTE,
    drawing,
    name_axes,
    panel_axes,
    printable,
    say_empty,
    svg_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

ROW_IN, WIDE_ROW_IN = 2.45, 3.7
LOG_TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
ROOM = 1.25


@dataclass(frozen=True, slots=True)
class ScatterPanel:
    """One chart: title, names of the axes, points, and the names of those that stand out ("" for the others).

    ``said`` is a line of numbers below the title; ``empty`` stands where there is no point.
    """

    title: str
    x_label: str
    y_label: str
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    names: tuple[str, ...] = ()
    said: str = ""
    empty: str = ""


def draw_scatters(
    panels: Sequence[ScatterPanel], *, x_line: float = 0, y_line: float = 0, is_log: bool = False
) -> bytes:
    """Draw the charts, up to three side by side, each with two dashed lines.

    Parameters
    ----------
    panels
        One chart each; one without a point shows its reason.
    x_line, y_line
        Where the lines stand.
    is_log
        Whether the axes are logarithmic and hold both lines.

    Returns
    -------
    bytes
        SVG.
    """
    row_in = ROW_IN if len(panels) >= COLUMNS else WIDE_ROW_IN
    size = 8 if len(panels) >= COLUMNS else 9.5
    with drawing(row_in * -(-len(panels) // COLUMNS)) as (figure, axes):
        for chart, panel in zip(panel_axes(figure, axes, len(panels)), panels, strict=True):
            chart.set_title(printable("\n".join(filter(None, (panel.title, panel.said)))), fontsize=8.5, loc="left")
            name_axes(chart, panel.x_label, panel.y_label, size=size)
            chart.tick_params(labelsize=size)
            if is_log:
                _log_axes(chart, panel, x_line, y_line)
            if panel.x.size:
                chart.axvline(x_line, **DASHED)
                chart.axhline(y_line, **DASHED)
                _points(chart, panel)
            else:
                chart.set_xticks([])
                chart.set_yticks([])
                say_empty(chart, panel.empty)
        return svg_of(figure)


def _points(axes: Axes, panel: ScatterPanel) -> None:
    stands_out = np.array([bool(name) for name in panel.names] or [False] * panel.x.size)
    for which, color, marker, area in ((~stands_out, PALETTE[0], "o", 20), (stands_out, PALETTE[1], "D", 30)):
        sns.scatterplot(
            x=panel.x[which], y=panel.y[which], s=area, color=color, marker=marker, alpha=0.65 if area == 20 else 1,
            edgecolor="white", linewidth=0.5, zorder=2, ax=axes,
        )  # fmt: skip
    for x, y, name in zip(panel.x, panel.y, panel.names, strict=False):
        if name:
            axes.annotate(
                printable(name), (x, y), xytext=(0, 5), textcoords="offset points", fontsize=7.5, ha="center", color=INK
            )


def _log_axes(axes: Axes, panel: ScatterPanel, x_line: float, y_line: float) -> None:
    """Make both axes logarithmic, wide enough for the points and the line."""
    axes.set(xscale="log", yscale="log")
    for values, line, axis in ((panel.x, x_line, "x"), (panel.y, y_line, "y")):
        low, high = _limits(values, line)
        ticks = [tick for tick in LOG_TICKS if low <= tick <= high]
        axes.set(**{f"{axis}lim": (low, high), f"{axis}ticks": ticks, f"{axis}ticklabels": [f"{t:g}" for t in ticks]})
    axes.minorticks_off()


def _limits(values: NDArray[np.float64], line: float) -> tuple[float, float]:
    """Return limits that hold every value and the line, at least from 0.2 to twice the line."""
    low = min([0.2, *values.tolist()]) / ROOM
    high = max([line * 2, *values.tolist()]) * ROOM
    return (low, high) if math.isfinite(high) else (0.1, line * 4)
