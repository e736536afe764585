"""Disease activity subject by subject: trajectories, the waterfall of the change, and what the model implies."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sap_helpers.results import Key
from sap_helpers.show.cells import require, stat_cell
from sap_helpers.show.charts.bars import BarStyle, draw_waterfall
from sap_helpers.show.charts.lines import draw_trajectories
from sap_helpers.show.display import Figure
from sap_helpers.show.figure_parts import numbers
from sap_helpers.show.first_subjects import first_drawn, say_first
from sap_helpers.show.labels import population_label, regression_note
from sap_helpers.show.listing import listing
from sap_helpers.show.lookup import Lookup
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
    """Return the total of every subject over the weeks, with the medians.

    Parameters
    ----------
    results
        With SLEDAI.BY_WEEK, whose medians are drawn.
    frame
        USUBJID, AVISITN, AVAL: one row a subject and week with a total.
    """
    title = "SELENA-SLEDAI of every subject by week"
    found = Lookup.of(results, "SLEDAI.BY_WEEK")
    weeks = (0, *plan.time.weeks)
    key = Key("SLEDAI.BY_WEEK", "FAS", "AVISITN", variable="SLEDAI")
    stats = {week: found.at(key, group1_level=str(week)) for week in weeks}
    table = make_table("SLEDAI.BY_WEEK", results, plan, stamp=stamp)
    if frame.empty:
        empty = withheld_figure("SLEDAI.BY_WEEK", title, stats[0]["mean"].note, stamp=stamp)
        return replace(empty, numbers=table)
    subjects = frame["USUBJID"].nunique()
    drawn, note = first_drawn(frame, plan)
    svg = draw_trajectories(
        drawn, numbers(stats.values(), "median"), weeks=weeks, limit=float(plan.eligibility.min_sledai),
        x_label="Week", y_label="SELENA-SLEDAI",
    )  # fmt: skip
    said = "; ".join(
        f"week {week}: {stat_cell(one, 'median').text}, {one['n'].stat} subjects"
        for week, one in stats.items()
        if one["median"].stat is not None
    )
    caption = (
        f"{population_label('FAS')}, weeks that are due. Thin lines: subjects; thick: median; dashed: "
        f"{plan.eligibility.min_sledai}, the least total at entry. {regression_note(plan)}"
    )
    alt = f"SELENA-SLEDAI of {subjects} subjects by week. Medians: {said}."
    figure = Figure("SLEDAI.BY_WEEK", title, svg, alt, caption, table, stamp=stamp, is_subject_level=True)
    return say_first(figure, note)


def waterfall_figure(results: Results, frame: pd.DataFrame, plan: Plan, *, stamp: str = "") -> Figure:
    """Return the change of each subject to the outcome's week, coloured by the SRI-4 response of that week.

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
    kept, note = first_drawn(frame, plan)
    ordered = kept.sort_values(["CHG", "USUBJID"], ascending=[False, True])
    fall = plan.sri.analyses[0].reduction
    counts = Counter(str(name) for name in ordered["SRI4"])
    fell = int((ordered["CHG"] <= -fall).sum())
    said = ", ".join(f"{SRI_STYLES[name].label}: {counts[name]}" for name in SRI_STYLES if counts[name])
    alt = (
        f"Change of {len(ordered)} subjects from {ordered['CHG'].iloc[0]:g} to {ordered['CHG'].iloc[-1]:g} points; "
        f"{fell} fell by {fall} or more. {said}."
    )
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
    figure = Figure("SLEDAI.CHANGE", title, svg, alt, caption, table, stamp=stamp, is_subject_level=True)
    return say_first(figure, note)
