"""Tests of the primary outcome's rows."""

from __future__ import annotations

import pytest

from sap_helpers.analyses.sri import (
    PLANNED,
    analyse_row,
    analyse_sri,
    mark_events,
    measure,
    needs_of,
    primary_row,
    responses_of,
    without_serology,
)

BASE, BETTER, WORSE = (10, "EEBEEEEEE", "1.0"), (6, "EECEEEEEE", "1.0"), (6, "EECEEEEEE", "1.3")
INSTRUMENTS = ("qs:SLEDAI", "qs:BILAG", "qs:PGA")
EVENTS = ("ds.DSSCAT", "cm.CMCAT", "dm.DTHDTC")


# A responds at weeks 2 and 10, B fails by its PGA at week 10 and misses week 2, C has no baseline total.
VISITS = {
    "A": {1: BASE, 15: BETTER, 71: BETTER},
    "B": {1: BASE, 71: WORSE},
    "C": {1: (None, *BASE[1:]), 71: BETTER},
}


@pytest.fixture
def domains(make_domains):
    return make_domains(VISITS)


@pytest.fixture(scope="module")
def study(make_domains, make_study):
    return make_study(make_domains(VISITS))


@pytest.fixture(scope="module")
def results(study):
    return analyse_sri(study)


def counts(results):
    """Return n and N by week."""
    found = {}
    for row in results:
        if row.stat_name in ("n", "N"):
            found.setdefault(row.key.group1_level, []).append(row.stat)
    return found


def row_of(study, name):
    return next(row for row in study.plan.sri.analyses if row.id == name)


def analysed(study, name):
    return counts(analyse_row(study, row_of(study, name), measure(study)))


def test_analyse_row__primary_counts_missing_as_failure(study):
    assert analysed(study, "SRI.PRIMARY") == {
        "2": [1, 2], "4": [0, 2], "6": [0, 2], "8": [0, 2], "10": [1, 2],
    }  # fmt: skip


def test_analyse_row__observed_leaves_missing_out(study):
    assert analysed(study, "SRI.OBSERVED") == {
        "2": [1, 1], "4": [0, 0], "6": [0, 0], "8": [0, 0], "10": [1, 2],
    }  # fmt: skip


def test_analyse_row__observed_without_a_response_says_so(study):
    rows = analyse_row(study, row_of(study, "SRI.OBSERVED"), measure(study))
    assert {row.note for row in rows if row.key.group1_level == "4"} == {"no response assessed"}


def test_analyse_row__all_treated_has_the_subject_without_baseline(study):
    assert analysed(study, "SRI.ALL_TREATED")["10"] == [1, 3]


def test_analyse_row__key_week_alone_where_the_plan_says_so(study):
    assert analysed(study, "SRI.WILSON") == {"10": [1, 2]}


def test_analyse_row__subject_not_due_is_left_out_though_recorded(domains, make_study):
    # week 10 ends on 17 May: the day before it, nobody is due, whatever is recorded
    assert analysed(make_study(domains, "2014-05-16"), "SRI.PRIMARY")["10"] == [0, 0]


def test_analyse_row__rescue_turns_later_weeks_into_failures(domains, make_study):
    cm = domains["cm"]
    cm.loc[cm["USUBJID"] == "A", ["CMCAT", "CMSTDTC"]] = ["RESCUE THERAPY", "2014-05-10"]
    study = make_study(domains)
    assert analysed(study, "SRI.PRIMARY")["10"] == [0, 2]
    assert analysed(study, "SRI.TREATMENT_POLICY")["10"] == [1, 2]
    assert analysed(study, "SRI.PRIMARY")["2"] == [1, 2]


