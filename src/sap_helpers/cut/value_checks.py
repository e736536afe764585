"""Checks on single values: ages, doses, limits of normal and results that cannot be, or that the plan does not know."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sap_helpers.cut.checks import Check
from sap_helpers.cut.values import SIZES, YEARS, find_number_problems, is_same_number
from sap_helpers.findings import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sap_helpers.cut.checks import Context

MISSING = "Treated as missing. Correct the source, or record the query."
R091 = Rule("R091", "quarantined", "out of range", (), "", MISSING)
YEAR = replace(
    R091, title="a date whose year is out of range", allowed=f"a year from {YEARS[0]} to {YEARS[-1]}",
    action="Treated as missing. Correct the source.",
)  # fmt: skip
SIZE = replace(
    R091, title="too large or too small to compute with", allowed=f"0, or a size from {SIZES[0]:g} to {SIZES[1]:g}"
)
AGE = replace(R091, title="not an age in years")
LIMITS = replace(
    R091, title="not a limit of normal", allowed="limits of 0 or more, the upper above 0 and not below the lower",
    action="Both limits are treated as missing. Correct the source.",
)  # fmt: skip
TREATMENT = replace(
    R091, severity="listed", title="another treatment than the plan's",
    action="Counted as a dose. Correct the source, or record the query.",
)  # fmt: skip
UNIT = replace(
    TREATMENT, title="a dose in another unit than the plan's",
    action="Counted as a dose; its amount is in no cumulative dose. Correct the source, or record the query.",
)  # fmt: skip
DOSE = replace(
    TREATMENT, title="another dose than the plan's",
    action="Analysed as recorded. Correct the source, or record the query.",
)  # fmt: skip
MEDICATION = replace(DOSE, title="a daily dose far from the usual one")
RULES = (R091,)


def find_no_age(dm: pd.DataFrame, context: Context) -> pd.Series:
    """Return the subjects whose age is none that the plan allows."""
    lowest, highest = context.plan.quality.ages
    return (dm["AGE"] < lowest) | (dm["AGE"] > highest)


def find_bad_lower_limit(lb: pd.DataFrame, context: Context) -> pd.Series:
    """Return the records of tests of the plan with a lower limit below 0 or above the upper one."""
    return _is_planned(lb, context) & ((lb["LBSTNRLO"] < 0) | (lb["LBSTNRLO"] > _numbers(lb, "LBSTNRHI")))


def find_bad_upper_limit(lb: pd.DataFrame, context: Context) -> pd.Series:
    """Return the records of tests of the plan with an upper limit of 0 or below."""
    return _is_planned(lb, context) & (lb["LBSTNRHI"] <= 0)


def find_other_treatment(ex: pd.DataFrame, context: Context) -> pd.Series:
    """Return the records of dosing with another treatment than the plan's."""
    return ~_is_one_of(ex["EXTRT"], context.plan.design.treatments)


def find_other_unit(ex: pd.DataFrame, context: Context) -> pd.Series:
    """Return the records of dosing in a unit that is not the plan's and does not convert to it.

    Where no record has a unit all doses are taken to be in the plan's.
    """
    return ~_is_one_of(ex["EXDOSU"], context.plan.exposure.unit_factors) & bool((ex["EXDOSU"] != "").any())


def find_other_dose(ex: pd.DataFrame, context: Context) -> pd.Series:
    """Return the records whose dose is missing, or known in the plan's unit and another one; not quarantined ones."""
    factors = {unit.upper(): float(factor) for unit, factor in context.plan.exposure.unit_factors.items()}
    factor = ex["EXDOSU"].str.strip().str.upper().map(factors).astype(float) if "EXDOSU" in ex else 1.0
    amount = ex["EXDOSE"] * factor
    planned = pd.Series(float(context.plan.design.dose_iu), index=ex.index)
    return (ex["EXDOSE"].isna() & (ex["QUARFL"] != "Y")) | (amount.notna() & ~is_same_number(amount, planned))


def find_unusual_dose(cm: pd.DataFrame, context: Context) -> pd.Series:
    """Return the records of a drug whose daily dose is farther from its usual one than the plan's multiple."""
    rule, steroids = context.plan.quality, context.plan.steroids
    if not {"CMDOSU", "CMTRT"} <= set(cm):
        return pd.Series(data=False, index=cm.index)
    coded = _texts(cm, "CMDECOD")
    usual = cm["CMTRT"].where(coded == "", coded).str.strip().str.upper().map(_floats(rule.usual_daily_dose))
    per_day = _texts(cm, "CMDOSFRQ").str.upper().map(_floats(steroids.doses_per_day)).fillna(1.0)
    is_known = _is_one_of(cm["CMDOSU"], [steroids.unit])
    daily = cm["CMDOSE"] * per_day
    return is_known & ((daily > rule.dose_multiple * usual) | (daily * rule.dose_multiple < usual))


def find_result_out_of_size(domain: str, frame: pd.DataFrame) -> pd.Series:
    """Return the records whose result or limit of quantification is too large or too small to compute with."""
    bare = frame[f"{domain.upper()}STRESC"].astype(object).str.lstrip("<>= ")
    return find_number_problems(bare) == R091.rule


def _is_planned(lb: pd.DataFrame, context: Context) -> pd.Series:
    return lb["LBTESTCD"].isin(list(context.plan.laboratory.tests))


def _is_one_of(text: pd.Series, words: Iterable[str]) -> pd.Series:
    return text.str.strip().str.upper().isin([word.upper() for word in words])


def _floats(numbers: Any) -> dict[str, float]:
    return {name.upper(): float(number) for name, number in numbers.items()}


def _texts(frame: pd.DataFrame, name: str) -> pd.Series:
    return frame[name].str.strip() if name in frame else pd.Series("", index=frame.index, dtype=object)


def _numbers(frame: pd.DataFrame, name: str) -> pd.Series:
    return frame[name] if name in frame else pd.Series(np.nan, index=frame.index)


CHECKS = (
    Check(AGE, "dm", "AGE", find_no_age, "empty", lambda plan: f"{plan.quality.ages[0]} to {plan.quality.ages[1]}"),
    Check(
        TREATMENT, "ex", "EXTRT", find_other_treatment, "list", lambda plan: ", ".join(plan.design.treatments),
        is_grouped=True,
    ),
    Check(
        UNIT, "ex", "EXDOSU", find_other_unit, "list", lambda plan: ", ".join(plan.exposure.unit_factors),
        is_grouped=True,
    ),
    Check(DOSE, "ex", "EXDOSE", find_other_dose, "list", lambda plan: f"{plan.design.dose_iu} IU", is_grouped=True),
    Check(
        MEDICATION, "cm", "CMDOSE", find_unusual_dose, "list",
        lambda plan: f"the usual daily dose, at most {plan.quality.dose_multiple} times more or less",
    ),
    Check(LIMITS, "lb", "LBSTNRHI", find_bad_upper_limit, "empty", also="LBSTNRLO"),
    Check(LIMITS, "lb", "LBSTNRLO", find_bad_lower_limit, "empty", also="LBSTNRHI"),
    Check(SIZE, "lb", "LBSTRESC", lambda lb, _: find_result_out_of_size("lb", lb), "empty"),
    Check(SIZE, "cp", "CPSTRESC", lambda cp, _: find_result_out_of_size("cp", cp), "empty"),
)  # fmt: skip
