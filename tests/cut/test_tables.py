"""Tests of the text table's helpers."""

from __future__ import annotations

import numpy as np
import pytest

from sap_helpers.cut.tables import TextTable, build_frame, empty_table, map_unique, number_text, number_texts


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (4.0, "4"), (0.0, "0"), (-0.0, "-0"), (0.1, "0.1"), (1e22, "1e+22"), (123456789.125, "123456789.125"),
        (float("nan"), ""), (float("inf"), "inf"), (-3.0, "-3"), (12, "12"), (10**20, "100000000000000000000"),
    ],
)  # fmt: skip
def test_number_text__is_the_shortest_that_reads_back(number: float, text: str) -> None:
    assert number_text(number) == text


def test_number_texts__keeps_minus_zero_apart_from_zero() -> None:
    assert list(number_texts(np.array([0.0, -0.0, 2.5, np.nan, 0.0]))) == ["0", "-0", "2.5", "", "0"]


def test_number_texts__writes_integers_as_digits() -> None:
    assert list(number_texts(np.array([3, 10, 3]))) == ["3", "10", "3"]


def test_map_unique__calls_once_per_distinct_value() -> None:
    calls: list[str] = []

    def convert(text: str) -> int:
        calls.append(text)
        return len(text)

    assert list(map_unique(np.array(["a", "bb", "a"], dtype=object), convert)) == [1, 2, 1]
    assert calls == ["a", "bb"]


def test_text_table__line_is_none_without_lines() -> None:
    assert TextTable(build_frame({"A": ["x"]})).line(1) is None


def test_text_table__line_of_a_row_is_its_place_in_the_file() -> None:
    assert TextTable(build_frame({"A": ["x", "y"]}), np.array([2, 7])).line(2) == 7


def test_empty_table__has_neither_column_nor_row() -> None:
    assert empty_table().frame.shape == (0, 0)
