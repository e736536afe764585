"""Laboratory grades: a value held against the bounds of the toxicity criteria, and worst grades after baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sap_helpers.plan.safety import LowGrades

if TYPE_CHECKING:
    from sap_helpers.plan import Plan
    from sap_helpers.plan.safety import HighGrades


def derive_safety_values(adlb: pd.DataFrame, codes: tuple[str, ...], plan: Plan) -> pd.DataFrame:
    """Return the laboratory values of the tests named: the baseline one, and every one after it to the last safety day.

    Of one test on one day the value with the highest source sequence number, then row, stands.

    Parameters
    ----------
    adlb
        USUBJID, PARCAT1, PARAMCD, ADT, ADY, AVAL, AVALU, ANRLO, ANRHI, BASE, ABLFL, SRCROW, SRCSEQ.

    Returns
    -------
    pandas.DataFrame
        The columns of `adlb`, by subject, test and day; values that are missing left out; IS_AFTER tells those after
        baseline.
    """
    kept = adlb.loc[(adlb["PARCAT1"] == "LABORATORY") & adlb["PARAMCD"].isin(codes) & adlb["AVAL"].notna()]
    day = kept["ADY"].astype("Int64")
    is_after = ((day > 1) & (day <= plan.safety.last_day)).fillna(value=False).astype(bool)
    kept = kept.assign(IS_AFTER=is_after, _seq=kept["SRCSEQ"].astype(float).fillna(-1))
    order = ["USUBJID", "PARAMCD", "ADT", "_seq", "SRCROW"]
    last = kept.sort_values(order).drop_duplicates(["USUBJID", "PARAMCD", "ADT"], keep="last")
    rows = pd.concat([kept.loc[kept["ABLFL"] == "Y"], last.loc[last["IS_AFTER"]]])
    return rows.drop(columns="_seq").sort_values(["USUBJID", "PARAMCD", "ADT"], ignore_index=True)


def compute_toxicity_grade(values: pd.DataFrame, test: LowGrades | HighGrades) -> pd.Series:
    """Return the grade of each value without regard to baseline: 0 for none; Int64, missing where it cannot be told.

    Parameters
    ----------
    values
        AVAL, AVALU, ANRLO, ANRHI.
    """
    if isinstance(test, LowGrades):
        bounds: list[pd.Series | float] = [values["ANRLO"], *(float(bound) for bound in test.below)]
        known = values["ANRLO"].notna() & values["AVALU"].str.strip().str.upper().isin([u.upper() for u in test.units])
        return _highest([is_above(bound, values["AVAL"]) for bound in bounds], values.index).where(known)
    return _above_limit(values, test).where(values["ANRHI"].notna())


def compute_grade_after(values: pd.DataFrame, test: LowGrades | HighGrades, baseline_grade: pd.Series) -> pd.Series:
    """Return the grade of each value after baseline, multiples of the own baseline taken into account.

    Parameters
    ----------
    values
        AVAL, AVALU, ANRLO, ANRHI, BASE.
    baseline_grade
        Grade of the subject's baseline value, aligned, missing where there is none.
    """
    grade = compute_toxicity_grade(values, test)
    if isinstance(test, LowGrades):
        return grade
    by_base = _above_base(values, test)
    has_base = values["BASE"].notna()
    if test.base_applies == "always":
        return grade.mask(has_base & (by_base > grade).fillna(value=False), by_base)
    if test.base_applies == "both":
        return grade.mask(has_base & (by_base < grade).fillna(value=False), by_base)
    is_abnormal = has_base & (baseline_grade > 0).fillna(value=False).astype(bool)
    return grade.mask(is_abnormal & grade.notna(), by_base)


def derive_worst_grades(values: pd.DataFrame, test: LowGrades | HighGrades) -> pd.DataFrame:
    """Return baseline and worst later grade of each subject with a graded value after baseline.

    Parameters
    ----------
    values
        As `derive_safety_values` returns them.

    Returns
    -------
    pandas.DataFrame
        USUBJID, BASEGR (Int64, missing where baseline cannot be graded), WORSTGR (Int64).
    """
    mine = values.loc[values["PARAMCD"] == test.code].reset_index(drop=True)
    first = mine.loc[mine["ABLFL"] == "Y"]
    at_base = pd.Series(compute_toxicity_grade(first, test).to_numpy(), index=first["USUBJID"]).astype("Int64")
    after = mine.loc[mine["IS_AFTER"]]
    grade = compute_grade_after(after, test, after["USUBJID"].map(at_base).astype("Int64"))
    worst = grade.groupby(after["USUBJID"]).max().dropna()
    base = at_base.reindex(worst.index)
    return pd.DataFrame({"USUBJID": worst.index, "BASEGR": base.to_numpy(), "WORSTGR": worst.to_numpy()}).astype(
        {"BASEGR": "Int64", "WORSTGR": "Int64"}
    )


def is_at_least(values: pd.Series, bound: pd.Series | float) -> pd.Series:
    """Return whether values reach a bound, compared on ten decimals: three times 0.1 is 0.3."""
    return (values - bound).round(10) >= 0


def is_above(values: pd.Series | float, bound: pd.Series | float) -> pd.Series:
    """Return whether values are above a bound, compared likewise; one of the two is a series."""
    difference = pd.Series(values - bound)
    return difference.round(10) > 0


def _above_limit(values: pd.DataFrame, test: HighGrades) -> pd.Series:
    passed = [_passes(values["AVAL"], values["ANRHI"], multiple) for multiple in test.uln]
    return _highest(passed, values.index)


def _above_base(values: pd.DataFrame, test: HighGrades) -> pd.Series:
    passed = [_passes(values["AVAL"], values["BASE"], multiple) for multiple in test.base]
    first = test.base[0]
    if test.is_first_base_included and first is not None:
        passed[0] = is_at_least(values["AVAL"], values["BASE"] * float(first))
    return _highest(passed, values.index)


def _passes(values: pd.Series, of: pd.Series, multiple: object) -> pd.Series:
    if multiple is None:
        return pd.Series(data=False, index=values.index)
    return is_above(values, of * float(str(multiple)))


def _highest(passed: list[pd.Series], index: pd.Index) -> pd.Series:
    """Return the highest grade whose bound is passed, counted from 1; 0 for none."""
    grades = np.zeros(len(index), dtype=np.int64)
    for grade, holds in enumerate(passed, start=1):
        grades = np.where(holds.to_numpy(dtype=bool), grade, grades)
    return pd.Series(grades, index=index).astype("Int64")
