"""Heat map: a share in every cell of a grid, by shade and in figures, its rows in named groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from sap_helpers.show.charts.style import INK, MUTED, drawing, printable, svg_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

ROW_IN = 0.235
HEAD_IN, FOOT_IN = 0.5, 0.1
CELLS_FROM, CELLS_TO = 0.44, 0.995
GROUPS_AT = 0.005
DARK = 45.0
SHADES = LinearSegmentedColormap.from_list("shades", ["#ffffff", "#cfe0ee", "#6fa3cc", "#0b5b93", "#08304f"])
ABSENT = "#eceff1"
# percent of one shade: the cells of a shade are one shape, and no eye tells finer steps apart
STEP = 4


def draw_heat(
    rows: Sequence[str], groups: Sequence[str], columns: Sequence[str], percent: NDArray[np.float64],
    texts: Sequence[Sequence[str]], heading: str,
) -> bytes:  # fmt: skip
    """Draw percentages as a heat map; a cell of 0 stays white, without its text.

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
        _cells(axes, percent)
        axes.set_xlim(0, len(columns))
        axes.set_ylim(len(rows), 0)
        axes.set_xticks(np.arange(len(columns)) + 0.5, [printable(column) for column in columns])
        axes.xaxis.tick_top()
        axes.set_yticks(np.arange(len(rows)) + 0.5, [printable(row) for row in rows], fontsize=8.5)
        axes.set_xlabel(printable(heading))
        axes.xaxis.set_label_position("top")
        axes.tick_params(length=0)
        for side in ("left", "bottom"):
            axes.spines[side].set_visible(False)
        for i, j in np.argwhere(percent > 0):
            ink = "#ffffff" if percent[i, j] > DARK else INK
            axes.text(j + 0.5, i + 0.5, printable(texts[i][j]), ha="center", va="center", fontsize=8, color=ink)
        for i, group in enumerate(groups):
            if i == 0 or groups[i - 1] != group:
                y = 1 - (HEAD_IN + ROW_IN * (i + 0.5)) / height_in
                figure.text(GROUPS_AT, y, printable(group), va="center", fontsize=8, color=MUTED)
        return svg_of(figure)


def _cells(axes: Axes, percent: NDArray[np.float64]) -> None:
    """Paint the cells that are not 0, those of one shade as a single shape."""
    steps = np.where(np.isnan(percent), -1, np.ceil(percent / STEP))
    for step in np.unique(steps[steps != 0]):
        squares = [Path.unit_rectangle().transformed(_moved(j, i)) for i, j in np.argwhere(steps == step)]
        color = ABSENT if step < 0 else SHADES((step - 0.5) * STEP / 100)
        shape = Path.make_compound_path(*squares)
        axes.add_patch(PathPatch(shape, facecolor=color, edgecolor="white", linewidth=1.2, clip_on=False))


def _moved(x: int, y: int) -> Affine2D:
    return Affine2D().translate(x, y)
