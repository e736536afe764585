"""The primary outcome: SRI response by week, every row of the plan's estimand table through one function."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sap_helpers.adam.response import COMPONENT_PARAMS, FAILURE, MISSING, STATE_OF, derive_measures, derive_response
from sap_helpers.adam.subjects import SET_NEEDS
from sap_helpers.analyses import sri_further, sri_time
from sap_helpers.analyses.behind import explain, not_due, of_rows
from sap_helpers.analyses.blocks import (
    COMPONENT_NEEDS,
    EVENT_NEEDS,
    METHODS,
    PROPORTION,
    count_results,
    proportion_by_week,
    unavailable,
    why_nobody,
)
from sap_helpers.results import Key, Results, join

if TYPE_CHECKING:
    from sap_helpers.adam.store import Study
    from sap_helpers.plan import ResponseAnalysis

PLANNED = (
    "SRI.PRIMARY",
    "SRI.COMPONENTS",
    "SRI.OBSERVED",
    "SRI.TREATMENT_POLICY",
    "SRI.LITERAL_OR",
    "SRI.NO_SEROLOGY",
    "SRI.ALL_TREATED",
    "SRI.WILSON",
    "SRI.PPS",
    "SRI.THRESHOLDS",
    "SRI.MI",
    "SRI.TIPPING",
    "SRI.OVER_TIME",
    "SRI.ICE",
    "SRI.BENCHMARK",
    "SRI.SUBGROUP",
    "SRI.TIME_TO",
)
COUNT = ("n", "N", "p")
EVENT_DATES = {"STOPPED": "STOPDT", "RESCUE": "RESCDT", "DEATH": "DTHDT"}
FAILED = tuple(f"FAILED_{name.upper()}" for name in STATE_OF)
ICE_COUNTS = ("DUE", "ASSESSED", "EVENT", *EVENT_DATES, "MISSING", *FAILED)


def analyse_sri(study: Study) -> Results:
    """Return every result of the primary outcome, in the plan's order.

    Cases for one analysis, the first that applies: a domain or column it needs is absent, its planned rows with that
    reason; nobody of its set is due, n = 0 of N = 0 with that reason; else its numbers.
    """
    measures = measure(study)
    rows = [analyse_row(study, row, measures) for row in study.plan.sri.analyses]
    primary = responses_of(study, primary_row(study), measures)
    return join(
        [
            *rows,
            sri_further.analyse_imputation(study, primary),
            sri_further.analyse_tipping(study, primary),
            sri_time.analyse_over_time(study, primary),
            analyse_events(study, primary),
            sri_further.analyse_benchmark(study, rows[0]),
            sri_further.analyse_subgroups(study, primary, without_serology(study, measures)),
            sri_time.analyse_time_to(study, primary),
        ]
    )


def measure(study: Study) -> pd.DataFrame:
    """Return what every component rests on, with the ASEQ of the subject's response record of that week."""
    measures = derive_measures(study["adsl"], study.assessments, study.cut_date, study.plan)
    adqs = study.assessments
    numbers = adqs.loc[adqs["PARAMCD"] == "SRI4", ["USUBJID", "AVISITN", "ASEQ"]]
    return measures.merge(numbers, on=["USUBJID", "AVISITN"], how="left")


def primary_row(study: Study) -> ResponseAnalysis:
    """Return the primary analysis's row of the estimand table."""
    return study.plan.sri.analyses[0]


def needs_of(row: ResponseAnalysis) -> tuple[str, ...]:
    """Return the domains and columns without which an analysis would say something else than it means."""
    components = [COMPONENT_NEEDS[name].replace("SLEDAI", row.sledai) for name in row.requires]
    events = EVENT_NEEDS if row.events == "failure" else ()
    return (*components, *events, *SET_NEEDS[row.population])


def responses_of(study: Study, row: ResponseAnalysis, measures: pd.DataFrame) -> pd.DataFrame:
    """Return the responses of one analysis, of its set and of due weeks alone; empty where it is not available."""
    responses = derive_response(measures, row, study.plan)
    members = responses["USUBJID"].isin(study.subjects(row.population)["USUBJID"])
    is_there = not study.why_unavailable(*needs_of(row))
    return responses.loc[members & responses["DUE"] & is_there]


def without_serology(study: Study, measures: pd.DataFrame) -> pd.DataFrame:
    """Return the responses of the analysis without the serology items, for the serology subgroups."""
    row = next(row for row in study.plan.sri.analyses if row.sledai == "SLEDAI22")
    return responses_of(study, row, measures)


