"""Adverse events in words and tables: the answer, overview, categories, rates, cumulative incidence, cycles, deaths."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.show.adverse_labels import (
    ANY,
    ANY_RELATION,
    CATEGORIES,
    FOLLOWED,
    GRADE_NAMES,
    ONCE,
    SEVERAL,
    emergence_note,
    kinds,
    last_dose_note,
    risk_note,
)
from sap_helpers.show.cells import (
    BESIDE,
    count_cell,
    interval_cell,
    notes_of,
    percent_cell,
    rate_cells,
    require,
    stat_cell,
)
from sap_helpers.show.display import Cell, Column, Row, Statement, Table, spanned
from sap_helpers.show.disposition import count_table
from sap_helpers.show.labels import population_label
from sap_helpers.show.number_format import PERCENT, level_text
from sap_helpers.show.sri import ROUNDING

if TYPE_CHECKING:
    from sap_helpers.plan import Plan
    from sap_helpers.results import Key, Result, Results

Stats = dict[str, "Result"]
NO_CONTROL = "There is no control group: events of the disease and of background therapy are counted too."
POISSON_NOTE = (
    "Interval: exact Poisson. Of all events it takes those of one subject as independent; where they recur, as "
    "injection site reactions do, it is too narrow."
)


def answer(results: Results, plan: Plan) -> Statement:
    """Return the overview in one sentence, with what it must not be read without."""
    groups = {key.variable: stats for key, stats in require(results, "AE.OVERVIEW").groups().items()}
    stats = groups["ANY"]
    ids = (*count_cell(stats).result_ids, *percent_cell(stats).result_ids, *interval_cell(stats).result_ids)
    if not stats["N"].stat:
        return Statement(f"Adverse events: {percent_cell(stats).text}.", (), ids)
    serious, fatal = (stats_text(groups[name]) for name in ("SERIOUS", "FATAL"))
    shown = f"{percent_cell(stats).text}%, {level_text(plan.level)} confidence interval {interval_cell(stats).text}"
    text = (
        f"Up to day {plan.safety.last_day}, {stats['n'].stat} of {stats['N'].stat} treated subjects had an adverse "
        f"event ({shown}); subjects with a serious one: {serious}, with a fatal one: {fatal}."
    )
    extra = tuple(i for name in ("SERIOUS", "FATAL") for i in count_cell(groups[name]).result_ids)
    return Statement(text, (NO_CONTROL,), tuple(dict.fromkeys((*ids, *extra))))


def stats_text(stats: Stats) -> str:
    """Return a count in words: the number, or why there is none."""
    count = stats["n"].stat
    return count_cell(stats).text if count is None else str(count)


def overview_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return subjects and events of each kind."""
    title = f"Adverse events to day {plan.safety.last_day}: overview"
    return count_table(
        results, plan, "AE.OVERVIEW", title=title, stub="Adverse events", labels=kinds(plan), stamp=stamp,
        footnotes=(emergence_note(plan), ONCE, NO_CONTROL, ROUNDING),
    )  # fmt: skip


def window_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return the overview with emergence ending some days after the last dose."""
    days = plan.safety.days_after_last_dose
    return count_table(
        results, plan, "AE.WINDOW30", title=f"Adverse events to {days} days after the last dose: overview",
        stub="Adverse events", labels=kinds(plan), footnotes=(last_dose_note(plan), ONCE, ROUNDING), stamp=stamp,
    )  # fmt: skip


def deaths_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return the deaths of any cause."""
    labels = {"DEATH": "Died, at any time up to the cut", "DEATH_TO_LAST_DAY": f"Died up to day {plan.safety.last_day}"}
    return count_table(
        results, plan, "AE.DEATH", title="Deaths of any cause", stub="Deaths", labels=labels, footnotes=(ROUNDING,),
        stamp=stamp,
    )  # fmt: skip


def cycles_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return the incidence by cycle among those who started it."""
    rows = require(results, "AE.BY_CYCLE")
    lines = [Row(key.group1_level, (*rate_cells(s), stat_cell(s, "n.events", 0))) for key, s in rows.groups().items()]
    rule = (
        f"A cycle runs from its first dose to the day before the next one's; the last one has {plan.design.cycle_days} "
        "days, and later events are in none."
    )
    return _table(
        "AE.BY_CYCLE", "Adverse events by cycle", "Cycle", (*_rate_columns(plan), Column("Events")), lines, rows, stamp,
        ("N: subjects who started the cycle.", rule, ROUNDING),
    )  # fmt: skip


def categories_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return incidence, events, related ones and day of first onset by category of the registry record."""
    rows = require(results, "AE.AESI")
    lines = []
    for code, parts in _by_category(rows).items():
        first = parts["ASTDY"]
        onset = stat_cell(first, "median", 0)
        if first["median"].stat is not None:
            text = f"{onset.text} ({stat_cell(first, 'min', 0).text}, {stat_cell(first, 'max', 0).text})"
            onset = Cell(text, (*onset.result_ids, first["min"].result_id, first["max"].result_id))
        elif first["N"].stat == 0:
            onset = Cell(BESIDE, onset.result_ids)
        cells = (
            *rate_cells(parts["TEAE"]), stat_cell(parts["TEAE"], "n.events", 0), _number(parts["RELATED"], "n"),
            _number(parts["RELATED"], "n.events"), onset,
        )  # fmt: skip
        lines.append(Row(CATEGORIES.get(code, code), cells))
    related = spanned("Related", (Column("Subjects"), Column("Events")))
    columns = (*_rate_columns(plan), Column("Events"), *related, Column("First onset, day: median (min, max)"))
    return _table(
        "AE.AESI", f"Categories of the registry record to day {plan.safety.last_day}", "Category", columns, lines, rows,
        stamp, (emergence_note(plan), ONCE, SEVERAL, ANY_RELATION, ROUNDING),
    )  # fmt: skip


