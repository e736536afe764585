"""Behind a number: whom a denominator leaves out, and for which reason."""

from __future__ import annotations

import pandas as pd
import pytest

from sap_helpers.analyses.behind import beside, explain, left_out, not_due, of_rows, outside
from sap_helpers.analyses.behind_curves import curve_records
from sap_helpers.records import Records, Source
from sap_helpers.results import Key, Result, Results

KEY = Key("A.ONE", "FAS")
SCORES = {"SLEDAI": {"S1": {0: 8}, "S2": {0: 8}, "S3": {0: 8}}}


@pytest.fixture
def study(make_scores):
    """S1 to S3, ASEQ 1 to 3 in ADSL."""
    return make_scores(SCORES)


def mask(*inside):
    return pd.Series([number in inside for number in (1, 2, 3)]).to_numpy()


def test_left_out__the_first_case_that_applies(study):
    cases = (("early", {"S2"}), ("late", {"S2", "S3"}))
    assert left_out(study, "FAS", mask(1), cases) == (("early", (2,)), ("late", (3,)))


def test_left_out__a_case_that_holds_for_one_who_is_in_explains_nobody(study):
    assert left_out(study, "FAS", mask(1), (("wrong", {"S1", "S2", "S3"}),)) == ()


def test_left_out__everybody_is_in(study):
    assert left_out(study, "FAS", mask(1, 2, 3), (("late", set()),)) == ()


def test_not_due__subjects_whose_window_is_not_over(make_scores):
    # the window of week 10 ends on day 78, 2014-06-05
    assert not_due(make_scores(SCORES, cut_date="2014-06-04"), "FAS", 10) == (
        "week 10 is not due yet", {"S1", "S2", "S3"},
    )  # fmt: skip


def test_not_due__week_0_is_due_for_everybody(make_scores):
    assert not_due(make_scores(SCORES, cut_date="2014-01-01"), "FAS", 0)[1] == set()


def test_outside__members_who_are_not_named(study):
    assert outside(study, "FAS", ["S1"], "other") == ("other", {"S2", "S3"})


def test_explain__gives_reasons_to_whom_its_records_leave_out(study):
    results = Results((Result(KEY, "N", 1),), {KEY: Records(of=(Source("adqs", (1,)),))})
    found = explain(study, results, (("late", {"S2", "S3"}),))
    assert found.records[KEY].left_out == (("late", (2, 3)),)


def test_explain__leaves_what_is_made_of_other_results(study):
    results = Results((), {KEY: Records(made_of=(KEY,))})
    assert explain(study, results, (("late", {"S2"}),)).records == results.records


def test_of_rows__counted_among_all():
    rows = pd.DataFrame({"ASEQ": [30, 10, 20]})
    assert of_rows("adqs", rows, [True, False, True]) == Records(
        (Source("adqs", (20, 30)),), (Source("adqs", (10, 20, 30)),)
    )


def test_beside__further_records_of_the_same_subjects():
    one, more = Source("adlb", (1,)), Source("adqs", (5,))
    found = beside(Results((), {KEY: Records((one,), (one,))}), more)
    assert found.records[KEY] == Records((one, more), (one, more))


def test_curve_records__at_risk_are_those_whose_time_is_not_over_before_the_day():
    curve = curve_records("adtte", pd.Series([4, 5, 6]), pd.Series([10, 20, 30]), pd.Series([True, False, True]))
    day = KEY._replace(group1="DAY", group1_level="20")
    found = curve.of(Results((Result(day, "n", 2), Result(day._replace(method="Kaplan-Meier"), "estimate", 0.5))))
    everyone = (Source("adtte", (4, 5, 6)),)
    assert found == {
        day: Records((Source("adtte", (5, 6)),), everyone),
        day._replace(method="Kaplan-Meier"): Records((Source("adtte", (4, 6)),), everyone),
    }
