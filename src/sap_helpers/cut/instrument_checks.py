"""Checks on questionnaires: items, totals, grades and the physician's assessment; same-day duplicates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sap_helpers.cut.checks import Check
from sap_helpers.cut.values import day_of, is_same_number, to_number
from sap_helpers.findings import Rule

if TYPE_CHECKING:
    from sap_helpers.cut.checks import Context

R049 = Rule(
    "R049", "listed", "the same result of one item twice on one day", ("qs",), "one result an item and day",
    "Counted once. Correct the source.",
)  # fmt: skip
R050 = Rule(
    "R050", "quarantined", "differing results of one item on one day", ("qs",), "one result an item and day",
    "All treated as missing. Correct the source, or record the query.",
)  # fmt: skip
R072 = Rule(
    "R072", "quarantined", "not a score this item can have", ("qs",), "0 or the item's weight",
    "Treated as missing. Correct the source, or record the query.",
)  # fmt: skip
R073 = Rule(
    "R073", "listed", "an item not assessed, or a result beside the status NOT DONE", ("qs",),
    "a result or a status, not both", "The result is not used. Correct the source.",
)  # fmt: skip
R075 = Rule(
    "R075", "quarantined", "not a total this index can have", ("qs",), "0 to the sum of all weights",
    "Treated as missing. Correct the source, or record the query.",
)  # fmt: skip
R076 = Rule(
    "R076", "quarantined", "not a value of the physician's global assessment", ("qs",), "a decimal number from 0 to 3",
    "Treated as missing. Correct the source, or record the query.",
)  # fmt: skip
R077 = Rule(
    "R077", "quarantined", "not a BILAG grade", ("qs",), "A, B, C, D or E",
    "Treated as missing. Correct the source, or record the query.",
)  # fmt: skip
RULES = (R049, R050, R072, R073, R075, R076, R077)
RESULT = "QSSTRESC"


def _of(qs: pd.DataFrame, codes: object) -> pd.Series:
    return qs["QSTESTCD"].isin(codes) & (qs[RESULT] != "")  # type: ignore[arg-type]


def find_done_and_not_done(qs: pd.DataFrame, _: Context) -> pd.Series:
    """Return the records that hold a result and say that it was not obtained."""
    status = qs["QSSTAT"] if "QSSTAT" in qs else pd.Series("", index=qs.index)
    return (status.str.upper() == "NOT DONE") & (qs[RESULT] != "")


def find_repeated(qs: pd.DataFrame, context: Context) -> pd.Series:
    """Return the later ones of equal results of one item on one day."""
    same = qs.loc[_of(qs, _codes(context))]
    keys = pd.concat([same[["USUBJID", "QSTESTCD", RESULT]], day_of(same["QSDTC"])], axis=1)
    return _among(qs, same.index[keys.duplicated()])


def find_differing(qs: pd.DataFrame, context: Context) -> pd.Series:
    """Return all results of one item on one day of which two differ."""
    same = qs.loc[_of(qs, _codes(context))]
    distinct = same.groupby([same["USUBJID"], same["QSTESTCD"], day_of(same["QSDTC"])])[RESULT].transform("nunique")
    return _among(qs, same.index[distinct > 1])


def find_bad_item(qs: pd.DataFrame, context: Context) -> pd.Series:
    """Return item scores that are neither 0 nor the item's weight."""
    weights = context.plan.instruments.sledai.weights
    mine = _of(qs, weights)
    value = to_number(qs[RESULT].where(mine, ""))
    good = (value == 0) | (value == qs["QSTESTCD"].map(weights))
    return mine & ~good


def find_bad_total(qs: pd.DataFrame, context: Context) -> pd.Series:
    """Return recorded totals outside the index's range or not whole."""
    rule = context.plan.instruments.sledai
    mine = _of(qs, [rule.total])
    value = to_number(qs[RESULT].where(mine, ""))
    good = (value >= 0) & (value <= sum(rule.weights.values())) & (value % 1 == 0)
    return mine & ~good


