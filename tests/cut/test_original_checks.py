"""Standard results against original ones."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sap_helpers.cut.checks import Context, DomainRecords
from sap_helpers.cut.original_checks import CHECKS
from sap_helpers.plan import load_plan

PLAN = load_plan(Path(__file__).parents[2] / "sap" / "plan.yaml")
CONTEXT = Context(PLAN, pd.Timestamp("2015-03-31"), frozenset({"S1"}))


def run(domain, code, original, unit, standard, standard_unit, **more):
    name = domain.upper()
    cells = {"TESTCD": code, "ORRES": original, "ORRESU": unit, "STRESC": standard, "STRESU": standard_unit, **more}
    frame = pd.DataFrame({f"{name}{part}": [cell] for part, cell in cells.items() if cell is not None}, dtype=object)
    records = DomainRecords(domain, frame.assign(ROW=1, USUBJID="S1", QUARFL=""), f"{domain}.csv")
    for check in CHECKS:
        if check.domain == domain:
            records.run(check, CONTEXT)
    return records


SAME = [
    ("lb", "C3", "57", "mg/dL", "0.57", "g/L"), ("lb", "C3", "0.57", "g/L", "0.57", "g/L"),
    ("lb", "C3", "0.57", "g/L", "0.5700000000000001", "g/L"), ("lb", "C3", "1.50", "G/L", "1.5", "g/L"),
    ("lb", "CREAT", "0.9", "mg/dL", "79.56", "umol/L"), ("lb", "CREAT", "0.9", "mg/dL", "80", "umol/L"),
    ("lb", "BILI", "0.6", "mg/dL", "10.26", "umol/L"), ("lb", "BILI", "0.1", "mg/dL", "2", "umol/L"),
    ("lb", "WBC", "3.456", "10^9/L", "3.46", "10*9/L"), ("lb", "DDNAIGAB", "<10", "IU/mL", "<10", "IU/mL"),
    ("lb", "DDNAIGAB", "<10", "IU/mL", "<10.0", "kIU/L"), ("cp", "TREG", "5.1", "%", "5.1", "%"),
    ("qs", "PGA0101", "1.10", None, "1.1", None), ("qs", "BILA0101", "b", None, "B", None),
    # not evaluated: no original result, words, units that are not converted
    ("lb", "C3", "", "", "0.57", "g/L"), ("lb", "UPROT", "NEGATIVE", "", "0", "g/day"),
    ("lb", "HGB", "14.3", "g/dL", "8.87458", "mmol/L"), ("lb", "C3", "57", None, "0.57", "g/L"),
    ("qs", "SLED0101", "PRESENT", None, "8", None), ("lb", "C3", None, None, "0.57", "g/L"),
]  # fmt: skip
OTHER = [
    ("lb", "C3", "0.57", "g/L", "5.7", "g/L"), ("lb", "C3", "57", "mg/dL", "57", "g/L"),
    ("lb", "C3", "57", "mg/dL", "0.67", "g/L"), ("lb", "ALT", "23", "U/L", "25", "IU/L"),
    ("lb", "DDNAIGAB", "<10", "IU/mL", "10", "IU/mL"), ("lb", "DDNAIGAB", "<10", "IU/mL", "<20", "IU/mL"),
    ("lb", "DDNAIGAB", ">1000", "IU/mL", "<1000", "IU/mL"), ("cp", "TREG", "5.1", "%", "0.051", "%"),
    ("qs", "PGA0101", "1.2", None, "1", None), ("qs", "SLED0109", "4", None, "0", None),
    ("qs", "BILA0101", "B", None, "C", None),
]  # fmt: skip


@pytest.mark.parametrize("cells", SAME)
def test_original__one_that_says_the_same_or_cannot_be_compared_is_clean(cells):
    assert run(*cells).findings == []


@pytest.mark.parametrize("cells", OTHER)
def test_original__another_standard_result_is_missing_and_both_are_named(cells):
    records = run(*cells)
    (finding,) = records.findings
    assert (finding.rule, finding.severity, finding.variable) == ("R090", "quarantined", cells[1])
    assert (finding.value, finding.allowed) == (cells[4], f"{cells[0].upper()}ORRES {cells[2]}")
    assert records.frame[f"{cells[0].upper()}STRESC"].tolist() == [""]
    assert records.frame["QUARFL"].tolist() == ["Y"]


def test_original__without_a_standard_result_is_listed_unless_it_was_not_done():
    (finding,) = run("lb", "C3", "0.57", "g/L", "", "g/L").findings
    assert (finding.rule, finding.severity, finding.variable, finding.value) == ("R090", "listed", "LBORRES", "0.57")
    assert run("lb", "C3", "HEMOLYSED", "", "", "", STAT="Not done").findings == []
