"""Disease activity in its parts: items and systems, categories, states of low activity, selection, BILAG, steroids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.results import Key
from sap_helpers.show.cells import (
    BESIDE,
    count_cell,
    count_percent_cell,
    notes_of,
    once,
    rate_cells,
    require,
    stat_cell,
)
from sap_helpers.show.display import Cell, Column, Row, Table, spanned
from sap_helpers.show.labels import KEPT, level_label, population_label, regression_note
from sap_helpers.show.number_format import PERCENT, level_text
from sap_helpers.show.sledai_labels import Lookup, count_notes, criteria_text, placebo_text, set_text

if TYPE_CHECKING:
    from sap_helpers.plan import Plan
    from sap_helpers.results import Results

COMPOSITE = "An intercurrent event on or before the assessment, or a missing assessment, is a state not reached."
FATES = ("PRESENT_BEFORE", "RESOLVED", "PERSISTING", "NEW", "PRESENT_AFTER")


def organ_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return, by system and item, what was present at week 0, and resolved, persisted or came new by the later week."""
    found = Lookup.of(results, "SLEDAI.ORGAN")
    rule = plan.instruments.sledai
    lines = []
    for system in dict.fromkeys(item.system for item in rule.items):
        key = Key("SLEDAI.ORGAN", "FAS", "SYSTEM", system, variable_level="Y")
        lines.append(Row(system, _fate_cells(found, key)))
        members = [item for item in rule.items if item.system == system]
        lines += [
            Row(item.name, _fate_cells(found, key._replace(group2="PARAMCD", group2_level=item.code)), depth=1)
            for item in members
        ]
    week = plan.sledai.week
    columns = (
        Column("Pairs"), Column("Present, week 0"), Column("Resolved"), Column("Persisting"), Column("New"),
        Column(f"Present, week {week}"),
    )  # fmt: skip
    return Table(
        "SLEDAI.ORGAN", f"Items and systems present at week 0 and at week {week}", "System and item", columns,
        tuple(lines), population=set_text(results, plan), source="results.csv", stamp=stamp,
    ).with_footnotes(
        "Pairs: subjects in whom it was assessed at both weeks. A system is present where one of its items is.",
        regression_note(plan),
    )  # fmt: skip


def _fate_cells(found: Lookup, key: Key) -> tuple[Cell, ...]:
    stats = [found.at(key, variable=name) for name in FATES]
    pairs = stat_cell(stats[0], "N", 0)
    if not stats[0]["N"].stat:
        return once((Cell(stats[0]["N"].note or pairs.text, pairs.result_ids), *[Cell(BESIDE)] * len(FATES)))
    return (pairs, *(stat_cell(one, "n", 0) for one in stats))


def category_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return the categories of the total at week 0 against those at the outcome's week."""
    rows = require(results, "SLEDAI.CATEGORY")
    found = Lookup(rows.groups(by_method=True))
    rule = plan.sledai
    labels = {c.code: f"{c.name} ({level_label(rule.bounds(c))})" for c in rule.categories}
    key = Key("SLEDAI.CATEGORY", "FAS", "BASE", "", "CATEGORY", variable="SLEDAI")
    lines = [
        Row(label, once([count_cell(found.at(key, group1_level=base, group2_level=now)) for now in labels]))
        for base, label in labels.items()
    ]
    columns = spanned(f"Week {rule.week}", [Column(label) for label in labels.values()])
    return Table(
        "SLEDAI.CATEGORY", f"Categories of SELENA-SLEDAI, week 0 against week {rule.week}", "Week 0", columns,
        tuple(lines), population=set_text(results, plan), source="results.csv", stamp=stamp,
    ).with_footnotes("n/N: of the subjects with a total at both weeks.", regression_note(plan))  # fmt: skip


