"""Immunology: change, ratios, adjustment, samples on the drug; hand-worked pairs and what is said without them."""

from __future__ import annotations

import math

import pytest

from sap_helpers.analyses.immunology import PLANNED, analyse_immunology, analyse_on_drug, analyse_ratio
from sap_helpers.analyses.immunology_pairs import derive_pairs
from sap_helpers.records import Source

# changes 3, 0, 5, 1, 2
TREG = [(5, 8), (6, 6), (4, 9), (7, 8), (5, 7)]


def test_analyse_immunology__every_planned_analysis_is_there(make_pair_study):
    found = analyse_immunology(make_pair_study({"TREG": TREG}))
    assert set(found.analysis_ids) == set(PLANNED)


def test_analyse_change__description_of_hand_worked_changes(make_pair_study, pick):
    found = analyse_immunology(make_pair_study({"TREG": TREG}))
    assert pick(found, "IMM.CHANGE", "TREG", "N") == (5, "")
    assert pick(found, "IMM.CHANGE", "TREG", "mean")[0] == pytest.approx(2.2, rel=1e-12)
    # sum of squares 14.8 over 4
    assert pick(found, "IMM.CHANGE", "TREG", "sd")[0] == pytest.approx(math.sqrt(3.7), rel=1e-12)
    assert [pick(found, "IMM.CHANGE", "TREG", name)[0] for name in ("p25", "median", "p75")] == [1, 2, 3]


def test_analyse_change__description_at_both_weeks_is_of_the_pairs(make_pair_study, pick):
    found = analyse_immunology(make_pair_study({"TREG": [*TREG, (50, None)]}))
    assert pick(found, "IMM.CHANGE", "TREG", "mean", group1_level="0")[0] == pytest.approx(5.4, rel=1e-12)
    assert pick(found, "IMM.CHANGE", "TREG", "median", group1_level="10")[0] == 8


def test_analyse_change__paired_t_of_hand_worked_changes(make_pair_study, pick):
    found = analyse_immunology(make_pair_study({"TREG": TREG}))
    # the mean 2.2 over its standard error, the root of 3.7 / 5
    assert pick(found, "IMM.CHANGE", "TREG", "statistic", "paired t")[0] == pytest.approx(2.557447, rel=1e-6)
    # R: t <- t.test(c(3, 0, 5, 1, 2)) gives t$p.value and t$conf.int[1]
    assert pick(found, "IMM.CHANGE", "TREG", "p.value", "paired t")[0] == pytest.approx(0.062807611, rel=1e-6)
    assert pick(found, "IMM.CHANGE", "TREG", "conf.low", "paired t")[0] == pytest.approx(-0.1883883881, rel=1e-6)


def test_analyse_change__signed_rank_drops_the_zero(make_pair_study, pick):
    found = analyse_immunology(make_pair_study({"TREG": TREG}))
    # four positive ranks of four: 10; both tails of 16 equally likely signs: 2 / 16
    assert pick(found, "IMM.CHANGE", "TREG", "statistic", "Wilcoxon signed-rank") == (10, "")
    assert pick(found, "IMM.CHANGE", "TREG", "p.value", "Wilcoxon signed-rank") == (0.125, "")


def test_analyse_change__hodges_lehmann_keeps_the_zero(make_pair_study, pick):
    found = analyse_immunology(make_pair_study({"TREG": TREG}))
    # the 8th of the 15 Walsh averages 0 .5 1 1 1.5 1.5 2 2 2.5 2.5 3 3 3.5 4 5
    assert pick(found, "IMM.CHANGE", "TREG", "estimate", "Hodges-Lehmann") == (2, "")
    low = pick(found, "IMM.CHANGE", "TREG", "conf.low", "Hodges-Lehmann")
    assert low[0] is None
    assert "93.75 %" in low[1]


def test_analyse_change__unchanged_pairs_have_p_1_and_say_so(make_pair_study, pick):
    found = analyse_immunology(make_pair_study({"TREG": [(5, 5), (6, 6)]}))
    stat, note = pick(found, "IMM.CHANGE", "TREG", "p.value", "Wilcoxon signed-rank")
    assert (stat, note) == (1, "all differences are zero: p is 1 by definition")


def test_analyse_change__one_pair_has_no_test(make_pair_study, pick):
    found = analyse_immunology(make_pair_study({"TREG": [(5, 8)]}))
    assert pick(found, "IMM.CHANGE", "TREG", "N")[0] == 1
    assert pick(found, "IMM.CHANGE", "TREG", "p.value", "paired t") == (None, "no test: fewer than two pairs")


