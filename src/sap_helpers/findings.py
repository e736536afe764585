"""Findings: what the reading of a cut noticed, in one message form and one table, and what each rule came to."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Severity = Literal["refused", "quarantined", "listed", "noted"]
SEVERITIES: tuple[Severity, ...] = ("refused", "quarantined", "listed", "noted")
COLUMNS = ("rule", "severity", "domain", "row", "USUBJID", "AVISITN", "variable", "value", "allowed", "action")
SHOWN_VALUE_LENGTH = 80
# what a spreadsheet may take for the start of a formula (OWASP), the full-width forms of East Asian ones too; the
# script of the pages holds the same
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule about input: its stable id, what it looks at, and the domains without which it is not evaluated.

    Parameters
    ----------
    rule
        ``R`` and three digits.
    severity
        What a finding of it does: refuses the cut, quarantines, lists, or only notes.
    title
        What is wrong when the rule finds something, in a few words.
    domains
        The domains that it reads; empty for the rules about the folder as a whole.
    allowed, action
        Default texts of its findings: what would be right, and what to do or what was done.
    """

    rule: str
    severity: Severity
    title: str
    domains: tuple[str, ...] = ()
    allowed: str = ""
    action: str = ""

    def finding(self, *, domain: str = "", **fields: object) -> Finding:
        """Return a finding of this rule; `fields` are those of `Finding` and win over the rule's defaults."""
        defaults = {"severity": self.severity, "problem": self.title, "allowed": self.allowed, "action": self.action}
        return Finding(rule=self.rule, domain=domain, **{**defaults, **fields})  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing noticed: which rule, where (file, row, subject, week, variable, value), what is allowed, what is done.

    ``row`` is the 1-based data row of the domain, ``line`` the line in a text file where it is known.
    """

    rule: str
    severity: Severity
    problem: str
    domain: str = ""
    file: str = ""
    row: int | None = None
    line: int | None = None
    usubjid: str = ""
    avisitn: int | None = None
    date: str = ""
    variable: str = ""
    value: str = ""
    allowed: str = ""
    action: str = ""

    def message(self) -> str:
        """Return the one message form: rule, place, subject, week or date, variable, value, problem, action."""
        where = self.file or self.domain
        if self.line is not None:
            where = f"{where} line {self.line}"
        elif self.row is not None:
            where = f"{where} row {self.row}"
        week = "" if self.avisitn is None else f"week {self.avisitn}"
        subject = f"subject {self.usubjid}" if self.usubjid else ""
        place = ", ".join(part for part in (where, subject, week, self.date, self.variable) if part)
        value = f"value {shorten(self.value)} " if self.value else ""
        allowed = f"; allowed: {self.allowed}" if self.allowed else ""
        head = " ".join(part for part in (self.rule, place) if part)
        return f"{head}: {value}{self.problem}{allowed}. {self.action}".strip()

    def as_row(self) -> tuple[str, ...]:
        """Return the finding's cells in the order of `COLUMNS`."""
        return (
            self.rule, self.severity, self.domain, "" if self.row is None else str(self.row), self.usubjid,
            "" if self.avisitn is None else str(self.avisitn), self.variable, self.value, self.allowed or self.problem,
            self.action or self.problem,
        )  # fmt: skip


def shorten(value: str) -> str:
    """Return `value` cut to a length that still fits a message, with an ellipsis where it was cut."""
    return value if len(value) <= SHOWN_VALUE_LENGTH else value[: SHOWN_VALUE_LENGTH - 1] + "…"


def sort_findings(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings, each once, in report order: by severity, rule, domain, subject, date, variable, value.

    What is alike in these stands by the finding's other cells, and by its row in the end: the order of the records in
    their file changes nothing but the numbers of the rows.
    """
    return sorted(
        dict.fromkeys(findings),
        key=lambda f: (
            SEVERITIES.index(f.severity), f.rule, f.domain, f.usubjid, f.date, f.variable, f.value,
            -1 if f.avisitn is None else f.avisitn, f.allowed, f.problem, f.action, f.row or 0,
        ),
    )  # fmt: skip


def count_text(severities: Iterable[str]) -> str:
    """Return how many findings there are of each severity, in words."""
    counts = Counter(severities)
    said = ", ".join(f"{counts[severity]} {severity}" for severity in SEVERITIES if counts[severity])
    return f"findings: {said or 'none'}"


def finding_rows(findings: Iterable[Finding]) -> tuple[dict[str, str], ...]:
    """Return the findings as the rows of findings.csv, formulas guarded."""
    return tuple(
        dict(zip(COLUMNS, (guard_formula(cell) for cell in finding.as_row()), strict=True)) for finding in findings
    )


def findings_csv(rows: Iterable[Mapping[str, str]]) -> str:
    """Return the text of findings.csv (LF, header first), in the order given."""
    return csv_text([COLUMNS, *([row[name] for name in COLUMNS] for row in rows)])


def read_findings(text: str) -> tuple[dict[str, str], ...]:
    """Return the rows that `findings_csv` wrote."""
    return tuple(csv.DictReader(io.StringIO(text)))


def csv_text(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as the text of a CSV file with LF; a cell is quoted where it must be."""
    return "".join(csv_lines(rows))


def csv_lines(rows: Iterable[Sequence[str]]) -> list[str]:
    """Return each row as CSV, ended by LF; a cell is quoted where it must be.

    A lone carriage return is such a place: it would end the line for a reader, and Python quotes it only where lines
    end with it.
    """
    lines: list[str] = []
    # a writer calls `write` once for each row
    file = SimpleNamespace(write=lines.append)
    minimal = csv.writer(file, lineterminator="\n")
    whole = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
    for row in rows:
        (whole if any("\r" in cell for cell in row) else minimal).writerow(row)
    return lines


def guard_formula(text: str) -> str:
    """Return `text`, with an apostrophe in front where a spreadsheet would run it."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
