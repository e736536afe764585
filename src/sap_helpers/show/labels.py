"""The words shown for the codes of results and plan; a code without a word of its own is shown as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sap_helpers.plan import Plan, ResponseAnalysis

# a space at which no line breaks
KEPT = "\N{NO-BREAK SPACE}"
POPULATIONS = {
    "ENR": "Enrolled subjects",
    "SAF": "Treated subjects",
    "FAS": "Full analysis set",
    "PPS": "Per-protocol set",
    "REM": "Stopped treatment after a remission",
}
ANALYSES = {
    "SRI.PRIMARY": "Primary",
    "SRI.COMPONENTS": "Component",
    "SRI.OBSERVED": "Observed responses only",
    "SRI.TREATMENT_POLICY": "Treatment policy",
    "SRI.LITERAL_OR": "BILAG criterion as the registry words it",
    "SRI.NO_SEROLOGY": "Without serology items",
    "SRI.ALL_TREATED": "All treated subjects",
    "SRI.WILSON": "Wilson interval",
    "SRI.PPS": "Per protocol",
    "SRI.THRESHOLDS": "Larger SLEDAI reduction",
    "SRI.MI": "Multiple imputation",
}
VARIABLES = {
    "SRI4": "SRI-4 response",
    "SRI5": "SRI-5",
    "SRI6": "SRI-6",
    "SRI7": "SRI-7",
    "SRI8": "SRI-8",
    "SRI4_NO_SEROLOGY": "without serology items",
    "SRI4_SUSTAINED": "Sustained SRI-4 response",
    "BILAG_NO_NEW": "No new BILAG activity",
}

LEVELS = {"Y": "yes", "N": "no", "F": "female", "M": "male"}


def level_label(level: str) -> str:
    """Return a level of a grouping in words, with proper signs for its limits."""
    return LEVELS.get(level, level.replace(">=", "≥").replace("<=", "≤"))


def population_label(population: str) -> str:
    """Return a set's name with its abbreviation, ``"Full analysis set (FAS)"``."""
    name = POPULATIONS.get(population)
    return f"{name} ({population})" if name else population


def variable_label(variable: str, plan: Plan) -> str:
    """Return a response variable's name; thresholds in it are the plan's."""
    if variable == "SLEDAI_RED4":
        reductions = [row.reduction for row in plan.sri.analyses if row.variable == variable]
        return f"SELENA-SLEDAI reduced by ≥{KEPT}{reductions[0]}" if reductions else variable
    if variable == "PGA_NO_WORSE":
        return f"PGA rise <{KEPT}{plan.sri.pga_rise}"
    return VARIABLES.get(variable, variable)


def analysis_label(row: ResponseAnalysis, plan: Plan) -> str:
    """Return the name of one planned response analysis, with its variable where the id has several."""
    name = ANALYSES.get(row.id, row.id)
    several = sum(other.id == row.id for other in plan.sri.analyses) > 1
    return f"{name}: {variable_label(row.variable, plan)}" if several else name


def bilag_label(row: ResponseAnalysis, plan: Plan) -> str:
    """Return how an analysis reads the BILAG criterion."""
    if "bilag" not in row.requires:
        return "–"
    limits = plan.sri
    new_a = f"≤ {limits.max_new_a}" if limits.max_new_a else "no"
    return f"{new_a} A {row.bilag} ≤ {limits.max_new_b} B"


def regression_note(plan: Plan) -> str:
    """Return the sentence that every report of a change or a response owes its reader."""
    return (
        "There is no control group: subjects selected for a SELENA-SLEDAI of at least "
        f"{plan.eligibility.min_sledai} improve by regression to the mean alone."
    )


def cut_stamp(cut_id: str, cut_date: str, *, synthetic: bool, sealed: bool, interim: bool) -> str:
    """Return the words that tie a table or figure to its cut."""
    marks = (("SYNTHETIC", synthetic), ("unsealed cut", not sealed), ("interim", interim))
    return ", ".join((f"cut {cut_id} (data to {cut_date})", *(mark for mark, holds in marks if holds)))
