"""Words for codes."""

from sap_helpers.show.labels import (
    analysis_label,
    bilag_label,
    cut_stamp,
    level_label,
    population_label,
    regression_note,
    variable_label,
)


def test_population_label__an_unknown_set_is_shown_as_it_is():
    assert (population_label("FAS"), population_label("XYZ")) == ("Full analysis set (FAS)", "XYZ")


def test_variable_label__thresholds_are_the_plans(plan):
    assert variable_label("SLEDAI_RED4", plan) == "SELENA-SLEDAI reduced by ≥\u00a04"
    assert variable_label("PGA_NO_WORSE", plan) == "PGA rise <\u00a00.3"


def test_variable_label__an_unknown_variable_is_shown_as_it_is(plan):
    assert variable_label("XYZ", plan) == "XYZ"


def test_analysis_label__several_of_one_id_are_told_apart(plan):
    labels = [analysis_label(row, plan) for row in plan.sri.analyses]
    assert len(set(labels)) == len(labels)


def test_bilag_label__reads_the_criterion(plan):
    by_id = {row.id: bilag_label(row, plan) for row in plan.sri.analyses}
    assert (by_id["SRI.PRIMARY"], by_id["SRI.LITERAL_OR"]) == ("no A and ≤ 1 B", "no A or ≤ 1 B")


def test_level_label__uses_proper_signs():
    assert [level_label(level) for level in (">= 12", "<= 20 mg/day", "Y", "F")] == [
        "≥ 12",
        "≤ 20 mg/day",
        "yes",
        "female",
    ]


def test_regression_note__names_the_plans_limit(plan):
    assert "SELENA-SLEDAI of at least 8 improve by regression to the mean alone" in regression_note(plan)


def test_cut_stamp__carries_every_mark():
    text = cut_stamp("c1", "2015-01-31", synthetic=True, sealed=False, interim=True)
    assert text == "cut c1 (data to 2015-01-31), SYNTHETIC, unsealed cut, interim"
