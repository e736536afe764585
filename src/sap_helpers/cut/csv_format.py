"""Room of CSV: a strict reader that knows its lines, and a writer whose bytes depend on the data alone."""

from __future__ import annotations

import codecs
import csv
import io
import sys
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from sap_helpers.cut.content import R011, R025, decode_text, domain_of
from sap_helpers.cut.csv_columns import read_plain_csv
from sap_helpers.cut.tables import RawTable, map_unique
from sap_helpers.findings import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

R027 = Rule(
    "R027", "refused", "fields are not separated by commas", allowed="comma",
    action="Export the file again, comma separated.",
)  # fmt: skip
R029 = Rule(
    "R029", "refused", "the row has another number of fields than the header",
    action="Correct the row; quote a field that holds a comma.",
)  # fmt: skip
R042 = Rule("R042", "noted", "line breaks inside quoted fields", allowed="kept", action="Kept as part of the text.")
R043 = Rule(
    "R043", "refused", "a quote is not closed, or stands where none may be",
    action="Close the quote; double a quote that is part of the text.",
)  # fmt: skip
RULES: tuple[Rule, ...] = (R027, R029, R042, R043)

SHOWN_ROWS = 10
OTHER_SEPARATORS = {";": "semicolon", "\t": "tab", "|": "vertical bar"}
QUOTED_CHARACTERS = frozenset(',"\r\n')


def read_csv(data: bytes, name: str) -> tuple[RawTable | None, list[Finding]]:
    """Return the columns of a CSV file, all text, or None with the refusals.

    Cases: quoted and unquoted empty fields are both missing; blank lines behind the last record are no records,
    any other blank line is a row with too few fields; a record's line is the one on which it starts.
    """
    plain = read_plain_csv(data)
    if plain is not None:
        return plain, [R025.finding(domain=domain_of(name), file=name)] if data.startswith(codecs.BOM_UTF8) else []
    text, findings = decode_text(data, name)
    if text is None:
        return None, findings
    rows, starts, broken = _split(text, name)
    findings += broken
    if not rows:
        return None, findings or [R011.finding(domain=domain_of(name), file=name)]
    findings += _check_separator(rows[0], name) or _check_widths(rows, starts, name)
    findings += _check_line_breaks(starts, name)
    if any(finding.severity == "refused" for finding in findings):
        return None, findings
    return _as_columns(rows, starts), findings


def _split(text: str, name: str) -> tuple[list[tuple[str, ...]], list[int], list[Finding]]:
    """Return the rows, the line on which each starts and the next would, and the refusal of the first broken quote."""
    # a StringIO of the text would take four bytes a character
    lines = io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8", newline="")
    reader = csv.reader(lines, strict=True)
    rows: list[tuple[str, ...]] = []
    ends = [0]
    findings = []
    try:
        for row in reader:
            # a cell's text is there once, however often the file repeats it; tuples of text cost the collector nothing
            rows.append(tuple(map(sys.intern, row)))
            ends.append(reader.line_num)
    except csv.Error as error:
        start = ends[-1] + 1
        problem = f"{R043.title}: {error}; the row starts at line {start} and was read to line {reader.line_num}"
        findings = [R043.finding(domain=domain_of(name), file=name, line=start, problem=problem)]
    while rows and not rows[-1]:
        rows.pop()
    return rows, [end + 1 for end in ends[: len(rows) + 1]], findings


def _check_separator(header: Sequence[str], name: str) -> list[Finding]:
    """Return the refusal of a header that is one field with another separator in it (R027)."""
    found = [label for mark, label in OTHER_SEPARATORS.items() if len(header) == 1 and mark in header[0]]
    return [R027.finding(domain=domain_of(name), file=name, line=1, value=label) for label in found[:1]]


def _check_widths(rows: list[tuple[str, ...]], starts: list[int], name: str) -> list[Finding]:
    """Return the refusals of rows that do not have as many fields as the header (R029), the first ones by line."""
    expected = len(rows[0])
    ragged = [index for index, row in enumerate(rows) if len(row) != expected]
    findings = [
        R029.finding(
            domain=domain_of(name), file=name, row=index or None, line=starts[index],
            value=f"{len(rows[index])} fields", allowed=f"{expected} fields",
        )
        for index in ragged[:SHOWN_ROWS]
    ]  # fmt: skip
    if len(ragged) > SHOWN_ROWS:
        more = f"{len(ragged) - SHOWN_ROWS} more rows have another number of fields than the header"
        findings.append(R029.finding(domain=domain_of(name), file=name, problem=more, allowed=f"{expected} fields"))
    return findings


def _check_line_breaks(starts: list[int], name: str) -> list[Finding]:
    """Return one note where a row takes more than one line (R042), naming the first that does."""
    first = next((row for row, (start, after) in enumerate(pairwise(starts)) if after - start > 1), None)
    if first is None:
        return []
    return [R042.finding(domain=domain_of(name), file=name, row=first or None, line=starts[first])]


def _as_columns(rows: list[tuple[str, ...]], starts: list[int]) -> RawTable:
    """Return the rows behind the header as columns."""
    header, *records = rows
    columns = tuple(np.array(column, dtype=object) for column in zip(*records, strict=True))
    columns = columns or tuple(np.empty(0, dtype=object) for _ in header)
    return RawTable(tuple(header), columns, np.array(starts[1:-1], dtype=np.int64))


def write_csv(frame: pd.DataFrame) -> bytes:
    """Return a frame of text as CSV: UTF-8, LF, header first, quotes only where the text needs them."""
    columns = [[_quote(str(name)), *map_unique(frame[name].to_numpy(dtype=object), _quote)] for name in frame]
    # A line of one empty field would be a blank line, which is no record: it is written as a quoted nothing.
    lines = [",".join(row) or '""' for row in zip(*columns, strict=True)]
    return "".join(f"{line}\n" for line in lines).encode("utf-8")


def _quote(text: str) -> str:
    """Return one field, quoted where it holds a comma, a quote or a line break."""
    return '"' + text.replace('"', '""') + '"' if QUOTED_CHARACTERS.intersection(text) else text
