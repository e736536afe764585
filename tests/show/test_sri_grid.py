"""The subject-by-week figure."""

import pandas as pd
import pytest

from sap_helpers.show.sri_grid import subject_grid_figure

COLUMNS = ["USUBJID", "AVISITN", "STATE", "FAILED"]


@pytest.fixture
def frame():
    rows = [
        ("01", 2, "failed", "SB"), ("01", 10, "missing", ""),
        ("02", 2, "response", ""), ("02", 10, "not due", ""),
        ("03", 2, "event", ""), ("03", 10, "event", ""),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


def test_subject_grid_figure__the_words_count_the_states(frame, plan):
    assert subject_grid_figure(frame, plan).alt == (
        "State of the primary response of 3 subjects by week. Week 2: response 1, failed 1, event 1; "
        "Week 10: event 1, missing 1, not due 1."
    )


def test_subject_grid_figure__most_responses_first_and_components_in_words(frame, plan):
    rows = subject_grid_figure(frame, plan).numbers.rows
    assert [(row.label, *(cell.text for cell in row.cells)) for row in rows] == [
        ("02", "response", "not due"),
        ("01", "failed SELENA-SLEDAI, BILAG", "missing"),
        ("03", "event", "event"),
    ]


def test_subject_grid_figure__leaves_the_frame_as_it_was(frame, plan):
    before = frame.copy()
    subject_grid_figure(frame, plan)
    pd.testing.assert_frame_equal(frame, before)


def test_subject_grid_figure__an_unknown_state_is_refused(frame, plan):
    frame.loc[0, "STATE"] = "maybe"
    with pytest.raises(ValueError, match="unknown state 'maybe'; allowed: response, failed, event, missing, not due"):
        subject_grid_figure(frame, plan)


def test_subject_grid_figure__two_rows_for_a_week_are_refused(frame, plan):
    with pytest.raises(ValueError, match="subject 01 has two rows for week 2"):
        subject_grid_figure(pd.concat([frame, frame.iloc[:1]]), plan)


def test_subject_grid_figure__an_absent_column_is_named(frame, plan):
    with pytest.raises(ValueError, match="no column FAILED"):
        subject_grid_figure(frame.drop(columns="FAILED"), plan)


def test_subject_grid_figure__nobody_at_all_can_be_drawn(plan):
    assert "0 subjects" in subject_grid_figure(pd.DataFrame([], columns=COLUMNS), plan).alt


def test_subject_grid_figure__letters_stand_for_failed_components_alone(frame, plan):
    plain = subject_grid_figure(frame, plan)
    frame.loc[frame["STATE"] == "not due", "FAILED"] = "S"
    assert subject_grid_figure(frame, plan) == plain
