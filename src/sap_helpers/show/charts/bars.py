"""Bars: one a subject, from the largest rise to the largest fall, its group told by colour and hatching."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import MaxNLocator

from sap_helpers.show.charts.style import DASHED, INK, drawing, name_axes, printable, svg_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

HEIGHT_IN = 3.9
WIDTH = 0.82


@dataclass(frozen=True, slots=True)
class BarStyle:
    """How the bars of one group are drawn and named."""

    label: str
    fill: str
    hatch: str = ""


def draw_waterfall(
    values: NDArray[np.float64], groups: Sequence[str], styles: Mapping[str, BarStyle], *, limit: float, x_label: str,
    y_label: str,
) -> bytes:  # fmt: skip
    """Draw one bar a subject.

    Parameters
    ----------
    values
        In the order drawn, from left to right.
    groups
        The group of each, a key of `styles`.
    styles
        How each group is drawn.
    limit
        Height of a dashed line.
    x_label, y_label
        Names of the axes.

    Returns
    -------
    bytes
        SVG.

    Raises
    ------
    ValueError
        A group has no style.
    """
    unknown = sorted(set(groups) - set(styles))
    if unknown:
        raise ValueError(f"unknown group '{unknown[0]}'; allowed: {', '.join(styles)}")
    named, places = np.array(groups, dtype=object), np.arange(len(values), dtype=np.float64)
    with drawing(HEIGHT_IN) as (figure, axes):
        for name, style in styles.items():
            mine = named == name
            if not mine.any():
                continue
            axes.bar(
                places[mine], values[mine], WIDTH, color=style.fill, hatch=style.hatch or None, edgecolor="white",
                linewidth=0.4, label=printable(style.label), zorder=2,
            )  # fmt: skip
            # a subject without change has no bar: a sign on the line stands for it
            still = places[mine & (values == 0)]
            axes.plot(
                still, np.zeros(len(still)), linestyle="none", marker="D", markersize=4, color=style.fill, zorder=4
            )
        axes.axhline(limit, **{**DASHED, "zorder": 3})
        axes.axhline(0, color=INK, linewidth=0.8, zorder=3)
        axes.set_xlim(-1, max(len(values), 1))
        axes.set_xticks([])
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        name_axes(axes, x_label, y_label)
        axes.grid(visible=True, axis="y")
        axes.spines["bottom"].set_visible(False)
        axes.legend(frameon=False, fontsize=8.5, loc="lower left")
        return svg_of(figure)
