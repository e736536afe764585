"""Words and cells of immunology: parameters with their units, statistics by parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.cut.units import load_units
from sap_helpers.show.labels import population_label
from sap_helpers.show.number_format import NO_SUBJECT_DUE

if TYPE_CHECKING:
    from sap_helpers.plan import Plan
    from sap_helpers.results import Result, Results

Stats = dict[str, "Result"]
DECIMALS = {"C4": 3, "DDNAIGAB": 3, "C3": 3}
CHANGE_IDS = ("IMM.CHANGE", "LAB.CHANGE")
PAIRS = "N: subjects of the set due at the week with a value at both weeks; every statistic is of these pairs."
CENSORED = "A value below the limit of quantification enters at half the limit, one above it at the limit."
SELECTED = "Values chosen at a time of active disease move towards the usual ones without any treatment."


def parameter_name(code: str, plan: Plan) -> str:
    """Return a parameter's short name."""
    rule = plan.immunology
    names = {cell.code: cell.short for cell in rule.cells} | {ratio.code: ratio.short for ratio in rule.ratios}
    return (names | {marker.code: marker.short for marker in rule.markers})[code]


def parameter_unit(code: str, plan: Plan) -> str:
    """Return the unit in which a parameter is recorded, "" for a ratio."""
    rule = plan.immunology
    if code in {cell.code for cell in rule.cells}:
        return f"{rule.unit} of CD4+"
    return load_units().standard.get(code, "")


def parameter_label(code: str, plan: Plan) -> str:
    """Return a parameter's short name with the unit of its change: ``"anti-dsDNA (log10 IU/mL)"``."""
    unit = parameter_unit(code, plan)
    scale = "" if plan.immunology.scale(code) == "linear" else f"{plan.immunology.scale(code)} "
    return f"{parameter_name(code, plan)} ({scale}{unit})" if unit else parameter_name(code, plan)


def log_markers(plan: Plan) -> dict[str, str]:
    """Return the units of the laboratory markers that are described on the log scale, by short name."""
    return {marker.short: parameter_unit(marker.code, plan) for marker in plan.immunology.markers
            if marker.scale != "linear"}  # fmt: skip


def geometric_mean_heading(plan: Plan) -> str:
    """Return the heading of geometric means: with their unit where all markers have the same one."""
    units = set(log_markers(plan).values())
    return f"Geometric mean ({units.pop()})" if len(units) == 1 else "Geometric mean"


def log_scale_notes(plan: Plan) -> tuple[str, ...]:
    """Return, of each marker on the log scale, in which unit its geometric means stand beside it."""
    return tuple(
        f"{name[0].upper()}{name[1:]}: everything on the log10 scale; geometric means beside it in {unit}."
        for name, unit in log_markers(plan).items()
    )


def decimals(code: str) -> int:
    """Return the decimal places of a parameter's values."""
    return DECIMALS.get(code, 2)


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


def pair_notes(results: Results, plan: Plan) -> tuple[str, ...]:
    """Return what was remarked about numbers that do exist, with the parameter that each remark is about."""
    codes = plan.immunology.codes
    found: dict[str, list[str]] = {}
    for row in results:
        if row.stat is not None and row.note and row.note != NO_SUBJECT_DUE and row.key.variable in codes:
            found.setdefault(row.note, []).append(parameter_name(row.key.variable, plan))
    return tuple(f"{', '.join(dict.fromkeys(names))}: {note}." for note, names in found.items())


def due_text(results: Results, plan: Plan) -> str:
    """Return the set's name with how many of it were due at the week."""
    due = next((r.stat for r in results if r.key.variable == "DEATH" and r.stat_name == "N"), None)
    week = plan.immunology.week
    return population_label("FAS") + (f"; due at week {week}: N = {due}" if due is not None else "")
