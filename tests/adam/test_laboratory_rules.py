"""Listing rules of laboratory and cells: conversions, limits of quantification, implausible values, ratios over 0."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from sap_helpers.adam.laboratory import derive_laboratory
from sap_helpers.adam.laboratory_rules import check_laboratory
from sap_helpers.plan import load_plan

if TYPE_CHECKING:
    from sap_helpers.findings import Finding

PLAN = load_plan(Path(__file__).parents[2] / "sap" / "plan.yaml")
ADSL = pd.DataFrame({"USUBJID": ["S1"], "SAFFL": ["Y"], "TRTSDT": [pd.Timestamp("2014-03-20")], "DTHDT": [pd.NaT]})


def found(name: str, *rows: tuple[str, str, str]) -> list[Finding]:
    """Return the findings on records given by test, result and unit, one a day."""
    columns = [f"{name}TESTCD", f"{name}STRESC", f"{name}STRESU"]
    frame = pd.DataFrame(rows, columns=columns).assign(USUBJID="S1", QUARFL="", ROW=range(1, len(rows) + 1))
    frame[f"{name}DTC"] = [f"2014-03-{day:02d}" for day in range(1, len(rows) + 1)]
    if name == "CP":
        frame["CPDTC"] = "2014-03-19"
    adlb = derive_laboratory(frame if name == "LB" else None, frame if name == "CP" else None, ADSL, PLAN)
    return check_laboratory(adlb, {name.lower(): frame}, PLAN)


def brief(findings: list[Finding]) -> list[tuple[str, str, str, str]]:
    """Return rule, severity, variable and value of each finding."""
    return [(f.rule, f.severity, f.variable, f.value) for f in findings]


def test_check_laboratory__clean_values_have_no_finding() -> None:
    assert found("LB", ("C3", "0.9", "g/L"), ("DDNAIGAB", "30", "kIU/L")) == []
    assert found("CP", ("TREG", "7", "%"), ("TH17", "1", "%")) == []


def test_check_conversions__one_note_a_test_and_unit() -> None:
    findings = found("LB", ("C3", "90", "mg/dL"), ("C3", "95", "mg/dL"), ("C3", "0.9", "g/L"))
    assert brief(findings) == [("R078", "noted", "C3", "mg/dL")]
    assert findings[0].problem == "2 results in another unit"


def test_check_censored__one_note_a_test() -> None:
    findings = found("LB", ("DDNAIGAB", "<10", "IU/mL"), ("DDNAIGAB", ">1000", "IU/mL"))
    assert brief(findings) == [("R079", "noted", "DDNAIGAB", "2")]


def test_check_plausibility__a_value_a_hundred_times_too_large_is_listed() -> None:
    findings = found("LB", ("C3", "90", "g/L"), ("C3", "0.9", "g/L"))
    assert brief(findings) == [("R078", "listed", "C3", "90 g/L")]
    assert (findings[0].row, findings[0].allowed) == (1, "0.05 to 5")


def test_check_ratios__a_denominator_of_0_is_listed() -> None:
    findings = found("CP", ("TREG", "7", "%"), ("TH17", "0", "%"))
    assert ("R083", "listed", "TREG_TH17", "0") in brief(findings)
