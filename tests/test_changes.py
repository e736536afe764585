"""What changed from one report to the next."""

from sap_helpers.changes import changes_csv, compare_results, read_changes
from sap_helpers.results import Key, Result, Results

KEPT, LOST, FOUND = (Key("X", "FAS", "AVISITN", week) for week in ("2", "4", "6"))


def results(*rows):
    return Results(tuple(Result(key, "n", stat, "" if stat is not None else "why") for key, stat in rows))


def test_compare_results__what_is_the_same_is_no_change():
    assert compare_results(results((KEPT, 3)), results((KEPT, 3))) == ()


def test_compare_results__a_number_that_moved_has_its_difference_and_cause():
    (change,) = compare_results(results((KEPT, 3)), results((KEPT, 5)), "data", "cut c1 before")
    assert (change.result_id, change.previous, change.stat, change.difference) == ("X|FAS|AVISITN|2||||||n", 3, 5, 2)
    assert (change.cause, change.detail) == ("data", "cut c1 before")


def test_compare_results__what_only_one_report_has_says_so():
    gone_and_new = compare_results(results((LOST, 1)), results((FOUND, 2)), "code", "d")
    assert [(c.previous, c.stat, c.difference, c.detail) for c in gone_and_new] == [
        (None, 2, None, "not in the previous report; d"),
        (1, None, None, "not in this report; d"),
    ]


def test_compare_results__a_number_that_is_no_longer_estimable_has_changed():
    (change,) = compare_results(results((KEPT, 0.5)), results((KEPT, None)))
    assert (change.previous, change.stat, change.difference) == (0.5, None, None)


def test_changes_csv__reads_back():
    changes = compare_results(results((KEPT, 3), (LOST, 0.1)), results((KEPT, 5)), "data, plan", "a, b")
    text = changes_csv(changes)
    assert text.splitlines()[0] == "result_id,stat_previous,stat,difference,cause,detail"
    assert text.splitlines()[1] == 'X|FAS|AVISITN|2||||||n,3,5,2,"data, plan","a, b"'
    assert read_changes(text) == changes
