"""Checks on adverse events."""

from pathlib import Path

import pandas as pd
import pytest

from sap_helpers.cut.adverse_checks import CHECKS
from sap_helpers.cut.checks import Context, DomainRecords
from sap_helpers.plan import load_plan

PLAN = load_plan(Path(__file__).parents[2] / "sap" / "plan.yaml")
CONTEXT = Context(PLAN, pd.Timestamp("2015-03-31"), frozenset({"S1"}))
CLEAN = {
    "ROW": [1, 2], "USUBJID": ["S1", "S1"], "AESEQ": [1.0, 2.0], "AETERM": ["Cough", "Cough"], "AESER": ["N", "y"],
    "AESHOSP": ["", "Y"], "AESTDTC": ["2015-01-01", "2015-01-01"], "QUARFL": ["", ""],
}  # fmt: skip


def run(**changes):
    records = DomainRecords("ae", pd.DataFrame({**CLEAN, **changes}))
    for check in CHECKS:
        records.run(check, CONTEXT)
    return records


def test_checks__a_clean_domain_has_no_finding():
    assert run().findings == []


@pytest.mark.parametrize("word", ["N", ""])
def test_unmarked_serious__a_criterion_without_the_mark_is_listed_and_nothing_changed(word):
    records = run(AESER=["N", word])
    assert [(f.rule, f.row, f.severity) for f in records.findings] == [("R084", 2, "listed")]
    assert records.frame["AESER"].tolist() == ["N", word]


def test_repeated_records__a_record_alike_in_every_cell_is_kept_once():
    records = run(AESEQ=[1.0, 1.0], AESER=["N", "N"], AESHOSP=["", ""])
    assert [(f.rule, f.row) for f in records.findings] == [("R049", 2)]
    assert records.frame["ROW"].tolist() == [1]


def test_repeated_records__without_a_sequence_number_two_alike_events_are_two():
    records = run(AESEQ=[float("nan")] * 2, AESER=["N", "N"], AESHOSP=["", ""])
    assert records.findings == []
    assert len(records.frame) == 2
