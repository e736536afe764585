"""Time at risk of adverse events: the last contact of each treated subject, and the day on which its risk ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sap_helpers.derive.dates import compute_earliest, compute_start
from sap_helpers.derive.events import is_word
from sap_helpers.derive.timing import ONE_DAY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sap_helpers.plan import Plan

ASSESSMENTS = {"qs": "QSDTC", "lb": "LBDTC", "cp": "CPDTC"}


def derive_vars_risk(
    subjects: pd.DataFrame, domains: Mapping[str, pd.DataFrame], cut_date: pd.Timestamp, plan: Plan
) -> pd.DataFrame:
    """Add the last contact (LCONTDT) and the end of the time at risk (RISKENDT) of treated subjects.

    Cases of the last contact, the first that applies: a record of the end of participation, its date; else the latest
    of the last dose and every date in QS, LB, CP and DS. Adverse events are not asked, so that a changed one leaves
    the time at risk alone. The risk ends on the first of the last safety day, the last contact, the death and the cut,
    and never before the first dose.

    Parameters
    ----------
    subjects
        USUBJID, SAFFL, TRTSDT, TRTEDT, DTHDT; one row a subject.
    domains
        Typed domains of a cut after every check; any of qs, lb, cp and ds may be absent.
    """
    treated = subjects["SAFFL"] == "Y"
    first_dose = subjects.set_index("USUBJID")["TRTSDT"]
    seen = pd.concat([_assessed(domains), _disposed(domains.get("ds"), first_dose, plan)], ignore_index=True)
    latest = subjects["USUBJID"].map(seen.groupby("USUBJID")["ADT"].max())
    left = subjects["USUBJID"].map(seen.loc[seen["IS_END"]].groupby("USUBJID")["ADT"].max())
    contact = left.fillna(pd.concat([subjects["TRTEDT"], latest], axis=1).max(axis=1)).where(treated)
    last_day = subjects["TRTSDT"] + (plan.safety.last_day - 1) * ONE_DAY
    end = pd.concat([last_day, contact, subjects["DTHDT"]], axis=1).min(axis=1)
    end = end.where(end <= cut_date, cut_date)
    end = end.where(end >= subjects["TRTSDT"], subjects["TRTSDT"]).where(treated)
    return subjects.assign(LCONTDT=contact.astype("datetime64[ns]"), RISKENDT=end.astype("datetime64[ns]"))


def _assessed(domains: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the dates of questionnaires, laboratory and cells: USUBJID, ADT, IS_END."""
    parts = [_dates(pd.Series(dtype=object), pd.Series(dtype="datetime64[ns]"))]
    for name, column in ASSESSMENTS.items():
        if name in domains:
            parts.append(_dates(domains[name]["USUBJID"], compute_earliest(domains[name][column])))
    return pd.concat(parts, ignore_index=True)


def _disposed(ds: pd.DataFrame | None, first_dose: pd.Series, plan: Plan) -> pd.DataFrame:
    """Return the dates of disposition records, and which of them end the participation."""
    if ds is None:
        return _dates(pd.Series(dtype=object), pd.Series(dtype="datetime64[ns]"))
    frame = _dates(ds["USUBJID"], compute_start(ds["DSSTDTC"], ds["USUBJID"].map(first_dose)))
    if "DSSCAT" not in ds:
        return frame
    rule = plan.events
    is_end = is_word(ds["DSCAT"], [rule.disposition_category]) & is_word(ds["DSSCAT"], [rule.participation_scope])
    return frame.assign(IS_END=is_end.to_numpy())


def _dates(subjects: pd.Series, dates: pd.Series) -> pd.DataFrame:
    frame = pd.DataFrame({"USUBJID": subjects.to_numpy(), "ADT": dates.to_numpy()})
    return frame.assign(IS_END=pd.Series(data=False, index=frame.index, dtype=bool))
