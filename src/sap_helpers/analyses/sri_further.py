"""The primary outcome at the key week: imputation, tipping point, published rates and subgroups."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sap_helpers.adam.laboratory import ABOVE
from sap_helpers.adam.steroids import is_more_than
from sap_helpers.analyses.behind import behind, explain, not_due, of_rows, outside
from sap_helpers.analyses.blocks import (
    EXACT_LIMITS,
    PROPORTION,
    RESPONSE_NEEDS,
    proportion_results,
    statistics,
    unavailable,
    why_nobody,
)
from sap_helpers.records import Records
from sap_helpers.results import Key, Result, Results, join
from sap_helpers.stats import impute_binary_sequence, rubin_proportion, tipping_points

if TYPE_CHECKING:
    from sap_helpers.adam.store import Study

NOT_RECORDED = "Not recorded"
IMPUTATION = "multiple imputation"
LOGIT = "on the logit scale, as df; estimate and limits are transformed back"


def analyse_imputation(study: Study, primary: pd.DataFrame) -> Results:
    """Return SRI.MI: missing responses without an event imputed week by week, pooled on the logit scale.

    A subject with an event is a non-responder in every completed set; the models are fitted on those without one, whom
    a subject with a missing response resembles.
    """
    plan = study.plan
    week = plan.sri.key_week
    key = Key("SRI.MI", "FAS", "AVISITN", str(week), variable="SRI4", variable_level="Y", method=IMPUTATION)
    names = ("estimate", "std.error", "df", "conf.low", "conf.high")
    weeks = [number for number in plan.sri.weeks if number <= week]
    due = primary.loc[primary["AVISITN"] == week, "USUBJID"]
    why = study.why_unavailable(*RESPONSE_NEEDS) or ("" if len(due) else why_nobody(study, "FAS"))
    if why:
        return unavailable([key._replace(method="")], ("N",), why) + unavailable([key], names, why)
    at_week = primary.loc[primary["AVISITN"] == week]
    used = primary.loc[primary["USUBJID"].isin(due) & primary["AVISITN"].isin(weeks)]
    table = primary.loc[primary["USUBJID"].isin(due)].set_index(["USUBJID", "AVISITN"])
    responses = (table["COUNTED"] == "Y").astype(int).unstack()[weeks]
    missing = (table["REASON"] == "MISSING").unstack()[weeks]
    event = (table["EVENT"] != "").unstack()[weeks]
    baseline = study.subjects("FAS").set_index("USUBJID")["SLEDBL"].reindex(responses.index)
    completed = impute_binary_sequence(
        responses.to_numpy(), missing.to_numpy(), baseline.to_numpy(), n_imputations=plan.sri.imputation.imputations,
        seed=plan.sri.imputation.seed, is_fitted=(~event).to_numpy(), prior_scale=plan.sri.imputation.prior_scale,
    )  # fmt: skip
    cases = (not_due(study, "FAS", week),)
    if completed.responses is None:
        none = unavailable([key], names, completed.note)
        size = behind(statistics(key._replace(method=""), {"N": len(responses)}), of_rows("adqs", at_week))
        return explain(study, size + behind(none, of_rows("adqs", used)), cases)
    pooled = rubin_proportion(completed.responses[:, :, -1].sum(axis=1), len(responses), plan.level)
    values = {
        "estimate": pooled.estimate, "std.error": pooled.std_error, "df": pooled.df, "conf.low": pooled.conf_low,
        "conf.high": pooled.conf_high,
    }  # fmt: skip
    found = statistics(key, values, pooled.note or "not estimable")
    marked = (
        replace(row, note=LOGIT) if row.stat_name == "std.error" and row.stat is not None else row for row in found
    )
    size = behind(statistics(key._replace(method=""), {"N": len(responses)}), of_rows("adqs", at_week))
    return explain(study, size + behind(Results(tuple(marked)), of_rows("adqs", used)), cases)


def analyse_tipping(study: Study, primary: pd.DataFrame) -> Results:
    """Return SRI.TIPPING: the proportion for every number of missing subjects counted as responders."""
    plan = study.plan
    key = Key("SRI.TIPPING", "FAS", "AVISITN", str(plan.sri.key_week), "NRESP", "0", "SRI4", "Y")
    due = primary.loc[primary["AVISITN"] == plan.sri.key_week]
    why = study.why_unavailable(*RESPONSE_NEEDS) or ("" if len(due) else why_nobody(study, "FAS"))
    if why:
        return unavailable([key], PROPORTION, why, methods=EXACT_LIMITS)
    responders, missing = int((due["COUNTED"] == "Y").sum()), int((due["REASON"] == "MISSING").sum())
    points = tipping_points(responders, len(due), missing, plan.level)
    week = {"group1": "AVISITN", "group1_level": str(plan.sri.key_week), "variable_level": "Y"}
    parts = (Key("SRI.PRIMARY", "FAS", variable="SRI4", **week), Key("SRI.ICE", "FAS", variable="MISSING", **week))
    return join(
        proportion_results(
            key._replace(group2_level=str(k)),
            point.n,
            point.N,
            interval="clopper-pearson",
            level=plan.level,
            records=Records(made_of=parts),
        )
        for k, point in enumerate(points)
    )


def analyse_benchmark(study: Study, primary: Results) -> Results:
    """Return SRI.BENCHMARK: this trial's proportion at the key week beside published control rates; no test."""
    plan = study.plan
    week = str(plan.sri.key_week)
    here = Key("SRI.BENCHMARK", "FAS", "SOURCE", "This trial", "AVISITN", week, "SRI4", "Y")
    rows = [
        Result(here._replace(method=row.key.method), row.stat_name, row.stat, row.note)
        for row in primary
        if row.key.group1_level == week
    ]
    of_trial = Key("SRI.PRIMARY", "FAS", "AVISITN", week, variable="SRI4", variable_level="Y")
    published = Records(reason="a published rate, from the plan's table of other trials")
    found = [Results(tuple(rows), {here: Records(made_of=(of_trial,))})]
    for source in plan.sri.benchmark:
        key = here._replace(population="", group1_level=source.label, group2_level=str(source.week))
        if source.n is None or source.N is None:
            note = "the source read gives the percentage alone"
            values = dict.fromkeys(PROPORTION) | {"p": float(source.percent / 100)}
            found += [
                statistics(key._replace(method=EXACT_LIMITS.get(name, "")), {name: value}, note)
                for name, value in values.items()
            ]
        else:
            found.append(proportion_results(key, source.n, source.N, interval="clopper-pearson", level=plan.level))
        found.append(Results((), {key: published}))
    return join(found)


