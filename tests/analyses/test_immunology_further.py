"""Immunology beside the change: models by week, change by response, correlation with disease activity."""

from __future__ import annotations

import pandas as pd
import pytest

from sap_helpers.analyses.immunology_further import analyse_by_response, analyse_correlation, analyse_models
from sap_helpers.analyses.immunology_pairs import derive_pairs

TREG = [(5, 8), (6, 6), (4, 9), (7, 8), (5, 7)]


def test_analyse_models__two_weeks_with_enough_pairs_are_needed(make_pair_study, pick):
    study = make_pair_study({"TREG": [(i, i + 1 + i % 3) for i in range(1, 13)]})
    found = analyse_models(study, "IMM.MMRM", ["TREG"])
    stat, note = pick(found, "IMM.MMRM", "TREG", "estimate", "Kenward-Roger", group1_level="10")
    assert stat is None
    assert note == "no model: fewer than 2 weeks after baseline have 10 pairs (pairs week 10: 12)"
    assert pick(found, "IMM.MMRM", "TREG", "n", group1_level="10")[0] == 12


def test_analyse_models__a_week_that_is_not_due_says_so(make_pair_study, pick):
    # week 6 ends on day 50, 8 May 2014: weeks 8 and 10 are not due
    study = make_pair_study({"TREG": TREG}, cut_date="2014-05-08")
    found = analyse_models(study, "IMM.MMRM", ["TREG"])
    assert pick(found, "IMM.MMRM", "TREG", "estimate", "Kenward-Roger", group1_level="8")[1] == "no subject due yet"
    assert pick(found, "IMM.MMRM", "TREG", "estimate", "Kenward-Roger", group1_level="6")[1].startswith("no model")


def test_analyse_by_response__shift_of_hand_worked_changes(make_pair_study, pick):
    # responders 3, 5, 1; others 0, 2: differences 3 1 5 3 1 -1, their median 2
    study = make_pair_study({"TREG": TREG}, response=["Y", "", "Y", "Y", ""])
    found = analyse_by_response(study, derive_pairs(study))
    assert pick(found, "IMM.BY_RESPONSE", "TREG", "N", group1_level="Y")[0] == 3
    assert pick(found, "IMM.BY_RESPONSE", "TREG", "median", group1_level="N")[0] == 1
    assert pick(found, "IMM.BY_RESPONSE", "TREG", "estimate", "Hodges-Lehmann")[0] == 2


def test_analyse_by_response__needs_the_events_of_the_response(make_pair_study, pick):
    study = make_pair_study({"TREG": TREG}, response=["Y"] * 5, absent=("cm",))
    found = analyse_by_response(study, derive_pairs(study))
    assert pick(found, "IMM.BY_RESPONSE", "TREG", "estimate", "Hodges-Lehmann") == (
        None, "not available in this cut: no CM domain",
    )  # fmt: skip


def test_analyse_by_response__one_group_alone_has_no_shift(make_pair_study, pick):
    study = make_pair_study({"TREG": TREG}, response=["Y"] * 5)
    found = analyse_by_response(study, derive_pairs(study))
    assert pick(found, "IMM.BY_RESPONSE", "TREG", "N", group1_level="N")[0] == 0
    stat, note = pick(found, "IMM.BY_RESPONSE", "TREG", "estimate", "Hodges-Lehmann")
    assert (stat, note) == (None, "not estimable: groups of 5 and 0 subjects")


def test_analyse_correlation__ranks_of_the_two_changes(make_pair_study, pick):
    # changes 3 0 5 1 2 and -4 -1 -9 -5 -3: ranks 4 1 5 2 3 and 3 5 1 2 4; r = 1 - 6 * (1+16+16+0+1) / 120
    study = make_pair_study({"TREG": TREG}, index=(-4, -1, -9, -5, -3))
    found = analyse_correlation(study, derive_pairs(study))
    assert pick(found, "IMM.CORRELATION", "TREG", "estimate", "Spearman")[0] == pytest.approx(-0.7, rel=1e-12)
    # atanh(0.7) is 0.867301, 1.959964 times the root of 1.245 / 2 is 1.546386: tanh(0.679085)
    assert pick(found, "IMM.CORRELATION", "TREG", "conf.high", "Spearman")[0] == pytest.approx(0.590924, rel=1e-5)


def test_analyse_correlation__serology_is_held_against_the_score_without_it(make_pair_study, pick):
    study = make_pair_study(laboratory={"C3": [(0.5, 0.6), (0.5, 0.7), (0.5, 0.8), (0.5, 0.9)]}, index=(-1, -2, -3, -4))
    adqs = study["adqs"]
    adqs.loc[(adqs["PARAMCD"] == "SLEDAI") & (adqs["AVISITN"] == 10), "AVAL"] = [16.0, 17.0, 18.0, 19.0]
    found = analyse_correlation(study, derive_pairs(study))
    assert pick(found, "IMM.CORRELATION", "C3", "estimate", "Spearman")[0] == -1


def test_analyse_correlation__subjects_without_the_index_are_left_out(make_pair_study, pick):
    study = make_pair_study({"TREG": TREG}, index=(-4, float("nan"), -9, -5, -3))
    found = analyse_correlation(study, derive_pairs(study))
    assert pick(found, "IMM.CORRELATION", "TREG", "N")[0] == 4


def test_analyse_correlation__an_index_after_the_death_does_not_count(make_pair_study, pick):
    cells = {"TREG": [(2, 3), (2, 4), (2, 5), (2, 6), (2, 7)]}
    study = make_pair_study(cells, index=(-1, -2, -3, -4, -5), deaths=(None, None, None, None, "2014-05-29"))
    adqs = study["adqs"]
    adqs.loc[(adqs["USUBJID"] == "S5") & (adqs["AVISITN"] == 10), "ADT"] = pd.Timestamp("2014-05-30")
    assert pick(analyse_correlation(study, derive_pairs(study)), "IMM.CORRELATION", "TREG", "N")[0] == 4
