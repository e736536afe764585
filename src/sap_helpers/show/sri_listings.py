"""Listings of the primary outcome: intercurrent events with their dates, and possible unrecorded rescue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.show.listing import listing

if TYPE_CHECKING:
    import pandas as pd

    from sap_helpers.plan import Plan
    from sap_helpers.show.display import Table

EVENT_LABELS = {
    "USUBJID": "Subject",
    "EVENT": "Event",
    "DETAIL": "Detail",
    "ADT": "Date",
    "ADY": "Study day",
    "SOURCE": "Source record",
}
RESCUE_LABELS = {
    "USUBJID": "Subject",
    "CMTRT": "Medication",
    "CMDECOD": "Coded",
    "CMCAT": "Category",
    "ASTDT": "Start",
    "ADY": "Study day",
}


def events_listing(frame: pd.DataFrame, plan: Plan, *, stamp: str = "") -> Table:
    """Return the intercurrent events of treated subjects with their dates."""
    return listing(
        frame,
        plan,
        plan_id="SRI.ICE",
        title="Intercurrent events",
        labels=EVENT_LABELS,
        source="adsl",
        stamp=stamp,
        population="Treated subjects (SAF)",
        footnotes=("The first event of each kind; a partial date is read as its earliest day.",),
    )


def possible_rescue_listing(frame: pd.DataFrame, plan: Plan, *, stamp: str = "") -> Table:
    """Return medication that may be rescue therapy which nobody recorded as such."""
    note = "A listed drug started after the first dose, coded neither rescue nor background; not counted as an event."
    return listing(
        frame,
        plan,
        plan_id="SRI.ICE",
        title="Possible unrecorded rescue therapy",
        labels=RESCUE_LABELS,
        source="adcm",
        stamp=stamp,
        population="Treated subjects (SAF)",
        footnotes=(note,),
    )
