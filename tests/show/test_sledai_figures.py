"""Figures of disease activity: what their words say, and what stands where there is nothing to draw."""

import pandas as pd
import pytest

from sap_helpers.results import Key, Result, Results
from sap_helpers.show import sledai_figures, sledai_subjects

DUE = Key("SLEDAI.CHANGE", "FAS", variable="DEATH", variable_level="Y")
WHY = "no subject due yet"


def rows(key, note="", **stats):
    return tuple(Result(key, name.replace("_", "."), stat, note) for name, stat in stats.items())


def models(plan, *, is_fitted=True):
    found = [*rows(DUE, n=0, N=40)]
    for name, weeks in (("SLEDAI.MMRM", plan.sledai.model_weeks), ("SLEDAI.MMRM_ALL", plan.time.weeks)):
        total = Key(name, "FAS", variable="SLEDAI")
        found += rows(total, "" if is_fitted else WHY, N=40 if is_fitted else 0)
        found += rows(total._replace(group1="AVISITN", group1_level="0"), n=40)
        for week in weeks:
            key = total._replace(group1="AVISITN", group1_level=str(week))
            values = {"estimate": -week / 2, "std_error": 0.5, "df": 30.0, "conf_low": -week / 2 - 1, "conf_high": 1.0,
                      "p_value": 0.01}  # fmt: skip
            has = is_fitted and week != 24
            found += rows(key, n=38)
            found += rows(key._replace(method="Kenward-Roger"), "" if has else WHY,
                          **(values if has else dict.fromkeys(values)))  # fmt: skip
    return Results(tuple(found))


def test_model_figure__says_every_week_that_was_estimated(plan):
    figure = sledai_figures.model_figure(models(plan), plan)
    assert "Model to week 10: week 2 -1.0 (-2.0 to 1.0)" in figure.alt
    assert "week 20 -10.0" in figure.alt
    assert "week 24" not in figure.alt
    assert "N = 40" in figure.caption


def test_model_figure__without_a_model_says_why(plan):
    figure = sledai_figures.model_figure(models(plan, is_fitted=False), plan)
    assert figure.alt == "Mean change of SELENA-SLEDAI by week, mixed model: no subject due yet."


def cumulative():
    key = Key("SLEDAI.CHANGE", "FAS", "CHANGE", variable="SLEDAI")
    found = [*rows(DUE, n=0, N=4)]
    for level, n in (("<= -10", 1), ("<= -4", 3), ("<= 0", 4)):
        found += rows(key._replace(group1_level=level), n=n, N=4, p=n / 4)
    return Results(tuple(found))


def test_cumulative_figure__says_every_step(plan):
    figure = sledai_figures.cumulative_figure(cumulative(), plan)
    assert figure.alt.endswith("-10 or less 1/4 (25.0%); -4 or less 3/4 (75.0%); 0 or less 4/4 (100.0%).")


def test_cumulative_figure__without_pairs_says_why(plan):
    key = Key("SLEDAI.CHANGE", "FAS", variable="SLEDAI")
    figure = sledai_figures.cumulative_figure(Results((*rows(key, WHY, N=0), *rows(key, WHY, mean=None))), plan)
    assert figure.alt.endswith(": no subject due yet.")


def prevalence(plan):
    found = []
    for week in (0, *plan.time.weeks):
        for item in plan.instruments.sledai.items:
            key = Key("SLEDAI.ORGAN", "FAS", "AVISITN", str(week), "PARAMCD", item.code, "PRESENT", "Y")
            n = {"Rash": 20 if week == 0 else 5}.get(item.name, 0)
            found += rows(key, WHY, n=0, N=0, p=None) if week == 24 else rows(key, n=n, N=40, p=n / 40)
    return Results(tuple(found))


