"""Tables that need an *if*: functions that a row of the catalogue names, and that make its columns and rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.results import Key
from sap_helpers.show.cells import (
    BESIDE,
    count_cell,
    count_percent_cell,
    interval_cell,
    once,
    percent_cell,
    rate_cells,
    stat_cell,
)
from sap_helpers.show.display import Cell, Column, Row, spanned
from sap_helpers.show.labels import POPULATIONS, analysis_label, bilag_label, level_label
from sap_helpers.show.lookup import at_week
from sap_helpers.show.number_format import PERCENT, level_text
from sap_helpers.show.relapse_words import difference_label, reading_label, score_rule
from sap_helpers.show.words import places_of, word

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sap_helpers.plan import Plan, ResponseAnalysis
    from sap_helpers.results import Result, Results
    from sap_helpers.show.rows import TableRow

    Stats = dict[str, Result]
    Made = tuple[Sequence[Column], Sequence[Row]]

COUNTED = ("", "Y")
# line of a summary, the statistics in it, and how their texts are put together
LINES = (
    ("n", ("N",), "{}"),
    ("Mean (SD)", ("mean", "sd"), "{} ({})"),
    ("Median (Q1, Q3)", ("median", "p25", "p75"), "{} ({}, {})"),
    ("Minimum, maximum", ("min", "max"), "{}, {}"),
)


def counts(spec: TableRow, _: Results, rows: Results, plan: Plan) -> Made:
    """Return counts by variable, level and group: n/N with percentage; levels and groups below what they divide."""
    groups = rows.groups()
    has_total = any("N" in stats for stats in groups.values())
    columns = (Column("n/N"), Column("%")) if has_total else (Column("n"),)
    lines = (
        (path, once((count_cell(stats), percent_cell(stats)) if has_total else (count_cell(stats),)))
        for path, stats in _paths(groups, spec.words, plan)
    )
    return columns, _nested(lines)


def summary(spec: TableRow, _: Results, rows: Results, plan: Plan) -> Made:
    """Return a summary of each variable: mean, median and range of a number, n/N with percentage of a level."""
    groups = rows.groups()
    lines: list[tuple[tuple[str, ...], tuple[Cell, ...]]] = []
    for (path, stats), key in zip(_paths(groups, spec.words, plan), groups, strict=True):
        places = places_of("summary_places", key.variable)
        lines += [(tuple(part for part in (*path, line) if part), (cell,)) for line, cell in _summary(stats, places)]
    return (Column("Value"),), _nested(lines)


def _summary(stats: Stats, places: int) -> list[tuple[str, Cell]]:
    """Return the lines of one key: of a number's statistics, or the one of a count."""
    if "n" in stats:
        return [("", count_percent_cell(stats))]
    if "mean" in stats and not stats["N"].stat:
        return [("", stat_cell(stats, "mean", places))]
    lines = [
        (line, _line(stats, names, text, 0 if names == ("N",) else places))
        for line, names, text in LINES
        if all(name in stats for name in names)
    ]
    return lines + ([("", stat_cell(stats, "estimate", places))] if "estimate" in stats else [])


def _line(stats: Stats, names: Sequence[str], text: str, places: int) -> Cell:
    cells = [stat_cell(stats, name, places) for name in names]
    ids = tuple(i for cell in cells for i in cell.result_ids)
    is_there = stats[names[0]].stat is not None
    return Cell(text.format(*(cell.text for cell in cells)) if is_there else cells[0].text, ids)


def _nested(lines: Iterable[tuple[tuple[str, ...], tuple[Cell, ...]]]) -> list[Row]:
    """Return rows indented by the length of their paths, with a heading wherever a path's beginning has no row."""
    rows: list[Row] = []
    present: set[tuple[str, ...]] = set()
    for path, cells in lines:
        for depth in range(1, len(path)):
            if path[:depth] not in present:
                rows.append(Row(path[depth - 1], depth=depth - 1))
                present.add(path[:depth])
        rows.append(Row(path[-1], cells, depth=len(path) - 1))
        present.add(path)
    return rows


