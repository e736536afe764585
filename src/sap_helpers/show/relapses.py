"""Relapses after stopping in words and tables: the answer, who could be assessed, proportions, rates, curves by day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.show.cells import (
    BESIDE,
    count_cell,
    count_percent_cell,
    interval_cell,
    notes_of,
    percent_cell,
    require,
    stat_cell,
)
from sap_helpers.show.display import Cell, Column, Row, Statement, Table, spanned
from sap_helpers.show.labels import population_label, regression_note
from sap_helpers.show.number_format import NOT_ESTIMABLE, PERCENT, level_text
from sap_helpers.show.relapse_words import (
    CALENDAR,
    FLOW,
    difference_label,
    primary_rules,
    reading_label,
    reading_labels,
    score_rule,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sap_helpers.plan import Plan
    from sap_helpers.results import Result, Results

PARTICIPANTS, EVENTS, CURVES, COMPOSITE = "REL.PARTICIPANTS", "REL.EVENTS", "REL.KM", "REL.COMPOSITE"
SENSITIVITY = "REL.SENSITIVITY"
ROUNDING = "Percentages and limits are rounded once, half up, from the stored number."
DAYS = "Reference and follow-up: days after the last dose; a numbered day is a study day."
NOT_REACHED = "not reached"
NO_LIMITS = "Limits are not estimable where the estimate, or its error, is 0, nor where a probability is 1."
# by analysis, set and case
PROPORTIONS = {
    (PARTICIPANTS, "REM", ""): "Primary: after a remission, due and followed",
    ("REL.SETTLED", "REM", "SETTLED"): "Relapsed, or followed for at least {days} days after the last dose",
    (PARTICIPANTS, "FAS", ""): "All who stopped and are due",
    ("REL.SETTLED", "REM", "WORST"): "Worst case: no follow-up, or one shorter than {days} days, counts as relapsed",
    ("REL.WORST", "REM", ""): "Not followed counts as relapsed",
    ("REL.BEST", "REM", ""): "Best case: not followed counts as not relapsed",
    ("REL.AT_STOP", "REM", ""): "Still in remission at the reference",
    (COMPOSITE, "REM", ""): "Relapse, rescue therapy or death",
}


def answer(results: Results, plan: Plan) -> Statement:
    """Return the primary result in one sentence, with what it must not be read without."""
    stats = statistics_of(require(results, PARTICIPANTS), plan.relapse.primary.variable, population="REM")
    share, interval = percent_cell(stats), interval_cell(stats)
    ids = tuple(dict.fromkeys((*count_cell(stats).result_ids, *share.result_ids, *interval.result_ids)))
    within = (
        f"within {plan.relapse.days_after_stop} days of the last dose, at most to study day {plan.relapse.last_day}"
    )
    if not stats["N"].stat:
        text = f"Relapse {within}: {share.text}."
    else:
        shown = f"{share.text}%, {level_text(plan.level)} confidence interval {interval.text}"
        text = (
            f"Of {stats['N'].stat} subjects in remission on treatment who stopped it and were followed, "
            f"{stats['n'].stat} had a SELENA-SLEDAI above their reference {within} ({shown})."
        )
    measured = [_followed(results), _lateness(results, plan)]
    ids += tuple(name for _, names in measured for name in names)
    return Statement(text, (*(said for said, _ in measured if said), regression_note(plan)), ids)


def _followed(results: Results) -> tuple[str, tuple[str, ...]]:
    """Return for how long those of the primary proportion were followed, with the results quoted."""
    stats = _spread(results, PARTICIPANTS, "FOLLOWED_DAYS")
    if not stats:
        return "", ()
    median, low, high = (stat_cell(stats, name, 0) for name in ("median", "min", "max"))
    text = (
        f"They were followed for {low.text} to {high.text} days after the last dose, median {median.text}; who was "
        "followed for a short time without a relapse counts as not relapsed."
    )
    return text, tuple(i for cell in (low, high, median) for i in cell.result_ids)


def _lateness(results: Results, plan: Plan) -> tuple[str, tuple[str, ...]]:
    """Return how late the date of a relapse may be, in days of this cut where there is a relapse."""
    stats = _spread(results, EVENTS, plan.relapse.primary.variable, "GAP")
    if not stats:
        return CALENDAR, ()
    median, most = stat_cell(stats, "median", 0), stat_cell(stats, "max", 0)
    text = (
        "A relapse is dated by the visit that found it: late by up to the time since the assessment before, here a "
        f"median of {median.text} and at most {most.text} days."
    )
    return text, (*median.result_ids, *most.result_ids)


def _spread(results: Results, analysis_id: str, variable: str, level: str = "") -> Mapping[str, Result]:
    """Return the statistics of days of a variable; none where they are not estimable."""
    named = {
        row.stat_name: row
        for row in results.of(analysis_id)
        if (row.key.variable, row.key.variable_level, row.key.group1) == (variable, level, "")
    }
    return named if named and named["median"].stat is not None else {}


def definitions_table(plan: Plan, *, stamp: str = "") -> Table:
    """Return every definition of a relapse, and in what it differs from the others."""
    headings = ("Remission", "Reference to", "Relapse", "Follow-up to")
    rows: list[Row] = []
    for title, roles in (("In every table", ("primary", "beside")), ("Sensitivity", ("sensitivity",))):
        rows.append(Row(title))
        for definition in plan.relapse.of(*roles):
            end = f"day {plan.relapse.last_day}"
            if definition.until == "after_stop":
                end = f"{plan.relapse.days_after_stop} days, {end}"
            remission, reference = f"< {definition.remission_below}", f"{definition.reference_days} days"
            cells = (remission, reference, score_rule(definition), end)
            rows.append(Row(reading_label(definition, plan), tuple(map(Cell, cells)), depth=1))
    return Table(
        "REL", "Definitions of a relapse", "Reading", tuple(Column(text, is_number=False) for text in headings),
        tuple(rows), population="SELENA-SLEDAI", source=f"plan version {plan.version}", stamp=stamp,
    ).with_footnotes(*primary_rules(plan), DAYS)  # fmt: skip


def flow_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return how the full analysis set comes down to those of whom a relapse can be said."""
    rows = require(results, PARTICIPANTS, "REL.AT_STOP")
    lines = []
    for (population, variable), (label, depth) in FLOW.items():
        stats = statistics_of(rows, variable, population=population)
        text = label.format(days=plan.relapse.days_after_stop, limit=plan.relapse.remission_below)
        lines.append(Row(text, (count_percent_cell(stats),), depth=depth))
    due = (
        f"Due: {plan.relapse.days_after_stop} days after the last dose, or study day {plan.relapse.last_day} where "
        "that is earlier, are not after the cut."
    )
    return Table(
        PARTICIPANTS, "Who could be assessed for a relapse", "Subjects", (Column("n/N (%)"),), tuple(lines),
        population=population_label("FAS"), source="results.csv", stamp=stamp,
    ).with_footnotes("Each percentage is of the row that it is indented under.", due)  # fmt: skip


