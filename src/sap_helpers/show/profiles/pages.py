"""The pages of subject profiles: so many subjects on each, by identifier, below a list that leads to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.show.anchors import split_pages, subject_anchor
from sap_helpers.show.page import Outline, render_blocks
from sap_helpers.show.page.markdown import Heading
from sap_helpers.show.profiles.courses import gather_courses
from sap_helpers.show.profiles.panel import absent_parts, render_legend, render_panel
from sap_helpers.show.profiles.scale import make_axis
from sap_helpers.show.text import escape, visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from sap_helpers.derive.store import Study
    from sap_helpers.show.page import PageContext
    from sap_helpers.show.profiles.courses import Course

HEADING = 2


def render_profiles(study: Study, states: pd.DataFrame, why_no_states: str, context: PageContext) -> dict[str, str]:
    """Return the pages of subject profiles by file.

    Parameters
    ----------
    study
        The study; every subject of its ADSL has a panel.
    states
        USUBJID, AVISITN, STATE, FAILED: the state of the primary response of treated subjects by week.
    why_no_states
        Why the response is not available, "" where it is.
    context
        What stands around the pages.
    """
    courses = {course.name: course for course in gather_courses(study, states)}
    axis = make_axis(list(courses.values()), study.plan)
    absent = absent_parts(study, why_no_states)
    parts = split_pages(context.subjects, context.subjects_on_page)
    pages = {}
    for file, subjects in parts:
        panels = [render_panel(courses[name], axis, study.plan, absent) for name in subjects]
        pages[file] = render_blocks(
            [render_legend(axis), *panels], _outline(context.title, subjects), context,
            answer=_lead(courses, subjects, file, parts),
        )  # fmt: skip
    return pages


def _outline(title: str, subjects: Sequence[str]) -> Outline:
    headings = [Heading(HEADING, subject_anchor(name), visible(name)) for name in subjects]
    return Outline(title=title, headings=headings)


def _lead(
    courses: Mapping[str, Course], subjects: Sequence[str], file: str, parts: Sequence[tuple[str, Sequence[str]]]
) -> str:
    """Return what the page says first: how many subjects, and where the others are."""
    if not courses:
        return '<p class="sap-answer">This cut has no subject.</p>'
    enrolled = sum(course.subject["ENRFL"] == "Y" for course in courses.values())
    treated = sum(course.subject["SAFFL"] == "Y" for course in courses.values())
    answer = f"{len(courses)} subjects: {enrolled} enrolled, {treated} treated."
    lead = f'<p class="sap-answer">{answer}</p>'
    if len(parts) == 1:
        return lead
    links = "".join(f"<li>{_part(other, of, is_this=other == file)}</li>" for other, of in parts)
    span = f"This page: {escape(subjects[0])} to {escape(subjects[-1])}."
    nav = f'<nav class="profile-pages" aria-label="Pages of profiles"><ul>{links}</ul></nav>'
    return f'{lead}<p class="sap-caveat">{span}</p>{nav}'


def _part(file: str, subjects: Sequence[str], *, is_this: bool) -> str:
    current = ' aria-current="page"' if is_this else ""
    return f'<a href="{file}"{current}>{escape(subjects[0])} to {escape(subjects[-1])}</a>'
