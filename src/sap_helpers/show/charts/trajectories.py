"""Trajectories: a thin line a subject over weeks with the median drawn over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import seaborn as sns
from matplotlib.ticker import MaxNLocator

from sap_helpers.show.charts.style import INK, MUTED, PALETTE, drawing, printable, svg_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

HEIGHT_IN = 4.0
DOT_AREA = 9  # square points


def draw_trajectories(
    scores: pd.DataFrame, medians: NDArray[np.float64], *, weeks: Sequence[int], limit: float, x_label: str,
    y_label: str,
) -> bytes:  # fmt: skip
    """Draw the course of a score, a line a subject.

    Parameters
    ----------
    scores
        USUBJID, AVISITN, AVAL: a row for each value that there is; a gap is bridged.
    medians
        At each week, nan where there is none.
    weeks
        Where the columns stand on the time axis.
    limit
        Height of a dashed line.
    x_label, y_label
        Names of the axes.

    Returns
    -------
    bytes
        SVG.
    """
    x = np.asarray(weeks, dtype=np.float64)
    with drawing(HEIGHT_IN) as (figure, axes):
        axes.axhline(limit, color=MUTED, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
        _lines(axes, scores)
        known = np.isfinite(medians)
        axes.plot(
            x[known], medians[known], color=PALETTE[1], linewidth=2.6, marker="D", markersize=6,
            markeredgecolor="white", label="Median", zorder=4,
        )  # fmt: skip
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_xlim(x.min() - 0.7, x.max() + 0.7)
        axes.set_xticks(x, [str(week) for week in weeks])
        axes.set_xlabel(printable(x_label))
        axes.set_ylabel(printable(y_label))
        axes.grid(visible=True, axis="y")
        axes.legend(frameon=False, fontsize=8.5, loc="lower right", bbox_to_anchor=(1, 1), ncols=3, labelcolor=INK)
        return svg_of(figure)


def _lines(axes: Axes, scores: pd.DataFrame) -> None:
    sns.lineplot(
        scores, x="AVISITN", y="AVAL", units="USUBJID", estimator=None, color=PALETTE[0], linewidth=0.8, alpha=0.38,
        zorder=2, ax=axes,
    )  # fmt: skip
    axes.lines[-1].set_label("One subject")
    # many subjects share a value: one dot stands for all of them
    dots = scores[["AVISITN", "AVAL"]].drop_duplicates().sort_values(["AVISITN", "AVAL"])
    sns.scatterplot(
        dots, x="AVISITN", y="AVAL", s=DOT_AREA, color=PALETTE[0], alpha=0.6, linewidth=0, zorder=2, ax=axes
    )
