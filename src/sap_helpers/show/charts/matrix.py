"""Matrices: what is known of each row in each column, by shade and by sign, so that print keeps both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import seaborn as sns
from matplotlib.colors import LinearSegmentedColormap, ListedColormap
from matplotlib.patches import Patch

from sap_helpers.show.charts.style import (
    MUTED,
    RULE,
    Body,
    name_axes,
    name_rows,
    printable,
    row_drawing,
    say_empty,
    svg_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap
    from numpy.typing import NDArray

STATE_IN, STATE_BODY = 0.2, Body(head_in=0.45, foot_in=0.5, left=0.2, right=0.99)
HEAT_IN, HEAT_BODY = 0.235, Body(head_in=0.5, foot_in=0.1, left=0.44, right=0.995)
GROUPS_AT = 0.005  # of the drawing's width
SHADES = LinearSegmentedColormap.from_list("shades", ["#ffffff", "#cfe0ee", "#6fa3cc", "#0b5b93", "#08304f"])
ABSENT = "#eceff1"


@dataclass(frozen=True, slots=True)
class State:
    """How one state is drawn: fill, ink of its sign, the sign where a cell has none of its own, and hatching."""

    label: str
    fill: str
    ink: str
    sign: str
    hatch: str = ""


def draw_states(
    rows: Sequence[str], columns: Sequence[str], cells: Mapping[tuple[int, int], tuple[str, str]],
    states: Mapping[str, State],
) -> bytes:  # fmt: skip
    """Draw the state of each row in each column.

    Parameters
    ----------
    rows, columns
        Names, from top to bottom and from left to right.
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
    names = list(states)
    codes = np.full((len(rows), len(columns)), np.nan)
    signs = np.full(codes.shape, "", dtype=object)
    for place, (state, own) in cells.items():
        codes[place], signs[place] = names.index(state), printable(own or states[state].sign)
    with row_drawing(max(len(rows), 1), STATE_IN, STATE_BODY) as (figure, axes):
        if cells:
            shades = ListedColormap([state.fill for state in states.values()])
            _matrix(axes, codes, signs, shades, len(names) - 1, {"fontsize": 7.5, "fontweight": "bold"}, RULE)
            for text, code in zip(axes.texts, codes[np.isfinite(codes)], strict=True):
                text.set_color(states[names[int(code)]].ink)
            for name, look in states.items():
                at, left = np.nonzero(codes == names.index(name))
                if look.hatch and len(at):
                    axes.barh(at + 0.5, 1, 1, left, color="none", edgecolor=RULE, hatch=look.hatch, linewidth=0)
        else:
            say_empty(axes, "nobody")
        _name(axes, rows, columns, 7.5)
        handles = [
            Patch(
                facecolor=look.fill,
                edgecolor=MUTED,
                linewidth=0.4,
                hatch=look.hatch,
                label=printable(f"{look.sign}  {look.label}"),
            )
            for look in states.values()
        ]
        figure.legend(handles=handles, loc="lower left", ncols=len(states), frameon=False, fontsize=7.5)
        return svg_of(figure)


def draw_heat(
    rows: Sequence[str], groups: Sequence[str], columns: Sequence[str], percent: NDArray[np.float64],
    texts: Sequence[Sequence[str]], heading: str,
) -> bytes:  # fmt: skip
    """Draw percentages by shade and in figures; a cell of 0 stays white, without its text.

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
    shown = np.where(percent > 0, np.array(texts, dtype=object), "")
    with row_drawing(len(rows), HEAT_IN, HEAT_BODY) as (figure, axes):
        axes.set_facecolor(ABSENT)
        _matrix(axes, percent, shown, SHADES, 100, {"fontsize": 8}, "white")
        _name(axes, rows, columns, 8.5)
        name_axes(axes, heading)
        axes.xaxis.set_label_position("top")
        height_in = float(figure.get_figheight())
        for i, group in enumerate(groups):
            if i == 0 or groups[i - 1] != group:
                y = 1 - (HEAT_BODY.head_in + HEAT_IN * (i + 0.5)) / height_in
                figure.text(GROUPS_AT, y, printable(group), va="center", fontsize=8, color=MUTED)
        return svg_of(figure)


def _matrix(
    axes: Axes, values: NDArray[np.float64], texts: NDArray[np.object_], shades: Colormap, top: float,
    font: dict[str, Any], line: str,
) -> None:  # fmt: skip
    sns.heatmap(
        values, vmin=0, vmax=top, cmap=shades, annot=texts, fmt="", annot_kws=font, cbar=False, linewidths=0.8,
        linecolor=line, xticklabels=False, yticklabels=False, clip_on=False, ax=axes,
    )  # fmt: skip


def _name(axes: Axes, rows: Sequence[str], columns: Sequence[str], size: float) -> None:
    axes.set_xlim(0, max(len(columns), 1))
    axes.set_xticks([i + 0.5 for i in range(len(columns))], [printable(column) for column in columns])
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.spines["bottom"].set_visible(False)
    name_rows(axes, rows, size)
