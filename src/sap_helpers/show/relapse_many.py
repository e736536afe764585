"""Relapses of very many subjects: totals around the last dose by fortnight, and what happened in each period."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sap_helpers.show.charts.heat import draw_heat
from sap_helpers.show.charts.trajectories import Course, draw_trajectories
from sap_helpers.show.display import Cell, Column, Figure, Row, Table
from sap_helpers.show.labels import population_label
from sap_helpers.show.many import last_period_note, percents, period_names, periods, share_cells, subjects_in
from sap_helpers.show.number_format import percent_text
from sap_helpers.show.relapse_words import CALENDAR

if TYPE_CHECKING:
    import pandas as pd

    from sap_helpers.plan import Plan

FORTNIGHT = 14
SPREAD = {"min": 0.0, "p25": 0.25, "median": 0.5, "p75": 0.75, "max": 1.0}
COURSE_COLUMNS = ("Subjects", "Median (Q1, Q3)", "Minimum, maximum", "Subjects with a relapse")
LANES = {
    "followed": ("Exposure", "Followed by assessments"),
    "cycle": ("Exposure", "Injections of a cycle"),
    "stop": ("Exposure", "End of treatment"),
    "remission": ("Activity", "A total below {}"),
    "relapse": ("Activity", "Relapse"),
}


def courses_summary(frame: pd.DataFrame, plan: Plan, *, stamp: str = "") -> Figure:
    """Return quartiles and range of SELENA-SLEDAI by fortnight from the last dose.

    Parameters
    ----------
    frame
        USUBJID, SINCE (days since the last dose), AVAL, KIND ("", reference or relapse).
    plan, stamp
        As elsewhere.
    """
    rule = plan.relapse
    fortnights = (np.floor(frame["SINCE"].astype(float) / FORTNIGHT) * FORTNIGHT).astype(int)
    grouped = frame.groupby(fortnights)
    spread = grouped["AVAL"].quantile(np.array(list(SPREAD.values()))).unstack().set_axis(list(SPREAD), axis="columns")
    subjects_of = grouped["USUBJID"].nunique()
    counts: dict[int, int] = dict(zip(subjects_of.index.to_numpy(dtype=np.int64), subjects_of.tolist(), strict=True))
    relapsed = frame.loc[frame["KIND"] == "relapse"]
    relapses = relapsed.groupby(fortnights)["USUBJID"].nunique().reindex(list(counts), fill_value=0)
    course = Course(*(spread[name].to_numpy(dtype=np.float64) for name in ("median", "p25", "p75", "min", "max")))
    svg = draw_trajectories(
        None, course, weeks=list(counts), limit=float(rule.remission_below),
        x_label="Days since the last dose, from", y_label="SELENA-SLEDAI",
    )  # fmt: skip
    lines = tuple(
        Row(
            f"{day:+d} to {day + FORTNIGHT - 1:+d}",
            (
                Cell(str(count)), Cell(f"{row['median']:g} ({row['p25']:g}, {row['p75']:g})"),
                Cell(f"{row['min']:g}, {row['max']:g}"), Cell(str(relapsing)),
            ),
        )
        for (day, count), relapsing, (_, row) in zip(counts.items(), relapses, spread.iterrows(), strict=True)
    )  # fmt: skip
    subjects, had = frame["USUBJID"].nunique(), relapsed["USUBJID"].nunique()
    title = "SELENA-SLEDAI around the last dose"
    table = Table(
        "REL.PARTICIPANTS", f"{title}, by fortnight", "Days", tuple(map(Column, COURSE_COLUMNS)), lines,
        population=population_label("REM"), source="adqs", stamp=stamp, footnotes=("Every assessment of a subject.",),
    )  # fmt: skip
    alt = (
        f"SELENA-SLEDAI from {rule.days_after_stop} days before to {rule.days_after_stop} days after the last dose, "
        f"{subjects} subjects by fortnight. With a relapse: {had}."
    )
    caption = (
        f"{population_label('REM')}, N = {subjects}, too many to show each. Bands: quartiles and range of the "
        f"assessments in 14 days; thick: median; dashed: {rule.remission_below} points. {CALENDAR}"
    )
    return Figure("REL.PARTICIPANTS", title, svg, alt, caption, table, stamp=stamp)


def lanes_summary(frame: pd.DataFrame, plan: Plan, *, stamp: str = "") -> Figure:
    """Return how many subjects are followed, dosed, end treatment, are below the limit and relapse in each period.

    Parameters
    ----------
    frame
        USUBJID, KIND (cycle, followed, remission, active, stop, relapse), FROM, TO (study days).
    plan, stamp
        As elsewhere.
    """
    total, limit = frame["USUBJID"].nunique(), plan.relapse.remission_below
    spans = periods(plan.relapse.last_day, plan)
    counts = {kind: subjects_in(frame.loc[frame["KIND"] == kind], spans) for kind in LANES}
    names = {kind: name.format(limit) for kind, (_, name) in LANES.items()}
    percent = np.array([percents(of, total) for of in counts.values()])
    texts = [[percent_text(value / 100, 0) for value in line] for line in percent]
    columns = period_names(spans)
    svg = draw_heat(list(names.values()), [group for group, _ in LANES.values()], columns, percent, texts, "Study days")
    rows = tuple(Row(names[kind], share_cells(of, total)) for kind, of in counts.items())
    title = "Exposure, remission and relapse"
    table = Table(
        "REL.PARTICIPANTS", f"{title} by period", "Subjects, n (%)", tuple(Column(name) for name in columns), rows,
        population=population_label("FAS"), source="adex, adqs, adsl", stamp=stamp,
    )  # fmt: skip
    had = {kind: frame.loc[frame["KIND"] == kind, "USUBJID"].nunique() for kind in LANES}
    alt = (
        f"Share of {total} subjects by study day: {had['remission']} had a SELENA-SLEDAI below {limit} after day 1, "
        f"{had['stop']} ended treatment, {had['relapse']} relapsed."
    )
    caption = (
        f"{population_label('FAS')}, N = {total}, too many to show each: percent of all of them in each period. A "
        f"subject counts once a cell. {last_period_note(spans)} {CALENDAR}"
    )
    return Figure("REL.PARTICIPANTS", title, svg, alt, caption, table, stamp=stamp)
