"""Tables of the primary outcome."""

from sap_helpers.results import Key, Result, Results
from sap_helpers.show.answers import answer_response as answer
from sap_helpers.show.tables import make_table


def lines(table):
    return [(row.label, *(cell.text for cell in row.cells)) for row in table.rows]


def test_answer__says_count_percentage_and_interval_at_the_key_week(primary, plan):
    assert answer(primary, plan).answer == (
        "At week 10, 27 of 38 subjects of the full analysis set had an SRI-4 response "
        "(71.1%, 95% confidence interval 54.1 to 84.6)."
    )


def test_answer__is_never_given_without_regression_to_the_mean(primary, plan):
    assert "regression to the mean" in answer(primary, plan).caveats[0]


def test_answer__carries_the_five_results_it_quotes(primary, plan):
    assert len(answer(primary, plan).result_ids) == 5


def test_answer__nobody_due_is_said_in_words(plan, make_proportion):
    results = Results(make_proportion("SRI.PRIMARY", 0, 0, None, None))
    assert answer(results, plan).answer == "SRI-4 response at week 10: no subject due yet."


def test_response_table__shows_every_week_with_its_denominator(primary, plan):
    assert lines(make_table("SRI.PRIMARY", primary, plan)) == [
        ("2", "12/38", "31.6", "17.5 to 48.7"),
        ("10", "27/38", "71.1", "54.1 to 84.6"),
        ("12", "0/0", "no subject due yet", "–"),
    ]


def test_response_table__every_number_has_a_result(primary, plan):
    assert set(make_table("SRI.PRIMARY", primary, plan).result_ids) == {row.result_id for row in primary}


def test_response_table__stands_alone(primary, plan):
    table = make_table("SRI.PRIMARY", primary, plan, stamp="cut c1")
    assert table.population == "Full analysis set (FAS); due at week 10: N = 38"
    assert any("Clopper-Pearson" in note for note in table.footnotes)
    assert table.stamp == "cut c1"


def test_estimand_table__has_every_planned_analysis_once(primary, plan):
    shown = [row for row in make_table("SRI.ESTIMANDS", primary, plan).rows if row.cells]
    # and imputation and tipping point
    assert len(shown) == len(plan.sri.analyses) + 2


def test_estimand_table__only_what_keeps_the_question_is_called_sensitivity(primary, plan):
    rows = make_table("SRI.ESTIMANDS", primary, plan).rows
    first = next(i for i, row in enumerate(rows) if row.label == "Sensitivity")
    last = next(i for i, row in enumerate(rows) if row.label == "Supplementary")
    assert [row.label for row in rows[first + 1 : last]] == [
        "Wilson interval", "Multiple imputation (200 sets)", "Tipping point of the missing responses",
    ]  # fmt: skip


def test_estimand_table__tells_how_the_observed_analysis_differs(primary, plan):
    row = next(
        line for line in lines(make_table("SRI.ESTIMANDS", primary, plan)) if line[0] == "Observed responses only"
    )
    assert row[1:] == ("FAS", "2 to 10", "ignored", "left out", "≥ 4", "no A and ≤ 1 B", "< 0.3", "exact")


def test_components_table__puts_components_side_by_side(plan, make_proportion):
    rows = [
        row
        for variable, n in (("SLEDAI_RED4", 29), ("BILAG_NO_NEW", 32))
        for row in make_proportion("SRI.COMPONENTS", n, 38, 0.5, 0.9, variable=variable)
    ]
    table = make_table("SRI.COMPONENTS", Results(tuple(rows)), plan)
    assert lines(table) == [("10", "29/38 (76.3%)", "50.0 to 90.0", "32/38 (84.2%)", "50.0 to 90.0")]
    assert [column.spanner for column in table.columns][::2] == [
        "SELENA-SLEDAI reduced by ≥\u00a04",
        "No new BILAG activity",
    ]


def test_analyses_table__puts_analyses_and_imputation_side_by_side(primary, plan, make_proportion):
    pooled = Key("SRI.MI", "FAS", "AVISITN", "10", variable="SRI4", variable_level="Y", method="multiple imputation")
    imputed = [
        Result(pooled, name, stat) for name, stat in (("estimate", 0.7312), ("conf.low", 0.56), ("conf.high", 0.85))
    ]
    treated = make_proportion("SRI.ALL_TREATED", 27, 40, 0.509, 0.814, population="SAF")
    table = make_table("SRI.ANALYSES", primary + Results((*imputed, *treated)), plan)
    assert lines(table) == [
        ("Primary", "FAS", "27/38", "71.1", "54.1 to 84.6"),
        ("All treated subjects", "SAF", "27/40", "67.5", "50.9 to 81.4"),
        ("Multiple imputation (200 sets)", "FAS", "pooled over 200", "73.1", "56.0 to 85.0"),
    ]


def test_thresholds_table__names_the_points(plan, make_proportion):
    results = Results(make_proportion("SRI.THRESHOLDS", 22, 38, 0.408, 0.737, variable="SRI5"))
    assert lines(make_table("SRI.THRESHOLDS", results, plan)) == [
        ("SRI-5", "5 points", "22/38", "57.9", "40.8 to 73.7")
    ]
