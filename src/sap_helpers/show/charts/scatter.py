"""Small scatter charts, one a parameter: two changes of each subject against one another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import seaborn as sns

from sap_helpers.show.charts.pairs import panel_axes, say_empty
from sap_helpers.show.charts.style import INK, MUTED, PALETTE, drawing, printable, svg_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

COLUMNS = 3
ROW_IN = 2.45


@dataclass(frozen=True, slots=True)
class ScatterPanel:
    """One parameter: title, a line of numbers below it, names of the axes, and the points."""

    title: str
    said: str
    x_label: str
    y_label: str
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    empty: str = ""


def draw_scatters(panels: Sequence[ScatterPanel]) -> bytes:
    """Draw several scatter charts, up to three side by side, each with its axes of no change.

    Parameters
    ----------
    panels
        One chart each; one without a point shows its reason.

    Returns
    -------
    bytes
        SVG.
    """
    with drawing(ROW_IN * -(-len(panels) // COLUMNS)) as (figure, axes):
        for chart, panel in zip(panel_axes(figure, axes, len(panels)), panels, strict=True):
            _draw(chart, panel)
        return svg_of(figure)


def _draw(axes: Axes, panel: ScatterPanel) -> None:
    title = f"{panel.title}\n{panel.said}" if panel.said else panel.title
    axes.set_title(printable(title), fontsize=8.5, loc="left", color=INK)
    if not panel.x.size:
        say_empty(axes, panel.empty)
        return
    axes.axhline(0, color=MUTED, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
    axes.axvline(0, color=MUTED, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
    sns.scatterplot(
        x=panel.x, y=panel.y, s=20, color=PALETTE[0], alpha=0.65, edgecolor="white", linewidth=0.5, ax=axes,
    )  # fmt: skip
    axes.set_xlabel(printable(panel.x_label), fontsize=8)
    axes.set_ylabel(printable(panel.y_label), fontsize=8)
    axes.tick_params(labelsize=8)
