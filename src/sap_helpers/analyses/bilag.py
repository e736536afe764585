"""BILAG by system: each grade at week 0 against every later week, and the grades of each week alone."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import pandas as pd

from sap_helpers.analyses.behind import find_subjects, left_out, outside, source
from sap_helpers.analyses.scores import POPULATION, chosen_values, no_value, week_cases, why_no_pair, why_no_value
from sap_helpers.records import Records, Source
from sap_helpers.results import Key, Result, Results, join

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sap_helpers.adam.store import Study
    from sap_helpers.analyses.behind import Cases, LeftOut

BASE = "BASE"


def analyse_bilag(study: Study) -> Results:
    """Return BILAG.SHIFT: each system's grade at week 0 against every week, and the grades of each week alone.

    The pairs of a system (N) stand once a week; each cell is a count among them.
    """
    why = study.why_unavailable("qs:BILAG")
    values = chosen_values(study, "BILAG", (0, *study.plan.time.weeks))
    first = values.loc[values["AVISITN"] == 0]
    found = [_baseline_grades(study, first, why)]
    for week in study.plan.time.weeks:
        at_week = values.loc[values["AVISITN"] == week]
        pairs = first.merge(at_week, on="USUBJID", suffixes=("0", "1"))
        lacking = outside(study, POPULATION, first["USUBJID"], no_value(0))
        cases = () if why else (*week_cases(study, week, at_week["USUBJID"]), lacking)
        found.append(_bilag_week(study, week, pairs, cases, why))
    return join(found)


def _baseline_grades(study: Study, first: pd.DataFrame, why: str) -> Results:
    """Return the grades of each system at week 0, of all who were assessed."""
    rule, grades = study.plan.instruments.bilag, first["AVALC"]
    everyone = source("adqs", first)
    left = () if why else _left_out(study, everyone, week_cases(study, 0, first["USUBJID"]))
    records: dict[Key, Records] = {}
    note = why or ("" if len(grades) else why_no_value(study, 0))
    rows: list[Result] = []
    for place, code in enumerate(rule.systems):
        key = Key("BILAG.SHIFT", POPULATION, "AVISITN", "0", variable=code)
        rows.append(Result(key, "N", None if why else len(grades), note))
        counted = _by_cell(_letters(grades, place), first["ASEQ"])
        rows += [
            Result(key._replace(variable_level=grade), "n", None if why else len(counted[grade]), note)
            for grade in rule.grades
        ]  # fmt: skip
        records[key] = Records((everyone,), (everyone,), left)
        records |= {
            key._replace(variable_level=grade): Records((_source(counted[grade]),), (everyone,), left)
            for grade in rule.grades
        }
    return Results(tuple(rows), {} if why else records)


def _bilag_week(study: Study, week: int, pairs: pd.DataFrame, cases: Cases, why: str) -> Results:
    """Return one week's shifts, from texts of one letter a system in the plan's order (AVALC0, AVALC1)."""
    rule = study.plan.instruments.bilag
    before, after, numbers = pairs["AVALC0"], pairs["AVALC1"], pairs["ASEQ1"]
    both = source("adqs", pd.concat([pairs["ASEQ0"], numbers]))
    left = () if why else _left_out(study, both, cases)
    records: dict[Key, Records] = {}
    note = "" if len(after) else why_no_pair(study, week)
    rows: list[Result] = []
    for place, code in enumerate(rule.systems):
        key = Key("BILAG.SHIFT", POPULATION, "AVISITN", str(week), variable=code)
        rows.append(Result(key, "N", None if why else len(after), why or note))
        records[key] = Records((both,), (both,), left)
        shifts = _by_cell(zip(_letters(before, place), _letters(after, place), strict=True), numbers)
        grades = _by_cell(_letters(after, place), numbers)
        for base in ("", *rule.grades):
            for grade in rule.grades:
                cell = key._replace(group2=BASE if base else "", group2_level=base, variable_level=grade)
                counted = shifts[base, grade] if base else grades[grade]
                rows.append(Result(cell, "n", None if why else len(counted), why or note))
                records[cell] = Records((_source(counted),), (both,), left)
    return Results(tuple(rows), {} if why else records)


def _by_cell(cells: Iterable[object], numbers: pd.Series) -> dict[object, list[int]]:
    """Return the numbers of the records in each cell."""
    found: dict[object, list[int]] = defaultdict(list)
    for cell, number in zip(cells, numbers, strict=True):
        found[cell].append(int(number))
    return found


def _source(numbers: list[int]) -> Source:
    return Source.from_numbers("adqs", numbers)


def _left_out(study: Study, one: Source, cases: Cases) -> LeftOut:
    return left_out(study, POPULATION, find_subjects(study, [one]), cases)


def _letters(texts: pd.Series, place: int) -> list[str]:
    """Return the letter at a place of each text."""
    return [text[place] for text in texts]
