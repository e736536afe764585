"""Tests of the order of records: by subject, date, number and all else they say, whatever the order of their rows."""

from __future__ import annotations

import itertools

import pandas as pd

from sap_helpers.cut.order import sort_records


def records(**columns):
    frame = pd.DataFrame(columns)
    frame.insert(0, "ROW", range(1, len(frame) + 1))
    return frame


def test_sort_records__subject_then_date_then_number_then_the_rest():
    cm = records(
        CMTRT=["E", "D", "C", "B", "A"], USUBJID=["2", "1", "1", "1", "1"], CMSEQ=[1.0, 3.0, 2.0, 1.0, 1.0],
        CMSTDTC=["2013", "2014", "2014", "2014-02", "2014-02"],
    )  # fmt: skip
    assert list(sort_records(cm, "cm")["CMTRT"]) == ["C", "D", "A", "B", "E"]


def test_sort_records__records_keep_their_row_and_index():
    dm = records(USUBJID=["2", "1"])
    found = sort_records(dm, "dm")
    assert (list(found["ROW"]), list(found.index)) == ([2, 1], [1, 0])


def test_sort_records__records_alike_stay_in_the_order_of_their_rows():
    ae = records(USUBJID=["1", "1", "1"], AESTDTC="", AETERM=["x", "a", "x"])
    assert list(sort_records(ae, "ae")["ROW"]) == [2, 1, 3]


def test_sort_records__missing_number_is_last():
    ds = records(USUBJID="1", DSSTDTC="2014", DSSEQ=[None, 2.0, 1.0])
    assert list(sort_records(ds, "ds")["ROW"]) == [3, 2, 1]


def test_sort_records__same_order_from_every_order_of_rows():
    rows = [("1", "2014-01-01", "A"), ("1", "2014-01-01", "B"), ("1", "2013-12-31", "C"), ("2", "", "A")]
    orders = set()
    for given in itertools.permutations(rows):
        frame = pd.DataFrame(given, columns=["USUBJID", "LBDTC", "LBTESTCD"]).assign(ROW=range(4))
        orders.add(tuple(sort_records(frame, "lb").drop(columns="ROW").itertuples(index=False, name=None)))
    assert orders == {(rows[2], rows[0], rows[1], rows[3])}


def test_sort_records__no_record_and_no_column():
    assert sort_records(records(), "qs").empty
    assert list(sort_records(pd.DataFrame({"ROW": []}), "qs").columns) == ["ROW"]
