"""The primary outcome in words and tables: the answer, responses by week, the estimand table, analyses side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.show.cells import (
    BESIDE,
    count_cell,
    count_percent_cell,
    interval_cell,
    notes_of,
    percent_cell,
    rate_cells,
    require,
    stat_cell,
)
from sap_helpers.show.display import Cell, Column, Row, Statement, Table, spanned
from sap_helpers.show.labels import (
    EVENTS,
    INTERVALS,
    MISSING,
    ROLES,
    SHORT_INTERVALS,
    SLEDAI,
    analysis_label,
    bilag_label,
    population_label,
    regression_note,
    variable_label,
)
from sap_helpers.show.number_format import PERCENT, level_text

if TYPE_CHECKING:
    from sap_helpers.plan import Plan, ResponseAnalysis
    from sap_helpers.results import Key, Result, Results

PRIMARY = "SRI.PRIMARY"
WRITTEN = "As the plan sets them; it was written after the trial, with knowledge of its published results"
ROUNDING = "Percentages and limits are rounded once, half up, from the stored number."
LOOK_BACK = "BILAG-2004 looks back four weeks: at week 2 half of that time lies before the treatment."
DUE = "N: subjects of the set for whom the week was due at the cut."
COMPOSITE = (
    "Subjects with an intercurrent event before the assessment, or without an assessment, count as non-responders."
)


def answer(results: Results, plan: Plan) -> Statement:
    """Return the primary result in one sentence, with what it must not be read without."""
    week = plan.sri.key_week
    stats = at_week(require(results, PRIMARY), week)
    share, interval = percent_cell(stats), interval_cell(stats)
    ids = (*count_cell(stats).result_ids, *share.result_ids, *interval.result_ids)
    if not stats["N"].stat:
        text = f"SRI-4 response at week {week}: {share.text}."
    else:
        shown = f"{share.text}%, {level_text(plan.level)} confidence interval {interval.text}"
        text = (
            f"At week {week}, {stats['n'].stat} of {stats['N'].stat} subjects of the full analysis set "
            f"had an SRI-4 response ({shown})."
        )
    return Statement(text, (regression_note(plan),), tuple(dict.fromkeys(ids)))


def response_table(results: Results, plan: Plan, *, analysis_id: str = PRIMARY, stamp: str = "") -> Table:
    """Return the response by week: n/N, percentage and interval.

    Parameters
    ----------
    results
        With those of the analysis, by AVISITN.
    plan
        The plan in force.
    analysis_id
        Any analysis of SRI4 by week.
    stamp
        The stamp of the cut.

    """
    rows = require(results, analysis_id)
    planned = planned_row(plan, analysis_id)
    table = Table(
        analysis_id, f"SRI-4 response by week: {analysis_label(planned, plan).lower()} analysis", "Week",
        (Column("n/N"), Column("%"), Column(f"{level_text(plan.level)} CI (%)")),
        population=set_and_size(rows, plan), source="results.csv", stamp=stamp,
    )  # fmt: skip
    lines = [Row(key.group1_level, rate_cells(stats)) for key, stats in rows.groups().items()]
    handling = (
        f"Intercurrent events before the assessment: {EVENTS[planned.events]}; missing: {MISSING[planned.missing]}."
    )
    interval = f"Interval: {INTERVALS[planned.interval]}."
    secondary = (
        f"Week {plan.sri.key_week} is the primary time point; the other weeks are reported alike, without adjustment."
    )
    notes = (DUE, handling, interval, secondary, LOOK_BACK, regression_note(plan), ROUNDING, *notes_of(rows))
    return table.with_rows(lines).with_footnotes(*notes)


def estimand_table(plan: Plan, *, stamp: str = "") -> Table:
    """Return the plan's response analyses as a table of how each differs from the others."""
    headings = ("Set", "Weeks", "Events", "Missing", "SLEDAI fall", "New BILAG", "PGA rise", "Interval")
    table = Table(
        "SRI", "Estimands of the response analyses", "Analysis", tuple(Column(h, is_number=False) for h in headings),
        population=WRITTEN, source=f"plan version {plan.version}", stamp=stamp,
    )  # fmt: skip
    rows: list[Row] = []
    for role, heading in ROLES.items():
        planned = [row for row in plan.sri.analyses if row.role == role]
        rows.extend([Row(heading)] if planned else [])
        rows.extend(Row(analysis_label(row, plan), tuple(map(Cell, _estimand(row, plan))), depth=1) for row in planned)
        if role == "sensitivity":
            own = _estimand(plan.sri.analyses[0], plan)
            for label, missing, interval in _of_missing(plan):
                cells = (own[0], str(plan.sri.key_week), own[2], missing, *own[4:7], interval)
                rows.append(Row(label, tuple(map(Cell, cells)), depth=1))
    rules = (
        "Events, missing: whether an intercurrent event before it, or a missing response, counts as failure.",
        "A component that cannot be assessed makes the response missing, unless another component already fails.",
        "A dash: the component is not part of that analysis.",
    )
    return table.with_rows(rows).with_footnotes(*rules)


