"""Stacks: one column an occasion, its subjects or events piled up by group, told apart by shade and hatching."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import MaxNLocator

from sap_helpers.show.charts.style import INK, MUTED, drawing, printable, svg_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from sap_helpers.show.charts.waterfall import BarStyle

HEIGHT_IN = 3.9
WIDTH = 0.84


def draw_stacks(
    columns: Sequence[str], counts: Mapping[str, NDArray[np.int64]], styles: Mapping[str, BarStyle], *, x_label: str,
    y_label: str,
) -> bytes:  # fmt: skip
    """Draw counts as stacked columns.

    Parameters
    ----------
    columns
        Names along the axis.
    counts
        Of each group, one number a column; the first group stands at the bottom.
    styles
        How each group is drawn.
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
    unknown = sorted(set(counts) - set(styles))
    if unknown:
        raise ValueError(f"unknown group '{unknown[0]}'; allowed: {', '.join(styles)}")
    places, floor = np.arange(len(columns)), np.zeros(len(columns))
    with drawing(HEIGHT_IN) as (figure, axes):
        for name, values in counts.items():
            style = styles[name]
            axes.bar(
                places, values, bottom=floor, width=WIDTH, color=style.fill, hatch=style.hatch or None,
                edgecolor=MUTED, linewidth=0.4, label=printable(style.label), zorder=2,
            )  # fmt: skip
            floor = floor + values
        axes.set_xlim(-0.6, max(len(columns), 1) - 0.4)
        axes.set_xticks(places, [printable(name) for name in columns])
        axes.tick_params(axis="x", length=0)
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_xlabel(printable(x_label))
        axes.set_ylabel(printable(y_label))
        axes.grid(visible=True, axis="y")
        axes.legend(
            frameon=False, fontsize=8.5, loc="lower left", bbox_to_anchor=(0, 1), ncols=5, labelcolor=INK,
            columnspacing=1.2, handlelength=1.4,
        )  # fmt: skip
        return svg_of(figure)
