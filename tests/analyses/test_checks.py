"""Tests of the checks on results."""

from __future__ import annotations

import pytest

from sap_helpers.analyses.checks import check_results
from sap_helpers.results import Key, Result, Results

KEY = Key("SRI.PRIMARY", "FAS", "AVISITN", "10", variable="SRI4", variable_level="Y")
VISITS = {1: (10, None, None)}


@pytest.fixture
def study(make_domains, make_study):
    return make_study(make_domains({"A": VISITS, "B": VISITS}))


def results(**stats):
    return Results(tuple(Result(KEY, name.replace("_", "."), stat) for name, stat in stats.items()))


def test_check_results__sound_results_have_no_problem(study):
    assert check_results(results(n=1, N=2, conf_low=0.1, conf_high=0.9), study, ["SRI.PRIMARY"]) == []


def test_check_results__planned_analysis_that_is_absent(study):
    assert check_results(results(n=1, N=2), study, ["SRI.PRIMARY", "SRI.PPS"]) == ["SRI.PPS: no result"]


def test_check_results__count_above_its_denominator(study):
    assert check_results(results(n=2, N=1), study, []) == ["SRI.PRIMARY|FAS|AVISITN|10|||SRI4|Y|: n = 2 of N = 1"]


def test_check_results__denominator_above_its_set(study):
    assert check_results(results(n=1, N=3), study, []) == [
        "SRI.PRIMARY|FAS|AVISITN|10|||SRI4|Y|: N = 3 above the 2 of FAS"
    ]


def test_check_results__limits_the_wrong_way_round(study):
    assert check_results(results(conf_low=0.9, conf_high=0.1), study, []) == [
        "SRI.PRIMARY|FAS|AVISITN|10|||SRI4|Y|: lower limit 0.9 above upper limit 0.1"
    ]
