"""Intercurrent events: early stop, rescue and death of each subject, kept apart from missing data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sap_helpers.adam.contact import compute_last_seen
from sap_helpers.adam.dates import compute_end, compute_start

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sap_helpers.plan import Plan


def is_word(text: pd.Series, words: Iterable[str]) -> pd.Series:
    """Return whether each text is one of the words, without regard to letter case and outer blanks."""
    return text.str.strip().str.upper().isin({word.upper() for word in words})


def derive_treatment_records(ds: pd.DataFrame, subjects: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Return the disposition records about study treatment, earliest first; a partial date is not before the last dose.

    Parameters
    ----------
    ds
        The DS domain of a cut.
    subjects
        USUBJID, TRTEDT.

    Returns
    -------
    pandas.DataFrame
        USUBJID, ADT, DSDECOD, SRCROW, SRCSEQ.
    """
    of_treatment = is_word(ds["DSCAT"], [plan.events.disposition_category]) & is_word(
        ds["DSSCAT"], [plan.events.treatment_scope]
    )
    kept = ds.loc[of_treatment]
    last_dose = kept["USUBJID"].map(subjects.set_index("USUBJID")["TRTEDT"])
    frame = pd.DataFrame(
        {
            "USUBJID": kept["USUBJID"], "ADT": compute_end(kept["DSSTDTC"], last_dose),
            "DSDECOD": kept["DSDECOD"].str.strip().str.upper(), "SRCROW": kept["ROW"],
            "SRCSEQ": kept.get("DSSEQ", np.nan),
        }
    )  # fmt: skip
    return frame.sort_values(["USUBJID", "ADT"], ignore_index=True)


def derive_early_stops(treatment: pd.DataFrame, adex: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Return the first early stop of each subject: USUBJID, STOPDT, STOPRSN, STOPROW, STOPSEQ.

    Cases: COMPLETED, no stop; a response word after the planned least number of cycles, no stop; any other, a stop.
    """
    cycles = _count_cycles(treatment, adex)
    finished = is_word(treatment["DSDECOD"], plan.events.completed)
    by_response = is_word(treatment["DSDECOD"], plan.events.response_completion) & (
        cycles >= plan.events.response_min_cycles
    )
    stops = treatment.loc[~finished & ~by_response].drop_duplicates("USUBJID")
    names = {"ADT": "STOPDT", "DSDECOD": "STOPRSN", "SRCROW": "STOPROW", "SRCSEQ": "STOPSEQ"}
    return stops.rename(columns=names).reset_index(drop=True)


def derive_rescues(cm: pd.DataFrame, subjects: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Return the first rescue therapy of each subject on or after the first dose.

    A rescue record without a start date counts from the first dose.

    Returns
    -------
    pandas.DataFrame
        USUBJID, RESCDT, RESCTRT, RESCROW, RESCSEQ.
    """
    kept = cm.loc[is_word(cm["CMCAT"], [plan.events.rescue_category])]
    first_dose = kept["USUBJID"].map(subjects.set_index("USUBJID")["TRTSDT"])
    start = compute_start(kept["CMSTDTC"], first_dose).fillna(first_dose)
    named = kept["CMTRT"] if "CMTRT" in kept else pd.Series("", index=kept.index, dtype=object)
    frame = pd.DataFrame(
        {
            "USUBJID": kept["USUBJID"], "RESCDT": start, "RESCTRT": named, "RESCROW": kept["ROW"],
            "RESCSEQ": kept.get("CMSEQ", np.nan),
        }
    )  # fmt: skip
    frame = frame.loc[start >= first_dose].sort_values(["USUBJID", "RESCDT"])
    return frame.drop_duplicates("USUBJID").reset_index(drop=True)


def compute_death(
    dm: pd.DataFrame, subjects: pd.DataFrame, domains: Mapping[str, pd.DataFrame], cut_date: pd.Timestamp
) -> pd.Series:
    """Return the day of death (`compute_end`); missing where alive or not yet known at the cut.

    Parameters
    ----------
    dm
        The DM domain of a cut.
    subjects
        USUBJID, TRTEDT: with the visits in `domains`, when each was last seen.
    domains
        Typed domains of a cut by name.
    cut_date
        The last day that counts.
    """
    if "DTHDTC" not in dm:
        return pd.Series(pd.NaT, index=dm.index, dtype="datetime64[ns]")
    texts = dm[["USUBJID", "DTHDTC"]].rename(columns={"DTHDTC": "DTC"})
    day = compute_end(texts["DTC"], compute_last_seen(texts, subjects, domains))
    return day.where(day <= cut_date).astype("datetime64[ns]")


def derive_first_event(subjects: pd.DataFrame) -> pd.DataFrame:
    """Add the first of the three events, ICEDT and ICETYPE ("" for none; of one day death, then stop, then rescue)."""
    ranked = subjects[["DTHDT", "STOPDT", "RESCDT"]].rename(
        columns={"DTHDT": "DEATH", "STOPDT": "STOPPED", "RESCDT": "RESCUE"}
    )
    first = ranked.min(axis=1)
    kind = pd.Series("", index=subjects.index, dtype=object)
    for name in reversed(ranked.columns):
        kind = kind.mask(ranked[name].notna() & (ranked[name] == first), name)
    return subjects.assign(ICEDT=first.astype("datetime64[ns]"), ICETYPE=kind)


def _count_cycles(treatment: pd.DataFrame, adex: pd.DataFrame) -> pd.Series:
    """Return the cycles started up to the day of each disposition record."""
    dosed = adex.loc[adex["AVAL"] > 0, ["USUBJID", "ASTDT", "CYCLE"]]
    pairs = treatment.reset_index(names="_record").merge(dosed, on="USUBJID")
    started = pairs.loc[pairs["ASTDT"] <= pairs["ADT"]].groupby("_record")["CYCLE"].nunique()
    return started.reindex(treatment.index, fill_value=0)
