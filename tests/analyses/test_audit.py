"""The audit of denominators finds what its records do not account for, and nothing else."""

from __future__ import annotations

import pytest

from sap_helpers.analyses.audit import audit_denominator, check_denominators
from sap_helpers.records import Records, Source
from sap_helpers.results import Key, Result, Results

KEY = Key("SRI.PRIMARY", "FAS", "AVISITN", "10", variable="SRI4", variable_level="Y")
NAME = "SRI.PRIMARY|FAS|AVISITN|10|||SRI4|Y|"
SCORES = {"SLEDAI": {"S1": {0: 8}, "S2": {0: 8}, "S3": {0: 8}}}
LEFT = (("not due", (3,)),)


@pytest.fixture
def study(make_scores):
    return make_scores(SCORES)


def adsl(*numbers):
    return (Source("adsl", numbers),)


def rate(n, total, one, **more):
    stats = {"n": n, "N": total, "p": n / total if total else None, **more}
    rows = tuple(Result(KEY, name, stat, "" if stat is not None else "none") for name, stat in stats.items())
    return Results(rows, {KEY: one} if one else {Key("OTHER"): Records()})


def test_check_denominators__accounted_for(study):
    assert check_denominators(rate(1, 2, Records(adsl(1), adsl(1, 2), LEFT)), study) == []


def test_check_denominators__somebody_is_missing_without_a_reason(study):
    assert check_denominators(rate(1, 2, Records(adsl(1), adsl(1, 2))), study) == [
        f"{NAME}: S3 of FAS, in N for no stated reason not"
    ]


def test_check_denominators__somebody_is_not_of_the_set(study):
    study["adsl"].loc[0, "FASFL"] = ""
    assert check_denominators(rate(1, 2, Records(adsl(1), adsl(1, 2), LEFT)), study) == [f"{NAME}: S1 in N, not of FAS"]


def test_check_denominators__records_of_another_number_of_subjects(study):
    assert check_denominators(rate(2, 2, Records(adsl(1), adsl(1, 2), LEFT)), study) == [
        f"{NAME}: n = 2, but the records behind it give 1"
    ]


def test_check_denominators__another_denominator(study):
    assert check_denominators(rate(1, 3, Records(adsl(1), adsl(1, 2), LEFT)), study) == [
        f"{NAME}: N = 3, but the records behind it give 2"
    ]


def test_check_denominators__events_are_counted_by_record(study):
    one = Records(adsl(1), adsl(1, 2), LEFT, events=adsl(1, 2))
    assert check_denominators(rate(1, 2, one, **{"n.events": 2}), study) == []


def test_check_denominators__a_rate_without_records(study):
    assert check_denominators(rate(1, 2, None), study) == [f"{NAME}: no records behind n = 1 of N = 2"]


def test_check_denominators__nobody_due_needs_no_record(study):
    assert check_denominators(rate(0, 0, None), study) == []


def test_check_denominators__what_is_made_of_other_results_is_theirs(study):
    assert check_denominators(rate(1, 2, Records(made_of=(KEY,))), study) == []


def test_audit_denominator__who_and_why(study):
    found = audit_denominator(study, KEY, Records(adsl(1), adsl(1, 2), LEFT))
    assert (found.counted, found.of, found.reasons) == ({"S1"}, {"S1", "S2"}, {"S3": "not due"})
