"""The mixed model of the totals and its tipping point: what enters, what is shifted, and what is said without it."""

import pytest

from sap_helpers.analyses.sledai_model import analyse_models, list_implied_totals

# R: sleep$extra of both groups, moved by 10 so that they look like totals
FIRST = [10.7, 8.4, 9.8, 8.8, 9.9, 13.4, 13.7, 10.8, 10.0, 12.0]
SECOND = [11.9, 10.8, 11.1, 10.1, 9.9, 14.4, 15.5, 11.6, 14.6, 13.4]


def totals(last, first=FIRST):
    found = {f"S{i:02d}": {0: value} for i, value in enumerate(first)}
    for (name, weeks), value in zip(found.items(), last, strict=False):
        found[name] = weeks | ({10: value} if value is not None else {})
    return {"SLEDAI": found}


def test_analyse_models__two_complete_weeks_are_the_paired_t_test(make_scores, pick):
    model, _, _ = analyse_models(make_scores(totals(SECOND)))
    # R: t.test(sleep$extra[11:20], sleep$extra[1:10], paired = TRUE)
    at = {"method": "Kenward-Roger", "group1_level": "10"}
    assert pick(model, "SLEDAI.MMRM", "SLEDAI", "estimate", **at)[0] == pytest.approx(1.58, rel=1e-10)
    assert pick(model, "SLEDAI.MMRM", "SLEDAI", "df", **at)[0] == pytest.approx(9, rel=1e-8)
    assert pick(model, "SLEDAI.MMRM", "SLEDAI", "p.value", **at)[0] == pytest.approx(0.00283289019738427, rel=1e-8)


def test_analyse_models__every_planned_week_has_its_rows(make_scores, plan):
    model, every, _ = analyse_models(make_scores(totals(SECOND)))
    weeks = {row.key.group1_level for row in model if row.stat_name == "estimate"}
    assert weeks == {str(week) for week in plan.sledai.model_weeks}
    assert {r.key.group1_level for r in every if r.stat_name == "estimate"} == {str(week) for week in plan.time.weeks}


def test_analyse_delta__complete_data_cannot_tip(make_scores, pick):
    _, _, delta = analyse_models(make_scores(totals(SECOND)))
    for points in ("0", "8"):
        at = {"method": "Kenward-Roger", "group1_level": "10", "group2_level": points}
        assert pick(delta, "SLEDAI.DELTA", "SLEDAI", "estimate", **at)[0] == pytest.approx(1.58, rel=1e-10)


def test_analyse_delta__points_times_the_share_missing(make_scores, pick):
    model, _, delta = analyse_models(make_scores(totals([None, None, *SECOND[2:]])))
    own = pick(model, "SLEDAI.MMRM", "SLEDAI", "estimate", "Kenward-Roger", group1_level="10")[0]
    at = {"group1_level": "10", "group2_level": "5"}
    assert pick(delta, "SLEDAI.DELTA", "SLEDAI", "n", **at)[0] == 2
    assert pick(delta, "SLEDAI.DELTA", "SLEDAI", "N", **at)[0] == 10
    # 5 points for 2 of 10
    shifted = pick(delta, "SLEDAI.DELTA", "SLEDAI", "estimate", "Kenward-Roger", **at)[0]
    assert shifted == pytest.approx(own + 1.0, rel=1e-12)


def test_analyse_delta__without_points_is_the_model(make_scores, pick):
    model, _, delta = analyse_models(make_scores(totals([None, None, *SECOND[2:]])))
    for name in ("estimate", "std.error", "df", "conf.low", "conf.high", "p.value"):
        own = pick(model, "SLEDAI.MMRM", "SLEDAI", name, "Kenward-Roger", group1_level="10")[0]
        at = {"group1_level": "10", "group2_level": "0"}
        assert pick(delta, "SLEDAI.DELTA", "SLEDAI", name, "Kenward-Roger", **at)[0] == pytest.approx(own, rel=1e-12)


def test_list_implied_totals__complete_them_to_the_models_mean(make_scores, pick):
    study = make_scores(totals([None, None, *SECOND[2:]]))
    own = pick(analyse_models(study)[0], "SLEDAI.MMRM", "SLEDAI", "estimate", "Kenward-Roger", group1_level="10")[0]
    implied = list_implied_totals(study)
    assert implied["USUBJID"].tolist() == ["S00", "S01"]
    assert implied["LASTAVAL"].tolist() == [10.7, 8.4]
    mean = (implied["AVAL"].sum() + sum(SECOND[2:])) / 10 - sum(FIRST) / 10
    assert mean == pytest.approx(own, rel=1e-10)


def test_analyse_models__too_few_values_leave_no_model_and_no_tipping_point(make_scores, pick):
    few = [None] * 6 + SECOND[6:]
    model, _, delta = analyse_models(make_scores(totals(few)))
    why = "4 values at week 10: a week enters with at least 5"
    assert pick(model, "SLEDAI.MMRM", "SLEDAI", "estimate", "Kenward-Roger", group1_level="10") == (None, why)
    at = {"group1_level": "10", "group2_level": "3"}
    assert pick(delta, "SLEDAI.DELTA", "SLEDAI", "estimate", "Kenward-Roger", **at) == (None, why)
    assert pick(delta, "SLEDAI.DELTA", "SLEDAI", "n", **at)[0] == 6
    assert list_implied_totals(make_scores(totals(few))).empty


def test_analyse_models__nobody_due_plans_the_same_rows(make_scores):
    full = [row.result_id for part in analyse_models(make_scores(totals(SECOND))) for row in part]
    none = [row for part in analyse_models(make_scores(totals(SECOND), cut_date="2014-03-20")) for row in part]
    assert [row.result_id for row in none] == full
    assert {row.note for row in none if row.stat is None} == {"no subject due yet"}


def test_analyse_models__without_questionnaires_plans_the_same_rows(make_scores):
    full = [row.result_id for part in analyse_models(make_scores(totals(SECOND))) for row in part]
    none = [row for part in analyse_models(make_scores(totals(SECOND), absent=("qs",))) for row in part]
    assert [row.result_id for row in none] == full
    assert {row.stat for row in none} == {None}