def category_grades_table(results: Results, *, stamp: str = "") -> Table:
    """Return the subjects of each category by their worst grade in it."""
    rows = require(results, "AE.AESI")
    lines = [
        Row(CATEGORIES.get(code, code), tuple(_number(parts.get(f"ATOXGRN {g}", {}), "n") for g in GRADE_NAMES))
        for code, parts in _by_category(rows).items()
    ]
    columns = spanned("Subjects by worst grade", tuple(Column(name) for name in GRADE_NAMES.values()))
    return _table(
        "AE.AESI", "Categories of the registry record by worst grade", "Category", columns, lines, rows, stamp,
        (ONCE, "Grade: as recorded, else from the severity."),
    )  # fmt: skip


def rates_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return subjects with an event, and events, per 100 person-years at risk."""
    first, every = require(results, "AE.EAIR"), require(results, "AE.EAER")
    others = {key.group1_level: stats for key, stats in every.groups().items()}
    lines = [
        Row(
            CATEGORIES.get(key.group1_level, ANY),
            (*_rate(stats, "n"), *_rate(others.get(key.group1_level, {}), "n.events")),
        )
        for key, stats in first.groups().items()
    ]
    interval = Column(f"{level_text(plan.level)} CI")
    columns = (
        *spanned(
            "Subjects with an event, to the first", (Column("n"), Column("Person-years"), Column("Rate"), interval)
        ),
        *spanned("All events", (Column("Events"), Column("Person-years"), Column("Rate"), interval)),
    )
    return _table(
        "AE.EAIR, AE.EAER", f"Events per {plan.safety.per_years} person-years at risk", "Category", columns, lines,
        first + every, stamp, (risk_note(plan), FOLLOWED, POISSON_NOTE),
    )  # fmt: skip


def cumulative_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return the cumulative incidence by category at the plan's days."""
    rows = require(results, "AE.CUMULATIVE")
    lines = []
    for key, stats in rows.groups().items():
        shown = (stat_cell(stats, "estimate", scale=PERCENT), _limits(stats))
        if not key.group2:
            lines.append(Row(CATEGORIES.get(key.group1_level, ANY), (count_cell(stats), *shown)))
        elif key.group2 == "DAY":
            lines.append(Row(f"Day {key.group2_level}", (stat_cell(stats, "n", 0), *shown), depth=1))
    columns = (Column("n/N, or at risk"), Column("Had an event (%)"), Column(f"{level_text(plan.level)} CI (%)"))
    return _table(
        "AE.CUMULATIVE", "Cumulative incidence of the first event", "Category and day", columns, lines, rows, stamp,
        (
            "First line of each: n/N, and the value on the last day on which anybody is at risk.",
            "Aalen-Johansen, death competing; interval on the complementary log-log scale.", risk_note(plan), FOLLOWED,
        ),
    )  # fmt: skip


def _table(
    plan_id: str, title: str, stub: str, columns: tuple[Column, ...], lines: list[Row], rows: Results, stamp: str,
    notes: tuple[str, ...],
) -> Table:  # fmt: skip
    sizes = [row.stat for row in rows if row.stat_name == "N" and row.stat and row.key.variable == "TEAE"]
    population = population_label("SAF") + (f", N = {max(sizes)}" if sizes else "")
    return Table(
        plan_id, title, stub, columns, tuple(lines), population=population, source="results.csv", stamp=stamp
    ).with_footnotes(*notes, *(() if plan_id == "AE.CUMULATIVE" else notes_of(rows)))


def _by_category(rows: Results) -> dict[str, dict[str, Stats]]:
    """Return by category the statistics of each variable; those of the grades under "ATOXGRN" with the grade."""
    found: dict[str, dict[str, Stats]] = {}
    for key, stats in rows.groups().items():
        found.setdefault(key.group1_level, {})[_part(key)] = stats
    return found


def _part(key: Key) -> str:
    return f"ATOXGRN {key.variable_level}" if key.variable == "ATOXGRN" else key.variable


def _number(stats: Stats, name: str) -> Cell:
    return stat_cell(stats, name, 0)


def _rate(stats: Stats, count: str) -> tuple[Cell, ...]:
    return (
        _number(stats, count), stat_cell(stats, "person.years", 1), stat_cell(stats, "estimate", 1),
        interval_cell(stats, 1, scale=1),
    )  # fmt: skip


def _limits(stats: Stats) -> Cell:
    """Return the limits; a dash where the estimate is 0 or 1, or is not there itself: the reason then stands beside."""
    low, high = stats.get("conf.low"), stats.get("conf.high")
    if low is None or high is None:
        return Cell(BESIDE)
    return interval_cell(stats) if low.stat is not None else Cell(BESIDE, (low.result_id, high.result_id))


def _rate_columns(plan: Plan) -> tuple[Column, ...]:
    return Column("n/N"), Column("%"), Column(f"{level_text(plan.level)} CI (%)")
