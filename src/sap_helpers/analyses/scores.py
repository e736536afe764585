"""Scores by week: the chosen values of an instrument, of subjects due, up to a death; and the deaths beside them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from sap_helpers.adam.store import once_per_study
from sap_helpers.adam.timing import ONE_DAY, derive_vars_chosen, is_due
from sap_helpers.analyses.behind import explain, not_due, of_rows, outside, source
from sap_helpers.analyses.blocks import count_results, touched_text, unavailable, why_nobody
from sap_helpers.records import Records
from sap_helpers.results import Key, Results

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sap_helpers.adam.store import Study
    from sap_helpers.analyses.behind import Cases

POPULATION = "FAS"
COUNTS = ("n", "N")


@once_per_study
def due_subjects(study: Study, week: int, population: str = POPULATION) -> pd.DataFrame:
    """Return the subjects of an analysis set for whom a week is due; week 0 is due for all of them."""
    members = study.subjects(population)
    if week == 0:
        return members
    return members.loc[is_due(members["TRTSDT"], week, study.cut_date, study.plan)]


def chosen_values(study: Study, code: str, weeks: Iterable[int]) -> pd.DataFrame:
    """Return the records of a parameter that stand for weeks that are due.

    Records dated after a death are left out before the week's record is chosen; without them it is the record that
    carries ANL01FL.

    Returns
    -------
    pandas.DataFrame
        USUBJID, AVISITN (int64), AVAL (float64), AVALC, ADT, ICEDT, ASEQ; in the order of subject and week.
    """
    return _chosen_values(study, code, tuple(sorted(set(weeks))))


@once_per_study
def _chosen_values(study: Study, code: str, wanted: tuple[int, ...]) -> pd.DataFrame:
    adqs, plan = study.assessments, study.plan
    kept = adqs.loc[(adqs["PARAMCD"] == code) & adqs["AVISITN"].isin(wanted)]
    members = study.subjects(POPULATION)[["USUBJID", "TRTSDT", "DTHDT", "ICEDT"]]
    values = kept.merge(members, on="USUBJID")
    values = values.loc[~(values["ADT"] > values["DTHDT"])]
    chosen = derive_vars_chosen(values).query("ANL01FL == 'Y'").astype({"AVISITN": "int64"})
    last_day = {week: plan.time.window(week)[1] if week else 1 for week in wanted}
    is_due = chosen["TRTSDT"] + (chosen["AVISITN"].map(last_day) - 1) * ONE_DAY <= study.cut_date
    columns = ["USUBJID", "AVISITN", "AVAL", "AVALC", "ADT", "ICEDT", "ASEQ"]
    return chosen.loc[is_due, columns].sort_values(["USUBJID", "AVISITN"], ignore_index=True)


def baseline_records(records: pd.DataFrame, code: str) -> pd.DataFrame:
    """Return the baseline records of a parameter."""
    return records.loc[(records["PARAMCD"] == code) & (records["ABLFL"] == "Y")]


@once_per_study
def derive_score_pairs(study: Study, code: str, week: int) -> pd.DataFrame:
    """Return the complete pairs of a parameter, of the full analysis set due at the later week.

    Returns
    -------
    pandas.DataFrame
        USUBJID, ICEDT; for week 0 and `week` (suffix 0 and 1) AVAL, AVALC, ADT, ASEQ; CHANGE.
    """
    values = chosen_values(study, code, (0, week))
    first, last = (values.loc[values["AVISITN"] == at].drop(columns="AVISITN") for at in (0, week))
    pairs = first.drop(columns="ICEDT").merge(last, on="USUBJID", suffixes=("0", "1"))
    return pairs.assign(CHANGE=(pairs["AVAL1"] - pairs["AVAL0"]).round(10))


def why_no_value(study: Study, week: int) -> str:
    """Return why a week has no value: nobody due, or nobody assessed."""
    return "no value" if len(due_subjects(study, week)) else why_nobody(study, POPULATION)


def why_no_pair(study: Study, week: int) -> str:
    """Return why there is no pair: nobody due, or nobody with both values."""
    return (
        f"no pair of values at weeks 0 and {week}" if len(due_subjects(study, week)) else why_nobody(study, POPULATION)
    )


def deaths_results(study: Study, analysis_id: str, week: int, *, by_week: bool = False) -> Results:
    """Return how many of the subjects due had died by the end of a week's window: values up to a death are used."""
    group = {"group1": "AVISITN", "group1_level": str(week)} if by_week else {}
    key = Key(analysis_id, POPULATION, variable="DEATH", variable_level="Y", **group)
    why = study.why_unavailable("qs", "dm.DTHDTC")
    if why:
        return unavailable([key], ("n", "N", "p"), why)
    due = due_subjects(study, week)
    last = due["TRTSDT"] + (study.plan.time.window(week)[1] - 1) * ONE_DAY
    died = due["DTHDT"] <= last
    records = of_rows("adsl", due, died)
    counts = count_results(key, int(died.sum()), len(due), why_nobody(study, POPULATION), records=records)
    cases = (not_due(study, POPULATION, week),)
    return explain(study, counts, cases)


@once_per_study
def touched_note(study: Study, category: str, *weeks: int) -> str:
    """Return how many subjects due at the last week have a quarantined record of an instrument at any week, or ""."""
    adqs, due = study.assessments, due_subjects(study, weeks[-1])["USUBJID"]
    bad = (adqs["QUARFL"] == "Y") & (adqs["PARCAT1"] == category) & adqs["AVISITN"].isin(weeks)
    touched = adqs.loc[bad & adqs["USUBJID"].isin(due), "USUBJID"].nunique()
    return touched_text(touched)


def with_note(results: Results, note: str) -> Results:
    """Return the results with a note at the counts that have none."""
    if not note:
        return results
    rows = (replace(row, note=row.note or note) if row.stat_name in COUNTS else row for row in results)
    return Results(tuple(rows), results.records)


def with_pair_records(study: Study, results: Results, pairs: pd.DataFrame, cases: Cases) -> Results:
    """Return the results of a change with the records of the pairs behind each, and why the others have no pair."""
    first, last = source("adqs", pairs["ASEQ0"]), source("adqs", pairs["ASEQ1"])
    both = source("adqs", pd.concat([pairs["ASEQ0"], pairs["ASEQ1"]]))
    used = {"0": first, "": both}
    records = {}
    for row in results:
        one = used.get(row.key.group1_level, last)
        records[row.key._replace(method="")] = Records((one,), (one,))
    return explain(study, Results(results.rows, records), cases)


@once_per_study
def pair_cases(study: Study, code: str) -> Cases:
    """Return why a subject of the set has no pair of a parameter: not due, or no usable value at one of the weeks."""
    week = study.plan.sledai.week
    values = chosen_values(study, code, (0, week))
    return (
        not_due(study, POPULATION, week),
        *(
            outside(study, POPULATION, values.loc[values["AVISITN"] == at, "USUBJID"], no_value(at))
            for at in (0, week)
        ),
    )  # fmt: skip


def no_value(week: int) -> str:
    """Return the reason of those without a value at a week."""
    return f"no usable value in the window of week {week}"


def week_cases(
    study: Study, week: int, assessed: Iterable[str], reason: str = "", *, population: str = POPULATION
) -> Cases:
    """Return why a subject of the set has no value at a week: not due, or no usable one."""
    return not_due(study, population, week), outside(study, population, assessed, reason or no_value(week))
