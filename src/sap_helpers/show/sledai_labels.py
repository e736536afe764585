"""Words and look-ups that the tables and figures of disease activity share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from sap_helpers.show.cells import BESIDE, interval_cell, require, stat_cell
from sap_helpers.show.display import Cell
from sap_helpers.show.labels import KEPT, population_label
from sap_helpers.show.number_format import NO_SUBJECT_DUE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sap_helpers.plan import Plan
    from sap_helpers.plan.sledai import State
    from sap_helpers.results import Key, Result, Results

Stats = dict[str, "Result"]
PLACES = {"SLEDAI": 1, "SLEDAI22": 1, "PGA": 2, "PREDNISONE": 1}
END_PLACES = {"SLEDAI": 0, "PGA": 1, "PREDNISONE": 1}
PAIRED_T, WILCOXON, HODGES_LEHMANN = "paired t", "Wilcoxon signed-rank", "Hodges-Lehmann"
KENWARD_ROGER, ROBUST = "Kenward-Roger", "Mancl-DeRouen"
TREATMENT_POLICY = "Values after an early stop or rescue therapy count as they are (treatment policy)."


@dataclass(frozen=True)
class Lookup:
    """Results by their keys, found without going through all of them each time."""

    groups: Mapping[Key, Stats]

    @classmethod
    def of(cls, results: Results, *analysis_ids: str) -> Self:
        """Return the look-up of the analyses named.

        Raises
        ------
        ValueError
            There is no result of them.
        """
        return cls(require(results, *analysis_ids).groups(by_method=True))

    def at(self, key: Key, **changes: str) -> Stats:
        """Return the statistics of a key, with the columns named changed; none where it is not there."""
        return self.groups.get(key._replace(**changes), {})


def model_stats(found: Lookup, key: Key) -> Stats:
    """Return a week's contrast as it is headlined: with the robust error and limits where a structure fell back."""
    return {**found.at(key, method=KENWARD_ROGER), **found.at(key, method=ROBUST)}


def placebo_text(plan: Plan) -> str:
    """Return what the index did under placebo in a published trial with the same limit of entry."""
    other = plan.sledai.placebo
    return (
        f"Under placebo and standard therapy, in a randomised trial with the same limit of entry ({other.source}, "
        f"n = {other.n}), the median total fell from {other.baseline} to {other.later} in {other.weeks} weeks."
    )


def set_text(results: Results, plan: Plan) -> str:
    """Return the set's name with how many of it were due at the outcome's week."""
    due = next(
        (r.stat for r in results if r.key.analysis_id == "SLEDAI.CHANGE" and r.key.variable == "DEATH"
         and r.stat_name == "N"), None,
    )  # fmt: skip
    size = f"; due at week {plan.sledai.week}: N = {due}" if due is not None else ""
    return population_label("FAS") + size


def death_notes(results: Results, analysis_id: str) -> tuple[str, ...]:
    """Return the sentence on the deaths that stands beside a continuous outcome."""
    found = {
        r.stat_name: r.stat
        for r in results
        if r.key.analysis_id == analysis_id and r.key.variable == "DEATH" and not r.key.group1
    }
    if found.get("n") is None or not found.get("N"):
        return ()
    return (f"Deaths by the end of the week's window: {found['n']} of {found['N']}; values up to a death are used.",)


def count_notes(results: Results, analysis_id: str) -> tuple[str, ...]:
    """Return what was remarked at the counts of an analysis, each remark once."""
    notes = dict.fromkeys(
        r.note for r in results if r.key.analysis_id == analysis_id and r.stat_name in {"n", "N"} and r.stat and r.note
    )
    return tuple(f"{note[:1].upper()}{note[1:]}." for note in notes if note != NO_SUBJECT_DUE)


def spread_cells(stats: Stats, places: int) -> tuple[Cell, Cell]:
    """Return mean (SD) and median (quartiles) as two cells; a reason stands in the first alone."""
    if not stats:
        return Cell(BESIDE), Cell(BESIDE)
    mean, sd, median, p25, p75 = (stat_cell(stats, name, places) for name in ("mean", "sd", "median", "p25", "p75"))
    ids = tuple(i for cell in (median, p25, p75) for i in cell.result_ids)
    if stats["mean"].stat is None:
        return mean, Cell(BESIDE, ids)
    spread = sd.text if stats["sd"].stat is not None else BESIDE
    middle = Cell(f"{median.text} ({p25.text}, {p75.text})", ids)
    return Cell(f"{mean.text} ({spread})", (*mean.result_ids, *sd.result_ids)), middle


def estimate_cells(stats: Stats, places: int) -> tuple[Cell, Cell]:
    """Return an estimate and its interval as two cells."""
    return stat_cell(stats, "estimate", places), interval_cell(stats, places, scale=1)


def criteria_text(state: State, plan: Plan) -> str:
    """Return what a state asks for, in words."""
    names = {item.code: item.system for item in plan.instruments.sledai.items}
    barred = [system for system in dict.fromkeys(names.values()) if _all_barred(system, state, names)]
    systems = ", ".join(system.lower() for system in barred)
    parts = (
        (state.total_below is not None, f"SELENA-SLEDAI <{KEPT}{state.total_below}"),
        (state.clinical_at_most is not None, f"SELENA-SLEDAI without serology {_at_most(state.clinical_at_most)}"),
        (bool(barred), f"no {systems} item present"),
        (state.no_new_items, "no item present that was absent at the assessment before"),
        (state.pga_below is not None, f"PGA <{KEPT}{state.pga_below}"),
        (state.pga_at_most is not None, f"PGA ≤{KEPT}{state.pga_at_most}"),
        (state.prednisone_at_most is not None, f"prednisone ≤{KEPT}{state.prednisone_at_most} mg/day"),
    )
    return f"{state.name}: {'; '.join(text for is_asked, text in parts if is_asked)}."


def _at_most(limit: int | None) -> str:
    return f"{'≤' if limit else '='}{KEPT}{limit}"


def _all_barred(system: str, state: State, names: Mapping[str, str]) -> bool:
    return all(code in state.absent_items for code, of in names.items() if of == system)