def active_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return how many were above the record's limit of moderate-to-severe activity at both weeks."""
    found = Lookup.of(results, "SLEDAI.CATEGORY")
    variable = f"SLEDAI_GT{plan.sledai.active_above}"
    lines = []
    for week in (0, plan.sledai.week):
        key = Key("SLEDAI.CATEGORY", "FAS", "AVISITN", str(week), variable=variable, variable_level="Y")
        stats = {**found.at(key), **found.at(key, method="Clopper-Pearson")}
        lines.append(Row(f"Week {week}", rate_cells(stats)))
    return Table(
        "SLEDAI.CATEGORY", f"SELENA-SLEDAI above {plan.sledai.active_above}", "Week", _rate_columns(plan), tuple(lines),
        population=set_text(results, plan), source="results.csv", stamp=stamp,
    ).with_footnotes(
        "In the words of the registry record: moderate-to-severe activity. Of the subjects with a total at both weeks.",
        regression_note(plan),
    )  # fmt: skip


def remission_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return the states of low activity by week."""
    rows = require(results, "SLEDAI.REMISSION")
    found, states = rows.groups(), plan.sledai.states
    key = Key("SLEDAI.REMISSION", "FAS", "AVISITN", variable_level="Y")
    lines: list[Row] = []
    for state in states:
        lines.append(Row(state.name))
        at = {week: found[key._replace(group1_level=str(week), variable=state.variable)] for week in plan.time.weeks}
        lines += [Row(f"Week {week}", rate_cells(stats), depth=1) for week, stats in at.items()]
    recorded = "States that ask for prednisone are of the subjects whose prednisone is recorded."
    limits = (
        "LLDAS-like: haemolytic anaemia and gastrointestinal activity cannot be told from the index, and the "
        "trial drug itself is experimental; stability of immunosuppressants is judged by the intercurrent events."
    )
    return Table(
        "SLEDAI.REMISSION", "States of low disease activity by week", "State and week", _rate_columns(plan),
        tuple(lines), population=population_label("FAS"), source="results.csv", stamp=stamp,
    ).with_footnotes(
        COMPOSITE, *(criteria_text(state, plan) for state in states), recorded, limits,
        f"Interval: Clopper-Pearson (exact). {regression_note(plan)}", *notes_of(rows),
    )  # fmt: skip


def selection_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return how much change the selection of subjects makes by itself, beside the change that was observed."""
    found = Lookup.of(results, "SLEDAI.RTM", "SLEDAI.CHANGE")
    key = Key("SLEDAI.RTM", "FAS", variable="SLEDAI", method="truncated normal")
    fit, share = found.at(key), found.at(key, variable="SELECTED")
    observed = found.at(Key("SLEDAI.CHANGE", "FAS", variable="SLEDAI"))
    rule = plan.sledai.selection
    lines = [
        Row("Observed mean change of the pairs", (stat_cell(observed, "mean", 1),)),
        Row("Expected from selection alone"),
    ]
    lines += [
        Row(
            f"Test-retest correlation {r}",
            (stat_cell(found.at(key, group1="CORRELATION", group1_level=str(r)), "estimate", 1),), depth=1,
        )
        for r in rule.correlations
    ]  # fmt: skip
    lines += [
        Row("Unselected totals behind the baseline"),
        Row("Baseline totals fitted", (stat_cell(found.at(key, method=""), "N", 0),), depth=1),
        Row("Mean", (stat_cell(fit, "mean", 1),), depth=1),
        Row("SD", (stat_cell(fit, "sd", 1),), depth=1),
        Row(f"At or above {rule.threshold} (%)", (stat_cell(share, "estimate", 1, scale=PERCENT),), depth=1),
    ]
    return Table(
        "SLEDAI.RTM", "Regression to the mean: change without any treatment", "SELENA-SLEDAI", (Column("Points"),),
        tuple(lines), population=population_label("FAS"), source="results.csv", stamp=stamp,
    ).with_footnotes(
        f"A normal distribution cut off below {rule.threshold} is fitted to the baseline totals by maximum likelihood; "
        "two measurements of unchanged subjects, the first of them selected.",
        "An order of magnitude at best: a normal distribution cut off near its own mean is hardly determined by so few "
        "totals, and moving the limit by half a point can halve these figures. The correlation is not known from this "
        "trial: the rows span what is plausible.",
        placebo_text(plan),
        *count_notes(results, "SLEDAI.RTM"),
    )  # fmt: skip


