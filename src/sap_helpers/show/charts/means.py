"""Means over time: estimates with intervals at their weeks on a true time axis, one series or two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sap_helpers.show.charts.style import INK, MARKERS, MUTED, PALETTE, drawing, printable, svg_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

DODGE = 0.22
HEIGHT_IN = 3.9


@dataclass(frozen=True, slots=True)
class MeanSeries:
    """One series: name, weeks, estimates with limits (nan where there is none), and a text a point ("" for none)."""

    name: str
    weeks: NDArray[np.float64]
    estimate: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    labels: tuple[str, ...]


def draw_means(series: Sequence[MeanSeries], *, weeks: Sequence[int], x_label: str, y_label: str) -> bytes:
    """Draw estimates with intervals over weeks, beside a line at no change.

    Parameters
    ----------
    series
        Up to four; at least one of them with an estimate.
    weeks
        Ticks of the time axis, in order.
    x_label, y_label
        Names of the axes.

    Returns
    -------
    bytes
        SVG.
    """
    if len(series) > len(PALETTE):
        raise ValueError(f"{len(series)} series; allowed: up to {len(PALETTE)}, more cannot be told apart")
    with drawing(HEIGHT_IN) as (figure, axes):
        axes.axhline(0, color=MUTED, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
        for i, one in enumerate(series):
            shown = np.isfinite(one.estimate)
            x = one.weeks[shown] + (i - (len(series) - 1) / 2) * DODGE
            estimate = one.estimate[shown]
            ends = np.vstack((estimate - one.low[shown], one.high[shown] - estimate))
            axes.plot(x, estimate, color=PALETTE[i], linewidth=1, alpha=0.4)
            axes.errorbar(
                x, estimate, yerr=np.where(np.isfinite(ends), np.maximum(ends, 0), 0), fmt=MARKERS[i], color=PALETTE[i],
                markersize=6, elinewidth=1.6, capsize=0, markeredgecolor="white", markeredgewidth=0.8,
                label=printable(one.name),
            )  # fmt: skip
            texts = [text for text, is_shown in zip(one.labels, shown, strict=True) if is_shown]
            for place, height, text in zip(x, one.high[shown], texts, strict=True):
                axes.annotate(
                    printable(text), (place, height), xytext=(0, 4), textcoords="offset points", ha="center",
                    fontsize=8.5, color=INK,
                )  # fmt: skip
        axes.set_xlim(min(weeks) - 0.7, max(weeks) + 0.7)
        axes.set_xticks(list(weeks), [str(week) for week in weeks])
        axes.set_xlabel(printable(x_label))
        axes.set_ylabel(printable(y_label))
        axes.margins(y=0.12)
        axes.grid(visible=True, axis="y")
        if len(series) > 1:
            axes.legend(frameon=False, fontsize=8.5, loc="lower right", bbox_to_anchor=(1, 1), ncols=len(series))
        return svg_of(figure)
