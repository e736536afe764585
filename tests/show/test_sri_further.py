"""Further tables of the primary outcome."""

import pytest

from sap_helpers.results import Key, Result, Results
from sap_helpers.show.tables import make_table


def lines(table):
    return [(row.label, *(cell.text for cell in row.cells)) for row in table.rows]


def test_events_table__has_a_row_per_reason_and_a_column_per_week(plan):
    counts = {("2", "DUE"): 38, ("10", "DUE"): 37, ("2", "STOPPED"): 0, ("10", "STOPPED"): 2}
    rows = [
        Result(Key("SRI.ICE", "FAS", "AVISITN", week, variable=name, variable_level="Y"), "n", n)
        for (week, name), n in counts.items()
    ]
    table = make_table("SRI.ICE", Results(tuple(rows)), plan)
    assert lines(table) == [("Due", "38", "37"), ("Treatment stopped", "0", "2")]


def test_tipping_table__has_a_row_per_number_of_missing(plan, make_proportion):
    rows = [
        row
        for k in (0, 1)
        for row in make_proportion("SRI.TIPPING", 27 + k, 38, 0.5, 0.9, group2="NRESP", group2_level=str(k))
    ]
    assert [line[:2] for line in lines(make_table("SRI.TIPPING", Results(tuple(rows)), plan))] == [
        ("0", "27/38"),
        ("1", "28/38"),
    ]


def benchmark(make_proportion, label, n, total, week="12"):
    return make_proportion(
        "SRI.BENCHMARK", n, total, 0.147, 0.494, population="", group1="SOURCE", group1_level=label, group2="AVISITN",
        group2_level=week,
    )  # fmt: skip


def test_benchmark_table__puts_the_trial_first(primary, plan, make_proportion):
    rows = benchmark(make_proportion, "He 2020, placebo and standard therapy", 9, 30)
    assert lines(make_table("SRI.BENCHMARK", primary + Results(rows), plan)) == [
        ("This trial, primary analysis", "SRI-4", "10", "27/38", "71.1", "54.1 to 84.6"),
        ("He 2020, placebo and standard therapy", "SRI-4", "12", "9/30", "30.0", "14.7 to 49.4"),
    ]


def test_benchmark_table__does_not_show_the_trial_twice(primary, plan, make_proportion):
    rows = benchmark(make_proportion, "This trial", 27, 38, "10")
    assert [line[0] for line in lines(make_table("SRI.BENCHMARK", primary + Results(rows), plan))] == ["This trial"]


def test_benchmark_table__is_no_comparison(primary, plan, make_proportion):
    table = make_table("SRI.BENCHMARK", primary + Results(benchmark(make_proportion, "This trial", 27, 38, "10")), plan)
    assert any("not a comparison" in note for note in table.footnotes)


def test_subgroup_table__indents_levels_below_their_subgroup(plan, make_proportion):
    rows = make_proportion("SRI.SUBGROUP", 16, 21, 0.528, 0.918, group2="Baseline SLEDAI", group2_level=">= 12")
    assert lines(make_table("SRI.SUBGROUP", Results(rows), plan)) == [
        ("Baseline SLEDAI",),
        ("≥ 12", "16/21", "76.2", "52.8 to 91.8"),
    ]


def test_subgroup_table__another_reading_has_its_own_heading(plan, make_proportion):
    rows = [
        row
        for variable in ("SRI4", "SRI4_NO_SEROLOGY")
        for row in make_proportion(
            "SRI.SUBGROUP", 2, 3, 0.1, 0.9, group2="Complement", group2_level="Low", variable=variable
        )
    ]
    headings = [row.label for row in make_table("SRI.SUBGROUP", Results(tuple(rows)), plan).rows if not row.cells]
    assert headings == ["Complement", "Complement (without serology items)"]


def test_over_time_table__shows_the_test(plan):
    key = Key("SRI.OVER_TIME", "FAS", variable="SRI4")
    test = key._replace(method="Cochran's Q")
    rows = (
        Result(key, "N", 38),
        Result(test, "statistic", 31.425),
        Result(test, "df", 4),
        Result(test, "p.value", 2e-6),
    )
    assert lines(make_table("SRI.OVER_TIME", Results(rows), plan)) == [("Cochran's Q", "38", "31.43", "4", "<0.001")]


@pytest.fixture
def time_to():
    key = Key("SRI.TIME_TO", "FAS", variable="SRI4", method="Kaplan-Meier")
    day = key._replace(group1="DAY", group1_level="15")
    step = key._replace(group1="STEPDAY", group1_level="13")
    curve = [("estimate", 0.684), ("conf.low", 0.51), ("conf.high", 0.8)]
    return Results(
        (
            Result(key._replace(method=""), "N", 40),
            Result(day._replace(method=""), "n", 38), *(Result(day, name, stat) for name, stat in curve),
            Result(step._replace(method=""), "n", 38), *(Result(step, name, stat) for name, stat in curve),
            Result(key, "median", 29), Result(key, "conf.low", 15), Result(key, "conf.high", None, "not reached"),
        )
    )  # fmt: skip


def test_time_to_table__shows_the_days_and_the_median(time_to, plan):
    assert lines(make_table("SRI.TIME_TO", time_to, plan)) == [
        ("Day 15", "38", "68.4", "51.0 to 80.0"),
        ("Median day", "all", "29", "15 to not reached"),
    ]
    assert make_table("SRI.TIME_TO", time_to, plan).population == "Full analysis set (FAS); in the curve: N = 40"


def test_sustained_table__shows_the_sustained_responses(plan, make_proportion):
    rows = make_proportion("SRI.TIME_TO", 8, 38, 0.096, 0.373, variable="SRI4_SUSTAINED", group1_level="2")
    assert lines(make_table("SRI.TIME_TO.SUSTAINED", Results(rows), plan)) == [("2", "8/38", "21.1", "9.6 to 37.3")]
