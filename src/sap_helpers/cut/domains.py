"""Room of the table of domains: which variables a domain has, their types, and a text table typed by it."""

from __future__ import annotations

import csv
import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast, get_args

import numpy as np
import pandas as pd

from sap_helpers.cut.content import R007
from sap_helpers.cut.text_rules import cell_findings
from sap_helpers.cut.value_checks import SIZE
from sap_helpers.cut.values import find_number_problems, to_number
from sap_helpers.errors import PlanError
from sap_helpers.findings import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sap_helpers.cut.tables import TextTable

R010 = Rule("R010", "listed", "the domain has no record", action="Its results are given as not available in this cut.")
R028 = Rule(
    "R028", "refused", "decimal comma in a numeric column", allowed="a point as the decimal mark",
    action="Export the file again with decimal points.",
)  # fmt: skip
R031 = Rule("R031", "refused", "a required column is missing", action="Add the column, or correct its name.")
R032 = Rule("R032", "noted", "more columns than the plan uses", action="Kept in the cut, not in the analysis data.")
R037 = Rule(
    "R037", "quarantined", "full-width digits, a no-break space or a letter O in a number",
    allowed="ASCII digits with a decimal point", action="Treated as missing, not converted. Correct the source.",
)  # fmt: skip
R038 = Rule(
    "R038", "quarantined", "not a finite plain number", allowed="ASCII digits with a decimal point",
    action="Treated as missing. Correct the source.",
)  # fmt: skip
# what an empty domain means where that is not "nothing is known"
EMPTY_MEANS = {"ae": {"action": "0 events of all treated subjects in a sealed cut; not available in an unsealed one."}}
# Rule 32 has no finding: extra columns are welcome, and a test shows that they do no harm.
RULES: tuple[Rule, ...] = (R010, R028, R031, R032, R037, R038)
CELL_RULES = (R037, R038, SIZE)

VariableType = Literal["text", "number", "date"]
COLUMNS = ["domain", "variable", "type", "required", "label"]
MAX_LABEL = 40


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable of a domain: SDTM name, type, whether the domain is refused without it, and its label."""

    name: str
    type: VariableType
    is_required: bool
    label: str


@dataclass(frozen=True, slots=True)
class DomainTable:
    """The variables of every domain that an analysis reads, in table order."""

    variables: Mapping[str, tuple[Variable, ...]]

    @property
    def domains(self) -> tuple[str, ...]:
        """Lower-case domains in table order."""
        return tuple(self.variables)

    def names(self, domain: str) -> tuple[str, ...]:
        """Return the variables of a domain; none for a domain that no analysis reads."""
        return tuple(variable.name for variable in self.variables.get(domain, ()))

    def required(self, domain: str) -> frozenset[str]:
        """Return the variables without which a file of the domain is refused."""
        return frozenset(variable.name for variable in self.variables.get(domain, ()) if variable.is_required)

    def numeric(self, domain: str) -> frozenset[str]:
        """Return the variables of type number."""
        return self._of_type(domain, "number")

    def dates(self, domain: str) -> frozenset[str]:
        """Return the variables of type date."""
        return self._of_type(domain, "date")

    def labels(self, domain: str) -> dict[str, str]:
        """Return the label of each variable of a domain."""
        return {variable.name: variable.label for variable in self.variables.get(domain, ())}

    def _of_type(self, domain: str, kind: VariableType) -> frozenset[str]:
        """Return the variables of one type."""
        return frozenset(variable.name for variable in self.variables.get(domain, ()) if variable.type == kind)


def load_domains(path: Path) -> DomainTable:
    """Return the table of domains kept beside the plan.

    Parameters
    ----------
    path
        CSV file with the columns domain, variable, type (text, number, date), required (Y or empty), label.

    Raises
    ------
    PlanError
        The file cannot be read, or a row is not of that form; the message names the line.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file, strict=True)
    except (OSError, ValueError, csv.Error) as error:
        raise PlanError(f"{path.name}: the table of domains cannot be read: {error}") from error
    if header != COLUMNS:
        raise PlanError(f"{path.name} line 1: columns {', '.join(header)}; allowed: {', '.join(COLUMNS)}")
    variables: dict[str, list[Variable]] = {}
    for line, row in enumerate(rows, start=2):
        domain, variable = _parse_row(row, f"{path.name} line {line}")
        if variable.name in {known.name for known in variables.get(domain, ())}:
            raise PlanError(f"{path.name} line {line}: {domain} {variable.name} comes twice")
        variables.setdefault(domain, []).append(variable)
    return DomainTable({domain: tuple(entries) for domain, entries in variables.items()})


