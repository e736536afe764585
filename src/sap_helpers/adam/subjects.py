"""Subjects: ADSL, one row a subject, with treatment dates, intercurrent events and the membership of every set."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from sap_helpers.adam.dates import compute_start
from sap_helpers.adam.events import (
    compute_death,
    derive_early_stops,
    derive_first_event,
    derive_rescues,
    derive_treatment_records,
    is_word,
)
from sap_helpers.adam.exposure import compute_compliance, compute_treatment_dates
from sap_helpers.adam.timing import ONE_DAY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sap_helpers.plan import Plan

# what must be in a cut for membership of a set to mean what it says
SET_NEEDS: dict[str, tuple[str, ...]] = {
    "ENR": (),
    "SAF": (),
    "FAS": ("qs:SLEDAI",),
    "PPS": ("qs:SLEDAI", "ds.DSSCAT", "dv.DVCAT", "dv.DVSTDTC"),
    "REM": ("qs:SLEDAI", "ds.DSSCAT"),
}
DM_TEXT = ("SITEID", "SEX", "RACE", "ARMCD")


def derive_subjects(
    domains: Mapping[str, pd.DataFrame], adex: pd.DataFrame, cut_date: pd.Timestamp, plan: Plan
) -> pd.DataFrame:
    """Return ADSL without what depends on questionnaires: dates, events, compliance, ENRFL and SAFFL.

    Parameters
    ----------
    domains
        Typed domains of a cut by name; ds, cm and dv may be absent, what rests on them is then missing.
    adex
        Exposure, as `derive_exposure` returns it.

    Returns
    -------
    pandas.DataFrame
        One row per DM subject, in the order of USUBJID.
    """
    dm = domains["dm"].sort_values("USUBJID", ignore_index=True)
    adsl = pd.DataFrame({"USUBJID": dm["USUBJID"]})
    for column in DM_TEXT:
        adsl[column] = dm.get(column, "")
    adsl["AGE"] = dm["AGE"].astype(float) if "AGE" in dm else float("nan")
    adsl["SRCDOM"], adsl["SRCROW"] = "DM", dm["ROW"]
    dates = compute_treatment_dates(adex, cut_date).reindex(adsl["USUBJID"]).reset_index(drop=True)
    adsl = pd.concat([adsl, dates], axis=1)
    enrolled = ~is_word(adsl["ARMCD"], plan.sets.screen_failure_arms)
    adsl["ENRFL"] = _flag(enrolled)
    adsl["SAFFL"] = _flag(enrolled & adsl["TRTSDT"].notna())
    adsl["DTHDT"] = compute_death(dm, adsl, domains, cut_date)
    adsl = _with_treatment_end(adsl, domains.get("ds"), adex, plan)
    adsl = _with_rescue(adsl, domains.get("cm"), plan)
    adsl["QUARFL"] = _flag(adsl["USUBJID"].isin(find_unreadable_events(domains, plan)))
    adsl = derive_first_event(adsl)
    adsl = _with_compliance(adsl, adex, cut_date, plan)
    return _with_deviation(adsl, domains.get("dv"), plan)


def find_unreadable_events(domains: Mapping[str, pd.DataFrame], plan: Plan) -> set[str]:
    """Return the subjects of whom a quarantined word leaves open whether they stopped treatment or had rescue therapy.

    Cases: a record of disposition, of the plan's category or of none, without category, scope or term; a record of
    medication without category.
    """
    found: set[str] = set()
    for domain, names in {"ds": ("DSCAT", "DSSCAT", "DSDECOD"), "cm": ("CMCAT",)}.items():
        records = domains.get(domain)
        present = [] if records is None else [name for name in names if name in records]
        if records is None or not present:
            continue
        is_open = (records[present] == "").any(axis=1) & (records["QUARFL"] == "Y")
        if domain == "ds":
            is_open &= is_word(records["DSCAT"], [plan.events.disposition_category, ""])
        found |= set(records.loc[is_open, "USUBJID"])
    return found


def derive_sets(adsl: pd.DataFrame, baseline_sledai: pd.Series, plan: Plan) -> pd.DataFrame:
    """Add the baseline total (SLEDBL), FASFL and PPSFL, and why a treated subject is out of the last two.

    Parameters
    ----------
    adsl
        As `derive_subjects` returns it.
    baseline_sledai
        Baseline SELENA-SLEDAI by USUBJID.
    """
    total = adsl["USUBJID"].map(baseline_sledai).astype(float)
    analysed = (adsl["SAFFL"] == "Y") & total.notna()
    rule = plan.sets.per_protocol
    part, whole = rule.min_compliance.as_integer_ratio()
    enough = (adsl["GIVEN"] * whole >= adsl["PLANNED"] * part).fillna(value=False)
    reasons = {
        f"baseline SELENA-SLEDAI below {rule.min_sledai}": total < rule.min_sledai,
        "major protocol deviation": adsl["MAJDVFL"] == "Y",
        f"fewer than {rule.min_compliance:.0%} of the planned injections given": ~enough,
    }
    out = pd.Series("", index=adsl.index, dtype=object)
    for text, holds in reasons.items():
        out = out.where(~(analysed & holds), out.where(out == "", out + "; ") + text)
    lacking = pd.Series("no baseline SELENA-SLEDAI total", index=adsl.index).where(
        (adsl["SAFFL"] == "Y") & ~analysed, ""
    )
    sets = {"FASFL": _flag(analysed), "PPSFL": _flag(analysed & (out == ""))}
    return adsl.assign(SLEDBL=total, **sets, FASOUT=lacking, PPSOUT=out)


def _with_treatment_end(adsl: pd.DataFrame, ds: pd.DataFrame | None, adex: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Add the first treatment record (EOTDT, EOTDECOD, EOTROW, EOTSEQ) and the early stop (STOPDT, STOPRSN, ...)."""
    names = {"ADT": "EOTDT", "DSDECOD": "EOTDECOD", "SRCROW": "EOTROW", "SRCSEQ": "EOTSEQ"}
    typed = partial(
        _typed, dates=("EOTDT", "STOPDT"), text=("EOTDECOD", "STOPRSN"), rows=("EOTROW", "STOPROW"),
        numbers=("EOTSEQ", "STOPSEQ"),
    )  # fmt: skip
    if ds is None or "DSSCAT" not in ds:
        return typed(adsl)
    treatment = derive_treatment_records(ds, adsl, plan)
    first = treatment.drop_duplicates("USUBJID").rename(columns=names)
    merged = adsl.merge(first[["USUBJID", *names.values()]], on="USUBJID", how="left")
    merged = merged.merge(derive_early_stops(treatment, adex, plan), on="USUBJID", how="left")
    return typed(merged)


