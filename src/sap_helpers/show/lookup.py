"""Finding results by their keys: one week, one variable, one method; for figures, answers and what needs an if."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from sap_helpers.show.cells import interval_cell, require, stat_cell
from sap_helpers.show.labels import level_label
from sap_helpers.show.words import word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sap_helpers.plan import Plan
    from sap_helpers.results import Key, Result, Results
    from sap_helpers.show.display import Cell

Stats = dict[str, "Result"]
PAIRED_T, WILCOXON, HODGES_LEHMANN = "paired t", "Wilcoxon signed-rank", "Hodges-Lehmann"
KENWARD_ROGER, ROBUST, SPEARMAN = "Kenward-Roger", "Mancl-DeRouen", "Spearman"


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


def estimate_cells(stats: Stats, places: int) -> tuple[Cell, Cell]:
    """Return an estimate and its interval as two cells."""
    return stat_cell(stats, "estimate", places), interval_cell(stats, places, scale=1)


def stats_of(results: Results, analysis_id: str, code: str, method: str = "", **levels: str) -> Stats:
    """Return the statistics of one parameter of an analysis by name, of one method and one level of its groups.

    Parameters
    ----------
    levels
        group1_level, group2_level, variable_level: "" where not named.
    """
    wanted = {"group1_level": "", "group2_level": "", "variable_level": "", **levels}
    return {
        row.stat_name: row
        for row in results
        if (row.key.analysis_id, row.key.variable, row.key.method) == (analysis_id, code, method)
        and all(getattr(row.key, name) == level for name, level in wanted.items())
    }


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


def subgroups(results: Results, plan: Plan) -> dict[str, list[tuple[str, dict[str, Result]]]]:
    """Return level and statistics by subgroup; another reading of the response has a heading of its own."""
    rows = require(results, "SRI.SUBGROUP")
    found: dict[str, list[tuple[str, dict[str, Result]]]] = {}
    for key, stats in rows.groups().items():
        found.setdefault(key.group2 + word("other_reading", key.variable, plan), []).append(
            (level_label(key.group2_level), stats)
        )
    return found


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
