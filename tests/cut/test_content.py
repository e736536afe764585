"""Tests of what a file's bytes say before they are parsed."""

from __future__ import annotations

import pytest

from sap_helpers.cut.content import check_content, decode_text, parse_json, sniff

XPT_START = b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!000000000000000000000000000000  "


def test_check_content__zero_bytes_is_r011() -> None:
    assert [finding.rule for finding in check_content(b"", "csv", "qs.csv")] == ["R011"]


@pytest.mark.parametrize(
    ("data", "extension", "found"),
    [
        (XPT_START, "csv", "looks like XPT"),
        (b"PAR1....PAR1", "csv", "looks like Parquet"),
        (b'{"datasetJSONVersion": "1.1.0"}', "csv", "looks like Dataset-JSON"),
        (b"PK\x03\x04....", "csv", "looks like a ZIP archive or an Excel workbook"),
        (b"<html>", "csv", "looks like an HTML or XML page"),
        (b"USUBJID,AGE\n", "xpt", "does not look like XPT"),
        (b"USUBJID,AGE\n", "parquet", "does not look like Parquet"),
        (b"USUBJID,AGE\n", "sas7bdat", "does not look like SAS7BDAT"),
        (b"HEADER RECORD*******LIBV8   HEADER", "xpt", "looks like XPT version 8"),
        (b"\x1f\x8b\x08\x00", "json", "looks like a gzip archive"),
    ],
)
def test_check_content__wrong_content_is_r023(data: bytes, extension: str, found: str) -> None:
    [finding] = check_content(data, extension, f"qs.{extension}")
    assert finding.rule == "R023"
    assert finding.problem == found


def test_check_content__message_names_file_and_remedy() -> None:
    [finding] = check_content(XPT_START, "csv", "qs.csv")
    assert finding.message() == (
        "R023 qs.csv: looks like XPT; allowed: csv, parquet, xpt (v5), sas7bdat, json. "
        "Give the file the extension of its content, or export it again."
    )


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_check_content__wide_text_is_r026(encoding: str) -> None:
    data = "USUBJID,AGE\nPKU-001,31\n".encode(encoding)
    assert [finding.rule for finding in check_content(data, "csv", "dm.csv")] == ["R026"]


def test_check_content__one_nul_is_no_wide_text() -> None:
    assert check_content(b"USUBJID,AETERM\nPKU-001,a\x00b\n", "csv", "ae.csv") == []


def test_check_content__plain_text_is_fine() -> None:
    assert check_content("USUBJID,AETERM\nPKU-001,发热\n".encode(), "csv", "ae.csv") == []


def test_decode_text__gb18030_names_byte_and_line() -> None:
    # U+53D1 is B7 A2 in GB18030; it stands on line 12.
    data = b"USUBJID,AETERM\n" + b"PKU-001,fever\n" * 10 + "PKU-002,发热\n".encode("gb18030")
    text, [finding] = decode_text(data, "ae.csv")
    assert text is None
    assert (finding.rule, finding.line) == ("R024", 12)
    assert "byte 0xB7 at line 12; this file must be UTF-8" in finding.message()


def test_decode_text__counts_lines_behind_a_mark() -> None:
    _, [finding] = decode_text(b"\xef\xbb\xbfA\nB\n\xff\n", "ae.csv")
    assert finding.line == 3


def test_decode_text__byte_order_mark_is_noted_and_left_out() -> None:
    text, [finding] = decode_text(b"\xef\xbb\xbfUSUBJID\n", "dm.csv")
    assert text == "USUBJID\n"
    assert (finding.rule, finding.severity) == ("R025", "noted")


def test_decode_text__utf8_is_fine() -> None:
    assert decode_text("发热".encode(), "ae.csv") == ("发热", [])


@pytest.mark.parametrize("text", ['{"a": 1, "a": 2}', '{"a": NaN}', '{"a": -Infinity}', '{"a": 1', "[" * 200_000])
def test_parse_json__refuses_what_is_not_strict(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_json(text)


def test_parse_json__names_the_repeated_key() -> None:
    with pytest.raises(ValueError, match="key a comes twice"):
        parse_json('{"a": 1, "b": {}, "a": 2}')


def test_sniff__plain_text_is_nothing_else() -> None:
    assert sniff(b"USUBJID;AGE\n") == ""
