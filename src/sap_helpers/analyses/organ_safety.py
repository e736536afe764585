"""Liver and kidney by the laboratory: Hy's-law candidates, peaks for the eDISH plot, creatinine stages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sap_helpers.adam.store import once_per_study
from sap_helpers.adam.toxicity import derive_safety_values, is_above, is_at_least
from sap_helpers.analyses.adverse_blocks import NOT_EVALUABLE
from sap_helpers.analyses.behind import behind, find_subjects, left_out, outside, source
from sap_helpers.analyses.blocks import (
    EXACT_LIMITS,
    PROPORTION,
    count_results,
    proportion_results,
    statistics,
    unavailable,
)
from sap_helpers.records import Records, Source
from sap_helpers.results import Key, Results, join
from sap_helpers.stats import describe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sap_helpers.adam.store import Study

COUNT = ("n", "N", "p")
PEAK = ("N", "median", "p25", "p75", "min", "max")
NAME_OF = {"N": "n"}
NO_PEAK = "no usable peak: no value after baseline, or nothing to divide it by (upper limit or own baseline)"
QUADRANTS = ("NORMAL", "HYPERBILIRUBINAEMIA", "TEMPLE", "HYS_LAW_RANGE")
PEAKS = ("XULN", "XBASE")
SCALES = {"EDISH": ("XULN_T", "XULN_B"), "EDISH_BASE": ("XBASE_T", "XBASE_B")}


def why_no_liver(study: Study) -> str:
    """Return why the liver cannot be judged on this cut, or ""."""
    rule = study.plan.safety.liver
    return study.why_unavailable("lb", "lb.LBSTNRHI") or why_not_measured(study, rule.transaminases, (rule.bilirubin,))


def why_not_measured(study: Study, *groups: tuple[str, ...]) -> str:
    """Return which tests nobody has a result of, or ""; of each group one test is enough."""
    present = _measured(study)
    absent = [" or ".join(group) for group in groups if not present & set(group)]
    return f"not available: no {absent[0]} in LB" if absent else ""


@once_per_study
def _measured(study: Study) -> frozenset[str]:
    adlb = study["adlb"]
    return frozenset(adlb.loc[adlb["AVAL"].notna(), "PARAMCD"])


def analyse_liver(study: Study) -> Results:
    """Return AE.LIVER: Hy's-law candidates, eDISH quadrants in multiples of limit and of baseline, peaks by test."""
    key = Key("AE.LIVER", "SAF")
    rule = study.plan.safety.liver
    candidates = [key._replace(variable=name, variable_level="Y") for name in ("HYS_LAW", "HYS_LAW_NO_ALP")]
    why = why_no_liver(study)
    peaks = derive_liver(study)
    values = _liver_values(study)
    found: list[Results] = []
    for one in candidates:
        no_phosphatase = why_not_measured(study, (rule.phosphatase,)) if one.variable == "HYS_LAW" else ""
        found.append(_candidates(study, one, peaks, values, why or no_phosphatase))
    found += [_quadrants(key, name, columns, peaks, values, study, why) for name, columns in SCALES.items()]
    for code in (*rule.transaminases, rule.bilirubin, rule.phosphatase):
        for name in PEAKS:
            here = key._replace(group1="PARAMCD", group1_level=code, variable=name)
            absent = why or why_not_measured(study, (code,))
            found.append(_peak(study, here, test_peaks(study, code)[name], values, absent))
    return join(found)


def _liver_values(study: Study) -> pd.DataFrame:
    """Return the values after baseline of every liver test."""
    rule = study.plan.safety.liver
    values = safety_values(study, (*rule.transaminases, rule.bilirubin, rule.phosphatase))
    return values.loc[values["IS_AFTER"]]


class ValuesBehind:
    """The values of the subjects of a denominator; the other treated subjects have one reason."""

    def __init__(self, study: Study, values: pd.DataFrame, subjects: Iterable[str], why_not: str) -> None:
        members = set(subjects)
        everyone = values.loc[values["USUBJID"].isin(members)]
        self._numbers: dict[str, list[int]] = {}
        for subject, number in zip(everyone["USUBJID"], everyone["ASEQ"].tolist(), strict=True):
            self._numbers.setdefault(subject, []).append(int(number))
        of = (source("adlb", everyone),)
        cases = (outside(study, "SAF", members, why_not),)
        self._all = Records(of, of, left_out(study, "SAF", find_subjects(study, of), cases))

    def counting(self, subjects: Iterable[str]) -> Records:
        """Return all the values, and those of the subjects that are counted."""
        counted = [number for subject in subjects for number in self._numbers[subject]]
        return self._all._replace(counted=(Source.from_numbers("adlb", counted),))

    @property
    def all(self) -> Records:
        """All the values, all of them counted."""
        return self._all