def analyse_subgroups(study: Study, primary: pd.DataFrame, without_serology: pd.DataFrame) -> Results:
    """Return SRI.SUBGROUP: the key week's proportion by baseline characteristics, serology ones in two readings."""
    plan = study.plan
    week = plan.sri.key_week
    groups = derive_subgroups(study)
    late = not_due(study, "FAS", week)
    found = []
    for name, (levels, needs, is_serology) in subgroup_levels(study).items():
        why = study.why_unavailable(*RESPONSE_NEEDS, *needs)
        readings = {"SRI4": primary} | ({"SRI4_NO_SEROLOGY": without_serology} if is_serology else {})
        for variable, responses in readings.items():
            due = responses.loc[responses["AVISITN"] == week]
            member = due["USUBJID"].map(groups[name])
            for level in levels:
                key = Key("SRI.SUBGROUP", "FAS", "AVISITN", str(week), name, level, variable, "Y")
                if why:
                    found.append(unavailable([key], PROPORTION, why, methods=EXACT_LIMITS))
                    continue
                inside = due.loc[member == level]
                is_counted = inside["COUNTED"] == "Y"
                others = outside(study, "FAS", groups.index[groups[name] == level], "not of this level")
                empty = "no subject of this level due" if len(due) else why_nobody(study, "FAS")
                rate = proportion_results(
                    key, int(is_counted.sum()), len(inside), interval="clopper-pearson", level=plan.level,
                    why_empty=empty, records=of_rows("adqs", inside, is_counted),
                )  # fmt: skip
                found.append(explain(study, rate, (others, late)))
    return join(found)


