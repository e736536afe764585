"""Cumulative distribution of a change: the share of subjects who changed by so much or less."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import MaxNLocator

from sap_helpers.show.charts.style import MUTED, PALETTE, drawing, percent_axis, printable, svg_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

HEIGHT_IN = 3.7


def draw_cumulative(
    change: NDArray[np.float64], percent: NDArray[np.float64], *, limit: float, limit_label: str, x_label: str,
    y_label: str,
) -> bytes:  # fmt: skip
    """Draw a cumulative distribution as steps.

    Parameters
    ----------
    change
        The changes that occur, rising.
    percent
        Percent of subjects with that change or a smaller one.
    limit, limit_label
        Where a dashed line stands, and its words.
    x_label, y_label
        Names of the axes.

    Returns
    -------
    bytes
        SVG.
    """
    left, right = min(float(change[0]), limit) - 1.5, max(float(change[-1]), 0.0) + 1.5
    with drawing(HEIGHT_IN) as (figure, axes):
        percent_axis(axes, y_label)
        axes.set_ylim(0, 104)
        axes.axvline(limit, color=MUTED, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
        axes.annotate(
            printable(limit_label), (limit, 4), xytext=(5, 0), textcoords="offset points", color=MUTED, fontsize=8.5
        )
        x = np.concatenate(([left], change, [right]))
        y = np.concatenate(([0.0], percent, [percent[-1]]))
        axes.step(x, y, where="post", color=PALETTE[0], linewidth=2)
        axes.set_xlim(left, right)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_xlabel(printable(x_label))
        return svg_of(figure)