def participants_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return the subjects with a relapse in every denominator, by both readings."""
    rows = require(results, *dict.fromkeys(analysis for analysis, _, _ in PROPORTIONS))
    labels = reading_labels(plan)
    lines = []
    for (analysis, population, case), text in PROPORTIONS.items():
        label = text.format(days=plan.relapse.settled_days)
        found = [statistics_of(rows.of(analysis), name, population=population, level="Y", case=case) for name in labels]
        cells = tuple(cell for stats in found for cell in (count_percent_cell(stats), interval_cell(stats)))
        lines.append(Row(label, cells))
    interval = Column(f"{level_text(plan.level)} CI (%)")
    columns = tuple(c for label in labels.values() for c in spanned(label, (Column("n/N (%)"), interval)))
    composite = "Rescue therapy or death: within follow-up; who had one counts without an assessment too."
    kept = [row for row in rows if row.key.variable in labels]
    return Table(
        PARTICIPANTS, "Subjects with a relapse", "Denominator", columns, tuple(lines),
        population="Sets as named", source="results.csv", stamp=stamp,
    ).with_footnotes(
        *primary_rules(plan), composite, "Interval: Clopper-Pearson (exact).", CALENDAR, ROUNDING,
        *notes_of(type(rows)(tuple(kept))),
    )  # fmt: skip


def events_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return the number of relapses, the time in which they happened, and their rate."""
    rows = require(results, EVENTS)
    labels = reading_labels(plan)
    found = [statistics_of(rows, name, level="") for name in labels]
    low = [statistics_of(rows, name, level=f"BELOW{plan.relapse.remission_below}") for name in labels]
    level = level_text(plan.level)
    lines = [
        Row("Relapses", tuple(stat_cell(stats, "n.events", 0) for stats in found)),
        Row(
            f"of them below {plan.relapse.remission_below} at the visit that found them",
            tuple(stat_cell(stats, "n", 0) for stats in low),
            depth=1,
        ),
        Row("Person-years", tuple(stat_cell(stats, "person.years", 2) for stats in found)),
        Row("Relapses per person-year", tuple(stat_cell(stats, "estimate", 2) for stats in found)),
        Row(f"{level} CI", tuple(interval_cell(stats, 2, scale=1) for stats in found), depth=1),
    ]
    limit = plan.relapse.remission_below
    notes = (
        "All of the set, due or not: from the reference to the last follow-up assessment. Interval: exact Poisson, "
        "which takes the relapses of one subject as independent; the mean number below does not.",
        f"A further relapse needs, in between, a total below {limit} that is not above the reference.",
        CALENDAR,
    )
    return Table(
        EVENTS, "Relapses and their rate", "Relapses", tuple(Column(label) for label in labels.values()),
        tuple(lines), population=population_label("REM"), source="results.csv", stamp=stamp,
    ).with_footnotes(*notes, *notes_of(rows))  # fmt: skip


