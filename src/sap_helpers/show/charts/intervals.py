"""Estimates with intervals by category: one series, or several side by side."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sap_helpers.show.charts.style import MARKERS, MUTED, PALETTE, drawing, percent_axis, printable, spread, svg_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

NAME_GAP = 13.0
NAME_WIDTH = 20
EMPTY_WIDTH = 13
DODGE = 0.18


@dataclass(frozen=True, slots=True)
class Series:
    """One series: its name, and per category the estimate and its interval in percent, nan where there is none."""

    name: str
    estimate: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    labels: tuple[str, ...]


def draw_intervals(categories: Sequence[str], series: Series, *, x_label: str, y_label: str) -> bytes:
    """Draw one series of percentages with intervals, each point labelled.

    Parameters
    ----------
    categories
        Names along the axis.
    series
        The numbers; a category without an estimate shows its label in place of the point.
    x_label, y_label
        Names of the axes.

    Returns
    -------
    bytes
        SVG.

    """
    with drawing(3.6) as (figure, axes):
        places = np.arange(len(categories), dtype=np.float64)
        _points(axes, places, series, 0)
        for place, top, label in zip(places, np.fmax(series.high, series.estimate), series.labels, strict=True):
            _label(axes, float(place), float(top), label)
        percent_axis(axes, y_label)
        _categories(axes, categories, x_label)
        return svg_of(figure)


def draw_grouped_intervals(categories: Sequence[str], groups: Sequence[Series], *, x_label: str, y_label: str) -> bytes:
    """Draw several series of percentages with intervals side by side, each named at its right end.

    Parameters
    ----------
    categories
        Names along the axis.
    groups
        Up to four series over the same categories.
    x_label, y_label
        Names of the axes.

    Returns
    -------
    bytes
        SVG.

    """
    if len(groups) > len(PALETTE):
        raise ValueError(f"{len(groups)} series; allowed: up to {len(PALETTE)}, more cannot be told apart")
    with drawing(3.8, layout=None) as (figure, axes):
        axes.set_position((0.09, 0.13, 0.64, 0.84))
        places = np.arange(len(categories), dtype=np.float64)
        ends = spread([_last(series.estimate) for series in groups], NAME_GAP)
        for i, (series, end) in enumerate(zip(groups, ends, strict=True)):
            _points(axes, places + (i - (len(groups) - 1) / 2) * DODGE, series, i)
            _name(axes, len(categories) - 0.45, end, series.name, i)
        for place in places[~np.isfinite([series.estimate for series in groups]).any(axis=0)]:
            _label(axes, float(place), np.nan, groups[0].labels[int(place)])
        percent_axis(axes, y_label)
        _categories(axes, categories, x_label)
        return svg_of(figure)


def _points(axes: Axes, places: NDArray[np.float64], series: Series, i: int) -> None:
    shown = np.isfinite(series.estimate)
    ends = np.vstack((series.estimate - series.low, series.high - series.estimate))
    ends = np.where(np.isfinite(ends), np.maximum(ends, 0), 0)
    axes.plot(places[shown], series.estimate[shown], color=PALETTE[i], linewidth=1, alpha=0.35)
    axes.errorbar(
        places[shown], series.estimate[shown], yerr=ends[:, shown], fmt=MARKERS[i], color=PALETTE[i], markersize=6,
        elinewidth=1.6, capsize=0, markeredgecolor="white", markeredgewidth=0.8,
    )  # fmt: skip


def _label(axes: Axes, place: float, top: float, label: str) -> None:
    if np.isfinite(top):
        text = printable(label)
        axes.annotate(text, (place, top), xytext=(0, 4), textcoords="offset points", ha="center", fontsize=8.5)
    else:
        text = textwrap.fill(printable(label), EMPTY_WIDTH)
        axes.text(place, 50, text, ha="center", va="center", color=MUTED, fontsize=8.5, fontstyle="italic")


def _name(axes: Axes, edge: float, height: float, name: str, i: int) -> None:
    text = textwrap.fill(printable(name), NAME_WIDTH)
    axes.plot([edge + 0.02], [height], marker=MARKERS[i], color=PALETTE[i], markersize=6, clip_on=False)
    drawn = axes.text(edge + 0.14, height, text, color=PALETTE[i], va="center", fontweight="bold", fontsize=8.5)
    drawn.set_linespacing(1.05)


def _categories(axes: Axes, categories: Sequence[str], x_label: str) -> None:
    axes.set_xlim(-0.5, len(categories) - 0.5)
    axes.set_xticks(range(len(categories)), [printable(category) for category in categories])
    axes.set_xlabel(printable(x_label))
    axes.tick_params(axis="x", length=0)


def _last(estimate: NDArray[np.float64]) -> float:
    shown = estimate[np.isfinite(estimate)]
    return float(shown[-1]) if shown.size else 50.0
