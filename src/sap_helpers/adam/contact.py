"""When a subject was seen: the dates of questionnaires, laboratory and cells, and the last dose or visit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sap_helpers.adam.dates import compute_earliest, is_partial
from sap_helpers.cut.packed import columns_of

if TYPE_CHECKING:
    from collections.abc import Mapping

VISITS = ("qs", "lb", "cp")


def find_visits(domains: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the dates of QS, LB and CP, as far as the cut has these domains.

    Parameters
    ----------
    domains
        Typed domains of a cut after every check.

    Returns
    -------
    pandas.DataFrame
        USUBJID, ADT, IS_DONE (whether the record has a result, be it quarantined: what was not done may be recorded of
        a subject who was not there).
    """
    parts = [_visits(pd.DataFrame({"USUBJID": [], "QUARFL": [], "DTC": [], "STRESC": []}, dtype=object))]
    for name in VISITS:
        if name in domains:
            prefix = name.upper()
            records = columns_of(domains, name, "USUBJID", "QUARFL", f"{prefix}DTC", f"{prefix}STRESC")
            parts.append(_visits(records.rename(columns={f"{prefix}DTC": "DTC", f"{prefix}STRESC": "STRESC"})))
    return pd.concat(parts, ignore_index=True)


def compute_last_seen(texts: pd.DataFrame, subjects: pd.DataFrame, domains: Mapping[str, pd.DataFrame]) -> pd.Series:
    """Return the last dose or visit with a result of the subjects of partial dates; missing of all others.

    Parameters
    ----------
    texts
        USUBJID and DTC, a date as it was recorded.
    subjects
        USUBJID, TRTEDT.

    Returns
    -------
    pandas.Series
        datetime64, aligned with `texts`.
    """
    asked = is_partial(texts["DTC"])
    if not asked.any():  # as a rule: the visits need not be read
        return pd.Series(pd.NaT, index=texts.index, dtype="datetime64[ns]")
    visits = find_visits(domains)
    latest = visits.loc[visits["IS_DONE"]].groupby("USUBJID")["ADT"].max()
    last_dose = subjects.set_index("USUBJID")["TRTEDT"]
    seen = pd.concat([texts["USUBJID"].map(dates) for dates in (latest, last_dose)], axis=1).max(axis=1)
    return seen.where(asked).astype("datetime64[ns]")


def _visits(records: pd.DataFrame) -> pd.DataFrame:
    is_done = (records["STRESC"] != "") | (records["QUARFL"] == "Y")
    return pd.DataFrame({"USUBJID": records["USUBJID"], "ADT": compute_earliest(records["DTC"]), "IS_DONE": is_done})