def _paths(groups: Mapping[Key, Stats], vocabulary: str, plan: Plan) -> list[tuple[tuple[str, ...], Stats]]:
    """Return for each key the words from the general to the special: variable, its level, the levels of its groups."""
    has_one_variable = len({key.variable for key in groups}) == 1 and any(key.group1_level for key in groups)
    found = []
    for key, stats in groups.items():
        codes = (
            "" if has_one_variable and key.group1_level else key.variable,
            "" if key.variable_level in COUNTED else key.variable_level,
            key.group1_level, key.group2_level,
        )  # fmt: skip
        words = [_word(code, vocabulary, plan) for code in codes]
        found.append((tuple(filter(None, words)) or (key.analysis_id,), stats))
    return found


def _word(code: str, vocabulary: str, plan: Plan) -> str:
    return word(vocabulary, code, plan) if vocabulary else POPULATIONS.get(code) or level_label(code)


def estimands(_: TableRow, __: Results, ___: Results, plan: Plan) -> Made:
    """Return the plan's response analyses: how each differs from the others."""
    headings = ("Set", "Weeks", "Events", "Missing", "SLEDAI fall", "New BILAG", "PGA rise", "Interval")
    rows: list[Row] = []
    for role in ("primary", "sensitivity", "supplementary"):
        planned = [row for row in plan.sri.analyses if row.role == role]
        rows.extend([Row(word("roles", role, plan))] if planned else [])
        rows.extend(Row(analysis_label(row, plan), tuple(map(Cell, _estimand(row, plan))), 1) for row in planned)
        if role == "sensitivity":
            own = _estimand(plan.sri.analyses[0], plan)
            for label, missing, interval in _of_missing(plan):
                cells = (own[0], str(plan.sri.key_week), own[2], missing, *own[4:7], interval)
                rows.append(Row(label, tuple(map(Cell, cells)), depth=1))
    return [Column(text, is_number=False) for text in headings], rows


def _imputed(plan: Plan) -> str:
    return f"Multiple imputation ({plan.sri.imputation.imputations} sets)"


def _of_missing(plan: Plan) -> tuple[tuple[str, str, str], ...]:
    """Return label, handling of missing responses and interval of the analyses that vary this alone."""
    exact = word("short_intervals", "clopper-pearson", plan)
    return (
        (_imputed(plan), "imputed", "Rubin"),
        ("Tipping point of the missing responses", "none to all respond", exact),
    )


def _estimand(row: ResponseAnalysis, plan: Plan) -> tuple[str, ...]:
    first, last = plan.sri.weeks[0], plan.sri.weeks[-1]
    weeks = f"{first} to {last}" if row.weeks == "all" else str(plan.sri.key_week)
    has = row.requires
    serology = " without serology" if row.sledai == "SLEDAI22" else ""
    sledai = f"≥ {row.reduction}{serology}" if "sledai" in has else "–"
    pga = f"< {plan.sri.pga_rise}" if "pga" in has else "–"
    return (
        row.population, weeks, word("events", row.events, plan), word("missing", row.missing, plan), sledai,
        bilag_label(row, plan), pga, word("short_intervals", row.interval, plan),
    )  # fmt: skip


def week_analyses(results: Results, plan: Plan) -> list[tuple[str, Key, Stats]]:
    """Return label, key and statistics of every analysis of SRI4 at the key week, in plan order, imputation last."""
    planned = [(row.id, analysis_label(row, plan)) for row in plan.sri.analyses if row.variable == "SRI4"]
    return [
        (label, key, stats)
        for analysis_id, label in [*planned, ("SRI.MI", _imputed(plan))]
        for key, stats in results.of(analysis_id).groups().items()
        if key.group1_level == str(plan.sri.key_week) and key.variable == "SRI4"
    ]


