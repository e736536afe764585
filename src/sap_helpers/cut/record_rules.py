"""Rules on whole records: who they are about, when they are dated, and what a cut at its date leaves of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from sap_helpers.cut.value_checks import YEAR
from sap_helpers.cut.values import find_date_problems, map_texts, parse_dates
from sap_helpers.findings import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Callable

    from sap_helpers.cut.checks import Context, DomainRecords
    from sap_helpers.cut.values import PartialDate

R044 = Rule(
    "R044",
    "quarantined",
    "a subject that DM does not have",
    ("dm",),
    "a USUBJID of DM",
    "Its records are not analysed.",
)
R045 = Rule(
    "R045",
    "refused",
    "a subject more than once in DM, or without identifier",
    ("dm",),
    "one record a subject",
    "Correct DM.",
)
R047 = Rule(
    "R047", "quarantined", "a subject whose identifier differs from one of DM in letter case or dashes alone", ("dm",),
    "a USUBJID of DM, written alike", "Its records are not analysed. Correct the identifier.",
)  # fmt: skip
R048 = Rule(
    "R048",
    "refused",
    "another study's data",
    (),
    "the plan's study",
    "Use that study's cut, or set study=... on purpose.",
)
R051 = Rule("R051", "noted", "screen failures in DM", ("dm",), "", "Left out of every set but the flow of subjects.")
R052 = Rule("R052", "listed", "not the number of subjects that was planned", ("dm",), "", "Shown on the first page.")
R054 = Rule(
    "R054", "quarantined", "a date that is partial or missing where a full one is needed", (), "YYYY-MM-DD",
    "The record is not analysed. Complete the date.",
)  # fmt: skip
R055 = Rule(
    "R055",
    "quarantined",
    "a day that the calendar does not have",
    (),
    "ISO 8601",
    "Treated as missing. Correct the source.",
)
R056 = Rule(
    "R056",
    "quarantined",
    "a date in another form",
    (),
    "ISO 8601",
    "Treated as missing; never guessed. Correct the source.",
)
R057 = Rule(
    "R057", "quarantined", "a day count in place of a date", (), "ISO 8601", "Treated as missing. Correct the source."
)
R058 = Rule(
    "R058", "quarantined", "a date with a two-digit year", (), "ISO 8601", "Treated as missing. Correct the source."
)
R059 = Rule("R059", "noted", "dated after the cut", (), "up to the cut date", "The cut rule was applied.")
R060 = Rule(
    "R060",
    "quarantined",
    "an end before the start",
    (),
    "an end on or after the start",
    "The end is treated as missing.",
)
R067 = Rule("R067", "noted", "a date with a time of day", (), "", "The date part is used.")
PARTIAL = replace(R054, severity="noted")
DATE_RULES = {rule.rule: rule for rule in (R055, R056, R057, R058, YEAR)}
RULES = (R044, R045, R047, R048, R051, R052, R054, R055, R056, R057, R058, R059, R060, R067)

START = {
    "ae": "AESTDTC",
    "cm": "CMSTDTC",
    "cp": "CPDTC",
    "ds": "DSSTDTC",
    "dv": "DVSTDTC",
    "ex": "EXSTDTC",
    "lb": "LBDTC",
    "qs": "QSDTC",
}
END = {"ae": "AEENDTC", "cm": "CMENDTC", "ex": "EXENDTC"}
FULL_DATE_NEEDED = ("cp", "ex", "lb", "qs")
DATE_NEEDED = (*FULL_DATE_NEEDED, "ds")


def check_subjects(dm: DomainRecords, context: Context) -> list[Finding]:
    """Return the findings on DM as a whole: repeated subjects, screen failures, the number planned."""
    frame = dm.frame
    repeated = frame["USUBJID"].duplicated(keep=False) | (frame["USUBJID"] == "")
    dm.note(R045, frame.index[repeated], "USUBJID")
    arm = frame["ARMCD"].str.upper() if "ARMCD" in frame else pd.Series("", index=frame.index)
    failures = int(arm.isin(context.plan.sets.screen_failure_arms).sum())
    found = []
    if failures:
        found.append(R051.finding(domain="dm", variable="ARMCD", value=str(failures), file=dm.file))
    enrolled, planned = len(frame) - failures, context.plan.design.planned_subjects
    if enrolled != planned:
        found.append(
            R052.finding(
                domain="dm", value=str(enrolled), allowed=f"{planned} subjects", file=dm.file,
                problem=R052.title + _by_arm(arm[~arm.isin(context.plan.sets.screen_failure_arms)]),
            )
        )  # fmt: skip
    return found


def _by_arm(arm: pd.Series) -> str:
    """Return how many subjects each arm has, where there are several."""
    counts = arm.value_counts().sort_index()
    return (
        ": " + ", ".join(f"{count} {name or 'without arm'}" for name, count in counts.items())
        if len(counts) > 1
        else ""
    )


def check_study(records: DomainRecords, study: str) -> list[Finding]:
    """Return a refusal where STUDYID names another study than the plan's."""
    if "STUDYID" not in records.frame:
        return []
    others = sorted(set(records.frame["STUDYID"].unique()) - {study, ""})
    return [
        R048.finding(domain=records.domain, file=records.file, variable="STUDYID", value=other, allowed=study)
        for other in others
    ]


