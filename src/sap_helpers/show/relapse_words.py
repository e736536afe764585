"""The words of the relapse page: the readings, how they differ, and the rules that stand under every table."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sap_helpers.plan import Plan
    from sap_helpers.plan.relapse import RelapseDefinition

CALENDAR = "A relapse is dated by the visit that found it: late by at most the time since the assessment before."
FLOW = {
    ("FAS", "NOT_STOPPED"): ("Treatment not stopped at the cut: not yet evaluable", 0),
    ("FAS", "STOPPED"): ("Treatment stopped", 0),
    ("FAS", "NO_REMISSION"): ("No SELENA-SLEDAI below {limit} on treatment", 1),
    ("FAS", "REMISSION"): ("Stopped after a remission on treatment (REM)", 1),
    ("REM", "NOT_DUE"): ("Follow-up not due at the cut: not yet evaluable", 2),
    ("REM", "NOT_FOLLOWED"): ("Due, no follow-up assessment", 2),
    ("REM", "EVALUABLE"): ("Due and followed", 2),
    ("REM", "REMISSION_LOST"): ("Remission lost before stopping: reference at {limit} or more", 3),
}


def points(number: int) -> str:
    """Return a number of points in words."""
    return f"{number} point{'' if number == 1 else 's'}"


def score_rule(definition: RelapseDefinition) -> str:
    """Return what makes a relapse by a definition."""
    if definition.least_score is not None:
        return f"total ≥ {definition.least_score}"
    return f"rise ≥ {points(definition.least_rise)}"


def reading_label(definition: RelapseDefinition, plan: Plan) -> str:
    """Return the name of a definition: those that stand in every table by their rise, others by their difference."""
    if definition.role == "primary":
        return "Any rise (primary)" if definition.least_rise == 1 else f"Rise ≥ {definition.least_rise} (primary)"
    if definition.role == "beside":
        return f"Rise ≥ {points(definition.least_rise)}"
    return difference_label(definition, plan)


def reading_labels(plan: Plan) -> dict[str, str]:
    """Return the names of the definitions that stand in every table, by their variable."""
    return {row.variable: reading_label(row, plan) for row in plan.relapse.of("primary", "beside")}


def difference_label(definition: RelapseDefinition, plan: Plan) -> str:
    """Return in what a definition differs from the primary one."""
    if definition.role != "sensitivity":
        return reading_label(definition, plan)
    primary = plan.relapse.primary
    parts = []
    if definition.remission_below != primary.remission_below:
        parts.append(f"Remission at ≤ {definition.remission_below - 1}")
    if definition.reference_days != primary.reference_days:
        parts.append(f"Reference up to {definition.reference_days} days after the last dose")
    if definition.until != primary.until:
        parts.append(f"Any time after the reference to day {plan.relapse.last_day}")
    if definition.least_score is not None:
        parts.append(f"Return to ≥ {definition.least_score}")
    elif definition.least_rise != primary.least_rise:
        parts.append(f"rise ≥ {definition.least_rise}" if parts else f"Rise ≥ {points(definition.least_rise)}")
    return ", ".join(parts)


def primary_rules(plan: Plan) -> tuple[str, ...]:
    """Return the primary definition in sentences."""
    rule = plan.relapse
    remission = (
        f"Remission: a SELENA-SLEDAI below {rule.remission_below} from day {rule.first_day} to "
        f"{rule.on_treatment_days} days after the last dose."
    )
    reference = (
        f"Reference: the last assessment up to {rule.on_treatment_days} days after the last dose. Follow-up: after "
        f"that, up to {rule.days_after_stop} days after the last dose, at most to study day {rule.last_day}."
    )
    return remission, reference
