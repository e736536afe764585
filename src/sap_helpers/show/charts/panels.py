"""Small panels, one a subject, on common scales: points over days, some of them marked, a limit, and shaded days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.transforms import Affine2D

from sap_helpers.show.charts.style import INK, MUTED, PALETTE, RULE, drawing, printable, svg_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

COLUMNS = 5
PANEL_IN = 1.0
HEAD_IN, FOOT_IN = 0.1, 0.75
# of a panel's box, in its own units: where the plot lies, its title above it
LEFT, WIDTH, BOTTOM, HEIGHT = 0.12, 0.82, 0.14, 0.62
FONT_SIZE = 7.5


@dataclass(frozen=True, slots=True)
class Mark:
    """How a marked point is drawn and named."""

    label: str
    marker: str
    color: str
    size: float = 5.0


@dataclass(frozen=True, slots=True)
class Panel:
    """One subject: title, points as day and value in order of time, and the mark of each ("" for none)."""

    title: str
    points: tuple[tuple[float, float], ...]
    marks: tuple[str, ...]
    is_bold: bool = False


@dataclass(frozen=True, slots=True)
class Scale:
    """What all panels share: days shown, days shaded, highest value, and the height of the dashed line."""

    days: tuple[float, float]
    shaded: tuple[float, float]
    top: float
    limit: float


def draw_panels(
    panels: Sequence[Panel], scale: Scale, marks: Mapping[str, Mark], *, x_label: str, y_label: str, empty: str
) -> bytes:
    """Draw one small panel a subject.

    Parameters
    ----------
    panels
        In reading order.
    scale
        Points outside its days are not drawn.
    marks
        How each mark is drawn.
    x_label, y_label
        Names of the axes, the same for all.
    empty
        What stands in the drawing where there is no panel.

    Returns
    -------
    bytes
        SVG.
    """
    rows = max(-(-len(panels) // COLUMNS), 1)
    height_in = PANEL_IN * rows + HEAD_IN + FOOT_IN
    with drawing(height_in, layout=None) as (figure, axes):
        axes.set_position((0.045, FOOT_IN / height_in, 0.945, PANEL_IN * rows / height_in))
        axes.set_xlim(0, COLUMNS)
        axes.set_ylim(rows, 0)
        axes.axis("off")
        if not panels:
            axes.text(COLUMNS / 2, 0.5, printable(empty), ha="center", va="center", color=MUTED, fontstyle="italic")
        places = [(i % COLUMNS, i // COLUMNS) for i in range(len(panels))]
        _draw_frames(axes, scale, places)
        for panel, (column, row) in zip(panels, places, strict=True):
            _draw_panel(axes, panel, scale, marks, column, row)
            is_last = column + (row + 1) * COLUMNS >= len(panels)
            _label_days(axes, scale, column, row, is_named=is_last)
            _label_values(axes, scale, column, row, is_named=column == 0)
        _legend(axes, marks, rows, x_label, y_label)
        return svg_of(figure)


def _x(scale: Scale, day: float, column: int) -> float:
    first, last = scale.days
    return column + LEFT + WIDTH * (day - first) / (last - first)


def _y(scale: Scale, value: float, row: int) -> float:
    return row + 1 - BOTTOM - HEIGHT * value / scale.top


def _draw_frames(axes: Axes, scale: Scale, places: Sequence[tuple[int, int]]) -> None:
    """Draw the shaded days of all panels as one shape, and the limit and base lines as two."""
    if not places:
        return
    first, last = scale.shaded
    width = _x(scale, last, 0) - _x(scale, first, 0)
    boxes = [
        Path.unit_rectangle().transformed(
            Affine2D().scale(width, HEIGHT).translate(_x(scale, first, column), row + 1 - BOTTOM - HEIGHT)
        )
        for column, row in places
    ]
    axes.add_patch(PathPatch(Path.make_compound_path(*boxes), facecolor=RULE, edgecolor="none", alpha=0.45, zorder=0))
    ends = [(column + LEFT, column + LEFT + WIDTH) for column, _ in places]
    limit = [_y(scale, scale.limit, row) for _, row in places]
    base = [_y(scale, 0, row) for _, row in places]
    low, high = [end[0] for end in ends], [end[1] for end in ends]
    axes.hlines(limit, low, high, color=MUTED, linewidth=0.7, linestyle=(0, (3, 2)), zorder=1)
    axes.hlines(base, low, high, color=MUTED, linewidth=0.7, zorder=1)


def _draw_panel(axes: Axes, panel: Panel, scale: Scale, marks: Mapping[str, Mark], column: int, row: int) -> None:
    first, last = scale.days
    shown = [
        (_x(scale, day, column), _y(scale, value, row), mark)
        for (day, value), mark in zip(panel.points, panel.marks, strict=True)
        if first <= day <= last
    ]
    axes.text(
        column + LEFT, row + 0.17, printable(panel.title), fontsize=FONT_SIZE, color=INK,
        fontweight="bold" if panel.is_bold else "normal", va="center",
    )  # fmt: skip
    if not shown:
        return
    x, y, _ = zip(*shown, strict=True)
    axes.plot(x, y, color=PALETTE[0], linewidth=1, marker="o", markersize=2.4, clip_on=False, zorder=2)
    for name in dict.fromkeys(mark for _, _, mark in shown if mark):
        at = [(left, height) for left, height, mark in shown if mark == name]
        _draw_mark(axes, marks[name], at)


def _draw_mark(axes: Axes, mark: Mark, at: Sequence[tuple[float, float]]) -> None:
    x, y = zip(*at, strict=True)
    axes.plot(
        x, y, linestyle="none", marker=mark.marker, markersize=mark.size, color=mark.color, markeredgecolor="white",
        markeredgewidth=0.6, clip_on=False, zorder=3,
    )  # fmt: skip


def _label_days(axes: Axes, scale: Scale, column: int, row: int, *, is_named: bool) -> None:
    for day in (scale.days[0], 0.0, scale.days[1]):
        x, y = _x(scale, day, column), _y(scale, 0, row)
        axes.plot([x, x], [y, y + 0.03], color=MUTED, linewidth=0.7, clip_on=False)
        if is_named:
            axes.text(x, y + 0.06, f"{day:g}".replace("-", "−"), ha="center", va="top", fontsize=6.5, color=MUTED)


def _label_values(axes: Axes, scale: Scale, column: int, row: int, *, is_named: bool) -> None:
    if is_named:
        for value in (0.0, scale.limit, scale.top):
            x, y = column + LEFT - 0.03, _y(scale, value, row)
            axes.text(x, y, f"{value:g}", ha="right", va="center", fontsize=6.5, color=MUTED)


def _legend(axes: Axes, marks: Mapping[str, Mark], rows: int, x_label: str, y_label: str) -> None:
    """Write the names of the axes and of the marks below the panels."""
    words = f"Across: {x_label}. Up: {y_label}."
    axes.text(LEFT, rows + 0.22, printable(words), fontsize=FONT_SIZE, color=INK, va="center")
    left = LEFT
    for mark in marks.values():
        _draw_mark(axes, mark, [(left + 0.03, rows + 0.47)])
        axes.text(left + 0.09, rows + 0.47, printable(mark.label), fontsize=FONT_SIZE, color=INK, va="center")
        left += 0.2 + 0.06 * len(mark.label)
