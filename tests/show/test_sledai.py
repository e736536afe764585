"""The words and tables of disease activity, from hand-typed results."""

import pytest

from sap_helpers.results import Key, Result, Results
from sap_helpers.show.answers import answer_index
from sap_helpers.show.sledai_labels import criteria_text
from sap_helpers.show.tables import make_table

CHANGE = Key("SLEDAI.CHANGE", "FAS", variable="SLEDAI")
MODEL = Key("SLEDAI.MMRM", "FAS", "AVISITN", "10", variable="SLEDAI", method="Kenward-Roger")


def rows(key, note="", **stats):
    """Return rows of one key; underscores stand for points in the names."""
    return tuple(Result(key, name.replace("_", "."), stat, note) for name, stat in stats.items())


def at_week(key, week):
    here = key._replace(group1="AVISITN", group1_level=week)
    return rows(here, mean=1.0, sd=1.0, median=1.0, p25=1.0, p75=1.0)


def change(key, n, estimate, low, high):
    t = key._replace(method="paired t")
    shift = key._replace(method="Hodges-Lehmann")
    note = "" if low is not None else "no test: fewer than two pairs"
    return (
        *rows(key, N=n, mean=estimate, sd=2.0, median=estimate, p25=estimate, p75=estimate),
        *rows(t, note, estimate=estimate, conf_low=low, conf_high=high, p_value=0.0004 if low else None),
        *rows(key._replace(method="Wilcoxon signed-rank"), note, p_value=0.002 if low else None),
        *rows(shift, note, estimate=estimate, conf_low=low, conf_high=high),
        *at_week(key, "0"),
        *at_week(key, "10"),
    )


def all_changes(n=38, low=-10.4):
    found = [
        *change(CHANGE, n, -9.2, low, None if low is None else -7.9),
        *change(CHANGE._replace(analysis_id="SLEDAI.NO_ICE"), 35, -9.7, -10.8, -8.5),
        *change(CHANGE._replace(analysis_id="SLEDAI.SEROLOGY_FREE", variable="SLEDAI22"), 36, -8.0, -9.3, -6.7),
        *change(Key("PGA.CHANGE", "FAS", variable="PGA"), 38, -1.86, -2.0, -1.72),
        *rows(CHANGE._replace(variable="DEATH", variable_level="Y"), n=1, N=40, p=0.025),
    ]
    return Results(tuple(found))


def model_rows(**stats):
    return rows(MODEL, estimate=-9.51, conf_low=-10.84, conf_high=-8.18, std_error=0.66, df=36.9, p_value=0.0, **stats)


def texts(table):
    return [(row.label, [cell.text for cell in row.cells]) for row in table.rows]


def test_answer__says_pairs_and_model(plan):
    statement = answer_index(all_changes() + Results(model_rows()), plan)
    assert statement.answer == (
        "From week 0 to week 10 the SELENA-SLEDAI of 38 subjects changed by -9.2 points on average (95% confidence "
        "interval -10.4 to -7.9); over the whole full analysis set the mixed model gives -9.5 (-10.8 to -8.2)."
    )
    assert "regression to the mean" in statement.caveats[0]


def test_answer__carries_a_placebo_arm_and_no_guess_at_what_selection_makes(plan):
    key = Key("SLEDAI.RTM", "FAS", "CORRELATION", "0.5", variable="SLEDAI", method="truncated normal")
    selection = Results(rows(key, estimate=-3.1))
    statement = answer_index(all_changes() + Results(model_rows()) + selection, plan)
    assert statement.caveats[1] == (
        "Under placebo and standard therapy, in a randomised trial with the same limit of entry (He 2020, n = 30), the "
        "median total fell from 11 to 6 in 12 weeks."
    )
    assert "3.1" not in statement.text()


def test_answer__of_a_model_that_fell_back_gives_the_robust_limits(plan):
    robust = rows(MODEL._replace(method="Mancl-DeRouen"), std_error=0.8, df=37, conf_low=-11.13, conf_high=-7.89)
    statement = answer_index(all_changes() + Results((*model_rows(), *robust)), plan)
    assert "the mixed model gives -9.5 (-11.1 to -7.9)" in statement.answer
    assert "SLEDAI.MMRM|FAS|AVISITN|10|||SLEDAI||Mancl-DeRouen|conf.low" in statement.result_ids


def test_answer__one_pair_has_no_interval(plan):
    model = rows(MODEL, "no value", estimate=None, conf_low=None, conf_high=None)
    statement = answer_index(all_changes(1, None) + Results(model), plan)
    assert statement.answer == (
        "From week 0 to week 10 the SELENA-SLEDAI of 1 subject changed by -9.2 points on average (95% confidence "
        "interval: no test: fewer than two pairs)."
    )


def test_change_table__a_row_for_each_reading(plan):
    table = make_table("SLEDAI.CHANGE", all_changes(), plan)
    assert texts(table)[0] == (
        "All pairs", ["38", "-9.2", "-10.4 to -7.9", "-9.2", "-10.4 to -7.9"]
    )  # fmt: skip
    assert texts(table)[3][1][:2] == ["38", "-1.86"]
    assert "Deaths by the end of the week's window: 1 of 40; values up to a death are used." in table.footnotes


def model(note, *robust):
    counts = [*rows(MODEL._replace(method="", group1="", group1_level=""), note, N=40)]
    counts += [*rows(MODEL._replace(method="", group1_level="0"), n=40), *rows(MODEL._replace(method=""), n=38)]
    return Results((*counts, *model_rows(), *robust))


def test_model_table__names_the_covariance(plan):
    table = make_table("SLEDAI.MMRM", model("covariance: unstructured"), plan)
    assert texts(table)[1] == ("10", ["38", "-9.51", "0.66", "36.9", "-10.84 to -8.18"])
    assert "Covariance: unstructured." in table.footnotes


