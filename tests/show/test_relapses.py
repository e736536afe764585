"""Words and tables of the relapses."""

import pytest

from sap_helpers.results import Key, Result, Results
from sap_helpers.show.answers import answer_relapses
from sap_helpers.show.lookup import statistics_of
from sap_helpers.show.relapse_words import CALENDAR, difference_label, reading_label
from sap_helpers.show.tables import make_table

OTHERS = (
    ("REL.WORST", ""), ("REL.BEST", ""), ("REL.AT_STOP", ""), ("REL.COMPOSITE", ""), ("REL.SETTLED", "SETTLED"),
    ("REL.SETTLED", "WORST"),
)  # fmt: skip
LIMITS = "not estimable: nobody at risk on day 84, last at risk on day 80"


def share(analysis_id, variable, n, total, low, high, population="REM", reading=""):
    group = "SENSITIVITY" if reading else ""
    key = Key(analysis_id, population, group, reading, variable=variable, variable_level="Y")
    why = "" if total else "no subject due yet"
    exact = key._replace(method="Clopper-Pearson")
    return (
        Result(key, "n", n, why), Result(key, "N", total, why), Result(key, "p", n / total if total else None, why),
        Result(exact, "conf.low", low, why), Result(exact, "conf.high", high, why),
    )  # fmt: skip


def point(analysis_id, day, n, estimate, low, high, note="", method="Kaplan-Meier", variable="RELAPSE"):
    key = Key(analysis_id, "REM", "DAY", day, variable=variable)
    stats = {"estimate": estimate, "conf.low": low, "conf.high": high}
    limits = [
        Result(key._replace(method=method), name, stat, "" if stat is not None else note)
        for name, stat in stats.items()
    ]
    return (Result(key, "n", n), *limits)


@pytest.fixture
def participants():
    """R: binom.test(7, 11), binom.test(3, 11), binom.test(7, 16)."""
    return Results(
        (
            *share("REL.PARTICIPANTS", "RELAPSE", 7, 11, 0.3079047, 0.8907366),
            *share("REL.PARTICIPANTS", "RELAPSE_RISE4", 3, 11, 0.0602177, 0.6097426),
            *share("REL.PARTICIPANTS", "RELAPSE", 7, 16, 0.1975341, 0.7012231, population="FAS"),
        )
    )


def cells(table):
    return {row.label: [cell.text for cell in row.cells] for row in table.rows}


def test_answer__quotes_the_primary_proportion_with_its_ids(participants, plan):
    said = answer_relapses(participants, plan)
    assert said.answer == (
        "Of 11 subjects in remission on treatment who stopped it and were followed, 7 had a SELENA-SLEDAI above their "
        "reference within 91 days of the last dose, at most to study day 182 (63.6%, 95% confidence interval 30.8 to "
        "89.1)."
    )
    assert "REL.PARTICIPANTS|REM|||||RELAPSE|Y||n" in said.result_ids


def test_answer__must_not_be_read_without_the_delay_of_visits_and_the_missing_control(participants, plan):
    delay, control = answer_relapses(participants, plan).caveats
    assert delay == CALENDAR
    assert control.startswith("There is no control group")


def test_answer__says_how_long_they_were_followed_and_how_late_a_date_may_be(participants, plan):
    days = Key("REL.PARTICIPANTS", "REM", variable="FOLLOWED_DAYS")
    gap = Key("REL.EVENTS", "REM", variable="RELAPSE", variable_level="GAP")
    rows = [Result(days, name, value) for name, value in (("median", 61), ("min", 17), ("max", 91))]
    rows += [Result(gap, "median", 20), Result(gap, "max", 60)]
    said = answer_relapses(participants + Results(tuple(rows)), plan)
    followed, late, _ = said.caveats
    assert followed.startswith("They were followed for 17 to 91 days after the last dose, median 61;")
    assert late.endswith("since the assessment before, here a median of 20 and at most 60 days.")
    assert {row.result_id for row in rows} <= set(said.result_ids)


def test_answer__nobody_due_says_so(plan):
    results = Results(share("REL.PARTICIPANTS", "RELAPSE", 0, 0, None, None))
    assert answer_relapses(results, plan).answer == (
        "Relapse within 91 days of the last dose, at most to study day 182: no subject due yet."
    )


def test_participants_table__gives_both_readings_side_by_side(participants, plan):
    rows = [
        *participants.rows,
        *share("REL.PARTICIPANTS", "RELAPSE_RISE4", 3, 16, 0.0404738, 0.4564566, population="FAS"),
    ]
    for analysis, case in OTHERS:
        rows += [
            row
            for name in ("RELAPSE", "RELAPSE_RISE4")
            for row in share(analysis, name, 0, 0, None, None, reading=case)
        ]
    table = make_table("REL.PARTICIPANTS", Results(tuple(rows)), plan)
    assert [column.spanner for column in table.columns[::2]] == ["Any rise (primary)", "Rise ≥ 4 points"]
    found = cells(table)
    assert found["Primary: after a remission, due and followed"] == [
        "7/11 (63.6%)",
        "30.8 to 89.1",
        "3/11 (27.3%)",
        "6.0 to 61.0",
    ]
    assert found["Not followed counts as relapsed"][0] == "no subject due yet"
    assert found["Relapsed, or followed for at least 56 days after the last dose"][0] == "no subject due yet"


