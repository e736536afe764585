"""What stands for subjects that are too many to show each."""

import pandas as pd
import pytest

from sap_helpers.show import many


@pytest.fixture
def two(plan):
    """Return the plan with at most two subjects a page."""
    return plan.model_copy(update={"display": plan.display.model_copy(update={"most_subjects": 2})})


def frame(*subjects):
    return pd.DataFrame({"USUBJID": subjects, "LINE": range(len(subjects))})


def test_first_subjects__few_are_all_shown(two):
    given = frame("02", "01", "02")
    kept, note = many.first_subjects(given, two, "adae")
    assert kept is given
    assert note == ""


def test_first_subjects__of_many_the_first_by_identifier_in_the_order_given(two):
    kept, note = many.first_subjects(frame("03", "02", "01", "02", "04"), two, "adsl, adae")
    assert list(kept["LINE"]) == [1, 2, 3]
    assert note == (
        "Not all: 3 of 5 rows, those of the first 2 subjects; there are 4 subjects. "
        "All are in adam/adsl.parquet, adam/adae.parquet."
    )


@pytest.mark.parametrize("nobody", ["", None])
def test_first_subjects__a_row_that_names_no_subject_stays(nobody, two):
    kept, _ = many.first_subjects(frame("01", "02", "03", nobody), two, "findings.csv")
    assert list(kept["LINE"]) == [0, 1, 3]


def test_first_subjects__each_value_of_a_column_has_its_own(two):
    given = frame("01", "02", "03", "03", "04").assign(rule=["A", "A", "A", "B", "B"])
    kept, note = many.first_subjects(given, two, "findings.csv", within="rule")
    assert list(kept["LINE"]) == [0, 1, 3, 4]
    assert note.endswith("those of the first 2 subjects of each rule; there are 4 subjects. All are in findings.csv.")


def test_first_subjects__what_is_not_by_subject_is_whole(two):
    given = pd.DataFrame({"TERM": list("abc")})
    assert many.first_subjects(given, two, "adae") == (given, "")


def test_is_many__the_plans_number_is_not_yet_many(two):
    assert [many.is_many(count, two) for count in (2, 3)] == [False, True]


def test_periods__the_last_ends_with_the_last_day(plan):
    assert many.periods(60, plan) == [(1, 28), (29, 56), (57, 60)]


def test_count_in__both_ends_belong_and_a_missing_day_does_not():
    assert many.count_in(pd.Series([1.0, 28.0, 29.0, None]), [(1, 28), (29, 56)]).tolist() == [2, 1]


def test_subjects_in__a_subject_counts_once_in_every_period_that_it_meets():
    rows = pd.DataFrame({"USUBJID": ["1", "1", "2"], "FROM": [1, 20, 28], "TO": [3, 25, 29]})
    assert many.subjects_in(rows, [(1, 28), (29, 56)]).tolist() == [2, 1]


def test_share_cells__a_count_with_its_percentage():
    assert [cell.text for cell in many.share_cells(many.count_in(pd.Series([1, 2]), [(1, 9)]), 8)] == ["2 (25.0)"]


@pytest.mark.parametrize(("last", "note"), [(56, ""), (57, "The last period is shorter.")])
def test_last_period_note__a_shorter_one_is_said(last, note, plan):
    assert many.last_period_note(many.periods(last, plan)) == note
