"""Time at risk of adverse events: the last contact of each treated subject, and the day on which its risk ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sap_helpers.adam.contact import compute_last_seen, find_visits
from sap_helpers.adam.dates import compute_end, compute_start
from sap_helpers.adam.events import is_word
from sap_helpers.adam.timing import ONE_DAY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sap_helpers.plan import Plan


def derive_vars_risk(
    subjects: pd.DataFrame, domains: Mapping[str, pd.DataFrame], cut_date: pd.Timestamp, plan: Plan
) -> pd.DataFrame:
    """Add the last contact (LCONTDT) and the end of the time at risk (RISKENDT) of treated subjects.

    Cases of the last contact, the first that applies: a record of the end of participation, its date, a partial one not
    before the last dose or visit; else the latest of the last dose and every date in QS, LB, CP and DS. Adverse events
    are not asked, so that a changed one leaves the time at risk alone. The risk ends on the first of the last safety
    day, the last contact, the death and the cut, and never before the first dose.

    Parameters
    ----------
    subjects
        USUBJID, SAFFL, TRTSDT, TRTEDT, DTHDT; one row a subject.
    domains
        Typed domains of a cut after every check; any of qs, lb, cp and ds may be absent.
    """
    treated = subjects["SAFFL"] == "Y"
    ds = domains.get("ds")
    seen = find_visits(domains) if ds is None else pd.concat([find_visits(domains), _disposed(ds, subjects)])
    latest = subjects["USUBJID"].map(seen.groupby("USUBJID")["ADT"].max())
    contact = _left(subjects, domains, plan).fillna(pd.concat([subjects["TRTEDT"], latest], axis=1).max(axis=1))
    contact = contact.where(treated)
    last_day = subjects["TRTSDT"] + (plan.safety.last_day - 1) * ONE_DAY
    end = pd.concat([last_day, contact, subjects["DTHDT"]], axis=1).min(axis=1)
    end = end.where(end <= cut_date, cut_date)
    end = end.where(end >= subjects["TRTSDT"], subjects["TRTSDT"]).where(treated)
    return subjects.assign(LCONTDT=contact.astype("datetime64[ns]"), RISKENDT=end.astype("datetime64[ns]"))


def _disposed(ds: pd.DataFrame, subjects: pd.DataFrame) -> pd.DataFrame:
    """Return the dates of disposition records: USUBJID, ADT."""
    first_dose = ds["USUBJID"].map(subjects.set_index("USUBJID")["TRTSDT"])
    return pd.DataFrame({"USUBJID": ds["USUBJID"], "ADT": compute_start(ds["DSSTDTC"], first_dose)})


def _left(subjects: pd.DataFrame, domains: Mapping[str, pd.DataFrame], plan: Plan) -> pd.Series:
    """Return the day on which each subject's participation ended, the latest of several; missing where none did."""
    rule, ds = plan.events, domains.get("ds")
    if ds is None or "DSSCAT" not in ds:
        return pd.Series(pd.NaT, index=subjects.index, dtype="datetime64[ns]")
    is_end = is_word(ds["DSCAT"], [rule.disposition_category]) & is_word(ds["DSSCAT"], [rule.participation_scope])
    ends = ds.loc[is_end]
    texts = ends[["USUBJID", "DSSTDTC"]].rename(columns={"DSSTDTC": "DTC"})
    days = compute_end(texts["DTC"], compute_last_seen(texts, subjects, domains))
    return subjects["USUBJID"].map(days.groupby(ends["USUBJID"]).max())
