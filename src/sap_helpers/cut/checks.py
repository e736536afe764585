"""Checks on the records of one domain: a rule, where it looks, how it finds a bad record, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from sap_helpers.cut.tables import number_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sized

    import pandas as pd

    from sap_helpers.findings import Finding, Rule
    from sap_helpers.plan import Plan

Effect = Literal["drop", "empty", "list"]
# so many records with one and the same fault are told singly, more of them in one finding
MOST_TOLD = 10


@dataclass(frozen=True, slots=True)
class Context:
    """What a check may know beside its domain's records."""

    plan: Plan
    cut_date: pd.Timestamp
    subjects: frozenset[str]


@dataclass(frozen=True, slots=True)
class Check:
    """One entry of the table of checks.

    Parameters
    ----------
    rule
        The rule that a bad record breaks.
    domain, variable
        Where it looks; a domain without the variable is passed over.
    find
        Bad records as a boolean series, from the domain's frame and the context.
    effect
        ``drop`` removes the record from analysis, ``empty`` makes the variable missing and flags the record (QUARFL),
        ``list`` changes nothing.
    allowed, problem
        Texts of its findings where they differ from the rule's; what is allowed may be told from the plan.
    beside
        The variable whose value is shown as the allowed one.
    also
        Another variable that ``empty`` makes missing with it.
    is_grouped
        One finding for all records of a subject with one value, not one a record.
    """

    rule: Rule
    domain: str
    variable: str
    find: Callable[[pd.DataFrame, Context], pd.Series]
    effect: Effect
    allowed: str | Callable[[Plan], str] = ""
    problem: str = ""
    beside: str = ""
    also: str = ""
    is_grouped: bool = False


@dataclass
class DomainRecords:
    """The records of one domain while its checks run: the frame, and the findings so far."""

    domain: str
    frame: pd.DataFrame
    file: str = ""
    line: Callable[[int], int | None] = lambda _: None
    findings: list[Finding] = field(default_factory=list)

    def note(self, rule: Rule, rows: Iterable[int], variable: str, *, beside: str = "", **texts: str) -> None:
        """Add one finding per record, named by its index in the frame; empty texts leave the rule's own.

        With `beside`, what is allowed is the value of that variable.
        """
        frame = self.frame
        date = next((name for name in frame.columns if name.endswith(("STDTC", "DTC"))), None)
        given = {name: text for name, text in texts.items() if text}
        for index in rows:
            row = int(str(frame.at[index, "ROW"]))
            if beside:
                given["allowed"] = f"{beside} {frame.at[index, beside]}"
            self.findings.append(
                rule.finding(
                    domain=self.domain, file=self.file, row=row,
                    line=self.line(row),
                    usubjid=str(frame.at[index, "USUBJID"]), variable=_named(frame, index, variable),
                    date="" if date is None or date == variable else str(frame.at[index, date]),
                    **{"value": _shown(frame.at[index, variable]) if variable in frame else "", **given},
                )
            )  # fmt: skip

    def note_alike(self, rule: Rule, rows: pd.Index, variable: str, **texts: str) -> None:
        """Add the findings on records with one and the same fault: one each, or one with the count of many."""
        if len(rows) <= MOST_TOLD:
            self.note(rule, rows, variable, **texts)
            return
        title = texts.pop("problem", rule.title)
        problem = f"{title}; {len(rows)} records of {count_subjects(self.frame.loc[rows])}, this the first of them"
        self.note(rule, rows[:1], variable, problem=problem, **texts)

    def quarantine(self, rows: pd.Index, variable: str) -> None:
        """Make a variable missing in records, and flag them."""
        self.frame.loc[rows, variable] = "" if self.frame[variable].dtype == object else np.nan
        self.frame.loc[rows, "QUARFL"] = "Y"

    def drop(self, rows: pd.Index) -> None:
        """Leave records out; a large frame is not copied for none."""
        if len(rows):
            self.frame = self.frame.drop(index=rows)

    def run(self, check: Check, context: Context) -> None:
        """Run one check: note what it finds, then do what its effect says."""
        if check.variable not in self.frame:
            return
        bad = check.find(self.frame, context)
        rows = self.frame.index[bad.to_numpy(dtype=bool)]
        if len(rows) == 0:
            return
        allowed = check.allowed if isinstance(check.allowed, str) else check.allowed(context.plan)
        if check.is_grouped:
            self.note_groups(check.rule, rows, check.variable, allowed=allowed, problem=check.problem)
        else:
            self.note(check.rule, rows, check.variable, beside=check.beside, allowed=allowed, problem=check.problem)
        if check.effect == "drop":
            self.drop(rows)
        elif check.effect == "empty":
            self.quarantine(rows, check.variable)
            if check.also in self.frame:
                self.quarantine(rows, check.also)

    def note_groups(self, rule: Rule, rows: pd.Index, variable: str, **texts: str) -> None:
        """Add one finding per subject and value, at its first record, with the number of its records."""
        mine = self.frame.loc[rows]
        problem = texts.pop("problem", "") or rule.title
        for group in mine.groupby(["USUBJID", variable], dropna=False, sort=False).groups.values():
            self.note(rule, group[:1], variable, problem=f"{problem}; {count_records(group)}", **texts)


def count_records(rows: Sized) -> str:
    """Return the number of records, in words."""
    return f"{len(rows)} record{'s' if len(rows) > 1 else ''}"


def count_subjects(records: pd.DataFrame) -> str:
    """Return the number of subjects with a record, in words."""
    count = records["USUBJID"].nunique()
    return f"{count} subject{'s' if count > 1 else ''}"


def _shown(value: object) -> str:
    """Return a cell as a finding shows it: a whole number without its ``.0``."""
    return number_text(value) if isinstance(value, float) else str(value)


def _named(frame: pd.DataFrame, index: int, variable: str) -> str:
    """Return the test's code where a result is meant: it tells a reader more than the name of the result variable."""
    for code in ("QSTESTCD", "LBTESTCD", "CPTESTCD"):
        if code in frame and variable.endswith(("STRESC", "STRESN")):
            return str(frame.at[index, code])
    return variable