def test_items_figure__says_the_first_and_the_last_week_with_numbers(plan):
    figure = sledai_figures.items_figure(prevalence(plan), plan)
    assert figure.alt == (
        "Share of subjects with each SELENA-SLEDAI item, week 0 to week 20: Rash 50% to 13%. Other items in nobody."
    )
    assert len(figure.numbers.rows) == 24


@pytest.fixture
def changes():
    return pd.DataFrame(
        {
            "USUBJID": ["S1", "S2", "S3"], "BASE": [12.0, 10.0, 8.0], "AVAL": [2.0, 8.0, 9.0],
            "CHG": [-10.0, -2.0, 1.0], "SRI4": ["response", "no response", "not available"],
        }
    )  # fmt: skip


def test_waterfall_figure__runs_from_the_largest_rise_to_the_largest_fall(changes, plan):
    figure = sledai_subjects.waterfall_figure(cumulative(), changes, plan)
    assert [row.label for row in figure.numbers.rows] == ["S3", "S2", "S1"]
    assert figure.alt.startswith("Change of 3 subjects from 1 to -10 points; 1 fell by 4 or more.")


def test_waterfall_figure__is_one_picture_whatever_the_order(changes, plan):
    first = sledai_subjects.waterfall_figure(cumulative(), changes, plan)
    assert first.svg == sledai_subjects.waterfall_figure(cumulative(), changes.iloc[::-1], plan).svg


def by_week(plan):
    spread = {"mean": 5.0, "sd": 1.0, "median": 5.0, "p25": 4.0, "p75": 6.0, "min": 2.0, "max": 8.0}
    found = []
    for week in (0, *plan.time.weeks):
        key = Key("SLEDAI.BY_WEEK", "FAS", "AVISITN", str(week), variable="SLEDAI")
        found += [*rows(key, n=3, N=3), *rows(key, **spread)]
    return Results(tuple(found))


def totals(count):
    subjects = [f"S{i:03d}" for i in range(count) for _ in (0, 1)]
    return pd.DataFrame({"USUBJID": subjects, "AVISITN": [0, 10] * count, "AVAL": [12.0, 4.0] * count})


def test_trajectories_figure__few_subjects_are_lines(plan):
    figure = sledai_subjects.trajectories_figure(by_week(plan), totals(3), plan)
    assert "Thin lines: subjects" in figure.caption
    assert figure.alt.startswith("SELENA-SLEDAI of 3 subjects by week. Medians: week 0: 5.0, 3 subjects;")


def test_trajectories_figure__of_very_many_subjects_draws_the_first_and_the_medians_of_all(plan):
    most = plan.display.most_subjects
    few, many = (sledai_subjects.trajectories_figure(by_week(plan), totals(count), plan) for count in (most, most + 1))
    assert many.svg == few.svg
    assert many.alt.startswith("SELENA-SLEDAI of 101 subjects by week. Medians: week 0: 5.0")
    assert many.alt.endswith("Not all subjects are shown: the first 100 of 101 by identifier.")


def without_totals(plan):
    key = Key("SLEDAI.BY_WEEK", "FAS", "AVISITN", variable="SLEDAI")
    names = ("mean", "sd", "median", "p25", "p75", "min", "max")
    found = []
    for week in (0, *plan.time.weeks):
        here = key._replace(group1_level=str(week))
        found += [*rows(here, WHY, n=0, N=0), *rows(here, WHY, **dict.fromkeys(names))]
    return Results(tuple(found))


def test_trajectories_figure__without_totals_says_why(plan):
    figure = sledai_subjects.trajectories_figure(without_totals(plan), totals(0), plan)
    assert figure.alt == "SELENA-SLEDAI of every subject by week: no subject due yet."


def test_trajectories_figure__without_totals_keeps_the_rows_of_the_weeks(plan):
    figure = sledai_subjects.trajectories_figure(without_totals(plan), totals(0), plan)
    assert [row.label for row in figure.numbers.rows] == ["0", *(str(week) for week in plan.time.weeks)]
