"""Tests of how far a cut reaches: variables that no record has, and a cut date long after the last record."""

from __future__ import annotations

import pandas as pd
import pytest

from sap_helpers.cut.checks import DomainRecords
from sap_helpers.cut.domains import load_domains
from sap_helpers.cut.extent_checks import check_cut_date, check_filled
from sap_helpers.plan.home import DOMAINS_FILE

DV = pd.DataFrame({"STUDYID": ["S", "S"], "USUBJID": ["1", "2"], "DVCAT": ["", ""], "DVSTDTC": ["", "2014-05-01"]})


def test_check_filled__notes_variables_that_are_absent_or_empty_throughout():
    (found,) = check_filled(DV, "dv", "dv.csv", load_domains(DOMAINS_FILE))
    assert (found.rule, found.severity, found.value) == ("R108", "noted", "DVCAT, DVDECOD")


def test_check_filled__says_nothing_of_a_file_without_records_or_with_all_variables():
    domains = load_domains(DOMAINS_FILE)
    assert check_filled(DV.iloc[:0], "dv", "dv.csv", domains) == []
    assert check_filled(DV.assign(DVCAT="MAJOR", DVDECOD="DOSE"), "dv", "dv.csv", domains) == []


@pytest.mark.parametrize(("days", "is_late"), [(0, False), (366, False), (367, True)])
def test_check_cut_date__is_held_to_the_last_complete_day_of_any_record(plan, days, is_late):
    dates = {
        "ae": ("AESTDTC", ["2014-06", "2014-04-01"]),
        "qs": ("QSDTC", ["2014-05-01", "2014-04-30"]),
        "dm": ("AGE", []),
    }
    records = [DomainRecords(domain, pd.DataFrame({name: texts})) for domain, (name, texts) in dates.items()]
    found = check_cut_date(records, pd.Timestamp("2014-05-01") + pd.Timedelta(days=days), plan)
    assert [finding.message() for finding in found] == [
        "R109 cut.yaml, cut_date: value 2015-05-03 367 days after the last record; allowed: at most 366 days after "
        "2014-05-01. Visits until then are due, and missing. Correct cut.yaml, or complete the cut."
    ][: int(is_late)]


def test_check_cut_date__says_nothing_of_a_cut_without_a_dated_record(plan):
    assert check_cut_date([DomainRecords("dm", pd.DataFrame({"AGE": []}))], pd.Timestamp("2100-01-01"), plan) == []
