"""Curves in steps: one with its band and the numbers at risk, small ones side by side, a cumulative distribution."""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import seaborn as sns
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from sap_helpers.show.charts.style import (
    COLUMNS,
    DASHED,
    MUTED,
    PALETTE,
    drawing,
    name_axes,
    panel_axes,
    percent_axis,
    printable,
    say_empty,
    svg_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

HEIGHT_IN, ROW_IN = 3.9, 1.75
RISK_FONT = 8.5
TITLE_WIDTH = 30


@dataclass(frozen=True, slots=True)
class Curve:
    """A step curve.

    Parameters
    ----------
    days
        Where it steps, rising.
    estimate, low, high
        Its height and its limits from each of these days on; nan where there is none.
    title
        What it is, above it.
    at_risk
        Day and number at risk, as text, for each tick.
    until
        The last day with anybody at risk, where the curve ends; nan to draw it to the end of the axis.
    empty
        What stands in its place where it has no number.
    """

    days: NDArray[np.float64]
    estimate: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    title: str = ""
    at_risk: tuple[tuple[float, str], ...] = ()
    until: float = math.nan
    empty: str = ""


def draw_curve(curve: Curve, *, start: float, x_label: str, y_label: str, is_percent: bool = True) -> bytes:
    """Draw a step curve with its band and the numbers at risk.

    Parameters
    ----------
    curve
        The numbers.
    start
        Height of the curve before its first step.
    x_label, y_label
        Names of the axes.
    is_percent
        Whether the vertical axis runs from 0 to 100 percent; else it runs from 0 to just above the curve.

    Returns
    -------
    bytes
        SVG.
    """
    with drawing(HEIGHT_IN) as (figure, axes):
        last = max([day for day, _ in curve.at_risk] + [float(day) for day in curve.days[-1:]] + [1.0])
        percent_axis(axes, y_label)
        axes.set_ylim(0, 102)
        if not is_percent:
            _number_axis(axes, curve)
        axes.set_xticks([day for day, _ in curve.at_risk], [f"{day:g}" for day, _ in curve.at_risk])
        name_axes(axes, x_label, y_label)
        _steps(axes, curve, start, last, PALETTE[0])
        _risk_table(axes, curve.at_risk)
        return svg_of(figure)


def draw_small_curves(curves: Sequence[Curve], *, last: float, x_label: str, y_label: str) -> bytes:
    """Draw curves in percent that rise from 0, three a row, all on the same axes; the first in another colour.

    Parameters
    ----------
    curves
        In reading order.
    last
        The day at which the curves end.
    x_label, y_label
        Names of the axes.

    Returns
    -------
    bytes
        SVG.
    """
    with drawing(ROW_IN * -(-len(curves) // COLUMNS) + 0.3) as (figure, axes):
        for i, (place, curve) in enumerate(zip(panel_axes(figure, axes, len(curves)), curves, strict=True)):
            percent_axis(place, "")
            place.set_ylim(0, 104)
            place.set_yticks((0, 50, 100), ["0%", "50%", "100%"] if i % COLUMNS == 0 else [])
            place.tick_params(axis="x", labelbottom=i + COLUMNS >= len(curves))
            place.set_title(textwrap.fill(printable(curve.title), TITLE_WIDTH), fontsize=9, loc="left")
            _steps(place, curve, 0.0, last, PALETTE[0] if i else PALETTE[1])
        figure.supxlabel(printable(x_label), fontsize=9.5)
        figure.supylabel(printable(y_label), fontsize=9.5)
        return svg_of(figure)


def draw_cumulative(
    change: NDArray[np.float64], percent: NDArray[np.float64], *, limit: float, limit_label: str, x_label: str,
    y_label: str,
) -> bytes:  # fmt: skip
    """Draw a cumulative distribution.

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
        # the ends of the axis, with nobody at them: the curve runs from one to the other
        shares = np.concatenate(([0.0], np.diff(percent, prepend=0.0), [0.0]))
        sns.ecdfplot(
            x=np.concatenate(([left], change, [right])), weights=shares, stat="count", color=PALETTE[0], linewidth=2,
            ax=axes,
        )  # fmt: skip
        percent_axis(axes, y_label)
        axes.set_ylim(0, 104)
        axes.axvline(limit, **DASHED)
        axes.annotate(
            printable(limit_label), (limit, 4), xytext=(5, 0), textcoords="offset points", color=MUTED, fontsize=8.5
        )
        axes.set_xlim(left, right)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        name_axes(axes, x_label, y_label)
        return svg_of(figure)


def _number_axis(axes: Axes, curve: Curve) -> None:
    """Set the vertical axis to run from 0 to just above the curve and its band, its own ticks."""
    both = np.concatenate((curve.estimate, curve.high))
    shown = both[np.isfinite(both)]
    axes.set_ylim(0, 1.05 * float(shown.max()) if shown.size and shown.max() > 0 else 1.0)
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))


def _steps(axes: Axes, curve: Curve, start: float, last: float, color: str) -> None:
    """Draw a curve from day 0 on with its band, or why there is none."""
    axes.set_xlim(0, last * 1.02)
    if not np.isfinite(curve.estimate).any():
        say_empty(axes, curve.empty)
        return
    x = np.concatenate(([0.0], curve.days, [last if math.isnan(curve.until) else curve.until]))
    low, middle, high = (
        np.concatenate(([start], values, values[-1:])) for values in (curve.low, curve.estimate, curve.high)
    )
    axes.fill_between(x, low, high, step="post", color=color, alpha=0.15, linewidth=0)
    axes.step(x, middle, where="post", color=color, linewidth=2)


def _risk_table(axes: Axes, at_risk: Sequence[tuple[float, str]]) -> None:
    below = axes.get_xaxis_transform()
    axes.annotate(
        "Number at risk", (0, 0), xycoords="axes fraction", xytext=(0, -44), textcoords="offset points", ha="left",
        color=MUTED, fontsize=RISK_FONT,
    )  # fmt: skip
    for day, number in at_risk:
        axes.annotate(
            printable(number), (day, 0), xycoords=below, xytext=(0, -58), textcoords="offset points", ha="center",
            fontsize=RISK_FONT,
        )  # fmt: skip
