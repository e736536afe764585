"""Immunology beside the change itself: mixed models by week, change by response, correlation with disease activity."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sap_helpers.adam.store import once_per_study
from sap_helpers.analyses.behind import beside, explain, source
from sap_helpers.analyses.blocks import NOT_DUE, RESPONSE_NEEDS, statistics, unavailable
from sap_helpers.analyses.change import HODGES_LEHMANN
from sap_helpers.analyses.immunology_pairs import (
    chosen_values,
    needs_of,
    of,
    pair_cases,
    why_no_pair,
    with_records,
)
from sap_helpers.analyses.mixed_model import (
    WeekModel,
    fit_week_model,
    missing_mixed_model,
    week_model_results,
    with_model_records,
)
from sap_helpers.analyses.scores import POPULATION, derive_score_pairs, due_subjects
from sap_helpers.results import Key, Results, join
from sap_helpers.stats import describe, hodges_lehmann_shift, spearman_ci

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sap_helpers.adam.store import Study

SPEARMAN = "Spearman"
SUMMARY = ("N", "mean", "sd", "median", "p25", "p75")
SHIFT = ("estimate", "conf.low", "conf.high")


def analyse_models(study: Study, analysis_id: str, codes: Iterable[str]) -> Results:
    """Return IMM.MMRM or LAB.MMRM: each week against week 0, where enough weeks have enough pairs."""
    values = chosen_values(study, codes)
    return join(_model(study, Key(analysis_id, POPULATION, variable=code), of(values, code)) for code in codes)


def _model(study: Study, key: Key, values: pd.DataFrame) -> Results:
    plan, weeks = study.plan, study.plan.immunology.model_weeks
    why = study.why_unavailable(*needs_of(study, key.variable))
    if why:
        return missing_mixed_model(key, weeks, why)
    absent = {week: NOT_DUE for week in weeks if not len(due_subjects(study, week))}
    why = why_no_model(study, values)
    if why:
        counts = {week: int((values["AVISITN"] == week).sum()) for week in (0, *weeks)}
        model = WeekModel(None, counts, {week: absent.get(week, why) for week in weeks})
    else:
        long = values[["USUBJID", "AVISITN"]].assign(AVAL=values["VALUE"])
        model = fit_week_model(long, weeks, plan.mixed_model, level=plan.level, absent=absent)
    rows = week_model_results(key, model, weeks, plan.mixed_model)
    return with_model_records(study, rows, model, values, "adlb")


def why_no_model(study: Study, values: pd.DataFrame) -> str:
    """Return why a parameter's weeks do not carry a model, with the pairs that each has, or ""."""
    rule = study.plan.immunology
    baseline = values.loc[values["AVISITN"] == 0, "USUBJID"]
    later = values.loc[values["USUBJID"].isin(baseline)]
    pairs = {week: int((later["AVISITN"] == week).sum()) for week in rule.model_weeks}
    enough = sum(count >= rule.min_pairs for count in pairs.values())
    if enough >= rule.min_model_weeks:
        return ""
    counts = ", ".join(f"week {week}: {count}" for week, count in pairs.items() if count) or "none"
    return (
        f"no model: fewer than {rule.min_model_weeks} weeks after baseline have {rule.min_pairs} pairs (pairs {counts})"
    )


def analyse_by_response(study: Study, pairs: pd.DataFrame) -> Results:
    """Return IMM.BY_RESPONSE: change of responders and others at the outcome's week, and how far they lie apart."""
    status = response_status(study)
    return join(_by_response(study, code, of(pairs, code), status) for code in study.plan.immunology.codes)


@once_per_study
def response_status(study: Study) -> pd.Series:
    """Return "Y" or "N" by USUBJID: the primary response at the outcome's week, after events and missing data."""
    records = _status_records(study)
    return (records.set_index("USUBJID")["CRIT1FL"] == "Y").map({True: "Y", False: "N"})


def _status_records(study: Study, subjects: Iterable[str] | None = None) -> pd.DataFrame:
    """Return the records of the primary response at the outcome's week, of the subjects named or of all."""
    adqs = study.assessments
    week = study.plan.immunology.week
    found = adqs.loc[(adqs["PARAMCD"] == "SRI4") & (adqs["AVISITN"] == week) & (adqs["ANL01FL"] == "Y")]
    return found if subjects is None else found.loc[found["USUBJID"].isin(set(subjects))]


