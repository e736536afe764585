"""Trajectories: a thin line a subject over weeks with the median drawn over them; bands where lines would be a blot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import MaxNLocator

from sap_helpers.show.charts.style import INK, MUTED, PALETTE, drawing, printable, svg_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

HEIGHT_IN = 4.0


@dataclass(frozen=True, slots=True)
class Course:
    """The spread of a score at each week: median, quartiles and range, nan where there is none."""

    median: NDArray[np.float64]
    p25: NDArray[np.float64]
    p75: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def draw_trajectories(
    lines: NDArray[np.float64] | None, course: Course, *, weeks: Sequence[int], limit: float, x_label: str, y_label: str
) -> bytes:
    """Draw the course of a score: a line a subject, or the quartiles and the range as bands.

    Parameters
    ----------
    lines
        Subjects x weeks, nan where there is no value; a gap is bridged. None: bands.
    course
        Spread at each week.
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
        if lines is None:
            _bands(axes, x, course)
        else:
            _lines(axes, x, lines)
        known = np.isfinite(course.median)
        axes.plot(
            x[known], course.median[known], color=PALETTE[1], linewidth=2.6, marker="D", markersize=6,
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


def _lines(axes: Axes, x: NDArray[np.float64], lines: NDArray[np.float64]) -> None:
    """Draw all subjects as one line with gaps between them."""
    across, values = [], []
    for line in lines:
        known = np.isfinite(line)
        across.append(np.append(x[known], np.nan))
        values.append(np.append(line[known], np.nan))
    if across:
        axes.plot(
            np.concatenate(across), np.concatenate(values), color=PALETTE[0], linewidth=0.8, alpha=0.38,
            label="One subject", zorder=2,
        )  # fmt: skip
        # many subjects share a value: one dot stands for all of them
        known = np.isfinite(lines)
        columns = np.broadcast_to(np.arange(len(x)), lines.shape)[known]
        dots = np.unique(np.column_stack((x[columns], lines[known])), axis=0)
        axes.plot(dots[:, 0], dots[:, 1], "o", color=PALETTE[0], markersize=2.2, alpha=0.6, linewidth=0, zorder=2)


def _bands(axes: Axes, x: NDArray[np.float64], course: Course) -> None:
    known = np.isfinite(course.median)
    axes.fill_between(
        x[known], course.low[known], course.high[known], color=PALETTE[0], alpha=0.12, linewidth=0, label="Range"
    )
    axes.fill_between(
        x[known], course.p25[known], course.p75[known], color=PALETTE[0], alpha=0.3, linewidth=0, label="Quartiles"
    )
