"""Checks on codes: test codes nearly those of the plan, records that the plan does not know, misspelt variables."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from sap_helpers.cut.checks import MOST_TOLD, count_records, count_subjects
from sap_helpers.cut.spelling import alike, fold, is_alike
from sap_helpers.cut.units import load_units
from sap_helpers.cut.words import read_rows
from sap_helpers.findings import Rule
from sap_helpers.plan.home import NEAR_NAMES_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    import pandas as pd

    from sap_helpers.cut.checks import Context, DomainRecords
    from sap_helpers.cut.domains import DomainTable
    from sap_helpers.findings import Finding
    from sap_helpers.plan import Plan

R093 = Rule(
    "R093", "quarantined", "almost a code of the plan", (), "a code of the plan, written as there",
    "The results are treated as missing. Correct the code.",
)  # fmt: skip
R098 = Rule(
    "R098", "noted", "records of a code that the plan does not know", (), "",
    "Not analysed; add the code to the plan to have them analysed.",
)  # fmt: skip
UNKNOWN_ITEM = replace(R098, severity="listed", title="records of an item that the plan's instrument does not have")
CATEGORY = Rule("R098", "noted", "records of a category that the plan does not know", (), "", "Not analysed.")
OTHER_CATEGORY = Rule(
    "R098", "listed", "a category that is not that of the code", (), "", "The code decides. Correct the category."
)
R103 = Rule(
    "R103", "listed", "the variable is absent, and one almost so called is there", (), "",
    "What needs the variable is not available. Correct the name.",
)  # fmt: skip
RULES = (R093, R098, R103)

COLUMNS = ["domain", "name", "meaning"]
CODE = {"qs": "QSTESTCD", "lb": "LBTESTCD", "cp": "CPTESTCD"}


@cache
def load_near_names(path: Path = NEAR_NAMES_FILE) -> Mapping[str, frozenset[str]]:
    """Return, by domain, the names that differ from one of the plan's by a letter and mean something else.

    Parameters
    ----------
    path
        CSV file with the columns domain, name (a test's code or a variable) and meaning.

    Raises
    ------
    PlanError
        A row is not of that form; the message names the line.
    """
    found: dict[str, frozenset[str]] = {}
    for row in read_rows(path, COLUMNS):
        found[row[0]] = found.get(row[0], frozenset()) | {row[1]}
    return found


def planned_codes(plan: Plan) -> dict[str, dict[str, str]]:
    """Return the codes of each findings domain that the plan knows, with their category: "" where it has none."""
    parts = plan.instruments
    tests = [*plan.laboratory.tests, *load_units().standard]
    return {
        "qs": dict.fromkeys([*parts.sledai.weights, parts.sledai.total], parts.sledai.category)
        | dict.fromkeys(parts.bilag.systems, parts.bilag.category) | {parts.pga.code: parts.pga.category},
        "lb": dict.fromkeys(tests, ""), "cp": dict.fromkeys((cell.code for cell in plan.immunology.cells), ""),
    }  # fmt: skip


def apply_code_rules(records: DomainRecords, context: Context) -> None:
    """Quarantine the results under codes nearly the plan's, and note what stands under codes that it does not know."""
    domain = records.domain
    if domain not in CODE:
        return
    variable, codes = CODE[domain], planned_codes(context.plan)[domain]
    cells = records.frame[variable]
    strange = sorted(set(cells.unique()) - set(codes))
    taken_for: dict[str, str] = {}
    for code in strange:
        near = [] if code in load_near_names().get(domain, ()) else alike(code, codes)
        if near:
            rows = cells.index[cells == code]
            taken_for[code] = near[0] if len(near) == 1 else code
            _note_by_subject(records, rows, variable, ", ".join(near))
    if domain == "qs":
        _check_categories(records, codes)
    unknown = [code for code in strange if code not in taken_for]
    if domain == "qs":
        known = {fold(category) for category in codes.values()}
        unknown = [code for code in unknown if records.frame.loc[cells == code, "QSCAT"].map(fold).isin(known).any()]
    for code in unknown:
        rule = UNKNOWN_ITEM if domain == "qs" else R098
        records.findings.append(_count(rule, records, records.frame.loc[cells == code], variable, code))
    _quarantine_results(records, cells, taken_for)


def _quarantine_results(records: DomainRecords, cells: pd.Series, taken_for: Mapping[str, str]) -> None:
    """Make the results under codes nearly right missing, under the code that is meant: what they touch says so."""
    prefix = records.domain.upper()
    rows = cells.index[cells.isin(list(taken_for))]
    if len(rows):
        records.frame.loc[rows, CODE[records.domain]] = cells[rows].map(taken_for)
        records.quarantine(rows, f"{prefix}STRESC")
        if f"{prefix}STRESN" in records.frame:
            records.frame.loc[rows, f"{prefix}STRESN"] = float("nan")


def _note_by_subject(records: DomainRecords, rows: pd.Index, variable: str, planned: str) -> None:
    """Note a code nearly right once a subject, or once for all where it is that of many."""
    subjects = records.frame.loc[rows].groupby("USUBJID", sort=True).groups
    groups = list(subjects.values()) if len(subjects) <= MOST_TOLD else [rows]
    for group in groups:
        of = "" if len(groups) > 1 or len(subjects) == 1 else f" of {count_subjects(records.frame.loc[group])}"
        count = f"{count_records(group)}{of}"
        records.note(R093, group[:1], variable, problem=f"almost {planned}; {count}", allowed=planned)


def _check_categories(records: DomainRecords, codes: Mapping[str, str]) -> None:
    """Note the categories that the plan does not know, and list the codes of the plan that stand under another one."""
    category = records.frame["QSCAT"]
    expected = records.frame["QSTESTCD"].map(codes).fillna("")
    differs = category.map(fold) != expected.map(fold)
    known = {fold(name) for name in codes.values()}
    for name in sorted(category.unique()):
        mine = differs & (category == name)
        rows = category.index[mine & (expected != "")]
        records.note_alike(OTHER_CATEGORY, rows, "QSCAT", allowed=", ".join(sorted(set(expected[rows]))))
        rest = records.frame.loc[mine & (expected == "")]
        if len(rest) and fold(name) not in known:
            records.findings.append(_count(CATEGORY, records, rest, "QSCAT", name))


def _count(rule: Rule, records: DomainRecords, rows: pd.DataFrame, variable: str, value: str) -> Finding:
    count = f"{count_records(rows)} of {count_subjects(rows)}"
    return rule.finding(
        domain=records.domain, file=records.file, variable=variable, value=value,
        problem=f"{count}: {rule.title.removeprefix('records of ')}",
    )  # fmt: skip


def check_variables(columns: Iterable[str], domain: str, domain_table: DomainTable, file: str) -> list[Finding]:
    """Return the optional variables that are absent while a column of nearly that name is there."""
    present = list(columns)
    known = domain_table.names(domain)
    others = [name for name in present if name not in known and name not in load_near_names().get(domain, ())]
    absent = [name for name in known if name not in present and name not in domain_table.required(domain)]
    return [
        R103.finding(domain=domain, file=file, variable=name, value=other, allowed=name)
        for name in absent for other in others if is_alike(name, other)
    ]  # fmt: skip
