"""Small panels of rising step curves with their bands, one for each of several kinds of event, on common axes."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sap_helpers.show.charts.style import MUTED, PALETTE, WIDTH_IN, drawing, printable, svg_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

COLUMNS = 3
TITLE_WIDTH = 30
# inches: a panel, what is between two of them, and what is around all; titles have up to two lines
PANEL_IN, TITLE_IN, BETWEEN_IN = 1.2, 0.5, 0.2
LEFT_IN, RIGHT_IN, FOOT_IN = 0.75, 0.1, 0.6


@dataclass(frozen=True, slots=True)
class RisingCurve:
    """One curve in percent: its title, where it steps, its height and limits from each of these days on, nan for none.

    ``empty`` stands in its panel where there is no curve.
    """

    title: str
    days: NDArray[np.float64]
    estimate: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    empty: str = ""


def draw_rising(curves: Sequence[RisingCurve], *, last: float, x_label: str, y_label: str) -> bytes:
    """Draw step curves that rise from 0, three panels a row, all on the same axes; the first in another colour.

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
    rows = -(-len(curves) // COLUMNS)
    height_in = rows * (PANEL_IN + TITLE_IN) + FOOT_IN
    panel_in = (WIDTH_IN - LEFT_IN - RIGHT_IN - (COLUMNS - 1) * BETWEEN_IN) / COLUMNS
    around = {
        "left": LEFT_IN / WIDTH_IN, "right": 1 - RIGHT_IN / WIDTH_IN, "bottom": FOOT_IN / height_in,
        "top": 1 - TITLE_IN / height_in, "wspace": BETWEEN_IN / panel_in, "hspace": TITLE_IN / PANEL_IN,
    }  # fmt: skip
    with drawing(height_in, layout=None) as (figure, axes):
        axes.remove()
        places = list(figure.subplots(rows, COLUMNS, sharex=True, sharey=True, squeeze=False, gridspec_kw=around).flat)
        for place in places[len(curves) :]:
            place.set_visible(False)
        for i, (place, curve) in enumerate(zip(places, curves, strict=False)):
            _panel(place, curve, last, PALETTE[0] if i else PALETTE[1])
        figure.supxlabel(printable(x_label), fontsize=9.5)
        figure.supylabel(printable(y_label), fontsize=9.5)
        return svg_of(figure)


def _panel(axes: Axes, curve: RisingCurve, last: float, color: str) -> None:
    axes.set_title(textwrap.fill(printable(curve.title), TITLE_WIDTH), fontsize=9, loc="left")
    axes.set_xlim(0, last * 1.02)
    axes.set_ylim(0, 104)
    axes.set_yticks((0, 50, 100), ["0%", "50%", "100%"])
    axes.grid(visible=True, axis="y")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    if curve.empty:
        text = textwrap.fill(printable(curve.empty), 24)
        axes.text(last / 2, 52, text, ha="center", va="center", color=MUTED, fontsize=8, fontstyle="italic")
        return
    x = np.concatenate(([0.0], curve.days, [last]))
    axes.fill_between(x, _held(curve.low), _held(curve.high), step="post", color=color, alpha=0.15, linewidth=0)
    axes.step(x, _held(curve.estimate), where="post", color=color, linewidth=1.8)


def _held(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.concatenate(([0.0], values, values[-1:] if values.size else [0.0]))
