"""Figures of more subjects than the plan shows one by one."""

import math

import numpy as np
import pandas as pd
import pytest

from sap_helpers.results import Key, Result, Results
from sap_helpers.show import adverse_figures, immunology_figures, relapse_figures, sledai_subjects, sri_grid


@pytest.fixture
def one(plan):
    """Return the plan with one subject a page."""
    return plan.model_copy(update={"display": plan.display.model_copy(update={"most_subjects": 1})})


def texts(figure):
    return {row.label: [cell.text for cell in row.cells] for row in figure.numbers.rows}


def test_subject_grid_figure__of_many_counts_the_states(one):
    rows = [("01", 2, "response", ""), ("01", 4, "failed", "S"), ("02", 2, "response", ""), ("02", 4, "missing", "")]
    frame = pd.DataFrame(rows, columns=["USUBJID", "AVISITN", "STATE", "FAILED"])
    figure = sri_grid.subject_grid_figure(frame, one)
    assert figure.alt.endswith("Week 2: response 2; Week 4: failed 1, missing 1.")
    assert texts(figure)["Response"] == ["2 (100.0)", "0 (0.0)"]
    assert texts(figure)["Missing"] == ["0 (0.0)", "1 (50.0)"]


def test_subject_grid_figure__of_many_a_week_without_a_row_is_not_due(one):
    rows = [("01", 2, "response", ""), ("01", 4, "response", ""), ("02", 2, "response", "")]
    frame = pd.DataFrame(rows, columns=["USUBJID", "AVISITN", "STATE", "FAILED"])
    assert texts(sri_grid.subject_grid_figure(frame, one))["Not due"] == ["0 (0.0)", "1 (50.0)"]


def test_waterfall_figure__of_many_counts_each_change_by_response(one):
    rows = [("1", -5.0, "response"), ("2", -5.0, "no response"), ("3", -3.0, "response")]
    frame = pd.DataFrame(rows, columns=["USUBJID", "CHG", "SRI4"]).assign(BASE=10.0, AVAL=5.0)
    key = Key("SLEDAI.CHANGE", "FAS", variable="SLEDAI")
    figure = sledai_subjects.waterfall_figure(Results((Result(key, "n", 3),)), frame, one)
    assert texts(figure) == {"-5": ["1", "1"], "-4": ["0", "0"], "-3": ["1", "0"]}
    assert figure.alt.startswith("Change of 3 subjects from -3 to -5 points; 2 fell by 4 or more.")


def test_courses_figure__of_many_gives_fortnights(one):
    rows = [("A", -1, 12.0, ""), ("A", 14, 2.0, "reference"), ("B", 15, 4.0, "relapse"), ("B", 120, 9.0, "")]
    frame = pd.DataFrame(rows, columns=["USUBJID", "SINCE", "AVAL", "KIND"])
    figure = relapse_figures.courses_figure(frame, one)
    assert texts(figure) == {
        "-14 to -1": ["1", "12 (12, 12)", "12, 12", "0"], "+14 to +27": ["2", "3 (2.5, 3.5)", "2, 4", "1"],
    }  # fmt: skip
    assert figure.alt.endswith("2 subjects by fortnight. With a relapse: 1.")


def test_swimmer_figure__of_many_counts_a_subject_once_a_period(one):
    rows = [
        ("A", "cycle", 1, 13), ("A", "followed", 1, 60), ("A", "remission", 15, 15), ("A", "remission", 20, 20),
        ("B", "cycle", 1, 13), ("B", "followed", 1, 20),
    ]  # fmt: skip
    figure = relapse_figures.swimmer_figure(pd.DataFrame(rows, columns=["USUBJID", "KIND", "FROM", "TO"]), one)
    assert texts(figure)["Followed by assessments"][:4] == ["2 (100.0)", "1 (50.0)", "1 (50.0)", "0 (0.0)"]
    assert texts(figure)["A total below 4"][:2] == ["1 (50.0)", "0 (0.0)"]


def test_onset_figure__of_many_counts_events_by_period(one):
    frame = pd.DataFrame({"USUBJID": list("123"), "AESI": "FEVER", "ASTDY": [1, 28, 29], "GRADE": [1, 1, 2]})
    assert texts(adverse_figures.onset_figure(frame, one))["Fever"][:4] == ["3", "2", "1", "0"]


def test_timeline_figure__of_many_counts_events_by_period_and_grade(one):
    rows = [("1", 170.0, 3.0, 1), ("1", 170.0, 40.0, 5), ("2", 20.0, math.nan, 0), ("2", 20.0, 5.0, 0)]
    frame = pd.DataFrame(rows, columns=["USUBJID", "RISKEND", "START", "GRADE"]).assign(
        DEATH=np.nan, END=np.nan, SERFL="", AEDECOD="Cough"
    )
    found = texts(adverse_figures.timeline_figure(frame, pd.DataFrame(), one))
    assert found["Subjects at risk at its beginning"][:3] == ["2", "1", "1"]
    assert found["Events, grade 1"][:2] == ["1", "0"]
    assert found["Events, grade 4, 5"][:2] == ["0", "1"]
    assert found["Events, no grade"][:2] == ["1", "0"]


def test_pair_bands__the_range_is_that_of_the_pairs_and_the_quartiles_are_the_results():
    key = Key("IMM.CHANGE", "FAS", "AVISITN", "0", variable="TREG")
    stats = [{"p25": Result(key, "p25", 4.0), "p75": Result(key, "p75", 6.0)}] * 2
    pairs = pd.DataFrame({"FIRST": [2.0, 7.0], "LAST": [3.0, 9.0]})
    assert immunology_figures._pair_bands(pairs, stats, is_log=False) == (
        ((2.0, 7.0), (3.0, 9.0)), ((4.0, 6.0), (4.0, 6.0)),
    )  # fmt: skip


def peaks(count):
    value = np.linspace(0.5, 1.5, count)
    return pd.DataFrame(
        {
            "USUBJID": [f"S{i:04d}" for i in range(count)], "XULN_T": value, "XULN_B": value, "XBASE_T": value,
            "XBASE_B": value, "HYS_LAW": "no",
        }
    )  # fmt: skip


def test_edish_figure__of_many_the_drawing_does_not_grow_with_their_number(one):
    small, large = (adverse_figures.edish_figure(peaks(count), one) for count in (400, 4000))
    assert len(large.svg) < 1.5 * len(small.svg)


def test_edish_figure__of_many_the_words_count_all(one):
    figure = adverse_figures.edish_figure(peaks(400), one)
    assert "of 400 subjects" in figure.alt
    assert figure.numbers.footnotes == (
        "Not all: 1 of 400 rows, those of the first 1 subjects; there are 400 subjects. All are in adam/adlb.parquet.",
    )
