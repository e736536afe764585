"""Tests of the strict CSV reader and of the writer."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest

from sap_helpers.cut.csv_format import read_csv, write_csv
from sap_helpers.cut.tables import RawTable, build_frame

if TYPE_CHECKING:
    from sap_helpers.findings import Finding


def read(text: str) -> tuple[RawTable, list[Finding]]:
    raw, findings = read_csv(text.encode(), "qs.csv")
    assert raw is not None
    return raw, findings


def refusals(text: str) -> list[Finding]:
    raw, findings = read_csv(text.encode(), "qs.csv")
    assert raw is None
    return findings


def test_read_csv__everything_is_text() -> None:
    raw, findings = read("USUBJID,QSSTRESC\nNA,001\n")
    assert [list(column) for column in raw.columns] == [["NA"], ["001"]]
    assert findings == []


def test_read_csv__quoted_and_unquoted_empty_are_both_missing() -> None:
    raw, _ = read('A,B\n"",\n')
    assert [list(column) for column in raw.columns] == [[""], [""]]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_read_csv__takes_any_line_end(end: str) -> None:
    raw, findings = read(end.join(["A,B", "1,2", "3,4", ""]))
    assert [list(column) for column in raw.columns] == [["1", "3"], ["2", "4"]]
    assert findings == []


def test_read_csv__last_line_may_lack_its_end() -> None:
    raw, _ = read("A,B\n1,2")
    assert [list(column) for column in raw.columns] == [["1"], ["2"]]


def test_read_csv__keeps_what_follows_a_nul() -> None:
    raw, _ = read("A,B\nx\x00y,2\n")
    assert list(raw.columns[0]) == ["x\x00y"]


def test_read_csv__header_only_has_no_record() -> None:
    raw, findings = read("A,B\n")
    assert raw.names == ("A", "B")
    assert [len(column) for column in raw.columns] == [0, 0]
    assert findings == []


def test_read_csv__only_blank_lines_is_r011() -> None:
    assert [finding.rule for finding in refusals("\n\n")] == ["R011"]


@pytest.mark.parametrize(("mark", "label"), [(";", "semicolon"), ("\t", "tab"), ("|", "vertical bar")])
def test_read_csv__other_separator_is_r027(mark: str, label: str) -> None:
    [finding] = refusals(f"USUBJID{mark}QSSTRESN\nPKU-001{mark}1,5\n")
    assert (finding.rule, finding.value) == ("R027", label)


def test_read_csv__one_column_is_fine() -> None:
    raw, findings = read("USUBJID\nPKU-001\n")
    assert list(raw.columns[0]) == ["PKU-001"]
    assert findings == []


def test_read_csv__ragged_row_is_r029_with_its_line() -> None:
    finding, note = refusals('A,B\n"1\n1",2\n3\n4,5\n')
    assert note.rule == "R042"
    assert (finding.rule, finding.line, finding.row) == ("R029", 4, 2)
    assert finding.message().startswith("R029 qs.csv line 4: value 1 fields ")


def test_read_csv__surplus_field_is_r029() -> None:
    [finding] = refusals("A,B\n1,2,3\n")
    assert (finding.rule, finding.line, finding.value, finding.allowed) == ("R029", 2, "3 fields", "2 fields")


def test_read_csv__counts_ragged_rows_behind_the_tenth() -> None:
    findings = refusals("A,B\n" + "1\n" * 13)
    assert len(findings) == 11
    assert findings[-1].problem.startswith("3 more rows")


def test_read_csv__blank_line_inside_is_r029() -> None:
    assert [(finding.rule, finding.line) for finding in refusals("A,B\n1,2\n\n3,4\n")] == [("R029", 3)]


def test_read_csv__blank_lines_at_the_end_are_no_records() -> None:
    raw, findings = read("A,B\n1,2\n\n\n")
    assert len(raw.columns[0]) == 1
    assert findings == []


@pytest.mark.parametrize("text", ['A,B\n1,2\n"3,4\n5,6\n', 'A,B\n1,2\n3,"', 'A,B\n1,2\n"3"x,4\n'])
def test_read_csv__broken_quote_is_r043_with_the_line_where_the_row_starts(text: str) -> None:
    [finding] = refusals(text)
    assert (finding.rule, finding.line) == ("R043", 3)


def test_read_csv__broken_quote_and_ragged_row_are_both_reported() -> None:
    assert [finding.rule for finding in refusals('A,B\n1\n"3,4\n')] == ["R043", "R029"]


HEADER = "STUDYID,USUBJID,AESEQ,AETERM,AEDECOD,AESTDTC"
PLAIN = ["S,S1,1,Cough,Cough,2014", "S,S1,2,Rash,Rash,2014", "S,S2,1,Fever,Pyrexia,2014", "S,S2,2,Pain,Pain,2014"]


def damaged(opened, closed, width=6):
    """Return a table with a quote before the text of one row and, below it, one behind that of another."""
    rows = [HEADER.split(","), *(line.split(",") for line in PLAIN)]
    rows[opened][3] = f'"{rows[opened][3]}'
    rows[closed][3] = f'{rows[closed][3]}"'
    return "".join(",".join(row[6 - width :]) + "\n" for row in rows)


@pytest.mark.parametrize(("opened", "closed"), [(1, 2), (1, 3), (1, 4), (3, 4)])
@pytest.mark.parametrize("width", [5, 6])
def test_read_csv__unclosed_quote_that_pairs_up_with_a_later_one_is_r043(opened, closed, width) -> None:
    text = damaged(opened, closed, width)
    (finding,) = [one for one in refusals(text) if one.severity == "refused"]
    assert (finding.rule, finding.line) == ("R043", opened + 1)
    assert re.search(
        rf"a quoted field over {closed - opened + 1} lines holds [1-3] lines? that looks? like", finding.problem
    )


@pytest.mark.parametrize("cell", ['5" wound', 'Cough"', ' "Cough"'])
def test_read_csv__quote_within_a_field_that_is_not_quoted_is_listed(cell) -> None:
    table, found = read(f"{HEADER}\nS,S1,1,Cough,Cough,2014\nS,S1,1,{cell},Cough,2014\n")
    assert [(one.rule, one.severity, one.line) for one in found] == [("R043", "listed", 3)]
    assert table.columns[3].tolist()[1] == cell


@pytest.mark.parametrize("text", [
    'A,B\n1,"x\ny, z"\n', 'A,B,C\n1,2,"x\nrash on arms, legs, and face"\n', 'A,B\n"1","say ""a, b""\n""c, d"""\n',
    f'{HEADER}\nS,S1,1,"one, two\nthree, four",Cough,2014\n', 'A\n"x\ny"\n', 'A,B\r\n"1",""\r\n"","2"\r\n',
])  # fmt: skip
def test_read_csv__texts_of_several_lines_and_doubled_quotes_are_read(text) -> None:
    table, found = read_csv(text.encode(), "ae.csv")
    assert table is not None
    assert {one.rule for one in found} <= {"R042"}


