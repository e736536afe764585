"""Medication as ADCM: dates, prednisone equivalents, and what may be rescue therapy that nobody recorded as such."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sap_helpers.adam.dates import compute_latest, compute_start, is_partial
from sap_helpers.adam.events import is_word
from sap_helpers.adam.timing import compute_study_day

if TYPE_CHECKING:
    from sap_helpers.plan import Plan

TEXT = ("CMTRT", "CMDECOD", "CMCAT", "CMDOSU", "CMDOSFRQ", "CMSTDTC", "CMENDTC")


def derive_medication(cm: pd.DataFrame | None, subjects: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Return ADCM without numbering: one row per record of a treated subject, in their order.

    Returns
    -------
    pandas.DataFrame
        USUBJID, CMTRT, CMDECOD, CMCAT, ASTDT (first dose where empty), AENDT (`compute_end`; missing where ongoing),
        ADY, AVAL (prednisone equivalent in mg/day, missing where it is no steroid or its dose is not known), CRIT1FL
        ("Y" for a rescue record), CRIT2FL ("Y" for a listed drug started after the first dose, coded neither rescue
        nor background), SRCDOM, SRCROW, SRCSEQ.
    """
    if cm is None:
        cm = pd.DataFrame({"USUBJID": pd.Series(dtype=object), "ROW": pd.Series(dtype="int64")})
    first_dose = cm["USUBJID"].map(subjects.loc[subjects["SAFFL"] == "Y"].set_index("USUBJID")["TRTSDT"])
    cm, first_dose = cm.loc[first_dose.notna()], first_dose[first_dose.notna()].astype("datetime64[ns]")
    text = {name: cm[name] if name in cm else pd.Series("", index=cm.index, dtype=object) for name in TEXT}
    start = compute_start(text["CMSTDTC"], first_dose).fillna(first_dose)
    is_rescue = is_word(text["CMCAT"], [plan.events.rescue_category])
    frame = pd.DataFrame(
        {
            "USUBJID": cm["USUBJID"], "CMTRT": text["CMTRT"], "CMDECOD": text["CMDECOD"], "CMCAT": text["CMCAT"],
            "ASTDT": start, "AENDT": compute_end(text, start, plan), "ADY": compute_study_day(start, first_dose),
            "AVAL": compute_prednisone_equivalent(cm, text, plan), "CRIT1FL": np.where(is_rescue, "Y", ""),
            "CRIT2FL": np.where(is_possible_rescue(text, start, first_dose, plan), "Y", ""), "SRCDOM": "CM",
            "SRCROW": cm["ROW"].astype("Int64"), "SRCSEQ": cm.get("CMSEQ", np.nan),
        }
    )  # fmt: skip
    return frame.reset_index(drop=True)


def compute_end(text: dict[str, pd.Series], start: pd.Series, plan: Plan) -> pd.Series:
    """Return the last day of each record.

    Cases, the first that applies: a single dose without a complete end, its start; empty, missing (it goes on); else
    the latest day that the end allows.
    """
    single = [word for word, days in plan.exposure.frequency_days.items() if not days]
    is_open = (text["CMENDTC"] == "") | is_partial(text["CMENDTC"])
    return compute_latest(text["CMENDTC"]).mask(is_word(text["CMDOSFRQ"], single) & is_open, start)


def compute_prednisone_equivalent(cm: pd.DataFrame, text: dict[str, pd.Series], plan: Plan) -> pd.Series:
    """Return mg/day of prednisone that equal each record's dose: dose times doses a day times the drug's factor."""
    rule = plan.steroids
    factor = drug(text).map({name: float(value) for name, value in rule.prednisone_equivalent.items()})
    per_day = text["CMDOSFRQ"].str.strip().str.upper().map({name: float(n) for name, n in rule.doses_per_day.items()})
    dose = cm["CMDOSE"].astype(float) if "CMDOSE" in cm else pd.Series(np.nan, index=cm.index)
    return (dose * per_day * factor).where(is_word(text["CMDOSU"], [rule.unit])).astype(float)


def is_possible_rescue(text: dict[str, pd.Series], start: pd.Series, first_dose: pd.Series, plan: Plan) -> pd.Series:
    """Return which records are a listed drug started after the first dose, coded neither rescue nor background."""
    rule = plan.events
    listed = (*rule.immunosuppressants, *rule.biologics, *plan.steroids.prednisone_equivalent)
    coded = is_word(text["CMCAT"], [rule.rescue_category, rule.background_category])
    return is_word(drug(text), listed) & (start > first_dose) & ~coded


def drug(text: dict[str, pd.Series]) -> pd.Series:
    """Return the drug's name, the coded one where there is one, in capitals."""
    return text["CMDECOD"].where(text["CMDECOD"] != "", text["CMTRT"]).str.strip().str.upper()


def compute_daily_prednisone(adcm: pd.DataFrame, days: pd.Series) -> pd.Series:
    """Return the prednisone equivalent in mg/day on one day of each subject, rescue therapy left out.

    Parameters
    ----------
    adcm
        As `derive_medication` returns it.
    days
        The day (datetime64) by USUBJID.

    Returns
    -------
    pandas.Series
        By USUBJID, for those with a steroid of known dose active on their day; several add up.
    """
    return add_up(find_daily_prednisone(adcm, days), "USUBJID")


def add_up(taken: pd.DataFrame, by: str) -> pd.Series:
    """Return the sum of the doses AVAL by a column, the same to the last digit in whatever order the records stand."""
    return taken.sort_values("AVAL").groupby(by)["AVAL"].sum()


def find_daily_prednisone(adcm: pd.DataFrame, days: pd.Series) -> pd.DataFrame:
    """Return the records that `compute_daily_prednisone` adds up; parameters as there."""
    steroid = adcm.loc[adcm["AVAL"].notna() & (adcm["CRIT1FL"] != "Y")]
    day = steroid["USUBJID"].map(days)
    active = (steroid["ASTDT"] <= day) & ~(steroid["AENDT"] < day)
    return steroid.loc[active]
