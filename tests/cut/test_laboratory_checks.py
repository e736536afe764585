"""Rules of laboratory and cells: each finds its planted error, does what it says, and leaves a clean domain alone."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sap_helpers.cut.checks import Context, DomainRecords
from sap_helpers.cut.laboratory_checks import CHECKS
from sap_helpers.plan import load_plan

PLAN = load_plan(Path(__file__).parents[2] / "sap" / "plan.yaml")
CONTEXT = Context(PLAN, pd.Timestamp("2015-01-31"), frozenset({"S1", "S2"}))


def records(domain: str, *rows: dict[str, object], without: tuple[str, ...] = ()) -> DomainRecords:
    """Return a domain of one subject; a row names what differs from a clean C3 or Treg result of its own day."""
    clean = {"TESTCD": "C3", "STRESC": "0.9", "STRESN": float("nan"), "STRESU": "g/L", "STAT": "", "SEQ": 1.0}
    if domain == "cp":
        clean |= {"TESTCD": "TREG", "STRESC": "7.5", "STRESU": "%"}
    lines = []
    for number, row in enumerate(rows, start=1):
        full = {**clean, "DTC": f"2014-06-{number:02d}", **row}
        named = {f"{domain.upper()}{name}": value for name, value in full.items() if name not in without}
        lines.append({"ROW": number, "USUBJID": "S1", **named, "QUARFL": ""})
    return DomainRecords(domain, pd.DataFrame(lines))


def run(part: DomainRecords) -> list[tuple[str, str, int | None]]:
    """Run every check of the domain; return rule, severity and row of what was found."""
    for check in CHECKS:
        if check.domain == part.domain:
            part.run(check, CONTEXT)
    return [(found.rule, found.severity, found.row) for found in part.findings]


def results(part: DomainRecords) -> list[str]:
    """Return the results that are left."""
    return list(part.frame[f"{part.domain.upper()}STRESC"])


@pytest.mark.parametrize("domain", ["lb", "cp"])
def test_checks__a_clean_domain_has_no_finding(domain: str) -> None:
    part = records(
        domain, {}, {"STRESN": {"lb": 0.9, "cp": 7.5}[domain]}, {"STRESC": "", "STRESU": "", "STAT": "NOT DONE"}
    )
    assert run(part) == []
    assert set(part.frame["QUARFL"]) == {""}


def test_find_without_unit__quarantines_the_result() -> None:
    part = records("lb", {"STRESU": ""}, {})
    assert run(part) == [("R078", "quarantined", 1)]
    assert results(part) == ["", "0.9"]
    assert list(part.frame["QUARFL"]) == ["Y", ""]


def test_find_without_unit__says_nothing_where_the_column_is_absent() -> None:
    part = records("lb", {}, without=("STRESU",))
    assert run(part) == []
    assert results(part) == ["0.9"]


def test_find_without_unit__leaves_tests_that_the_table_does_not_have() -> None:
    assert run(records("lb", {"TESTCD": "PH", "STRESU": "", "STRESC": "6.5"})) == []


def test_find_without_unit__a_cell_without_a_unit_is_quarantined() -> None:
    part = records("cp", {"STRESU": ""})
    assert run(part) == [("R078", "quarantined", 1)]
    assert results(part) == [""]


def test_find_other_unit__convertible_units_stay() -> None:
    part = records("lb", {"STRESC": "90", "STRESU": "mg/dL"}, {"TESTCD": "DDNAIGAB", "STRESU": "kIU/L"})
    assert run(part) == []
    assert results(part) == ["90", "0.9"]


def test_find_other_unit__quarantines_what_the_table_cannot_convert() -> None:
    part = records("lb", {"TESTCD": "DDNAIGAB", "STRESU": "U/mL"}, {"TESTCD": "DDNAIGAB", "STRESU": "IU/mL"})
    assert run(part) == [("R080", "quarantined", 1)]
    assert results(part) == ["", "0.9"]


def test_find_other_unit__all_of_an_unknown_test_with_two_units() -> None:
    part = records(
        "lb",
        {"TESTCD": "CRP", "STRESU": "mg/L"},
        {"TESTCD": "CRP", "STRESU": "mg/dL"},
        {"TESTCD": "ESR", "STRESU": "mm/h"},
    )
    assert run(part) == [("R080", "quarantined", 1), ("R080", "quarantined", 2)]


def test_find_text__lists_what_is_no_number_and_keeps_it() -> None:
    part = records("lb", *({"TESTCD": "DDNAIGAB", "STRESU": "IU/mL", "STRESC": text} for text in ("neg", "1:160")))
    assert run(part) == [("R079", "listed", 1), ("R079", "listed", 2)]
    assert results(part) == ["neg", "1:160"]


@pytest.mark.parametrize("text", ["<10", ">200", "<=10", "> 1000", "<1e1"])
def test_find_text__limits_are_no_texts(text: str) -> None:
    assert run(records("lb", {"TESTCD": "DDNAIGAB", "STRESU": "IU/mL", "STRESC": text})) == []


def test_find_text__a_limit_that_is_no_number_is_listed() -> None:
    text = {"TESTCD": "DDNAIGAB", "STRESU": "IU/mL", "STRESC": "<1.2.3"}
    assert run(records("lb", text)) == [("R079", "listed", 1)]


def test_find_differing_number__quarantines_the_record() -> None:
    part = records("lb", {"STRESN": 9.0})
    assert run(part) == [("R079", "quarantined", 1)]
    assert results(part) == [""]


def test_find_differing_number__the_last_binary_digit_is_no_difference() -> None:
    # 0.7 mg/dL of bilirubin times 17.1, as SAS wrote it
    assert run(records("lb", {"STRESC": "11.97", "STRESN": 11.969999999999999})) == []


def test_find_differing_number__a_number_without_a_standard_result() -> None:
    assert run(records("lb", {"STRESC": "", "STRESN": 0.9})) == [("R079", "quarantined", 1)]


def test_find_differing_number__a_number_beside_a_limit_contradicts_nothing() -> None:
    assert run(records("lb", {"TESTCD": "DDNAIGAB", "STRESU": "IU/mL", "STRESC": "<10", "STRESN": 10.0})) == []


def test_find_done_and_not_done__the_result_is_not_used() -> None:
    part = records("lb", {"STAT": "NOT DONE"})
    assert run(part) == [("R073", "listed", 1)]
    assert results(part) == [""]


def test_find_several__lists_both_and_changes_nothing() -> None:
    day = {"DTC": "2014-06-01"}
    part = records("lb", {**day, "SEQ": 2.0}, {**day, "STRESC": "0.8", "SEQ": 1.0}, {})
    assert run(part) == [("R050", "listed", 1), ("R050", "listed", 2)]
    assert results(part) == ["0.9", "0.8", "0.9"]


def test_find_repeated__lists_the_later_of_two_equal_results() -> None:
    part = records("cp", {"DTC": "2014-06-01T08:00"}, {"DTC": "2014-06-01T09:00"})
    assert run(part) == [("R049", "listed", 2)]


def test_find_other_than_percent__quarantines_a_count() -> None:
    part = records("cp", {"STRESU": "10^6/L"}, {"TESTCD": "CD4", "STRESC": "512", "STRESU": "10^6/L"})
    assert run(part) == [("R081", "quarantined", 1)]
    assert results(part) == ["", "512"]


@pytest.mark.parametrize("text", ["100.5", "-1"])
def test_find_no_percentage__quarantines_what_lies_outside_0_to_100(text: str) -> None:
    part = records("cp", {"STRESC": text}, {})
    assert run(part) == [("R082", "quarantined", 1)]
    assert results(part) == ["", "7.5"]


def test_find_fraction__quarantines_a_treg_fraction_of_one() -> None:
    part = records("cp", {"STRESC": "0.075"}, {}, {})
    assert run(part) == [("R082", "quarantined", 1)]


def test_find_fraction__a_small_th17_percentage_stays() -> None:
    assert run(records("cp", {"TESTCD": "TH17", "STRESC": "0.4"})) == []


def test_find_fraction__zero_percent_stays() -> None:
    assert run(records("cp", {"TESTCD": "TH17", "STRESC": "0"})) == []


def test_find_fraction__where_most_are_fractions_all_up_to_one_are() -> None:
    part = records("cp", *({"TESTCD": "TFH", "STRESC": text} for text in ("0.03", "0.05", "0.4")))
    assert [row for rule, _, row in run(part) if rule == "R082"] == [1, 2, 3]
