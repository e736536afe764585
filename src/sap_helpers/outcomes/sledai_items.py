"""Disease activity in its parts: items and systems, categories of the total, and the BILAG grades of each system."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sap_helpers.derive.store import once_per_study
from sap_helpers.outcomes.blocks import (
    EXACT_LIMITS,
    PROPORTION,
    count_results,
    proportion_results,
    unavailable,
)
from sap_helpers.outcomes.scores import (
    POPULATION,
    chosen_values,
    derive_score_pairs,
    why_no_pair,
    why_no_value,
)
from sap_helpers.results import Key, Records, Result, Results, join

if TYPE_CHECKING:
    from sap_helpers.derive.store import Study

SYSTEM, ITEM, BASE, CATEGORY = "SYSTEM", "PARAMCD", "BASE", "CATEGORY"
FATES = ("PRESENT_BEFORE", "RESOLVED", "PERSISTING", "NEW", "PRESENT_AFTER")


@once_per_study
def derive_items(study: Study) -> pd.DataFrame:
    """Return whether each item was present at each week that is due, of the day whose total stands for the week.

    Items of a day count where they were assessed, whether or not the day's total could be derived from all of them.

    Returns
    -------
    pandas.DataFrame
        Index USUBJID and AVISITN, a column an item in the plan's order: 1.0 present, 0.0 absent, nan not assessed.
    """
    codes = list(study.plan.instruments.sledai.weights)
    days = chosen_values(study, "SLEDAI", (0, *study.plan.time.weeks))[["USUBJID", "AVISITN", "ADT"]]
    adqs = study.columns("adqs", "USUBJID", "ADT", "PARAMCD", "AVAL")
    records = adqs.loc[adqs["PARAMCD"].isin(codes) & adqs["AVAL"].notna(), ["USUBJID", "ADT", "PARAMCD", "AVAL"]]
    found = days.merge(records.drop_duplicates(["USUBJID", "ADT", "PARAMCD"]), on=["USUBJID", "ADT"])
    wide = found.set_index(["USUBJID", "AVISITN", "PARAMCD"])["AVAL"].gt(0).astype(float).unstack("PARAMCD")
    index = pd.MultiIndex.from_frame(days[["USUBJID", "AVISITN"]])
    return wide.reindex(index=index, columns=codes)


def analyse_organs(study: Study) -> Results:
    """Return SLEDAI.ORGAN: items and systems present at week 0 and the outcome's week, and items present by week.

    A system is present where one of its items is; absent where every one of them was assessed and none is.
    """
    rule, week = study.plan.instruments.sledai, study.plan.sledai.week
    why = study.why_unavailable("qs")
    wide = derive_items(study)
    weeks = wide.index.get_level_values("AVISITN")
    first, last = (wide.loc[weeks == at].droplevel("AVISITN") for at in (0, week))
    subjects = last.index.intersection(first.index)
    first, last = first.loc[subjects], last.loc[subjects]
    empty = why_no_pair(study, week)
    found = []
    for system in dict.fromkeys(item.system for item in rule.items):
        codes = [item.code for item in rule.items if item.system == system]
        key = Key("SLEDAI.ORGAN", POPULATION, SYSTEM, system)
        found.append(_fates(key, _any_present(first[codes]), _any_present(last[codes]), why, empty))
        found += [
            _fates(key._replace(group2=ITEM, group2_level=code), first[code], last[code], why, empty) for code in codes
        ]
    return join([*found, _prevalence(study, wide, why)])


def _any_present(items: pd.DataFrame) -> pd.Series:
    present, known = (items > 0).any(axis=1), items.notna().all(axis=1)
    return pd.Series(np.select([present, known], [1.0, 0.0], np.nan), index=items.index)


def _fates(key: Key, first: pd.Series, last: pd.Series, why: str, empty: str) -> Results:
    """Return, of the pairs in which it was assessed twice, how often it resolved, persisted, and came new."""
    keys = [key._replace(variable=name, variable_level="Y") for name in FATES]
    if why:
        return unavailable(keys, ("n", "N"), why)
    known = (first.notna() & last.notna()).to_numpy()
    before, after = first.to_numpy()[known] > 0, last.to_numpy()[known] > 0
    counts = (before, before & ~after, before & after, ~before & after, after)
    note = "" if len(before) else empty
    return Results(
        tuple(
            Result(key, name, value, note)
            for key, holds in zip(keys, counts, strict=True)
            for name, value in (("n", int(holds.sum())), ("N", len(before)))
        )
    )


def _prevalence(study: Study, wide: pd.DataFrame, why: str) -> Results:
    """Return the share in whom each item was present at each week, of those in whom it was assessed."""
    weeks, found = wide.index.get_level_values("AVISITN"), []
    for week in (0, *study.plan.time.weeks):
        at_week = wide.loc[weeks == week]
        assessed, present = at_week.notna().sum(), (at_week > 0).sum()
        empty = why or why_no_value(study, week)
        for code in wide.columns:
            key = Key("SLEDAI.ORGAN", POPULATION, "AVISITN", str(week), ITEM, code, "PRESENT", "Y")
            if why:
                found.append(unavailable([key], ("n", "N", "p"), why))
            else:
                found.append(count_results(key, int(present[code]), int(assessed[code]), empty))
    return join(found)


def analyse_categories(study: Study) -> Results:
    """Return SLEDAI.CATEGORY: categories of the total at both weeks, and who is above the limit at each."""
    rule, why = study.plan.sledai, study.why_unavailable("qs")
    codes = [category.code for category in rule.categories]
    key = Key("SLEDAI.CATEGORY", POPULATION, BASE, "", CATEGORY, variable="SLEDAI")
    keys = {(a, b): key._replace(group1_level=a, group2_level=b) for a in codes for b in codes}
    pairs = derive_score_pairs(study, "SLEDAI", rule.week)
    if why:
        return unavailable(keys.values(), ("n", "N", "p"), why) + _above(study, pairs, why)
    before, after = (_categories(study, pairs[name]) for name in ("AVAL0", "AVAL1"))
    empty = why_no_pair(study, rule.week)
    cells = [
        count_results(key, int(((before == a) & (after == b)).sum()), len(pairs), empty)
        for (a, b), key in keys.items()
    ]  # fmt: skip
    return join([*cells, _above(study, pairs, "")])


def _categories(study: Study, totals: pd.Series) -> np.ndarray:
    """Return the category of each total."""
    rule = study.plan.sledai.categories
    lowest = np.array([category.lowest for category in rule])
    codes = np.array([category.code for category in rule], dtype=object)
    return np.asarray(codes[np.searchsorted(lowest, totals.to_numpy(dtype=float), side="right") - 1])


def _above(study: Study, pairs: pd.DataFrame, why: str) -> Results:
    """Return how many of the pairs are above the record's limit, at each of the two weeks."""
    rule = study.plan.sledai
    found = []
    for week, name in ((0, "0"), (rule.week, "1")):
        variable = f"SLEDAI_GT{rule.active_above}"
        key = Key("SLEDAI.CATEGORY", POPULATION, "AVISITN", str(week), variable=variable, variable_level="Y")
        if why:
            found.append(unavailable([key], PROPORTION, why, methods=EXACT_LIMITS))
            continue
        is_above = pairs[f"AVAL{name}"] > rule.active_above
        results = proportion_results(
            key, int(is_above.sum()), len(pairs), interval="clopper-pearson", level=study.plan.level,
            why_empty=why_no_pair(study, rule.week),
        )  # fmt: skip
        counted, everyone = (tuple(int(n) for n in part[f"ASEQ{name}"]) for part in (pairs.loc[is_above], pairs))
        found.append(Results(results.rows, {key: Records("adqs", counted, everyone)}))
    return join(found)


