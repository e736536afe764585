"""Further tables of the primary outcome: what decided it, tipping point, published rates, subgroups, time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.show.cells import (
    interval_cell,
    notes_of,
    p_value_cell,
    rate_cells,
    require,
    stat_cell,
)
from sap_helpers.show.display import Cell, Column, Row, Table
from sap_helpers.show.labels import ICE_ROWS, level_label, population_label, regression_note, variable_label
from sap_helpers.show.number_format import PERCENT, level_text
from sap_helpers.show.sri import COMPOSITE, DUE, PRIMARY, ROUNDING, at_week, set_and_size

if TYPE_CHECKING:
    from sap_helpers.plan import Plan
    from sap_helpers.results import Result, Results

ICE_DEPTH = {"DUE": 0, "ASSESSED": 0, "STOPPED": 2, "RESCUE": 2, "DEATH": 2}


def events_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return, by week, who was due and assessed, what came before the assessment, what is missing and what failed."""
    rows = require(results, "SRI.ICE")
    weeks = tuple(dict.fromkeys(row.key.group1_level for row in rows))
    names = tuple(dict.fromkeys(row.key.variable for row in rows))
    groups = rows.groups()
    lines = []
    for name in names:
        found = {key.group1_level: stats for key, stats in groups.items() if key.variable == name}
        cells = tuple(stat_cell(found.get(week, {}), "n", 0) for week in weeks)
        lines.append(Row(ICE_ROWS.get(name, name), cells, depth=ICE_DEPTH.get(name, 1)))
    notes = (
        "Before it: on or before the assessment, whose date is the latest of the records that the week uses. A subject "
        "with events of several kinds stands in the row of each.",
        "Failed components are those of subjects without an event before; one subject may fail several.",
    )
    return Table(
        "SRI.ICE", "Intercurrent events, missing assessments and failed components by week", "Subjects",
        tuple(Column(f"Week {week}") for week in weeks), tuple(lines),
        population=set_and_size(rows, plan), source="results.csv", stamp=stamp,
    ).with_footnotes(*notes, *notes_of(rows))  # fmt: skip


def tipping_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return the response at the key week for every number of missing subjects counted as responders."""
    rows = require(results, "SRI.TIPPING")
    lines = [Row(key.group2_level, rate_cells(stats)) for key, stats in rows.groups().items()]
    missing = "Missing: no response can be derived at the week, and no intercurrent event came before it."
    return Table(
        "SRI.TIPPING", f"Tipping point of the missing responses, week {plan.sri.key_week}",
        "Missing counted as responders", _rate_columns(plan), tuple(lines), population=set_and_size(rows, plan),
        source="results.csv", stamp=stamp,
    ).with_footnotes(missing, DUE, ROUNDING, *notes_of(rows))  # fmt: skip


def benchmark_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return the week's response beside published rates without the treatment; no test."""
    published = require(results, "SRI.BENCHMARK")
    primary = require(results, PRIMARY)
    week = plan.sri.key_week
    definitions = {(entry.label, str(entry.week)): entry.definition for entry in plan.sri.benchmark}
    has_trial = any((key.group1_level, key.group2_level) not in definitions for key in published.groups())
    lines = [] if has_trial else [_benchmark_row("This trial, primary analysis", str(week), at_week(primary, week))]
    for key, stats in published.groups().items():
        definition = definitions.get((key.group1_level, key.group2_level), "SRI-4")
        lines.append(_benchmark_row(key.group1_level, key.group2_level, stats, definition))
    notes = (
        "Other trials, subjects, weeks and background treatments: a frame for reading, not a comparison.",
        regression_note(plan),
    )
    columns = (Column("Definition", is_number=False), Column("Week"), *_rate_columns(plan))
    return Table(
        "SRI.BENCHMARK", "The response beside published rates under placebo", "Source", columns, tuple(lines),
        population=set_and_size(primary, plan), source="results.csv and the plan's literature", stamp=stamp,
    ).with_footnotes(*notes, ROUNDING, *notes_of(published))  # fmt: skip


