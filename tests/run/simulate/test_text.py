"""Numbers and dates as text."""

import numpy as np

from sap_helpers.run.simulate.text import (
    date_text,
    decimal_text,
    fixed_text,
    pick,
    sequence_numbers,
    shortest_decimal,
    text_frame,
)


def test_decimal_text__drops_trailing_zeros():
    assert decimal_text(np.asarray([230, 100, 0, 7, 1999]), 2).tolist() == ["2.3", "1", "0", "0.07", "19.99"]


def test_decimal_text__keeps_the_shape():
    assert decimal_text(np.asarray([[1, 2], [3, 4]])).tolist() == [["1", "2"], ["3", "4"]]


def test_shortest_decimal__negative_numbers_keep_their_sign():
    assert shortest_decimal(-5, 1) == "-0.5"


def test_fixed_text__prints_all_decimals():
    assert fixed_text(np.asarray([230, 5]), 2).tolist() == ["2.30", "0.05"]


def test_fixed_text__whole_numbers_have_no_point():
    assert fixed_text(np.asarray([40]), 0).tolist() == ["40"]


def test_date_text__counts_from_1970():
    # 2014-03-11 is 44 years of which 11 leap, 31 + 28 + 10 days: 44 * 365 + 11 + 69 = 16140
    assert date_text(np.asarray([0, 16140])).tolist() == ["1970-01-01", "2014-03-11"]


def test_date_text__unknown_dates_are_empty():
    assert date_text(np.asarray([16140, 10**9]), np.asarray([True, False])).tolist() == ["2014-03-11", ""]


def test_pick__false_is_the_first_word():
    assert pick(("", "Y"), np.asarray([True, False])).tolist() == ["Y", ""]


def test_sequence_numbers__start_again_with_each_subject():
    assert sequence_numbers(np.asarray([3, 3, 5, 7, 7, 7])).tolist() == [1, 2, 1, 1, 2, 3]


def test_sequence_numbers__no_row_gives_none():
    assert sequence_numbers(np.asarray([], dtype=np.int64)).tolist() == []


def test_text_frame__one_word_fills_a_column():
    frame = text_frame({"A": "x", "B": pick(("a", "b"), np.asarray([1, 0]))}, 2)
    assert frame.to_dict("list") == {"A": ["x", "x"], "B": ["b", "a"]}
