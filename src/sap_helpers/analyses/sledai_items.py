"""Disease activity in its parts: items and systems, and categories of the total."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sap_helpers.adam.store import once_per_study
from sap_helpers.analyses.behind import explain, find_subjects, left_out, of_rows, outside
from sap_helpers.analyses.blocks import (
    EXACT_LIMITS,
    PROPORTION,
    count_results,
    proportion_results,
    unavailable,
)
from sap_helpers.analyses.scores import (
    POPULATION,
    chosen_values,
    derive_score_pairs,
    pair_cases,
    week_cases,
    why_no_pair,
    why_no_value,
)
from sap_helpers.records import Records, Source
from sap_helpers.results import Key, Result, Results, join

if TYPE_CHECKING:
    from sap_helpers.adam.store import Study
    from sap_helpers.analyses.behind import Cases, LeftOut

SYSTEM, ITEM, BASE, CATEGORY = "SYSTEM", "PARAMCD", "BASE", "CATEGORY"
FATES = ("PRESENT_BEFORE", "RESOLVED", "PERSISTING", "NEW", "PRESENT_AFTER")


def item_days(study: Study) -> pd.DataFrame:
    """Return the totals that stand for the weeks, as `chosen_values` returns them."""
    return chosen_values(study, "SLEDAI", (0, *study.plan.time.weeks))


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
    days = item_days(study)[["USUBJID", "AVISITN", "ADT"]]
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
    why = study.why_unavailable("qs:SLEDAI")
    days, wide = item_days(study), derive_items(study)
    weeks = wide.index.get_level_values("AVISITN")
    first, last = (wide.loc[weeks == at].droplevel("AVISITN") for at in (0, week))
    subjects = last.index.intersection(first.index)
    first, last = first.loc[subjects], last.loc[subjects]
    empty = why_no_pair(study, week)
    totals = _Totals(study, days, pair_cases(study, "SLEDAI"))
    found = []
    for system in dict.fromkeys(item.system for item in rule.items):
        codes = [item.code for item in rule.items if item.system == system]
        key = Key("SLEDAI.ORGAN", POPULATION, SYSTEM, system)
        found.append(_fates(key, _any_present(first[codes]), _any_present(last[codes]), why, empty, totals))
        found += [
            _fates(key._replace(group2=ITEM, group2_level=code), first[code], last[code], why, empty, totals)
            for code in codes
        ]
    return join([*found, _prevalence(study, wide, days, why)])


class _Totals:
    """The totals behind the items of pairs, and why a subject of the set has no pair of an item or system."""

    def __init__(self, study: Study, days: pd.DataFrame, cases: Cases) -> None:
        self._study, self._cases = study, cases
        self._numbers = days.set_index(["USUBJID", "AVISITN"])["ASEQ"].unstack()
        self._known: dict[tuple[str, ...], LeftOut] = {}

    def records(self, known: pd.Index, counted: pd.Index) -> Records:
        """Return the records of subjects assessed at both weeks, and of those counted."""
        of = self._source(known)
        subjects = tuple(known)
        if subjects not in self._known:
            lacking = outside(self._study, POPULATION, subjects, "not assessed on both days")
            inside = find_subjects(self._study, [of])
            self._known[subjects] = left_out(self._study, POPULATION, inside, (*self._cases, lacking))
        return Records((self._source(counted),), (of,), self._known[subjects])

    def _source(self, subjects: pd.Index) -> Source:
        weeks = [week for week in (0, self._study.plan.sledai.week) if week in self._numbers]
        return Source.from_numbers("adqs", self._numbers.loc[subjects, weeks].to_numpy().ravel().tolist())


def _any_present(items: pd.DataFrame) -> pd.Series:
    present, known = (items > 0).any(axis=1), items.notna().all(axis=1)
    return pd.Series(np.select([present, known], [1.0, 0.0], np.nan), index=items.index)


def _fates(key: Key, first: pd.Series, last: pd.Series, why: str, empty: str, totals: _Totals) -> Results:
    """Return, of the pairs in which it was assessed twice, how often it resolved, persisted, and came new."""
    keys = [key._replace(variable=name, variable_level="Y") for name in FATES]
    if why:
        return unavailable(keys, ("n", "N"), why)
    known = (first.notna() & last.notna()).to_numpy()
    before, after = first.to_numpy()[known] > 0, last.to_numpy()[known] > 0
    counts = (before, before & ~after, before & after, ~before & after, after)
    note = "" if len(before) else empty
    rows = tuple(
        Result(key, name, value, note)
        for key, holds in zip(keys, counts, strict=True)
        for name, value in (("n", int(holds.sum())), ("N", len(before)))
    )
    subjects = first.index[known]
    return Results(
        rows, {key: totals.records(subjects, subjects[holds]) for key, holds in zip(keys, counts, strict=True)}
    )


def _prevalence(study: Study, wide: pd.DataFrame, days: pd.DataFrame, why: str) -> Results:
    """Return the share in whom each item was present at each week, of those in whom it was assessed."""
    weeks, found = wide.index.get_level_values("AVISITN"), []
    for week in (0, *study.plan.time.weeks):
        at_week, totals = wide.loc[weeks == week], days.loc[weeks == week]
        empty = why or why_no_value(study, week)
        keys = {
            code: Key("SLEDAI.ORGAN", POPULATION, "AVISITN", str(week), ITEM, code, "PRESENT", "Y")
            for code in wide.columns
        }
        if why:
            found.append(unavailable(keys.values(), ("n", "N", "p"), why))
            continue
        counts = join(_present(key, at_week[code], totals, empty) for code, key in keys.items())
        found.append(explain(study, counts, _Assessed(study, week, at_week, totals).cases_of))
    return join(found)


def _present(key: Key, item: pd.Series, totals: pd.DataFrame, empty: str) -> Results:
    """Return in how many of those assessed an item was present, with the totals of these days behind it."""
    values = item.to_numpy(dtype=float)
    known = ~np.isnan(values)
    holds = values[known] > 0
    records = of_rows("adqs", totals.loc[known, ["ASEQ"]], holds)
    return count_results(key, int(holds.sum()), int(known.sum()), empty, records=records)


class _Assessed:
    """Why a subject of the set is not among those in whom an item was assessed at a week."""

    def __init__(self, study: Study, week: int, items: pd.DataFrame, totals: pd.DataFrame) -> None:
        self._study, self._items = study, items
        self._subjects = totals["USUBJID"].to_numpy()
        self._cases = week_cases(study, week, self._subjects)
        self._known: dict[bytes, Cases] = {}

    def cases_of(self, key: Key) -> Cases:
        """Return the cases of the item that a key names."""
        known = self._items[key.group2_level].notna().to_numpy()
        if known.tobytes() not in self._known:
            lacking = outside(self._study, POPULATION, self._subjects[known], "the item was not assessed")
            self._known[known.tobytes()] = (*self._cases, lacking)
        return self._known[known.tobytes()]


def analyse_categories(study: Study) -> Results:
    """Return SLEDAI.CATEGORY: categories of the total at both weeks, and who is above the limit at each."""
    rule, why = study.plan.sledai, study.why_unavailable("qs:SLEDAI")
    codes = [category.code for category in rule.categories]
    key = Key("SLEDAI.CATEGORY", POPULATION, BASE, "", CATEGORY, variable="SLEDAI")
    keys = {(a, b): key._replace(group1_level=a, group2_level=b) for a in codes for b in codes}
    pairs = derive_score_pairs(study, "SLEDAI", rule.week)
    if why:
        return unavailable(keys.values(), ("n", "N", "p"), why) + _above(study, pairs, why)
    before, after = (_categories(study, pairs[name]) for name in ("AVAL0", "AVAL1"))
    empty = why_no_pair(study, rule.week)
    last = pairs[["ASEQ1"]].rename(columns={"ASEQ1": "ASEQ"})
    cells = []
    for (a, b), one in keys.items():
        holds = pd.Series((before == a) & (after == b), index=pairs.index)
        cells.append(count_results(one, int(holds.sum()), len(pairs), empty, records=of_rows("adqs", last, holds)))
    cases = pair_cases(study, "SLEDAI")
    return explain(study, join([*cells, _above(study, pairs, "")]), cases)


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
        records = of_rows("adqs", pairs.rename(columns={f"ASEQ{name}": "ASEQ"}), is_above)
        found.append(
            proportion_results(
                key, int(is_above.sum()), len(pairs), interval="clopper-pearson", level=study.plan.level,
                why_empty=why_no_pair(study, rule.week), records=records,
            )
        )  # fmt: skip
    return join(found)