def subgroup_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return the response at the key week by subgroup; no test."""
    rows = require(results, "SRI.SUBGROUP")
    lines: list[Row] = []
    for label, entries in subgroups(results, plan).items():
        lines.append(Row(label))
        lines.extend(Row(level, rate_cells(stats), depth=1) for level, stats in entries)
    none = "Subgroups describe; none is tested and none was chosen for its result."
    return Table(
        "SRI.SUBGROUP", f"SRI-4 response at week {plan.sri.key_week} by subgroup", "Subgroup", _rate_columns(plan),
        tuple(lines), population=set_and_size(results.of(PRIMARY) + rows, plan), source="results.csv", stamp=stamp,
    ).with_footnotes(none, DUE, COMPOSITE, ROUNDING, *notes_of(rows))  # fmt: skip


def over_time_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return the test that the response is the same at every week."""
    rows = require(results, "SRI.OVER_TIME")
    lines = [
        Row(
            method_of(rows, key.variable),
            (
                stat_cell(stats, "N", 0),
                stat_cell(stats, "statistic", 2),
                stat_cell(stats, "df", 0),
                p_value_cell(stats),
            ),
        )
        for key, stats in rows.groups().items()
    ]
    weeks = plan.sri.weeks
    due = f"Subjects due at week {plan.sri.key_week}; the response by the rules of the primary analysis."
    return Table(
        "SRI.OVER_TIME", f"Response over weeks {weeks[0]} to {weeks[-1]}", "Test",
        (Column("N"), Column("Statistic"), Column("df"), Column("p")), tuple(lines),
        population=set_and_size(rows, plan), source="results.csv", stamp=stamp,
    ).with_footnotes(due, regression_note(plan), *notes_of(rows))  # fmt: skip


def time_to_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return the Kaplan-Meier estimates of the time to the first response, and its median."""
    rows = require(results, "SRI.TIME_TO")
    level = level_text(plan.level)
    lines = [
        Row(f"Day {key.group1_level}", _curve_cells(stats))
        for key, stats in rows.groups().items()
        if key.group1 == "DAY"
    ]
    medians = [stats for key, stats in rows.groups().items() if key.variable == "SRI4" and "median" in stats]
    lines += [
        Row("Median day", (Cell("all"), stat_cell(stats, "median", 0), interval_cell(stats, 0, scale=1)))
        for stats in medians
    ]
    columns = (Column("At risk"), Column("No response yet (%)"), Column(f"{level} CI"))
    whole = (row for row in rows if row.stat_name == "N" and row.key.variable == "SRI4" and not row.key.group1)
    size = next((row.stat for row in whole), None)
    population = population_label("FAS") + (f"; in the curve: N = {size}" if size is not None else "")
    event = "A subject with an intercurrent event before a response stays at risk as a non-responder."
    return Table(
        "SRI.TIME_TO", "Time to the first SRI-4 response", "Study day", columns, tuple(lines),
        population=population, source="results.csv", stamp=stamp,
    ).with_footnotes(
        "Kaplan-Meier; interval on the log-log scale. Everybody of the set, each to the last due week.", event,
        ROUNDING, *notes_of(rows),
    )  # fmt: skip


def sustained_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return the responses that held at every later due week to the key week."""
    rows = require(results, "SRI.TIME_TO")
    lines = [
        Row(key.group1_level, rate_cells(stats))
        for key, stats in rows.groups().items()
        if key.variable == "SRI4_SUSTAINED"
    ]
    rule = f"Response at the week and at every later due week to {plan.sri.key_week}; a missing one breaks it."
    return Table(
        "SRI.TIME_TO", f"{variable_label('SRI4_SUSTAINED', plan)} by week", "From week", _rate_columns(plan),
        tuple(lines), population=set_and_size(rows, plan), source="results.csv", stamp=stamp,
    ).with_footnotes(rule, DUE, ROUNDING)  # fmt: skip


def subgroups(results: Results, plan: Plan) -> dict[str, list[tuple[str, dict[str, Result]]]]:
    """Return level and statistics by subgroup; another reading of the response has a heading of its own."""
    rows = require(results, "SRI.SUBGROUP")
    found: dict[str, list[tuple[str, dict[str, Result]]]] = {}
    for key, stats in rows.groups().items():
        reading = "" if key.variable == "SRI4" else f" ({variable_label(key.variable, plan)})"
        found.setdefault(key.group2 + reading, []).append((level_label(key.group2_level), stats))
    return found


def method_of(results: Results, variable: str) -> str:
    """Return the method named by the results of a variable."""
    return next((row.key.method for row in results if row.key.variable == variable and row.key.method), "Test")


def _curve_cells(stats: dict[str, Result]) -> tuple[Cell, ...]:
    return stat_cell(stats, "n", 0), stat_cell(stats, "estimate", scale=PERCENT), interval_cell(stats)


def _rate_columns(plan: Plan) -> tuple[Column, ...]:
    return Column("n/N"), Column("%"), Column(f"{level_text(plan.level)} CI (%)")


def _benchmark_row(label: str, week: str, stats: dict[str, Result], definition: str = "SRI-4") -> Row:
    return Row(label, (Cell(definition), Cell(week), *rate_cells(stats)))
