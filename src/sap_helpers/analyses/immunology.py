"""Immunological responses: cells, their ratios and laboratory at week 0 and at the outcome's week."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sap_helpers.analyses.behind import explain, of_rows
from sap_helpers.analyses.blocks import count_results, statistics, unavailable
from sap_helpers.analyses.change import PAIRED_T, WILCOXON, change_results, missing_change
from sap_helpers.analyses.immunology_further import analyse_by_response, analyse_correlation, analyse_models
from sap_helpers.analyses.immunology_laboratory import analyse_censored, analyse_normalised
from sap_helpers.analyses.immunology_pairs import (
    LOG10,
    derive_pairs,
    left_out,
    needs_of,
    note_of,
    of,
    pair_cases,
    why_no_pair,
    with_records,
)
from sap_helpers.analyses.scores import POPULATION, deaths_results
from sap_helpers.results import Key, Result, Results, join
from sap_helpers.stats import geometric_mean_ratio, holm, paired_t

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from sap_helpers.adam.store import Study

PLANNED = (
    "IMM.CHANGE", "LAB.CHANGE", "IMM.RATIO", "IMM.ADJUSTED", "LAB.ADJUSTED", "IMM.ON_DRUG", "LAB.NORMALISED",
    "LAB.CENSORED", "IMM.MMRM", "LAB.MMRM", "IMM.BY_RESPONSE", "IMM.CORRELATION", "IMM.STANDARDISED",
)  # fmt: skip
GEOMETRIC_MEAN, HOLM = "geometric mean", "Holm"
RATIO = ("estimate", "conf.low", "conf.high")


def analyse_immunology(study: Study) -> Results:
    """Return every result of the immunological responses, in the plan's order.

    Cases for one parameter, the first that applies: a domain or column it needs is absent, its planned rows with that
    reason; nobody is due or nobody has both values, N = 0 with that reason; else its numbers.
    """
    pairs = derive_pairs(study)
    rule = study.plan.immunology
    cells = analyse_change(study, pairs, "IMM.CHANGE", rule.cell_codes)
    laboratory = analyse_change(study, pairs, "LAB.CHANGE", rule.marker_codes)
    found = join(
        [
            cells, laboratory, analyse_ratio(study, pairs),
            *(analyse_adjusted(name, codes, cells + laboratory) for name, codes in rule.holm.items()),
            analyse_on_drug(study, pairs), analyse_normalised(study, pairs), analyse_censored(study, pairs),
            analyse_models(study, "IMM.MMRM", rule.cell_codes), analyse_models(study, "LAB.MMRM", rule.marker_codes),
            analyse_by_response(study, pairs), analyse_correlation(study, pairs), analyse_standardised(study, pairs),
        ]
    )  # fmt: skip
    cases = {code: pair_cases(study, code) for code in rule.codes}
    return explain(study, found, lambda key: cases.get(key.variable, ()))


def analyse_change(study: Study, pairs: pd.DataFrame, analysis_id: str, codes: Iterable[str]) -> Results:
    """Return IMM.CHANGE or LAB.CHANGE: the change of each parameter, and the deaths beside it."""
    found = []
    for code in codes:
        key = Key(analysis_id, POPULATION, variable=code)
        why = study.why_unavailable(*needs_of(study, code))
        found.append(_change(study, key, of(pairs, code), why, note_of(study, code)))
        if study.plan.immunology.scale(code) == LOG10:
            found.append(_geometric_means(study, key, of(pairs, code), why))
    return join([*found, deaths_results(study, analysis_id, study.plan.immunology.week)])


def _change(study: Study, key: Key, pairs: pd.DataFrame, why: str, note: str = "") -> Results:
    plan = study.plan
    weeks = (0, plan.immunology.week)
    if why:
        return missing_change(key, weeks, why)
    found = change_results(
        key, pairs["VALUE0"].to_list(), pairs["VALUE1"].to_list(), weeks=weeks, level=plan.level,
        why_empty=why_no_pair(study),
    )  # fmt: skip
    if note:
        rows = (replace(row, note=row.note or note) if row.stat_name == "N" else row for row in found)
        found = Results(tuple(rows))
    return with_records(found, pairs)


def _geometric_means(study: Study, key: Key, pairs: pd.DataFrame, why: str) -> Results:
    """Return the geometric means in the parameter's own unit at both weeks."""
    keys = [
        key._replace(group1="AVISITN", group1_level=str(week), method=GEOMETRIC_MEAN)
        for week in (0, study.plan.immunology.week)
    ]
    why = why or ("" if len(pairs) else why_no_pair(study))
    if why:
        return unavailable(keys, ("mean",), why)
    means = [float(np.exp(np.log(pairs[name]).mean())) for name in ("AVAL0", "AVAL1")]
    found = [statistics(key, {"mean": mean}) for key, mean in zip(keys, means, strict=True)]
    return with_records(join(found), pairs)