def subgroup_levels(study: Study) -> dict[str, tuple[tuple[str, ...], tuple[str, ...], bool]]:
    """Return, by subgroup's name, its levels in order, what it needs, and whether it rests on serology."""
    cuts = study.plan.sri.subgroups
    sexes = tuple(sorted(set(study.subjects("FAS")["SEX"]) - {"", "F", "M"}))
    return {
        "Baseline SLEDAI": ((f"< {cuts.sledai}", f">= {cuts.sledai}"), (), False),
        "Anti-dsDNA": (("Positive", "Not positive", NOT_RECORDED), ("lb.LBSTNRHI",), True),
        "Complement": (("Low", "Not low", NOT_RECORDED), ("lb.LBSTNRLO",), True),
        "Renal items": (("Present", "Absent", NOT_RECORDED), (), False),
        "Sex": (("F", "M", *sexes), ("dm.SEX",), False),
        "Age": ((f"< {cuts.age}", f">= {cuts.age}", NOT_RECORDED), ("dm.AGE",), False),
        "Baseline prednisone": (
            (f"<= {cuts.prednisone} mg/day", f"> {cuts.prednisone} mg/day", "None recorded"),
            ("cm.CMDOSE", "cm.CMDOSU", "cm.CMDOSFRQ"), False,
        ),
    }  # fmt: skip


def derive_subgroups(study: Study) -> pd.DataFrame:
    """Return the level of every subgroup by USUBJID, of the full analysis set."""
    adsl = study.subjects("FAS").set_index("USUBJID")
    cuts = study.plan.sri.subgroups
    return pd.DataFrame(
        {
            "Baseline SLEDAI": _split(adsl["SLEDBL"], cuts.sledai, "", NOT_RECORDED),
            "Anti-dsDNA": _anti_dsdna(study, adsl.index), "Complement": _complement(study, adsl.index),
            "Renal items": _renal(study, adsl.index), "Sex": adsl["SEX"],
            "Age": _split(adsl["AGE"], cuts.age, "", NOT_RECORDED),
            "Baseline prednisone": np.select(
                [adsl["PREDBL"].isna(), is_more_than(adsl["PREDBL"], cuts.prednisone)],
                ["None recorded", f"> {cuts.prednisone} mg/day"], f"<= {cuts.prednisone} mg/day",
            ),
        },
        index=adsl.index,
    )  # fmt: skip


def _split(value: pd.Series, cut: int, unit: str, missing: str) -> np.ndarray:
    return np.select([value < cut, value >= cut], [f"< {cut}{unit}", f">= {cut}{unit}"], missing)


def _baseline(study: Study, code: str, subjects: pd.Index) -> pd.DataFrame:
    adlb = study["adlb"]
    chosen = adlb.loc[(adlb["PARAMCD"] == code) & (adlb["ABLFL"] == "Y")]
    return chosen.set_index("USUBJID").reindex(subjects)


def _anti_dsdna(study: Study, subjects: pd.Index) -> np.ndarray:
    """Return whether the baseline titre is above its upper limit; one reported as above that limit or more is."""
    base = _baseline(study, study.plan.sri.subgroups.anti_dsdna, subjects)
    above = (base["AVAL"] > base["ANRHI"]) | ((base["DTYPE"] == ABOVE) & (base["AVAL"] >= base["ANRHI"]))
    known = base["AVAL"].notna() & base["ANRHI"].notna()
    return np.select([known & above, known], ["Positive", "Not positive"], NOT_RECORDED)


def _complement(study: Study, subjects: pd.Index) -> np.ndarray:
    """Return whether any component is below its lower limit; not low only where every component is known."""
    parts = [_baseline(study, code, subjects) for code in study.plan.sri.subgroups.complement]
    low = np.logical_or.reduce([(part["AVAL"] < part["ANRLO"]).to_numpy() for part in parts])
    known = np.logical_and.reduce([(part["AVAL"].notna() & part["ANRLO"].notna()).to_numpy() for part in parts])
    return np.select([low, known], ["Low", "Not low"], NOT_RECORDED)


def _renal(study: Study, subjects: pd.Index) -> np.ndarray:
    """Return whether any renal item is present at baseline; absent only where every one of them was assessed."""
    adqs = study.columns("adqs", "USUBJID", "PARAMCD", "ABLFL", "AVAL")
    codes = study.plan.instruments.sledai.renal
    items = adqs.loc[adqs["PARAMCD"].isin(codes) & (adqs["ABLFL"] == "Y")]
    wide = items.set_index(["USUBJID", "PARAMCD"])["AVAL"].unstack().reindex(index=subjects, columns=list(codes))
    present, known = (wide > 0).any(axis=1), wide.notna().all(axis=1)
    return np.select([present, known], ["Present", "Absent"], NOT_RECORDED)
