"""Cuts damaged in every way of benchmarks/damage: what should be noticed is, and nothing crashes.

`make fuzz` runs many more. A case that fails here is shown by `python -m damage --seed SEED --replay CASE` in
benchmarks.
"""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from damage.bases import RECIPES, base_of
from damage.campaign import judge, run_cases
from damage.judge import names
from damage.made import Damage
from damage.operators import OPERATORS
from damage.report import page, silent_lines, summary

from sap_helpers.findings import Finding

SEED, CASES = 2015, 300
MOST_SILENT = 0.01
BY_NAME = {operator.name: operator for operator in OPERATORS}


@pytest.fixture(scope="module")
def judged():
    return run_cases(SEED, range(CASES))


def test_damage__nothing_crashes(judged):
    assert [one for one in judged if one.outcome == "crashed"] == []


def test_damage__what_should_be_noticed_is(judged):
    noticeable = [one for one in judged if one.is_noticeable]
    silent = [one for one in noticeable if one.outcome == "silent"]
    assert len(noticeable) >= CASES
    assert len(silent) <= MOST_SILENT * len(noticeable), silent_lines(judged)


def test_damage__every_operator_has_its_turn_and_its_line(judged):
    assert {one.operator for one in judged} == set(BY_NAME)
    text = page(judged, SEED, 0, [])
    assert [name for name in BY_NAME if f"| {name} |" not in text] == []
    assert summary(judged).startswith(f"of {sum(one.is_noticeable for one in judged)} damages")


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        # what nothing can tell must come out as silent, or the judge would see nothing at all
        ("dm AGE: another plausible one", "silent"),
        ("records in another order", "harmless"),
        ("file: UTF-16 or UTF-32", "refused"),
        ("PGA: beyond its scale", "found"),
    ],
)
def test_damage__is_judged_by_its_effect(tmp_path, name, outcome):
    number = next(n for n in range(100) if judge_one(n, BY_NAME[name], tmp_path) is not None)
    first, again = (judge_one(number, BY_NAME[name], tmp_path) for _ in range(2))
    assert (first.operator, first.outcome) == (name, outcome)
    assert first == again


def judge_one(number, operator, folder):
    """Judge a case of one operator alone; None where others were drawn beside it."""
    judged = judge(SEED, number, folder / "cut", [operator])
    return judged[0] if len(judged) == 1 else None


@pytest.mark.parametrize(
    ("fields", "is_named"),
    [
        ({"domain": "ae", "row": 3}, True),
        ({"domain": "ae", "row": 4}, False),
        ({"domain": "cm", "row": 3}, False),
        ({"domain": "ae", "usubjid": "A"}, True),
        ({"domain": "ae", "usubjid": "B"}, False),
        ({"domain": "ae", "value": "PERHAPS, MAYBE"}, True),
        ({"domain": "ae", "value": "1", "variable": "AEREL"}, False),
    ],
)
def test_names__asks_for_the_record_the_subject_or_the_text(fields, is_named):
    damage = Damage("ae", frozenset({"AEREL"}), ({"USUBJID": "A"},), frozenset({"A"}), frozenset({"PERHAPS"}))
    assert names(Finding("R089", "listed", "a word", **fields), damage, frozenset({3})) is is_named


def test_base__is_the_cut_that_its_recipe_says():
    base = base_of(RECIPES[0])
    assert dt.date.fromisoformat(base.info["cut_date"]) == RECIPES[0].cut_date
    treated = {record["USUBJID"] for record in base.tables["ex"].records}
    assert len(treated) == RECIPES[0].subjects
    assert pd.Series(base.files).str.len().min() > 0
