"""The listing of the relapses: each subject's cycles, stop, reference, follow-up and relapses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.show.listing import listing
from sap_helpers.show.relapse_words import CALENDAR

if TYPE_CHECKING:
    import pandas as pd

    from sap_helpers.plan import Plan
    from sap_helpers.show.display import Table

LABELS = {
    "USUBJID": "Subject",
    "NCYCLES": "Cycles",
    "TRTEDT": "Last dose",
    "EOTDT": "Stop",
    "EOTDECOD": "Disposition",
    "STATE": "State",
    "REFERENCE": "Reference (day)",
    "FOLLOWUP": "Follow-up (day)",
    "RELAPSE": "Relapse (day)",
    "SINCE": "Days from reference",
    "ASSESSED": "Analysed",
}


def relapses_listing(frame: pd.DataFrame, plan: Plan, *, stamp: str = "") -> Table:
    """Return one row per subject of the full analysis set, by the primary definition."""
    days = "SELENA-SLEDAI with the days since the last dose; days from the reference: to the first relapse."
    return listing(
        frame, plan, plan_id="REL.PARTICIPANTS", title="Stop, reference, follow-up and relapse of each subject",
        labels=LABELS, source="adsl, adqs", stamp=stamp, population="Full analysis set (FAS)",
        footnotes=(days, CALENDAR),
    )  # fmt: skip
