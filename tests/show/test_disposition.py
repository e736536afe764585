"""Tables about the subjects: counts below what they divide, and summaries."""

from sap_helpers.results import Key, Result, Results
from sap_helpers.show.tables import make_table


def lines(table):
    return [(row.depth, row.label, *(cell.text for cell in row.cells)) for row in table.rows]


def count(key, n, total):
    return (Result(key, "n", n), Result(key, "N", total), Result(key, "p", n / total))


def test_count_table__reasons_stand_below_what_they_divide(plan):
    key = Key("DISP.FLOW", "SAF", variable="STOPPED", variable_level="Y")
    reason = key._replace(group1="DSDECOD", group1_level="ADVERSE EVENT")
    results = Results((*count(key._replace(variable="DOSED"), 40, 40), *count(key, 4, 40), *count(reason, 3, 40)))
    table = make_table("DISP.FLOW", results, plan)
    assert lines(table) == [
        (0, "Treated", "40/40", "100.0"),
        (0, "Treatment stopped early", "4/40", "10.0"),
        (1, "ADVERSE EVENT", "3/40", "7.5"),
    ]


def test_count_table__a_parent_without_numbers_is_a_heading(plan):
    key = Key("DEV.MAJOR", "SAF", "DVCAT", "MAJOR", "DVDECOD", "Dose", "DEVIATION", "Y")
    table = make_table("DEV.MAJOR", Results(count(key, 1, 40)), plan)
    assert lines(table) == [(0, "MAJOR"), (1, "Dose", "1/40", "2.5")]


def test_count_table__a_bare_count_has_one_column(plan):
    rows = Results((Result(Key("DISP.SETS", "FAS", variable="FAS", variable_level="Y"), "n", 38),))
    assert lines(make_table("DISP.SETS", rows, plan)) == [(0, "Full analysis set", "38")]


def test_count_table__what_is_not_available_says_so(plan):
    key = Key("DEV.MAJOR", "SAF", "DVCAT", "MAJOR", variable="DEVIATION", variable_level="Y")
    rows = tuple(Result(key, name, None, "not available: no DV domain") for name in ("n", "N", "p"))
    assert lines(make_table("DEV.MAJOR", Results(rows), plan)) == [(0, "MAJOR", "not available: no DV domain", "–")]


def test_summary_table__numbers_have_lines_and_levels_have_counts(plan):
    age = Key("BASE.TABLE1", "SAF", variable="AGE")
    stats = {"N": 40, "mean": 31.25, "sd": 9.06, "median": 30, "p25": 24.5, "p75": 38, "min": 18, "max": 60}
    sex = Key("BASE.TABLE1", "SAF", variable="SEX", variable_level="F")
    rows = (*(Result(age, name, stat) for name, stat in stats.items()), *count(sex, 37, 40))
    table = make_table("BASE.TABLE1", Results(rows), plan)
    assert lines(table) == [
        (0, "Age (years)"),
        (1, "n", "40"),
        (1, "Mean (SD)", "31.3 (9.1)"),
        (1, "Median (Q1, Q3)", "30.0 (24.5, 38.0)"),
        (1, "Minimum, maximum", "18.0, 60.0"),
        (0, "Sex"),
        (1, "female", "37/40 (92.5%)"),
    ]


def test_summary_table__nobody_measured_is_one_line(plan):
    key = Key("BASE.TABLE1", "SAF", variable="C3")
    rows = (Result(key, "N", 0), *(Result(key, name, None, "no value recorded") for name in ("mean", "sd", "median")))
    assert lines(make_table("BASE.TABLE1", Results(rows), plan)) == [(0, "C3 (g/L)", "no value recorded")]
