"""The panel of one subject: who it is, the drawing, the numbers; and the legend that holds for all panels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.show.anchors import subject_anchor
from sap_helpers.show.number_format import round_half_up
from sap_helpers.show.profiles.drawing import draw_course
from sap_helpers.show.profiles.lanes import HIGHEST_GRADE, STATE_CLASSES, STATE_SIGNS
from sap_helpers.show.profiles.numbers import date_text, day_text, number_tables
from sap_helpers.show.sri_states import LETTERS, STATES
from sap_helpers.show.text import escape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sap_helpers.adam.store import Study
    from sap_helpers.plan import Plan
    from sap_helpers.show.profiles.courses import Course
    from sap_helpers.show.profiles.scale import Axis

SETS = ("FAS", "PPS", "SAF", "REM")
EVENTS = {"STOPPED": "treatment stopped early", "RESCUE": "rescue or prohibited therapy", "DEATH": "death"}
SEXES = {"F": "female", "M": "male"}
NOT_KNOWN = "not known"


def absent_parts(study: Study, why_no_states: str) -> dict[str, str]:
    """Return why each part of a panel is not available, "" where it is; a sealed cut's empty AE is no events."""
    absent = {name: study.why_unavailable(name) for name in ("qs", "cp", "ae", "cm")}
    if study.is_sealed and "ae" in study.sources:
        absent["ae"] = ""
    return absent | {"sri": why_no_states}


def render_panel(course: Course, axis: Axis, plan: Plan, absent: Mapping[str, str]) -> str:
    """Return the panel of a subject as HTML; one who was not treated has no drawing."""
    anchor, name = subject_anchor(course.name), escape(course.name)
    facts = "".join(
        f"<div><dt>{escape(term)}</dt><dd>{escape(text)}</dd></div>" for term, text in facts_of(course).items()
    )
    body = _course(course, axis, plan, absent) if course.subject["SAFFL"] == "Y" else ""
    kind = "profile-panel" if body else "profile-panel profile-brief"
    return (
        f'<section class="{kind}" id="{anchor}" aria-labelledby="{anchor}-name">\n'
        f'<h2 id="{anchor}-name">{name}</h2>\n<dl class="profile-facts">{facts}</dl>\n{body}</section>'
    )


def facts_of(course: Course) -> dict[str, str]:
    """Return who the subject is, in words: sex, age, sets, treatment, first intercurrent event."""
    subject = course.subject
    sex, age = str(subject["SEX"] or ""), subject["AGE"]
    facts = {
        "Sex": SEXES.get(sex, sex or NOT_KNOWN),
        "Age": NOT_KNOWN if age is None else round_half_up(age),
        "Sets": ", ".join(name for name in SETS if subject.get(f"{name}FL") == "Y") or "none",
    }
    if subject["SAFFL"] != "Y":
        return facts | {"Treatment": "none" if subject["ENRFL"] == "Y" else "none: not enrolled"}
    return facts | {
        "First dose": date_text(subject["TRTSDT"]),
        "End of treatment": _ending(course),
        "First intercurrent event": _first_event(course),
    }


def _ending(course: Course) -> str:
    subject = course.subject
    if subject["EOTDT"] is None:
        return "none recorded"
    day, reason = course.day_of(subject["EOTDT"]), (subject["EOTDECOD"] or NOT_KNOWN).lower()
    return f"{date_text(subject['EOTDT'])} (day {day_text(day)}), {reason}"


def _first_event(course: Course) -> str:
    subject = course.subject
    if not subject["ICETYPE"]:
        return "none"
    return f"{EVENTS[subject['ICETYPE']]}, day {day_text(course.day_of(subject['ICEDT']))}"


def _course(course: Course, axis: Axis, plan: Plan, absent: Mapping[str, str]) -> str:
    region = f'role="region" tabindex="0" aria-label="{escape(f"Course of {course.name}")}"'
    tables = "\n".join(table.html() for table in number_tables(course, plan, absent))
    return (
        f'<div class="sap-scroll" {region}>{draw_course(course, axis, plan, absent)}</div>\n'
        f'<details class="profile-numbers"><summary>Numbers of {escape(course.name)}</summary>\n{tables}</details>\n'
    )


def render_legend(axis: Axis) -> str:
    """Return what the signs and colours of every drawing mean."""
    grades = [(f"profile-bar profile-grade{grade}", "", f"grade {grade}") for grade in range(1, HIGHEST_GRADE + 1)]
    drugs = [
        ("profile-bar profile-rescue", "", "rescue"), ("profile-bar profile-background", "", "background"),
        ("profile-bar profile-other", "", "other"),
    ]  # fmt: skip
    states = [(STATE_CLASSES[name], STATE_SIGNS[name], state.label) for name, state in STATES.items()]
    rows = {"Adverse events": grades, "Medication": drugs, "SRI-4": states}
    lines = "".join(f"<div><dt>{title}</dt><dd>{_keys(keys)}</dd></div>" for title, keys in rows.items())
    letters = ", ".join(f"{letter} {name}" for letter, name in LETTERS.items())
    return (
        f'<div class="profile-legend"><p>All drawings run from study day {axis.first} to {axis.last}; day 1 is the '
        "first dose. SELENA-SLEDAI and PGA have one scale for all subjects, cells a scale of their own, all from 0. "
        "A hollow point stands for no week. What lies outside the days drawn is in the numbers below each drawing. "
        f"Letters of failed components: {letters}.</p><dl>{lines}</dl></div>"
    )


def _keys(keys: list[tuple[str, str, str]]) -> str:
    return " ".join(
        f'<span class="profile-key"><span class="profile-swatch {kind}" aria-hidden="true">{sign}</span>'
        f"{escape(text)}</span>"
        for kind, sign, text in keys
    )