def analyses(_: TableRow, results: Results, __: Results, plan: Plan) -> Made:
    """Return all analyses of the response at the key week side by side."""
    lines = [
        Row(label, (Cell(key.population), *_analysis_cells(stats, plan)))
        for label, key, stats in week_analyses(results, plan)
    ]
    return (Column("Set", is_number=False), *_rate_columns(plan)), lines


def _analysis_cells(stats: Stats, plan: Plan) -> tuple[Cell, Cell, Cell]:
    """Return n/N, percentage and interval; for pooled imputations the words for them in place of n/N."""
    if "p" in stats:
        return rate_cells(stats)
    pooled = Cell(f"pooled over {plan.sri.imputation.imputations}")
    interval = interval_cell(stats) if stats["estimate"].stat is not None else Cell(BESIDE)
    return pooled, stat_cell(stats, "estimate", scale=PERCENT), interval


def benchmarks(_: TableRow, results: Results, __: Results, plan: Plan) -> Made:
    """Return published rates, below this trial's own where the analysis does not give it beside them."""
    published, week = results.of("SRI.BENCHMARK").groups(), plan.sri.key_week
    definitions = {(entry.label, str(entry.week)): entry.definition for entry in plan.sri.benchmark}
    places = [(key.group1_level, key.group2_level) for key in published]
    own = at_week(results.of("SRI.PRIMARY"), week)
    found = [] if set(places) - set(definitions) else [("This trial, primary analysis", str(week), "SRI-4", own)]
    found += [
        (label, at, definitions.get((label, at), "SRI-4"), stats)
        for (label, at), stats in zip(places, published.values(), strict=True)
    ]
    lines = [Row(label, (Cell(definition), Cell(at), *rate_cells(stats))) for label, at, definition, stats in found]
    return (Column("Definition", is_number=False), Column("Week"), *_rate_columns(plan)), lines


def relapse_definitions(_: TableRow, __: Results, ___: Results, plan: Plan) -> Made:
    """Return every definition of a relapse, and in what it differs from the others."""
    rows: list[Row] = []
    for title, roles in (("In every table", ("primary", "beside")), ("Sensitivity", ("sensitivity",))):
        rows.append(Row(title))
        for definition in plan.relapse.of(*roles):
            end = f"day {plan.relapse.last_day}"
            if definition.until == "after_stop":
                end = f"{plan.relapse.days_after_stop} days, {end}"
            cells = (
                f"< {definition.remission_below}", f"{definition.reference_days} days", score_rule(definition), end,
            )  # fmt: skip
            rows.append(Row(reading_label(definition, plan), tuple(map(Cell, cells)), depth=1))
    headings = ("Remission", "Reference to", "Relapse", "Follow-up to")
    return [Column(text, is_number=False) for text in headings], rows


def relapse_sensitivity(_: TableRow, __: Results, rows: Results, plan: Plan) -> Made:
    """Return the proportion relapsed by every definition of the plan, the primary one first."""
    groups = {(k.group1_level, k.variable): s for k, s in rows.groups().items() if k.population == "REM"}
    lines = []
    for definition in plan.relapse.of():
        stats = groups[definition.reading, definition.variable]
        cells = (count_cell(stats), percent_cell(stats), interval_cell(stats))
        lines.append(Row(difference_label(definition, plan), once(cells)))
    return _rate_columns(plan), lines


def bilag_shift(_: TableRow, __: Results, rows: Results, plan: Plan) -> Made:
    """Return each system's grade at week 0 against the outcome's week, grades at week 0 that occur alone."""
    found, rule, week = rows.groups(by_method=True), plan.instruments.bilag, plan.sledai.week
    lines = []
    for code, system in rule.systems.items():
        key = Key("BILAG.SHIFT", "FAS", "AVISITN", str(week), variable=code)
        pairs = found[key]["N"]
        lines.append(Row(f"{system} (pairs: {pairs.stat})" if pairs.stat else f"{system}: {pairs.note}"))
        for base in rule.grades if pairs.stat else ():
            at = key._replace(group2="BASE", group2_level=base)
            stats = [found.get(at._replace(variable_level=grade), {}) for grade in rule.grades]
            if any(one["n"].stat for one in stats):
                lines.append(Row(base, tuple(stat_cell(one, "n", 0) for one in stats), depth=1))
    return spanned(f"Grade at week {week}", [Column(grade) for grade in rule.grades]), lines


