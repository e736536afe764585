"""Study days, analysis windows, due weeks, and the choice of the one record that stands for a week."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sap_helpers.plan import Plan

ONE_DAY = pd.Timedelta(days=1)


def compute_study_day(date: pd.Series, first_dose: pd.Series) -> pd.Series:
    """Return the study day: 1 on the day of the first dose, -1 on the day before it, never 0.

    Parameters
    ----------
    date, first_dose
        datetime64, aligned; either may be missing.

    Returns
    -------
    pandas.Series
        Int64, missing where either date is.
    """
    days = (date - first_dose).dt.days.astype("Int64")
    return (days + (days >= 0).astype("Int64")).astype("Int64")


def compute_week(study_day: pd.Series, plan: Plan) -> pd.Series:
    """Return the week (0 = baseline) in whose window each study day lies; Int64, missing outside every window."""
    day = study_day.to_numpy(dtype="float64", na_value=np.nan)
    week = np.full(len(day), np.nan)
    for number in (0, *plan.time.weeks):
        first, last = plan.time.window(number)
        week[(day >= first) & (day <= last)] = number
    return pd.Series(week, index=study_day.index).astype("Int64")


def is_due(first_dose: pd.Series, week: int, cut_date: pd.Timestamp, plan: Plan) -> pd.Series:
    """Return whether the last day of a week's window is not after the cut; false where there was no dose."""
    last = plan.time.window(week)[1]
    return (first_dose + (last - 1) * ONE_DAY <= cut_date).fillna(value=False).astype(bool)


def derive_var_avisitn(records: pd.DataFrame, subjects: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Add the study day and the week of each record.

    Parameters
    ----------
    records
        USUBJID, ADT (datetime64).
    subjects
        USUBJID, TRTSDT (datetime64), one row a subject.

    Returns
    -------
    pandas.DataFrame
        The records with ADY and AVISITN (Int64).
    """
    first_dose = records["USUBJID"].map(subjects.set_index("USUBJID")["TRTSDT"])
    day = compute_study_day(records["ADT"], first_dose)
    return records.assign(ADY=day, AVISITN=compute_week(day, plan))


def derive_vars_chosen(records: pd.DataFrame, *, order: Iterable[str] = ()) -> pd.DataFrame:
    """Flag the one usable record that stands for each week of each parameter.

    Cases, the first that applies: not usable (AVAL and AVALC both missing), never; baseline window, the latest record;
    a later window, the record nearest to the target day, on a tie the later one. On one day the last by `order` wins.

    Parameters
    ----------
    records
        USUBJID, PARAMCD, ADY, AVISITN (Int64), AVAL (float64) and AVALC (text, "" = missing).
    order
        Columns that break a tie on one day, ascending; the last record is taken.

    Returns
    -------
    pandas.DataFrame
        The records, in their order, with ANL01FL and ABLFL ("Y" or "").
    """
    usable = (records["AVAL"].notna() | (records["AVALC"] != "")) & records["AVISITN"].notna()
    frame = records.loc[usable, ["USUBJID", "PARAMCD", "AVISITN", "ADY", *order]].copy()
    target = frame["AVISITN"] * 7 + 1
    distance = (frame["ADY"] - target).abs()
    frame["_far"] = distance.where(frame["AVISITN"] != 0, 0)
    keys = ["USUBJID", "PARAMCD", "AVISITN"]
    frame = frame.sort_values(
        [*keys, "_far", "ADY", *order], ascending=[True] * 3 + [False] + [True] * (1 + len([*order]))
    )
    chosen = frame.groupby(keys, sort=False).tail(1).index
    flag = pd.Series("", index=records.index, dtype=object)
    flag.loc[chosen] = "Y"
    return records.assign(ANL01FL=flag, ABLFL=flag.where(records["AVISITN"] == 0, ""))


def derive_vars_base_change(records: pd.DataFrame) -> pd.DataFrame:
    """Add the baseline value of the same parameter (BASE) and the change from it (CHG, after baseline alone)."""
    base = records.loc[records["ABLFL"] == "Y"].set_index(["USUBJID", "PARAMCD"])["AVAL"]
    keys = pd.MultiIndex.from_frame(records[["USUBJID", "PARAMCD"]])
    baseline = pd.Series(base.reindex(keys).to_numpy(), index=records.index, dtype="float64")
    change = (records["AVAL"] - baseline).round(10).where(records["ADY"].fillna(0) > 1)
    return records.assign(BASE=baseline, CHG=change)
