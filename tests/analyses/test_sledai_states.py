"""States by week, steroids by week and the selection of subjects, counted by hand. First dose 20 March 2014."""

import pandas as pd
import pytest

from sap_helpers.analyses.audit import check_denominators
from sap_helpers.analyses.sledai_states import analyse_remission, analyse_selection, analyse_steroids
from sap_helpers.records import Source

TOTALS = {"SLEDAI": {name: {0: 10} for name in ("S1", "S2", "S3", "S4")}}
SCORES = dict.fromkeys(("SLEDAI", "SLEDAI22", "PGA0101"), TOTALS["SLEDAI"])
# drug, start, end, mg/day, rescue
STEROIDS = [
    ("S1", "PREDNISONE", "2013-01-01", "2014-05-28", 30.0, ""), ("S1", "PREDNISONE", "2014-05-29", None, 5.0, ""),
    ("S2", "PREDNISONE", "2013-01-01", None, 10.0, ""), ("S2", "PREDNISONE", "2014-05-01", None, 2.5, ""),
    ("S3", "PREDNISONE", "2013-01-01", "2014-05-28", 7.5, ""),
]  # fmt: skip


def counts(results, variable, week="10"):
    found = {
        row.stat_name: row.stat
        for row in results
        if (row.key.variable, row.key.group1_level) == (variable, week) and row.stat_name in {"n", "N"}
    }
    return found["n"], found["N"]


@pytest.fixture
def steroids(make_scores):
    return analyse_steroids(make_scores(TOTALS, adcm=STEROIDS))


def test_analyse_steroids__known_doses_of_those_due(steroids):
    # S4 has no recorded steroid
    assert counts(steroids, "PREDNISONE") == (3, 4)


def test_analyse_steroids__doses_of_the_target_day(steroids, pick):
    # on 29 May: 5, 12.5 and 0
    values = [pick(steroids, "STEROID.BY_WEEK", "PREDNISONE", name, group1_level="10")[0] for name in ("median", "max")]
    assert values == [5.0, 12.5]


def test_analyse_steroids__limits_hold_the_limit_itself(steroids):
    assert counts(steroids, "AT_MOST_5") == (2, 3)
    # week 0: 30, 10 and 7.5
    assert counts(steroids, "AT_MOST_7.5", "0") == (1, 3)


def test_analyse_steroids__keep_every_digit_and_are_compared_on_the_six_of_the_factors(make_scores, pick):
    # 0.75 mg of dexamethasone, 6.666667 of prednisone each
    found = analyse_steroids(make_scores(TOTALS, adcm=[("S1", "DEXAMETHASONE", "2013-01-01", None, 5.00000025, "")]))
    assert pick(found, "STEROID.BY_WEEK", "PREDNISONE", "mean", group1_level="10")[0] == 5.00000025
    assert counts(found, "AT_MOST_5") == (1, 1)


def test_analyse_steroids__increased_and_stopped(steroids):
    assert counts(steroids, "INCREASED") == (1, 3)
    assert counts(steroids, "STOPPED") == (1, 3)


def test_analyse_steroids__without_doses_is_not_available(make_scores):
    full = [row.result_id for row in analyse_steroids(make_scores(TOTALS, adcm=STEROIDS))]
    none = analyse_steroids(make_scores(TOTALS, adcm=STEROIDS, absent=("cm.CMDOSE",)))
    assert [row.result_id for row in none] == full
    assert {(row.stat, row.note) for row in none} == {(None, "not available: no CM.CMDOSE")}


def test_analyse_steroids__nobody_with_a_record_says_so(make_scores, pick):
    found = analyse_steroids(make_scores(TOTALS))
    why = "no subject with recorded prednisone due"
    assert pick(found, "STEROID.BY_WEEK", "PREDNISONE", "mean", group1_level="10") == (None, why)


