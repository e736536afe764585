"""States of low activity by week, steroids by week, and how much change the selection of subjects makes by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.adam.states import NOT_RECORDED
from sap_helpers.adam.steroids import derive_doses_by_week, derive_taken_by_week, is_more_than
from sap_helpers.adam.store import once_per_study
from sap_helpers.analyses.behind import explain, not_due, outside, source, subjects_source
from sap_helpers.analyses.blocks import (
    EVENT_NEEDS,
    EXACT_LIMITS,
    PROPORTION,
    proportion_by_week,
    proportion_results,
    statistics,
    unavailable,
    why_nobody,
)
from sap_helpers.analyses.scores import POPULATION, chosen_values, due_subjects
from sap_helpers.records import Records, Source
from sap_helpers.results import Key, Result, Results, join
from sap_helpers.stats import describe, fit_truncated_normal, regression_to_mean

if TYPE_CHECKING:
    import pandas as pd

    from sap_helpers.adam.store import Study
    from sap_helpers.plan.sledai import State

DOSE_NEEDS = ("cm.CMDOSE", "cm.CMDOSU", "cm.CMDOSFRQ")
SPREAD = ("mean", "sd", "median", "p25", "p75", "min", "max")
TRUNCATED = "truncated normal"
UNRECORDED = "no subject with recorded prednisone due"
UNRECORDED_DOSE = "no prednisone equivalent recorded"
NO_BASE = {"INCREASED": "no known dose at week 0", "STOPPED": "no steroid of known dose taken at week 0"}
UNKNOWN_DOSE = "no known dose on that day: none recorded, one of unknown size, or after a death"


def analyse_remission(study: Study) -> Results:
    """Return SLEDAI.REMISSION: each state by week; an event before it or a missing assessment is a state not reached.

    States that ask for prednisone are of the subjects with recorded prednisone alone.
    """
    return join(_state_by_week(study, state) for state in study.plan.sledai.states)


def _state_by_week(study: Study, state: State) -> Results:
    key = Key("SLEDAI.REMISSION", POPULATION, "AVISITN", variable=state.variable, variable_level="Y")
    keys = {week: key._replace(group1_level=str(week)) for week in study.plan.time.weeks}
    why = study.why_unavailable(*EVENT_NEEDS, *_needs_of(state))
    if why:
        return unavailable(keys.values(), PROPORTION, why, methods=EXACT_LIMITS)
    adqs = study.assessments
    mine = adqs.loc[adqs["PARAMCD"] == state.param]
    unrecorded = (UNRECORDED_DOSE, set(mine.loc[mine["REASON"] == NOT_RECORDED, "USUBJID"]))
    records = mine.loc[mine["ANL01FL"] == "Y"]
    records = records.loc[records["USUBJID"].isin(study.subjects(POPULATION)["USUBJID"])]
    touched = _touched_subjects(study)
    found = []
    for week, at in keys.items():
        counted = records.loc[records["AVISITN"] == week]
        marked = counted["USUBJID"].isin(touched.get(0, set()) | touched.get(week, set()))
        counted = counted.assign(SUCCESS=counted["CRIT1FL"] == "Y", TOUCHED=marked)
        is_due = len(due_subjects(study, week)) > 0
        rate = proportion_by_week(
            at, counted, interval="clopper-pearson", level=study.plan.level,
            why_empty=UNRECORDED if is_due else why_nobody(study, POPULATION), records="adqs",
        )  # fmt: skip
        cases = (not_due(study, POPULATION, week), unrecorded)
        found.append(explain(study, rate, cases))
    return join(found)


def _needs_of(state: State) -> tuple[str, ...]:
    """Return what a state's criteria rest on, beside the total and the events."""
    return (
        *(("qs:SLEDAI22",) if state.clinical_at_most is not None else ()), *(("qs:PGA",) if state.uses_pga else ()),
        *(DOSE_NEEDS if state.prednisone_at_most is not None else ()),
    )  # fmt: skip


@once_per_study
def _touched_subjects(study: Study) -> dict[int, set[str]]:
    """Return by week who has a quarantined record of the instruments that the states use."""
    adqs, rule = study.assessments, study.plan.instruments
    bad = adqs.loc[
        (adqs["QUARFL"] == "Y")
        & adqs["AVISITN"].notna()
        & adqs["PARCAT1"].isin([rule.sledai.category, rule.pga.category])
    ]
    return {week: set(bad.loc[bad["AVISITN"] == week, "USUBJID"]) for week in (0, *study.plan.time.weeks)}


def analyse_steroids(study: Study) -> Results:
    """Return STEROID.BY_WEEK: the dose on each week's target day, of those in whom it is recorded.

    n of N: subjects with a known dose of those due. At most a limit: of those with a known dose. Increased: above the
    dose of week 0, of those with both. Stopped: no more steroid, of those who took one at week 0 and have a known dose.
    """
    weeks = (0, *study.plan.time.weeks)
    why = study.why_unavailable("qs:SLEDAI", *DOSE_NEEDS)
    doses = derive_doses_by_week(study["adsl"], study["adcm"], study.cut_date, study.plan)
    doses = doses.loc[doses["USUBJID"].isin(study.subjects(POPULATION)["USUBJID"])]
    taken = derive_taken_by_week(study["adsl"], study["adcm"], study.cut_date, study.plan)
    return join(
        _steroid_week(
            study, week, doses.loc[doses["AVISITN"] == week], taken.loc[taken["AVISITN"] == week], why
        ) for week in weeks
    )  # fmt: skip