def test_read_csv__line_break_in_quotes_is_kept_and_noted_once() -> None:
    raw, findings = read('A,B\n"x\ny",2\n"x\r\ny",4\n')
    assert list(raw.columns[0]) == ["x\ny", "x\r\ny"]
    assert [(finding.rule, finding.severity) for finding in findings] == [("R042", "noted")]


def test_read_csv__lines_are_where_records_start() -> None:
    raw, _ = read('A,B\n"x\ny",2\n3,4\n')
    assert raw.lines is not None
    assert raw.lines.tolist() == [2, 4]


def test_read_csv__doubled_quote_is_a_quote() -> None:
    raw, _ = read('A,B\n"say ""ah""",5" scar\n')
    assert [list(column) for column in raw.columns] == [['say "ah"'], ['5" scar']]


def test_write_csv__quotes_only_where_needed() -> None:
    frame = build_frame({"A": ["1,5", "x\ny", 'a"b', "", "c\rd"], "B": ["=1", " p", "发热", "", "NA"]})
    assert write_csv(frame) == 'A,B\n"1,5",=1\n"x\ny", p\n"a""b",发热\n,\n"c\rd",NA\n'.encode()


def test_write_csv__a_lone_empty_field_is_still_a_record() -> None:
    raw, _ = read_csv(write_csv(build_frame({"A": ["", "x", ""]})), "qs.csv")
    assert raw is not None
    assert list(raw.columns[0]) == ["", "x", ""]


def test_read_csv__thirty_thousand_rows_take_well_under_a_second() -> None:
    row = "NCT02084238,PKU-001,12,SELENA-SLEDAI,SLED0109,Arthritis,4,4,4,,WEEK 2,2,2014-06-03"
    data = ("A,B,C,D,E,F,G,H,I,J,K,L,M\n" + f"{row}\n" * 30_000).encode()
    start = time.process_time()
    read_csv(data, "qs.csv")
    assert time.process_time() - start < 1
