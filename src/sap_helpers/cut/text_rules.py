"""Room of the rules on names and cells of a text table: the same for every file format."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sap_helpers.cut.content import CONTROL, HIDING, domain_of, spell_out
from sap_helpers.cut.packed import coded
from sap_helpers.cut.tables import IntArray, ObjectArray, RawTable, TextTable, empty_table
from sap_helpers.findings import Finding, Rule, shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

R030 = Rule(
    "R030", "refused", "a column name comes twice, or a column has none", allowed="one name per column",
    action="Name every column, each once.",
)  # fmt: skip
R033 = Rule(
    "R033", "listed", "a column name in other letters or with blanks around it",
    action="Read as the upper-case name without blanks.",
)  # fmt: skip
R034 = Rule(
    "R034", "quarantined", "the field holds a NUL or another control character",
    action="Treated as missing. Correct the source.",
)  # fmt: skip
R035 = Rule(
    "R035", "listed", "blanks around a key", allowed="no blank before or behind", action="Read without the blanks.",
)  # fmt: skip
R036 = Rule("R036", "noted", "identifiers with leading zeros, or 'NA' as one", action="Every cell is read as text.")
R039 = Rule(
    "R039", "noted", "text that a spreadsheet would run", action="Kept as data; guarded in every file written from it.",
)  # fmt: skip
R040 = Rule("R040", "noted", "markup or script in a text", action="Kept as data; escaped on every page.")
R041 = Rule(
    "R041", "listed", "a very long text, or characters that hide or reorder others",
    action="Kept; shown escaped and wrapped.",
)  # fmt: skip
# Rules 36, 39 and 40 have no finding: the way of reading and of writing keeps them, and their tests show it.
RULES: tuple[Rule, ...] = (R030, R033, R034, R035, R036, R039, R040, R041)

# Only these are stripped: a no-break space is content that another rule must see.
BLANKS = " \t\r\n"
LONG_TEXT = 1000
KEY = re.compile(r"USUBJID|STUDYID|[A-Z]{2}(?:SEQ|TESTCD|CAT)")


@dataclass(frozen=True, slots=True)
class _Marks:
    """Cells of one column that a rule noticed: 1-based rows, and the value to show for each."""

    rule: Rule
    variable: str
    rows: IntArray
    values: tuple[str, ...]


def clean_table(raw: RawTable, name: str) -> tuple[TextTable, list[Finding]]:
    """Return the text table of what a reader found, and the findings on its names and cells.

    Cases: names upper-cased and stripped (R033), twice the same name refuses the file (R030); blanks around every cell
    go, around a key they are listed, and refused where they would merge two subjects of dm (R035); a cell with a
    control character becomes missing (R034); very long or hiding text is kept and listed (R041).
    """
    names, findings = _clean_names(raw, name)
    if any(finding.severity == "refused" for finding in findings):
        return empty_table(), findings
    columns = {}
    marks: list[_Marks] = []
    for variable, cells in zip(names, raw.columns, strict=True):
        codes, distinct = _distinct(cells)
        findings += _check_key_blanks(variable, distinct, codes, name)
        texts = [text.strip(BLANKS) for text in distinct]
        marks.append(_mark(R034, variable, texts, codes, has_control))
        marks.append(_mark(R041, variable, texts, codes, is_odd))
        columns[variable] = coded(codes, ["" if has_control(text) else text for text in texts])
    unsupported = {variable.strip(BLANKS).upper(): kind for variable, kind in raw.unsupported.items()}
    table = TextTable(pd.DataFrame(columns, copy=False), raw.lines, unsupported)
    return table, findings + [finding for mark in marks for finding in _mark_findings(mark, table, name)]


def _distinct(cells: ObjectArray | pd.Categorical) -> tuple[IntArray, ObjectArray]:
    """Return the place of each cell's text among the distinct ones, and those in the order of their coming."""
    if isinstance(cells, pd.Categorical):
        return cells.codes, cells.categories.to_numpy(dtype=object)
    codes, distinct = pd.factorize(cells)
    return codes, distinct


def has_control(text: str) -> bool:
    """Return whether a text holds a NUL, another control character but tab and line ends, or half a surrogate pair."""
    return CONTROL.search(text) is not None


def is_odd(text: str) -> bool:
    """Return whether a text is very long, or holds characters that hide or reorder others."""
    return len(text) > LONG_TEXT or HIDING.search(text) is not None