def _steroid_week(study: Study, week: int, doses: pd.DataFrame, taken: pd.DataFrame, why: str) -> Results:
    key = Key("STEROID.BY_WEEK", POPULATION, "AVISITN", str(week), variable="PREDNISONE")
    limits = {name: float(limit) for name, limit in study.plan.sledai.steroid_names.items()}
    names = [*limits, *(("INCREASED", "STOPPED") if week else ())]
    keys = {name: key._replace(variable=name, variable_level="Y") for name in names}
    if why:
        rates = unavailable(keys.values(), PROPORTION, why, methods=EXACT_LIMITS)
        return unavailable([key], ("n", "N", *SPREAD), why) + rates
    known = doses.loc[doses["DOSE"].notna()]
    nobody = UNRECORDED if len(doses) else why_nobody(study, POPULATION)
    cases = (not_due(study, POPULATION, week), outside(study, POPULATION, known["USUBJID"], UNKNOWN_DOSE))
    dose, base = known["DOSE"], known["BASE"]
    spread = _dose_spread(key, known, len(doses), nobody)
    everyone = Records(_behind(study, known, taken), (subjects_source(study, doses["USUBJID"]),))
    found = [explain(study, Results(spread.rows, {key: everyone}), cases[:1])]
    counted = {name: (~is_more_than(dose, limit), dose.notna()) for name, limit in limits.items()}
    counted |= {"INCREASED": (is_more_than(dose, base), base.notna()), "STOPPED": (dose == 0, base > 0)}
    for name, at in keys.items():
        holds, asked = counted[name]
        records = Records(
            _behind(study, known.loc[holds & asked], taken), _behind(study, known.loc[asked], taken),
        )  # fmt: skip
        rate = proportion_results(
            at, int((holds & asked).sum()), int(asked.sum()), interval="clopper-pearson", level=study.plan.level,
            why_empty=nobody if not len(known) else "no subject took a steroid at week 0 and is due", records=records,
        )  # fmt: skip
        base_case = (NO_BASE[name], set(known.loc[~asked, "USUBJID"])) if name in NO_BASE else ("", set())
        found.append(explain(study, rate, (*cases, base_case)))
    return join(found)


def _behind(study: Study, doses: pd.DataFrame, taken: pd.DataFrame) -> tuple[Source, Source]:
    """Return the subjects of doses, and the records of medication that add up to these; none to a dose of 0."""
    mine = taken.loc[taken["USUBJID"].isin(doses["USUBJID"])]
    return subjects_source(study, doses["USUBJID"]), source("adcm", mine)


def _dose_spread(key: Key, known: pd.DataFrame, n_due: int, nobody: str) -> Results:
    note = "" if len(known) else nobody
    counts = Results(tuple(Result(key, name, n, note) for name, n in (("n", len(known)), ("N", n_due))))
    described = describe(known["DOSE"].to_numpy(dtype=float))
    spread = {name: getattr(described, name) for name in SPREAD}
    return counts + statistics(key, spread, nobody if not len(known) else described.note)


def analyse_selection(study: Study) -> Results:
    """Return SLEDAI.RTM: the unselected totals behind the baseline, and the change that their selection alone makes."""
    rule = study.plan.sledai.selection
    key = Key("SLEDAI.RTM", POPULATION, variable="SLEDAI")
    fitted = key._replace(method=TRUNCATED)
    at = {f"{r}": fitted._replace(group1="CORRELATION", group1_level=str(r)) for r in rule.correlations}
    totals = chosen_values(study, "SLEDAI", (0,))
    nobody = "" if len(study.subjects(POPULATION)) else why_nobody(study, POPULATION)
    why = study.why_unavailable("qs:SLEDAI") or nobody
    if why:
        found = [unavailable([key], ("N",), why), unavailable([fitted], ("mean", "sd"), why)]
        share = fitted._replace(variable="SELECTED")
        return join([*found, unavailable([share, *at.values()], ("estimate",), why)])
    rows = totals.loc[totals["AVAL"] >= rule.threshold]
    selected, one = rows["AVAL"], source("adqs", rows)
    is_low = totals["AVAL"] < rule.threshold
    low = (f"baseline total below {rule.threshold}", set(totals.loc[is_low, "USUBJID"]))
    late = outside(study, POPULATION, totals["USUBJID"], "baseline total dated after the death")
    n_low = int(is_low.sum())
    note = f"{n_low} baseline total{'s' if n_low > 1 else ''} below {rule.threshold} left out" if n_low else ""
    fit = fit_truncated_normal(selected.to_numpy(dtype=float), rule.threshold) if len(selected) else None
    empty = fit.note if fit else f"no baseline total of {rule.threshold} or more"
    found = [
        Results((Result(key, "N", len(selected), note),)),
        statistics(fitted, {"mean": fit.mean if fit else None, "sd": fit.sd if fit else None}, empty),
        statistics(fitted._replace(variable="SELECTED"), {"estimate": fit.share_selected if fit else None}, empty),
    ]
    expected = regression_to_mean(fit, [float(r) for r in rule.correlations]) if fit else ()
    changes = [change.estimate for change in expected] or [None] * len(at)
    found += [statistics(k, {"estimate": value}, empty) for k, value in zip(at.values(), changes, strict=True)]
    whole = join(found)
    records = {row.key._replace(method=""): Records((one,), (one,)) for row in whole}
    return explain(study, Results(whole.rows, records), (low, late))
