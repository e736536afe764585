"""Tests of the one way in and out of the file formats."""

from __future__ import annotations

import pandas as pd
import pytest

from sap_helpers.cut.formats import read_table, write_table
from sap_helpers.cut.packed import unpack
from sap_helpers.cut.tables import build_frame
from sap_helpers.errors import UsageError

NUMERIC = frozenset({"QSSEQ", "QSSTRESN", "VISITNUM"})
SAMPLE = build_frame(
    {
        "USUBJID": ["PKU-001", "NA", "001", "PKU-004"],
        "QSSEQ": ["1", "2", "3", ""],
        "QSTEST": ["red, swollen", 'says "ah"', "a\nb", "发热"],
        "QSSTRESC": ["4.0", "<10", "", "=1+1"],
        "QSSTRESN": ["4", "0.1", "", "-2.5"],
        "VISIT": ["", "", "", ""],
        "VISITNUM": ["", "", "", ""],
        "QSDTC": ["2014-06-03", "2014", "", "2014-06"],
    }
)


@pytest.mark.parametrize("extension", ["csv", "parquet", "xpt", "json"])
def test_write_table__every_format_gives_the_same_text_back(extension: str) -> None:
    data = write_table(SAMPLE, extension, domain="qs", numeric=NUMERIC)
    table, findings = read_table(data, extension, f"qs.{extension}")
    pd.testing.assert_frame_equal(unpack(table.frame), SAMPLE)
    assert [finding.rule for finding in findings] == (["R042"] if extension == "csv" else [])


@pytest.mark.parametrize("extension", ["csv", "parquet", "xpt", "json"])
def test_write_table__no_record_gives_the_same_columns_back(extension: str) -> None:
    data = write_table(SAMPLE.iloc[:0], extension, domain="qs", numeric=NUMERIC)
    table, findings = read_table(data, extension, f"qs.{extension}")
    assert list(table.frame) == list(SAMPLE)
    assert len(table.frame) == 0
    assert findings == []


@pytest.mark.parametrize("extension", ["csv", "parquet", "xpt", "json"])
def test_write_table__equal_frames_give_equal_bytes(extension: str) -> None:
    one = write_table(SAMPLE, extension, domain="qs", numeric=NUMERIC)
    assert one == write_table(SAMPLE.copy(), extension, domain="qs", numeric=NUMERIC)


@pytest.mark.parametrize("extension", ["parquet", "xpt", "json"])
def test_write_table__text_in_a_numeric_column_is_refused(extension: str) -> None:
    frame = build_frame({"USUBJID": ["a"], "QSSTRESN": ["1,5"]})
    with pytest.raises(UsageError, match=r"qs QSSTRESN: '1,5' are no numbers"):
        write_table(frame, extension, domain="qs", numeric=NUMERIC)


def test_write_table__sas7bdat_cannot_be_written() -> None:
    with pytest.raises(UsageError, match="allowed: csv, parquet, xpt, json"):
        write_table(SAMPLE, "sas7bdat", domain="qs", numeric=NUMERIC)


def test_read_table__unknown_extension_is_refused() -> None:
    with pytest.raises(UsageError, match="no reader for extension gz"):
        read_table(b"x", "gz", "qs.csv.gz")


def test_read_table__refused_file_gives_the_empty_table() -> None:
    table, findings = read_table(b"PAR1", "csv", "qs.csv")
    assert table.frame.shape == (0, 0)
    assert [finding.rule for finding in findings] == ["R023"]


def test_read_table__header_marked_and_padded_is_read() -> None:
    table, findings = read_table("\ufeffUsubjid ,AETERM\nPKU-001,x\n".encode(), "csv", "ae.csv")
    assert list(table.frame) == ["USUBJID", "AETERM"]
    assert [finding.rule for finding in findings] == ["R025", "R033"]


def test_read_table__nul_in_csv_makes_the_field_missing() -> None:
    table, [finding] = read_table(b"USUBJID,AETERM\nPKU-001,a\x00b\nPKU-002,c\n", "csv", "ae.csv")
    assert table.frame["AETERM"].tolist() == ["", "c"]
    assert (finding.rule, finding.row, finding.line) == ("R034", 1, 2)


def test_read_table__nul_in_xpt_makes_the_field_missing() -> None:
    frame = build_frame({"USUBJID": ["PKU-001"], "AETERM": ["fever"]})
    data = write_table(frame, "xpt", domain="ae", numeric=frozenset()).replace(b"fever", b"fe\x00er")
    table, [finding] = read_table(data, "xpt", "ae.xpt")
    assert table.frame["AETERM"].tolist() == [""]
    assert finding.rule == "R034"
