"""Tests of CDISC Dataset-JSON 1.1."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from sap_helpers.cut.dataset_json import read_dataset_json, write_dataset_json
from sap_helpers.cut.tables import RawTable, build_frame

if TYPE_CHECKING:
    from sap_helpers.findings import Finding

SAMPLE = build_frame({"USUBJID": ["PKU-001", "PKU-002"], "AETERM": ["发热", ""], "AESEQ": ["1", ""]})
NUMERIC = frozenset({"AESEQ"})


def document(**changes: Any) -> bytes:
    columns = [{"name": "USUBJID", "dataType": "string"}, {"name": "AESEQ", "dataType": "integer"}]
    plain = {"datasetJSONVersion": "1.1.0", "records": 2, "columns": columns, "rows": [["a", 1], ["b", None]]}
    return json.dumps({**plain, **changes}).encode()


def read(data: bytes) -> RawTable:
    raw, findings = read_dataset_json(data, "ae.json")
    assert raw is not None
    assert findings == []
    return raw


def refusal(data: bytes) -> Finding:
    raw, [finding] = read_dataset_json(data, "ae.json")
    assert raw is None
    return finding


def test_write_dataset_json__round_trip_gives_the_same_text() -> None:
    raw = read(write_dataset_json(SAMPLE, "ae", NUMERIC, {}))
    assert raw.names == tuple(SAMPLE.columns)
    assert [list(column) for column in raw.columns] == [SAMPLE[name].tolist() for name in SAMPLE]


def test_write_dataset_json__has_the_required_keys_and_no_clock() -> None:
    parsed = json.loads(write_dataset_json(SAMPLE, "ae", NUMERIC, {"AETERM": "Reported term"}))
    assert parsed["datasetJSONVersion"] == "1.1.0"
    assert parsed["datasetJSONCreationDateTime"] == "1960-01-01T00:00:00"
    assert (parsed["itemGroupOID"], parsed["name"], parsed["records"]) == ("IG.AE", "AE", 2)
    assert parsed["columns"][1] == {
        "itemOID": "IT.AE.AETERM", "name": "AETERM", "label": "Reported term", "dataType": "string",
    }  # fmt: skip


def test_write_dataset_json__fractions_make_a_float_column() -> None:
    parsed = json.loads(write_dataset_json(build_frame({"AESEQ": ["1", "2.5"]}), "ae", NUMERIC, {}))
    assert parsed["columns"][0]["dataType"] == "float"
    assert parsed["rows"] == [[1], [2.5]]


def test_write_dataset_json__no_record_keeps_the_columns() -> None:
    raw = read(write_dataset_json(SAMPLE.iloc[:0], "ae", NUMERIC, {}))
    assert raw.names == tuple(SAMPLE.columns)
    assert {len(column) for column in raw.columns} == {0}


def test_read_dataset_json__numbers_become_their_shortest_text() -> None:
    raw = read(document(rows=[["a", 4.0], ["b", 0.1]]))
    assert list(raw.columns[1]) == ["4", "0.1"]


def test_read_dataset_json__an_overflowing_number_is_kept_for_its_rule() -> None:
    raw = read(document().replace(b'["a", 1]', b'["a", 1e400]'))
    assert raw.columns[1][0] == "inf"


def test_read_dataset_json__truncated_is_r007() -> None:
    assert refusal(document()[:-5]).rule == "R007"


def test_read_dataset_json__wrong_count_is_r007() -> None:
    finding = refusal(document(records=3))
    assert finding.rule == "R007"
    assert "records says 3, but there are 2 rows" in finding.problem


def test_read_dataset_json__short_row_is_r007() -> None:
    assert "row 2 has 1 values for 2 columns" in refusal(document(rows=[["a", 1], ["b"]])).problem


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"rows": None}, "rows must be a list of arrays"),
        ({"rows": [["a", 1], "b"]}, "rows must be a list of arrays"),
        ({"columns": {}}, "columns must be a list of objects"),
        ({"columns": [{"dataType": "string"}, {}]}, "column 1 has no name"),
        ({"columns": [{"name": "A", "dataType": "text"}] * 2}, "column A: dataType text"),
        ({"columns": [{"name": "A", "dataType": ["string"]}] * 2}, "column A: dataType"),
        ({"rows": [["a", True], ["b", 1]]}, "column AESEQ: a value is true"),
        ({"rows": [["a", {}], ["b", 1]]}, "column AESEQ: a value is {}"),
    ],
)
def test_read_dataset_json__other_forms_are_r007(changes: dict[str, object], reason: str) -> None:
    finding = refusal(document(**changes))
    assert finding.rule == "R007"
    assert reason in finding.problem


def test_read_dataset_json__repeated_key_is_r007() -> None:
    assert "key rows comes twice" in refusal(document().replace(b'"rows"', b'"rows": [], "rows"')).problem


@pytest.mark.parametrize("version", ["1.0.0", "2.0", ""])
def test_read_dataset_json__other_version_is_r023(version: str) -> None:
    assert refusal(document(datasetJSONVersion=version)).rule == "R023"


def test_read_dataset_json__message_can_be_printed_whatever_the_file_says() -> None:
    finding = refusal(document().replace(b'"rows"', b'"\\ud800\\u202e": 1, "\\ud800\\u202e": 2, "rows"'))
    assert "key \\ud800\\u202e comes twice" in finding.message()


def test_read_dataset_json__boolean_columns_are_left_out_by_name() -> None:
    columns = [{"name": "USUBJID", "dataType": "string"}, {"name": "CHECKED", "dataType": "boolean"}]
    raw = read(document(columns=columns, rows=[["a", True], ["b", False]]))
    assert raw.names == ("USUBJID",)
    assert raw.unsupported == {"CHECKED": "boolean"}