def components_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return the success of each component by week."""
    rows = require(results, "SRI.COMPONENTS")
    names = tuple(dict.fromkeys(row.key.variable for row in rows))
    interval = Column(f"{level_text(plan.level)} CI (%)")
    columns = tuple(c for name in names for c in spanned(variable_label(name, plan), (Column("n/N (%)"), interval)))
    table = Table(
        "SRI.COMPONENTS", "Success of each SRI-4 component by week", "Week", columns,
        population=set_and_size(rows, plan), source="results.csv", stamp=stamp,
    )  # fmt: skip
    groups = rows.groups()
    weeks = tuple(dict.fromkeys(row.key.group1_level for row in rows))
    lines = []
    for week in weeks:
        found = [
            stats for name in names for key, stats in groups.items() if (key.group1_level, key.variable) == (week, name)
        ]
        lines.append(
            Row(week, tuple(cell for stats in found for cell in (count_percent_cell(stats), interval_cell(stats))))
        )
    return table.with_rows(lines).with_footnotes(DUE, COMPOSITE, LOOK_BACK, ROUNDING, *notes_of(rows))


def analyses_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return all analyses of the SRI-4 response at the key week side by side."""
    lines = [
        Row(label, (Cell(key.population), *_analysis_cells(stats, plan)))
        for label, key, stats in week_analyses(results, plan)
    ]
    table = Table(
        "SRI", f"SRI-4 response at week {plan.sri.key_week}: all analyses", "Analysis",
        (Column("Set", is_number=False), Column("n/N"), Column("%"), Column(f"{level_text(plan.level)} CI (%)")),
        tuple(lines), population="Sets as named", source="results.csv", stamp=stamp,
    )  # fmt: skip
    rows = results.of(*dict.fromkeys(key.analysis_id for _, key, _ in week_analyses(results, plan)))
    observed = (
        f"{analysis_label(planned_row(plan, 'SRI.OBSERVED'), plan)}: a response with a component missing is in where "
        "another component failed, and out where none did, so that this rate is somewhat too low."
    )
    return table.with_footnotes(DUE, observed, regression_note(plan), ROUNDING, *notes_of(rows))


