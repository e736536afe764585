"""Checks on a cut as a whole: columns that cannot be read for the most part, and arms that the plan does not have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

from sap_helpers.cut.checks import count_subjects
from sap_helpers.cut.code_checks import CODE, planned_codes
from sap_helpers.cut.domains import CELL_RULES
from sap_helpers.cut.laboratory_checks import is_limit
from sap_helpers.cut.packed import unpack
from sap_helpers.cut.record_rules import DATE_NEEDED, FULL_DATE_NEEDED, START, is_partial
from sap_helpers.cut.spelling import fold, shape
from sap_helpers.cut.values import find_date_problems, to_number
from sap_helpers.cut.word_checks import reads_like_screen_failure
from sap_helpers.findings import Rule

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sap_helpers.cut.checks import DomainRecords
    from sap_helpers.cut.domains import DomainTable
    from sap_helpers.findings import Finding
    from sap_helpers.plan import Plan

R096 = Rule(
    "R096", "refused", "most values of the column cannot be read", (), "",
    "Export the column again in the form that is allowed.",
)  # fmt: skip
R099 = Rule(
    "R099", "refused", "more than one arm among the treated subjects", ("dm", "ex"), "one arm, no control",
    "Make a cut of one arm; the plan has no other.",
)  # fmt: skip
RULES = (R096, R099)

# fewer bad values than these are slips, however few records there are
LEAST_UNREADABLE = 5
DAY_AND_MONTH = re.compile(r"([0-9]{1,2})([/. -])([0-9]{1,2})\2[0-9]{4}")


def check_readable(
    records: pd.DataFrame, domain: str, file: str, domain_table: DomainTable, plan: Plan, typed: Sequence[Finding]
) -> list[Finding]:
    """Return a refusal for each required column of dates or results of which more than half cannot be read.

    Parameters
    ----------
    records
        The domain as `check_domain` types it.
    typed
        The findings of that; those on single cells of a number column tell which of these could not be read.
    """
    found = []
    start = START.get(domain, "")
    if start in domain_table.required(domain) and start in records:
        texts = records[start].astype(object)
        bad = _find_bad_dates(texts, domain)
        among = len(texts) if domain in DATE_NEEDED else int((texts != "").sum())
        allowed = "YYYY-MM-DD" if domain in FULL_DATE_NEEDED else "ISO 8601"
        found += _refuse(domain, file, start, texts[bad], among, allowed, _form(texts[bad]))
    if domain in CODE and CODE[domain] in records and (result := f"{domain.upper()}STRESC") in records:
        bad, among = _find_bad_results(unpack(records), domain, plan)
        texts = records.loc[bad, result].astype(object)
        found += _refuse(domain, file, result, texts, among, "the results that the plan's tests can have", "")
    for variable in sorted(domain_table.required(domain) & domain_table.numeric(domain)):
        cells = [one.value for one in typed if one.variable == variable and one.rule in {r.rule for r in CELL_RULES}]
        found += _refuse(domain, file, variable, pd.Series(cells, dtype=object), len(records), "numbers", "")
    return found


def _find_bad_dates(texts: pd.Series, domain: str) -> pd.Series:
    """Return the texts that give no date such as the domain needs."""
    bad = find_date_problems(texts) != ""
    if domain in DATE_NEEDED:
        bad |= texts == ""
    if domain in FULL_DATE_NEEDED:
        bad |= is_partial(texts)
    return bad.astype(bool)


def _find_bad_results(records: pd.DataFrame, domain: str, plan: Plan) -> tuple[pd.Series, int]:
    """Return which results of the plan's tests are neither number, limit nor grade, and how many results there are."""
    code, text = records[CODE[domain]], records[f"{domain.upper()}STRESC"]
    mine = code.isin(list(planned_codes(plan)[domain])) & (text != "")
    is_graded = code.isin(list(plan.instruments.bilag.systems)) & (domain == "qs")
    is_read = to_number(text).notna() | (is_limit(text) & (domain != "qs"))
    return mine & ~is_read.where(~is_graded, text.isin(plan.instruments.bilag.grades)), int(mine.sum())


def _refuse(
    domain: str, file: str, variable: str, bad: pd.Series, among: int, allowed: str, form: str
) -> list[Finding]:
    if len(bad) < LEAST_UNREADABLE or 2 * len(bad) <= among:
        return []
    problem = f"{len(bad)} of {among} values of the column cannot be read{form}"
    return [
        R096.finding(
            domain=domain, file=file, variable=variable, value=str(bad.mode().iloc[0]), problem=problem, allowed=allowed
        )
    ]


def _form(texts: pd.Series) -> str:
    """Return the form that dates seem to have: which of two numbers is the day shows where one is above 12."""
    parts = texts.str.extract(DAY_AND_MONTH.pattern)
    if not len(texts) or 2 * parts[0].notna().sum() <= len(texts):
        return ""
    mark = parts[1].mode().iloc[0]
    first, second = (pd.to_numeric(parts[place]).max() for place in (0, 2))
    day_first, month_first = f"dd{mark}mm{mark}yyyy", f"mm{mark}dd{mark}yyyy"
    either = f"{day_first} or {month_first}" if max(first, second) <= 12 else day_first if first > 12 else month_first
    return f"; they look like {either}"


def check_arms(records: Mapping[str, DomainRecords], plan: Plan) -> list[Finding]:
    """Return the refusals of a cut with more than one arm among the treated subjects, or with a placebo."""
    dm, ex = unpack(records["dm"].frame), unpack(records["ex"].frame)
    arms = [name for name in ("ARMCD", "ARM") if name in dm and (dm[name] != "").any()]
    failed = pd.Series(data=False, index=dm.index)
    for name in arms:
        failed |= dm[name].map(lambda arm: reads_like_screen_failure(arm, plan)).astype(bool)
    treated = dm.loc[~failed & dm["USUBJID"].isin(ex["USUBJID"])]
    found = []
    if arms:
        named = treated.loc[treated[arms[0]] != "", arms[0]]
        counts = named.groupby(named.map(shape)).agg(["first", "size"])
        if len(counts) > 1:
            value = ", ".join(f"{arm} ({count})" for arm, count in counts.itertuples(index=False))
            found.append(R099.finding(domain="dm", file=records["dm"].file, variable=arms[0], value=value))
    for part, frame, names in (("dm", dm.loc[~failed], arms), ("ex", ex, ["EXTRT"])):
        for name in names:
            if name in frame:
                is_control = frame[name].map(lambda text: _is_placebo(text, plan)).astype(bool)
                found += _control(frame.loc[is_control], part, records[part].file, name)
    return found


def _is_placebo(text: str, plan: Plan) -> bool:
    words = {fold(word) for word in plan.design.placebo}
    return not words.isdisjoint(re.findall(r"[A-Z]+", fold(text)))


def _control(frame: pd.DataFrame, domain: str, file: str, variable: str) -> list[Finding]:
    if frame.empty:
        return []
    problem = f"a placebo, of {count_subjects(frame)}"
    action = f"{R099.action} For a word that is none, change the plan (design.placebo)."
    return [
        R099.finding(
            domain=domain, file=file, variable=variable, value=frame[variable].iloc[0], problem=problem, action=action
        )
    ]