def _parse_row(row: list[str], place: str) -> tuple[str, Variable]:
    """Return the domain and the variable of one row of the table."""
    if len(row) != len(COLUMNS):
        raise PlanError(f"{place}: {len(row)} fields; allowed: {len(COLUMNS)}")
    domain, name, kind, required, label = row
    if kind not in get_args(VariableType):
        raise PlanError(f"{place}: type {kind!r}; allowed: {', '.join(get_args(VariableType))}")
    if required not in ("Y", ""):
        raise PlanError(f"{place}: required {required!r}; allowed: Y or empty")
    if not 0 < len(label) <= MAX_LABEL:
        raise PlanError(f"{place}: label of {len(label)} characters; allowed: 1 to {MAX_LABEL}")
    return domain, Variable(name, cast("VariableType", kind), required == "Y", label)


def check_domain(
    table: TextTable, domain: str, domain_table: DomainTable, file_name: str
) -> tuple[pd.DataFrame, list[Finding]]:
    """Return a domain typed by the table of domains, and the findings on its columns and numbers.

    Parameters
    ----------
    table
        The file as text; a table without a column (a file that was refused) gives an empty frame and no finding.
    domain
        Lower-case domain.
    domain_table
        The table of domains.
    file_name
        Name for the findings.

    Returns
    -------
    tuple of DataFrame and list of Finding
        The frame has ROW (int, 1 = first record) and the known variables that the file has, in the order of the
        table: numbers as float64, NaN where missing or quarantined; texts and dates as text, missing the empty text.
        What a number cell said is the cell of `table.frame` at ROW minus one. Extra columns stay in `table` only.
    """
    if table.frame.columns.empty and not table.unsupported:
        return pd.DataFrame({"ROW": np.empty(0, dtype=np.int64)}), []
    findings = _check_columns(table, domain, domain_table, file_name)
    columns: dict[str, pd.Series[str] | pd.Series[float]] = {}
    for name in domain_table.names(domain):
        if name not in table.frame:
            continue
        columns[name] = table.frame[name]
        if name in domain_table.numeric(domain):
            columns[name] = to_number(table.frame[name])
            findings += _check_numbers(table, name, file_name)
    if table.frame.empty:
        findings.append(R010.finding(domain=domain, file=file_name, **EMPTY_MEANS.get(domain, {})))
    frame = pd.DataFrame(columns, index=table.frame.index)
    frame.insert(0, "ROW", np.arange(1, len(frame) + 1, dtype=np.int64))
    return frame, findings


def _check_columns(table: TextTable, domain: str, domain_table: DomainTable, file_name: str) -> list[Finding]:
    """Return the refusals of required columns that are missing (R031) and known ones of a type without text (R007)."""
    findings = []
    for name in domain_table.names(domain):
        if name in table.unsupported:
            problem = f"the column is of type {table.unsupported[name]}"
            findings.append(
                R007.finding(
                    domain=domain, file=file_name, variable=name, problem=problem, allowed="text, numbers, plain dates",
                    action="Export the column as text.",
                )
            )  # fmt: skip
        elif name in domain_table.required(domain) and name not in table.frame:
            problem = f"{R031.title}{_nearest(name, list(table.frame.columns), domain_table.names(domain))}"
            findings.append(R031.finding(domain=domain, file=file_name, variable=name, problem=problem))
    return findings


def _nearest(name: str, present: list[str], known: tuple[str, ...]) -> str:
    """Return the suggestion of the present column, not itself a known variable, that is closest to `name`."""
    candidates = [column for column in present if column not in known]
    close = difflib.get_close_matches(name, candidates, n=1)
    return f"; the nearest column is {close[0]}" if close else ""


def _check_numbers(table: TextTable, name: str, file_name: str) -> list[Finding]:
    """Return the findings on the cells of a numeric column that cannot be computed with (R028, R037, R038, R091).

    A decimal comma refuses the file, so that one finding with the first such row and their count says it all.
    """
    problems = find_number_problems(table.frame[name]).to_numpy()
    findings: list[Finding] = []
    commas = np.flatnonzero(problems == R028.rule) + 1
    if commas.size:
        problem = f"{R028.title}, in {commas.size} cells" if commas.size > 1 else R028.title
        findings += cell_findings(R028, table, file_name, name, commas[:1], problem=problem)
    for rule in CELL_RULES:
        findings += cell_findings(rule, table, file_name, name, np.flatnonzero(problems == rule.rule) + 1)
    return findings