def analyse_row(study: Study, row: ResponseAnalysis, measures: pd.DataFrame) -> Results:
    """Return one row of the estimand table: its proportion at each of its weeks."""
    weeks = study.plan.sri.weeks if row.weeks == "all" else (study.plan.sri.key_week,)
    keys = {week: response_key(row.id, row.population, week, row.variable) for week in weeks}
    why = study.why_unavailable(*needs_of(row))
    if why:
        return unavailable_proportions(list(keys.values()), row.interval, why)
    responses = _with_component_records(study, row, responses_of(study, row, measures))
    counted = responses.loc[responses["COUNTED"] != ""]
    counted = counted.assign(SUCCESS=counted["COUNTED"] == "Y")
    why_empty = why_nobody(study, row.population)
    found = join(
        proportion_by_week(
            key,
            counted.loc[counted["AVISITN"] == week],
            interval=row.interval,
            level=study.plan.level,
            why_empty=why_empty if not len(responses.loc[responses["AVISITN"] == week]) else "no response assessed",
            records="adqs",
        )
        for week, key in keys.items()
    )
    unassessed = responses.loc[responses["COUNTED"] == ""]
    cases = {
        str(week): (
            not_due(study, row.population, week),
            ("no response could be assessed", set(unassessed.loc[unassessed["AVISITN"] == week, "USUBJID"])),
        )
        for week in weeks
    }
    return explain(study, found, lambda key: cases[key.group1_level])


def _with_component_records(study: Study, row: ResponseAnalysis, responses: pd.DataFrame) -> pd.DataFrame:
    """Return the responses of a single component with the ASEQ of its own record of that week, not of the response."""
    if len(row.requires) > 1:
        return responses
    code, _ = COMPONENT_PARAMS[row.requires[0]]
    adqs = study.assessments
    numbers = adqs.loc[adqs["PARAMCD"] == code].set_index(["USUBJID", "AVISITN"])["ASEQ"]
    places = pd.MultiIndex.from_frame(responses[["USUBJID", "AVISITN"]])
    return responses.assign(ASEQ=numbers.reindex(places).to_numpy())


def response_key(analysis_id: str, population: str, week: int, variable: str) -> Key:
    """Return the key of a response at a week."""
    return Key(analysis_id, population, "AVISITN", str(week), variable=variable, variable_level="Y")


def unavailable_proportions(keys: list[Key], interval: str, why: str) -> Results:
    """Return the planned rows of proportions that cannot be given."""
    method = METHODS[interval]
    return unavailable(keys, PROPORTION, why, methods={"conf.low": method, "conf.high": method})


def analyse_events(study: Study, primary: pd.DataFrame) -> Results:
    """Return SRI.ICE: by week who is due, assessed, had an event before it, is missing without one, failed by what."""
    plan = study.plan
    keys = {(week, name): response_key("SRI.ICE", "FAS", week, name) for week in plan.sri.weeks for name in ICE_COUNTS}
    why = study.why_unavailable(*needs_of(primary_row(study)))
    if why:
        return unavailable(keys.values(), COUNT, why)
    found = []
    for week in plan.sri.weeks:
        due = primary.loc[primary["AVISITN"] == week]
        marks = mark_events(due, study["adsl"])
        why_empty = why_nobody(study, "FAS")
        found += [
            count_results(
                keys[week, name], int(marks[name].sum()), len(due), why_empty, records=of_rows("adqs", due, marks[name])
            )
            for name in ICE_COUNTS
        ]
    cases = {str(week): (not_due(study, "FAS", week),) for week in plan.sri.weeks}
    return explain(study, join(found), lambda key: cases[key.group1_level])


def mark_events(due: pd.DataFrame, adsl: pd.DataFrame) -> dict[str, pd.Series]:
    """Return which of the subjects due at one week each count of SRI.ICE counts.

    A subject with events of several kinds before the assessment is counted under each of them, and once in EVENT.

    Parameters
    ----------
    due
        The primary analysis's responses of one week.
    adsl
        USUBJID, STOPDT, RESCDT, DTHDT.
    """
    dates = due[["USUBJID"]].merge(adsl, on="USUBJID", how="left").set_axis(due.index)
    assessed = (due[[STATE_OF[name] for name in STATE_OF]] != MISSING).all(axis=1)
    no_event = due["EVENT"] == ""
    marks = {"DUE": due["USUBJID"].notna(), "ASSESSED": assessed, "EVENT": ~no_event}
    marks |= {name: dates[column] <= due["ASSESSDT"] for name, column in EVENT_DATES.items()}
    marks["MISSING"] = due["REASON"] == "MISSING"
    for name, column in zip(FAILED, STATE_OF.values(), strict=True):
        marks[name] = no_event & (due[column] == FAILURE)
    return marks
