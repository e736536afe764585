"""How records of the cut are named."""

import math

import pandas as pd
import pytest

from sap_helpers.adam.source_keys import SourceKey, make_key, make_keys, name_sources


def test_name_sources__runs_are_ranges_and_a_record_without_number_is_its_row():
    keys = [SourceKey("QS", 9, 1), SourceKey("QS", 4, 2), SourceKey("QS", 5, 3), SourceKey("QS", 6, 7)]
    assert name_sources([*keys, SourceKey("EX", 2)]) == "EX row 2; QSSEQ 1-3, 7"


def test_name_sources__the_subject_has_one_record():
    assert name_sources([SourceKey("DM", 17), SourceKey("DS", 3, 1)]) == "DM; DSSEQ 1"


def test_name_sources__the_order_of_rows_does_not_show():
    keys = [SourceKey("QS", 1, 4), SourceKey("QS", 2, 3)]
    assert name_sources(keys) == name_sources(reversed(keys)) == "QSSEQ 3-4"


def test_name_sources__of_none_nothing():
    assert name_sources([]) == ""


@pytest.mark.parametrize("seq", [None, math.nan])
def test_make_key__without_a_sequence_number(seq):
    assert make_key("EX", 2.0, seq) == SourceKey("EX", 2, None)


@pytest.mark.parametrize("seqs", [[1.0, math.nan], pd.array([1, pd.NA], dtype="Int64"), [1, None]])
def test_make_keys__are_those_of_the_records_one_by_one(seqs):
    found = make_keys(pd.Series(["QS", "EX"]), pd.Series([3.0, 2.0]), pd.Series(seqs))
    assert found == [make_key("QS", 3.0, 1.0), make_key("EX", 2.0, None)]
    assert [[type(part) for part in key] for key in found] == [[str, int, int], [str, int, type(None)]]


def test_make_keys__of_none_none():
    assert make_keys(*(pd.Series([], dtype=object) for _ in range(3))) == []