def analyse_ratio(study: Study, pairs: pd.DataFrame) -> Results:
    """Return IMM.RATIO: the ratio of geometric means, the outcome's week over week 0, of every parameter.

    A value of 0 has no logarithm: its pair is left out and counted in the note of N.
    """
    found = []
    for code in study.plan.immunology.codes:
        key = Key("IMM.RATIO", POPULATION, variable=code)
        limits = key._replace(method=PAIRED_T)
        why = study.why_unavailable(*needs_of(study, code))
        if why:
            found.append(unavailable([key], ("N",), why) + unavailable([limits], RATIO, why))
            continue
        mine = of(pairs, code)
        known = mine.loc[(mine["AVAL0"] > 0) & (mine["AVAL1"] > 0)]
        ratio = geometric_mean_ratio(known["AVAL0"].to_numpy(), known["AVAL1"].to_numpy(), study.plan.level)
        values = {"estimate": ratio.estimate, "conf.low": ratio.conf_low, "conf.high": ratio.conf_high}
        rows = Results((Result(key, "N", len(known), left_out(len(mine) - len(known))),))
        rows += statistics(limits, values, ratio.note if len(mine) else why_no_pair(study))
        positive = (
            "a value of 0 or less, which has no logarithm", set(mine["USUBJID"]) - set(known["USUBJID"])
        )  # fmt: skip
        cases = (*pair_cases(study, code), positive)
        found.append(explain(study, with_records(rows, known), cases))
    return join(found)


def analyse_adjusted(analysis_id: str, codes: Iterable[str], changes: Results) -> Results:
    """Return the signed-rank p values of a family of parameters, and the same after Holm's adjustment within it.

    Cases: a parameter without a test stays without both, and the others are adjusted among themselves.
    """
    tests = {
        row.key.variable: row for row in changes if row.key.method == WILCOXON and row.stat_name == "p.value"
    }  # fmt: skip
    family = [tests[code] for code in codes]
    known = {row.key.variable: float(row.stat) for row in family if row.stat is not None}
    adjusted = dict(zip(known, holm(list(known.values())).tolist(), strict=True))
    found = []
    for row in family:
        key = Key(analysis_id, POPULATION, variable=row.key.variable)
        behind = changes.records_of(row.key)
        kept = Results((replace(row, key=key._replace(method=WILCOXON)),), {key: behind} if behind else {})
        value = {"p.adjusted": adjusted.get(row.key.variable)}
        found += [kept, statistics(key._replace(method=HOLM), value, row.note)]
    return join(found)


def analyse_on_drug(study: Study, pairs: pd.DataFrame) -> Results:
    """Return IMM.ON_DRUG: of the pairs of each cell parameter those sampled on the drug, and their change."""
    found = []
    for code in study.plan.immunology.cell_codes:
        key = Key("IMM.ON_DRUG", POPULATION, variable=code)
        counted = key._replace(variable_level="ON_DRUG")
        why = study.why_unavailable(*needs_of(study, code))
        mine = of(pairs, code)
        on_drug = mine.loc[mine["ONDRUG"]]
        if why:
            found.append(unavailable([counted], ("n", "N", "p"), why))
        else:
            found.append(_on_drug(study, counted, mine))
        late = ("not sampled on the drug", set(mine["USUBJID"]) - set(on_drug["USUBJID"]))
        cases = (*pair_cases(study, code), late)
        found.append(explain(study, _change(study, key, on_drug, why), cases))
    return join(found)


def _on_drug(study: Study, key: Key, pairs: pd.DataFrame) -> Results:
    """Return how many of the pairs were sampled on the drug."""
    holds = pairs["ONDRUG"].to_numpy(dtype=bool)
    records = of_rows("adlb", pairs.rename(columns={"ASEQ1": "ASEQ"}), holds)
    return count_results(key, int(holds.sum()), len(pairs), why_no_pair(study), records=records)


def analyse_standardised(study: Study, pairs: pd.DataFrame) -> Results:
    """Return IMM.STANDARDISED: mean change and its paired t limits in standard deviations of the week-0 values."""
    found = []
    for code in study.plan.immunology.codes:
        key = Key("IMM.STANDARDISED", POPULATION, variable=code, method=PAIRED_T)
        why = study.why_unavailable(*needs_of(study, code))
        mine = of(pairs, code)
        if why or not len(mine):
            found.append(unavailable([key], RATIO, why or why_no_pair(study)))
            continue
        test = paired_t(mine["VALUE0"].to_numpy(), mine["VALUE1"].to_numpy(), study.plan.level)
        spread = float(mine["VALUE0"].std(ddof=1)) if len(mine) > 1 else 0.0
        values = {"estimate": test.estimate, "conf.low": test.conf_low, "conf.high": test.conf_high}
        scaled = {name: None if value is None or spread == 0 else value / spread for name, value in values.items()}
        why_none = "not estimable: the values at week 0 do not vary" if len(mine) > 1 and spread == 0 else test.note
        rows = statistics(key, scaled, why_none or "not estimable with 1 pair")
        found.append(with_records(rows, mine))
    return join(found)
