"""From frame and formula to arrays: order of visits, and every input that is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sap_helpers.errors import EstimationError
from sap_helpers.stats.mmrm.design import Design, build_design


def frame(**columns: object) -> pd.DataFrame:
    """Return two subjects at two weeks, with columns replaced or added."""
    data = pd.DataFrame({"id": ["a", "a", "b", "b"], "week": [0, 10, 0, 10], "y": [9.0, 5.0, 8.0, 6.0]})
    return data.assign(**columns)  # type: ignore[arg-type]


def build(data: pd.DataFrame, formula: str = "y ~ week") -> Design:
    """Build with the column names of `frame`."""
    return build_design(data, formula, subject="id", visit="week")


def test_build_design__number_visits_are_categories_in_order() -> None:
    design = build(frame(week=[10, 2, 10, 2]))
    assert design.visits == (2, 10)
    assert design.terms == ("Intercept", "week[T.10]")


def test_build_design__text_visits_compare_numbers_as_numbers() -> None:
    assert build(frame(week=["WEEK 10", "WEEK 2", "WEEK 10", "WEEK 2"])).visits == ("WEEK 2", "WEEK 10")


def test_build_design__category_order_is_kept() -> None:
    week = pd.Categorical(["end", "start", "end", "start"], categories=["start", "end"])
    assert build(frame(week=week)).visits == ("start", "end")


def test_build_design__whole_float_visits_are_called_as_integers() -> None:
    assert build(frame(week=[0.0, 10.0, 0.0, 10.0])).terms == ("Intercept", "week[T.10]")


def test_build_design__rows_are_sorted_by_subject_and_visit() -> None:
    design = build(frame().iloc[[3, 0, 2, 1]])
    assert design.subject.tolist() == [0, 0, 1, 1]
    assert design.visit.tolist() == [0, 1, 0, 1]
    assert sorted(zip(design.y[::2], design.y[1::2], strict=True)) == [(8.0, 6.0), (9.0, 5.0)]


def test_build_design__leaves_the_input_untouched() -> None:
    data = frame()
    before = data.copy(deep=True)
    build(data)
    pd.testing.assert_frame_equal(data, before)


def test_build_design__nullable_types_give_the_same_design() -> None:
    plain = frame(arm=["P", "P", "T", "T"], dose=[1, 1, 2, 2])
    first, second = build(plain, "y ~ arm + dose"), build(plain.convert_dtypes(), "y ~ arm + dose")
    np.testing.assert_array_equal(first.x, second.x)
    assert (first.visits, first.levels, first.means) == (second.visits, second.levels, second.means)


def test_build_design__reads_columns_inside_functions() -> None:
    assert build(frame(age=[30, 30, 50, 50]), "y ~ center(age)").x[:, 1].tolist() == [-10.0, -10.0, 10.0, 10.0]


def test_build_design__unused_levels_of_a_covariate_do_not_count() -> None:
    arm = pd.Categorical(["P", "P", "T", "T"], categories=["P", "T", "U"])
    assert build(frame(arm=arm), "y ~ arm").levels["arm"] == ("P", "T")


@pytest.mark.parametrize(
    ("columns", "formula", "message"),
    [
        ({"y": [9.0, np.nan, 8.0, 6.0]}, "y ~ week", r"column y has 1 missing or infinite value\(s\), subject\(s\) a"),
        ({"y": [9.0, np.inf, 8.0, 6.0]}, "y ~ week", "column y has 1 missing or infinite"),
        ({"week": [0, None, 0, 10]}, "y ~ week", "column week has 1 missing"),
        ({"week": [0, 0, 0, 10]}, "y ~ week", r"1 row\(s\) repeat a pair of id and week: a at 0"),
        ({"y": ["9", "5", "8", "6"]}, "y ~ week", "the response must be one numeric column"),
        ({}, "y ~ week + age", "column.s. age are not in the data, which has id, week, y"),
        ({}, "y ~ week + (", "cannot be read"),
        ({}, "~ week", "needs one response on its left"),
        ({}, "y ~ week | id", "more than one part on its right"),
        ({}, "y ~ 0", "has no term on its right"),
        ({}, "y ~ unknown_function(week)", "unknown_function are not in the data"),
        ({}, "y ~ np.nonsense(week)", "cannot be evaluated on the data"),
    ],
)
def test_build_design__refuses_with_the_reason(columns: dict[str, object], formula: str, message: str) -> None:
    with pytest.raises(EstimationError, match=message):
        build(frame(**columns), formula)


def test_build_design__refuses_a_visit_category_without_values() -> None:
    week = pd.Categorical([0, 10, 0, 10], categories=[0, 10, 12])
    with pytest.raises(EstimationError, match="visit 12 has no value"):
        build(frame(week=week))


def test_build_design__refuses_an_empty_frame() -> None:
    with pytest.raises(EstimationError, match="the data have no row"):
        build(frame().iloc[:0])


def test_build_design__refuses_what_is_not_a_frame() -> None:
    with pytest.raises(EstimationError, match="must be a pandas DataFrame, not dict"):
        build({"y": [1.0]})  # type: ignore[arg-type]
