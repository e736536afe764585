"""Deviations as ADDV: one row per record of the DV domain, dated as the plan says."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sap_helpers.adam.dates import compute_start
from sap_helpers.adam.timing import compute_study_day


def derive_deviations(dv: pd.DataFrame | None, subjects: pd.DataFrame) -> pd.DataFrame:
    """Return ADDV without numbering.

    Returns
    -------
    pandas.DataFrame
        USUBJID, DVCAT, DVDECOD, ADT (missing where undated), ADY, SRCDOM, SRCROW, SRCSEQ, in the order of the records.
    """
    if dv is None:
        dv = pd.DataFrame({"USUBJID": pd.Series(dtype=object), "ROW": pd.Series(dtype="int64")})
    text = {
        name: dv[name] if name in dv else pd.Series("", index=dv.index, dtype=object)
        for name in ("DVCAT", "DVDECOD", "DVSTDTC")
    }
    first_dose = dv["USUBJID"].map(subjects.set_index("USUBJID")["TRTSDT"])
    start = compute_start(text["DVSTDTC"], first_dose)
    frame = pd.DataFrame(
        {
            "USUBJID": dv["USUBJID"], "DVCAT": text["DVCAT"].str.upper(), "DVDECOD": text["DVDECOD"], "ADT": start,
            "ADY": compute_study_day(start, first_dose), "SRCDOM": "DV", "SRCROW": dv["ROW"].astype("Int64"),
            "SRCSEQ": np.nan,
        }
    )  # fmt: skip
    return frame.reset_index(drop=True)
