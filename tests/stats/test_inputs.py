"""The door of the stats layer."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sap_helpers.errors import EstimationError
from sap_helpers.stats.inputs import (
    check_level,
    complete_array,
    count_value,
    paired_arrays,
    scaled_integers,
    whole_numbers,
)


@pytest.mark.parametrize(
    "values",
    [[1.0, None, 3.0], [1.0, float("nan"), 3.0], pd.Series([1, pd.NA, 3], dtype="Int64"), pd.Series([1.0, None, 3.0])],
    ids=["None", "nan", "NA", "series"],
)
def test_complete_array__every_kind_of_missing_is_refused_with_its_number(values: object) -> None:
    with pytest.raises(EstimationError, match=r"^x: 1 of 3 values missing \(first at position 1\)"):
        complete_array(values, "x")  # type: ignore[arg-type]


def test_complete_array__message_says_what_is_allowed_and_what_to_do() -> None:
    with pytest.raises(EstimationError) as raised:
        complete_array([float("nan"), float("nan")], "differences")
    assert str(raised.value) == (
        "differences: 2 of 2 values missing (first at position 0, 1); allowed: finite numbers. "
        "Leave incomplete subjects out and count them beside the estimate"
    )


def test_complete_array__infinite_is_refused() -> None:
    with pytest.raises(EstimationError, match="1 of 2 values infinite"):
        complete_array([1.0, float("inf")], "x")


def test_complete_array__text_is_refused() -> None:
    with pytest.raises(EstimationError, match="^x: .*allowed: numbers"):
        complete_array(["<10", "12"], "x")


def test_complete_array__table_for_a_column_is_refused() -> None:
    with pytest.raises(EstimationError, match=r"x: 2 dimension\(s\), allowed: 1"):
        complete_array([[1.0, 2.0]], "x")


def test_complete_array__whole_and_logical_values_become_floats() -> None:
    assert complete_array(pd.Series([True, False]), "x").tolist() == [1.0, 0.0]
    assert complete_array(pd.Series([1, 2], dtype="Int64"), "x").dtype == np.float64


def test_complete_array__input_is_not_shared() -> None:
    given = np.array([1.0, 2.0])
    complete_array(given, "x")[0] = 9.0
    assert given.tolist() == [1.0, 2.0]


def test_paired_arrays__unequal_lengths_are_refused() -> None:
    with pytest.raises(EstimationError, match="x has 2 values, y has 1"):
        paired_arrays([1, 2], [1], ("x", "y"))


def test_whole_numbers__fraction_is_refused() -> None:
    with pytest.raises(EstimationError, match="fractions found"):
        whole_numbers([0, 0.5], "x")


@pytest.mark.parametrize("value", [-1, 0.5, None])
def test_count_value__no_count_is_refused(value: float) -> None:
    with pytest.raises(EstimationError, match="^n"):
        count_value(value, "n")


@pytest.mark.parametrize("level", [0.0, 1.0, 95, float("nan")])
def test_check_level__outside_zero_to_one_is_refused(level: float) -> None:
    with pytest.raises(EstimationError, match="Give 95 % as 0.95"):
        check_level(level)


def test_scaled_integers__decimal_ties_become_equal() -> None:
    noisy, plain = scaled_integers(np.array([0.3 - 0.1, 0.2]), "x")
    assert noisy == plain == 2_000_000_000


def test_scaled_integers__too_large_is_refused() -> None:
    with pytest.raises(EstimationError, match="Use a larger unit"):
        scaled_integers(np.array([1e9]), "x")
