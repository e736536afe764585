"""Steroid dose by week: the prednisone equivalent of everything taken on one day, known only where it is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sap_helpers.adam.medication import add_up, drug
from sap_helpers.adam.timing import ONE_DAY, is_due

if TYPE_CHECKING:
    from sap_helpers.plan import Plan


def derive_doses_by_week(adsl: pd.DataFrame, adcm: pd.DataFrame, cut_date: pd.Timestamp, plan: Plan) -> pd.DataFrame:
    """Return each treated subject's dose on the target day of every week that is due, week 0 (the first dose) included.

    Returns
    -------
    pandas.DataFrame
        USUBJID, AVISITN (int64), ADT (the day), DOSE (mg/day; missing where it is not recorded or after a death), BASE
        (the dose of week 0).
    """
    grid = _target_days(adsl, cut_date, plan)
    dose = compute_dose_on(adcm, grid[["USUBJID", "ADT"]], plan, rescue_after=grid["TRTSDT"])
    grid["DOSE"] = dose.where(~(grid["DTHDT"] < grid["ADT"]))
    base = grid.loc[grid["AVISITN"] == 0].set_index("USUBJID")["DOSE"]
    return grid.assign(BASE=grid["USUBJID"].map(base).astype(float)).drop(columns=["TRTSDT", "DTHDT"])


def derive_taken_by_week(adsl: pd.DataFrame, adcm: pd.DataFrame, cut_date: pd.Timestamp, plan: Plan) -> pd.DataFrame:
    """Return the records of ADCM that `derive_doses_by_week` adds up: USUBJID, AVISITN, ASEQ."""
    grid = _target_days(adsl, cut_date, plan)
    taken = _taken(_steroids(adcm, plan), grid[["USUBJID", "ADT"]], grid["TRTSDT"])
    weeks = grid["AVISITN"].to_numpy()[taken["_row"].to_numpy(dtype=int)]
    return pd.DataFrame({"USUBJID": taken["USUBJID"], "AVISITN": weeks, "ASEQ": taken["ASEQ"]})


def find_steroids_on(adcm: pd.DataFrame, days: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Return the records that `compute_dose_on` adds up for days (USUBJID, ADT): USUBJID, DAY, ASEQ."""
    return _taken(_steroids(adcm, plan), days, None)[["USUBJID", "DAY", "ASEQ"]]


def _target_days(adsl: pd.DataFrame, cut_date: pd.Timestamp, plan: Plan) -> pd.DataFrame:
    """Return the target day of each due week of each treated subject: USUBJID, TRTSDT, DTHDT, AVISITN, ADT."""
    treated = adsl.loc[adsl["SAFFL"] == "Y", ["USUBJID", "TRTSDT", "DTHDT"]]
    weeks = [
        treated.loc[is_due(treated["TRTSDT"], week, cut_date, plan)].assign(AVISITN=week)
        for week in (0, *plan.time.weeks)
    ]
    grid = pd.concat(weeks, ignore_index=True).astype({"AVISITN": "int64"})
    return grid.assign(ADT=grid["TRTSDT"] + grid["AVISITN"] * 7 * ONE_DAY)


def compute_dose_on(
    adcm: pd.DataFrame, days: pd.DataFrame, plan: Plan, *, rescue_after: pd.Series | None = None
) -> pd.Series:
    """Return the prednisone equivalent in mg/day of all steroids active on given days, rescue therapy included.

    Cases, the first that applies: a subject without any steroid of known dose, missing (not recorded, which is not
    the same as none); a steroid of unknown dose active that day, missing; none active, 0; else the sum of the doses.

    Parameters
    ----------
    adcm
        As `derive_medication` returns it.
    days
        USUBJID, ADT (datetime64); any number of days a subject.
    rescue_after
        Rescue therapy is left out on this day (datetime64, aligned with `days`): at baseline it is not background.

    Returns
    -------
    pandas.Series
        float64, aligned with `days`.
    """
    steroid = _steroids(adcm, plan)
    recorded = set(steroid.loc[steroid["AVAL"].notna(), "USUBJID"])
    taken = _taken(steroid, days, rescue_after)
    rows = np.arange(len(days))
    unknown = np.isin(rows, taken.loc[taken["AVAL"].isna(), "_row"])
    total = add_up(taken, "_row").reindex(rows, fill_value=0.0)
    known = days["USUBJID"].isin(recorded).to_numpy() & ~unknown
    return pd.Series(total.to_numpy(dtype=float), index=days.index).where(known)


def is_more_than(dose: pd.Series, limit: pd.Series | float) -> pd.Series:
    """Return whether doses are above a limit, compared on the six decimals that the plan's factors have."""
    return (dose - limit).round(6) > 0


def _steroids(adcm: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    names = {name: adcm[name] for name in ("CMDECOD", "CMTRT")}
    return adcm.loc[drug(names).isin(list(plan.steroids.prednisone_equivalent))]


def _taken(steroid: pd.DataFrame, days: pd.DataFrame, rescue_after: pd.Series | None) -> pd.DataFrame:
    """Return the steroids active on given days, one row a day (its place in `_row`) and record."""
    asked = pd.DataFrame({"USUBJID": days["USUBJID"], "DAY": days["ADT"], "_row": np.arange(len(days))})
    asked["_base"] = pd.NaT if rescue_after is None else rescue_after.to_numpy()
    named = ("USUBJID", "ASTDT", "AENDT", "AVAL", "CRIT1FL", "ASEQ")
    pairs = asked.merge(steroid[[name for name in named if name in steroid]], on="USUBJID")
    active = (pairs["ASTDT"] <= pairs["DAY"]) & ~(pairs["AENDT"] < pairs["DAY"])
    return pairs.loc[active & ~((pairs["CRIT1FL"] == "Y") & (pairs["DAY"] == pairs["_base"]))]
