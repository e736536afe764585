"""Numbers as displayed."""

import pytest

from sap_helpers.show.number_format import (
    interval_text,
    level_text,
    missing_text,
    p_value_text,
    percent_text,
    round_half_up,
    stat_text,
)


@pytest.mark.parametrize(
    ("number", "places", "text"),
    [
        (2.5, 0, "3"),
        (0.5, 0, "1"),
        (0.285, 2, "0.29"),
        (1.005, 2, "1.01"),
        (-0.04, 1, "0.0"),
        (-2.5, 0, "-3"),
        (0.25, 1, "0.3"),
        (1e22, 0, "10000000000000000000000"),
        (7, 1, "7.0"),
        (1.5e-300, 2, "0.00"),
        (1.7976931348623157e308, 0, "17976931348623157" + "0" * 292),
    ],
)
def test_round_half_up__rounds_the_shortest_decimal_text_once_ties_away_from_zero(number, places, text):
    assert round_half_up(number, places) == text


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_round_half_up__refuses_what_is_no_number(number):
    with pytest.raises(ValueError, match="cannot be displayed as a number; say 'not estimable' and why"):
        round_half_up(number)


def test_round_half_up__refuses_negative_places():
    with pytest.raises(ValueError, match="places is -1; allowed: 0 or more"):
        round_half_up(1.0, -1)


@pytest.mark.parametrize(
    ("proportion", "text"),
    [
        (0.285, "28.5"),
        (1 / 16, "6.3"),  # 6.25 exactly
        (0.0285, "2.9"),  # 2.85: binary multiplication by 100 would give 2.8499999999999996
        (1.0, "100.0"),
        (0.0, "0.0"),
    ],
)
def test_percent_text__multiplies_in_decimal(proportion, text):
    assert percent_text(proportion) == text


def test_interval_text__joins_with_a_word():
    # R: 100 * binom.test(34, 40)$conf.int
    assert interval_text(0.7016473, 0.9428977, scale=100) == "70.2 to 94.3"


def test_interval_text__negative_ends_stay_readable():
    assert interval_text(-2.85, -0.04) == "-2.9 to 0.0"


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (0.0, "<0.001"),
        (0.000999, "<0.001"),
        (0.001, "0.001"),
        (0.0495, "0.050"),
        (0.05, "0.050"),
        (0.999, "0.999"),
        (0.9995, ">0.999"),
        (1.0, "1.000"),
    ],
)
def test_p_value_text__shows_three_places_and_names_the_ends(p, text):
    assert p_value_text(p) == text


def test_p_value_text__refuses_what_is_no_probability():
    with pytest.raises(ValueError, match="allowed: 0 to 1"):
        p_value_text(1.2)


@pytest.mark.parametrize(("level", "text"), [(0.95, "95%"), (0.9, "90%"), (0.975, "97.5%")])
def test_level_text__has_no_needless_zero(level, text):
    assert level_text(level) == text


@pytest.mark.parametrize(
    ("note", "text"),
    [
        ("", "not estimable"),
        ("one pair", "not estimable: one pair"),
        ("no subject due yet", "no subject due yet"),
        ("not available: no CM.CMCAT", "not available: no CM.CMCAT"),
    ],
)
def test_missing_text__says_why_and_not_twice(note, text):
    assert missing_text(note) == text


def test_stat_text__a_missing_number_is_words():
    assert stat_text(None, "one pair") == "not estimable: one pair"