def _with_rescue(adsl: pd.DataFrame, cm: pd.DataFrame | None, plan: Plan) -> pd.DataFrame:
    typed = partial(_typed, dates=("RESCDT",), text=("RESCTRT",), rows=("RESCROW",), numbers=("RESCSEQ",))
    if cm is None or "CMCAT" not in cm:
        return typed(adsl)
    merged = adsl.merge(derive_rescues(cm, adsl, plan), on="USUBJID", how="left")
    return typed(merged)


def _with_compliance(adsl: pd.DataFrame, adex: pd.DataFrame, cut_date: pd.Timestamp, plan: Plan) -> pd.DataFrame:
    """Add PLANNED and GIVEN: injections before the cut's end, the horizon and the end of treatment."""
    treated = adsl.loc[adsl["SAFFL"] == "Y"].set_index("USUBJID")
    horizon = treated["TRTSDT"] + plan.sets.per_protocol.days * ONE_DAY
    limit = pd.concat([horizon, treated["EOTDT"]], axis=1).min(axis=1)
    limit = limit.where(limit <= cut_date, cut_date + ONE_DAY)
    counts = compute_compliance(adex, limit.astype("datetime64[ns]"), treated["TRTSDT"], plan)
    return adsl.join(counts, on="USUBJID")


def _with_deviation(adsl: pd.DataFrame, dv: pd.DataFrame | None, plan: Plan) -> pd.DataFrame:
    """Add MAJDVFL: a major deviation up to the horizon, or undated."""
    if dv is None or "DVCAT" not in dv:
        return adsl.assign(MAJDVFL="")
    major = dv.loc[is_word(dv["DVCAT"], plan.sets.per_protocol.major_deviation)]
    first_dose = major["USUBJID"].map(adsl.set_index("USUBJID")["TRTSDT"])
    text = major["DVSTDTC"] if "DVSTDTC" in major else pd.Series("", index=major.index, dtype=object)
    start = compute_start(text, first_dose)
    counts = start.isna() | (start <= first_dose + plan.sets.per_protocol.days * ONE_DAY)
    return adsl.assign(MAJDVFL=_flag(adsl["USUBJID"].isin(major.loc[counts, "USUBJID"])))


def _flag(holds: pd.Series) -> pd.Series:
    return pd.Series("", index=holds.index, dtype=object).mask(holds, "Y")


def _typed(
    frame: pd.DataFrame,
    *,
    dates: tuple[str, ...],
    text: tuple[str, ...] = (),
    rows: tuple[str, ...] = (),
    numbers: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Return the frame with the named columns in their types; one that it lacks is added empty."""
    absent = [name for name in (*dates, *text, *rows, *numbers) if name not in frame]
    frame = frame.reindex(columns=[*frame.columns, *absent])
    columns: dict[str, Any] = {name: pd.to_datetime(frame[name]).astype("datetime64[ns]") for name in dates}
    columns |= {name: frame[name].astype(object).fillna("") for name in text}
    columns |= {name: frame[name].astype("Int64") for name in rows}
    columns |= {name: frame[name].astype(float) for name in numbers}
    return frame.assign(**columns)
