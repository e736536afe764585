"""Keys of records: identical ones, sequence numbers that come twice or are missing."""

from __future__ import annotations

import pandas as pd
import pytest

from sap_helpers.cut.checks import DomainRecords
from sap_helpers.cut.key_checks import check_gaps, check_unique, drop_repeated


def records(domain, **columns):
    frame = pd.DataFrame(columns)
    frame.insert(0, "ROW", range(1, len(frame) + 1))
    return DomainRecords(domain, frame.assign(QUARFL=""), f"{domain}.csv")


@pytest.mark.parametrize("domain", ["cm", "dm", "ds", "dv", "ex"])
def test_repeated__a_record_alike_but_for_its_number_is_kept_once(domain):
    name = f"{domain.upper()}SEQ"
    part = records(domain, USUBJID=["S1", "S1", "S2"], **{name: [1.0, 7.0, 1.0]}, TERM=["x"] * 3)
    drop_repeated(part)
    assert [(f.rule, f.severity, f.row, f.usubjid) for f in part.findings] == [("R095", "listed", 2, "S1")]
    assert part.frame["ROW"].tolist() == [1, 3]


@pytest.mark.parametrize(("domain", "changes"), [
    ("cm", {"TERM": ["x", "y"]}), ("cm", {"QUARFL": ["Y", "Y"]}), ("cm", {"USUBJID": ["", ""]}), ("lb", {}), ("ae", {}),
])  # fmt: skip
def test_repeated__records_that_differ_or_may_be_two_are_kept(domain, changes):
    part = records(domain, USUBJID=["S1", "S1"], TERM=["x", "x"])
    part.frame = part.frame.assign(**changes)
    drop_repeated(part)
    assert part.findings == []
    assert len(part.frame) == 2


def test_unique__a_number_twice_is_listed_once_a_subject():
    part = records("qs", USUBJID=["S1"] * 4 + ["S2"], QSSEQ=[1.0, 1.0, 2.0, 2.0, 1.0])
    check_unique(part)
    (finding,) = part.findings
    assert (finding.rule, finding.severity, finding.row, finding.usubjid, finding.value) == (
        "R092",
        "listed",
        2,
        "S1",
        "1",
    )
    assert finding.problem.endswith("; 2 records")


def test_gaps__are_one_note_a_domain_with_the_first_number_of_the_first_subjects():
    part = records("qs", USUBJID=["S1"] * 3 + ["S2"] * 2 + ["S3"], QSSEQ=[1.0, 3.0, 5.0, 2.0, 3.0, 1.0])
    check_gaps(part)
    (finding,) = part.findings
    assert (finding.severity, finding.variable, finding.value) == ("noted", "QSSEQ", "S1: 2, S2: 1")
    assert finding.problem == "3 sequence numbers missing below the highest of the subject"


@pytest.mark.parametrize("numbers", [[1.0, 2.0, 3.0], [3.0, 1.0, 2.0], [float("nan")] * 3])
def test_sequence__complete_or_absent_numbers_are_clean(numbers):
    part = records("qs", USUBJID=["S1"] * 3, QSSEQ=numbers)
    check_gaps(part)
    check_unique(part)
    assert part.findings == []


def test_sequence__a_domain_without_numbers_is_clean():
    part = records("dv", USUBJID=["S1", "S1"])
    check_gaps(part)
    check_unique(part)
    assert part.findings == []