def test_analyse_change__ratio_is_of_the_chosen_values(make_pair_study, pick):
    found = analyse_immunology(make_pair_study({"TREG": [(6, 8), (5, 9)], "TH17": [(2, 1), (1, 0)]}))
    # the second subject's later denominator is 0: 6/2 = 3 to 8/1 = 8 is the one pair
    assert pick(found, "IMM.CHANGE", "TREG_TH17", "N")[0] == 1
    assert pick(found, "IMM.CHANGE", "TREG_TH17", "mean")[0] == 5


def test_analyse_change__anti_dsdna_is_on_the_log10_scale(make_pair_study, pick):
    found = analyse_immunology(
        make_pair_study(laboratory={"DDNAIGAB": [(100, 10), (1000, 100), (10, 10)]}, unit="IU/mL")
    )
    assert pick(found, "LAB.CHANGE", "DDNAIGAB", "mean", group1_level="0")[0] == pytest.approx(2, rel=1e-12)
    assert pick(found, "LAB.CHANGE", "DDNAIGAB", "median")[0] == -1
    assert pick(found, "LAB.CHANGE", "DDNAIGAB", "mean", "geometric mean", group1_level="0")[0] == pytest.approx(100)


def test_analyse_change__the_spread_of_small_log10_changes_keeps_its_digits(make_pair_study, pick):
    titres = [(50, 50.0001), (50, 50.0002), (50, 50.0004)]
    found = analyse_immunology(make_pair_study(laboratory={"DDNAIGAB": titres}, unit="IU/mL"))
    # by series: log10(1 + x) = 0.4342944819 (x - x^2/2), x = 2, 4 and 8 millionths; on ten decimals it is 1.32675e-06
    assert pick(found, "LAB.CHANGE", "DDNAIGAB", "sd")[0] == pytest.approx(1.326785e-06, rel=1e-6)


def test_analyse_change__censored_titres_enter_at_half_and_at_the_limit(make_pair_study, pick):
    found = analyse_immunology(make_pair_study(laboratory={"DDNAIGAB": [("<20", ">1000")] * 2}, unit="IU/mL"))
    assert pick(found, "LAB.CHANGE", "DDNAIGAB", "median", group1_level="0")[0] == 1
    assert pick(found, "LAB.CHANGE", "DDNAIGAB", "median", group1_level="10")[0] == 3


def test_analyse_change__a_titre_of_0_is_left_out_and_counted(make_pair_study, pick):
    study = make_pair_study(laboratory={"DDNAIGAB": [(100, 10), (100, 10), (100, 0)]}, unit="IU/mL")
    stat, note = pick(analyse_immunology(study), "LAB.CHANGE", "DDNAIGAB", "N")
    assert (stat, note) == (2, "left out for a value of 0 or less, which has no logarithm: 1 subject")


def test_analyse_change__units_of_both_weeks_are_converted(make_pair_study, pick):
    found = analyse_immunology(make_pair_study(laboratory={"C3": [(57, 85), (60, 90)]}, unit="mg/dL"))
    assert pick(found, "LAB.CHANGE", "C3", "mean")[0] == pytest.approx(0.29, rel=1e-12)


def test_analyse_change__nobody_due_says_so(make_pair_study, pick):
    # the last day of week 10's window is day 78, 5 June 2014
    found = analyse_immunology(make_pair_study({"TREG": TREG}, cut_date="2014-06-04"))
    assert pick(found, "IMM.CHANGE", "TREG", "N")[0] == 0
    assert pick(found, "IMM.CHANGE", "TREG", "mean") == (None, "no subject due yet")
    assert pick(found, "IMM.CHANGE", "DEATH", "N", variable_level="Y") == (0, "no subject due yet")


def test_analyse_change__due_on_the_last_day_of_the_window(make_pair_study, pick):
    found = analyse_immunology(make_pair_study({"TREG": TREG}, cut_date="2014-06-05"))
    assert pick(found, "IMM.CHANGE", "TREG", "N")[0] == 5


def test_analyse_change__deaths_stand_beside_the_pairs(make_pair_study, pick):
    found = analyse_immunology(make_pair_study({"TREG": TREG}, deaths=("2014-06-05", "2014-06-06")))
    assert pick(found, "IMM.CHANGE", "DEATH", "n", variable_level="Y")[0] == 1


