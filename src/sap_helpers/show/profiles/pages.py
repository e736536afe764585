"""The pages of subject profiles: so many subjects on each, by identifier, below a list that leads to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.show.anchors import split_pages, subject_anchor
from sap_helpers.show.page import Outline, render_blocks
from sap_helpers.show.page.markdown import Heading
from sap_helpers.show.profiles.courses import gather_courses
from sap_helpers.show.profiles.panel import absent_parts, render_legend, render_panel
from sap_helpers.show.profiles.records import read_records
from sap_helpers.show.profiles.scale import make_axis
from sap_helpers.show.text import escape, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from sap_helpers.adam.store import Study
    from sap_helpers.show.page import PageContext

    Part = tuple[str, Sequence[str]]

HEADING = 2
# subjects whose records are plain objects at a time: few, as these take many times the room of packed ones
AT_ONCE = 500
# links to pages in a list that is still read
MOST_LINKS = 24


def render_profiles(
    study: Study, states: pd.DataFrame, why_no_states: str, context: PageContext
) -> Iterator[tuple[str, str]]:
    """Give each page of subject profiles with its file.

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
    axis, absent = make_axis(study), absent_parts(study, why_no_states)
    records, answer = read_records(study, states), _answer(study)
    parts = split_pages(context.subjects, context.subjects_on_page)
    step = max(1, AT_ONCE // context.subjects_on_page)
    for start in range(0, len(parts), step):
        block = parts[start : start + step]
        wanted = [name for _, subjects in block for name in subjects]
        courses = {course.name: course for course in gather_courses(records, wanted, study.plan)}
        for file, subjects in block:
            panels = [render_panel(courses[name], axis, study.plan, absent) for name in subjects]
            page = render_blocks(
                [render_legend(axis), *panels], _outline(context.title, subjects), context,
                answer=answer + _way(parts, file), has_states=True,
            )  # fmt: skip
            yield file, page


def _outline(title: str, subjects: Sequence[str]) -> Outline:
    headings = [Heading(HEADING, subject_anchor(name), visible(name)) for name in subjects]
    return Outline(title=title, headings=headings)


def _answer(study: Study) -> str:
    """Return what every page says first: how many subjects there are."""
    adsl = study["adsl"]
    if adsl.empty:
        return '<p class="sap-answer">This cut has no subject.</p>'
    enrolled, treated = (int((adsl[flag] == "Y").sum()) for flag in ("ENRFL", "SAFFL"))
    return f'<p class="sap-answer">{len(adsl)} subjects: {enrolled} enrolled, {treated} treated.</p>'


def _way(parts: Sequence[Part], file: str) -> str:
    """Return whom a page holds, and links to the other pages; nothing where it is the only one."""
    if len(parts) == 1:
        return ""
    place = [other for other, _ in parts].index(file)
    shown = _linked(place, len(parts))
    links = "".join(f"<li>{_link(*parts[other], is_this=other == place)}</li>" for other in shown)
    _, subjects = parts[place]
    span = f"This page: {escape(subjects[0])} to {escape(subjects[-1])}."
    if len(shown) < len(parts):
        span += f" It is page {place + 1} of {len(parts)}; the links lead to some of the others: the nearer, the more."
    nav = f'<nav class="profile-pages" aria-label="Pages of profiles"><ul>{links}</ul></nav>'
    return f'<p class="sap-caveat">{span}</p>{nav}'


def _linked(place: int, count: int) -> list[int]:
    """Return the places of the pages to which a page leads: all, or of many the first, the last and some between.

    Those are 1, 2, 4, 8 and so on pages away, so that few steps lead anywhere.
    """
    if count <= MOST_LINKS:
        return list(range(count))
    away = [0, *(2**power for power in range(count.bit_length()))]
    near = {other for step in away for other in (place - step, place + step) if 0 <= other < count}
    return sorted({0, count - 1, *near})


def _link(file: str, subjects: Sequence[str], *, is_this: bool) -> str:
    current = ' aria-current="page"' if is_this else ""
    return f'<a href="{file}"{current}>{escape(subjects[0])} to {escape(subjects[-1])}</a>'
