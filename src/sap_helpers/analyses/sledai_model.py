"""Disease activity over all weeks at once: the mixed model, and its answer when missing values are made worse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sap_helpers.adam.store import once_per_study
from sap_helpers.analyses.behind import explain, not_due, of_rows
from sap_helpers.analyses.blocks import statistics, unavailable, why_nobody
from sap_helpers.analyses.mixed_model import (
    METHODS,
    fit_week_model,
    missing_mixed_model,
    week_model_results,
    with_model_records,
)
from sap_helpers.analyses.scores import POPULATION, chosen_values, due_subjects
from sap_helpers.records import Records
from sap_helpers.results import Key, Result, Results, join
from sap_helpers.stats import conditional_means, shift_contrast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sap_helpers.adam.store import Study
    from sap_helpers.analyses.mixed_model import WeekModel
    from sap_helpers.results import Stat

DELTA = ("estimate", "std.error", "df", "conf.low", "conf.high", "p.value")


def analyse_models(study: Study) -> tuple[Results, Results, Results]:
    """Return SLEDAI.MMRM, SLEDAI.MMRM_ALL and SLEDAI.DELTA, which rests on the first."""
    plan = study.plan
    planned = {"SLEDAI.MMRM": plan.sledai.model_weeks, "SLEDAI.MMRM_ALL": plan.time.weeks}
    why = study.why_unavailable("qs:SLEDAI")
    if why:
        method = METHODS[plan.mixed_model.degrees_of_freedom]
        missing = [
            missing_mixed_model(Key(name, POPULATION, variable="SLEDAI"), weeks, why, method=method)
            for name, weeks in planned.items()
        ]
        return missing[0], missing[1], _unavailable_delta(study, why)
    models = {name: fit_totals(study, weeks) for name, weeks in planned.items()}
    found = [
        with_model_records(
            study, week_model_results(Key(name, POPULATION, variable="SLEDAI"), model, planned[name], plan.mixed_model),
            model, chosen_values(study, "SLEDAI", (0, *planned[name])), "adqs",
        )
        for name, model in models.items()
    ]  # fmt: skip
    return found[0], found[1], analyse_delta(study, models["SLEDAI.MMRM"])


@once_per_study
def fit_totals(study: Study, weeks: Sequence[int]) -> WeekModel:
    """Fit the mixed model to the totals: week 0 of the whole set, later weeks of those for whom they are due."""
    values = chosen_values(study, "SLEDAI", (0, *weeks))[["USUBJID", "AVISITN", "AVAL"]]
    absent = {week: why_nobody(study, POPULATION) for week in (0, *weeks) if not len(due_subjects(study, week))}
    return fit_week_model(values, weeks, study.plan.mixed_model, level=study.plan.level, absent=absent)


def analyse_delta(study: Study, model: WeekModel) -> Results:
    """Return SLEDAI.DELTA: the model's change at the outcome's week with points added to every value missing there.

    A missing value is what the model implies given the subject's observed totals, plus so many points; subjects for
    whom the week is not yet due miss nothing. In closed form (see `shift_contrast`): nothing is drawn.
    """
    plan = study.plan
    week = plan.sledai.week
    due, seen = _due_and_seen(study)
    n_missing = len(due) - int(due["USUBJID"].isin(seen).sum())
    why = model.left_out.get(week, "")
    if why or model.fit is None:
        return _unavailable_delta(study, why)
    row = model.fit.contrast({f"AVISITN[T.{week}]": 1.0}).iloc[0]
    found = []
    for key, delta in zip(_delta_keys(study), plan.sledai.deltas, strict=True):
        shifted = shift_contrast(
            float(row["estimate"]), float(row["std.error"]), float(row["df"]), delta=float(delta), n_missing=n_missing,
            n=len(due), level=plan.level,
        )  # fmt: skip
        values: dict[str, Stat] = {
            "estimate": shifted.estimate, "std.error": shifted.std_error, "df": shifted.df,
            "conf.low": shifted.conf_low, "conf.high": shifted.conf_high, "p.value": shifted.p_value,
        }  # fmt: skip
        found += [statistics(key, {"n": n_missing, "N": len(due)}), statistics(_with_method(study, key), values)]
    return _with_due_records(study, join(found))


def list_implied_totals(study: Study) -> pd.DataFrame:
    """Return what the model implies for every total missing at the outcome's week: the values that delta is added to.

    Returns
    -------
    pandas.DataFrame
        USUBJID, LASTWEEK and LASTAVAL (the latest week with a total, and it), AVAL (implied), DTHDT; no row without a
        model.
    """
    columns = ["USUBJID", "LASTWEEK", "LASTAVAL", "AVAL", "DTHDT"]
    week, weeks = study.plan.sledai.week, study.plan.sledai.model_weeks
    fit = None if study.why_unavailable("qs:SLEDAI") else (model := fit_totals(study, weeks)).fit
    if fit is None or fit.coefficients is None or fit.covariance is None or week in model.left_out:
        return pd.DataFrame({name: pd.Series(dtype=object) for name in columns})
    entered = [0, *(number for number in weeks if number not in model.left_out)]
    due, seen = _due_and_seen(study)
    lacking = due.loc[~due["USUBJID"].isin(seen)].set_index("USUBJID")
    values = chosen_values(study, "SLEDAI", entered)
    wide = values.set_index(["USUBJID", "AVISITN"])["AVAL"].unstack().reindex(index=lacking.index, columns=entered)
    steps = fit.coefficients["estimate"].to_numpy(dtype=float)
    mean = steps[0] + np.concatenate(([0.0], steps[1:]))
    implied = conditional_means(wide.to_numpy(dtype=float), mean, fit.covariance.to_numpy(dtype=float))
    last = values.drop_duplicates("USUBJID", keep="last").set_index("USUBJID").reindex(lacking.index)
    frame = pd.DataFrame(
        {
            "USUBJID": lacking.index, "LASTWEEK": last["AVISITN"].to_numpy(), "LASTAVAL": last["AVAL"].to_numpy(),
            "AVAL": implied[:, entered.index(week)], "DTHDT": lacking["DTHDT"].to_numpy(),
        }
    )  # fmt: skip
    return frame[columns]


def _due_and_seen(study: Study) -> tuple[pd.DataFrame, set[str]]:
    """Return the subjects due at the outcome's week, and who has a total there."""
    week = study.plan.sledai.week
    return due_subjects(study, week), set(chosen_values(study, "SLEDAI", (week,))["USUBJID"])