def _mark(rule: Rule, variable: str, texts: list[str], codes: IntArray, test: Callable[[str], bool]) -> _Marks:
    """Return the cells of a column whose distinct text passes `test`."""
    hits = np.array([test(text) for text in texts], dtype=bool)
    found = np.flatnonzero(hits[codes]) if hits.any() else np.empty(0, dtype=np.int64)
    return _Marks(rule, variable, found + 1, tuple(_escape(texts[codes[index]]) for index in found))


def _mark_findings(marks: _Marks, table: TextTable, name: str) -> list[Finding]:
    """Return one finding per marked cell, with its row, line and subject."""
    return [
        finding
        for row, value in zip(marks.rows, marks.values, strict=True)
        for finding in cell_findings(marks.rule, table, name, marks.variable, [row], value=value)
    ]


def _escape(text: str) -> str:
    """Return a text for a message: control and hiding characters spelled out, cut to a length that fits."""
    return shorten(spell_out(text[:LONG_TEXT]))


def _clean_names(raw: RawTable, name: str) -> tuple[list[str], list[Finding]]:
    """Return the upper-case stripped names, with the findings on changed (R033), repeated or absent ones (R030)."""
    domain = domain_of(name)
    written = [*raw.names, *raw.unsupported]
    names = [variable.strip(BLANKS).upper() for variable in written]
    findings = [
        R033.finding(domain=domain, file=name, variable=_escape(clean), value=_escape(variable), allowed=_escape(clean))
        for variable, clean in zip(written, names, strict=True)
        if variable != clean and clean
    ]
    for clean, count in Counter(names).items():
        if not clean:
            problem = f"column {names.index(clean) + 1} has no name"
            findings.append(R030.finding(domain=domain, file=name, problem=problem))
        elif count > 1:
            problem = f"the column name comes {count} times"
            findings.append(R030.finding(domain=domain, file=name, variable=_escape(clean), problem=problem))
    return names[: len(raw.names)], findings


def _check_key_blanks(variable: str, distinct: ObjectArray, codes: IntArray, name: str) -> list[Finding]:
    """Return the findings on blanks around the values of a key column (R035).

    Cases, first match wins: no key column, none; two subjects of dm that only blanks tell apart, one refusal each;
    values with blanks around them, one finding for the column with the first of them.
    """
    if not KEY.fullmatch(variable):
        return []
    if domain_of(name) == "dm" and variable == "USUBJID":
        spellings = Counter(text.strip(BLANKS) for text in distinct)
        merged = [subject for subject, count in spellings.items() if count > 1 and subject]
        if merged:
            return [_merged_finding(subject, name) for subject in merged]
    padded = np.array([text != text.strip(BLANKS) != "" for text in distinct], dtype=bool)
    if not padded.any():
        return []
    rows = np.flatnonzero(padded[codes])
    problem = f"blanks around {len(rows)} values of a key"
    value = repr(str(distinct[codes[rows[0]]]))
    fields: dict[str, object] = {"row": int(rows[0]) + 1, "variable": variable, "value": value, "problem": problem}
    return [R035.finding(domain=domain_of(name), file=name, **fields)]


def _merged_finding(subject: str, name: str) -> Finding:
    """Return the refusal of a subject of dm that stands there with and without blanks."""
    return R035.finding(
        domain=domain_of(name), file=name, usubjid=subject, variable="USUBJID", severity="refused",
        problem="two subjects differ only by blanks around the identifier", action="Correct them in the source.",
    )  # fmt: skip


def cell_findings(
    rule: Rule, table: TextTable, name: str, variable: str, rows: Iterable[Any], **fields: object
) -> list[Finding]:
    """Return one finding of `rule` per cell of a column.

    Parameters
    ----------
    rule, table, name, variable
        The rule, the table that the cells are in, its file name and the column.
    rows
        1-based record numbers.
    fields
        More fields of the findings; `value` defaults to the cell's text.
    """
    frame = table.frame
    subjects = frame["USUBJID"] if "USUBJID" in frame else pd.Series("", index=frame.index)
    return [
        rule.finding(
            domain=domain_of(name), file=name, row=int(row), line=table.line(int(row)), variable=variable,
            usubjid=subjects.iat[int(row) - 1],
            **{"value": frame[variable].iat[int(row) - 1], **fields},
        )
        for row in rows
    ]  # fmt: skip
