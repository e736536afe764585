"""Pairs of immunology: each subject's chosen values at week 0 and at the outcome's week, with when and how measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sap_helpers.adam.exposure import compute_dosing_days
from sap_helpers.adam.store import once_per_study
from sap_helpers.analyses import scores
from sap_helpers.analyses.behind import not_due, outside, source
from sap_helpers.analyses.blocks import subjects_text, touched_text
from sap_helpers.analyses.change import compute_change
from sap_helpers.analyses.scores import POPULATION, due_subjects
from sap_helpers.records import Records
from sap_helpers.results import Results

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sap_helpers.adam.store import Study
    from sap_helpers.analyses.behind import Cases

LOG10 = "log10"
COLUMNS = ("AVAL", "ADT", "ADY", "DTYPE", "ANRLO", "ANRHI", "ASEQ")


def needs_of(study: Study, code: str) -> tuple[str, ...]:
    """Return the domains and columns without which a parameter cannot be analysed."""
    rule = study.plan.immunology
    if code not in rule.cell_codes:
        return "lb", "lb.LBSTRESU", f"lb:{code}", "qs"
    parts = next(([ratio.numerator, ratio.denominator] for ratio in rule.ratios if ratio.code == code), [])
    return "cp", "cp.CPSTRESU", *(f"cp:{part}" for part in (*parts, code)), "qs"


def chosen_values(study: Study, codes: Iterable[str]) -> pd.DataFrame:
    """Return the chosen records of parameters at the weeks that are due, with VALUE on the scale of the change.

    Week 0 of every subject of the set, a later week of those for whom it is due. VALUE is log10 of AVAL where the plan
    says so (a value of 0 or less has none, and its record is left out), else AVAL.
    """
    adlb, members = study["adlb"], study.subjects(POPULATION)
    kept = adlb.loc[
        (adlb["ANL01FL"] == "Y") & adlb["PARAMCD"].isin(list(codes)) & adlb["USUBJID"].isin(members["USUBJID"])
    ]
    weeks = [int(week) for week in kept["AVISITN"].unique()]
    due = {week: set(due_subjects(study, week)["USUBJID"]) for week in weeks if week}
    is_kept = [
        week == 0 or subject in due[week] for week, subject in zip(kept["AVISITN"], kept["USUBJID"], strict=True)
    ]
    return _with_scale(kept.loc[is_kept], study)


def _with_scale(records: pd.DataFrame, study: Study) -> pd.DataFrame:
    scales = {code: study.plan.immunology.scale(code) for code in records["PARAMCD"].unique()}
    is_log = records["PARAMCD"].map(scales) == LOG10
    has_value = ~is_log | (records["AVAL"] > 0)
    known, log = records.loc[has_value], is_log[has_value]
    value = known["AVAL"].where(~log, np.log10(known["AVAL"].where(log)))
    return known.assign(VALUE=value)


@once_per_study
def derive_pairs(study: Study) -> pd.DataFrame:
    """Return the complete pairs of every parameter, of the full analysis set due at the outcome's week.

    Returns
    -------
    pandas.DataFrame
        USUBJID, PARAMCD; for both weeks (suffix 0 and 1) VALUE on the scale of the change, AVAL, ADT, ADY, DTYPE,
        ANRLO, ANRHI, ASEQ; CHANGE of VALUE; DAYS from the last injection to the later sample (Int64, missing without
        one), ONDRUG (bool: at most the plan's days, cells alone).
    """
    rule = study.plan.immunology
    values = chosen_values(study, rule.codes)
    keys, columns = ["USUBJID", "PARAMCD"], ["USUBJID", "PARAMCD", "VALUE", *COLUMNS]
    first = values.loc[values["AVISITN"] == 0, columns]
    last = values.loc[values["AVISITN"] == rule.week, columns]
    due = due_subjects(study, rule.week)["USUBJID"]
    pairs = first.loc[first["USUBJID"].isin(due)].merge(last, on=keys, suffixes=("0", "1"))
    pairs = pairs.assign(CHANGE=compute_change(pairs["VALUE0"].to_numpy(), pairs["VALUE1"].to_numpy()))
    days = days_since_injection(study, last)
    found = days.reindex(pd.MultiIndex.from_frame(pairs[keys])).to_numpy(dtype=float)
    pairs["DAYS"] = pd.array(np.where(np.isfinite(found), found, np.nan), dtype="Int64")
    is_cell = pairs["PARAMCD"].isin(rule.cell_codes)
    pairs["ONDRUG"] = is_cell & (pairs["DAYS"].astype(float) <= rule.on_drug_days)
    order = {code: number for number, code in enumerate(rule.codes)}
    return pairs.sort_values(keys, key=lambda column: column.map(order) if column.name == "PARAMCD" else column)


def days_since_injection(study: Study, samples: pd.DataFrame) -> pd.Series:
    """Return the days from the last injection on or before each sample; of a ratio, the longer of its two parts.

    Parameters
    ----------
    samples
        USUBJID, PARAMCD, ADT: one record a subject and parameter.

    Returns
    -------
    pandas.Series
        DAYS (float64, missing without an injection before it) by USUBJID and PARAMCD.
    """
    doses = compute_dosing_days(study["adex"], study.plan).rename(columns={"ADT": "DOSEDT"}).sort_values("DOSEDT")
    timed = pd.merge_asof(
        samples.sort_values("ADT"), doses, left_on="ADT", right_on="DOSEDT", by="USUBJID", direction="backward"
    )
    days = (timed["ADT"] - timed["DOSEDT"]).dt.days
    wide = days.groupby([timed["USUBJID"], timed["PARAMCD"]]).max().unstack("PARAMCD")
    for ratio in study.plan.immunology.ratios:
        if ratio.code in wide:
            wide[ratio.code] = wide[[ratio.numerator, ratio.denominator]].max(axis=1, skipna=False)
    return wide.reset_index().melt("USUBJID", value_name="DAYS").set_index(["USUBJID", "PARAMCD"])["DAYS"]


def of(pairs: pd.DataFrame, code: str) -> pd.DataFrame:
    """Return the pairs of one parameter."""
    return pairs.loc[pairs["PARAMCD"] == code]


def why_no_pair(study: Study) -> str:
    """Return why a parameter has no pair at the outcome's week."""
    return scores.why_no_pair(study, study.plan.immunology.week)


def with_records(results: Results, pairs: pd.DataFrame) -> Results:
    """Return the results with the records of the pairs behind each; statistics of one week rest on that week's."""
    both = source("adlb", pd.concat([pairs["ASEQ0"], pairs["ASEQ1"]]))
    by_week = {"0": source("adlb", pairs["ASEQ0"]), "": both}
    last = source("adlb", pairs["ASEQ1"])
    records = {}
    for row in results:
        level = row.key.group1_level if row.key.group1 == "AVISITN" else ""
        used = by_week.get(level, last)
        records[row.key._replace(method="")] = Records((used,), (used,))
    return Results(results.rows, records)


@once_per_study
def pair_cases(study: Study, code: str) -> Cases:
    """Return why a subject of the set has no pair of a parameter: not due, or no usable value at one of the weeks.

    A value of 0 or less of a parameter on the log10 scale is none.
    """
    week = study.plan.immunology.week
    values = chosen_values(study, [code])
    log = ", above 0 since it needs a logarithm" if study.plan.immunology.scale(code) == LOG10 else ""
    return (
        not_due(study, POPULATION, week),
        *(
            outside(
                study, POPULATION, values.loc[values["AVISITN"] == at, "USUBJID"],
                f"no usable value in the window of week {at}{log}",
            )
            for at in (0, week)
        ),
    )  # fmt: skip


def note_of(study: Study, code: str) -> str:
    """Return what stands beside a parameter's number of pairs: quarantined records, values that have no logarithm."""
    adlb, rule = study["adlb"], study.plan.immunology
    parts = next(([ratio.numerator, ratio.denominator] for ratio in rule.ratios if ratio.code == code), [code])
    due = due_subjects(study, rule.week)["USUBJID"]
    mine = adlb.loc[
        adlb["PARAMCD"].isin(parts) & adlb["AVISITN"].isin([0, rule.week]) & adlb["USUBJID"].isin(due)
    ]  # fmt: skip
    bad = mine.loc[mine["QUARFL"] == "Y", "USUBJID"].nunique()
    notes = [touched_text(bad)] if bad else []
    if rule.scale(code) == LOG10:
        low = mine.loc[(mine["ANL01FL"] == "Y") & (mine["AVAL"] <= 0), "USUBJID"].nunique()
        notes += [left_out(low)] if low else []
    return "; ".join(notes)


def left_out(count: int) -> str:
    """Return how many subjects are left out because a value of theirs has no logarithm, or ""."""
    return f"left out for a value of 0 or less, which has no logarithm: {subjects_text(count)}" if count else ""