@pytest.mark.parametrize(
    ("absent", "analysis_id", "variable", "why"),
    [
        ("cp", "IMM.CHANGE", "TREG", "not available in this cut: no CP domain"),
        ("lb", "LAB.CHANGE", "C3", "not available in this cut: no LB domain"),
        ("qs", "IMM.CHANGE", "TREG", "not available in this cut: no QS domain"),
    ],
)
def test_analyse_immunology__an_absent_domain_is_no_zero(make_pair_study, pick, absent, analysis_id, variable, why):
    study = make_pair_study({"TREG": TREG}, {"C3": [(0.5, 0.6)] * 5}, absent=(absent,))
    assert pick(analyse_immunology(study), analysis_id, variable, "N") == (None, why)


def test_analyse_immunology__absent_domains_leave_the_same_rows(make_pair_study):
    whole = analyse_immunology(make_pair_study({"TREG": TREG}, {"C3": [(0.5, 0.6)] * 5}))
    without = analyse_immunology(make_pair_study({"TREG": TREG}, absent=("cp", "lb")))
    assert {row.result_id for row in without} == {row.result_id for row in whole}


def test_analyse_ratio__geometric_means_of_hand_worked_pairs(make_pair_study, pick):
    study = make_pair_study({"TREG": [(1, 2), (2, 8)]})
    # ratios 2 and 4: geometric mean sqrt(8)
    found = analyse_ratio(study, derive_pairs(study))
    assert pick(found, "IMM.RATIO", "TREG", "estimate", "paired t")[0] == pytest.approx(math.sqrt(8), rel=1e-12)


def test_analyse_ratio__a_pair_with_a_zero_is_left_out(make_pair_study, pick):
    study = make_pair_study({"TREG": [(1, 2), (2, 8), (3, 0)]})
    found = analyse_ratio(study, derive_pairs(study))
    assert pick(found, "IMM.RATIO", "TREG", "N")[0] == 2


def test_analyse_adjusted__holm_within_the_family(make_pair_study, pick):
    # four pairs each: p 0.125 (all up), 0.125 (all down), 1 (up and down alike)
    cells = {"TREG": [(1, 2), (1, 3), (1, 4), (1, 5)], "TH17": [(5, 4), (5, 3), (5, 2), (5, 1)]}
    study = make_pair_study({**cells, "TFH": [(5, 6), (5, 4), (5, 7), (5, 3)]})
    found = analyse_immunology(study)
    assert pick(found, "IMM.ADJUSTED", "TFH", "p.value", "Wilcoxon signed-rank")[0] == 1
    # R: p.adjust(c(0.125, 0.125, 1), "holm") gives 0.375 0.375 1
    adjusted = [pick(found, "IMM.ADJUSTED", code, "p.adjusted", "Holm")[0] for code in ("TREG", "TH17", "TFH")]
    assert adjusted == [0.375, 0.375, 1]


def test_analyse_adjusted__a_parameter_without_a_test_does_not_count(make_pair_study, pick):
    study = make_pair_study({"TREG": [(1, 2), (1, 3), (1, 4), (1, 5)], "TH17": [(5, 4), (5, 3), (5, 2), (5, 1)]})
    found = analyse_immunology(study)
    assert pick(found, "IMM.ADJUSTED", "TREG", "p.adjusted", "Holm")[0] == 0.25
    assert pick(found, "IMM.ADJUSTED", "TFH", "p.adjusted", "Holm")[0] is None


def test_analyse_on_drug__counts_samples_at_most_three_days_after_an_injection(make_pair_study, pick):
    # sampled on day 71: the last injection 3, 4 and 0 days before it, none, and one after it
    study = make_pair_study({"TREG": TREG}, doses=([68], [67], [71], [], [1, 72]))
    found = analyse_on_drug(study, derive_pairs(study))
    assert pick(found, "IMM.ON_DRUG", "TREG", "n", variable_level="ON_DRUG")[0] == 2
    assert pick(found, "IMM.ON_DRUG", "TREG", "N")[0] == 2
    # changes 3 and 5
    assert pick(found, "IMM.ON_DRUG", "TREG", "mean")[0] == 4


def test_analyse_immunology__records_behind_a_change_are_both_records_of_each_pair(make_pair_study):
    study = make_pair_study({"TREG": [(5, 8), (6, None)]})
    found = analyse_immunology(study)
    key = next(row.key for row in found if row.key.variable == "TREG" and row.stat_name == "N")
    adlb = study["adlb"]
    mine = adlb.loc[(adlb["PARAMCD"] == "TREG") & (adlb["USUBJID"] == "S1"), "ASEQ"]
    assert found.records_of(key).of == (Source("adlb", tuple(sorted(mine))),)