def test_participants_table__has_the_delay_of_visits_as_a_footnote(plan):
    places = [(name, "REM", case) for name, case in (("REL.PARTICIPANTS", ""), *OTHERS)]
    places.append(("REL.PARTICIPANTS", "FAS", ""))
    rows = [
        row
        for name, population, case in places
        for variable in ("RELAPSE", "RELAPSE_RISE4")
        for row in share(name, variable, 1, 2, 0.1, 0.9, population=population, reading=case)
    ]
    footnotes = make_table("REL.PARTICIPANTS", Results(tuple(rows)), plan).footnotes
    assert CALENDAR in footnotes


def test_curve_table__says_why_a_day_has_no_estimate_and_gives_no_limits_at_certainty(plan):
    median = Key("REL.KM", "REM", variable="RELAPSE", method="Kaplan-Meier")
    rows = (
        *point("REL.KM", "28", 6, 1.0, None, None, "limits not estimable where the estimate is 1"),
        *point("REL.KM", "56", 2, 50 / 189, 0.0436514, 0.5685675), *point("REL.KM", "84", 0, None, None, None, LIMITS),
        Result(median, "median", 43), Result(median, "conf.low", 10),
        Result(median, "conf.high", None, "not reached: upper limit"),
    )  # fmt: skip
    found = cells(make_table("REL.KM", Results(rows), plan))
    assert found["Day 28"] == ["6", "100.0", "not estimable"]
    assert found["Day 56"] == ["2", "26.5", "4.4 to 56.9"]
    assert found["Day 84"] == ["0", LIMITS, "–"]
    assert found["Median day"] == ["all", "43", "10 to not reached"]


def test_curve_table__of_the_mean_number_is_no_percentage(plan):
    rows = point("REL.EVENTS", "28", 9, 0.3575758, 0.164134, 0.7790002, method="mean cumulative function")
    table = make_table("REL.EVENTS.MEAN", Results(rows), plan)
    assert cells(table)["Day 28"] == ["9", "0.36", "0.16 to 0.78"]
    assert table.columns[1].label == "Mean number"


def test_events_table__counts_the_relapses_that_stayed_below_the_limit(plan):
    rows = []
    for name, events, low in (("RELAPSE", 11, 4), ("RELAPSE_RISE4", 4, 0)):
        key = Key("REL.EVENTS", "REM", variable=name)
        exact = key._replace(method="exact Poisson")
        rows += [
            Result(key, "n.events", events), Result(key, "person.years", 597 / 365.25), Result(key, "estimate", 6.7299),
            Result(exact, "conf.low", 3.3595), Result(exact, "conf.high", 12.0416),
            Result(key._replace(variable_level="BELOW4"), "n", low),
        ]  # fmt: skip
    found = cells(make_table("REL.EVENTS", Results(tuple(rows)), plan))
    assert found["Relapses"] == ["11", "4"]
    assert found["of them below 4 at the visit that found them"] == ["4", "0"]
    assert found["Person-years"] == ["1.63", "1.63"]
    assert found["95% CI"] == ["3.36 to 12.04", "3.36 to 12.04"]


def test_flow_table__indents_each_count_under_what_it_is_a_part_of(plan):
    rows = []
    for variable, population in (
        ("NOT_STOPPED", "FAS"), ("STOPPED", "FAS"), ("NO_REMISSION", "FAS"), ("REMISSION", "FAS"), ("NOT_DUE", "REM"),
        ("NOT_FOLLOWED", "REM"), ("EVALUABLE", "REM"),
    ):  # fmt: skip
        rows += share("REL.PARTICIPANTS", variable, 1, 4, 0.0, 1.0, population=population)[:3]
    rows += share("REL.AT_STOP", "REMISSION_LOST", 1, 11, 0.0, 1.0)[:3]
    table = make_table("REL.FLOW", Results(tuple(rows)), plan)
    assert [row.depth for row in table.rows] == [0, 0, 1, 1, 2, 2, 2, 3]
    assert cells(table)["Remission lost before stopping: reference at 4 or more"] == ["1/11 (9.1%)"]


def test_sensitivity_table__shows_every_definition_the_primary_first(participants, plan):
    rows = [*participants.rows]
    for definition in plan.relapse.of("sensitivity"):
        rows += share("REL.SENSITIVITY", definition.variable, 4, 12, 0.1, 0.6, reading=definition.reading)
    table = make_table("REL.SENSITIVITY", Results(tuple(rows)), plan)
    assert [row.label for row in table.rows] == [
        "Any rise (primary)", "Rise ≥ 4 points", "Rise ≥ 3 points", "Return to ≥ 4", "Remission at ≤ 4",
        "Remission at ≤ 4, rise ≥ 4", "Reference up to 2 days after the last dose",
        "Reference up to 2 days after the last dose, rise ≥ 4", "Any time after the reference to day 182",
        "Any time after the reference to day 182, rise ≥ 4",
    ]  # fmt: skip


def test_definitions_table__holds_the_values_of_the_plan(participants, plan):
    found = cells(make_table("REL.DEFINITIONS", participants, plan))
    assert found["Any rise (primary)"] == ["< 4", "14 days", "rise ≥ 1 point", "91 days, day 182"]
    assert found["Return to ≥ 4"] == ["< 4", "14 days", "total ≥ 4", "91 days, day 182"]
    assert found["Any time after the reference to day 182"][3] == "day 182"


def test_statistics_of__without_such_a_result_says_so(participants):
    with pytest.raises(ValueError, match=r"REL\.PARTICIPANTS: no result of STOPPED in FAS"):
        statistics_of(participants, "STOPPED", population="FAS")


def test_labels__name_a_definition_by_what_the_plan_says(plan):
    primary = plan.relapse.primary.model_copy(update={"least_rise": 2})
    assert reading_label(primary, plan) == "Rise ≥ 2 (primary)"
    assert difference_label(plan.relapse.of("beside")[0], plan) == "Rise ≥ 4 points"