def with_states(study, rows):
    """Return the study with records of states at week 10: subject, PARAMCD, what it counts as."""
    states = pd.DataFrame(rows, columns=["USUBJID", "PARAMCD", "CRIT1FL"])
    states = states.assign(AVISITN=pd.array([10] * len(states), dtype="Int64"), ANL01FL="Y", QUARFL="", PARCAT1="STATE")
    states["ASEQ"] = range(101, 101 + len(states))
    study.data["adqs"] = pd.concat([study["adqs"], states], ignore_index=True)
    return study


def test_analyse_remission__counts_what_the_record_counts_as(make_scores):
    rows = [("S1", "REMISS", "Y"), ("S2", "REMISS", "N"), ("S3", "REMISS", "N"), ("S4", "REMISS", "Y")]
    found = analyse_remission(with_states(make_scores(TOTALS), rows))
    assert counts(found, "REMISSION") == (2, 4)


def test_analyse_remission__names_the_records_behind(make_scores):
    rows = [("S1", "REMISS", "Y"), ("S2", "REMISS", "N")]
    found = analyse_remission(with_states(make_scores(TOTALS), rows))
    key = next(row.key for row in found if (row.key.variable, row.key.group1_level) == ("REMISSION", "10"))
    behind = found.records_of(key)
    assert (behind.counted, behind.of) == ((Source("adqs", (101,)),), (Source("adqs", (101, 102)),))


def test_analyse_remission__states_with_prednisone_alone_need_its_columns(make_scores):
    found = analyse_remission(make_scores(SCORES, absent=("cm.CMDOSU",)))
    notes = {row.key.variable: row.note for row in found if row.note.startswith("not available")}
    assert notes == dict.fromkeys(("DORIS", "LLDAS_LIKE"), "not available: no CM.CMDOSU")


def test_analyse_remission__nobody_with_recorded_prednisone_says_so(make_scores, pick):
    found = analyse_remission(make_scores(SCORES))
    at = {"group1_level": "10", "variable_level": "Y"}
    assert pick(found, "SLEDAI.REMISSION", "DORIS", "p", **at) == (None, "no subject with recorded prednisone due")


def test_analyse_selection__leaves_out_and_counts_totals_below_the_limit(make_scores, pick):
    totals = {f"S{i}": {0: value} for i, value in enumerate([6, 8, 9, 10, 12, 14, 17])}
    found = analyse_selection(make_scores({"SLEDAI": totals}))
    assert pick(found, "SLEDAI.RTM", "SLEDAI", "N") == (6, "1 baseline total below 8 left out")


def test_analyse_selection__a_total_dated_after_the_death_is_neither_counted_nor_a_record_behind(make_scores, pick):
    # S1 and S2 died before the day of their totals, 20 March
    totals = {f"S{i}": {0: score} for i, score in enumerate((9, 10, 12, 14, 18), start=1)}
    study = make_scores({"SLEDAI": totals}, deaths={"S1": "2014-03-10", "S2": "2014-03-19", "S3": "2014-03-20"})
    found = analyse_selection(study)
    assert pick(found, "SLEDAI.RTM", "SLEDAI", "N")[0] == 3
    assert check_denominators(found, study) == []


def test_analyse_selection__less_change_with_a_higher_correlation(make_scores, pick):
    totals = {f"S{i}": {0: value} for i, value in enumerate([8, 9, 10, 12, 12, 14, 15, 17])}
    found = analyse_selection(make_scores({"SLEDAI": totals}))
    half, nine = (
        pick(found, "SLEDAI.RTM", "SLEDAI", "estimate", "truncated normal", group1_level=r)[0] for r in ("0.5", "0.9")
    )
    # (1 - 0.5) / (1 - 0.9) = 5
    assert half == pytest.approx(5 * nine, rel=1e-12)
    assert half < 0


def test_analyse_selection__one_score_cannot_be_fitted(make_scores, pick):
    found = analyse_selection(make_scores({"SLEDAI": {"S1": {0: 12}}}))
    at = {"group1_level": "0.7"}
    why = "not estimable: fewer than two different scores"
    assert pick(found, "SLEDAI.RTM", "SLEDAI", "estimate", "truncated normal", **at) == (None, why)
