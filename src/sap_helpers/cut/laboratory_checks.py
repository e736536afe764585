"""Checks on the laboratory and the cells: units, percentages, results that are no numbers, same-day repeats."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sap_helpers.cut.checks import Check
from sap_helpers.cut.instrument_checks import R049, R050, R073
from sap_helpers.cut.units import load_units, unit_key
from sap_helpers.cut.values import day_of, find_number_problems, is_same_number, map_texts, to_number
from sap_helpers.findings import Rule

if TYPE_CHECKING:
    from collections.abc import Callable

    from sap_helpers.cut.checks import Context

# a result that lies below or above a limit, such as "<10" or ">1000"
CENSORED = r"^(?P<sign>[<>])=?\s*(?P<limit>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,6})?)$"
MISSING = "Treated as missing. Correct the source, or record the query."
R078 = Rule("R078", "quarantined", "a result without a unit", ("lb",), "a unit that sap/units.csv has", MISSING)
R079 = Rule(
    "R079", "listed", "a result that is no number", ("lb",), "a number, <limit or >limit",
    "Kept as text, not analysed as a number.",
)  # fmt: skip
R080 = Rule(
    "R080", "quarantined", "a unit that cannot be converted to the test's other unit", ("lb",),
    "a unit that sap/units.csv has", MISSING,
)  # fmt: skip
R081 = Rule("R081", "quarantined", "cells in another unit than percent", ("cp",), "%", MISSING)
R082 = Rule("R082", "quarantined", "not a percentage", ("cp",), "0 to 100", MISSING)
DIFFERS = replace(
    R079, severity="quarantined", title="a numeric result that is not what the standard result spells",
    allowed="the same number in both", action=MISSING,
)  # fmt: skip
REPEATED = replace(R049, allowed="one result a test and day")
SEVERAL = replace(
    R050, severity="listed", title="several results of one test on one day", allowed="one result a test and day",
    action="The one with the highest sequence number is used, then the later row.",
)  # fmt: skip
RULES = (R078, R079, R080, R081, R082)
MOST = 0.5


def find_done_and_not_done(domain: str, frame: pd.DataFrame, _: Context) -> pd.Series:
    """Return the records that hold a result and say that it was not obtained."""
    status = frame[_name(domain, "STAT")] if _name(domain, "STAT") in frame else pd.Series("", index=frame.index)
    return (status.str.upper() == "NOT DONE") & (_result(domain, frame) != "")


def find_repeated(domain: str, frame: pd.DataFrame, _: Context) -> pd.Series:
    """Return the records with the result that an earlier one of the same test and day has."""
    mine, keys = _same_day(domain, frame)
    return _among(frame, mine.index[keys.duplicated()])


def find_several(domain: str, frame: pd.DataFrame, _: Context) -> pd.Series:
    """Return the records of a test and day that has differing results."""
    mine, keys = _same_day(domain, frame)
    day = keys.drop(columns=["RESULT", "UNIT"])
    differing = ~keys.duplicated() & day.duplicated()
    again = day.merge(day[differing].drop_duplicates(), how="left", indicator=True)["_merge"] == "both"
    return _among(frame, mine.index[again.to_numpy(dtype=bool)])


def find_differing_number(domain: str, frame: pd.DataFrame, _: Context) -> pd.Series:
    """Return the records whose numeric result is there and is not the number that the standard result spells.

    Two numbers that agree but for the last binary digits are one. A number beside a limit such as "<10" contradicts
    nothing: the limit is read, whatever stands beside it.
    """
    if _name(domain, "STRESN") not in frame:
        return pd.Series(data=False, index=frame.index)
    number = frame[_name(domain, "STRESN")]
    text = _result(domain, frame)
    return number.notna() & ~is_same_number(number, to_number(text)) & ~is_limit(text)


def find_text(domain: str, frame: pd.DataFrame, _: Context) -> pd.Series:
    """Return the records whose result is neither a number nor a limit: "neg", "1:160"."""
    text = _result(domain, frame)
    # a number of a size that cannot be computed with is one all the same, and another check's matter
    is_word = to_number(text).isna() & (find_number_problems(text) != "R091")
    return (text != "") & is_word & ~is_limit(text)


def find_without_unit(domain: str, frame: pd.DataFrame, context: Context) -> pd.Series:
    """Return the results without a unit of the tests whose unit is known: those of the table of units, the cells."""
    codes = load_units().standard if domain == "lb" else _cells(context)
    return _of(domain, frame, codes) & (frame[_name(domain, "STRESU")] == "")


def find_other_unit(lb: pd.DataFrame, _: Context) -> pd.Series:
    """Return results in a unit that the table cannot convert, and all of an unknown test that has several units."""
    table = load_units()
    has = (lb["LBSTRESC"] != "") & (lb["LBSTRESU"] != "")
    is_known = lb["LBTESTCD"].isin(list(table.standard))
    factor = table.factor(lb["LBTESTCD"], lb["LBSTRESU"])
    unknown = lb.loc[has & ~is_known]
    units = unknown["LBSTRESU"].map(unit_key).groupby(unknown["LBTESTCD"]).nunique()
    return has & ((is_known & factor.isna()) | (~is_known & lb["LBTESTCD"].isin(units.index[units > 1])))


def find_other_than_percent(cp: pd.DataFrame, context: Context) -> pd.Series:
    """Return the cells' results in another unit than percent."""
    unit = context.plan.immunology.unit
    return _of("cp", cp, _cells(context)) & ~cp["CPSTRESU"].isin([unit, ""])


