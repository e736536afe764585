"""Who is enrolled at a cut: consents on both sides of it, and the records of those who are not."""

from __future__ import annotations

import pandas as pd
import pytest

from sap_helpers.cut.checks import DomainRecords
from sap_helpers.cut.consent_checks import drop_not_enrolled, drop_records_of

CUT = pd.Timestamp("2014-06-30")


def records(domain, **columns):
    frame = pd.DataFrame(columns, dtype=object)
    frame.insert(0, "ROW", range(1, len(frame) + 1))
    return DomainRecords(domain, frame.assign(QUARFL=""), f"{domain}.csv")


def consents(*dates):
    return records("dm", USUBJID=[f"S{n}" for n in range(1, len(dates) + 1)], RFICDTC=list(dates))


def test_enrolled__up_to_the_cut_by_the_earliest_day():
    dm = consents("2014-06-30", "2014-07-01", "2014-06", "2014-07", "2014", "2015", "2014-06-30T23:00")
    assert drop_not_enrolled(dm, CUT) == {"S2", "S4", "S6"}
    assert dm.frame["USUBJID"].tolist() == ["S1", "S3", "S5", "S7"]
    (finding,) = dm.findings
    assert (finding.rule, finding.severity, finding.row, finding.value) == ("R102", "noted", 2, "2014-07-01")
    assert "3 records of 3 subjects" in finding.problem


def test_enrolled__without_a_date_of_consent_is_kept_and_noted():
    dm = consents("2014-06-01", "", "")
    assert drop_not_enrolled(dm, CUT) == frozenset()
    assert [(f.rule, f.severity, f.row) for f in dm.findings] == [("R102", "noted", 2)]
    assert "2 records of 2 subjects" in dm.findings[0].problem
    assert len(dm.frame) == 3


def test_enrolled__a_cut_without_dates_of_consent_keeps_all():
    dm = records("dm", USUBJID=["S1"])
    assert drop_not_enrolled(dm, CUT) == frozenset()
    assert dm.findings == []


@pytest.mark.parametrize(("domain", "date", "severities"), [
    ("ex", "2014-07-02", ["noted"]), ("ex", "2014-06-02", ["noted", "listed"]), ("cm", "2012", ["noted"]),
    ("lb", "", ["noted"]),
])  # fmt: skip
def test_records__of_those_not_enrolled_go_and_those_up_to_the_cut_are_listed(domain, date, severities):
    name = {"ex": "EXSTDTC", "cm": "CMSTDTC", "lb": "LBDTC"}[domain]
    part = records(domain, USUBJID=["S1", "S2", "S2"], **{name: ["2014-06-02", date, date]})
    drop_records_of(part, frozenset({"S2"}), CUT)
    assert part.frame["USUBJID"].tolist() == ["S1"]
    assert [(f.rule, f.severity, f.row, f.usubjid) for f in part.findings] == [
        ("R102", severity, 2, "S2") for severity in severities
    ]
    assert all("2 records" in finding.problem for finding in part.findings)


def test_records__of_the_enrolled_are_clean():
    part = records("ds", USUBJID=["S1"], DSSTDTC=["2014-06-02"])
    drop_records_of(part, frozenset(), CUT)
    assert (part.findings, len(part.frame)) == ([], 1)
