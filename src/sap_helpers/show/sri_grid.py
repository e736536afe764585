"""Every subject's response in every week, as one figure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sap_helpers.show.charts.matrix import draw_states
from sap_helpers.show.display import Figure
from sap_helpers.show.figure_parts import subject_table
from sap_helpers.show.first_subjects import first_drawn, say_first
from sap_helpers.show.sri_explainer import explainer
from sap_helpers.show.sri_states import LETTERS, STATES
from sap_helpers.show.text import visible

if TYPE_CHECKING:
    import pandas as pd

    from sap_helpers.plan import Plan

__all__ = ["explainer", "subject_grid_figure"]


def subject_grid_figure(frame: pd.DataFrame, plan: Plan, *, stamp: str = "") -> Figure:
    """Return one row per subject and one column per week, with the state of the primary response.

    Parameters
    ----------
    frame
        Columns USUBJID (text), AVISITN (week), STATE (response, failed, event, missing, not due), FAILED (the letters
        of the failed components out of S, B and P, empty otherwise); one row per subject and week.
    plan
        The plan in force; of more subjects than it allows the first alone are shown.
    stamp
        The stamp of the cut.

    Returns
    -------
    Figure
        Subjects with most responses first.

    Raises
    ------
    ValueError
        A column is absent, a state is unknown, or a subject has two rows for one week.

    """
    _check(frame)
    frame, note = first_drawn(frame, plan)
    weeks = sorted({int(week) for week in frame["AVISITN"]})
    states = {
        (str(s), int(w)): (str(state), str(failed) if state == "failed" else "")
        for s, w, state, failed in zip(frame["USUBJID"], frame["AVISITN"], frame["STATE"], frame["FAILED"], strict=True)
    }
    subjects = _order(states)
    cells = {
        (row, column): (states[subject, week][0], " ".join(states[subject, week][1]))
        for row, subject in enumerate(subjects)
        for column, week in enumerate(weeks)
        if (subject, week) in states
    }
    svg = draw_states(subjects, [f"Week {week}" for week in weeks], cells, STATES)
    letters = ", ".join(f"{letter} {name}" for letter, name in LETTERS.items())
    caption = (
        f"One row per subject, one column per week. Failed components: {letters}. Event: an intercurrent event before."
    )
    table = subject_table(
        "SRI.PRIMARY", "State of every subject in every week", [f"Week {week}" for week in weeks],
        {name: [_words(*states.get((name, week), ("not due", ""))) for week in weeks] for name in subjects},
        source="adqs", stamp=stamp,
    )  # fmt: skip
    figure = Figure(
        "SRI.PRIMARY", "Response of every subject in every week", svg, _alt(states, len(subjects), weeks), caption,
        table, stamp=stamp, is_subject_level=True,
    )  # fmt: skip
    return say_first(figure, note)


def _check(frame: pd.DataFrame) -> None:
    absent = {"USUBJID", "AVISITN", "STATE", "FAILED"} - set(frame.columns)
    if absent:
        raise ValueError(f"subject grid: no column {', '.join(sorted(absent))}; derive it first")
    unknown = sorted(set(map(str, frame["STATE"])) - set(STATES))
    if unknown:
        raise ValueError(f"subject grid: unknown state '{unknown[0]}'; allowed: {', '.join(STATES)}")
    twice = frame[frame.duplicated(["USUBJID", "AVISITN"])]
    if len(twice):
        first = twice.iloc[0]
        raise ValueError(f"subject grid: subject {first['USUBJID']} has two rows for week {first['AVISITN']}; keep one")


def _order(states: dict[tuple[str, int], tuple[str, str]]) -> list[str]:
    responses = Counter(subject for (subject, _), (state, _) in states.items() if state == "response")
    return sorted({subject for subject, _ in states}, key=lambda subject: (-responses[subject], subject))


def _words(name: str, failed: str) -> str:
    if name != "failed" or not failed:
        return name
    return "failed " + ", ".join(LETTERS.get(letter, letter) for letter in failed)


def _alt(states: dict[tuple[str, int], tuple[str, str]], subjects: int, weeks: list[int]) -> str:
    parts = []
    for week in weeks:
        counts = Counter(state for (_, at), (state, _) in states.items() if at == week)
        parts.append(f"Week {week}: " + ", ".join(f"{visible(name)} {counts[name]}" for name in STATES if counts[name]))
    return f"State of the primary response of {subjects} subjects by week. {'; '.join(parts)}."