def curve_table(results: Results, plan: Plan, analysis_id: str, *, stamp: str = "") -> Table:
    """Return a curve at the plan's days: REL.KM, the mean number of REL.EVENTS, or the incidences of REL.COMPOSITE."""
    rows = require(results, analysis_id)
    title, column, labels, scale, places, notes = _curve_words(analysis_id, plan)
    level = level_text(plan.level)
    lines = []
    for variable, label in labels.items():
        lines.append(Row(label))
        for key, stats in rows.groups().items():
            if key.group1 == "DAY" and key.variable == variable:
                lines.append(Row(f"Day {key.group1_level}", _curve_cells(stats, places, scale), depth=1))
        median = next((s for k, s in rows.groups().items() if k.variable == variable and "median" in s), None)
        if median is not None:
            lines.append(Row("Median day", _median_cells(median), depth=1))
    unit = " (%)" if scale == PERCENT else ""
    return Table(
        analysis_id, title, "Days from the reference", (Column("At risk"), Column(column), Column(f"{level} CI{unit}")),
        tuple(lines), population=population_label("REM"), source="results.csv", stamp=stamp,
    ).with_footnotes(*notes, NO_LIMITS, CALENDAR, ROUNDING)  # fmt: skip


def sensitivity_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return the proportion relapsed by every definition of the plan, the primary one first."""
    groups = {
        (key.group1_level, key.variable): stats
        for key, stats in require(results, PARTICIPANTS, SENSITIVITY).groups().items()
        if key.population == "REM"
    }
    lines = []
    for definition in plan.relapse.of():
        stats = groups[definition.reading, definition.variable]
        lines.append(
            Row(difference_label(definition, plan), (count_cell(stats), percent_cell(stats), interval_cell(stats)))
        )
    columns = (Column("n/N"), Column("%"), Column(f"{level_text(plan.level)} CI (%)"))
    note = (
        "N: subjects of the set, by the definition's own limit of remission, who are due and have a follow-up "
        "assessment by it."
    )
    return Table(
        SENSITIVITY, "Subjects with a relapse by every definition", "Definition", columns, tuple(lines),
        population=population_label("REM"), source="results.csv", stamp=stamp,
    ).with_footnotes(note, CALENDAR, ROUNDING, *notes_of(require(results, SENSITIVITY)))  # fmt: skip


def statistics_of(
    results: Results, variable: str, *, population: str = "REM", level: str | None = None, case: str = ""
) -> Mapping[str, Result]:
    """Return the statistics of a variable that belong to no group but the case named.

    Raises
    ------
    ValueError
        There are none.
    """
    for key, stats in results.groups().items():
        if (key.variable, key.population, key.group1_level) == (variable, population, case) and level in (
            None,
            key.variable_level,
        ):
            return stats
    raise ValueError(f"{', '.join(results.analysis_ids)}: no result of {variable} in {population}")


def curve_groups(results: Results, variable: str, group: str) -> dict[int, Mapping[str, Result]]:
    """Return the statistics of a curve by day, of group DAY or STEPDAY."""
    return {
        int(key.group1_level): stats
        for key, stats in results.groups().items()
        if key.group1 == group and key.variable == variable
    }


def _curve_cells(stats: Mapping[str, Result], places: int, scale: int) -> tuple[Cell, ...]:
    """Return number at risk, estimate and interval; what has no estimate gives its reason once."""
    estimate, interval = stat_cell(stats, "estimate", places, scale=scale), interval_cell(stats, places, scale=scale)
    if stats["estimate"].stat is None:
        interval = Cell(BESIDE, interval.result_ids)
    elif stats["conf.low"].stat is None:
        interval = Cell(NOT_ESTIMABLE, interval.result_ids)
    return stat_cell(stats, "n", 0), estimate, interval


def _median_cells(stats: Mapping[str, Result]) -> tuple[Cell, ...]:
    """Return the median with its limits; a side that the curve does not reach says so in two words."""
    median, interval = stat_cell(stats, "median", 0), interval_cell(stats, 0, scale=1)
    reached = [NOT_REACHED if cell.text.startswith(NOT_REACHED) else cell.text for cell in (median, interval)]
    return Cell("all"), Cell(reached[0], median.result_ids), Cell(reached[1], interval.result_ids)


def _curve_words(analysis_id: str, plan: Plan) -> tuple[str, str, dict[str, str], int, int, Sequence[str]]:
    """Return title, column, lines, scale, decimal places and footnotes of a curve's table."""
    labels = reading_labels(plan)
    if analysis_id == EVENTS:
        method = "Mean cumulative function with robust variance; all relapses of a subject count."
        return "Mean number of relapses per subject", "Mean number", labels, 1, 2, (method,)
    if analysis_id == COMPOSITE:
        method, order = (
            "Aalen-Johansen; interval on the complementary log-log scale.",
            "The first event counts; of one day the relapse.",
        )
        others = {"RESCUE_DEATH": "Rescue therapy or death before a relapse by the primary reading"}
        title = "Relapse with rescue therapy and death as competing events"
        return title, "Incidence (%)", labels | others, PERCENT, 1, (method, order)
    method, censoring = (
        "Kaplan-Meier; interval on the log-log scale.",
        "Without a relapse censored at the last follow-up assessment, without any on day 0.",
    )
    return "Probability of no relapse", "No relapse (%)", labels, PERCENT, 1, (method, censoring)