def _delta_keys(study: Study) -> list[Key]:
    rule = study.plan.sledai
    key = Key("SLEDAI.DELTA", POPULATION, "AVISITN", str(rule.week), "DELTA", variable="SLEDAI")
    return [key._replace(group2_level=str(delta)) for delta in rule.deltas]


def _unavailable_delta(study: Study, why: str) -> Results:
    """Return the planned rows without the model's numbers; the counts are there where there are questionnaires."""
    has_counts = not study.why_unavailable("qs:SLEDAI")
    due, seen = _due_and_seen(study) if has_counts else (pd.DataFrame(), set())
    found = []
    for key in _delta_keys(study):
        if has_counts:
            note = "" if len(due) else why
            n_missing = len(due) - int(due["USUBJID"].isin(seen).sum())
            found.append(Results((Result(key, "n", n_missing, note), Result(key, "N", len(due), note))))
        else:
            found.append(unavailable([key], ("n", "N"), why))
        found.append(unavailable([_with_method(study, key)], DELTA, why))
    return _with_due_records(study, join(found)) if has_counts else join(found)


def _with_due_records(study: Study, results: Results) -> Results:
    """Return SLEDAI.DELTA with those due behind N, those of them without a total behind n, and its model."""
    due, seen = _due_and_seen(study)
    one = of_rows("adsl", due, ~due["USUBJID"].isin(seen))
    week = str(study.plan.sledai.week)
    model = Key(
        "SLEDAI.MMRM", POPULATION, "AVISITN", week, variable="SLEDAI", method=_with_method(study, Key("")).method
    )
    cases = (not_due(study, POPULATION, study.plan.sledai.week),)
    records = {
        row.key: Records(made_of=(row.key._replace(method=""), model)) if row.key.method else one for row in results
    }
    return explain(study, Results(results.rows, records), cases)


def _with_method(study: Study, key: Key) -> Key:
    return key._replace(method=METHODS[study.plan.mixed_model.degrees_of_freedom])
