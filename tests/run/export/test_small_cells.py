"""Small counts."""

from sap_helpers.results import Key, Result, Results
from sap_helpers.run.export.small_cells import find_small_cells, small_cells_csv

B = Key("X.B", "FAS")


def results(*counts):
    rows = [
        Result(Key("X", group1_level=str(i)), name, stat, "" if stat is not None else "why")
        for i, pair in enumerate(counts)
        for name, stat in zip(("n", "N"), pair, strict=True)
    ]
    return Results(tuple(rows))


def found(*counts):
    return [(cell.stat, cell.counted) for cell in find_small_cells(results(*counts), 5)]


def test_find_small_cells__n_from_one_to_below_the_limit():
    assert found((0, 40), (1, 40), (4, 40), (5, 40)) == [(1, "n"), (4, "n")]


def test_find_small_cells__what_n_leaves_of_N_counts_alike():
    assert found((40, 40), (39, 40), (36, 40), (35, 40)) == [(1, "N - n"), (4, "N - n")]


def test_find_small_cells__both_of_a_small_set():
    assert found((1, 3)) == [(1, "n"), (2, "N - n")]


def test_find_small_cells__counts_without_N_and_numbers_not_available():
    assert found((2, None), (None, 40)) == [(2, "n")]


def test_find_small_cells__other_statistics_are_none():
    assert find_small_cells(Results((Result(B, "n.events", 1), Result(B, "mean", 2.0))), 5) == []


def test_small_cells_csv__names_result_and_count():
    text = small_cells_csv(find_small_cells(Results((Result(B, "n", 2), Result(B, "N", 4))), 5))
    assert text == "result_id,stat,counted\nX.B|FAS||||||||n,2,n\nX.B|FAS||||||||n,2,N - n\n"
