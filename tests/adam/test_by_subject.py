"""Tests of records in the order of their subjects."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sap_helpers.adam.by_subject import BySubject
from sap_helpers.cut.packed import pack

NAMES = np.array([f"S-{number}" for number in range(40)], dtype=object)


@pytest.fixture(scope="module")
def records():
    """Return records of many subjects in no order, under places that are not theirs."""
    owner = np.random.default_rng(1).integers(0, len(NAMES) - 1, 500)
    frame = pd.DataFrame({"USUBJID": NAMES[owner], "AVAL": np.arange(500.0), "AVALC": [f"<{n % 7}" for n in owner]})
    return frame.loc[np.random.default_rng(2).permutation(500)]


@pytest.mark.parametrize("held", [pack, pd.DataFrame.copy])
@pytest.mark.parametrize("size", [1, 7, 100])
def test_of__blocks_of_subjects_give_what_selecting_gives_in_the_same_order(records, held, size):
    found = BySubject(held(records))
    for start in range(0, len(NAMES), size):
        block = NAMES[start : start + size]
        expected = pd.concat([records.loc[records["USUBJID"] == name] for name in block])
        pd.testing.assert_frame_equal(found.of(block), expected)


def test_of__subject_without_a_record_has_none(records):
    assert BySubject(records).of([NAMES[-1], "nobody"]).empty


def test_of__no_subject_and_no_record(records):
    assert list(BySubject(records).of([]).columns) == list(records.columns)
    assert BySubject(records.iloc[:0]).of(["S-1"]).empty
