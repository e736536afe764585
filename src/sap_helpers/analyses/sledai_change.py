"""Change of disease activity: SELENA-SLEDAI and PGA from week 0 to the outcome's week, and their values by week."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sap_helpers.analyses.behind import explain, not_due, of_rows, source
from sap_helpers.analyses.blocks import EVENT_NEEDS, count_results, statistics, unavailable, why_nobody
from sap_helpers.analyses.change import change_results, missing_change
from sap_helpers.analyses.scores import (
    POPULATION,
    chosen_values,
    deaths_results,
    derive_score_pairs,
    due_subjects,
    pair_cases,
    touched_note,
    why_no_pair,
    why_no_value,
    with_note,
    with_pair_records,
)
from sap_helpers.records import Records
from sap_helpers.results import Key, Results, join
from sap_helpers.stats import describe

if TYPE_CHECKING:
    from sap_helpers.adam.store import Study
    from sap_helpers.analyses.behind import Cases
    from sap_helpers.results import Stat

VALUES = ("mean", "sd", "median", "p25", "p75", "min", "max")
AT_MOST = "CHANGE"


def analyse_change(study: Study) -> Results:
    """Return SLEDAI.CHANGE: the total from week 0 to the outcome's week, its distribution, and the deaths beside it."""
    week = study.plan.sledai.week
    key = Key("SLEDAI.CHANGE", POPULATION, variable="SLEDAI")
    pairs = derive_score_pairs(study, "SLEDAI", week)
    why = study.why_unavailable("qs:SLEDAI")
    found = [_change(study, key, pairs), deaths_results(study, key.analysis_id, week)]
    if why:
        return join(found)
    cases = pair_cases(study, "SLEDAI")
    return join([*found, explain(study, cumulative_results(key, pairs), cases)])


def analyse_without_events(study: Study) -> Results:
    """Return SLEDAI.NO_ICE: the change of the pairs without an intercurrent event up to the later assessment."""
    pairs = derive_score_pairs(study, "SLEDAI", study.plan.sledai.week)
    has_event = pairs["ICEDT"] <= pairs["ADT1"]
    event = ("an intercurrent event on or before the later assessment", set(pairs.loc[has_event, "USUBJID"]))
    key = Key("SLEDAI.NO_ICE", POPULATION, variable="SLEDAI")
    return _change(study, key, pairs.loc[~has_event], *EVENT_NEEDS, further=(event,))


def analyse_without_serology(study: Study) -> Results:
    """Return SLEDAI.SEROLOGY_FREE: the change of the total of the items without serology."""
    pairs = derive_score_pairs(study, "SLEDAI22", study.plan.sledai.week)
    return _change(study, Key("SLEDAI.SEROLOGY_FREE", POPULATION, variable="SLEDAI22"), pairs)


def analyse_pga(study: Study) -> Results:
    """Return PGA.CHANGE: the change as of the total, and the values by week (their second group sets them apart)."""
    rule = study.plan.instruments.pga
    key = Key("PGA.CHANGE", POPULATION, variable="PGA")
    pairs = derive_score_pairs(study, rule.code, study.plan.sledai.week)
    change = _change(study, key, pairs, category=rule.category)
    every = key._replace(group2="VALUES", group2_level="observed")
    return change + deaths_results(study, key.analysis_id, study.plan.sledai.week) + _by_week(study, every, rule.code)


def analyse_by_week(study: Study) -> Results:
    """Return SLEDAI.BY_WEEK: the observed totals of every week, of all due, and the deaths beside them."""
    key = Key("SLEDAI.BY_WEEK", POPULATION, variable="SLEDAI")
    weeks = (0, *study.plan.time.weeks)
    deaths = [deaths_results(study, key.analysis_id, week, by_week=True) for week in weeks if week]
    return join([_by_week(study, key, "SLEDAI"), *deaths])


def cumulative_results(key: Key, pairs: pd.DataFrame) -> Results:
    """Return, for every change that occurs, how many changed by that or less."""
    change = pairs["CHANGE"].to_numpy(dtype=float)
    found = []
    for value in np.unique(change):
        here = key._replace(group1=AT_MOST, group1_level=f"<= {value:g}")
        holds = pd.Series(change <= value, index=pairs.index)
        last = pairs[["ASEQ1"]].rename(columns={"ASEQ1": "ASEQ"})
        found.append(count_results(here, int(holds.sum()), len(pairs), records=of_rows("adqs", last, holds)))
    return join(found)


def _change(
    study: Study, key: Key, pairs: pd.DataFrame, *needs: str, category: str = "", further: Cases = ()
) -> Results:
    week = study.plan.sledai.week
    why = study.why_unavailable(f"qs:{key.variable}", *needs)
    if why:
        return missing_change(key, (0, week), why)
    found = change_results(
        key, pairs["AVAL0"].to_list(), pairs["AVAL1"].to_list(), weeks=(0, week), level=study.plan.level,
        why_empty=why_no_pair(study, week),
    )  # fmt: skip
    note = touched_note(study, category or study.plan.instruments.sledai.category, 0, week)
    code = study.plan.instruments.pga.code if key.variable == "PGA" else key.variable
    return with_pair_records(study, with_note(found, note), pairs, (*pair_cases(study, code), *further))


def _by_week(study: Study, key: Key, code: str) -> Results:
    weeks = (0, *study.plan.time.weeks)
    keys = {week: key._replace(group1="AVISITN", group1_level=str(week)) for week in weeks}
    why = study.why_unavailable(f"qs:{key.variable}")
    if why:
        return unavailable(keys.values(), ("n", "N", *VALUES), why)
    values = chosen_values(study, code, weeks)
    return join(_week(study, keys[week], values.loc[values["AVISITN"] == week], week) for week in weeks)


def _week(study: Study, key: Key, values: pd.DataFrame, week: int) -> Results:
    due = due_subjects(study, week)
    numbers = values["AVAL"].to_numpy(dtype=float)
    rule = study.plan.instruments
    category = rule.pga.category if key.variable == "PGA" else rule.sledai.category
    counts: dict[str, Stat] = {"n": len(numbers), "N": len(due)}
    found = statistics(key, counts) if len(due) else count_results(key, 0, 0, why_nobody(study, POPULATION))
    cases = (not_due(study, POPULATION, week),)
    records = {key: Records((source("adqs", values),), (source("adsl", due),))}
    rows = Results(tuple(row for row in found if row.stat_name in counts), records)
    rows = explain(study, rows, cases)
    if not len(numbers):
        return rows + unavailable([key], VALUES, why_no_value(study, week))
    described = describe(numbers)
    spread = {name: getattr(described, name) for name in VALUES}
    rows += statistics(key, spread, described.note or "not estimable with 1 value")
    return with_note(rows, touched_note(study, category, week))
