"""Change of the total and its values by week, on a few hand-typed subjects. First dose 20 March 2014."""

import pytest

from sap_helpers.analyses.scores import chosen_values, derive_score_pairs
from sap_helpers.analyses.sledai_change import (
    analyse_by_week,
    analyse_change,
    analyse_pga,
    analyse_without_events,
)

TOTALS = {"S1": {0: 12, 10: 4}, "S2": {0: 8, 10: 8}, "S3": {0: 16, 10: 6}, "S4": {0: 10}}
TARGET_10 = "2014-05-29"


@pytest.fixture
def study(make_scores):
    return make_scores({"SLEDAI": TOTALS})


def test_analyse_change__complete_pairs_alone(study, pick):
    # changes -8, 0, -10: mean -6, sd sqrt((4 + 36 + 16) / 2) = 5.2915
    found = analyse_change(study)
    assert pick(found, "SLEDAI.CHANGE", "SLEDAI", "N")[0] == 3
    assert pick(found, "SLEDAI.CHANGE", "SLEDAI", "estimate", "paired t")[0] == -6
    assert pick(found, "SLEDAI.CHANGE", "SLEDAI", "sd")[0] == pytest.approx(28**0.5, rel=1e-12)


def test_analyse_change__weeks_are_described_by_the_pairs(study, pick):
    found = analyse_change(study)
    # S4 without week 10 is left out of week 0: (12 + 8 + 16) / 3
    assert pick(found, "SLEDAI.CHANGE", "SLEDAI", "mean", group1_level="0")[0] == 12
    assert pick(found, "SLEDAI.CHANGE", "SLEDAI", "mean", group1_level="10")[0] == 6


def test_analyse_change__cumulative_distribution(study, pick):
    found = analyse_change(study)
    shares = {row.key.group1_level: row.stat for row in found if row.key.group1 == "CHANGE" and row.stat_name == "n"}
    assert shares == {"<= -10": 1, "<= -8": 2, "<= 0": 3}


def test_analyse_change__one_pair_makes_no_test(make_scores, pick):
    found = analyse_change(make_scores({"SLEDAI": {"S1": {0: 12, 10: 4}}}))
    assert pick(found, "SLEDAI.CHANGE", "SLEDAI", "p.value", "paired t") == (None, "no test: fewer than two pairs")


def test_analyse_change__nobody_due_says_so(make_scores, pick):
    # the window of week 10 ends on day 78, 5 June
    found = analyse_change(make_scores({"SLEDAI": TOTALS}, cut_date="2014-06-04"))
    assert pick(found, "SLEDAI.CHANGE", "SLEDAI", "N")[0] == 0
    assert pick(found, "SLEDAI.CHANGE", "SLEDAI", "estimate", "paired t") == (None, "no subject due yet")


def test_analyse_change__without_questionnaires_is_not_available(make_scores, pick):
    found = analyse_change(make_scores({"SLEDAI": TOTALS}, absent=("qs",)))
    assert {row.stat for row in found} == {None}
    assert {row.note for row in found} == {"not available in this cut: no QS domain"}


def test_analyse_change__counts_the_deaths_beside(make_scores, pick):
    found = analyse_change(make_scores({"SLEDAI": TOTALS}, deaths={"S4": "2014-06-05", "S1": "2014-06-06"}))
    # by the end of the window, 5 June: S4; the pair of S1, who died later, stays
    assert pick(found, "SLEDAI.CHANGE", "DEATH", "n", variable_level="Y")[0] == 1
    assert pick(found, "SLEDAI.CHANGE", "SLEDAI", "N")[0] == 3


def test_chosen_values__a_value_on_the_day_of_death_is_used_and_a_later_one_is_not(make_scores):
    used = chosen_values(make_scores({"SLEDAI": TOTALS}, deaths={"S1": TARGET_10}), "SLEDAI", (10,))
    assert "S1" in set(used["USUBJID"])
    unused = chosen_values(make_scores({"SLEDAI": TOTALS}, deaths={"S1": "2014-05-28"}), "SLEDAI", (10,))
    assert "S1" not in set(unused["USUBJID"])


def test_chosen_values__an_earlier_value_of_the_window_stands_in_for_one_after_the_death(make_scores):
    earlier = [("S1", "SLEDAI", "2014-05-24", 10, 9.0)]
    study = make_scores({"SLEDAI": TOTALS}, deaths={"S1": "2014-05-28"}, extra=earlier)
    assert derive_score_pairs(study, "SLEDAI", 10).set_index("USUBJID")["CHANGE"]["S1"] == -3


def test_analyse_without_events__leaves_out_events_up_to_the_assessment(make_scores, pick):
    events = {"S1": TARGET_10, "S2": "2014-05-30"}
    found = analyse_without_events(make_scores({"SLEDAI": TOTALS}, events=events))
    # S1's event falls on the day of the assessment, S2's on the day after it
    assert pick(found, "SLEDAI.NO_ICE", "SLEDAI", "N")[0] == 2
    assert pick(found, "SLEDAI.NO_ICE", "SLEDAI", "mean")[0] == -5


def test_analyse_without_events__needs_the_records_of_rescue(make_scores):
    found = analyse_without_events(make_scores({"SLEDAI": TOTALS}, absent=("cm.CMCAT",)))
    assert {row.note for row in found} == {"not available: no CM.CMCAT"}


def test_analyse_by_week__observed_of_due(study, pick):
    found = analyse_by_week(study)
    values = {
        name: pick(found, "SLEDAI.BY_WEEK", "SLEDAI", name, group1_level="10")[0]
        for name in ("n", "N", "mean", "median", "min", "max")
    }
    assert values == {"n": 3, "N": 4, "mean": 6, "median": 6, "min": 4, "max": 8}


def test_analyse_by_week__a_week_without_values_says_so(study, pick):
    found = analyse_by_week(study)
    assert pick(found, "SLEDAI.BY_WEEK", "SLEDAI", "n", group1_level="12")[0] == 0
    assert pick(found, "SLEDAI.BY_WEEK", "SLEDAI", "mean", group1_level="12") == (None, "no value")


def test_analyse_pga__change_and_values_by_week_stand_apart(make_scores, pick):
    found = analyse_pga(make_scores({"PGA0101": {"S1": {0: 2.3, 10: 2.0}, "S2": {0: 1.1}}}))
    assert pick(found, "PGA.CHANGE", "PGA", "estimate", "paired t")[0] == pytest.approx(-0.3, rel=1e-12)
    assert pick(found, "PGA.CHANGE", "PGA", "mean", group1_level="0")[0] == 2.3
    assert pick(found, "PGA.CHANGE", "PGA", "mean", group1_level="0", group2_level="observed")[0] == pytest.approx(1.7)
