"""Heat map: a share in every cell of a grid, by shade and in figures, its rows in named groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from sap_helpers.show.charts.style import INK, MUTED, drawing, printable, svg_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

ROW_IN = 0.235
HEAD_IN, FOOT_IN = 0.5, 0.1
CELLS_FROM, CELLS_TO = 0.44, 0.995
GROUPS_AT = 0.005
DARK = 45.0
SHADES = LinearSegmentedColormap.from_list("shades", ["#ffffff", "#cfe0ee", "#6fa3cc", "#0b5b93", "#08304f"])
ABSENT = "#eceff1"


def draw_heat(
    rows: Sequence[str], groups: Sequence[str], columns: Sequence[str], percent: NDArray[np.float64],
    texts: Sequence[Sequence[str]], heading: str,
) -> bytes:  # fmt: skip
    """Draw percentages as a heat map.

    Parameters
    ----------
    rows, groups
        Name and group of each row, from top to bottom; a group's name stands at its first row.
    columns
        Names of the columns.
    percent
        Rows x columns, 0 to 100; nan where there is none.
    texts
        What stands in each cell.
    heading
        What the columns are.

    Returns
    -------
    bytes
        SVG.
    """
    height_in = ROW_IN * len(rows) + HEAD_IN + FOOT_IN
    with drawing(height_in, layout=None) as (figure, axes):
        body = ROW_IN * len(rows) / height_in
        axes.set_position((CELLS_FROM, FOOT_IN / height_in, CELLS_TO - CELLS_FROM, body))
        colors = SHADES.with_extremes(bad=ABSENT)
        mesh = np.ma.masked_invalid(percent)
        axes.pcolormesh(mesh, cmap=colors, vmin=0, vmax=100, edgecolors="white", linewidth=1.2)
        axes.set_ylim(len(rows), 0)
        axes.set_xticks(np.arange(len(columns)) + 0.5, [printable(column) for column in columns])
        axes.xaxis.tick_top()
        axes.set_yticks(np.arange(len(rows)) + 0.5, [printable(row) for row in rows], fontsize=8.5)
        axes.set_xlabel(printable(heading))
        axes.xaxis.set_label_position("top")
        axes.tick_params(length=0)
        for side in ("left", "bottom"):
            axes.spines[side].set_visible(False)
        for i, line in enumerate(texts):
            for j, text in enumerate(line):
                ink = "#ffffff" if percent[i, j] > DARK else INK
                axes.text(j + 0.5, i + 0.5, printable(text), ha="center", va="center", fontsize=8, color=ink)
        for i, group in enumerate(groups):
            if i == 0 or groups[i - 1] != group:
                y = 1 - (HEAD_IN + ROW_IN * (i + 0.5)) / height_in
                figure.text(GROUPS_AT, y, printable(group), va="center", fontsize=8, color=MUTED)
        return svg_of(figure)
