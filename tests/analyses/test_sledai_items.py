"""Items and categories, counted by hand. First dose 20 March 2014."""

import pytest

from sap_helpers.analyses.sledai_items import analyse_categories, analyse_organs

ARTHRITIS, MYOSITIS, RASH = "SLED0109", "SLED0110", "SLED0115"
SCORES = {
    "SLEDAI": {"S1": {0: 6, 10: 2}, "S2": {0: 4, 10: 4}, "S3": {0: 2, 10: 8}, "S4": {0: 4}},
    ARTHRITIS: {"S1": {0: 4, 10: 0}, "S2": {0: 4, 10: 4}, "S3": {0: 0, 10: 4}, "S4": {0: 4}},
    MYOSITIS: {"S1": {0: 0, 10: 0}, "S2": {0: 0, 10: 0}, "S3": {0: 0, 10: 4}, "S4": {0: 0}},
    # the rash of S3 was not assessed at week 10
    RASH: {"S1": {0: 2, 10: 2}, "S2": {0: 0, 10: 0}, "S3": {0: 2}, "S4": {0: 0}},
}
FATES = ("PRESENT_BEFORE", "RESOLVED", "PERSISTING", "NEW", "PRESENT_AFTER")


def fates(results, system, item=""):
    found = [r for r in results if (r.key.group1_level, r.key.group2_level) == (system, item) and r.stat_name == "n"]
    assert [row.key.variable for row in found] == list(FATES)
    return [row.stat for row in found]


def pairs(results, system, item=""):
    return {
        r.stat for r in results if (r.key.group1_level, r.key.group2_level) == (system, item) and r.stat_name == "N"
    }


def test_analyse_organs__an_item_resolves_persists_or_is_new(make_scores):
    found = analyse_organs(make_scores(SCORES))
    assert fates(found, "Musculoskeletal", ARTHRITIS) == [2, 1, 1, 1, 2]
    assert pairs(found, "Musculoskeletal", ARTHRITIS) == {3}


def test_analyse_organs__an_item_not_assessed_leaves_its_pair_out(make_scores):
    found = analyse_organs(make_scores(SCORES))
    assert fates(found, "Mucocutaneous", RASH) == [1, 0, 1, 0, 1]
    assert pairs(found, "Mucocutaneous", RASH) == {2}


def test_analyse_organs__a_system_is_present_where_one_of_its_items_is(make_scores):
    found = analyse_organs(make_scores(SCORES))
    assert fates(found, "Musculoskeletal") == [2, 1, 1, 1, 2]


def test_analyse_organs__an_absent_system_asks_for_all_its_items(make_scores):
    found = analyse_organs(make_scores(SCORES))
    # alopecia and ulcers were assessed in nobody: only S1, with rash at both weeks, can be told
    assert fates(found, "Mucocutaneous") == [1, 0, 1, 0, 1]
    assert pairs(found, "Mucocutaneous") == {1}


def test_analyse_organs__prevalence_is_of_the_assessed(make_scores, pick):
    found = analyse_organs(make_scores(SCORES))
    at = {"group1_level": "0", "group2_level": ARTHRITIS, "variable_level": "Y"}
    assert pick(found, "SLEDAI.ORGAN", "PRESENT", "p", **at)[0] == 0.75


def test_analyse_organs__without_questionnaires_plans_the_same_rows(make_scores):
    full = [row.result_id for row in analyse_organs(make_scores(SCORES))]
    none = analyse_organs(make_scores(SCORES, absent=("qs",)))
    assert [row.result_id for row in none] == full
    assert {row.stat for row in none} == {None}


@pytest.mark.parametrize(
    ("total", "category"),
    [(0, "NONE"), (1, "MILD"), (5, "MILD"), (6, "MODERATE"), (10, "MODERATE"), (11, "HIGH"), (19, "HIGH"),
     (20, "VERY_HIGH"), (105, "VERY_HIGH")],
)  # fmt: skip
def test_analyse_categories__bounds(make_scores, total, category):
    found = analyse_categories(make_scores({"SLEDAI": {"S1": {0: 8, 10: total}}}))
    ones = [r.key for r in found if r.key.group1 == "BASE" and r.stat_name == "n" and r.stat == 1]
    assert [(key.group1_level, key.group2_level) for key in ones] == [("MODERATE", category)]


def test_analyse_categories__above_eight_does_not_hold_eight(make_scores, pick):
    found = analyse_categories(make_scores({"SLEDAI": {"S1": {0: 9, 10: 8}, "S2": {0: 8, 10: 8}, "S3": {0: 9}}}))
    counts = {
        week: [pick(found, "SLEDAI.CATEGORY", "SLEDAI_GT8", name, group1_level=week, variable_level="Y")[0]
               for name in ("n", "N")]
        for week in ("0", "10")
    }  # fmt: skip
    # S3 has no week 10 and is left out of both
    assert counts == {"0": [1, 2], "10": [0, 2]}
