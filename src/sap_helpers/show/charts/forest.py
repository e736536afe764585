"""Forest plots: one row per analysis or subgroup, its numbers in words beside its interval."""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.transforms import blended_transform_factory

from sap_helpers.show.charts.style import INK, MUTED, PALETTE, PERCENT_TICKS, RULE, drawing, printable, svg_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.transforms import Transform

ROW_IN = 0.27
LABEL_WIDTH = 36
REASON_WIDTH = 34
INDENT, INDENT_WIDTH = 0.018, 3
HEAD_IN, FOOT_IN = 0.35, 0.6
# fractions of the drawing's width
LABELS_AT, AXES_FROM, AXES_TO, TEXTS_AT = 0.005, 0.35, 0.66, (0.69, 0.775, 0.85)


@dataclass(frozen=True, slots=True)
class ForestAxis:
    """An axis that is not of percentages: its ends and its ticks with their texts."""

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
        Where a thin line runs through all rows, nan for none.
    axis
        Its ends and ticks; 0 to 100 percent where not given.

    Returns
    -------
    bytes
        SVG.

    """
    labels = [textwrap.fill(printable(row.label), LABEL_WIDTH - INDENT_WIDTH * row.is_indented) for row in rows]
    heights = [1.0 + 0.6 * label.count("\n") for label in labels]
    total_in = ROW_IN * sum(heights) + HEAD_IN + FOOT_IN
    with drawing(total_in, layout=None) as (figure, axes):
        axes.set_position((AXES_FROM, FOOT_IN / total_in, AXES_TO - AXES_FROM, ROW_IN * sum(heights) / total_in))
        _frame(axes, sum(heights), x_label, axis)
        if math.isfinite(reference):
            axes.axvline(reference, color=MUTED, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
        across = blended_transform_factory(figure.transFigure, axes.transData)
        for i, (row, label) in enumerate(zip(rows, labels, strict=True)):
            _draw_row(axes, row, label, -(sum(heights[:i]) + heights[i] / 2), across)
        for at, heading in zip(TEXTS_AT, headings, strict=False):
            axes.text(at, 0.4, printable(heading), transform=across, color=MUTED, fontsize=8.5)
        return svg_of(figure)


def _frame(axes: Axes, height: float, x_label: str, axis: ForestAxis) -> None:
    axes.set_xlim(axis.low, axis.high)
    axes.set_ylim(-height, 0)
    axes.set_yticks([])
    axes.set_xticks([place for place, _ in axis.ticks], [text for _, text in axis.ticks])
    axes.set_xlabel(printable(x_label))
    axes.spines["left"].set_visible(False)
    axes.grid(visible=True, axis="x", color=RULE)


def _draw_row(axes: Axes, row: ForestRow, label: str, y: float, across: Transform) -> None:
    is_heading = not row.texts
    weight = "bold" if row.is_main or is_heading else "normal"
    axes.text(
        LABELS_AT + (INDENT if row.is_indented else 0), y, label, transform=across, va="center", fontsize=9,
        fontweight=weight, color=INK, linespacing=1.05,
    )  # fmt: skip
    for at, text in zip(TEXTS_AT, row.texts, strict=False):
        words = textwrap.fill(printable(text), REASON_WIDTH)
        axes.text(at, y, words, transform=across, va="center", fontsize=8.5, fontweight=weight)
    if not math.isfinite(row.estimate):
        return
    color = PALETTE[1] if row.is_main else PALETTE[0]
    if math.isfinite(row.low) and math.isfinite(row.high):
        axes.plot([row.low, row.high], [y, y], color=color, linewidth=1.8, solid_capstyle="butt", clip_on=False)
    marker = "D" if row.is_main else "s"
    axes.plot([row.estimate], [y], marker=marker, color=color, markersize=6, markeredgecolor="white", clip_on=False)