def bilag_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return each system's grade at week 0 against the outcome's week, grades at week 0 that occur alone."""
    found = Lookup.of(results, "BILAG.SHIFT")
    rule, week = plan.instruments.bilag, plan.sledai.week
    lines = []
    for code, system in rule.systems.items():
        key = Key("BILAG.SHIFT", "FAS", "AVISITN", str(week), variable=code)
        pairs = found.at(key)["N"]
        lines.append(Row(f"{system} (pairs: {pairs.stat})" if pairs.stat else f"{system}: {pairs.note}"))
        for base in rule.grades if pairs.stat else ():
            stats = [found.at(key, group2="BASE", group2_level=base, variable_level=grade) for grade in rule.grades]
            if any(one["n"].stat for one in stats):
                lines.append(Row(base, tuple(stat_cell(one, "n", 0) for one in stats), depth=1))
    columns = spanned(f"Grade at week {week}", [Column(grade) for grade in rule.grades])
    return Table(
        "BILAG.SHIFT", f"BILAG-2004 by system, week 0 against week {week}", "System and grade at week 0", columns,
        tuple(lines), population=set_text(results, plan), source="results.csv", stamp=stamp,
    ).with_footnotes(
        "Grades: A most active, D inactive but affected before, E never affected. A grade that nobody had at week 0 "
        "has no row.", regression_note(plan),
    )  # fmt: skip


def bilag_by_week_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return how many subjects had grade A, and grade B, in each system by week."""
    found = Lookup.of(results, "BILAG.SHIFT")
    rule, weeks = plan.instruments.bilag, (0, *plan.time.weeks)
    lines = []
    for code, system in rule.systems.items():
        cells = []
        for week in weeks:
            key = Key("BILAG.SHIFT", "FAS", "AVISITN", str(week), variable=code)
            active = [stat_cell(found.at(key, variable_level=grade), "n", 0) for grade in rule.grades[:2]]
            ids = tuple(i for cell in active for i in cell.result_ids)
            has_pairs = found.at(key)["N"].stat
            empty = BESIDE if has_pairs == 0 else active[0].text
            cells.append(Cell(" / ".join(cell.text for cell in active) if has_pairs else empty, ids))
        lines.append(Row(system, once(cells)))
    totals = []
    for week in weeks:
        key = Key("BILAG.SHIFT", "FAS", "AVISITN", str(week), variable=next(iter(rule.systems)))
        totals.append(stat_cell(found.at(key), "N", 0))
    a, b = rule.grades[:2]
    return Table(
        "BILAG.SHIFT", f"BILAG-2004: subjects with grade {a} / {b} by system and week", "System",
        spanned("Week", [Column(str(week)) for week in weeks]), (*lines, Row("Subjects", once(totals))),
        population=population_label("FAS"), source="results.csv", stamp=stamp,
    ).with_footnotes(
        "Subjects: with all nine grades at the week and at week 0.", regression_note(plan)
    )  # fmt: skip


def steroid_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return how many were at the plan's limits of the dose or below, above their first dose, or without steroid."""
    rows = require(results, "STEROID.BY_WEEK")
    found = rows.groups()
    names = plan.sledai.steroid_names
    labels = {name: f"≤{KEPT}{limit} mg/day" for name, limit in names.items()}
    labels |= {"INCREASED": "Increased", "STOPPED": "Stopped"}
    lines = []
    for week in (0, *plan.time.weeks):
        key = Key("STEROID.BY_WEEK", "FAS", "AVISITN", str(week), variable_level="Y")
        stats = [found.get(key._replace(variable=name), {}) for name in labels]
        lines.append(Row(str(week), once([count_percent_cell(one) if one else Cell(BESIDE) for one in stats])))
    return Table(
        "STEROID.BY_WEEK", "Daily prednisone: at the limits, increased, stopped", "Week",
        tuple(Column(f"{label}, n/N (%)") for label in labels.values()), tuple(lines),
        population=population_label("FAS"), source="results.csv", stamp=stamp,
    ).with_footnotes(
        "Of the subjects due whose prednisone is recorded and who are alive. Increased: above the dose of week 0. "
        "Stopped: no steroid any more, of those who took one at week 0.",
        "Factors of the prednisone equivalent, and doses a day: as in the plan.", *notes_of(rows),
    )  # fmt: skip


def _rate_columns(plan: Plan) -> tuple[Column, ...]:
    return Column("n/N"), Column("%"), Column(f"{level_text(plan.level)} CI (%)")
