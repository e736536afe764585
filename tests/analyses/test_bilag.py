"""BILAG grades by system, counted by hand, and whom each count counted."""

from sap_helpers.analyses.bilag import analyse_bilag
from sap_helpers.records import Source

GRADES = {"BILAG": {"S1": {0: "AEEEEEEEB", 2: "BEEEEEEEB"}, "S2": {0: "AEEEEEEEE", 2: "CEEEEEEEE"}, "S3": {0: "A" * 9}}}


def test_analyse_bilag__shift_of_a_system(make_scores, pick):
    found = analyse_bilag(make_scores(GRADES))
    at = {"group1_level": "2"}
    assert pick(found, "BILAG.SHIFT", "BILA0101", "N", **at)[0] == 2
    for grade, count in (("A", 0), ("B", 1), ("C", 1)):
        shift = pick(found, "BILAG.SHIFT", "BILA0101", "n", group2_level="A", variable_level=grade, **at)
        assert shift == (count, "")


def test_analyse_bilag__grades_of_a_week_alone(make_scores, pick):
    found = analyse_bilag(make_scores(GRADES))
    assert pick(found, "BILAG.SHIFT", "BILA0109", "n", group1_level="2", variable_level="B")[0] == 1
    # week 0 is of all who were assessed
    assert pick(found, "BILAG.SHIFT", "BILA0101", "n", group1_level="0", variable_level="A")[0] == 3


def test_analyse_bilag__a_week_without_pairs_says_so(make_scores, pick):
    found = analyse_bilag(make_scores(GRADES))
    assert pick(found, "BILAG.SHIFT", "BILA0101", "N", group1_level="4") == (0, "no pair of values at weeks 0 and 4")


def test_analyse_bilag__whose_grade_a_shift_counts(make_scores):
    found = analyse_bilag(make_scores(GRADES))
    key = next(
        key for key in found.records
        if (key.group1_level, key.variable, key.group2_level, key.variable_level) == ("2", "BILA0101", "A", "C")
    )  # fmt: skip
    # S2 at week 2 is the fourth record; S3 has no week 2
    assert found.records[key].counted == (Source("adqs", (4,)),)
    assert found.records[key].left_out == (("no usable value in the window of week 2", (3,)),)
