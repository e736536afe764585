"""Estimates with intervals: rows with their numbers beside them (forest plots), or series over weeks."""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.transforms import blended_transform_factory

from sap_helpers.show.charts.style import (
    DASHED,
    INK,
    MARKERS,
    MUTED,
    PALETTE,
    PERCENT_TICKS,
    RULE,
    Body,
    drawing,
    name_axes,
    percent_axis,
    printable,
    row_drawing,
    spread,
    svg_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.transforms import Transform
    from numpy.typing import NDArray

ROW_IN, BODY = 0.27, Body(head_in=0.35, foot_in=0.6, left=0.35, right=0.66)
LABEL_WIDTH, REASON_WIDTH, INDENT_WIDTH = 36, 34, 3
# fractions of the drawing's width
LABELS_AT, INDENT, TEXTS_AT = 0.005, 0.018, (0.69, 0.775, 0.85)
HEIGHT_IN = 3.7
NAME_WIDTH, EMPTY_WIDTH = 20, 13
NAME_GAP = 0.12  # of the height of the axis
DODGE = 0.18  # of the distance between places


@dataclass(frozen=True, slots=True)
class ForestAxis:
    """An axis: its ends and its ticks with their texts."""

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]


PERCENT_AXIS = ForestAxis(0, 100, tuple((float(tick), f"{tick}%") for tick in PERCENT_TICKS))


@dataclass(frozen=True, slots=True)
class ForestRow:
    """One row: a heading when it has no texts; otherwise an estimate with its interval, nan for none."""

    label: str
    estimate: float = math.nan
    low: float = math.nan
    high: float = math.nan
    texts: tuple[str, ...] = ()
    is_main: bool = False
    is_indented: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """One series: its name, an estimate with its interval at each place, nan where there is none, and its texts.

    A text stands above its point, "" for none; where no series has a number, the first one's in place of the point.
    """

    name: str
    estimate: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    texts: tuple[str, ...]


def draw_forest(
    rows: Sequence[ForestRow],
    *,
    headings: Sequence[str],
    x_label: str,
    reference: float = math.nan,
    axis: ForestAxis = PERCENT_AXIS,
) -> bytes:
    """Draw rows of estimates with intervals, labels at the left and their numbers at the right.

    Parameters
    ----------
    rows
        From top to bottom.
    headings
        What the texts at the right are, one for each text of a row, up to three.
    x_label
        Name of the axis.
    reference
        Where a dashed line runs through all rows, nan for none.
    axis
        Its ends and ticks; 0 to 100 percent where not given.

    Returns
    -------
    bytes
        SVG.

    """
    labels = [textwrap.fill(printable(row.label), LABEL_WIDTH - INDENT_WIDTH * row.is_indented) for row in rows]
    ends = np.cumsum([1.0 + 0.6 * label.count("\n") for label in labels])
    middles = (np.concatenate(([0.0], ends[:-1])) + ends) / 2
    with row_drawing(float(ends[-1]) if rows else 1.0, ROW_IN, BODY) as (figure, axes):
        axes.set_xlim(axis.low, axis.high)
        axes.set_xticks([place for place, _ in axis.ticks], [text for _, text in axis.ticks])
        name_axes(axes, x_label)
        axes.grid(visible=True, axis="x", color=RULE)
        if math.isfinite(reference):
            axes.axvline(reference, **DASHED)
        across = blended_transform_factory(figure.transFigure, axes.transData)
        for row, label, y in zip(rows, labels, middles, strict=True):
            _write_row(axes, row, label, y, across)
            _draw_row(axes, row, y)
        for at, heading in zip(TEXTS_AT, headings, strict=False):
            axes.text(at, -0.4, printable(heading), transform=across, color=MUTED, fontsize=8.5)
        return svg_of(figure)


def _write_row(axes: Axes, row: ForestRow, label: str, y: float, across: Transform) -> None:
    weight = "bold" if row.is_main or not row.texts else "normal"
    left = LABELS_AT + (INDENT if row.is_indented else 0)
    axes.text(left, y, label, transform=across, va="center", fontsize=9, fontweight=weight, color=INK, linespacing=1.05)
    for at, text in zip(TEXTS_AT, row.texts, strict=False):
        words = textwrap.fill(printable(text), REASON_WIDTH)
        axes.text(at, y, words, transform=across, va="center", fontsize=8.5, fontweight=weight)


def _draw_row(axes: Axes, row: ForestRow, y: float) -> None:
    if not math.isfinite(row.estimate):
        return
    color, marker = (PALETTE[1], "D") if row.is_main else (PALETTE[0], "s")
    if math.isfinite(row.low) and math.isfinite(row.high):
        axes.plot([row.low, row.high], [y, y], color=color, linewidth=1.8, solid_capstyle="butt", clip_on=False)
    axes.plot([row.estimate], [y], marker=marker, color=color, markersize=6, markeredgecolor="white", clip_on=False)


