"""Step curves with their band and the numbers at risk beneath."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import MaxNLocator, StrMethodFormatter

from sap_helpers.show.charts.style import MUTED, PALETTE, drawing, percent_axis, printable, svg_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

RISK_FONT = 8.5


@dataclass(frozen=True, slots=True)
class StepCurve:
    """A step curve in percent.

    Parameters
    ----------
    days
        Where it steps, rising.
    estimate, low, high
        Percent from each of these days on; nan where there is none.
    at_risk
        Day and number at risk, as text, for each tick.
    until
        The last day with anybody at risk, where the curve ends; nan to draw it to the last tick.
    """

    days: NDArray[np.float64]
    estimate: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    at_risk: tuple[tuple[float, str], ...]
    until: float = math.nan


def draw_steps(
    curve: StepCurve, *, start: float, x_label: str, y_label: str, empty: str, is_percent: bool = True
) -> bytes:
    """Draw a step curve with its band and the numbers at risk.

    Parameters
    ----------
    curve
        The numbers.
    start
        Height of the curve before its first step, in percent.
    x_label, y_label
        Names of the axes.
    empty
        What stands in the drawing where there is no number at all.
    is_percent
        Whether the vertical axis runs from 0 to 100 percent; else it runs from 0 to just above the curve.

    Returns
    -------
    bytes
        SVG.
    """
    with drawing(3.9) as (figure, axes):
        last = max([day for day, _ in curve.at_risk] + [float(day) for day in curve.days[-1:]] + [1.0])
        percent_axis(axes, y_label)
        axes.set_ylim(0, 102)
        if not is_percent:
            _number_axis(axes, curve)
        axes.set_xlim(0, last * 1.02)
        axes.set_xticks([day for day, _ in curve.at_risk], [f"{day:g}" for day, _ in curve.at_risk])
        axes.set_xlabel(printable(x_label))
        if np.isfinite(curve.estimate).any():
            _curve(axes, curve, start, last)
        else:
            middle = axes.get_ylim()[1] / 2
            axes.text(last / 2, middle, printable(empty), ha="center", va="center", color=MUTED, fontstyle="italic")
        _risk_table(axes, curve.at_risk)
        return svg_of(figure)


def _number_axis(axes: Axes, curve: StepCurve) -> None:
    """Set the vertical axis to run from 0 to just above the curve and its band, its own ticks."""
    both = np.concatenate((curve.estimate, curve.high))
    shown = both[np.isfinite(both)]
    axes.set_ylim(0, 1.05 * float(shown.max()) if shown.size and shown.max() > 0 else 1.0)
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))


def _curve(axes: Axes, curve: StepCurve, start: float, last: float) -> None:
    x = np.concatenate(([0.0], curve.days, [last if math.isnan(curve.until) else curve.until]))
    low, high = _held(curve.low, start), _held(curve.high, start)
    axes.fill_between(x, low, high, step="post", color=PALETTE[0], alpha=0.15, linewidth=0)
    axes.step(x, _held(curve.estimate, start), where="post", color=PALETTE[0], linewidth=2)


def _held(values: NDArray[np.float64], start: float) -> NDArray[np.float64]:
    return np.concatenate(([start], values, values[-1:] if values.size else [start]))


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
