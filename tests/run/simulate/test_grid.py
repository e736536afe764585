"""Records that repeat at visits."""

import numpy as np
import pytest

from sap_helpers.run.simulate.grid import Grid, Measure, derive_results
from sap_helpers.run.simulate.subjects import Subjects
from sap_helpers.run.simulate.text import as_texts
from sap_helpers.run.simulate.visits import Visits

MEASURES = {
    "DDNAIGAB": Measure("Antibody", "IU/mL", 1, "0", "100", (10, 1000)),
    "C3": Measure("Complement C3", "g/L", 2, "0.79", "1.52"),
}


def example():
    """Two subjects with three visits each, of which the second subject missed the first."""
    zeros = np.zeros(2, dtype=np.int64)
    subjects = Subjects(
        np.asarray([1, 2]), as_texts(["S-1", "S-2"]), zeros, np.asarray([16150, 16160]), zeros, zeros == 0
    )
    elapsed = np.tile([-7, 0, 14], (2, 1))
    label = np.tile(as_texts(["SCREENING", "DAY 1", "WEEK 2"]), (2, 1))
    number = np.tile(as_texts(["1", "2", "3"]), (2, 1))
    held = np.asarray([[True, True, True], [False, True, True]])
    visits = Visits(elapsed, elapsed, label, number, held, elapsed[:, -1])
    values = {
        "DDNAIGAB": np.asarray([[99, 100, 10001], [0, 10000, 345]]),
        "C3": np.asarray([[80, 100, 95], [0, 123, 78]]),
    }
    gaps = np.zeros((2, 3, 2), dtype=bool)
    gaps[1, 2, 1] = True
    return derive_results(Grid("STUDY", "LB", subjects, visits, held), MEASURES, values, gaps)


@pytest.fixture(scope="module")
def lb():
    return example()


def results(lb, test):
    return lb[lb["LBTESTCD"] == test]


def test_derive_results__sequence_numbers_count_within_the_subject(lb):
    assert lb["LBSEQ"].tolist() == ["1", "2", "3", "4", "5", "6", "1", "2", "3", "4"]


def test_derive_results__dates_are_the_first_dose_plus_the_days_elapsed(lb):
    # day 16150 since 1970-01-01 is 2014-03-21
    assert results(lb, "C3")["LBDTC"].tolist() == [
        "2014-03-14", "2014-03-21", "2014-04-04", "2014-03-31", "2014-04-14",
    ]  # fmt: skip


def test_derive_results__results_beyond_the_assay_are_text_without_a_number(lb):
    found = results(lb, "DDNAIGAB")
    assert found["LBSTRESC"].tolist() == ["<10", "10", ">1000", "1000", "34.5"]
    assert found["LBSTRESN"].tolist() == ["", "10", "", "1000", "34.5"]


def test_derive_results__the_original_result_keeps_its_decimals(lb):
    assert results(lb, "C3")["LBORRES"].tolist() == ["0.80", "1.00", "0.95", "1.23", ""]


def test_derive_results__a_test_not_done_has_a_status_and_nothing_else(lb):
    last = results(lb, "C3").iloc[-1]
    assert (last["LBSTRESC"], last["LBSTRESN"], last["LBSTRESU"], last["LBSTAT"]) == ("", "", "", "NOT DONE")


def test_derive_results__limits_stand_beside_the_results(lb):
    assert set(zip(lb["LBTESTCD"], lb["LBSTNRLO"], lb["LBSTNRHI"], strict=True)) == {
        ("C3", "0.79", "1.52"),
        ("DDNAIGAB", "0", "100"),
    }
