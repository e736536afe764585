"""Tests of the table of domains and of typing by it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from sap_helpers.cut.domains import DomainTable, check_domain, load_domains
from sap_helpers.cut.tables import TextTable, build_frame, empty_table
from sap_helpers.errors import PlanError

if TYPE_CHECKING:
    from sap_helpers.findings import Finding

DOMAINS_CSV = Path(__file__).parents[2] / "sap" / "domains.csv"
HEADER = "domain,variable,type,required,label\n"


@pytest.fixture(scope="module")
def domain_table() -> DomainTable:
    return load_domains(DOMAINS_CSV)


def qs(**changes: list[str]) -> TextTable:
    columns = {
        "USUBJID": ["PKU-001", "PKU-002"], "QSCAT": ["PGA", "PGA"], "QSTESTCD": ["PGA0101", "PGA0101"],
        "QSSTRESC": ["1.5", ""], "QSSTRESN": ["1.5", ""], "QSDTC": ["2014-06-03", "2014-06"], **changes,
    }  # fmt: skip
    return TextTable(build_frame(columns), np.array([2, 3]))


def findings_of(table: TextTable, domain_table: DomainTable) -> list[Finding]:
    return check_domain(table, "qs", domain_table, "qs.csv")[1]


def test_load_domains__has_the_ten_domains(domain_table: DomainTable) -> None:
    assert domain_table.domains == ("dm", "ex", "ds", "qs", "lb", "cp", "ae", "cm", "dv", "ie")


def test_load_domains__required_variables_of_ae(domain_table: DomainTable) -> None:
    assert domain_table.required("ae") == {"USUBJID", "AETERM", "AEDECOD", "AEBODSYS", "AESTDTC"}


def test_load_domains__numeric_variables_of_lb(domain_table: DomainTable) -> None:
    assert domain_table.numeric("lb") == {"LBSEQ", "LBSTRESN", "LBSTNRLO", "LBSTNRHI"}


def test_load_domains__dates_of_dm(domain_table: DomainTable) -> None:
    assert domain_table.dates("dm") == {"RFICDTC", "DTHDTC"}


def test_load_domains__every_domain_accepts_the_study(domain_table: DomainTable) -> None:
    assert all("STUDYID" in domain_table.names(domain) for domain in domain_table.domains)


def test_load_domains__every_variable_has_a_label(domain_table: DomainTable) -> None:
    assert domain_table.labels("dm")["USUBJID"] == "Subject identifier, unique in the study"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("domain,variable\n", "line 1: columns"),
        (HEADER + "dm,AGE,integer,,Age\n", "line 2: type 'integer'; allowed: text, number, date"),
        (HEADER + "dm,AGE,number,yes,Age\n", "line 2: required 'yes'"),
        (HEADER + "dm,AGE,number,,\n", "line 2: label of 0 characters"),
        (HEADER + f"dm,AGE,number,,{'x' * 41}\n", "line 2: label of 41 characters"),
        (HEADER + "dm,AGE,number,,Age\ndm,AGE,text,,Age\n", "line 3: dm AGE comes twice"),
        (HEADER + "dm,AGE\n", "line 2: 2 fields"),
    ],
)
def test_load_domains__names_the_line_that_is_wrong(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "domains.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PlanError, match=message):
        load_domains(path)


@pytest.mark.parametrize("text", [None, ""])
def test_load_domains__absent_or_empty_file_is_a_plan_error(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "domains.csv"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(PlanError, match="cannot be read"):
        load_domains(path)


def test_check_domain__types_a_clean_table(domain_table: DomainTable) -> None:
    frame, findings = check_domain(qs(), "qs", domain_table, "qs.csv")
    assert findings == []
    assert list(frame) == ["ROW", "USUBJID", "QSCAT", "QSTESTCD", "QSSTRESC", "QSSTRESN", "QSDTC"]
    assert frame["ROW"].tolist() == [1, 2]
    np.testing.assert_array_equal(frame["QSSTRESN"].to_numpy(), [1.5, np.nan])
    assert frame["QSDTC"].tolist() == ["2014-06-03", "2014-06"]


def test_check_domain__extra_columns_are_no_finding_and_stay_out(domain_table: DomainTable) -> None:
    frame, findings = check_domain(qs(QSEVAL=["x", "y"]), "qs", domain_table, "qs.csv")
    assert findings == []
    assert "QSEVAL" not in frame


def test_check_domain__leaves_its_input_alone(domain_table: DomainTable) -> None:
    table = qs()
    check_domain(table, "qs", domain_table, "qs.csv")
    assert table.frame["QSSTRESN"].tolist() == ["1.5", ""]


def test_check_domain__missing_required_column_is_r031_with_the_nearest_name(domain_table: DomainTable) -> None:
    table = TextTable(qs().frame.rename(columns={"QSTESTCD": "QSTESTCODE"}))
    [finding] = findings_of(table, domain_table)
    assert (finding.rule, finding.severity, finding.variable) == ("R031", "refused", "QSTESTCD")
    assert finding.problem == "a required column is missing; the nearest column is QSTESTCODE"


def test_check_domain__every_missing_column_is_named(domain_table: DomainTable) -> None:
    table = TextTable(qs().frame[["USUBJID", "QSCAT"]])
    assert {finding.variable for finding in findings_of(table, domain_table)} == {"QSTESTCD", "QSSTRESC", "QSDTC"}


def test_check_domain__missing_optional_column_is_fine(domain_table: DomainTable) -> None:
    table = TextTable(qs().frame.drop(columns="QSSTRESN"))
    frame, findings = check_domain(table, "qs", domain_table, "qs.csv")
    assert findings == []
    assert "QSSTRESN" not in frame


def test_check_domain__no_record_is_r010(domain_table: DomainTable) -> None:
    frame, [finding] = check_domain(TextTable(qs().frame.iloc[:0]), "qs", domain_table, "qs.csv")
    assert (finding.rule, finding.severity) == ("R010", "listed")
    assert len(frame) == 0
    assert frame["QSSTRESN"].dtype == np.float64


def test_check_domain__decimal_comma_is_r028_once_a_column(domain_table: DomainTable) -> None:
    [finding] = findings_of(qs(QSSTRESN=["1,5", "2,5"]), domain_table)
    assert (finding.rule, finding.severity, finding.row, finding.line, finding.value) == (
        "R028",
        "refused",
        1,
        2,
        "1,5",
    )
    assert finding.problem == "decimal comma in a numeric column, in 2 cells"


@pytest.mark.parametrize("text", ["１２", "1\u00a0000", "1O"])
def test_check_domain__look_alike_digits_are_r037(domain_table: DomainTable, text: str) -> None:
    frame, [finding] = check_domain(qs(QSSTRESN=["1.5", text]), "qs", domain_table, "qs.csv")
    assert (finding.rule, finding.severity, finding.row, finding.usubjid) == ("R037", "quarantined", 2, "PKU-002")
    np.testing.assert_array_equal(frame["QSSTRESN"].to_numpy(), [1.5, np.nan])


@pytest.mark.parametrize("text", ["inf", "nan", "1e400", "-0", "1,234", "<10"])
def test_check_domain__other_non_numbers_are_r038(domain_table: DomainTable, text: str) -> None:
    frame, [finding] = check_domain(qs(QSSTRESN=["1.5", text]), "qs", domain_table, "qs.csv")
    assert (finding.rule, finding.severity, finding.row, finding.value) == ("R038", "quarantined", 2, text)
    np.testing.assert_array_equal(frame["QSSTRESN"].to_numpy(), [1.5, np.nan])


def test_check_domain__message_has_the_one_form(domain_table: DomainTable) -> None:
    [finding] = findings_of(qs(QSSTRESN=["1.5", "inf"]), domain_table)
    assert finding.message() == (
        "R038 qs.csv line 3, subject PKU-002, QSSTRESN: value inf not a finite plain number; "
        "allowed: ASCII digits with a decimal point. Treated as missing. Correct the source."
    )


def test_check_domain__known_column_of_a_type_without_text_is_r007(domain_table: DomainTable) -> None:
    table = TextTable(qs().frame.drop(columns="QSDTC"), None, {"QSDTC": "timestamp[us]", "LOADED": "bool"})
    [finding] = findings_of(table, domain_table)
    assert (finding.rule, finding.variable) == ("R007", "QSDTC")
    assert "timestamp[us]" in finding.message()


def test_check_domain__refused_file_adds_no_finding(domain_table: DomainTable) -> None:
    frame, findings = check_domain(empty_table(), "qs", domain_table, "qs.csv")
    assert list(frame) == ["ROW"]
    assert findings == []
