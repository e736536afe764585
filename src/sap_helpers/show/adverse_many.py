"""Adverse events of very many subjects: their number in each period, by category and by grade."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sap_helpers.show.adverse_labels import LOOKS
from sap_helpers.show.charts.heat import draw_heat
from sap_helpers.show.charts.stacks import draw_stacks
from sap_helpers.show.charts.waterfall import BarStyle
from sap_helpers.show.display import Cell, Column, Figure, Row, Table
from sap_helpers.show.many import count_in, last_period_note, percents, period_names, periods
from sap_helpers.show.words import vocabulary

if TYPE_CHECKING:
    import pandas as pd

    from sap_helpers.plan import Plan

# few strokes: dots and crosses would be most of the drawing's bytes
HATCHES = {1: "", 2: "//", 3: "\\\\", 4: "||", 0: "--"}


def onset_summary(onsets: pd.DataFrame, plan: Plan, title: str, last: int, *, stamp: str = "") -> Figure:
    """Return the number of events of each category that start in each period.

    Parameters
    ----------
    onsets
        USUBJID, AESI (code), ASTDY: one row per event and category.
    plan, stamp
        As elsewhere.
    title, last
        The figure's title, and the last day shown.
    """
    spans = periods(last, plan)
    counts = {
        code: count_in(onsets.loc[onsets["AESI"] == code, "ASTDY"], spans) for code in vocabulary("categories", plan)
    }
    totals = {code: int(of.sum()) for code, of in counts.items()}
    percent = np.array([percents(of, totals[code]) for code, of in counts.items()])
    texts = [[str(count) for count in of] for of in counts.values()]
    names = [f"{vocabulary('categories', plan)[code]} ({total})" for code, total in totals.items()]
    columns = period_names(spans)
    svg = draw_heat(names, [""] * len(names), columns, percent, texts, "Study days of onset")
    rows = tuple(
        Row(vocabulary("categories", plan)[code], (Cell(str(totals[code])), *(Cell(str(count)) for count in of)))
        for code, of in counts.items()
    )
    headings = (Column("Events"), *(Column(name) for name in columns))
    table = Table("AE.AESI", f"{title}, by period", "Category", headings, rows, source="adae", stamp=stamp)
    subjects = onsets["USUBJID"].nunique()
    said = "; ".join(f"{vocabulary('categories', plan)[code]}: {total}" for code, total in totals.items())
    alt = f"Number of emergent events by category over study days 1 to {last}, {subjects} subjects with one. {said}."
    caption = (
        f"Events of {subjects} subjects, too many to show each; one count per event and category. Shade: share of the "
        f"row's events. Later periods have fewer subjects at risk. {last_period_note(spans)}"
    )
    return Figure("AE.AESI", title, svg, alt, caption, table, stamp=stamp)


def timeline_summary(timeline: pd.DataFrame, plan: Plan, last: int, *, stamp: str = "") -> Figure:
    """Return the number of events that start in each period by grade, and the subjects at risk at its beginning.

    Parameters
    ----------
    timeline
        USUBJID, RISKEND, START, GRADE: one row per event, START missing for a subject without any.
    plan, stamp
        As elsewhere.
    last
        The last day shown.
    """
    spans = periods(last, plan)
    grade = timeline["GRADE"].clip(upper=max(LOOKS))
    counts = {name: count_in(timeline.loc[grade == name, "START"], spans) for name in LOOKS}
    ends = timeline.groupby("USUBJID")["RISKEND"].first().to_numpy(dtype=np.float64)
    at_risk = [int((ends >= first).sum()) for first, _ in spans]
    styles = {name: BarStyle(look.label, look.color, HATCHES[name]) for name, look in LOOKS.items()}
    columns = period_names(spans)
    shown = {name: counts[code] for code, name in ((code, str(code)) for code in LOOKS)}
    svg = draw_stacks(
        columns, shown, {str(code): style for code, style in styles.items()}, x_label="Study days of onset",
        y_label="Events",
    )  # fmt: skip
    rows = (
        Row("Subjects at risk at its beginning", tuple(Cell(str(count)) for count in at_risk)),
        *(Row(f"Events, {LOOKS[code].label}", tuple(Cell(str(count)) for count in of)) for code, of in counts.items()),
    )
    title = "Events over time"
    table = Table(
        "AE.LISTING", f"{title}, by period", "Period", tuple(Column(name) for name in columns), rows,
        source="adae, adsl", stamp=stamp,
    )  # fmt: skip
    events = int(sum(of.sum() for of in counts.values()))
    alt = (
        f"Events of {len(ends)} treated subjects over study days 1 to {last}: {events}. By period: "
        + "; ".join(f"{name}: {sum(int(of[i]) for of in counts.values())}" for i, name in enumerate(columns))
        + "."
    )
    caption = (
        f"Onsets of the events of {len(ends)} treated subjects, too many to show each. Later periods have fewer "
        f"subjects at risk: the table gives them. {last_period_note(spans)}"
    )
    return Figure("AE.LISTING", title, svg, alt, caption, table, stamp=stamp)