def _candidates(study: Study, key: Key, peaks: pd.DataFrame, values: pd.DataFrame, why: str) -> Results:
    if why:
        return unavailable([key], PROPORTION, why, methods=EXACT_LIMITS)
    known = peaks.dropna(subset=list(SCALES["EDISH"]))
    counted = known.loc[known[key.variable] == "Y", "USUBJID"]
    return proportion_results(
        key, len(counted), len(known), interval="clopper-pearson", level=study.plan.level, why_empty=NOT_EVALUABLE,
        records=ValuesBehind(study, values, known["USUBJID"], NO_PEAK).counting(counted),
    )  # fmt: skip


def _quadrants(
    key: Key, name: str, columns: tuple[str, str], peaks: pd.DataFrame, values: pd.DataFrame, study: Study, why: str
) -> Results:
    keys = [key._replace(variable=name, variable_level=level) for level in QUADRANTS]
    if why:
        return unavailable(keys, COUNT, why)
    known = peaks.dropna(subset=list(columns))
    place = quadrant(known[columns[0]], known[columns[1]], study)
    return _cells(study, dict(zip(keys, QUADRANTS, strict=True)), pd.Series(place, index=known["USUBJID"]), values)


def _cells(study: Study, levels: dict[Key, object], level_of: pd.Series, values: pd.DataFrame) -> Results:
    """Return how many subjects are at each level, from the level of each by USUBJID."""
    behind_all = ValuesBehind(study, values, level_of.index, NO_PEAK)
    found = []
    for key, level in levels.items():
        counted = level_of.index[(level_of == level).to_numpy(dtype=bool)]
        records = behind_all.counting(counted)
        found.append(count_results(key, len(counted), len(level_of), NOT_EVALUABLE, records=records))
    return join(found)


def quadrant(transaminase: pd.Series, bilirubin: pd.Series, study: Study) -> np.ndarray:
    """Return the quadrant of the eDISH plot in which each pair of multiples lies."""
    rule = study.plan.safety.liver
    high = is_at_least(transaminase, float(rule.transaminase_multiple)).to_numpy(dtype=bool)
    yellow = is_above(bilirubin, float(rule.bilirubin_multiple)).to_numpy(dtype=bool)
    return np.select([high & yellow, high, yellow], ["HYS_LAW_RANGE", "TEMPLE", "HYPERBILIRUBINAEMIA"], "NORMAL")


@once_per_study
def derive_liver(study: Study) -> pd.DataFrame:
    """Return liver peaks and candidates of the treated subjects with a transaminase and a bilirubin after baseline.

    Each scale is of the values that have it: multiples of the own baseline need no upper limit. A candidate has a
    transaminase of at least its multiple of the upper limit, a bilirubin above its multiple on that day or within the
    plan's days after it, and in the sample of its highest transaminase (the first such day) an alkaline phosphatase
    below its multiple. Where that sample has no alkaline phosphatase, HYS_LAW_NO_ALP says so.

    Returns
    -------
    pandas.DataFrame
        USUBJID; XULN_T, XULN_B (highest transaminase and bilirubin in multiples of the upper limit), XBASE_T, XBASE_B
        (of the own baseline), one pair of them at least; PEAKDT (day of XULN_T); HYS_LAW, HYS_LAW_NO_ALP ("Y" or "").
    """
    rule = study.plan.safety.liver
    after = safety_values(study, (*rule.transaminases, rule.bilirubin, rule.phosphatase)).loc[lambda v: v["IS_AFTER"]]
    enzyme = after.loc[after["PARAMCD"].isin(rule.transaminases)]
    bilirubin = after.loc[after["PARAMCD"] == rule.bilirubin]
    tests = {"T": enzyme, "B": bilirubin}
    peaks = pd.DataFrame({f"{name}_{letter}": _largest(of, name) for name in PEAKS for letter, of in tests.items()})
    has_pair = pd.concat([peaks[list(pair)].notna().all(axis=1) for pair in SCALES.values()], axis=1).any(axis=1)
    peaks = peaks.loc[has_pair]
    ranked = enzyme.assign(_rank=enzyme["XULN"].round(10)).dropna(subset="_rank")
    highest = ranked.sort_values(["_rank", "ADT"], ascending=[False, True]).drop_duplicates("USUBJID")
    peaks["PEAKDT"] = highest.set_index("USUBJID")["ADT"]
    phosphatase = after.loc[after["PARAMCD"] == rule.phosphatase].set_index(["USUBJID", "ADT"])["XULN"]
    at_peak = phosphatase.reindex(pd.MultiIndex.from_arrays([peaks.index, peaks["PEAKDT"]])).to_numpy()
    elevated = enzyme.loc[is_at_least(enzyme["XULN"], float(rule.transaminase_multiple))]
    yellow = bilirubin.loc[is_above(bilirubin["XULN"], float(rule.bilirubin_multiple))]
    pairs = elevated[["USUBJID", "ADT"]].merge(yellow[["USUBJID", "ADT"]], on="USUBJID", suffixes=("", "_B"))
    gap = (pairs["ADT_B"] - pairs["ADT"]).dt.days
    followed = peaks.index.isin(pairs.loc[(gap >= 0) & (gap <= rule.days), "USUBJID"])
    is_low = (at_peak - float(rule.phosphatase_multiple)).round(10) < 0
    peaks["HYS_LAW"] = np.where(followed & is_low, "Y", "")
    peaks["HYS_LAW_NO_ALP"] = np.where(followed & np.isnan(at_peak), "Y", "")
    return peaks.rename_axis("USUBJID").reset_index()


