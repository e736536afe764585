"""Listings of frames."""

import pandas as pd
import pytest

from sap_helpers.show.listing import listing

LABELS = {"USUBJID": "Subject", "ADT": "Date", "AVAL": "Value", "TERM": "Term"}


@pytest.fixture
def frame():
    return pd.DataFrame(
        {
            "TERM": ["<b>fever</b>", None],
            "USUBJID": ["01", "02"],
            "ADT": [pd.Timestamp("2014-11-02"), pd.NaT],
            "AVAL": [4.0, 0.285],
        }
    )


def cells(table):
    return [(row.label, *(cell.text for cell in row.cells)) for row in table.rows]


def test_listing__shows_dates_numbers_and_missing_values(frame, plan):
    table = listing(frame, plan, plan_id="X", title="T", labels=LABELS)
    assert cells(table) == [("01", "2014-11-02", "4", "<b>fever</b>"), ("02", "–", "0.285", "–")]


def test_listing__rounds_where_places_are_given(frame, plan):
    assert cells(listing(frame, plan, plan_id="X", title="T", labels=LABELS, places={"AVAL": 2}))[1][2] == "0.29"


def test_listing__headings_stand_in_the_order_of_the_labels(frame, plan):
    table = listing(frame, plan, plan_id="X", title="T", labels=LABELS)
    assert (table.stub, *(column.label for column in table.columns)) == ("Subject", "Date", "Value", "Term")


def test_listing__numbers_alone_stand_right(frame, plan):
    columns = listing(frame, plan, plan_id="X", title="T", labels=LABELS).columns
    assert [column.is_number for column in columns] == [False, True, False]


def test_listing__more_than_fifteen_rows_scroll(frame, plan):
    long = pd.concat([frame] * 8, ignore_index=True)
    assert listing(long, plan, plan_id="X", title="T", labels=LABELS).is_long


def test_listing__an_absent_column_is_named(frame, plan):
    with pytest.raises(KeyError, match="listing X: no column ADY; there are TERM, USUBJID, ADT, AVAL"):
        listing(frame, plan, plan_id="X", title="T", labels={"USUBJID": "Subject", "ADY": "Day"})


def test_listing__true_and_false_are_words(plan):
    table = listing(pd.DataFrame({"A": ["x"], "B": [True]}), plan, plan_id="X", title="T", labels={"A": "A", "B": "B"})
    assert cells(table) == [("x", "yes")]
