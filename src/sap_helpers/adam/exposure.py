"""Exposure: the records of dosing as ADEX, the days with a dose, and the cycles that they make."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sap_helpers.adam.dates import compute_earliest
from sap_helpers.adam.timing import compute_study_day
from sap_helpers.cut.units import compute_scaled

if TYPE_CHECKING:
    from sap_helpers.plan import Plan

# the unit of the plan's dose
IU = "IU"


def derive_exposure(ex: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Return ADEX without numbering: one row per record of exposure, in time order within subject.

    Parameters
    ----------
    ex
        The EX domain of a cut, records without a full start date already quarantined; text columns and ROW.

    Returns
    -------
    pandas.DataFrame
        USUBJID, PARAMCD, AVAL and AVALU (dose, in IU where its unit converts to that), ASTDT, AENDT (start where it is
        missing), EXTRT, EXROUTE, EXDOSFRQ, EPOCH, NDAYS (days with a dose), TRTSDT (first dose above 0 of the subject),
        ADY, CYCLE, SRCDOM, SRCROW, SRCSEQ.
    """
    start = compute_earliest(ex["EXSTDTC"])
    amount = compute_amount(ex["EXDOSE"].astype(float), _text(ex, "EXDOSU"), plan)
    end = compute_earliest(_text(ex, "EXENDTC")).fillna(start)
    frame = pd.DataFrame(
        {
            "USUBJID": ex["USUBJID"], "PARAMCD": "DOSE", **amount, "ASTDT": start, "AENDT": end,
            **{name: _text(ex, name) for name in ("EXTRT", "EXROUTE", "EXDOSFRQ", "EPOCH")}, "SRCDOM": "EX",
            "SRCROW": ex["ROW"], "SRCSEQ": ex.get("EXSEQ", np.nan),
        }
    )  # fmt: skip
    interval = _interval_days(frame["EXDOSFRQ"], plan)
    span = (frame["AENDT"] - frame["ASTDT"]).dt.days.clip(lower=0)
    frame["NDAYS"] = np.where(interval > 0, span // interval.clip(lower=1) + 1, 1)
    first = frame.loc[frame["AVAL"] > 0].groupby("USUBJID")["ASTDT"].min()
    frame["TRTSDT"] = pd.to_datetime(frame["USUBJID"].map(first))
    frame["ADY"] = compute_study_day(frame["ASTDT"], frame["TRTSDT"])
    frame["CYCLE"] = compute_cycle(frame["EPOCH"], frame["ADY"], plan)
    return frame.sort_values(["USUBJID", "ASTDT"], ignore_index=True)


def compute_amount(dose: pd.Series, unit: pd.Series, plan: Plan) -> dict[str, pd.Series]:
    """Return AVAL and AVALU of doses: in IU where the plan has a factor of the unit, else as recorded."""
    factors = {name.upper(): value for name, value in plan.exposure.unit_factors.items()}
    factor = unit.str.strip().str.upper().map(factors)
    return {"AVAL": compute_scaled(dose, factor.astype(object)), "AVALU": unit.where(factor.isna(), IU)}


def is_amount_known(adex: pd.DataFrame) -> pd.Series:
    """Return which doses are in IU; in a cut without units of doses all of them are taken to be."""
    return (adex["AVALU"] == IU) | bool((adex["AVALU"] == "").all())


def compute_cycle(epoch: pd.Series, study_day: pd.Series, plan: Plan) -> pd.Series:
    """Return the cycle: the number in an epoch of the form ``CYCLE n``, else the block of days it falls in; Int64."""
    named = epoch.str.upper().str.extract(r"^CYCLE\s+(\d+)$")[0].astype("Float64").astype("Int64")
    counted = (study_day - 1) // plan.design.cycle_days + 1
    return named.fillna(counted).where(study_day.notna() & (study_day > 0))


def compute_dosing_days(adex: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Return the distinct days with a dose above 0 of each subject, intervals expanded: USUBJID, ADT."""
    dosed = adex.loc[adex["AVAL"] > 0].reset_index(drop=True)
    rows = dosed.loc[dosed.index.repeat(dosed["NDAYS"].to_numpy(dtype=int)), ["USUBJID", "ASTDT", "EXDOSFRQ"]]
    step = _interval_days(rows["EXDOSFRQ"], plan) * rows.groupby(level=0).cumcount()
    rows["ADT"] = rows["ASTDT"] + pd.to_timedelta(step, unit="D")
    return rows[["USUBJID", "ADT"]].drop_duplicates().sort_values(["USUBJID", "ADT"], ignore_index=True)


def compute_treatment_dates(adex: pd.DataFrame, cut_date: pd.Timestamp) -> pd.DataFrame:
    """Return TRTSDT, TRTEDT (at most the cut) and NCYCLES (cycles started) by USUBJID, of the subjects with a dose."""
    dosed = adex.loc[adex["AVAL"] > 0]
    by = dosed.groupby("USUBJID")
    dates = pd.DataFrame(
        {"TRTSDT": by["ASTDT"].min(), "TRTEDT": by["AENDT"].max().where(lambda day: day <= cut_date, cut_date)}
    )
    return dates.assign(NCYCLES=by["CYCLE"].nunique().astype("Int64"))


def compute_compliance(adex: pd.DataFrame, limit: pd.Series, first_dose: pd.Series, plan: Plan) -> pd.DataFrame:
    """Return injections planned and given before a limit, by subject.

    Parameters
    ----------
    limit
        datetime64 by USUBJID: only days before it count.
    first_dose
        datetime64 by USUBJID, the same index.

    Returns
    -------
    pandas.DataFrame
        PLANNED and GIVEN (Int64) by USUBJID; given counts distinct dosing days, planned or not.
    """
    days = compute_dosing_days(adex, plan)
    before = days.loc[days["ADT"] < days["USUBJID"].map(limit)]
    given = before.groupby("USUBJID").size().reindex(first_dose.index, fill_value=0)
    planned_days = np.array(plan.design.planned_days(plan.sets.per_protocol.cycles))
    room = (limit - first_dose).dt.days.to_numpy()
    planned = (planned_days[None, :] <= room[:, None]).sum(axis=1)
    return pd.DataFrame({"PLANNED": planned, "GIVEN": given}, index=first_dose.index).astype("Int64")


def _interval_days(frequency: pd.Series, plan: Plan) -> pd.Series:
    """Return the days from one dose to the next; 0, a single dose, where the frequency is missing or unknown."""
    return frequency.str.upper().map(plan.exposure.frequency_days).fillna(0).astype(int)


def _text(frame: pd.DataFrame, column: str) -> pd.Series:
    return frame[column] if column in frame else pd.Series("", index=frame.index, dtype=object)
