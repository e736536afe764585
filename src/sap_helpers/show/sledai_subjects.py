"""Disease activity subject by subject: trajectories, the waterfall of the change, and what the model implies."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sap_helpers.results import Key
from sap_helpers.show.cells import require, stat_cell
from sap_helpers.show.charts.stacks import draw_stacks
from sap_helpers.show.charts.trajectories import Course, draw_trajectories
from sap_helpers.show.charts.waterfall import BarStyle, draw_waterfall
from sap_helpers.show.display import Cell, Column, Figure, Row, Table
from sap_helpers.show.labels import population_label, regression_note
from sap_helpers.show.listing import listing
from sap_helpers.show.lookup import Lookup
from sap_helpers.show.many import is_many
from sap_helpers.show.tables import make_table
from sap_helpers.show.withheld import withheld_figure

if TYPE_CHECKING:
    import pandas as pd

    from sap_helpers.plan import Plan
    from sap_helpers.results import Results

SRI_STYLES = {
    "response": BarStyle("SRI-4 response", "#0072b2"),
    "no response": BarStyle("No SRI-4 response", "#e0a070", "////"),
    "not available": BarStyle("SRI-4 not available", "#aab2b8", "...."),
}
NO_RESPONSE = "A large fall without a response: an intercurrent event, another component, or a missing one."
WATERFALL_LABELS = {"USUBJID": "Subject", "BASE": "Week 0", "AVAL": "Later", "CHG": "Change", "SRI4": "SRI-4"}


def trajectories_figure(results: Results, frame: pd.DataFrame, plan: Plan, *, stamp: str = "") -> Figure:
    """Return the total of every subject over the weeks; of very many subjects the quartiles and the range.

    Parameters
    ----------
    results
        With SLEDAI.BY_WEEK, whose medians and quartiles are drawn.
    frame
        USUBJID, AVISITN, AVAL: one row a subject and week with a total.
    """
    title = "SELENA-SLEDAI of every subject by week"
    found = Lookup.of(results, "SLEDAI.BY_WEEK")
    weeks = (0, *plan.time.weeks)
    key = Key("SLEDAI.BY_WEEK", "FAS", "AVISITN", variable="SLEDAI")
    stats = {week: found.at(key, group1_level=str(week)) for week in weeks}
    numbers = make_table("SLEDAI.BY_WEEK", results, plan, stamp=stamp)
    if frame.empty:
        empty = withheld_figure("SLEDAI.BY_WEEK", title, stats[0]["mean"].note, stamp=stamp)
        return replace(empty, numbers=numbers)
    subjects = frame["USUBJID"].nunique()
    spread = {
        name: np.array([np.nan if one[name].stat is None else one[name].stat for one in stats.values()], dtype=float)
        for name in ("median", "p25", "p75", "min", "max")
    }
    are_many = is_many(subjects, plan)
    course = Course(spread["median"], spread["p25"], spread["p75"], spread["min"], spread["max"])
    svg = draw_trajectories(
        None if are_many else frame, course, weeks=weeks, limit=float(plan.eligibility.min_sledai), x_label="Week",
        y_label="SELENA-SLEDAI",
    )  # fmt: skip
    said = "; ".join(
        f"week {week}: {stat_cell(one, 'median').text}, {one['n'].stat} subjects"
        for week, one in stats.items()
        if one["median"].stat is not None
    )
    kind = "Bands: quartiles and range" if are_many else "Thin lines: subjects"
    caption = (
        f"{population_label('FAS')}, weeks that are due. {kind}; thick: median; dashed: {plan.eligibility.min_sledai}, "
        f"the least total at entry. {regression_note(plan)}"
    )
    return Figure(
        "SLEDAI.BY_WEEK", "SELENA-SLEDAI by week" if are_many else title, svg,
        f"SELENA-SLEDAI of {subjects} subjects by week. Medians: {said}.", caption, numbers, stamp=stamp,
        is_subject_level=not are_many,
    )  # fmt: skip


def waterfall_figure(results: Results, frame: pd.DataFrame, plan: Plan, *, stamp: str = "") -> Figure:
    """Return the change of each subject to the outcome's week, coloured by the SRI-4 response of that week.

    Of more subjects than the plan lets a figure show, the number of them with each change.

    Parameters
    ----------
    results
        With SLEDAI.CHANGE, which says why there is no pair.
    frame
        USUBJID, BASE, AVAL, CHG, SRI4 ("response", "no response" or "not available"): one row a pair.
    """
    week = plan.sledai.week
    title = f"SELENA-SLEDAI change to week {week}, subject by subject"
    if frame.empty:
        why = next(row.note for row in require(results, "SLEDAI.CHANGE") if row.stat is None)
        return withheld_figure("SLEDAI.CHANGE", title, why, stamp=stamp)
    ordered = frame.sort_values(["CHG", "USUBJID"], ascending=[False, True])
    fall = plan.sri.analyses[0].reduction
    counts = Counter(str(name) for name in ordered["SRI4"])
    fell = int((ordered["CHG"] <= -fall).sum())
    said = ", ".join(f"{SRI_STYLES[name].label}: {counts[name]}" for name in SRI_STYLES if counts[name])
    alt = (
        f"Change of {len(ordered)} subjects from {ordered['CHG'].iloc[0]:g} to {ordered['CHG'].iloc[-1]:g} points; "
        f"{fell} fell by {fall} or more. {said}."
    )
    if is_many(len(ordered), plan):
        return _changes_figure(ordered, alt, plan, stamp)
    svg = draw_waterfall(
        ordered["CHG"].to_numpy(dtype=np.float64), [str(name) for name in ordered["SRI4"]], SRI_STYLES,
        limit=-float(fall), x_label=f"{len(ordered)} subjects, largest fall at the right",
        y_label=f"Change to week {week} (points)",
    )  # fmt: skip
    table = listing(
        ordered, plan, plan_id="SLEDAI.CHANGE", title=title, labels=WATERFALL_LABELS, source="adqs", stamp=stamp,
        population=f"{population_label('FAS')}, subjects with both totals",
    )  # fmt: skip
    caption = (
        f"One bar a subject with both totals; dashed: the fall that SRI-4 asks for. {NO_RESPONSE} "
        f"{regression_note(plan)}"
    )
    return Figure("SLEDAI.CHANGE", title, svg, alt, caption, table, stamp=stamp, is_subject_level=True)


def _changes_figure(frame: pd.DataFrame, alt: str, plan: Plan, stamp: str) -> Figure:
    """Return the number of subjects with each change, by response."""
    week = plan.sledai.week
    title = f"SELENA-SLEDAI change to week {week} by response"
    found = Counter(zip(frame["SRI4"], frame["CHG"], strict=True))
    low, high = (int(end) for end in (np.floor(frame["CHG"].min()), np.ceil(frame["CHG"].max())))
    changes = sorted({*range(low, high + 1), *frame["CHG"]})
    names = [name for name in SRI_STYLES if (frame["SRI4"] == name).any()]
    counts = {name: np.array([found[name, change] for change in changes]) for name in names}
    svg = draw_stacks(
        [f"{change:g}" if change % 5 == 0 else "" for change in changes], counts, SRI_STYLES,
        x_label=f"Change to week {week} (points)", y_label="Subjects",
    )  # fmt: skip
    lines = tuple(
        Row(f"{change:g}", tuple(Cell(str(counts[name][i])) for name in names)) for i, change in enumerate(changes)
    )
    table = Table(
        "SLEDAI.CHANGE", title, "Change", tuple(Column(SRI_STYLES[name].label) for name in names), lines,
        population=f"{population_label('FAS')}, {len(frame)} subjects with both totals", source="adqs", stamp=stamp,
        is_long=True,
    )  # fmt: skip
    caption = f"{len(frame)} subjects with both totals, too many to show each. {NO_RESPONSE} {regression_note(plan)}"
    return Figure("SLEDAI.CHANGE", title, svg, alt, caption, table, stamp=stamp)
