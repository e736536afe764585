"""Laboratory and cells as ADLB: values read from the standard result, censored ones flagged, one chosen a week."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sap_helpers.cut.values import to_number
from sap_helpers.derive.dates import compute_earliest
from sap_helpers.derive.timing import derive_var_avisitn, derive_vars_base_change, derive_vars_chosen

if TYPE_CHECKING:
    from sap_helpers.plan import Plan

BELOW, ABOVE = "HALF LLOQ", "ULOQ"
CENSORED = r"^(?P<sign>[<>])=?\s*(?P<limit>[0-9.]+(?:[eE][+-]?[0-9]+)?)$"


def derive_laboratory(
    lb: pd.DataFrame | None, cp: pd.DataFrame | None, subjects: pd.DataFrame, plan: Plan
) -> pd.DataFrame:
    """Return ADLB without numbering: the laboratory (PARCAT1 LABORATORY) and the cells (CELLS) of treated subjects.

    Returns
    -------
    pandas.DataFrame
        USUBJID, PARCAT1, PARAMCD, PARAM, ADT, ADY, AVISITN, VISIT, AVAL, AVALC, AVALU, DTYPE ("HALF LLOQ" or "ULOQ"
        where censored), ANRLO, ANRHI, BASE, CHG, ABLFL, ANL01FL, QUARFL, SRCDOM, SRCROW, SRCSEQ.
    """
    treated = subjects.loc[subjects["SAFFL"] == "Y"]
    parts = [_records(lb, "LB", "LABORATORY"), _records(cp, "CP", "CELLS")]
    frame = pd.concat(parts, ignore_index=True)
    frame = frame.loc[frame["USUBJID"].isin(treated["USUBJID"])].reset_index(drop=True)
    frame = derive_var_avisitn(frame, treated, plan)
    frame = frame.assign(_seq=frame["SRCSEQ"].fillna(-1))
    frame = derive_vars_chosen(frame, order=["_seq", "SRCROW"]).drop(columns="_seq")
    frame = derive_vars_base_change(frame)
    return frame.sort_values(["USUBJID", "PARCAT1", "PARAMCD", "ADT", "SRCROW"], ignore_index=True)


def derive_censored(text: pd.Series) -> pd.DataFrame:
    """Return AVAL and DTYPE of results: a number as it is; below a limit half of it; above a limit the limit itself.

    Cases, the first that applies: a number; ``<x``, x / 2, "HALF LLOQ"; ``>x``, x, "ULOQ"; any other text, missing.
    """
    parts = text.str.extract(CENSORED)
    limit = to_number(parts["limit"].fillna(""))
    below = parts["sign"] == "<"
    value = to_number(text).fillna(limit.where(~below, limit / 2))
    kind = pd.Series(np.where(limit.isna(), "", np.where(below, BELOW, ABOVE)), index=text.index, dtype=object)
    return pd.DataFrame({"AVAL": value, "DTYPE": kind})


def _records(source: pd.DataFrame | None, domain: str, category: str) -> pd.DataFrame:
    """Return one analysis record per record of a findings domain, the domain's prefix taken off its names."""
    if source is None:
        source = pd.DataFrame(
            columns=["USUBJID", "QUARFL", f"{domain}TESTCD", f"{domain}STRESC", f"{domain}DTC"], dtype=object
        )
        source["ROW"] = pd.Series(dtype="int64")

    def column(name: str) -> pd.Series:
        full = f"{domain}{name}"
        return source[full] if full in source else pd.Series("", index=source.index, dtype=object)

    def number(name: str) -> pd.Series:
        full = f"{domain}{name}"
        return source[full].astype(float) if full in source else pd.Series(np.nan, index=source.index)

    values = derive_censored(column("STRESC").astype(object))
    return pd.DataFrame(
        {
            "USUBJID": source["USUBJID"], "PARCAT1": category, "PARAMCD": column("TESTCD"), "PARAM": column("TESTCD"),
            "ADT": compute_earliest(column("DTC")), "AVAL": values["AVAL"],
            "AVALC": column("STRESC").where(values["AVAL"].notna(), ""), "AVALU": column("STRESU"),
            "DTYPE": values["DTYPE"],
            "ANRLO": number("STNRLO"), "ANRHI": number("STNRHI"), "VISIT": column("VISIT"),
            "QUARFL": source["QUARFL"], "SRCDOM": domain, "SRCROW": source["ROW"].astype("Int64"),
            "SRCSEQ": number("SEQ"),
        }
    )  # fmt: skip
