"""Figures of the primary outcome."""

import pytest

from sap_helpers.results import Key, Result, Results
from sap_helpers.show.sri_figures import (
    analyses_figure,
    components_figure,
    response_figure,
    subgroup_figure,
    time_to_figure,
)


def test_response_figure__the_words_hold_its_numbers(primary, plan):
    alt = response_figure(primary, plan).alt
    assert "Week 10: 27/38, 71.1%, interval 54.1 to 84.6" in alt
    assert "Week 12: no subject due yet" in alt


def test_response_figure__is_the_same_bytes_each_time(primary, plan):
    assert response_figure(primary, plan) == response_figure(primary, plan)


def test_response_figure__its_numbers_follow_as_a_table(primary, plan):
    assert len(response_figure(primary, plan, stamp="cut c1").numbers.rows) == 3


def test_components_figure__names_every_component(plan, make_proportion):
    rows = [
        row
        for variable in ("SLEDAI_RED4", "BILAG_NO_NEW", "PGA_NO_WORSE")
        for row in make_proportion("SRI.COMPONENTS", 29, 38, 0.598, 0.886, variable=variable)
    ]
    alt = components_figure(Results(tuple(rows)), plan).alt
    assert alt.count("week 10: 29/38, 76.3%, interval 59.8 to 88.6") == 3


def test_analyses_figure__has_the_primary_among_its_words(primary, plan):
    assert "Primary: 27/38, 71.1%, interval 54.1 to 84.6" in analyses_figure(primary, plan).alt


def test_subgroup_figure__names_subgroup_and_level(primary, plan, make_proportion):
    rows = make_proportion("SRI.SUBGROUP", 16, 21, 0.528, 0.918, group2="Baseline SLEDAI", group2_level=">= 12")
    figure = subgroup_figure(primary + Results(rows), plan)
    assert "Baseline SLEDAI ≥ 12: 16/21, 76.2%, interval 52.8 to 91.8" in figure.alt


def test_subgroup_figure__a_level_with_nobody_says_so(primary, plan, make_proportion):
    rows = make_proportion("SRI.SUBGROUP", 0, 0, None, None, group2="Sex", group2_level="M")
    assert "Sex male: no subject due yet" in subgroup_figure(primary + Results(rows), plan).alt


def test_time_to_figure__says_the_percentage_without_response_by_day(plan):
    key = Key("SRI.TIME_TO", "FAS", "DAY", "15", variable="SRI4")
    curve = key._replace(method="Kaplan-Meier")
    rows = [Result(key, "n", 38)]
    rows += [Result(curve, name, stat) for name, stat in (("estimate", 0.684), ("conf.low", 0.51), ("conf.high", 0.8))]
    assert "day 15: 68.4 (51.0 to 80.0)" in time_to_figure(Results(tuple(rows)), plan).alt


def test_time_to_figure__without_any_number_gives_the_reason(plan):
    key = Key("SRI.TIME_TO", "FAS", "DAY", "15", variable="SRI4", method="Kaplan-Meier")
    why = "not available: no QS domain"
    rows = tuple(Result(key, name, None, why) for name in ("estimate", "conf.low", "conf.high"))
    assert f"day 15: {why}" in time_to_figure(Results(rows), plan).alt


def test_response_figure__without_the_analysis_is_refused(plan):
    with pytest.raises(ValueError, match=r"no results of SRI\.PRIMARY"):
        response_figure(Results(), plan)


@pytest.mark.parametrize("draw", [response_figure, analyses_figure])
def test_figures__what_is_not_available_says_so_once_per_entry(draw, primary, plan):
    why = "not available: no QS domain"
    missing = Results(tuple(Result(row.key, row.stat_name, None, why) for row in primary))
    figure = draw(missing, plan)
    assert f"{why}." in figure.alt
    assert {cell.text for row in figure.numbers.rows for cell in row.cells} <= {why, "–", "FAS"}