def find_other_scale(qs: pd.DataFrame, context: Context) -> pd.Series:
    """Return every global assessment where most of them are numbers out of range: the scale is then another one."""
    mine, value, good = _pga(qs, context)
    outside = (mine & ~good & value.notna()).sum()
    return mine & bool(outside * 2 > (mine & value.notna()).sum())


def find_bad_pga(qs: pd.DataFrame, context: Context) -> pd.Series:
    """Return global assessments out of range or no number."""
    mine, _, good = _pga(qs, context)
    return mine & ~good


def find_bad_grade(qs: pd.DataFrame, context: Context) -> pd.Series:
    """Return results of a BILAG system that are no grade."""
    rule = context.plan.instruments.bilag
    return _of(qs, rule.systems) & ~qs[RESULT].isin(rule.grades)


def find_contradicted_item(qs: pd.DataFrame, context: Context) -> pd.Series:
    """Return item scores whose numeric result is another number."""
    return _is_contradicted(qs, context.plan.instruments.sledai.weights)


def find_contradicted_total(qs: pd.DataFrame, context: Context) -> pd.Series:
    """Return recorded totals whose numeric result is another number."""
    return _is_contradicted(qs, [context.plan.instruments.sledai.total])


def find_contradicted_pga(qs: pd.DataFrame, context: Context) -> pd.Series:
    """Return global assessments whose numeric result is another number."""
    return _is_contradicted(qs, [context.plan.instruments.pga.code])


# Duplicates come before the values: a valid result beside an invalid one of the same day is still in doubt.
CHECKS: tuple[Check, ...] = (
    Check(R073, "qs", RESULT, find_done_and_not_done, "empty"),
    Check(R049, "qs", RESULT, find_repeated, "list"),
    Check(R050, "qs", RESULT, find_differing, "empty"),
    Check(R072, "qs", RESULT, find_bad_item, "empty"),
    Check(R075, "qs", RESULT, find_bad_total, "empty"),
    Check(
        R076,
        "qs",
        RESULT,
        find_other_scale,
        "empty",
        problem="most values lie outside 0 to 3: the scale looks like 0-100",
    ),
    Check(R076, "qs", RESULT, find_bad_pga, "empty"),
    Check(R077, "qs", RESULT, find_bad_grade, "empty"),
    *(
        Check(rule, "qs", RESULT, find, "empty", allowed="QSSTRESN as QSSTRESC", problem="not what QSSTRESN says")
        for rule, find in (
            (R072, find_contradicted_item),
            (R075, find_contradicted_total),
            (R076, find_contradicted_pga),
        )
    ),
)


def _pga(qs: pd.DataFrame, context: Context) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Return which records are global assessments, their numbers, and whether these lie in range."""
    rule = context.plan.instruments.pga
    mine = _of(qs, [rule.code])
    value = to_number(qs[RESULT].where(mine, ""))
    return mine, value, (value >= float(rule.minimum)) & (value <= float(rule.maximum))


def _codes(context: Context) -> list[str]:
    parts = context.plan.instruments
    return [*parts.sledai.weights, parts.sledai.total, *parts.bilag.systems, parts.pga.code]


def _is_contradicted(qs: pd.DataFrame, codes: object) -> pd.Series:
    """Return the records of the codes whose numeric result is there and is not what the standard result spells."""
    mine = _of(qs, codes)
    if "QSSTRESN" not in qs:
        return mine & False
    value = to_number(qs[RESULT].where(mine, ""))
    return mine & qs["QSSTRESN"].notna() & value.notna() & ~is_same_number(qs["QSSTRESN"], value)


def _among(frame: pd.DataFrame, rows: pd.Index) -> pd.Series:
    return pd.Series(np.isin(frame.index, rows), index=frame.index)
