"""What the trial found: the outcomes of the registry record in its order, each with its key figures and its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sap_helpers.show.cells import BESIDE, interval_cell, notes_of, once, p_value_cell, rate_cells, stat_cell
from sap_helpers.show.display import Cell, Column, Row, Table
from sap_helpers.show.immunology_labels import parameter_label
from sap_helpers.show.labels import regression_note
from sap_helpers.show.lookup import stats_of
from sap_helpers.show.number_format import level_text
from sap_helpers.show.words import places_of, vocabulary, word

if TYPE_CHECKING:
    from collections.abc import Callable

    from sap_helpers.plan import Plan
    from sap_helpers.results import Result, Results

Stats = dict[str, "Result"]
KINDS = ("ANY", "RELATED", "SERIOUS", "FATAL")
ADJUSTED = {"IMM.CHANGE": "IMM.ADJUSTED", "LAB.CHANGE": "LAB.ADJUSTED"}
ABSENT = "not part of this report: it was made with --only"


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One key figure: what it is, whose, its statistics by name, and how it is shown: as a rate, or to so many places.

    A change has `N` pairs, `estimate` with its limits and the `p.adjusted` of its test, each where it exists.
    """

    label: str
    population: str
    stats: Stats
    places: int = 1
    is_rate: bool = False

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Set, count, estimate, interval and p as they stand in the table."""
        if self.is_rate:
            return (Cell(self.population), *rate_cells(self.stats), Cell(BESIDE))
        return once(
            (
                Cell(self.population),
                stat_cell(self.stats, "N", 0),
                stat_cell(self.stats, "estimate", self.places),
                interval_cell(self.stats, self.places, scale=1),
                p_value_cell(self.stats, "p.adjusted"),
            )
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome of the registry record: its title, its page, and its key figures, none where it was not run."""

    title: str
    page: str
    figures: tuple[KeyFigure, ...]


def outcomes(results: Results, plan: Plan) -> tuple[Outcome, ...]:
    """Return the outcomes of the registry record in its order."""
    return tuple(outcome(results, plan) for outcome in OUTCOMES)


