"""Checks on the keys of records: identical records, sequence numbers that come twice or are missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sap_helpers.cut.checks import count_records
from sap_helpers.findings import Finding, Rule

if TYPE_CHECKING:
    import pandas as pd

    from sap_helpers.cut.checks import DomainRecords

R092 = Rule(
    "R092", "listed", "a sequence number that is not unique within the subject", (), "a number a record",
    "Analysed as recorded. Correct the source.",
)  # fmt: skip
R095 = Rule(
    "R095", "listed", "a record that is another one again but for its sequence number", (), "each record once",
    "Kept once. Correct the source.",
)  # fmt: skip
RULES = (R092, R095)
# a second record says nothing here; two alike laboratory results or events may be two
KEPT_ONCE = ("cm", "dm", "ds", "dv", "ex")
SHOWN_GAPS = 5


def drop_repeated(records: DomainRecords) -> None:
    """Keep identical records of medication, dosing, disposition, deviations and subjects once (R095).

    It is done before any date is cut: two records that differ only after the cut are two.
    """
    if records.domain not in KEPT_ONCE:
        return
    frame = records.frame
    said = [name for name in frame.columns if name not in ("ROW", _sequence(records))]
    again = frame.duplicated(said) & (frame["QUARFL"] != "Y") & (frame["USUBJID"] != "")
    records.note(R095, frame.index[again], "USUBJID")
    records.drop(frame.index[again])


def check_unique(records: DomainRecords) -> None:
    """List sequence numbers that come more than once in a subject, one finding a subject (R092)."""
    name = _sequence(records)
    if name not in records.frame:
        return
    numbers = records.frame.loc[records.frame[name].notna(), ["USUBJID", name]]
    twice = numbers.index[numbers.duplicated()]
    for group in numbers.loc[twice].groupby("USUBJID", sort=False).groups.values():
        records.note(R092, group[:1], name, problem=f"{R092.title}; {count_records(group)}")


def check_gaps(records: DomainRecords) -> None:
    """Note the sequence numbers missing below the highest one of their subject, one finding a domain (R092)."""
    name = _sequence(records)
    if name not in records.frame:
        return
    numbers = records.frame[["USUBJID", name]]
    whole = numbers.loc[(numbers[name] >= 1) & (numbers[name] % 1 == 0)].drop_duplicates()
    by_subject = whole.groupby("USUBJID")[name]
    lacking = by_subject.max() - by_subject.size()
    gaps = lacking[lacking > 0]
    if len(gaps):
        records.findings.append(_gap_finding(records, whole, gaps))


def _gap_finding(records: DomainRecords, numbers: pd.DataFrame, gaps: pd.Series) -> Finding:
    """Return the note on the sequence numbers missing in a domain, with the first one of the first subjects."""
    name, first = _sequence(records), []
    for subject in gaps.index[:SHOWN_GAPS]:
        own = np.sort(numbers.loc[numbers["USUBJID"] == subject, name].to_numpy(dtype=np.int64))
        place = int(np.flatnonzero(own != np.arange(1, len(own) + 1))[0])
        first.append(f"{subject}: {place + 1}")
    others = "" if len(gaps) <= SHOWN_GAPS else f" and of {len(gaps) - SHOWN_GAPS} more subjects"
    count = int(gaps.sum())
    problem = f"{count} sequence number{'s' if count > 1 else ''} missing below the highest of the subject"
    return R092.finding(
        severity="noted", domain=records.domain, file=records.file, usubjid=str(gaps.index[0]), variable=name,
        value=", ".join(first) + others, problem=problem, allowed="1, 2, 3 and on",
        action="Records may have been lost, or left out of this cut.",
    )  # fmt: skip


def _sequence(records: DomainRecords) -> str:
    return f"{records.domain.upper()}SEQ"
