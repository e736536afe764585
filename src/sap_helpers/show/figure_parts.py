"""What figures of one family share: results as the rows, series and curves that its charts draw, and in words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from sap_helpers.show.cells import count_cell, interval_cell, percent_cell, stat_cell
from sap_helpers.show.charts.curves import Curve
from sap_helpers.show.charts.intervals import ForestRow, Series
from sap_helpers.show.display import Cell, Column, Row, Table
from sap_helpers.show.listing import LONG_ROWS
from sap_helpers.show.number_format import PERCENT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from sap_helpers.results import Result

    Stats = Mapping[str, Result]

LIMITS = ("estimate", "conf.low", "conf.high")


def numbers(groups: Iterable[Stats], name: str, scale: float = 1) -> NDArray[np.float64]:
    """Return a statistic of each group, nan where it does not exist."""
    stats = [group[name].stat if name in group else None for group in groups]
    return np.array([math.nan if stat is None else scale * stat for stat in stats], dtype=np.float64)


def rate_series(name: str, groups: Sequence[Stats], *, with_texts: bool) -> Series:
    """Return rates as a series in percent; where there is none its reason, else percentage and count if asked for."""
    texts = tuple(
        percent_cell(one).text
        if one["p"].stat is None
        else f"{percent_cell(one).text}%\n{count_cell(one).text}" * with_texts
        for one in groups
    )
    estimate, low, high = (numbers(groups, part, PERCENT) for part in ("p", *LIMITS[1:]))
    return Series(name, estimate, low, high, texts)


def rate_row(
    label: str, stats: Stats, count: str = "", *, is_main: bool = False, is_indented: bool = False
) -> ForestRow:  # fmt: skip
    """Return a rate as a row of a forest plot: count, percentage and interval, or the reason once.

    Parameters
    ----------
    label
        Its words.
    stats
        A proportion, or an estimate that stands for one.
    count
        What stands in place of the count.
    is_main, is_indented
        How the row looks.
    """
    share = _share(stats)
    estimate, low, high = (float(numbers([stats], name, PERCENT)[0]) for name in (share, *LIMITS[1:]))
    count, shown = count or count_cell(stats).text, stat_cell(stats, share, scale=PERCENT).text
    if math.isfinite(estimate):
        texts: tuple[str, ...] = (count, shown, interval_cell(stats).text)
    else:
        # the reason stands once, beside the count where there is one
        texts = (count, shown) if count[:1].isdigit() else (shown,)
    return ForestRow(label, estimate, low, high, texts, is_main, is_indented)


def say_rates(entries: Iterable[tuple[str, Stats]]) -> str:
    """Return rates in words: count, percentage and interval of each, or its reason."""
    parts = []
    for label, stats in entries:
        share = stat_cell(stats, _share(stats), scale=PERCENT).text
        if not share[:1].isdigit():
            parts.append(f"{label}: {share}")
            continue
        count = f"{count_cell(stats).text}, " if "n" in stats else ""
        parts.append(f"{label}: {count}{share}%, interval {interval_cell(stats).text}")
    return "; ".join(parts) + "."


def step_curve(
    steps: Mapping[int, Stats], scale: float, *, title: str = "", empty: str = "", until: float = math.nan,
    at_risk: Iterable[tuple[float, str]] = (), is_complement: bool = False,
) -> Curve:  # fmt: skip
    """Return estimates by day as a curve; the complement of percentages where the curve is to rise with events."""
    parts = [numbers(steps.values(), name, scale) for name in LIMITS]
    estimate, low, high = [scale - part for part in (parts[0], parts[2], parts[1])] if is_complement else parts
    days = np.array(list(steps), dtype=np.float64)
    return Curve(days, estimate, low, high, title, tuple(at_risk), until, empty)


def say_days(days: Mapping[int, Stats], places: int, scale: int, *, with_reasons: bool = False) -> str:
    """Return the estimate of each day in words, with its limits, or where asked for why it has none."""
    said = []
    for day, stats in days.items():
        estimate = stat_cell(stats, "estimate", places, scale=scale).text
        limits = interval_cell(stats, places, scale=scale).text
        has_limits = stats["conf.low"].stat is not None or (with_reasons and limits != estimate)
        said.append(f"day {day}: {estimate}" + (f" ({limits})" if has_limits else ""))
    return "; ".join(said)


def subject_table(
    plan_id: str, title: str, columns: Iterable[Column | str], lines: Mapping[str, Iterable[str]], *, source: str,
    stamp: str, population: str = "",
) -> Table:  # fmt: skip
    """Return what a figure draws of each subject as a listing, a row a subject.

    Parameters
    ----------
    plan_id, title, source, stamp, population
        As in `Table`.
    columns
        Their headings; those of words alone stand for columns of texts.
    lines
        The cells of each subject, in order.
    """
    rows = tuple(Row(name, tuple(map(Cell, cells)), is_subject=True) for name, cells in lines.items())
    headed = tuple(Column(one, is_number=False) if isinstance(one, str) else one for one in columns)
    return Table(
        plan_id, title, "Subject", headed, rows, population=population, source=source, stamp=stamp,
        is_long=len(rows) > LONG_ROWS, kind="listing",
    )  # fmt: skip


def _share(stats: Stats) -> str:
    return "p" if "p" in stats else "estimate"