def outcomes_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return a heading row and the key figures of every outcome that the registry record names."""
    level = level_text(plan.level)
    columns = (
        Column("Set", is_number=False), Column("n/N"), Column("Estimate"), Column(f"{level} CI"), Column("p (Holm)"),
    )  # fmt: skip
    rows = [row for outcome in outcomes(results, plan) for row in _rows(outcome)]
    rate = f"Rates in % with the exact {level} interval; changes in the unit named, N pairs, with the interval of"
    return Table(
        "SUMMARY", "Outcomes of the registry record", "Outcome", columns, tuple(rows),
        population="Sets as named", source="results.csv", stamp=stamp,
    ).with_footnotes(
        f"{rate} Hodges-Lehmann, of the SELENA-SLEDAI that of the paired t or the mixed model. p: exact signed-rank "
        "test, adjusted by Holm within the three cells and within the three laboratory tests; of nothing else.",
        "N of a rate: subjects of the set for whom the outcome was due at the cut.",
        *notes_of(results.of("REL.PARTICIPANTS")),
        regression_note(plan),
    )  # fmt: skip


def _rows(outcome: Outcome) -> list[Row]:
    """Return the rows of an outcome below a heading that leads to its page; without figures the heading says why."""
    if not outcome.figures:
        return [Row(f"{outcome.title}: {ABSENT}")]
    return [
        Row(outcome.title, href=outcome.page),
        *(Row(figure.label, figure.cells, depth=1) for figure in outcome.figures),
    ]


def _response(results: Results, plan: Plan) -> Outcome:
    key_week = str(plan.sri.key_week)
    found = [
        _rate(f"SRI-4 response, week {key.group1_level}" + (" (primary)" if key.group1_level == key_week else ""),
              key.population, stats)
        for key, stats in results.of("SRI.PRIMARY").groups().items()
    ]  # fmt: skip
    return Outcome("Primary: SLE responders (SRI)", "sri.html", tuple(found))


def _immunology(analysis_id: str, title: str) -> Callable[[Results, Plan], Outcome]:
    def outcome(results: Results, plan: Plan) -> Outcome:
        found = results.of(analysis_id, ADJUSTED[analysis_id])
        codes = dict.fromkeys(row.key.variable for row in found if row.key.method == "paired t")
        label = f"change to week {plan.immunology.week}"
        figures = [
            _shift(f"{parameter_label(code, plan)}: {label}", found, analysis_id, code, places_of("markers", code))
            for code in codes
        ]
        return Outcome(title, "immunology.html", tuple(figures))

    return outcome


def _sledai(results: Results, plan: Plan) -> Outcome:
    week, found = str(plan.sledai.week), results.of("SLEDAI.CHANGE", "SLEDAI.MMRM")
    model = {
        row.stat_name: row
        for row in found.of("SLEDAI.MMRM")
        if (row.key.group1, row.key.group1_level, row.key.variable) == ("AVISITN", week, "SLEDAI")
    }
    figures = (
        [_change(f"Total: change to week {week}, pairs", found, "SLEDAI.CHANGE", "SLEDAI", 1)] if len(found) else []
    )
    if model:
        # of a model that fell back to a simpler structure the robust limits come last, and stand
        shown = {name: row for name, row in model.items() if name in {"estimate", "conf.low", "conf.high"}}
        figures.append(KeyFigure(f"Total: change to week {week}, mixed model", "FAS", shown))
    return Outcome("SELENA-SLEDAI score", "sledai.html", tuple(figures))


def _relapses(results: Results, plan: Plan) -> Outcome:
    rise = next(row.least_rise for row in plan.relapse.definitions if row.variable == "RELAPSE_RISE4")
    names = {"RELAPSE": "Subjects with a relapse", "RELAPSE_RISE4": f"Rise of at least {rise} points"}
    figures = [
        _rate(names[key.variable], key.population, stats)
        for key, stats in results.of("REL.PARTICIPANTS").groups().items()
        if key.variable in names and not key.group1
    ]
    return Outcome("Relapses over 24 weeks", "relapses.html", tuple(figures))


def _safety(results: Results, plan: Plan) -> Outcome:
    found, words = results.of("AE.OVERVIEW", "AE.AESI").groups(), vocabulary("kinds", plan)
    figures = [
        _rate(words[key.variable], key.population, stats)
        for key, stats in found.items()
        if key.analysis_id == "AE.OVERVIEW" and key.variable in KINDS and not key.group1
    ]
    figures += [
        _rate(word("categories", key.group1_level, plan), key.population, stats)
        for key, stats in found.items()
        if key.analysis_id == "AE.AESI" and key.group1 == "AESI" and key.variable == "TEAE" and not key.group2
        and key.group1_level in plan.safety.categories.codes
    ]  # fmt: skip
    title = f"Safety: adverse events to day {plan.safety.last_day}"
    return Outcome(title, "adverse_events.html", tuple(figures))


OUTCOMES: tuple[Callable[[Results, Plan], Outcome], ...] = (
    _response,
    _immunology("IMM.CHANGE", "Immunological responses"),
    _immunology("LAB.CHANGE", "Immunologic impact: complement and anti-dsDNA"),
    _sledai,
    _relapses,
    _safety,
)


def _rate(label: str, population: str, stats: Stats) -> KeyFigure:
    return KeyFigure(label, population, stats, is_rate=True)


def _change(label: str, found: Results, analysis_id: str, code: str, places: int) -> KeyFigure:
    """Return one change: number of pairs, mean with the interval of the paired t."""
    stats = _of_pairs(found, analysis_id, code, "paired t")
    return KeyFigure(label, "FAS", stats, places)


def _shift(label: str, found: Results, analysis_id: str, code: str, places: int) -> KeyFigure:
    """Return one change: number of pairs, Hodges-Lehmann with its interval, adjusted p where the plan adjusts one."""
    stats = _of_pairs(found, analysis_id, code, "Hodges-Lehmann")
    adjusted = [row for row in found.of(ADJUSTED[analysis_id]) if row.key.variable == code]
    return KeyFigure(label, "FAS", stats | {row.stat_name: row for row in adjusted}, places)


def _of_pairs(found: Results, analysis_id: str, code: str, method: str) -> Stats:
    """Return the number of pairs and a method's estimate with its limits."""
    parts = (
        (stats_of(found, analysis_id, code), ("N",)),
        (stats_of(found, analysis_id, code, method), ("estimate", "conf.low", "conf.high")),
    )
    return {name: of[name] for of, names in parts for name in names if name in of}
