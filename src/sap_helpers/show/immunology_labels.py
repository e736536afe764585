"""Words and cells of immunology: parameters with their units, and the remarks on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.cut.units import load_units
from sap_helpers.show.number_format import NO_SUBJECT_DUE

if TYPE_CHECKING:
    from sap_helpers.plan import Plan
    from sap_helpers.results import Results


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


def index_name(code: str, plan: Plan) -> str:
    """Return the code of the disease activity index with whose change a parameter's is correlated."""
    rule = plan.immunology
    return rule.marker_index if code in rule.marker_codes else rule.cell_index


def pair_notes(results: Results, plan: Plan) -> tuple[str, ...]:
    """Return what was remarked about numbers that do exist, with the parameter that each remark is about."""
    codes = plan.immunology.codes
    found: dict[str, list[str]] = {}
    for row in results:
        if row.stat is not None and row.note and row.note != NO_SUBJECT_DUE and row.key.variable in codes:
            found.setdefault(row.note, []).append(parameter_name(row.key.variable, plan))
    return tuple(f"{', '.join(dict.fromkeys(names))}: {note}." for note, names in found.items())
