"""Checks on how far a cut reaches: variables that a file does not have or leaves empty, and the last day recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.cut.record_rules import START
from sap_helpers.cut.values import parse_date
from sap_helpers.findings import Rule

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable

    import pandas as pd

    from sap_helpers.cut.checks import DomainRecords
    from sap_helpers.cut.domains import DomainTable
    from sap_helpers.findings import Finding
    from sap_helpers.plan import Plan

R108 = Rule(
    "R108", "noted", "variables of the plan that the file does not have, or not in any record", (), "",
    "What needs them is given as not available, or reads them as missing.",
)  # fmt: skip
R109 = Rule(
    "R109", "listed", "a cut date long after the last record", (), "",
    "Visits until then are due, and missing. Correct cut.yaml, or complete the cut.",
)  # fmt: skip
RULES = (R108, R109)


def check_filled(table: pd.DataFrame, domain: str, file: str, domain_table: DomainTable) -> list[Finding]:
    """Return the note on the variables of a domain that no record of its file has; none where there is no record."""
    if table.empty:
        return []
    lacking = [name for name in domain_table.names(domain) if name not in table or not (table[name] != "").any()]
    return [R108.finding(domain=domain, file=file, value=", ".join(lacking))] if lacking else []


def check_cut_date(records: Iterable[DomainRecords], cut_date: pd.Timestamp, plan: Plan) -> list[Finding]:
    """Return the finding on a cut date that is later than the last start of any record by more than the plan allows."""
    last = max((day for part in records if (day := _last_day(part))), default=None)
    if last is None:
        return []
    most, days = plan.consistency.idle_days, (cut_date.date() - last).days
    if days <= most:
        return []
    return [
        R109.finding(
            file="cut.yaml", variable="cut_date", value=cut_date.date().isoformat(),
            problem=f"{days} days after the last record", allowed=f"at most {most} days after {last.isoformat()}",
        )
    ]  # fmt: skip


def _last_day(records: DomainRecords) -> datetime.date | None:
    """Return the last complete day on which a record of a domain starts."""
    start = START.get(records.domain, "")
    if start not in records.frame:
        return None
    dates = (parse_date(text) for text in records.frame[start].unique())
    return max((date.earliest for date in dates if date is not None and date.is_complete), default=None)
