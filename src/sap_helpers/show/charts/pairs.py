"""Paired lines: one small chart a parameter, a thin line a subject from one occasion to the next, and the median."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import NullFormatter, NullLocator

from sap_helpers.show.charts.style import INK, MUTED, PALETTE, drawing, printable, svg_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing
    from numpy.typing import NDArray

COLUMNS = 3
ROW_IN = 2.5
EMPTY_WIDTH = 24
LOG_TICKS = np.array([1.0, 2.0, 5.0])


@dataclass(frozen=True, slots=True)
class PairPanel:
    """One parameter: title, unit, values at both occasions in one order, their medians and these as text, axis."""

    title: str
    unit: str
    first: NDArray[np.float64]
    last: NDArray[np.float64]
    medians: tuple[float, float]
    texts: tuple[str, str]
    is_log: bool = False
    empty: str = ""


def draw_pairs(panels: Sequence[PairPanel], occasions: tuple[str, str]) -> bytes:
    """Draw the pairs of several parameters, up to three side by side.

    Parameters
    ----------
    panels
        One chart each; one without a pair shows its reason.
    occasions
        Names of the two occasions.

    Returns
    -------
    bytes
        SVG.
    """
    n_rows = -(-len(panels) // COLUMNS)
    with drawing(ROW_IN * n_rows) as (figure, axes):
        for chart, panel in zip(panel_axes(figure, axes, len(panels)), panels, strict=True):
            _draw(chart, panel, occasions)
        return svg_of(figure)


def panel_axes(figure: Drawing, axes: Axes, count: int) -> list[Axes]:
    """Return the axes of so many small charts, three a row, in the place of the drawing's one."""
    axes.remove()
    n_rows = -(-count // COLUMNS)
    grid = figure.add_gridspec(n_rows, min(COLUMNS, count))
    return [figure.add_subplot(grid[i // COLUMNS, i % COLUMNS]) for i in range(count)]


def say_empty(axes: Axes, reason: str) -> None:
    """Show a reason in place of a chart's contents."""
    axes.set_xticks([])
    axes.set_yticks([])
    text = textwrap.fill(printable(reason), EMPTY_WIDTH)
    axes.text(0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center", color=MUTED, fontstyle="italic")


def _draw(axes: Axes, panel: PairPanel, occasions: tuple[str, str]) -> None:
    axes.set_title(printable(panel.title), fontsize=9.5, fontweight="bold", loc="left", color=INK)
    if not panel.first.size:
        say_empty(axes, panel.empty)
        return
    both = np.vstack((panel.first, panel.last))
    axes.plot([0, 1], both, color=MUTED, linewidth=0.7, alpha=0.45, zorder=1)
    axes.plot([0, 1], panel.medians, color=PALETTE[1], linewidth=2.6, marker="D", markersize=6, markeredgecolor="white")
    for place, (median, text) in enumerate(zip(panel.medians, panel.texts, strict=True)):
        axes.annotate(
            printable(text), (place, median), xytext=(-7 if place == 0 else 7, 0), textcoords="offset points",
            ha="right" if place == 0 else "left", va="center", fontsize=8.5, fontweight="bold", color=PALETTE[1],
        )  # fmt: skip
    if panel.is_log:
        _log_axis(axes, both)
    else:
        axes.set_ylim(bottom=min(0.0, float(both.min())))
    axes.set_xlim(-0.55, 1.55)
    axes.set_xticks([0, 1], [printable(name) for name in occasions])
    axes.set_ylabel(printable(panel.unit), fontsize=8.5)
    axes.tick_params(axis="x", length=0)
    axes.grid(visible=True, axis="y")


def _log_axis(axes: Axes, values: NDArray[np.float64]) -> None:
    axes.set_yscale("log")
    low, high = float(values.min()), float(values.max())
    decades = 10.0 ** np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)) + 1)
    ticks = (decades[:, None] * LOG_TICKS).ravel()
    ticks = ticks[(ticks >= low * 0.8) & (ticks <= high * 1.25)]
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