def _by_response(study: Study, code: str, pairs: pd.DataFrame, status: pd.Series) -> Results:
    key = Key("IMM.BY_RESPONSE", POPULATION, variable=code)
    shift = key._replace(method=HODGES_LEHMANN)
    groups = {level: key._replace(group1="SRI4", group1_level=level) for level in ("Y", "N")}
    why = study.why_unavailable(*needs_of(study, code), *RESPONSE_NEEDS)
    if why:
        return unavailable(groups.values(), SUMMARY, why) + unavailable([shift], SHIFT, why)
    known = pairs.assign(STATUS=pairs["USUBJID"].map(status))
    parts = {level: known.loc[known["STATUS"] == level] for level in groups}
    found = [_described(groups[level], part, study) for level, part in parts.items()]
    apart = hodges_lehmann_shift(
        parts["Y"]["CHANGE"].to_numpy(), parts["N"]["CHANGE"].to_numpy(), study.plan.level
    )  # fmt: skip
    values = {"estimate": apart.estimate, "conf.low": apart.conf_low, "conf.high": apart.conf_high}
    rows = statistics(shift, values, apart.note if len(pairs) else why_no_pair(study))
    described = known.loc[known["STATUS"].notna()]
    shifted = beside(with_records(rows, described), source("adqs", _status_records(study, described["USUBJID"])))
    others = {"Y": parts["N"], "N": parts["Y"]}
    unknown = ("no response at the week, due or not", set(known["USUBJID"]) - set(described["USUBJID"]))
    base = (*pair_cases(study, code), unknown)
    cases = {group: (*base, ("the other response status", set(part["USUBJID"]))) for group, part in others.items()}
    return explain(study, join([*found, shifted]), lambda at: cases.get(at.group1_level, base))


def _described(key: Key, part: pd.DataFrame, study: Study) -> Results:
    found = describe(part["CHANGE"].to_numpy())
    values = {
        "N": found.n, "mean": found.mean, "sd": found.sd, "median": found.median, "p25": found.p25, "p75": found.p75,
    }  # fmt: skip
    empty = "no pair in this group" if len(due_subjects(study, study.plan.immunology.week)) else why_no_pair(study)
    note = found.note if found.n else empty
    status = source("adqs", _status_records(study, part["USUBJID"]))
    return beside(with_records(statistics(key, values, note), part), status)


def analyse_correlation(study: Study, pairs: pd.DataFrame) -> Results:
    """Return IMM.CORRELATION: Spearman correlation of each change with that of the disease activity index."""
    rule = study.plan.immunology
    found = []
    for code in rule.codes:
        index = index_of(study, code)
        key = Key("IMM.CORRELATION", POPULATION, variable=code)
        limits = key._replace(method=SPEARMAN)
        why = study.why_unavailable(*needs_of(study, code))
        if why:
            found.append(unavailable([key], ("N",), why) + unavailable([limits], SHIFT, why))
            continue
        both = with_index_change(study, of(pairs, code), index)
        r = spearman_ci(both["CHANGE"].to_numpy(), both["INDEXCHG"].to_numpy(), study.plan.level)
        values = {"estimate": r.estimate, "conf.low": r.conf_low, "conf.high": r.conf_high}
        rows = statistics(key, {"N": r.n})
        rows += statistics(limits, values, r.note if len(both) else why_no_pair(study))
        change = source("adqs", pd.concat([both["INDEXSEQ0"], both["INDEXSEQ1"]]))
        unknown = ("no change of the index", set(of(pairs, code)["USUBJID"]) - set(both["USUBJID"]))
        cases = (*pair_cases(study, code), unknown)
        found.append(explain(study, beside(with_records(rows, both), change), cases))
    return join(found)


def index_of(study: Study, code: str) -> str:
    """Return the disease activity index with whose change a parameter's is correlated."""
    rule = study.plan.immunology
    return rule.marker_index if code in rule.marker_codes else rule.cell_index


def with_index_change(study: Study, pairs: pd.DataFrame, index: str) -> pd.DataFrame:
    """Return the pairs of subjects whose index changed by a known amount too, with that change (INDEXCHG).

    INDEXSEQ0 and INDEXSEQ1 are the ASEQ in ADQS of its two values.
    """
    known = derive_score_pairs(study, index, study.plan.immunology.week).set_index("USUBJID")
    change = pairs["USUBJID"].map(known["CHANGE"])
    numbers = {f"INDEXSEQ{at}": pairs["USUBJID"].map(known[f"ASEQ{at}"]) for at in (0, 1)}
    return pairs.assign(INDEXCHG=change.astype(float), **numbers).loc[change.notna().to_numpy()]