def draw_series(
    series: Sequence[Series],
    ticks: Sequence[str],
    *,
    x_label: str,
    y_label: str,
    weeks: Sequence[int] = (),
    is_percent: bool = True,
) -> bytes:
    """Draw estimates with intervals over weeks, several series side by side, each named at its right end.

    Parameters
    ----------
    series
        Up to four over the same ticks.
    ticks
        Names along the axis.
    x_label, y_label
        Names of the axes.
    weeks
        Where the ticks stand on a true time axis; evenly where not given.
    is_percent
        Whether the vertical axis runs from 0 to 100 percent; else it holds all limits, with a dashed line at 0.

    Returns
    -------
    bytes
        SVG.

    Raises
    ------
    ValueError
        There are more series than can be told apart.

    """
    if len(series) > len(PALETTE):
        raise ValueError(f"{len(series)} series; allowed: up to {len(PALETTE)}, more cannot be told apart")
    places = np.array(weeks or range(len(ticks)), dtype=np.float64)
    with drawing(HEIGHT_IN, layout=None) as (figure, axes):
        axes.set_position((0.09, 0.13, 0.9 if len(series) == 1 else 0.64, 0.84))
        dodge = DODGE * (places[-1] - places[0]) / max(len(places) - 1, 1)
        for i, one in enumerate(series):
            _draw_series(axes, places + (i - (len(series) - 1) / 2) * dodge, one, i)
        if is_percent:
            percent_axis(axes, y_label)
        else:
            _change_axis(axes)
        name_axes(axes, x_label, y_label)
        edge = 0.7 if weeks else 0.5
        axes.set_xlim(places[0] - edge, places[-1] + edge)
        axes.set_xticks(places, [printable(tick) for tick in ticks])
        axes.tick_params(axis="x", length=0)
        _say_empty(axes, places, series)
        if len(series) > 1:
            _name_series(axes, series)
        return svg_of(figure)


def _draw_series(axes: Axes, places: NDArray[np.float64], series: Series, i: int) -> None:
    shown = np.isfinite(series.estimate)
    ends = np.vstack((series.estimate - series.low, series.high - series.estimate))
    ends = np.where(np.isfinite(ends), np.maximum(ends, 0), 0)
    axes.plot(places[shown], series.estimate[shown], color=PALETTE[i], linewidth=1, alpha=0.35)
    axes.errorbar(
        places[shown], series.estimate[shown], yerr=ends[:, shown], fmt=MARKERS[i], color=PALETTE[i], markersize=6,
        elinewidth=1.6, capsize=0, markeredgecolor="white", markeredgewidth=0.8,
    )  # fmt: skip
    tops = np.fmax(series.high, series.estimate)
    for place, top, text in zip(places[shown], tops[shown], np.array(series.texts, dtype=object)[shown], strict=True):
        axes.annotate(
            printable(text), (place, top), xytext=(0, 4), textcoords="offset points", ha="center", fontsize=8.5
        )


def _change_axis(axes: Axes) -> None:
    axes.axhline(0, **DASHED)
    axes.margins(y=0.1)
    axes.grid(visible=True, axis="y")


def _say_empty(axes: Axes, places: NDArray[np.float64], series: Sequence[Series]) -> None:
    """Say at each place without a number why there is none."""
    middle = float(np.mean(axes.get_ylim()))
    for i in np.flatnonzero(~np.isfinite([one.estimate for one in series]).any(axis=0)):
        text = textwrap.fill(printable(series[0].texts[i]), EMPTY_WIDTH)
        axes.text(places[i], middle, text, ha="center", va="center", color=MUTED, fontsize=8.5, fontstyle="italic")


def _name_series(axes: Axes, series: Sequence[Series]) -> None:
    """Write the name of each series right of the axis, as near to its last point as there is room."""
    low, high = axes.get_ylim()
    known = [one.estimate[np.isfinite(one.estimate)] for one in series]
    shares = [(float(last[-1]) - low) / (high - low) if last.size else 0.5 for last in known]
    for i, (one, height) in enumerate(zip(series, spread(shares, NAME_GAP), strict=True)):
        axes.plot([1.03], [height], MARKERS[i], color=PALETTE[i], transform=axes.transAxes, clip_on=False)
        axes.text(
            1.055, height, textwrap.fill(printable(one.name), NAME_WIDTH), color=PALETTE[i], va="center",
            transform=axes.transAxes, fontweight="bold", fontsize=8.5, linespacing=1.05,
        )  # fmt: skip
