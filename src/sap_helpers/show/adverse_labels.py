"""The words of the adverse-event pages: kinds, categories, grades, and the sentences that go below the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.show.charts.style import Look

if TYPE_CHECKING:
    from sap_helpers.plan import Plan

ANY = "Any adverse event"
CATEGORIES = {
    "INJECTION_SITE": "Injection-site reaction",
    "FLU_LIKE": "Influenza-like symptoms",
    "INFECTION": "Infection",
    "FEVER": "Fever",
    "TUMOUR": "Tumour",
    "CARDIOVASCULAR": "Cardiovascular event",
    "LIVER": "Drug-induced liver damage",
    "KIDNEY": "Kidney damage",
    "UNCATEGORISED": "In none of the categories",
}
GRADE_NAMES = {
    "1": "Grade 1",
    "2": "Grade 2",
    "3": "Grade 3",
    "4": "Grade 4",
    "5": "Grade 5",
    "MISSING": "Grade missing",
}
# how events are drawn: a sign on the first day by grade, and a line to the last
LOOKS = {
    "1": Look("grade 1", "#0072b2", "o", bar=2, alpha=0.55),
    "2": Look("grade 2", "#00795a", "s", 4.5, bar=2, alpha=0.55),
    "3": Look("grade 3", "#d55e00", "D", bar=2, alpha=0.55),
    "4": Look("grade 4, 5", "#8c2d04", "^", bar=2, alpha=0.55),
    "0": Look("no grade", "#59626b", "v", bar=2, alpha=0.55),
}
ONCE = "A subject counts once in a row, however many events it has."
SEVERAL = "An event may be in several categories; those of a category come from the versioned table beside the plan."
ANY_RELATION = (
    f"Categories go by the term alone: '{CATEGORIES['LIVER']}' and '{CATEGORIES['KIDNEY']}' include events judged not "
    "related to the treatment; the columns under Related count those judged related, or not judged."
)
FOLLOWED = "An event after the end of the time at risk counts as an event on its last day."


def look_of(grade: int) -> str:
    """Return which look events of a grade have; 0 is a missing one."""
    return str(min(grade, 4))


def kinds(plan: Plan) -> dict[str, str]:
    """Return the words for the rows of the overview."""
    return {
        "ANY": ANY,
        "RELATED": "Related to the treatment, or relation missing",
        "SERIOUS": "Serious",
        "GRADE3": f"Grade {plan.safety.severe_grade} or higher",
        "WITHDRAWAL": "Leading to withdrawal of the treatment",
        "FATAL": "Fatal",
    }


def emergence_note(plan: Plan) -> str:
    """Return the sentence on what counts as treatment-emergent."""
    return (
        f"Treatment-emergent: starts on or after the first dose, up to day {plan.safety.last_day}; a partial start "
        "that may be before or after it counts as the day of the first dose."
    )


def last_dose_note(plan: Plan) -> str:
    """Return the same sentence for the analysis by exposure."""
    days = plan.safety.days_after_last_dose
    return f"Emergent: starts on or after the first dose, up to {days} days after the last one."


def risk_note(plan: Plan) -> str:
    """Return the sentence on the time at risk."""
    return (
        f"Time at risk: first dose to the first of day {plan.safety.last_day}, last contact, death and cut; "
        f"a year has {plan.time.days_per_year} days."
    )
