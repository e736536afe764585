"""What changed from one report to the next."""

import pytest

from sap_helpers.changes import (
    changes_csv,
    compare_results,
    comparison_json,
    is_same,
    read_changes,
    read_comparison,
)
from sap_helpers.results import Key, Result, Results

KEPT, LOST, FOUND = (Key("X", "FAS", "AVISITN", week) for week in ("2", "4", "6"))
OTHER = Key("Y", "FAS")


def results(*rows):
    return Results(tuple(Result(key, "n", stat, "" if stat is not None else "why") for key, stat in rows))


def test_compare_results__what_is_the_same_is_no_change():
    compared = compare_results(results((KEPT, 3)), results((KEPT, 3)), cut_id="a")
    assert (compared.previous, compared.changes, compared.compared) == ("a", (), 1)


def test_compare_results__a_number_that_moved_has_its_difference_and_cause():
    (change,) = compare_results(results((KEPT, 3)), results((KEPT, 5)), "data", "cut c1 before").changes
    assert (change.result_id, change.previous, change.stat, change.difference) == ("X|FAS|AVISITN|2||||||n", 3, 5, 2)
    assert (change.cause, change.detail, change.is_of_both) == ("data", "cut c1 before", True)


def test_compare_results__what_only_one_report_has_says_so():
    compared = compare_results(results((KEPT, 3), (LOST, 1)), results((KEPT, 3), (FOUND, 2)), "code", "d")
    assert [(c.previous, c.stat, c.difference, c.detail, c.is_of_both) for c in compared.changes] == [
        (None, 2, None, "not in the previous report; d", False),
        (1, None, None, "not in this report; d", False),
    ]
    assert (compared.compared, compared.not_in_this, compared.not_in_previous) == (1, 0, 0)


def test_compare_results__analyses_that_only_one_report_holds_are_counted_not_compared():
    compared = compare_results(results((KEPT, 3), (OTHER, 1)), results((KEPT, 4)))
    assert (len(compared.changes), compared.compared, compared.not_in_this, compared.not_in_previous) == (1, 1, 1, 0)
    compared = compare_results(results((KEPT, 3)), results((KEPT, 4), (OTHER, 1)))
    assert (len(compared.changes), compared.compared, compared.not_in_this, compared.not_in_previous) == (1, 1, 0, 1)


def test_compare_results__a_number_that_is_no_longer_estimable_has_changed():
    (change,) = compare_results(results((KEPT, 0.5)), results((KEPT, None))).changes
    assert (change.previous, change.stat, change.difference) == (0.5, None, None)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        (3, 3, True), (3, 4, False), (3, 3.0, True), (1_000_000, 1_000_001, False), (None, None, True),
        (None, 0, False), (0, None, False),
        # a standard error of LAB.CENSORED by OpenBLAS on two kinds of processor: the largest difference seen
        (0.029773936859500773, 0.0297739365898778, True),
        (12.5, 12.5 * (1 + 5e-10), True), (12.5, 12.5 * (1 + 5e-7), False), (0.0, -1e-17, True),
        (0.0, 1e-8, False), (3.1e-13, 3.2e-13, True), (2.000001e-3, 2e-3, False), (2.1e-9, 2e-9, False),
    ],
)  # fmt: skip
def test_is_same__numbers_by_their_size_and_not_by_their_text(first, second, same):
    assert is_same(first, second) is same
    assert is_same(second, first) is same


def test_changes_csv__reads_back():
    compared = compare_results(results((KEPT, 3), (LOST, 0.1)), results((KEPT, 5)), "data, plan", "a, b")
    text = changes_csv(compared.changes)
    assert text.splitlines()[0] == "result_id,stat_previous,stat,difference,cause,detail"
    assert text.splitlines()[1] == 'X|FAS|AVISITN|2||||||n,3,5,2,"data, plan","a, b"'
    assert read_changes(text) == compared.changes


def test_comparison_json__reads_back():
    compared = compare_results(results((KEPT, 3), (OTHER, 1)), results((KEPT, 5)), "data", "d", cut_id="a")
    assert read_comparison(comparison_json(compared), changes_csv(compared.changes)) == compared