def bilag_by_week(_: TableRow, __: Results, rows: Results, plan: Plan) -> Made:
    """Return how many subjects had the highest grade, and the next, in each system by week."""
    found, rule, weeks = rows.groups(by_method=True), plan.instruments.bilag, (0, *plan.time.weeks)
    lines = []
    for code, system in rule.systems.items():
        cells = []
        for week in weeks:
            key = Key("BILAG.SHIFT", "FAS", "AVISITN", str(week), variable=code)
            active = [stat_cell(found.get(key._replace(variable_level=g), {}), "n", 0) for g in rule.grades[:2]]
            pairs = found[key]["N"].stat
            text = " / ".join(cell.text for cell in active) if pairs else BESIDE if pairs == 0 else active[0].text
            cells.append(Cell(text, tuple(i for cell in active for i in cell.result_ids)))
        lines.append(Row(system, once(cells)))
    first = Key("BILAG.SHIFT", "FAS", "AVISITN", variable=next(iter(rule.systems)))
    totals = [stat_cell(found.get(first._replace(group1_level=str(week)), {}), "N", 0) for week in weeks]
    return spanned("Week", [Column(str(week)) for week in weeks]), [*lines, Row("Subjects", once(totals))]


def kidney(_: TableRow, __: Results, rows: Results, plan: Plan) -> Made:
    """Return the stages of creatinine with their limits, and its highest value."""
    bounds = [str(bound) for bound in plan.safety.kidney.stages]
    lines, peaks = [], []
    for key, stats in rows.groups().items():
        if key.variable == "KDIGO":
            stage = int(key.variable_level)
            low, high = (bounds[stage - 1] if stage else ""), (bounds[stage] if stage < len(bounds) else "")
            limits = " and ".join(filter(None, (low and f"at least {low}", high and f"below {high}")))
            label = f"Stage {stage}: {limits}" if stage else f"No stage: {limits}"
            lines.append(Row(f"{label} times baseline", rate_cells(stats)[:2]))
        else:
            middle = _line(stats, ("median", "min", "max"), "{} ({}, {})", 2)
            middle = middle if stats["median"].stat is not None else stat_cell(stats, "median", 2)
            label = "Highest creatinine, times baseline: median (min, max)"
            peaks = [Row(label, (middle, stat_cell(stats, "N", 0)))]
    return (Column("n/N"), Column("% or N")), [*lines, *peaks]


def findings_by_severity(_: TableRow, __: Results, rows: Results, plan: Plan) -> Made:
    """Return the rules that found something, by what they do."""
    lines = [
        Row(key.group1_level, (Cell(word("severities", severity, plan)), stat_cell(stats, "n", 0)))
        for severity in ("refused", "quarantined", "listed", "noted")
        for key, stats in rows.groups().items()
        if key.variable_level == severity and stats["n"].stat
    ]
    return (Column("What it does", is_number=False), Column("Findings")), lines


def _rate_columns(plan: Plan) -> tuple[Column, ...]:
    return Column("n/N"), Column("%"), Column(f"{level_text(plan.level)} CI (%)")


SPECIAL: dict[str, Callable[[TableRow, Results, Results, Plan], Made]] = {
    made.__name__: made
    for made in (
        counts, summary, estimands, analyses, benchmarks, relapse_definitions, relapse_sensitivity, bilag_shift,
        bilag_by_week, kidney, findings_by_severity,
    )
}  # fmt: skip
