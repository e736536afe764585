"""Tests of the rules on names and cells that hold for every format."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from sap_helpers.cut.tables import RawTable, TextTable
from sap_helpers.cut.text_rules import clean_table

if TYPE_CHECKING:
    from sap_helpers.findings import Finding


def clean(columns: dict[str, list[str]], name: str = "ae.csv") -> tuple[TextTable, list[Finding]]:
    cells = tuple(np.array(column, dtype=object) for column in columns.values())
    return clean_table(RawTable(tuple(columns), cells, np.arange(2, 2 + len(cells[0]))), name)


def clean_names(*names: str) -> tuple[TextTable, list[Finding]]:
    return clean_table(RawTable(names, tuple(np.array(["x"], dtype=object) for _ in names)), "ae.csv")


def test_clean_table__tidy_table_has_no_finding() -> None:
    table, findings = clean({"USUBJID": ["PKU-001", "NA", "001"], "AETERM": ["发热 😀", "", "=cmd|' /C calc'!A0"]})
    assert findings == []
    assert table.frame["USUBJID"].tolist() == ["PKU-001", "NA", "001"]


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "</td>", "{{ x }}", "$x$", "=1+1", "+1", "-1", "@SUM(A1)"]
)
def test_clean_table__formulas_and_markup_stay_data(text: str) -> None:
    table, findings = clean({"USUBJID": ["PKU-001"], "AETERM": [text]})
    assert table.frame["AETERM"].tolist() == [text]
    assert findings == []


def test_clean_table__name_in_other_letters_is_r033() -> None:
    table, [finding] = clean_names("usubjid ", "AETERM")
    assert list(table.frame) == ["USUBJID", "AETERM"]
    assert (finding.rule, finding.severity, finding.variable, finding.value) == (
        "R033",
        "listed",
        "USUBJID",
        "usubjid ",
    )


def test_clean_table__name_that_comes_twice_is_r030() -> None:
    table, [finding] = clean_names("USUBJID", "AETERM", "USUBJID")
    assert (finding.rule, finding.severity, finding.variable) == ("R030", "refused", "USUBJID")
    assert table.frame.empty


def test_clean_table__name_that_comes_twice_in_other_letters_is_r030() -> None:
    _, findings = clean_names("USUBJID", "usubjid")
    assert [finding.rule for finding in findings] == ["R033", "R030"]


def test_clean_table__column_without_a_name_is_r030() -> None:
    _, [finding] = clean_names("USUBJID", " ")
    assert finding.message() == (
        "R030 ae.csv: column 2 has no name; allowed: one name per column. Name every column, each once."
    )


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\ud800"])
def test_clean_table__control_character_makes_the_field_missing(character: str) -> None:
    table, [finding] = clean({"USUBJID": ["PKU-001", "PKU-002"], "AETERM": ["fever", f"a{character}b"]})
    assert table.frame["AETERM"].tolist() == ["fever", ""]
    assert (finding.rule, finding.severity, finding.row, finding.line) == ("R034", "quarantined", 2, 3)
    assert (finding.variable, finding.usubjid) == ("AETERM", "PKU-002")
    assert finding.value == f"a\\u{ord(character):04x}b"


def test_clean_table__every_bad_cell_is_named() -> None:
    _, findings = clean({"USUBJID": ["1", "2", "3"], "AETERM": ["a\x00", "b", "a\x00"]})
    assert [finding.row for finding in findings] == [1, 3]


def test_clean_table__tab_and_line_break_inside_are_no_control_characters() -> None:
    table, findings = clean({"USUBJID": ["1"], "AETERM": ["a\tb\r\nc"]})
    assert table.frame["AETERM"].tolist() == ["a\tb\r\nc"]
    assert findings == []


def test_clean_table__blanks_around_text_go_without_a_finding() -> None:
    table, findings = clean({"USUBJID": ["1"], "AETERM": ["  fever "]})
    assert table.frame["AETERM"].tolist() == ["fever"]
    assert findings == []


def test_clean_table__no_break_space_is_not_stripped() -> None:
    table, _ = clean({"USUBJID": ["1"], "AESEQ": ["12\u00a0"]})
    assert table.frame["AESEQ"].tolist() == ["12\u00a0"]


def test_clean_table__blanks_around_a_key_are_r035_once_a_column() -> None:
    table, [finding] = clean({"USUBJID": ["PKU-001", "PKU-002 ", " PKU-003"], "AETERM": ["a", "b", "c"]})
    assert table.frame["USUBJID"].tolist() == ["PKU-001", "PKU-002", "PKU-003"]
    assert (finding.rule, finding.severity, finding.row, finding.value) == ("R035", "listed", 2, "'PKU-002 '")
    assert finding.problem == "blanks around 2 values of a key"


def test_clean_table__blanks_that_merge_two_subjects_of_dm_refuse() -> None:
    _, [finding] = clean({"USUBJID": ["PKU-001", "PKU-001 "], "AGE": ["31", "44"]}, "dm.csv")
    assert (finding.rule, finding.severity, finding.usubjid) == ("R035", "refused", "PKU-001")


def test_clean_table__one_padded_subject_of_dm_is_only_listed() -> None:
    _, [finding] = clean({"USUBJID": ["PKU-001", "PKU-002 "], "AGE": ["31", "44"]}, "dm.csv")
    assert (finding.rule, finding.severity) == ("R035", "listed")


def test_clean_table__missing_key_of_blanks_is_no_padded_key() -> None:
    table, findings = clean({"USUBJID": ["PKU-001", "  "]}, "dm.csv")
    assert table.frame["USUBJID"].tolist() == ["PKU-001", ""]
    assert findings == []


def test_clean_table__very_long_text_is_r041_and_kept() -> None:
    table, [finding] = clean({"USUBJID": ["1"], "AETERM": ["x" * 10_000]})
    assert len(table.frame["AETERM"][0]) == 10_000
    assert (finding.rule, finding.severity, finding.variable) == ("R041", "listed", "AETERM")
    assert len(finding.value) == 80


@pytest.mark.parametrize("character", ["\u202e", "\u2066", "\u200b", "\ufeff"])
def test_clean_table__hidden_or_reordering_characters_are_r041_and_shown_spelled_out(character: str) -> None:
    table, [finding] = clean({"USUBJID": ["1"], "AETERM": [f"a{character}b"]})
    assert table.frame["AETERM"][0] == f"a{character}b"
    assert (finding.rule, finding.value) == ("R041", f"a\\u{ord(character):04x}b")


def test_clean_table__lines_travel_with_the_table() -> None:
    table, _ = clean({"USUBJID": ["1", "2"]})
    assert table.line(2) == 3