def thresholds_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return the responses that ask for a larger fall of the disease activity index."""
    rows = require(results, "SRI.THRESHOLDS")
    table = Table(
        "SRI.THRESHOLDS", f"Responses with a larger SELENA-SLEDAI reduction, week {plan.sri.key_week}", "Response",
        (Column("Reduction of at least"), Column("n/N"), Column("%"), Column(f"{level_text(plan.level)} CI (%)")),
        population=set_and_size(rows, plan), source="results.csv", stamp=stamp,
    )  # fmt: skip
    points = {row.variable: row.reduction for row in plan.sri.analyses if row.id == "SRI.THRESHOLDS"}
    lines = (
        Row(
            variable_label(key.variable, plan),
            (Cell(f"{points[key.variable]} points"), *rate_cells(stats)),
        )
        for key, stats in rows.groups().items()
    )
    return table.with_rows(lines).with_footnotes(DUE, COMPOSITE, ROUNDING, *notes_of(rows))


def planned_row(plan: Plan, analysis_id: str) -> ResponseAnalysis:
    """Return the first planned row of an analysis.

    Raises
    ------
    ValueError
        The plan has no such response analysis.

    """
    for row in plan.sri.analyses:
        if row.id == analysis_id:
            return row
    raise ValueError(
        f"{analysis_id} is not a response analysis of the plan: {', '.join(r.id for r in plan.sri.analyses)}"
    )


def at_week(results: Results, week: int) -> dict[str, Result]:
    """Return the statistics of one week; the first group of it, where there are several.

    Raises
    ------
    ValueError
        The results do not hold that week.

    """
    for key, stats in results.groups().items():
        if key.group1_level == str(week):
            return stats
    raise ValueError(f"{', '.join(results.analysis_ids)}: no result at week {week}")


def set_and_size(results: Results, plan: Plan) -> str:
    """Return the set's name with how many of it were due at the key week, where that can be told."""
    population = results.rows[0].key.population
    week = plan.sri.key_week
    sizes = [
        r.stat for r in results if r.stat_name == "N" and (r.key.group1, r.key.group1_level) == ("AVISITN", str(week))
    ]
    is_known = bool(sizes) and sizes[0] is not None
    return population_label(population) + (f"; due at week {week}: N = {sizes[0]}" if is_known else "")


def week_analyses(results: Results, plan: Plan) -> list[tuple[str, Key, dict[str, Result]]]:
    """Return label, key and statistics of every analysis of SRI4 at the key week, in plan order, imputation last."""
    planned = [(row.id, analysis_label(row, plan)) for row in plan.sri.analyses if row.variable == "SRI4"]
    found = []
    for analysis_id, label in [*planned, ("SRI.MI", f"Multiple imputation ({plan.sri.imputation.imputations} sets)")]:
        for key, stats in results.of(analysis_id).groups().items():
            if key.group1_level == str(plan.sri.key_week) and key.variable == "SRI4":
                found.append((label, key, stats))
    return found


def _of_missing(plan: Plan) -> tuple[tuple[str, str, str], ...]:
    """Return label, handling of missing responses and interval of the analyses that vary this alone."""
    return (
        (f"Multiple imputation ({plan.sri.imputation.imputations} sets)", "imputed", "Rubin"),
        ("Tipping point of the missing responses", "none to all respond", SHORT_INTERVALS["clopper-pearson"]),
    )


def _analysis_cells(stats: dict[str, Result], plan: Plan) -> tuple[Cell, Cell, Cell]:
    """Return n/N, percentage and interval; for pooled imputations the words for them in place of n/N."""
    if "p" in stats:
        return rate_cells(stats)
    pooled = Cell(f"pooled over {plan.sri.imputation.imputations}")
    interval = interval_cell(stats) if stats["estimate"].stat is not None else Cell(BESIDE)
    return pooled, stat_cell(stats, "estimate", scale=PERCENT), interval


def _estimand(row: ResponseAnalysis, plan: Plan) -> tuple[str, ...]:
    first, last = plan.sri.weeks[0], plan.sri.weeks[-1]
    weeks = f"{first} to {last}" if row.weeks == "all" else str(plan.sri.key_week)
    has = row.requires
    sledai = f"≥ {row.reduction}{SLEDAI[row.sledai]}" if "sledai" in has else "–"
    pga = f"< {plan.sri.pga_rise}" if "pga" in has else "–"
    return (
        row.population, weeks, EVENTS[row.events], MISSING[row.missing], sledai, bilag_label(row, plan), pga,
        SHORT_INTERVALS[row.interval],
    )  # fmt: skip
