"""Tests of the reader of plain CSV: what it reads, and what it leaves to the strict reader."""

from __future__ import annotations

import pytest

from sap_helpers.cut import csv_columns, csv_format
from sap_helpers.cut.csv_columns import read_plain_csv


@pytest.mark.parametrize(
    "text",
    [
        "A,B\n1,x\n", "A,B\n1,x", "A,B\n,\n", "A,B\n NA , 1e3\n001,-0\n", "A,A,\n1,2,3\n", "\ufeffA,B\n1,é\n",
        "A,B\n1,a\x0bb\n2,a\u2028b\n3,\x85\n", "A,B\n null,NULL\n#N/A,nan\n", "A,B\n1,\\\n2,'x'\n", "A,B\n \t,\t\n",
    ],
)  # fmt: skip
def test_read_plain_csv__reads_what_the_strict_reader_reads(text, monkeypatch):
    plain = read_plain_csv(text.encode())
    monkeypatch.setattr(csv_format, "read_plain_csv", lambda _: None)
    strict, _ = csv_format.read_csv(text.encode(), "qs.csv")
    assert (plain.names, [list(column) for column in plain.columns]) == (
        strict.names, [list(column) for column in strict.columns],
    )  # fmt: skip
    assert plain.lines.tolist() == strict.lines.tolist()


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\n", b"A,B", b"A,B\n", b"A\n1\n", b"A;B\n1;2\n", b'A,B\n"1",2\n', b"A,B\r\n1,2\r\n", b"A,B\r1,2\r",
        b"A,B\n1\n", b"A,B\n1,2,3\n", b"A,B\n1,2\n\n", b"A,B\n\n1,2\n", b"\nA,B\n1,2\n", b"A,B\n1,\xff\n",
        b"A,\xff\n1,2\n", b"A,B\n1,\x00\n", b"A,B\n1," + b"x" * 131073 + b"\n",
    ],
)  # fmt: skip
def test_read_plain_csv__leaves_everything_else_to_the_strict_reader(data):
    assert read_plain_csv(data) is None


def test_read_plain_csv__texts_are_joined_over_blocks(monkeypatch):
    monkeypatch.setattr(csv_columns, "BLOCK_BYTES", 16)
    rows = [("a", "b"), ("b", "a"), ("c", "a"), ("a", "d")] * 20
    found = read_plain_csv(b"A,B\n" + b"".join(f"{a},{b}\n".encode() for a, b in rows))
    assert list(zip(*found.columns, strict=True)) == rows


def test_read_csv__notes_the_mark_before_a_plain_file():
    _, findings = csv_format.read_csv("\ufeffA,B\n1,2\n".encode(), "qs.csv")
    assert [(finding.rule, finding.domain) for finding in findings] == [("R025", "qs")]
