"""Checks of standard results against the original ones that they were made of."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pandas as pd

from sap_helpers.cut.checks import Check
from sap_helpers.cut.laboratory_checks import CENSORED
from sap_helpers.cut.units import load_units, unit_key
from sap_helpers.cut.values import SAME, parse_number
from sap_helpers.findings import Rule

if TYPE_CHECKING:
    from collections.abc import Callable

    from sap_helpers.cut.checks import Context
    from sap_helpers.plan import Plan

R090 = Rule(
    "R090", "quarantined", "not what the original result says", (), "the original result, in the standard unit",
    "Treated as missing. Correct the source, or record the query.",
)  # fmt: skip
WITHOUT = replace(
    R090, severity="listed", title="an original result without a standard one", allowed="a standard result",
    action="Not analysed. Complete the standard result.",
)  # fmt: skip
RULES = (R090,)
PARTS = ("TESTCD", "ORRES", "ORRESU", "STRESC", "STRESU")


def find_other_than_original(domain: str, frame: pd.DataFrame, context: Context) -> pd.Series:
    """Return the records whose standard result is another one than their original result.

    Not evaluated: no original result, no standard one, units that the table of units does not convert into each other.
    Numbers, and limits such as "<10", are the same where they differ by no more than rounding to the decimals of the
    standard result, and the share that the plan allows where units were converted. Scores are not rounded; grades are
    compared as they are. Other words may be said in many ways and are not compared.
    """
    names = {part: f"{domain.upper()}{part}" for part in PARTS}
    if names["ORRES"] not in frame:
        return pd.Series(data=False, index=frame.index)
    parts = pd.DataFrame({part: frame.get(name, "") for part, name in names.items()}, index=frame.index, dtype=object)
    asked = (parts["ORRES"] != "") & (parts["STRESC"] != "")
    asked &= (parts["ORRES"] != parts["STRESC"]) | (parts["ORRESU"] != parts["STRESU"])
    is_other = {
        key: _differs(domain, key, context.plan)
        for key in parts.loc[asked].drop_duplicates().itertuples(index=False, name=None)
    }
    keys = parts.loc[asked].itertuples(index=False, name=None)
    found = pd.Series([is_other[key] for key in keys], index=frame.index[asked.to_numpy(dtype=bool)], dtype=bool)
    return found.reindex(frame.index, fill_value=False)


def find_without_standard(domain: str, frame: pd.DataFrame, _: Context) -> pd.Series:
    """Return the records with an original result and no standard one, those left out that say it was not obtained."""
    name = domain.upper()
    is_done = frame[f"{name}STAT"].str.upper() != "NOT DONE" if f"{name}STAT" in frame else True
    return (frame[f"{name}ORRES"] != "") & (frame[f"{name}STRESC"] == "") & (frame["QUARFL"] != "Y") & is_done


def _differs(domain: str, key: tuple[str, ...], plan: Plan) -> bool:
    """Return whether a standard result contradicts its original one; key as `PARTS`."""
    test, original, unit, standard, standard_unit = key
    grades = plan.instruments.bilag.grades
    if domain == "qs" and standard in grades and original.upper() in grades:
        return original.upper() != standard
    first, second = _read(original), _read(standard)
    factor = _factor(test, unit, standard_unit)
    if first is None or second is None or factor is None:
        return False
    (sign, number), (standard_sign, result) = first, second
    expected = number * factor
    allowed = abs(expected) * (plan.quality.conversion if factor != 1 else Decimal(SAME))
    if domain != "qs":
        allowed += _half_of_last_place(result)
    return sign != standard_sign or abs(result - expected) > allowed


def _read(text: str) -> tuple[str, Decimal] | None:
    """Return the sign before a number ("" where there is none) and the number, or None for other words."""
    limit = re.match(CENSORED, text)
    number = parse_number(limit["limit"] if limit else text)
    return None if number is None else (limit["sign"] if limit else "", number)


def _factor(test: str, unit: str, standard_unit: str) -> Decimal | None:
    """Return what an original result is multiplied by, None where that is not known."""
    if unit_key(unit) == unit_key(standard_unit):
        return Decimal(1)
    factors = load_units().factors
    first, second = (factors.get((test, unit_key(name))) for name in (unit, standard_unit))
    return None if first is None or second is None else first / second


def _half_of_last_place(number: Decimal) -> Decimal:
    exponent = number.as_tuple().exponent
    return Decimal(5).scaleb(min(int(exponent), 0) - 1)


def _checks(domain: str) -> tuple[Check, ...]:
    def bound(
        find: Callable[[str, pd.DataFrame, Context], pd.Series],
    ) -> Callable[[pd.DataFrame, Context], pd.Series]:
        return lambda frame, context: find(domain, frame, context)

    name = domain.upper()
    return (
        Check(WITHOUT, domain, f"{name}ORRES", bound(find_without_standard), "list"),
        Check(R090, domain, f"{name}STRESC", bound(find_other_than_original), "empty", beside=f"{name}ORRES"),
    )


CHECKS = (*_checks("qs"), *_checks("lb"), *_checks("cp"))
