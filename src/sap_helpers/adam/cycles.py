"""Cycles as they were started: the days of each, to which adverse events by cycle are assigned."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sap_helpers.adam.exposure import compute_cycle
from sap_helpers.adam.timing import ONE_DAY, compute_study_day

if TYPE_CHECKING:
    from sap_helpers.plan import Plan


def derive_cycles(adex: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Return the cycles that each subject started.

    A cycle runs from its first dose to the day before the next one's; the last one has its planned length. A dose
    belongs to the cycle that its epoch names, without one to the block of days that it falls in.

    Parameters
    ----------
    adex
        As `derive_exposure` returns it.

    Returns
    -------
    pandas.DataFrame
        USUBJID, CYCLE (Int64), ASTDT, AENDT (both included), LDOSEDT (last dose in it), by subject and start.
    """
    doses = _doses(adex, plan)
    by = doses.groupby(["USUBJID", "CYCLE"])["ADT"]
    cycles = pd.DataFrame({"ASTDT": by.min(), "LDOSEDT": by.max()}).reset_index()
    cycles = cycles.sort_values(["USUBJID", "ASTDT", "CYCLE"], ignore_index=True)
    following = cycles.groupby("USUBJID")["ASTDT"].shift(-1) - ONE_DAY
    whole = cycles["ASTDT"] + (plan.design.cycle_days - 1) * ONE_DAY
    return cycles.assign(AENDT=following.fillna(whole), CYCLE=cycles["CYCLE"].astype("Int64"))


def find_cycle(subjects: pd.Series, dates: pd.Series, cycles: pd.DataFrame) -> pd.Series:
    """Return the cycle in which each date of a subject lies; Int64, missing outside every cycle.

    Parameters
    ----------
    subjects, dates
        USUBJID and datetime64, aligned.
    cycles
        As `derive_cycles` returns them.
    """
    asked = pd.DataFrame({"USUBJID": subjects.to_numpy(), "ADT": dates.to_numpy(), "_at": range(len(dates))})
    pairs = asked.merge(cycles, on="USUBJID")
    inside = pairs.loc[(pairs["ADT"] >= pairs["ASTDT"]) & (pairs["ADT"] <= pairs["AENDT"])]
    found = inside.drop_duplicates("_at").set_index("_at")["CYCLE"].reindex(asked["_at"])
    return pd.Series(found.to_numpy(), index=dates.index).astype("Int64")


def _doses(adex: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Return one row per day with a dose above 0, intervals expanded: USUBJID, ADT, CYCLE."""
    dosed = adex.loc[adex["AVAL"] > 0].reset_index(drop=True)
    rows = dosed.loc[dosed.index.repeat(dosed["NDAYS"].to_numpy(dtype=int))]
    step = rows["EXDOSFRQ"].str.strip().str.upper().map(plan.exposure.frequency_days).fillna(0).astype(int)
    days = rows["ASTDT"] + pd.to_timedelta(step * rows.groupby(level=0).cumcount(), unit="D")
    cycle = compute_cycle(rows["EPOCH"], compute_study_day(days, rows["TRTSDT"]), plan)
    return pd.DataFrame({"USUBJID": rows["USUBJID"], "ADT": days, "CYCLE": cycle}).drop_duplicates(ignore_index=True)
