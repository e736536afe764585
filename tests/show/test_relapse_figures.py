"""Figures of the relapses."""

import pandas as pd
import pytest

from sap_helpers.results import Key, Result, Results
from sap_helpers.show import relapse_figures
from sap_helpers.show.catalogue import load_catalogue
from sap_helpers.show.listing import make_listing
from sap_helpers.show.relapse_words import CALENDAR


def curve(analysis_id, method, *points):
    """Return the DAY and STEPDAY rows of a curve, and how many are at risk at its start."""
    rows = [Result(Key("REL.PARTICIPANTS", "FAS", variable="REMISSION", variable_level="Y"), "n", 14)]
    for group, day, n, estimate, low, high in points:
        key = Key(analysis_id, "REM", group, str(day), variable="RELAPSE")
        rows.append(Result(key, "n", n))
        for name, stat in (("estimate", estimate), ("conf.low", low), ("conf.high", high)):
            note = "" if stat is not None else "not estimable: nobody at risk on day 84, last at risk on day 80"
            rows.append(Result(key._replace(method=method), name, stat, note))
    return Results(tuple(rows))


KM = (
    ("DAY", 28, 6, 40 / 63, 0.2887, 0.8470), ("DAY", 56, 2, 50 / 189, 0.0437, 0.5686), ("DAY", 84, 0, None, None, None),
    ("STEPDAY", 10, 12, 10 / 12, 0.48, 0.95), ("STEPDAY", 80, 1, 0.0, None, None),
)  # fmt: skip


@pytest.fixture
def course():
    rows = [
        ("A", -68, 12.0, ""),
        ("A", 11, 2.0, "reference"),
        ("A", 31, 6.0, "relapse"),
        ("B", 5, 1.0, "reference"),
        ("B", 120, 9.0, ""),
    ]
    return pd.DataFrame(rows, columns=["USUBJID", "SINCE", "AVAL", "KIND"])


@pytest.fixture
def lanes():
    rows = [
        ("A", "cycle", 1, 13), ("A", "followed", 1, 160), ("A", "active", 15, 15), ("A", "remission", 57, 57),
        ("A", "stop", 70, 70), ("A", "relapse", 160, 160), ("B", "cycle", 1, 13), ("B", "cycle", 29, 41),
        ("B", "followed", 1, 60),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["USUBJID", "KIND", "FROM", "TO"])


def test_relapse_free_figure__says_its_numbers(plan):
    figure = relapse_figures.relapse_free_figure(curve("REL.KM", "Kaplan-Meier", *KM), plan)
    assert figure.alt == (
        "Kaplan-Meier curve of the probability of no relapse, any rise. In percent: day 28: 63.5 (28.9 to 84.7); "
        "day 56: 26.5 (4.4 to 56.9); day 84: not estimable: nobody at risk on day 84, last at risk on day 80."
    )
    assert CALENDAR in figure.caption


def test_relapse_free_figure__a_step_changes_the_drawing(plan):
    one = relapse_figures.relapse_free_figure(curve("REL.KM", "Kaplan-Meier", *KM), plan)
    other = relapse_figures.relapse_free_figure(curve("REL.KM", "Kaplan-Meier", *KM[:-1]), plan)
    assert one.svg != other.svg


def test_mean_number_figure__says_its_numbers(plan):
    points = (("DAY", 28, 9, 0.3576, 0.1641, 0.7790), ("STEPDAY", 10, 12, 2 / 12, 0.05, 0.6))
    figure = relapse_figures.mean_number_figure(curve("REL.EVENTS", "mean cumulative function", *points), plan)
    assert figure.alt == "Mean cumulative number of relapses per subject, any rise. day 28: 0.36 (0.16 to 0.78)."


def test_courses_figure__shows_what_lies_within_reach_of_the_last_dose(plan, course):
    figure = relapse_figures.courses_figure(course, plan)
    assert [[cell.text for cell in row.cells] for row in figure.numbers.rows] == [
        ["12 (-68), 2 (+11), 6 (+31)", "6 (+31)"], ["1 (+5)", "none"],
    ]  # fmt: skip
    assert figure.alt.endswith("2 subjects. With a relapse: A.")


def test_courses_figure__nobody_in_remission_is_drawn_in_words(plan, course):
    figure = relapse_figures.courses_figure(course.iloc[:0], plan)
    assert figure.alt.endswith("0 subjects. With a relapse: none.")
    assert figure.numbers.rows == ()


def test_swimmer_figure__counts_and_lists_what_it_draws(plan, lanes):
    figure = relapse_figures.swimmer_figure(lanes, plan)
    assert figure.alt == (
        "Cycles, assessments and relapses of 2 subjects by study day: 1 had a SELENA-SLEDAI below 4 after day 1, "
        "1 ended treatment, 1 relapsed."
    )
    assert [[cell.text for cell in row.cells] for row in figure.numbers.rows] == [
        ["1-13", "57", "70", "160"], ["1-13; 29-41", "none", "none", "none"],
    ]  # fmt: skip


def test_swimmer_figure__hides_nothing_that_a_name_smuggles_in(plan, lanes):
    figure = relapse_figures.swimmer_figure(lanes.replace({"USUBJID": {"A": "<script>\u202e"}}), plan)
    assert b"<script" not in figure.svg
    assert "<script" not in figure.numbers.html()


def test_relapses_listing__has_the_delay_of_visits_as_a_footnote(plan):
    frame = pd.DataFrame({name: ["x"] for name in load_catalogue().listing("REL.PARTICIPANTS").columns})
    table = make_listing("REL.PARTICIPANTS", frame, plan)
    assert table.footnotes[-1] == CALENDAR
