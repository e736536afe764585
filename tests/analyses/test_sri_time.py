"""Tests of the primary outcome over time: four subjects whose weeks are typed as 0 and 1."""

from __future__ import annotations

import pytest

from sap_helpers.analyses.sri import measure, primary_row, responses_of
from sap_helpers.analyses.sri_time import analyse_over_time, analyse_time_to, derive_response_times

DAYS = (15, 29, 43, 57, 71)
# weeks 2, 4, 6, 8, 10: 1 a response, 0 a failure, a point no visit
PATTERNS = {"A": "01111", "B": "00111", "C": "00001", "D": "11111"}


@pytest.fixture(scope="module")
def make(make_domains, make_study):
    """Return a function from patterns and a change of the domains to a study and its primary responses."""

    def run(patterns, cut_date="2014-12-31", change=None):
        grades, pga = "EEEEEEEEE", "1.0"
        visits = {
            subject: {1: (10, grades, pga)}
            | {
                day: (4 if mark == "1" else 10, grades, pga)
                for day, mark in zip(DAYS, text, strict=True)
                if mark != "."
            }
            for subject, text in patterns.items()
        }
        domains = make_domains(visits)
        if change:
            change(domains)
        study = make_study(domains, cut_date)
        return study, responses_of(study, primary_row(study), measure(study))

    return run


@pytest.fixture(scope="module")
def four(make):
    return make(PATTERNS)


def rescue(subject, date):
    def change(domains):
        cm = domains["cm"]
        cm.loc[cm["USUBJID"] == subject, ["CMCAT", "CMSTDTC"]] = ["RESCUE THERAPY", date]

    return change


def stats(results, **where):
    return {
        row.stat_name: row.stat
        for row in results
        if all(getattr(row.key, name) == value for name, value in where.items())
    }


def test_analyse_over_time__cochran_q(four):
    # R: x <- rbind(c(0,1,1,1,1), c(0,0,1,1,1), c(0,0,0,0,1), c(1,1,1,1,1)); Cochran's formula, pchisq(q, 4)
    assert stats(analyse_over_time(*four)) == pytest.approx(
        {"N": 4, "statistic": 7.42857142857142883, "df": 4, "p.value": 0.11490055063117527}, rel=1e-12
    )


def test_analyse_over_time__all_alike_is_not_estimable(make):
    rows = list(analyse_over_time(*make({"A": "11111", "B": "11111"})))
    assert [row.stat for row in rows if row.stat_name == "p.value"] == [None]
    assert all(row.note for row in rows if row.stat is None)


def times(study, primary):
    found = derive_response_times(study.subjects("FAS"), primary, study.plan)
    return {row.USUBJID: (row.TIME, row.EVENT) for row in found.itertuples()}


def test_derive_response_times__day_of_the_first_response(four):
    assert times(*four) == {"A": (29, 1), "B": (43, 1), "C": (71, 1), "D": (15, 1)}


def test_derive_response_times__without_response_censored_at_the_last_assessed_week(make):
    assert times(*make({"A": "00000", "B": "00...", "C": "....."})) == {"A": (71, 0), "B": (29, 0), "C": (0, 0)}


def test_derive_response_times__week_not_due_does_not_count(make):
    # on 16 May week 10 is not due: its response on 10 May is not looked at
    assert times(*make({"A": "00001"}, "2014-05-16")) == {"A": (57, 0)}


def test_derive_response_times__event_keeps_the_subject_at_risk_to_day_78(make):
    # 1 April is before week 6; 17 May is day 78 and 18 May day 79; B had its response before the event
    days = {"A": "2014-04-01", "B": "2014-04-01", "C": "2014-05-17", "D": "2014-05-18"}
    patterns = {"A": "00111", "B": "11111", "C": "00000", "D": "00000"}
    found = times(*make(patterns, change=lambda domains: [rescue(*pair)(domains) for pair in days.items()]))
    assert found == {"A": (78, 0), "B": (15, 1), "C": (78, 0), "D": (71, 0)}


def test_analyse_time_to__kaplan_meier_with_log_log_limits(four):
    found = analyse_time_to(*four)
    # R: survfit(Surv(c(29, 43, 71, 15), rep(1, 4)) ~ 1, conf.type = "log-log")
    at_29 = stats(found, group1="DAY", group1_level="29")
    assert at_29 == pytest.approx({"n": 3, "estimate": 0.5, "conf.low": 0.05785, "conf.high": 0.845}, abs=5e-4)


def sustained(results):
    return [row.stat for row in results if row.key.variable == "SRI4_SUSTAINED" and row.stat_name == "n"]


def test_analyse_time_to__sustained_holds_at_every_later_due_week(four):
    # weeks 2 to 10: D; A, D; A, B, D; A, B, D; all four
    assert sustained(analyse_time_to(*four)) == [1, 2, 3, 3, 4]


def test_analyse_time_to__missing_week_breaks_a_sustained_response(make):
    assert sustained(analyse_time_to(*make({"A": "11.11"}))) == [0, 0, 0, 1, 1]


def test_analyse_time_to__sustained_up_to_the_last_due_week(make):
    assert sustained(analyse_time_to(*make({"A": "11110"}, "2014-05-16"))) == [1, 1, 1, 1, 0]
