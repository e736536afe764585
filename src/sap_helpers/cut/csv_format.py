"""Room of CSV: a strict reader that knows its lines, and a writer whose bytes depend on the data alone."""

from __future__ import annotations

import codecs
import csv
import io
import re
import sys
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from sap_helpers.cut.content import R011, R025, decode_text, domain_of
from sap_helpers.cut.csv_columns import read_plain_csv
from sap_helpers.cut.tables import RawTable, map_unique
from sap_helpers.findings import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

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
LOOSE = replace(
    R043, severity="listed", title="a quote within a field that is not quoted",
    action="Kept as part of the text. Quote the field, and double the quote.",
)  # fmt: skip
RULES: tuple[Rule, ...] = (R027, R029, R042, R043)

SHOWN_ROWS = 10
OTHER_SEPARATORS = {";": "semicolon", "\t": "tab", "|": "vertical bar"}
QUOTED_CHARACTERS = frozenset(',"\r\n')
# a text of several lines hardly has exactly so many commas in one of them
WIDE = 6
# a row whose quotes stand at the ends of a field, or are doubled within one
FIELD = r'(?:"(?:[^"]|"")*"|[^",\r\n]*)'
WELL_QUOTED = re.compile(rf"{FIELD}(?:,{FIELD})*(?:\r\n|\n|\r)?")


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
    read: list[str] = []
    reader = csv.reader(_kept(lines, read), strict=True)
    rows: list[tuple[str, ...]] = []
    ends, loose = [0], list[int]()
    findings = []
    try:
        for row in reader:
            # a cell's text is there once, however often the file repeats it; tuples of text cost the collector nothing
            rows.append(tuple(map(sys.intern, row)))
            ends.append(reader.line_num)
            swallowed = _find_swallowed(read, rows)
            if swallowed:
                findings = [R043.finding(domain=domain_of(name), file=name, line=ends[-2] + 1, problem=swallowed)]
                break
            if any('"' in cell for cell in row) and WELL_QUOTED.fullmatch("".join(read)) is None:
                loose.append(ends[-2] + 1)
            read.clear()
    except csv.Error as error:
        start = ends[-1] + 1
        problem = f"{R043.title}: {error}; the row starts at line {start} and was read to line {reader.line_num}"
        findings = [R043.finding(domain=domain_of(name), file=name, line=start, problem=problem)]
    if loose:
        lines_said = f"{LOOSE.title}, in {len(loose)} row{'s' if len(loose) > 1 else ''}, this the first"
        findings.append(LOOSE.finding(domain=domain_of(name), file=name, line=loose[0], problem=lines_said))
    while rows and not rows[-1]:
        rows.pop()
    return rows, [end + 1 for end in ends[: len(rows) + 1]], findings


def _kept(lines: Iterable[str], read: list[str]) -> Iterator[str]:
    """Yield lines, and keep those that were asked for."""
    for line in lines:
        read.append(line)
        yield line


def _find_swallowed(lines: Sequence[str], rows: Sequence[tuple[str, ...]]) -> str:
    """Return what is wrong with the last row, given as its lines, "" where nothing is.

    A quote that is not closed may pair up with one of a later row; the rows between are then one field.
    """
    swallowed = sum(_is_like_a_row(line, rows) for line in lines[1:])
    if not swallowed:
        return ""
    what = "line that looks like a row" if swallowed == 1 else "lines that look like rows"
    return f"a quoted field over {len(lines)} lines holds {swallowed} {what} of the table"


def _is_like_a_row(line: str, rows: Sequence[tuple[str, ...]]) -> bool:
    """Return whether a line has as many commas as a row; of a narrow table also whether it begins as one."""
    width = len(rows[0])
    if width == 1 or line.count(",") != width - 1:
        return False
    first = line.partition(",")[0]
    return width >= WIDE or any(row[0] == first for row in rows)


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
