"""Disease activity subject by subject: frames for the figures; they list and count nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sap_helpers.analyses.blocks import RESPONSE_NEEDS
from sap_helpers.analyses.scores import chosen_values, derive_score_pairs

if TYPE_CHECKING:
    import pandas as pd

    from sap_helpers.adam.store import Study

RESPONSES = {"Y": "response", "N": "no response"}
UNKNOWN = "not available"


def list_totals(study: Study) -> pd.DataFrame:
    """Return the totals of every subject at the weeks that are due: USUBJID, AVISITN, AVAL."""
    return chosen_values(study, "SLEDAI", (0, *study.plan.time.weeks))[["USUBJID", "AVISITN", "AVAL"]]


def list_changes(study: Study) -> pd.DataFrame:
    """Return the change of every pair with the primary response of that week: USUBJID, BASE, AVAL, CHG, SRI4.

    SRI4 is "response", "no response" (an intercurrent event or a missing component among them), or "not available"
    where the response cannot be given on this cut, or is not asked for at that week.
    """
    week = study.plan.sledai.week
    pairs = derive_score_pairs(study, "SLEDAI", week)
    adqs = study.assessments
    primary = adqs.loc[(adqs["PARAMCD"] == "SRI4") & (adqs["AVISITN"] == week)].set_index("USUBJID")["CRIT1FL"]
    known = pairs["USUBJID"].map(primary).map(RESPONSES).fillna(UNKNOWN)
    frame = pairs[["USUBJID"]].assign(BASE=pairs["AVAL0"], AVAL=pairs["AVAL1"], CHG=pairs["CHANGE"])
    return frame.assign(SRI4=np.where(bool(study.why_unavailable(*RESPONSE_NEEDS)), UNKNOWN, known))
