"""Adverse events to the last safety day: the outcome as a whole, its overview and the deaths."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sap_helpers.analyses.adverse_blocks import (
    NOBODY,
    emergent,
    events_behind,
    incidence_results,
    no_incidence,
    touched_note,
    why_no_events,
)
from sap_helpers.analyses.adverse_rates import (
    analyse_by_cycle,
    analyse_cumulative,
    analyse_event_rate,
    analyse_incidence_rate,
)
from sap_helpers.analyses.adverse_terms import analyse_categories, analyse_terms, analyse_terms_by_grade
from sap_helpers.analyses.behind import behind, of_rows
from sap_helpers.analyses.blocks import EXACT_LIMITS, PROPORTION, proportion_results, unavailable
from sap_helpers.analyses.organ_safety import analyse_kidney, analyse_liver
from sap_helpers.analyses.safety_laboratory import analyse_shift, analyse_weekly_tests
from sap_helpers.results import Key, Result, Results, join

if TYPE_CHECKING:
    from sap_helpers.adam.store import Study
    from sap_helpers.plan import Plan

PLANNED = (
    "AE.OVERVIEW",
    "AE.SOC_PT",
    "AE.SOC_PT_GRADE",
    "AE.AESI",
    "AE.EAIR",
    "AE.EAER",
    "AE.CUMULATIVE",
    "AE.BY_CYCLE",
    "AE.WINDOW30",
    "AE.DEATH",
    "AE.LIVER",
    "AE.KIDNEY",
    "LABS.SHIFT",
    "LABS.OTHER",
    "AE.LISTING",
)
GRADE = "AETOXGR|AESEV"
LISTED = ("SERIOUS", "FATAL", "WITHDRAWAL", "GRADE3")
# what each row of the overview needs of AE
OVERVIEW = {
    "ANY": (),
    "RELATED": ("AEREL",),
    "SERIOUS": ("AESER",),
    "GRADE3": (GRADE,),
    "WITHDRAWAL": ("AEACN",),
    "FATAL": ("AEOUT",),
}


def analyse_adverse_events(study: Study) -> Results:
    """Return every result of the adverse-event outcome, in the plan's order.

    Cases for a row, the first that applies: AE, or a column that the row needs, is not in the cut, the row with that
    reason; an empty AE domain in an unsealed cut, likewise; nobody treated, n = 0 of N = 0; else its numbers, 0 events
    among them.
    """
    return join(
        [
            analyse_overview(study),
            analyse_terms(study),
            analyse_terms_by_grade(study),
            analyse_categories(study),
            analyse_incidence_rate(study),
            analyse_event_rate(study),
            analyse_cumulative(study),
            analyse_by_cycle(study),
            analyse_overview(study, "AE.WINDOW30", "TEM30FL"),
            analyse_deaths(study),
            analyse_liver(study),
            analyse_kidney(study),
            analyse_shift(study),
            analyse_weekly_tests(study),
            analyse_listing(study),
        ]
    )


def analyse_overview(study: Study, analysis_id: str = "AE.OVERVIEW", flag: str = "TRTEMFL") -> Results:
    """Return subjects and events of each kind.

    Parameters
    ----------
    analysis_id, flag
        AE.OVERVIEW with TRTEMFL, AE.WINDOW30 with TEM30FL.
    """
    events = emergent(study, flag)
    found = []
    for name, columns in OVERVIEW.items():
        key = Key(analysis_id, "SAF", variable=name, variable_level="Y")
        why = why_no_kind(study, name, columns)
        rows, unsure = events.loc[is_kind(events, name, study.plan)], events.loc[is_unreadable(events, name)]
        found.append(no_incidence([key], why) if why else incidence_results(study, key, rows, unsure=unsure))
    return join(found)


def is_kind(events: pd.DataFrame, name: str, plan: Plan) -> pd.Series:
    """Return which events are of a kind of the overview."""
    flags = {"RELATED": "RELFL", "SERIOUS": "SERFL", "WITHDRAWAL": "WDRFL", "FATAL": "FATALFL"}
    if name in flags:
        return events[flags[name]] == "Y"
    if name == "GRADE3":
        return (events["ATOXGRN"] >= plan.safety.severe_grade).fillna(value=False).astype(bool)
    return events["TRTEMFL"].notna()


def is_unreadable(events: pd.DataFrame, name: str) -> pd.Series:
    """Return of which events a quarantined word leaves open whether they are of a kind of the overview."""
    words = {"SERIOUS": "AESER", "WITHDRAWAL": "AEACN", "FATAL": "AEOUT"}
    if name in words:
        lacks = events[words[name]].str.strip() == ""
    else:
        lacks = events["ATOXGRN"].isna() if name == "GRADE3" else pd.Series(data=False, index=events.index)
    return lacks & (events["QUARFL"] == "Y")


def why_no_kind(study: Study, name: str, columns: tuple[str, ...]) -> str:
    """Return why a kind of event cannot be counted; a fatal one rests on the dates of death in DM too."""
    why = why_no_events(study, *columns)
    return why or (study.why_unavailable("dm.DTHDTC") if name == "FATAL" else "")


def analyse_deaths(study: Study) -> Results:
    """Return AE.DEATH: treated subjects known to have died, at any time up to the cut and up to the last safety day."""
    key = Key("AE.DEATH", "SAF", variable_level="Y")
    keys = [key._replace(variable=name) for name in ("DEATH", "DEATH_TO_LAST_DAY")]
    why = study.why_unavailable("dm.DTHDTC")
    if why:
        return unavailable(keys, PROPORTION, why, methods=EXACT_LIMITS)
    treated = study.subjects("SAF")
    days = (treated["DTHDT"] - treated["TRTSDT"]).dt.days + 1
    died = (days.notna(), days <= study.plan.safety.last_day)
    return join(
        proportion_results(
            one, int(holds.sum()), len(treated), interval="clopper-pearson", level=study.plan.level, why_empty=NOBODY,
            records=of_rows("adsl", treated, holds),
        )
        for one, holds in zip(keys, died, strict=True)
    )  # fmt: skip


def analyse_listing(study: Study) -> Results:
    """Return AE.LISTING: how many events are serious, fatal, withdrawals or severe; all four must be known."""
    key = Key("AE.LISTING", "SAF", variable="LISTED", variable_level="Y")
    why = why_not_all_listed(study)
    if why:
        return unavailable([key], ("n.events",), why)
    events = emergent(study).loc[lambda frame: is_listed(frame, study.plan)]
    rows = Results((Result(key, "n.events", len(events), touched_note(events)),))
    return behind(rows, events_behind(study, events))


def why_not_all_listed(study: Study) -> str:
    """Return why some kind of event that is listed cannot be told on this cut, the first reason; or ""."""
    return next(filter(None, (why_no_kind(study, name, OVERVIEW[name]) for name in LISTED)), "")


def is_listed(events: pd.DataFrame, plan: Plan) -> pd.Series:
    """Return which events are serious, fatal, led to withdrawal or are of a severe grade, as far as that is known.

    One whose seriousness a quarantined word leaves open is listed too.
    """
    kinds = [is_kind(events, name, plan) for name in LISTED]
    return kinds[0] | kinds[1] | kinds[2] | kinds[3] | is_unreadable(events, "SERIOUS")
