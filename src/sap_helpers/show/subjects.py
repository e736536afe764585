"""The pages around the outcomes: flow, sets, baseline, exposure, criteria and deviations, each with its words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.show.disposition import count_table, summary_table
from sap_helpers.show.labels import scale_labels
from sap_helpers.show.listing import listing

if TYPE_CHECKING:
    import pandas as pd

    from sap_helpers.plan import Plan
    from sap_helpers.results import Results
    from sap_helpers.show.display import Table

FLOW = {
    "SCREENED": "Screened (in DM)",
    "SCREEN_FAILURE": "Screen failure",
    "ENROLLED": "Enrolled",
    "DOSED": "Treated",
    "COMPLETED": "Treatment completed",
    "STOPPED": "Treatment stopped early",
    "ONGOING": "Treatment ongoing or its end not recorded",
    "DIED": "Died",
}
BASELINE = {
    "AGE": "Age (years)",
    "SEX": "Sex",
    "RACE": "Race",
    "SLEDAI": "SELENA-SLEDAI",
    "PGA": "PGA",
    "PREDNISONE": "Prednisone equivalent (mg/day)",
    "C3": "C3 (g/L)",
    "C4": "C4 (g/L)",
    "DDNAIGAB": "Anti-dsDNA (IU/mL)",
}
EXPOSURE = {
    "INJECTIONS": "Days with an injection",
    "CUMULATIVE_DOSE": "Cumulative dose (IU)",
    "CYCLES": "Cycles started",
    "NCYCLES": "Subjects by cycles started",
    "COMPLIANCE": "Injections given of those planned (%)",
    "OTHER_ROUTE": "Any route other than subcutaneous",
}
OUT_LABELS = {"USUBJID": "Subject", "SET": "Set", "REASON": "Why not in it"}
DEVIATION_LABELS = {"USUBJID": "Subject", "DVCAT": "Category", "DVDECOD": "Deviation", "ADT": "Date", "ADY": "Day"}
WORD_LABELS = {"USUBJID": "Subject", "DSDECOD": "Disposition", "ADT": "Date"}


def flow_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return the flow of subjects, from screening to the end of treatment."""
    return count_table(
        results,
        plan,
        "DISP.FLOW",
        title="Flow of subjects",
        labels=FLOW,
        stamp=stamp,
        footnotes=("Each percentage is of those in the row's own denominator: screened, enrolled or treated.",),
    )


def sets_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return the analysis sets and why subjects are out of them."""
    labels = {"N": "Out of it:"}
    return count_table(
        results,
        plan,
        "DISP.SETS",
        title="Analysis sets",
        stub="Set",
        labels=labels,
        stamp=stamp,
        footnotes=("Of the enrolled. A subject may be out of a set for several reasons.",),
    )


def baseline_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return demographics and baseline."""
    places = {"AGE": 1, "C3": 2, "C4": 2}
    notes = (
        f"Enrolment asks for a SELENA-SLEDAI of at least {plan.eligibility.min_sledai}.",
        "Anti-dsDNA: a result below a limit enters at half of it, one above a limit at the limit.",
    )
    return summary_table(
        results,
        "BASE.TABLE1",
        title="Demographics and baseline",
        labels=BASELINE | scale_labels(plan),
        places=places,
        footnotes=notes,
        stamp=stamp,
    )


def exposure_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return exposure and compliance."""
    rule = plan.sets.per_protocol
    planned = (
        f"Planned: injections due in the first {rule.cycles} cycles before the cut, before day {rule.days + 1} and "
        "before the end of treatment, so that a stop does not count against those who stopped."
    )
    places = {"INJECTIONS": 1, "CUMULATIVE_DOSE": 0, "CYCLES": 1, "COMPLIANCE": 1}
    return summary_table(
        results,
        "EXP.COMPLIANCE",
        title="Exposure and compliance",
        stub="Exposure",
        labels=EXPOSURE,
        places=places,
        footnotes=(planned,),
        stamp=stamp,
    )


def eligibility_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return how many subjects meet each criterion that data can be held against."""
    rule = plan.eligibility
    labels = {
        "SLEDAI_AT_LEAST_MIN": f"Baseline SELENA-SLEDAI at least {rule.min_sledai}",
        "MANIFESTATION": "At least one of the manifestations named by the record",
        "POSITIVE_TEST": "At least one positive test of those that the index holds",
        "TRANSAMINASES": f"No transaminase above {rule.max_transaminase_multiple} times its upper limit",
        "NO_CRITERION_UNMET": "No criterion recorded as not met",
    }
    return count_table(
        results,
        plan,
        "ELIG.CRITERIA",
        title="Eligibility, as far as the data can tell",
        stub="Criterion",
        labels=labels,
        footnotes=("Denominator: treated subjects whose data can tell.",),
        stamp=stamp,
    )


def deviations_table(results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return the subjects with deviations by category and term."""
    return count_table(
        results, plan, "DEV.MAJOR", title="Protocol deviations", stub="Deviation", labels={}, stamp=stamp
    )


def out_of_sets_listing(frame: pd.DataFrame, plan: Plan, *, stamp: str = "") -> Table:
    """Return the treated subjects that are out of a set."""
    return listing(
        frame,
        plan,
        plan_id="DISP.SETS",
        title="Treated subjects out of a set",
        labels=OUT_LABELS,
        source="adsl",
        stamp=stamp,
    )


def deviations_listing(frame: pd.DataFrame, plan: Plan, *, stamp: str = "") -> Table:
    """Return the deviations of each subject."""
    return listing(
        frame, plan, plan_id="DEV.MAJOR", title="Deviations", labels=DEVIATION_LABELS, source="addv", stamp=stamp
    )


def unknown_words_listing(frame: pd.DataFrame, plan: Plan, *, stamp: str = "") -> Table:
    """Return treatment dispositions in words that the plan does not know."""
    return listing(
        frame,
        plan,
        plan_id="DISP.FLOW",
        title="Treatment dispositions in words that the plan does not know",
        labels=WORD_LABELS,
        source="adsl",
        stamp=stamp,
        footnotes=("Each counts as an early stop.",),
    )