def find_no_percentage(cp: pd.DataFrame, context: Context) -> pd.Series:
    """Return the cells' results outside 0 to 100."""
    value = to_number(cp["CPSTRESC"])
    return _of("cp", cp, _cells(context)) & ((value < 0) | (value > 100))


def find_fraction(cp: pd.DataFrame, context: Context) -> pd.Series:
    """Return the cells' results that look like fractions of one.

    Cases, the first that applies: above 1 or 0, not one; above 0 and below the least plausible percentage of its kind,
    one; of a kind most of whose results are one, one.
    """
    least = {cell.code: float(cell.plausible[0]) for cell in context.plan.immunology.cells}
    value = to_number(cp["CPSTRESC"])
    mine = _of("cp", cp, _cells(context)) & (value > 0)
    looks = mine & (value < cp["CPTESTCD"].map(least)) & (value <= 1)
    share = looks[mine].astype(float).groupby(cp["CPTESTCD"][mine]).mean()
    scale = cp["CPTESTCD"].isin(share.index[share.to_numpy(dtype=float) > MOST])
    return looks | (mine & scale & (value <= 1))


def _checks(domain: str) -> tuple[Check, ...]:
    """Return the checks that both domains share, in their order."""

    def bound(
        find: Callable[[str, pd.DataFrame, Context], pd.Series],
    ) -> Callable[[pd.DataFrame, Context], pd.Series]:
        return lambda frame, context: find(domain, frame, context)

    result, unit = _name(domain, "STRESC"), _name(domain, "STRESU")
    return (
        Check(R073, domain, result, bound(find_done_and_not_done), "empty"),
        Check(REPEATED, domain, result, bound(find_repeated), "list"),
        Check(SEVERAL, domain, result, bound(find_several), "list"),
        Check(DIFFERS, domain, result, bound(find_differing_number), "empty"),
        Check(R079, domain, result, bound(find_text), "list"),
        Check(R078, domain, result, _if_there(unit, bound(find_without_unit)), "empty"),
    )


def _if_there(
    variable: str, find: Callable[[pd.DataFrame, Context], pd.Series]
) -> Callable[[pd.DataFrame, Context], pd.Series]:
    """Return a check that finds nothing where the domain has no such variable: analyses say then that it is absent."""
    return lambda frame, context: (
        find(frame, context) if variable in frame else pd.Series(data=False, index=frame.index)
    )


def _name(domain: str, suffix: str) -> str:
    return f"{domain.upper()}{suffix}"


def _result(domain: str, frame: pd.DataFrame) -> pd.Series:
    return frame[_name(domain, "STRESC")].astype(object)


def _of(domain: str, frame: pd.DataFrame, codes: object) -> pd.Series:
    return frame[_name(domain, "TESTCD")].isin(list(codes)) & (_result(domain, frame) != "")  # type: ignore[call-overload]


def _cells(context: Context) -> list[str]:
    return [cell.code for cell in context.plan.immunology.cells]


def is_limit(text: pd.Series) -> pd.Series:
    """Return which results lie below or above a limit."""
    return map_texts(text, lambda result: re.match(CENSORED, result) is not None).astype(bool)


def _same_day(domain: str, frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the records with a result, and what makes two of them the same."""
    mine = frame.loc[_result(domain, frame) != ""]
    unit = _name(domain, "STRESU")
    keys = pd.DataFrame(
        {
            "USUBJID": mine["USUBJID"], "TEST": mine[_name(domain, "TESTCD")],
            "DAY": day_of(mine[_name(domain, "DTC")]), "RESULT": _result(domain, mine),
            "UNIT": mine.get(unit, ""),
        }
    )  # fmt: skip
    return mine, keys


def _among(frame: pd.DataFrame, rows: pd.Index) -> pd.Series:
    return pd.Series(np.isin(frame.index, rows), index=frame.index)


# Repeats come before the values: they are told of the records as they came.
CHECKS: tuple[Check, ...] = (
    *_checks("lb"),
    Check(R080, "lb", "LBSTRESC", _if_there("LBSTRESU", find_other_unit), "empty"),
    *_checks("cp"),
    Check(R081, "cp", "CPSTRESC", _if_there("CPSTRESU", find_other_than_percent), "empty"),
    Check(R082, "cp", "CPSTRESC", find_no_percentage, "empty"),
    Check(R082, "cp", "CPSTRESC", find_fraction, "empty", problem="looks like a fraction of one"),
)