def test_model_table__another_covariance_brings_the_robust_error_and_its_limits(plan):
    robust = rows(MODEL._replace(method="Mancl-DeRouen"), std_error=0.71, df=37, conf_low=-10.95, conf_high=-8.07)
    table = make_table("SLEDAI.MMRM", model("covariance: compound symmetry", *robust), plan)
    assert [column.label for column in table.columns][2:4] == ["Model SE", "Robust SE"]
    assert texts(table)[1][1][2:] == ["0.66", "0.71", "37.0", "-10.95 to -8.07"]
    assert any(note.startswith("Limits and df are those of the robust standard error") for note in table.footnotes)


def delta(high):
    key = Key("SLEDAI.DELTA", "FAS", "AVISITN", "10", "DELTA", "0", "SLEDAI")
    found = []
    for points in (0, 8):
        at = key._replace(group2_level=str(points))
        limits = rows(at._replace(method="Kenward-Roger"), estimate=-2.0, conf_low=-4.0, p_value=0.02)
        found += [*rows(at, n=2, N=40), *limits, *rows(at._replace(method="Kenward-Roger"), conf_high=high[points])]
    return Results(tuple(found))


def test_delta_table__says_from_where_it_tips(plan):
    assert "From 8 points on the 95% interval holds no change." in make_table("SLEDAI.DELTA",
        delta({0: -0.5, 8: 0.1}), plan
    ).footnotes  # fmt: skip


def test_delta_table__says_that_it_does_not_tip(plan):
    table = make_table("SLEDAI.DELTA", delta({0: -0.5, 8: -0.1}), plan)
    assert any(note.endswith("interval excludes no change.") and "8" in note for note in table.footnotes)
    assert texts(table)[1] == ("+8", ["2/40", "-2.00", "-4.00 to -0.10"])


def by_week(analysis_id, variable, plan, **levels):
    found = []
    for week in (0, *plan.time.weeks):
        key = Key(analysis_id, "FAS", "AVISITN", str(week), variable=variable, **levels)
        if week == 24:
            why = "no subject due yet"
            spread = dict.fromkeys(("mean", "sd", "median", "p25", "p75", "min", "max"))
            found += [*rows(key, why, n=0, N=0), *rows(key, why, **spread)]
        else:
            values = {"mean": 4.25, "sd": 2.0, "median": 4.0, "p25": 2.0, "p75": 6.0, "min": 0.0, "max": 9.0}
            found += [*rows(key, n=38, N=40), *rows(key, **values)]
        if analysis_id == "SLEDAI.BY_WEEK" and week:
            death = key._replace(variable="DEATH", variable_level="Y")
            found += rows(death, n=0, N=0 if week == 24 else 40)
    return Results(tuple(found))


def test_by_week_table__values_and_deaths(plan):
    table = make_table("SLEDAI.BY_WEEK", by_week("SLEDAI.BY_WEEK", "SLEDAI", plan), plan)
    assert texts(table)[1] == ("2", ["38/40", "4.3 (2.0)", "4.0 (2.0, 6.0)", "0, 9", "0"])


def test_by_week_table__a_week_that_nobody_is_due_for(plan):
    table = make_table("SLEDAI.BY_WEEK", by_week("SLEDAI.BY_WEEK", "SLEDAI", plan), plan)
    assert texts(table)[-1] == ("24", ["no subject due yet", "–", "–", "–", "–"])


def test_by_week_table__the_pga_has_its_own_places(plan):
    results = by_week("PGA.CHANGE", "PGA", plan, group2="VALUES", group2_level="observed")
    assert texts(make_table("PGA.BY_WEEK", results, plan))[0][1][1] == "4.25 (2.00)"


@pytest.fixture
def bilag(plan):
    rule = plan.instruments.bilag
    found = []
    for week in (0, *plan.time.weeks):
        for code in rule.systems:
            key = Key("BILAG.SHIFT", "FAS", "AVISITN", str(week), variable=code)
            found += rows(key, N=3)
            for base in ("", *rule.grades) if week else ("",):
                for grade in rule.grades:
                    n = {"": {"C": 2, "B": 1}, "A": {"C": 2}, "B": {"B": 1}}.get(base, {}).get(grade, 0)
                    group = {"group2": "BASE", "group2_level": base} if base else {}
                    found += rows(key._replace(variable_level=grade, **group), n=n)
    return Results(tuple(found))


def test_bilag_table__only_grades_that_somebody_had(bilag, plan):
    found = texts(make_table("BILAG.SHIFT", bilag, plan))
    assert found[:3] == [
        ("Constitutional (pairs: 3)", []), ("A", ["0", "0", "2", "0", "0"]), ("B", ["0", "1", "0", "0", "0"]),
    ]  # fmt: skip
    assert len(found) == 27


def test_bilag_by_week_table__grades_a_and_b(bilag, plan):
    found = texts(make_table("BILAG.BY_WEEK", bilag, plan))
    assert found[0] == ("Constitutional", ["0 / 1"] * 10)
    assert found[-1] == ("Subjects", ["3"] * 10)


def test_criteria_text__is_made_of_the_plan(plan):
    found = [criteria_text(state, plan).replace("\N{NO-BREAK SPACE}", " ") for state in plan.sledai.states]
    assert found[0] == "Remission by the total: SELENA-SLEDAI < 4."
    assert found[2] == "DORIS remission: SELENA-SLEDAI without serology = 0; PGA < 0.5; prednisone ≤ 5 mg/day."
    assert "no central nervous system, vascular, renal, serosal, constitutional item present" in found[3]
