"""Tests of reading and writing Parquet."""

from __future__ import annotations

import datetime
import io
from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest

from sap_helpers.cut.parquet_format import read_parquet, write_parquet
from sap_helpers.cut.tables import RawTable, build_frame

if TYPE_CHECKING:
    from sap_helpers.findings import Finding

SAMPLE = build_frame({"USUBJID": ["PKU-001", "PKU-002", "PKU-003"] * 50, "AGE": ["31", "", "4.5"] * 50})


def as_parquet(columns: dict[str, pa.Array], **options: object) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer, **options)
    return buffer.getvalue()


def read(data: bytes) -> RawTable:
    raw, findings = read_parquet(data, "dm.parquet")
    assert raw is not None
    assert findings == []
    return raw


def refusal(data: bytes, **options: int) -> Finding:
    raw, [finding] = read_parquet(data, "dm.parquet", **options)
    assert raw is None
    return finding


def test_write_parquet__round_trip_gives_the_same_text() -> None:
    raw = read(write_parquet(SAMPLE, frozenset({"AGE"})))
    assert raw.names == ("USUBJID", "AGE")
    assert list(raw.columns[0]) == SAMPLE["USUBJID"].tolist()
    assert list(raw.columns[1]) == SAMPLE["AGE"].tolist()


def test_write_parquet__equal_frames_give_equal_bytes() -> None:
    assert write_parquet(SAMPLE, frozenset({"AGE"})) == write_parquet(SAMPLE.copy(), frozenset({"AGE"}))


def test_read_parquet__dates_numbers_and_nulls_become_text() -> None:
    raw = read(
        as_parquet(
            {
                "DTHDTC": pa.array([datetime.date(2014, 11, 3), None]),
                "AGE": pa.array([31, None], type=pa.int32()),
                "DOSE": pa.array([1.0, None], type=pa.float32()),
                "UNITS": pa.array([Decimal("1.50"), None]),
                "RACE": pa.nulls(2),
                "SEX": pa.array(["F", None], type=pa.large_string()),
                "ARMCD": pa.array(["A", None]).dictionary_encode(),
            }
        )
    )
    assert [list(column) for column in raw.columns] == [
        ["2014-11-03", ""], ["31", ""], ["1", ""], ["1.50", ""], ["", ""], ["F", ""], ["A", ""],
    ]  # fmt: skip


def test_read_parquet__other_types_are_left_out_by_name() -> None:
    raw = read(as_parquet({"USUBJID": pa.array(["a"]), "LOADED": pa.array([datetime.datetime(2014, 1, 1)])}))
    assert raw.names == ("USUBJID",)
    assert raw.unsupported == {"LOADED": "timestamp[us]"}


def test_read_parquet__no_record_keeps_the_columns() -> None:
    raw = read(write_parquet(SAMPLE.iloc[:0], frozenset({"AGE"})))
    assert raw.names == ("USUBJID", "AGE")
    assert [len(column) for column in raw.columns] == [0, 0]


@pytest.mark.parametrize("cut_off", [1, 8, 100, 300])
def test_read_parquet__truncated_is_r007_with_the_reason(cut_off: int) -> None:
    finding = refusal(write_parquet(SAMPLE, frozenset({"AGE"}))[:-cut_off])
    assert finding.rule == "R007"
    assert "footer" in finding.problem or "size" in finding.problem or "magic" in finding.problem


def test_read_parquet__flipped_bit_in_a_page_is_r008() -> None:
    data = bytearray(as_parquet({"A": pa.array(["PKU-002"] * 5)}, compression="none", write_page_checksum=True))
    data[data.index(b"PKU-002") + 6] ^= 1
    assert refusal(bytes(data)).rule == "R008"


def test_read_parquet__more_than_the_limit_by_metadata_is_r019() -> None:
    bomb = as_parquet({"A": pa.array(["x" * 1000] * 20_000)}, compression="zstd", use_dictionary=False)
    assert len(bomb) < 100_000
    finding = refusal(bomb, max_bytes=1_000_000)
    assert finding.rule == "R019"
    assert "unpacks to 20" in finding.problem


def test_read_parquet__many_rows_of_nothing_are_r019() -> None:
    bomb = as_parquet({"A": pa.nulls(1_000_000, type=pa.string())})
    assert len(bomb) < 10_000
    assert refusal(bomb, max_bytes=1_000_000).rule == "R019"


def test_read_parquet__text_that_is_not_utf8_is_r024() -> None:
    text = pa.Array.from_buffers(
        pa.string(), 1, [None, pa.py_buffer(b"\x00\x00\x00\x00\x04\x00\x00\x00"), pa.py_buffer(b"\xb7\xa2\xc8\xc8")]
    )
    finding = refusal(as_parquet({"AETERM": text}))
    assert finding.rule == "R024"
    assert "byte 0xB7" in finding.problem
