"""Dates far from everything else of a subject, and those that are not."""

from __future__ import annotations

import pandas as pd
import pytest

from sap_helpers.cut.checks import DomainRecords
from sap_helpers.cut.distance_checks import check_distances

VISITS = ["2014-03-01", "2014-03-15", "2014-06-01", "2014-08-20"]


def records(domain, **columns):
    frame = pd.DataFrame(columns)
    frame.insert(0, "ROW", range(1, len(frame) + 1))
    return DomainRecords(domain, frame.assign(QUARFL=""), f"{domain}.csv")


def run(plan, *, dm=None, qs=VISITS, **others):
    """Run the rule on one subject; the others are domains with their start dates."""
    subject = {"AGE": 30.0, "RFICDTC": "2014-02-20", "DTHDTC": ""} | (dm or {})
    parts = {"dm": records("dm", USUBJID=["S1"], **{name: [value] for name, value in subject.items()})}
    parts["qs"] = records("qs", USUBJID=["S1"] * len(qs), QSDTC=qs)
    for domain, dates in others.items():
        parts[domain] = records(domain, USUBJID=["S1"] * len(dates), **{f"{domain.upper()}STDTC": dates})
    check_distances(parts, plan)
    return [(f.domain, f.row, f.variable, f.value) for part in parts.values() for f in part.findings]


@pytest.mark.parametrize(("given", "expected"), [
    # the span is 20 February to 20 August 2014, and a year is 365 days
    ({"ae": ["2015-08-20"]}, []), ({"ae": ["2015-08-21"]}, [("ae", 1, "AESTDTC", "2015-08-21")]),
    ({"ae": ["2013-02-20"]}, []), ({"ae": ["2013-02-19"]}, [("ae", 1, "AESTDTC", "2013-02-19")]),
    ({"ae": ["2013-02", "2013"]}, []), ({"ae": ["2013-01"]}, [("ae", 1, "AESTDTC", "2013-01")]),
    ({"ex": ["2024-03-01", "2014-03-03"]}, [("ex", 1, "EXSTDTC", "2024-03-01")]),
    ({"ds": ["2041-01-01"]}, [("ds", 1, "DSSTDTC", "2041-01-01")]),
    ({"cm": ["1999-05-01", "1983-06"]}, []), ({"cm": ["1904-05-01"]}, [("cm", 1, "CMSTDTC", "1904-05-01")]),
    ({"cm": ["2019-05-01"]}, [("cm", 1, "CMSTDTC", "2019-05-01")]),
    ({"ae": ["", "2014-02-30", "0204-05-05"]}, []),
    ({"dm": {"RFICDTC": "2024-02-20"}}, [("dm", 1, "RFICDTC", "2024-02-20")]),
    ({"dm": {"DTHDTC": "2044-02-20"}}, [("dm", 1, "DTHDTC", "2044-02-20")]),
    ({"dm": {"DTHDTC": "2015-02-20"}}, []), ({"dm": {"AGE": float("nan")}, "cm": ["1904"]}, []),
    # several records of another year are no second home
    ({"qs": [*VISITS, "2024-03-01", "2024-03-15"]},
     [("qs", 5, "QSDTC", "2024-03-01"), ("qs", 6, "QSDTC", "2024-03-15")]),
])  # fmt: skip
def test_distances__a_start_further_than_the_plans_days_from_all_others_is_listed(plan, given, expected):
    assert run(plan, **given) == expected


def test_distances__of_one_day_are_one_finding_with_the_span(plan):
    part = records("qs", USUBJID=["S1"] * 6, QSDTC=[*VISITS, "2024-03-01", "2024-03-01"])
    check_distances({"dm": records("dm", USUBJID=["S1"]), "qs": part}, plan)
    (finding,) = part.findings
    assert (finding.rule, finding.severity, finding.row) == ("R094", "listed", 5)
    assert (finding.problem, finding.allowed) == (
        "a date far from every other one of the subject; 2 records", "near 2014-03-01 to 2014-08-20",
    )  # fmt: skip
