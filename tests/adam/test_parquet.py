"""Tests of analysis data on disk."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sap_helpers.adam import parquet
from sap_helpers.adam.parquet import LABELS, ParquetColumns, read_parquet, write_parquet
from sap_helpers.cut.packed import pack, unpack

FRAME = pd.DataFrame(
    {
        "USUBJID": ["A", "B"], "AVAL": [1.5, np.nan], "ADT": pd.to_datetime(["2014-03-01", None]),
        "SRCROW": pd.array([7, pd.NA], dtype="Int64"), "ANL01FL": ["Y", ""],
    }
)  # fmt: skip


@pytest.fixture
def write(tmp_path):
    def run(frame):
        path = tmp_path / "data.parquet"
        path.write_bytes(write_parquet(frame))
        return path

    return run


def test_read_parquet__gives_back_what_was_written(write):
    pd.testing.assert_frame_equal(read_parquet(write(FRAME)), FRAME)


def test_read_parquet__keeps_the_types_of_an_empty_frame(write):
    found = read_parquet(write(FRAME.iloc[:0]))
    assert found.dtypes.to_dict() == FRAME.dtypes.to_dict()


def test_write_parquet__types_nulls_and_labels(write):
    table = pq.read_table(write(FRAME))
    assert table.schema.field("ADT").type == pa.date32()
    assert table.column("ANL01FL").to_pylist() == ["Y", None]
    assert table.schema.field("AVAL").metadata == {b"label": b"Analysis value"}


def test_write_parquet__same_records_same_bytes():
    assert write_parquet(FRAME) == write_parquet(FRAME.copy())


def test_write_parquet__column_without_label_is_an_error():
    with pytest.raises(KeyError, match="NEW"):
        write_parquet(pd.DataFrame({"NEW": [1]}))


def test_read_parquet__flipped_bit_is_noticed(write):
    path = write(pd.DataFrame({"AVAL": np.linspace(0, 1, 5000) ** 0.5}))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(OSError, match=r"(?i)crc|corrupt|checksum"):
        read_parquet(path)


def test_labels__fit_the_transport_format():
    assert [name for name, label in LABELS.items() if len(name) > 8 or not label] == []


def test_write_parquet__as_many_rows_a_group_as_are_written_at_once(write, monkeypatch):
    monkeypatch.setattr(parquet, "ROWS_AT_ONCE", 2)
    path = write(pd.concat([FRAME, FRAME, FRAME.head(1)], ignore_index=True))
    assert pq.read_metadata(path).num_row_groups == 3
    assert read_parquet(path)["USUBJID"].tolist() == ["A", "B", "A", "B", "A"]


def test_write_parquet__is_the_same_of_a_packed_frame():
    assert write_parquet(pack(FRAME)) == write_parquet(FRAME)


def test_select__keeps_records_under_their_places(write):
    found = ParquetColumns(write(FRAME)).select(lambda by: by["ANL01FL"] == "", ("ANL01FL",))
    pd.testing.assert_frame_equal(unpack(found), FRAME.loc[[1]])


def test_select__gives_the_columns_named_alone(write):
    found = ParquetColumns(write(FRAME)).select(lambda by: by["ANL01FL"] == "Y", ("ANL01FL",), ("ADT", "USUBJID"))
    pd.testing.assert_frame_equal(unpack(found), FRAME.loc[[0], ["ADT", "USUBJID"]])


def test_select__reads_no_column_twice(write, monkeypatch):
    asked = []
    read = ParquetColumns.read
    monkeypatch.setattr(ParquetColumns, "read", lambda self, *names: asked.extend(names) or read(self, *names))
    ParquetColumns(write(FRAME)).select(lambda by: by["ANL01FL"] == "Y", ("ANL01FL",), ("ANL01FL", "AVAL"))
    assert asked == ["ANL01FL", "AVAL"]


def test_read__gives_the_columns_named_in_the_order_of_their_naming(write):
    assert [*ParquetColumns(write(FRAME)).read("AVAL", "USUBJID").columns] == ["AVAL", "USUBJID"]
