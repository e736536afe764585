"""The constrained longitudinal model as a block: response by week on week alone, each week against week 0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sap_helpers.analyses.behind import explain, not_due, outside, source
from sap_helpers.analyses.blocks import statistics, unavailable
from sap_helpers.errors import EstimationError
from sap_helpers.records import Records
from sap_helpers.results import Key, Result, Results, join
from sap_helpers.stats import fit_mmrm_fallback
from sap_helpers.stats.mmrm.covariance import LABELS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from sap_helpers.adam.store import Study
    from sap_helpers.analyses.behind import Cases
    from sap_helpers.plan.mixed_model import MixedModel
    from sap_helpers.stats import MmrmFit

CONTRAST = ("estimate", "std.error", "df", "conf.low", "conf.high", "p.value")
METHODS = {"kenward-roger": "Kenward-Roger", "satterthwaite": "Satterthwaite"}
POPULATION = "FAS"
ROBUST = "Mancl-DeRouen"
FORMULA = "AVAL ~ AVISITN"


@dataclass(frozen=True, slots=True)
class WeekModel:
    """A model of a response by week, or why there is none.

    Parameters
    ----------
    fit
        The fitted model over the weeks that entered; None where nothing could be fitted.
    n_values
        Values by week, of week 0 and every planned week, whether it entered or not.
    left_out
        Why a planned week did not enter, by week; every week, where there is no fit.
    note
        The covariance structure used, and why those before it in the plan's order were not.
    """

    fit: MmrmFit | None
    n_values: Mapping[int, int]
    left_out: Mapping[int, str]
    note: str = ""


def fit_week_model(
    values: pd.DataFrame,
    weeks: Sequence[int],
    rule: MixedModel,
    *,
    level: float,
    absent: Mapping[int, str] | None = None,
) -> WeekModel:
    """Fit the constrained longitudinal model: response at week 0 and after it, fixed effect week, one covariance.

    Parameters
    ----------
    values
        USUBJID, AVISITN (0 and weeks after it), AVAL (float64): one row a subject and week with a value, none missing;
        week 0 of every subject of the set, later weeks of those for whom the week is due. Weeks not named are ignored.
    weeks
        The planned weeks after week 0, in order.
    rule
        Which weeks enter, the structures to try, the degrees of freedom.
    level
        Confidence level.
    absent
        Why a week has no value at all, by week, where the caller knows (nobody due); else "no value".

    Raises
    ------
    EstimationError
        Missing values, or two values of a subject in one week.

    Notes
    -----
    With complete data at week 0 and one more week it equals the paired t test.
    """
    known = values.loc[values["AVISITN"].isin([0, *weeks]), ["USUBJID", "AVISITN", "AVAL"]].astype({"AVISITN": int})
    _refuse_unusable(known)
    counts = known["AVISITN"].value_counts()
    n_values = {week: int(counts.get(week, 0)) for week in (0, *weeks)}
    left_out = {week: _too_few(week, n_values[week], rule, absent or {}) for week in weeks}
    left_out = {week: why for week, why in left_out.items() if why}
    baseline = _too_few(0, n_values[0], rule, absent or {})
    entered = [week for week in weeks if week not in left_out]
    if baseline or not entered:
        return WeekModel(None, n_values, {week: baseline or left_out[week] for week in weeks})
    used = known.loc[known["AVISITN"].isin([0, *entered])]
    try:
        fit = fit_mmrm_fallback(
            used, FORMULA, subject="USUBJID", visit="AVISITN", ddf=rule.degrees_of_freedom, level=level,
            order=rule.structures,
        )  # fmt: skip
    except EstimationError as error:
        return WeekModel(None, n_values, {**dict.fromkeys(weeks, f"not estimable: {error}"), **left_out})
    return WeekModel(fit, n_values, left_out, _structure_note(fit))


def week_model_results(key: Key, model: WeekModel, weeks: Sequence[int], rule: MixedModel) -> Results:
    """Return a fitted model's rows.

    Returns
    -------
    Results
        Without a group N, the subjects in the model, its note naming the covariance structure and why; by AVISITN the
        n of values (week 0 among them) and, after week 0, under the method of the degrees of freedom, estimate,
        std.error, df, conf.low, conf.high, p.value. Where another structure than the first of the plan was used, under
        its own method the robust std.error, its df (values at the week minus 1, those of a paired t test of complete
        data), conf.low, conf.high and p.value: the ones that hold if the structure is wrong.
    """
    subjects = model.fit.n_subjects if model.fit else 0
    found = [Results((Result(key, "N", subjects, model.note or _common(model.left_out)),))]
    for week in (0, *weeks):
        here = key._replace(group1="AVISITN", group1_level=str(week))
        found.append(statistics(here, {"n": model.n_values[week]}))
        if week:
            found.append(_contrast(here, model, week, METHODS[rule.degrees_of_freedom]))
    return join(found)


def missing_mixed_model(key: Key, weeks: Sequence[int], why: str, *, method: str = "Kenward-Roger") -> Results:
    """Return the planned rows of the model without numbers, each with the reason."""
    found = [unavailable([key], ("N",), why)]
    for week in (0, *weeks):
        here = key._replace(group1="AVISITN", group1_level=str(week))
        found.append(unavailable([here], ("n",), why))
        if week:
            found.append(unavailable([here._replace(method=method)], CONTRAST, why))
    return join(found)


def with_model_records(study: Study, results: Results, model: WeekModel, values: pd.DataFrame, dataset: str) -> Results:
    """Return a model's rows with the records behind them: a week's behind its n, all that entered behind the others.

    Parameters
    ----------
    values
        The values of the full analysis set that the model was offered, with ASEQ of the data set named; weeks that did
        not enter among them.
    """
    entered = [] if model.fit is None else [week for week in model.n_values if week not in model.left_out]
    every = source(dataset, values.loc[values["AVISITN"].isin(entered)])
    records = {}
    for row in results:
        level = row.key.group1_level
        used = every if row.key.method or not level else source(dataset, values.loc[values["AVISITN"] == int(level)])
        records[row.key] = Records((used,), (used,))
    cases = {str(week): _week_cases(study, values, week) for week in model.n_values}
    nowhere = (outside(study, POPULATION, values["USUBJID"], "no usable value at any week of the model"),)
    by_key = {key: nowhere if key.method else cases.get(key.group1_level, nowhere) for key in records}
    return explain(study, Results(results.rows, records), by_key.__getitem__)


def _week_cases(study: Study, values: pd.DataFrame, week: int) -> Cases:
    at_week = values.loc[values["AVISITN"] == week, "USUBJID"]
    lacking = outside(study, POPULATION, at_week, f"no usable value in the window of week {week}")
    return not_due(study, POPULATION, week), lacking


def _contrast(here: Key, model: WeekModel, week: int, method: str) -> Results:
    limits = here._replace(method=method)
    if model.fit is None or week in model.left_out:
        return unavailable([limits], CONTRAST, model.left_out[week])
    term = f"AVISITN[T.{week}]"
    row = model.fit.contrast({term: 1.0}).iloc[0]
    found = statistics(limits, {name: float(row[name]) for name in CONTRAST})
    if model.fit.failures:
        robust = model.fit.robust_contrast({term: 1.0}, model.n_values[week] - 1).iloc[0]
        values = {name: float(robust[name]) for name in CONTRAST if name != "estimate"}
        known = {name: value if np.isfinite(value) else None for name, value in values.items()}
        found += statistics(here._replace(method=ROBUST), known, "the robust error is 0")
    return found


def _structure_note(fit: MmrmFit) -> str:
    """Return the covariance structure used, and after it why each one before it in the plan's order was not."""
    tried = "; ".join(f"{LABELS[failure.structure]} not used: {failure.reason}" for failure in fit.failures)
    return f"covariance: {LABELS[fit.structure]}" + (f"; {tried}" if tried else "")


def _common(left_out: Mapping[int, str]) -> str:
    """Return the reasons why there is no model, each once."""
    return "; ".join(dict.fromkeys(left_out.values()))


def _too_few(week: int, count: int, rule: MixedModel, absent: Mapping[int, str]) -> str:
    """Return why a week does not enter, or ""."""
    if count >= rule.min_values:
        return ""
    if not count:
        return absent.get(week, f"no value at week {week}")
    return f"{count} value{'s' if count > 1 else ''} at week {week}: a week enters with at least {rule.min_values}"


def _refuse_unusable(values: pd.DataFrame) -> None:
    """Raise where the input is wrong, so that what is left to fail is the estimation itself."""
    missing = values.loc[values["AVAL"].isna() | values["USUBJID"].isna()]
    twice = values.loc[values.duplicated(["USUBJID", "AVISITN"])]
    for bad, problem in ((missing, "have no value"), (twice, "repeat a subject and week")):
        if len(bad):
            who = ", ".join(dict.fromkeys(bad["USUBJID"].astype(str)[:5]))
            raise EstimationError(f"values: {len(bad)} rows {problem}: {who}; allowed: one value a subject and week")
