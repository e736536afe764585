"""Who is enrolled at a cut: a subject whose consent is dated after it is not, and nor are its records."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sap_helpers.cut.checks import count_records, count_subjects
from sap_helpers.cut.record_rules import START, is_after
from sap_helpers.findings import Rule

if TYPE_CHECKING:
    import pandas as pd

    from sap_helpers.cut.checks import DomainRecords

R102 = Rule(
    "R102", "noted", "consent after the cut", ("dm",), "up to the cut date",
    "Not enrolled at this cut: left out like any later record.",
)  # fmt: skip
UNDATED = replace(R102, title="without a date of consent", allowed="a date", action="Kept as enrolled.")
EARLY = replace(
    R102, severity="listed", title="dated up to the cut, of a subject whose consent is after it",
    action="Left out with the subject. Correct the date, or that of consent.",
)  # fmt: skip
RULES = (R102,)
CONSENT = "RFICDTC"
# medication goes back to before the consent
AFTER_CONSENT = ("ae", "cp", "ds", "ex", "lb", "qs")


def drop_not_enrolled(dm: DomainRecords, cut_date: pd.Timestamp) -> frozenset[str]:
    """Drop the subjects whose consent is after the cut, by the earliest day that its date allows; return who they are.

    A subject without a date of consent is kept. Both are counted in one note, at the first of them.
    """
    if CONSENT not in dm.frame:
        return frozenset()
    late = dm.frame.index[is_after(dm.frame[CONSENT], cut_date)]
    _note_count(dm, R102, late, CONSENT)
    _note_count(dm, UNDATED, dm.frame.index[dm.frame[CONSENT] == ""], CONSENT)
    gone = frozenset(dm.frame.loc[late, "USUBJID"])
    dm.drop(late)
    return gone


def drop_records_of(records: DomainRecords, gone: frozenset[str], cut_date: pd.Timestamp) -> None:
    """Drop the records of subjects that are not enrolled, with one note; list those dated up to the cut."""
    frame = records.frame
    theirs = frame.index[frame["USUBJID"].isin(gone)]
    start = START.get(records.domain, "")
    _note_count(records, replace(R102, title="of a subject whose consent is after the cut"), theirs, "USUBJID")
    if records.domain in AFTER_CONSENT:
        dates = frame.loc[theirs, start]
        early = theirs[(dates != "") & ~is_after(dates, cut_date)]
        records.note_groups(EARLY, early, "USUBJID")
    records.drop(theirs)


def _note_count(records: DomainRecords, rule: Rule, rows: pd.Index, variable: str) -> None:
    """Add one finding on records, at the first of them, with their number."""
    if len(rows):
        count = f"{count_records(rows)} of {count_subjects(records.frame.loc[rows])}"
        records.note(rule, rows[:1], variable, problem=f"{rule.title}; {count}, this the first")