def analyse_kidney(study: Study) -> Results:
    """Return AE.KIDNEY: stage of the highest creatinine after baseline in multiples of baseline, and that multiple."""
    rule = study.plan.safety.kidney
    key = Key("AE.KIDNEY", "SAF", variable="KDIGO")
    keys = [key._replace(variable_level=str(stage)) for stage in range(len(rule.stages) + 1)]
    why = study.why_unavailable("lb") or why_not_measured(study, (rule.creatinine,))
    values = safety_values(study, (rule.creatinine,)).loc[lambda rows: rows["IS_AFTER"]]
    ratio = test_peaks(study, rule.creatinine)["XBASE"].dropna()
    stage = sum((is_at_least(ratio, float(bound)).astype(int) for bound in rule.stages), start=ratio * 0).astype(int)
    levels: dict[Key, object] = {one: level for level, one in enumerate(keys)}
    counts = unavailable(keys, COUNT, why) if why else _cells(study, levels, stage, values)
    peak = key._replace(group1="PARAMCD", group1_level=rule.creatinine, variable="XBASE")
    return join([counts, _peak(study, peak, ratio, values, why)])


@once_per_study
def safety_values(study: Study, codes: tuple[str, ...]) -> pd.DataFrame:
    """Return values of treated subjects for safety, in multiples of upper limit (XULN) and baseline (XBASE) too."""
    values = _all_safety_values(study)
    return values.loc[values["PARAMCD"].isin(codes)].reset_index(drop=True)


@once_per_study
def _all_safety_values(study: Study) -> pd.DataFrame:
    rule = study.plan.safety
    codes = (
        *rule.liver.transaminases, rule.liver.bilirubin, rule.liver.phosphatase, rule.kidney.creatinine,
        *(test.code for test in rule.toxicity.tests),
    )  # fmt: skip
    values = derive_safety_values(study["adlb"], codes, study.plan)
    values = values.loc[values["USUBJID"].isin(study.subjects("SAF")["USUBJID"])]
    limit, base = values["ANRHI"].where(values["ANRHI"] > 0), values["BASE"].where(values["BASE"] > 0)
    return values.assign(XULN=values["AVAL"] / limit, XBASE=values["AVAL"] / base)


@once_per_study
def test_peaks(study: Study, code: str) -> pd.DataFrame:
    """Return the highest value of a test after baseline by USUBJID, in both scales (XULN, XBASE)."""
    values = safety_values(study, (code,))
    return values.loc[values["IS_AFTER"]].groupby("USUBJID")[[*PEAKS]].max()


def _largest(values: pd.DataFrame, column: str) -> pd.Series:
    return values.groupby("USUBJID")[column].max()


def _peak(study: Study, key: Key, peaks: pd.Series, values: pd.DataFrame, why: str) -> Results:
    """Return the description of the peaks of a test, by USUBJID; behind it all values that they are the highest of."""
    if why:
        return unavailable([key], PEAK, why)
    known = peaks.dropna()
    found = describe(known.to_numpy(dtype=float))
    rows = statistics(key, {name: getattr(found, NAME_OF.get(name, name)) for name in PEAK}, NOT_EVALUABLE)
    mine = values.loc[values["PARAMCD"] == key.group1_level]
    return behind(rows, ValuesBehind(study, mine, known.index, NO_PEAK).all)
