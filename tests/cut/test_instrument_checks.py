"""Tests of the checks on questionnaires: a planted error for each rule, its message, and a clean set of records."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sap_helpers.cut.checks import Context, DomainRecords
from sap_helpers.cut.instrument_checks import CHECKS

COLUMNS = ["QSTESTCD", "QSSTRESC", "QSSTRESN", "QSSTAT", "QSDTC"]
QUERY = "Treated as missing. Correct the source, or record the query."


@pytest.fixture
def run(plan):
    """Return a function that runs every check on records typed as code, result, number, status, date."""

    def check(*rows, columns=COLUMNS):
        frame = pd.DataFrame([fill(row) for row in rows], columns=COLUMNS)[list(columns)]
        frame = frame.assign(USUBJID="PKU-001", QUARFL="", ROW=range(1, len(rows) + 1))
        part = DomainRecords("qs", frame, "qs.csv", lambda row: row + 1)
        for entry in CHECKS:
            part.run(entry, Context(plan, pd.Timestamp("2014-06-30"), frozenset({"PKU-001"})))
        return part

    return check


def fill(row):
    """Return a whole row from its first parts: number missing, no status, 1 May 2014 where not given."""
    return [*row, *[np.nan, "", "2014-05-01"][len(row) - 2 :]]


def messages(part):
    return [finding.message() for finding in part.findings]


def rules(part):
    return [(finding.rule, finding.row) for finding in part.findings]


def test_checks__clean_records_have_no_finding(run):
    part = run(
        ("SLED0101", "8", 8.0),
        ("SLED0109", "0", 0.0),
        ("SLED0124", "1"),
        ("SLED0125", "105", 105.0),
        ("BILA0101", "A"),
        ("BILA0109", "E"),
        ("PGA0101", "0", 0.0),
        ("PGA0101", "3", 3.0, "", "2014-05-02"),
        ("SLED0102", "", np.nan, "NOT DONE"),
        ("OTHER", "a dragon"),
    )
    assert part.findings == []
    assert set(part.frame["QUARFL"]) == {""}


def test_checks__result_beside_not_done_is_r073(run):
    part = run(("PGA0101", "1.2", 1.2, "not done"))
    assert part.frame["QSSTRESC"].tolist() == [""]
    assert messages(part) == [
        "R073 qs.csv line 2, subject PKU-001, 2014-05-01, PGA0101: value 1.2 an item not assessed, or a result beside "
        "the status NOT DONE; allowed: a result or a status, not both. The result is not used. Correct the source."
    ]


def test_checks__equal_result_twice_on_one_day_is_r049_and_stays(run):
    part = run(("PGA0101", "1.2"), ("PGA0101", "1.2", np.nan, "", "2014-05-01T10:00"))
    assert part.frame["QSSTRESC"].tolist() == ["1.2", "1.2"]
    assert messages(part) == [
        "R049 qs.csv line 3, subject PKU-001, 2014-05-01T10:00, PGA0101: value 1.2 the same result of one item twice "
        "on one day; allowed: one result an item and day. Counted once. Correct the source."
    ]


def test_checks__differing_results_on_one_day_are_r050_and_both_go(run):
    part = run(("PGA0101", "1.2"), ("PGA0101", "1.4"), ("PGA0101", "1.4", np.nan, "", "2014-05-02"))
    assert part.frame[["QSSTRESC", "QUARFL"]].to_numpy().tolist() == [["", "Y"], ["", "Y"], ["1.4", ""]]
    assert messages(part)[0] == (
        "R050 qs.csv line 2, subject PKU-001, 2014-05-01, PGA0101: value 1.2 differing results of one item on one day; "
        "allowed: one result an item and day. All treated as missing. Correct the source, or record the query."
    )


def test_checks__valid_result_beside_an_invalid_one_goes_too(run):
    part = run(("SLED0109", "4"), ("SLED0109", "3"))
    assert part.frame["QSSTRESC"].tolist() == ["", ""]
    assert rules(part) == [("R050", 1), ("R050", 2)]


def test_checks__status_not_done_does_not_contradict_a_result(run):
    part = run(("PGA0101", "1.2"), ("PGA0101", "", np.nan, "NOT DONE"))
    assert part.findings == []


@pytest.mark.parametrize("text", ["3", "8", "-4", "4.5", "yes", "４"])
def test_checks__item_neither_zero_nor_its_weight_is_r072(run, text):
    part = run(("SLED0109", text))
    assert part.frame["QSSTRESC"].tolist() == [""]
    assert messages(part) == [
        f"R072 qs.csv line 2, subject PKU-001, 2014-05-01, SLED0109: value {text} not a score this item can have; "
        f"allowed: 0 or the item's weight. {QUERY}"
    ]


@pytest.mark.parametrize("text", ["-1", "106", "10.5", "ten"])
def test_checks__total_out_of_range_is_r075(run, text):
    part = run(("SLED0125", text))
    assert messages(part) == [
        f"R075 qs.csv line 2, subject PKU-001, 2014-05-01, SLED0125: value {text} not a total this index can have; "
        f"allowed: 0 to the sum of all weights. {QUERY}"
    ]


@pytest.mark.parametrize("text", ["3.1", "-0.1", "-0", "1,5", "none"])
def test_checks__pga_out_of_range_is_r076(run, text):
    part = run(("PGA0101", text), ("PGA0101", "1", 1.0, "", "2014-05-02"), ("PGA0101", "1", 1.0, "", "2014-05-03"))
    assert part.frame["QSSTRESC"].tolist() == ["", "1", "1"]
    assert messages(part) == [
        f"R076 qs.csv line 2, subject PKU-001, 2014-05-01, PGA0101: value {text} not a value of the physician's global "
        f"assessment; allowed: a decimal number from 0 to 3. {QUERY}"
    ]


def test_checks__pga_of_another_scale_goes_whole(run):
    part = run(
        ("PGA0101", "40"), ("PGA0101", "55", np.nan, "", "2014-05-02"), ("PGA0101", "2", np.nan, "", "2014-05-03")
    )
    assert part.frame["QSSTRESC"].tolist() == ["", "", ""]
    assert messages(part)[2] == (
        "R076 qs.csv line 4, subject PKU-001, 2014-05-03, PGA0101: value 2 most values lie outside 0 to 3: the scale "
        f"looks like 0-100; allowed: a decimal number from 0 to 3. {QUERY}"
    )


def test_checks__half_of_the_pga_out_of_range_is_no_other_scale(run):
    part = run(("PGA0101", "40"), ("PGA0101", "2", np.nan, "", "2014-05-03"))
    assert part.frame["QSSTRESC"].tolist() == ["", "2"]


@pytest.mark.parametrize("text", ["F", "a", "1", "A/B"])
def test_checks__no_grade_is_r077(run, text):
    part = run(("BILA0105", text))
    assert messages(part) == [
        f"R077 qs.csv line 2, subject PKU-001, 2014-05-01, BILA0105: value {text} not a BILAG grade; allowed: "
        f"A, B, C, D or E. {QUERY}"
    ]


@pytest.mark.parametrize(
    ("code", "text", "number", "rule"),
    [("SLED0109", "4", 0.0, "R072"), ("SLED0125", "12", 13.0, "R075"), ("PGA0101", "1.1", 1.4, "R076")],
)
def test_checks__number_that_differs_from_the_text_goes(run, code, text, number, rule):
    part = run((code, text, number))
    assert part.frame["QSSTRESC"].tolist() == [""]
    assert messages(part) == [
        f"{rule} qs.csv line 2, subject PKU-001, 2014-05-01, {code}: value {text} not what QSSTRESN says; allowed: "
        f"QSSTRESN as QSSTRESC. {QUERY}"
    ]


def test_checks__number_column_may_be_absent(run):
    part = run(("SLED0109", "3"), ("PGA0101", "1.1"), columns=["QSTESTCD", "QSSTRESC", "QSDTC"])
    assert rules(part) == [("R072", 1)]