def test_analyse_row__records_behind_a_count_are_the_response_records(study):
    found = analyse_row(study, primary_row(study), measure(study)).records
    key = next(key for key in found if key.group1_level == "10")
    adqs = study["adqs"].set_index("ASEQ")
    behind = adqs.loc[list(found[key].of[0].numbers), ["PARAMCD", "USUBJID", "AVISITN"]].to_numpy().tolist()
    assert behind == [["SRI4", "A", 10], ["SRI4", "B", 10]]
    assert adqs.loc[list(found[key].counted[0].numbers), "USUBJID"].tolist() == ["A"]


def test_needs_of__events_only_where_they_count(plan):
    needs = {row.id: needs_of(row) for row in plan.sri.analyses}
    assert set(needs["SRI.PRIMARY"]) == {*INSTRUMENTS, *EVENTS}
    assert set(needs["SRI.TREATMENT_POLICY"]) == set(needs["SRI.OBSERVED"]) == {*INSTRUMENTS}
    assert set(needs["SRI.PPS"]) == {*INSTRUMENTS, *EVENTS, "dv.DVCAT", "dv.DVSTDTC"}
    assert "qs:SLEDAI22" in needs["SRI.NO_SEROLOGY"]


def test_responses_of__nobody_where_not_available(domains, make_study):
    del domains["cm"]
    study = make_study(domains)
    assert responses_of(study, primary_row(study), measure(study)).empty


def test_without_serology__is_the_row_of_the_second_total(study):
    found = without_serology(study, measure(study))
    assert set(found["USUBJID"]) == {"A", "B"}
    assert found.loc[found["AVISITN"] == 10, "COUNTED"].tolist() == ["Y", "N"]


def test_mark_events__every_due_subject_is_accounted_for(study):
    primary = responses_of(study, primary_row(study), measure(study))
    marked = {week: mark_events(primary.loc[primary["AVISITN"] == week], study["adsl"]) for week in (2, 10)}
    at_week_2, at_week_10 = ({name: holds.sum() for name, holds in marked[week].items()} for week in (2, 10))
    nothing = {"EVENT": 0, "STOPPED": 0, "RESCUE": 0, "DEATH": 0, "FAILED_SLEDAI": 0, "FAILED_BILAG": 0}
    assert at_week_2 == nothing | {"DUE": 2, "ASSESSED": 1, "MISSING": 1, "FAILED_PGA": 0}
    assert at_week_10 == nothing | {"DUE": 2, "ASSESSED": 2, "MISSING": 0, "FAILED_PGA": 1}


def test_mark_events__each_kind_has_all_its_subjects(domains, make_study):
    columns = ["DSDECOD", "DSCAT", "DSSCAT", "DSSTDTC"]
    domains["ds"].loc[0, columns] = ["ADVERSE EVENT", "DISPOSITION EVENT", "STUDY TREATMENT", "2014-03-15"]
    domains["dm"].loc[0, "DTHDTC"] = "2014-05-10"
    study = make_study(domains)
    primary = responses_of(study, primary_row(study), measure(study))
    found = {}
    for week in (2, 10):
        marks = mark_events(primary.loc[primary["AVISITN"] == week], study["adsl"])
        found[week] = {name: int(marks[name].sum()) for name in ("EVENT", "STOPPED", "RESCUE", "DEATH")}
    # A stopped on the day of week 2's assessment and died on that of week 10's
    assert found[2] == {"EVENT": 1, "STOPPED": 1, "RESCUE": 0, "DEATH": 0}
    assert found[10] == {"EVENT": 1, "STOPPED": 1, "RESCUE": 0, "DEATH": 1}


def test_analyse_sri__planned_analyses_in_order_with_unique_ids(results):
    assert results.analysis_ids == PLANNED
    assert len({row.result_id for row in results}) == len(results)


def test_analyse_sri__not_available_has_the_same_planned_rows(results, domains, make_study):
    def planned(found):
        rows = found.of("SRI.PRIMARY", "SRI.COMPONENTS", "SRI.PPS", "SRI.THRESHOLDS", "SRI.WILSON", "SRI.ICE")
        return [row.result_id for row in rows]

    del domains["qs"]
    assert planned(analyse_sri(make_study(domains))) == planned(results)