def analyse_bilag(study: Study) -> Results:
    """Return BILAG.SHIFT: each system's grade at week 0 against every week, and the grades of each week alone.

    The pairs of a system (N) stand once a week; each cell is a count among them.
    """
    why = study.why_unavailable("qs")
    values = chosen_values(study, "BILAG", (0, *study.plan.time.weeks))
    first = values.loc[values["AVISITN"] == 0].set_index("USUBJID")["AVALC"]
    found = [_baseline_grades(study, values.loc[values["AVISITN"] == 0, "AVALC"], why)]
    for week in study.plan.time.weeks:
        later = values.loc[(values["AVISITN"] == week) & values["USUBJID"].isin(first.index)]
        found.append(_bilag_week(study, week, later["USUBJID"].map(first), later["AVALC"], why))
    return join(found)


def _baseline_grades(study: Study, grades: pd.Series, why: str) -> Results:
    """Return the grades of each system at week 0, of all who were assessed."""
    rule = study.plan.instruments.bilag
    note = why or ("" if len(grades) else why_no_value(study, 0))
    rows: list[Result] = []
    for place, code in enumerate(rule.systems):
        key = Key("BILAG.SHIFT", POPULATION, "AVISITN", "0", variable=code)
        rows.append(Result(key, "N", None if why else len(grades), note))
        counts = Counter(_letters(grades, place))
        rows += [
            Result(key._replace(variable_level=grade), "n", None if why else counts[grade], note)
            for grade in rule.grades
        ]  # fmt: skip
    return Results(tuple(rows))


def _bilag_week(study: Study, week: int, before: pd.Series, after: pd.Series, why: str) -> Results:
    """Return one week's shifts, from texts of one letter a system in the plan's order."""
    rule = study.plan.instruments.bilag
    note = "" if len(after) else why_no_pair(study, week)
    rows: list[Result] = []
    for place, code in enumerate(rule.systems):
        key = Key("BILAG.SHIFT", POPULATION, "AVISITN", str(week), variable=code)
        rows.append(Result(key, "N", None if why else len(after), why or note))
        shifts = Counter(zip(_letters(before, place), _letters(after, place), strict=True))
        grades = Counter(_letters(after, place))
        for base in ("", *rule.grades):
            for grade in rule.grades:
                cell = key._replace(group2=BASE if base else "", group2_level=base, variable_level=grade)
                n = shifts[base, grade] if base else grades[grade]
                rows.append(Result(cell, "n", None if why else n, why or note))
    return Results(tuple(rows))


def _letters(texts: pd.Series, place: int) -> list[str]:
    """Return the letter at a place of each text."""
    return [text[place] for text in texts]
