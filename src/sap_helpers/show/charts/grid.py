"""One row per subject, one column per week: states told apart by shade and by sign, so that print keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.font_manager import FontProperties
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D

from sap_helpers.show.charts.style import INK, MUTED, RULE, TYPEFACE, drawing, printable, svg_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

ROW_IN = 0.2
HEAD_IN, FOOT_IN = 0.45, 0.7
CELLS_FROM, CELLS_TO = 0.2, 0.99
BOX_HEIGHT = 0.88
FONT_SIZE = 7.5
LEGEND_LEFT, LEGEND_LETTERS = 0.9, 9


@dataclass(frozen=True, slots=True)
class State:
    """How one state is drawn: fill, ink of its sign, hatching, and the sign where a cell has none of its own."""

    label: str
    fill: str
    ink: str
    sign: str
    hatch: str = ""


def draw_state_grid(
    subjects: Sequence[str], weeks: Sequence[str], cells: Mapping[tuple[int, int], tuple[str, str]],
    states: Mapping[str, State],
) -> bytes:  # fmt: skip
    """Draw the state of each subject in each week.

    Parameters
    ----------
    subjects
        Names of the rows, from top to bottom.
    weeks
        Names of the columns.
    cells
        State and own sign (empty: the state's) by row and column, both counted from 0; an absent cell stays blank.
    states
        How each state is drawn.

    Returns
    -------
    bytes
        SVG.

    Raises
    ------
    ValueError
        A cell has a state that is not drawn.
    """
    unknown = sorted({state for state, _ in cells.values()} - set(states))
    if unknown:
        raise ValueError(f"unknown state '{unknown[0]}'; allowed: {', '.join(states)}")
    height_in = ROW_IN * max(len(subjects), 1) + HEAD_IN + FOOT_IN
    with drawing(height_in, layout=None) as (figure, axes):
        body = (height_in - HEAD_IN - FOOT_IN) / height_in
        axes.set_position((CELLS_FROM, FOOT_IN / height_in, CELLS_TO - CELLS_FROM, body))
        _frame(axes, len(subjects), weeks)
        for row, subject in enumerate(subjects):
            axes.text(-0.06, row + 0.5, printable(subject), ha="right", va="center", fontsize=FONT_SIZE)
        for name, state in states.items():
            _draw_state(axes, state, {place: sign for place, (of, sign) in cells.items() if of == name})
        _legend(axes, states, len(subjects), max(len(weeks), 1))
        return svg_of(figure)


def _frame(axes: Axes, rows: int, weeks: Sequence[str]) -> None:
    axes.set_xlim(0, max(len(weeks), 1))
    axes.set_ylim(max(rows, 1), 0)
    axes.set_yticks([])
    axes.set_xticks([i + 0.5 for i in range(len(weeks))], [printable(week) for week in weeks])
    axes.xaxis.tick_top()
    axes.tick_params(axis="x", length=0)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)


def _draw_state(axes: Axes, state: State, signs: Mapping[tuple[int, int], str]) -> None:
    """Draw all cells of one state as one shape, and each of its signs as one marker: a fraction of the bytes."""
    if not signs:
        return
    _draw_boxes(axes, state, [(column + 0.02, row + 0.06, 0.96) for row, column in signs])
    for sign in sorted({own or state.sign for own in signs.values()}):
        places = [(column + 0.5, row + 0.5) for (row, column), own in signs.items() if (own or state.sign) == sign]
        _draw_sign(axes, sign, state.ink, places)


def _draw_boxes(axes: Axes, state: State, boxes: Sequence[tuple[float, float, float]]) -> None:
    shapes = [Path.unit_rectangle().transformed(Affine2D().scale(w, BOX_HEIGHT).translate(x, y)) for x, y, w in boxes]
    axes.add_patch(
        PathPatch(
            Path.make_compound_path(*shapes), facecolor=state.fill,
            edgecolor=RULE if state.hatch else MUTED, linewidth=0.4, hatch=state.hatch or None, clip_on=False,
        )
    )  # fmt: skip


def _draw_sign(axes: Axes, sign: str, ink: str, places: Sequence[tuple[float, float]]) -> None:
    outline = TextPath((0, 0), printable(sign), size=FONT_SIZE, prop=FontProperties(family=TYPEFACE, weight="bold"))
    box = outline.get_extents()
    centred = outline.transformed(Affine2D().translate(-(box.x0 + box.x1) / 2, -(box.y0 + box.y1) / 2))
    # a marker is scaled to its size by its largest coordinate: twice that keeps the letters as large as they are
    size = 2 * float(np.abs(np.asarray(centred.vertices, dtype=np.float64)).max())
    x, y = zip(*places, strict=True)
    axes.plot(x, y, linestyle="none", marker=centred, markersize=size, color=ink, markeredgewidth=0, clip_on=False)


def _legend(axes: Axes, states: Mapping[str, State], rows: int, columns: int) -> None:
    """Draw one sample of each state below the grid, in the grid's own units."""
    width = 0.26 * columns / 5
    # each sample takes the share of the line that its words need
    needs = [LEGEND_LETTERS + len(state.label) for state in states.values()]
    full = columns + LEGEND_LEFT
    middle = rows + 0.9 + BOX_HEIGHT / 2
    for i, state in enumerate(states.values()):
        left = -LEGEND_LEFT + full * sum(needs[:i]) / sum(needs)
        _draw_boxes(axes, state, [(left, rows + 0.9, width)])
        _draw_sign(axes, state.sign, state.ink, [(left + width / 2, middle)])
        text = printable(state.label)
        axes.text(left + width + 0.06, middle, text, va="center", fontsize=FONT_SIZE, color=INK)
