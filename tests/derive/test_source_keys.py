"""How records of the cut are named."""

import math

import pytest

from sap_helpers.derive.source_keys import SourceKey, make_key, name_sources


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