def drop_strangers(records: DomainRecords, context: Context) -> None:
    """Drop the records of subjects that DM does not have, one finding a subject."""
    frame = records.frame
    strange = frame.loc[~frame["USUBJID"].isin(context.subjects)]
    alike = {_plain(subject): subject for subject in sorted(context.subjects)}
    for subject, rows in strange.groupby("USUBJID", sort=True).groups.items():
        near = alike.get(_plain(str(subject)))
        count = f"{len(rows)} record{'s' if len(rows) > 1 else ''}"
        if near is None or not subject:
            records.note(R044, rows[:1], "USUBJID", problem=f"{R044.title}; {count}")
        else:
            records.note(R047, rows[:1], "USUBJID", problem=f"{R047.title}; {count}", allowed=near)
    records.drop(strange.index)


def _plain(subject: str) -> str:
    return "".join(letter for letter in subject.casefold() if letter.isalnum())


def apply_date_rules(records: DomainRecords, context: Context) -> None:
    """Apply the plan's table of dates to one domain: unreadable, partial, empty, after the cut, end before start."""
    domain = records.domain
    start, end = START.get(domain, ""), END.get(domain, "")
    for variable in (start, end, "DTHDTC", "RFICDTC"):
        if variable in records.frame:
            _empty_unreadable(records, variable)
            _note_times(records, variable)
    if start in records.frame:
        _drop_undated(records, start)
        _drop_late(records, start, context)
    if end in records.frame:
        _drop_partial_end(records, end)
        _cut_end(records, end, context)
        if start in records.frame:
            _empty_early_end(records, start, end)
    _note_partial(records, [variable for variable in (start, end, "DTHDTC") if variable in records.frame])


def _empty_unreadable(records: DomainRecords, variable: str) -> None:
    problems = find_date_problems(records.frame[variable])
    for rule in sorted(set(problems.unique()) - {""}):
        rows = records.frame.index[problems == rule]
        records.note(DATE_RULES[rule], rows, variable)
        records.frame.loc[rows, variable] = ""
        records.frame.loc[rows, "QUARFL"] = "Y"


def _note_times(records: DomainRecords, variable: str) -> None:
    timed = map_texts(records.frame[variable], lambda text: "T" in text).astype(bool)
    _note_first(records, R067, records.frame.index[timed], variable, R067.title)


def _drop_undated(records: DomainRecords, start: str) -> None:
    if records.domain not in DATE_NEEDED:
        return
    dates = parse_dates(records.frame[start])
    bad = dates.isna()
    if records.domain in FULL_DATE_NEEDED:
        bad |= is_partial(records.frame[start])
    rows = records.frame.index[bad]
    records.note(R054, rows, start)
    records.drop(rows)


def _drop_partial_end(records: DomainRecords, end: str) -> None:
    """Drop the records of dosing whose end is partial: nobody knows how many doses they stand for."""
    if records.domain != "ex":
        return
    rows = records.frame.index[is_partial(records.frame[end])]
    records.note(R054, rows, end)
    records.drop(rows)


def is_partial(text: pd.Series) -> pd.Series:
    """Return which texts are dates that lack their day."""
    return _where(text, lambda date: not date.is_complete)


def is_after(text: pd.Series, cut_date: pd.Timestamp) -> pd.Series:
    """Return whether the earliest day that each text allows lies after the cut."""
    day = cut_date.date()
    return _where(text, lambda date: date.earliest > day)


def _where(text: pd.Series, holds: Callable[[PartialDate], bool]) -> pd.Series:
    """Return whether each text is a date of which something holds, judged once per distinct text."""
    distinct = pd.Series(text.unique(), dtype=object)
    judged = [date is not None and holds(date) for date in parse_dates(distinct)]
    return text.map(dict(zip(distinct, judged, strict=True))).astype(bool)


def _drop_late(records: DomainRecords, start: str, context: Context) -> None:
    late = is_after(records.frame[start], context.cut_date)
    rows = records.frame.index[late]
    _note_first(records, R059, rows, start, "starts after the cut; dropped")
    records.drop(rows)


def _cut_end(records: DomainRecords, end: str, context: Context) -> None:
    """End dates after the cut: of dosing the cut date, of everything else unknown."""
    late = is_after(records.frame[end], context.cut_date)
    left = context.cut_date.date().isoformat() if records.domain == "ex" else ""
    done = "taken as the cut date" if left else "treated as missing"
    _note_first(records, R059, records.frame.index[late], end, f"ends after the cut; the end is {done}")
    records.frame.loc[late, end] = left


def _note_first(records: DomainRecords, rule: Rule, rows: pd.Index, variable: str, problem: str) -> None:
    """Add one note on all records with one thing in common, at the first of them."""
    more = f"; {len(rows)} such records, this the first" if len(rows) > 1 else ""
    records.note(rule, rows[:1], variable, problem=f"{problem}{more}")


def _empty_early_end(records: DomainRecords, start: str, end: str) -> None:
    starts, ends = parse_dates(records.frame[start]), parse_dates(records.frame[end])
    pairs = zip(starts, ends, strict=True)
    early = pd.Series(
        [bool(a is not None and b is not None and b.latest < a.earliest) for a, b in pairs], index=records.frame.index
    )
    rows = records.frame.index[early]
    records.note(R060, rows, end)
    records.frame.loc[rows, end] = ""
    records.frame.loc[rows, "QUARFL"] = "Y"


def _note_partial(records: DomainRecords, variables: list[str]) -> None:
    """Note partial dates that the plan knows how to read."""
    for variable in variables:
        rows = records.frame.index[is_partial(records.frame[variable])]
        records.note(
            PARTIAL, rows, variable, problem="a partial date", allowed="YYYY, YYYY-MM or YYYY-MM-DD",
            action="Read as the plan says for this domain.",
        )  # fmt: skip
