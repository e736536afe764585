"""Subjects' lines: over weeks with the median, from one occasion to the next, or each subject in a panel of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.ticker import MaxNLocator, NullFormatter, NullLocator

from sap_helpers.show.charts.style import (
    COLUMNS,
    DASHED,
    INK,
    MUTED,
    PALETTE,
    RULE,
    Body,
    drawing,
    name_axes,
    panel_axes,
    printable,
    row_drawing,
    say_empty,
    svg_of,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from sap_helpers.show.charts.style import Look

HEIGHT_IN, ROW_IN = 4.0, 2.5
DOT_AREA = 9  # square points
LOG_TICKS = np.array([1.0, 2.0, 5.0])
MEDIAN: dict[str, Any] = {
    "color": PALETTE[1], "linewidth": 2.6, "marker": "D", "markersize": 6, "markeredgecolor": "white", "zorder": 4,
}  # fmt: skip
# of the panels of single subjects: how many a row, their height, and in a panel's units where its chart lies
PANELS, PANEL_IN, BODY = 5, 1.0, Body(head_in=0.1, foot_in=0.75, left=0.045, right=0.99)
LEFT, WIDTH, FLOOR, HEIGHT = 0.12, 0.82, 0.86, 0.62


@dataclass(frozen=True, slots=True)
class PairPanel:
    """One parameter: title, unit, values at both occasions in one order, their medians and these as text, axis."""

    title: str
    unit: str
    first: NDArray[np.float64]
    last: NDArray[np.float64]
    medians: tuple[float, float]
    texts: tuple[str, str]
    is_log: bool = False
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Scale:
    """What the panels of all subjects share: days shown and shaded, highest value, and height of the dashed line."""

    days: tuple[float, float]
    shaded: tuple[float, float]
    top: float
    limit: float

    def x(self, day: Any) -> Any:
        """Return where days lie, from the left end of a panel."""
        first, last = self.days
        return LEFT + WIDTH * (day - first) / (last - first)

    def y(self, value: Any) -> Any:
        """Return where values lie, from the upper end of a panel."""
        return FLOOR - HEIGHT * value / self.top


def draw_trajectories(
    scores: pd.DataFrame, medians: NDArray[np.float64], *, weeks: Sequence[int], limit: float, x_label: str,
    y_label: str,
) -> bytes:  # fmt: skip
    """Draw the course of a score over weeks, a thin line a subject, with the median over them.

    Parameters
    ----------
    scores
        USUBJID, AVISITN, AVAL: a row for each value that there is; a gap is bridged.
    medians
        At each week, nan where there is none.
    weeks
        Where the columns stand on the time axis.
    limit
        Height of a dashed line.
    x_label, y_label
        Names of the axes.

    Returns
    -------
    bytes
        SVG.
    """
    x = np.asarray(weeks, dtype=np.float64)
    with drawing(HEIGHT_IN) as (figure, axes):
        axes.axhline(limit, **DASHED)
        _lines(axes, scores, "AVISITN", "AVAL", color=PALETTE[0], linewidth=0.8, alpha=0.38)
        axes.lines[-1].set_label("One subject")
        # many subjects share a value: one dot stands for all of them
        dots = scores[["AVISITN", "AVAL"]].drop_duplicates().sort_values(["AVISITN", "AVAL"])
        axes.scatter(dots["AVISITN"], dots["AVAL"], s=DOT_AREA, color=PALETTE[0], alpha=0.6, linewidth=0, zorder=2)
        known = np.isfinite(medians)
        axes.plot(x[known], medians[known], label="Median", **MEDIAN)
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_xlim(x.min() - 0.7, x.max() + 0.7)
        axes.set_xticks(x, [str(week) for week in weeks])
        name_axes(axes, x_label, y_label)
        axes.grid(visible=True, axis="y")
        axes.legend(frameon=False, fontsize=8.5, loc="lower right", bbox_to_anchor=(1, 1), ncols=2, labelcolor=INK)
        return svg_of(figure)


def draw_pairs(panels: Sequence[PairPanel], occasions: tuple[str, str]) -> bytes:
    """Draw the pairs of several parameters, a thin line a subject and the median, up to three charts side by side.

    Parameters
    ----------
    panels
        One chart each; one without a pair shows its reason.
    occasions
        Names of the two occasions.

    Returns
    -------
    bytes
        SVG.
    """
    with drawing(ROW_IN * -(-len(panels) // COLUMNS)) as (figure, axes):
        for chart, panel in zip(panel_axes(figure, axes, len(panels)), panels, strict=True):
            chart.set_title(printable(panel.title), fontsize=9.5, fontweight="bold", loc="left", color=INK)
            if panel.first.size:
                _pairs(chart, panel, occasions)
            else:
                chart.set_xticks([])
                chart.set_yticks([])
                say_empty(chart, panel.empty)
        return svg_of(figure)


def _pairs(axes: Axes, panel: PairPanel, occasions: tuple[str, str]) -> None:
    count = panel.first.size
    values = np.concatenate((panel.first, panel.last))
    frame = pd.DataFrame({"USUBJID": [*range(count)] * 2, "LAST": [0] * count + [1] * count, "AVAL": values})
    _lines(axes, frame, "LAST", "AVAL", color=MUTED, linewidth=0.7, alpha=0.45)
    axes.plot([0, 1], panel.medians, **MEDIAN)
    for place, (median, text) in enumerate(zip(panel.medians, panel.texts, strict=True)):
        axes.annotate(
            printable(text), (place, median), xytext=(-7 if place == 0 else 7, 0), textcoords="offset points",
            ha="right" if place == 0 else "left", va="center", fontsize=8.5, fontweight="bold", color=PALETTE[1],
        )  # fmt: skip
    if panel.is_log:
        _log_axis(axes, values)
    else:
        axes.set_ylim(bottom=min(0.0, float(values.min())))
    axes.set_xlim(-0.55, 1.55)
    axes.set_xticks([0, 1], [printable(name) for name in occasions])
    name_axes(axes, "", panel.unit, size=8.5)
    axes.tick_params(axis="x", length=0)
    axes.grid(visible=True, axis="y")


def _lines(axes: Axes, frame: pd.DataFrame, x: str, y: str, **line: Any) -> None:
    sns.lineplot(frame, x=x, y=y, units="USUBJID", estimator=None, zorder=2, ax=axes, **line)


def _log_axis(axes: Axes, values: NDArray[np.float64]) -> None:
    axes.set_yscale("log")
    low, high = float(values.min()), float(values.max())
    decades = 10.0 ** np.arange(np.floor(np.log10(low)), np.ceil(np.log10(high)) + 1)
    ticks = (decades[:, None] * LOG_TICKS).ravel()
    ticks = ticks[(ticks >= low * 0.8) & (ticks <= high * 1.25)]
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])


def draw_panels(
    points: pd.DataFrame, scale: Scale, marks: Mapping[str, Look], *, bold: Collection[str], x_label: str, y_label: str,
    empty: str,
) -> bytes:  # fmt: skip
    """Draw one small panel a subject, all on one scale, in one set of axes: many axes would take many times as long.

    Parameters
    ----------
    points
        USUBJID, SINCE (day), AVAL, KIND ("" or a mark), within the days of the scale, a subject's in order of time.
    scale
        What the panels share.
    marks
        How each kind is drawn.
    bold
        The subjects whose names are bold.
    x_label, y_label
        Names of the axes, the same for all.
    empty
        What stands in the drawing where there is no subject.

    Returns
    -------
    bytes
        SVG.
    """
    codes, subjects = pd.factorize(points["USUBJID"])
    place = np.arange(len(subjects))
    column, row = place % PANELS, place // PANELS
    rows = max(-(-len(subjects) // PANELS), 1)
    x, y = column[codes] + scale.x(points["SINCE"]), row[codes] + scale.y(points["AVAL"])
    drawn = pd.DataFrame({"UNIT": codes, "X": x, "Y": y, "KIND": points["KIND"]}).sort_values("UNIT", kind="stable")
    with row_drawing(rows, PANEL_IN, BODY) as (figure, axes):
        axes.set_xlim(0, PANELS)
        axes.axis("off")
        if not len(subjects):
            say_empty(axes, empty)
        _frames(axes, scale, column, row)
        for name, left, top in zip(subjects, column, row, strict=True):
            weight = "bold" if name in bold else "normal"
            axes.text(left + LEFT, top + 0.17, printable(name), fontsize=7.5, va="center", fontweight=weight)
        _parted(axes, drawn)
        for kind, look in marks.items():
            at = drawn.loc[drawn["KIND"] == kind]
            axes.plot(at["X"], at["Y"], **look.sign, label=printable(look.label), zorder=3)
        words = printable(f"Across: {x_label}. Up: {y_label}.")
        axes.text(LEFT, rows + 0.22, words, fontsize=7.5, va="center")
        figure.legend(loc="lower left", ncols=4, frameon=False, fontsize=7.5, handletextpad=0.2)
        return svg_of(figure)


def _parted(axes: Axes, drawn: pd.DataFrame) -> None:
    """Draw the lines of all subjects as one, in which a value that is no number parts one subject from the next."""
    starts = np.flatnonzero(np.diff(drawn["UNIT"]) != 0) + 1
    x, y = (np.insert(drawn[name].to_numpy(dtype=np.float64), starts, np.nan) for name in "XY")
    axes.plot(x, y, color=PALETTE[0], linewidth=1, marker="o", markersize=2.4, clip_on=False, zorder=2)


def _frames(axes: Axes, scale: Scale, column: NDArray[np.int64], row: NDArray[np.int64]) -> None:
    """Draw shaded days, limit and base of each panel, its days below the last panels, its values left of the first."""
    first, last = (scale.x(day) for day in scale.shaded)
    axes.bar(column + first, HEIGHT, last - first, row + FLOOR - HEIGHT, align="edge", color=RULE, alpha=0.45, zorder=0)
    axes.hlines(row + scale.y(scale.limit), column + LEFT, column + LEFT + WIDTH, **DASHED)
    axes.hlines(row + FLOOR, column + LEFT, column + LEFT + WIDTH, color=MUTED, linewidth=0.7)
    small: dict[str, Any] = {"fontsize": 6.5, "color": MUTED}
    for i in range(max(len(row) - PANELS, 0), len(row)):
        for day in (scale.days[0], 0.0, scale.days[1]):
            text = f"{day:g}".replace("-", "−")
            axes.text(column[i] + scale.x(day), row[i] + FLOOR + 0.06, text, ha="center", va="top", **small)
    for top in np.unique(row):
        for value in (0.0, scale.limit, scale.top):
            axes.text(LEFT - 0.03, top + scale.y(value), f"{value:g}", ha="right", va="center", **small)
