"""Generic tables about the subjects."""

from sap_helpers.results import Key, Result, Results
from sap_helpers.show.display import Cell
from sap_helpers.show.disposition import count_table, nested_rows, summary_table


def lines(table):
    return [(row.depth, row.label, *(cell.text for cell in row.cells)) for row in table.rows]


def count(key, n, total):
    return (Result(key, "n", n), Result(key, "N", total), Result(key, "p", n / total))


def test_count_table__reasons_stand_below_what_they_divide(plan):
    key = Key("DISP.FLOW", "SAF", variable="STOPPED", variable_level="Y")
    reason = key._replace(group1="DSDECOD", group1_level="ADVERSE EVENT")
    results = Results((*count(key._replace(variable="DOSED"), 40, 40), *count(key, 4, 40), *count(reason, 3, 40)))
    table = count_table(results, plan, "DISP.FLOW", title="Flow", labels={"DOSED": "Treated", "STOPPED": "Stopped"})
    assert lines(table) == [
        (0, "Treated", "40/40", "100.0"),
        (0, "Stopped", "4/40", "10.0"),
        (1, "ADVERSE EVENT", "3/40", "7.5"),
    ]


def test_count_table__a_parent_without_numbers_is_a_heading(plan):
    key = Key("DEV.MAJOR", "SAF", "DVCAT", "MAJOR", "DVDECOD", "Dose", "DEVIATION", "Y")
    table = count_table(Results(count(key, 1, 40)), plan, "DEV.MAJOR", title="Deviations")
    assert lines(table) == [(0, "MAJOR"), (1, "Dose", "1/40", "2.5")]


def test_count_table__has_interval_and_events_where_there_are(plan, make_proportion):
    rows = make_proportion("AE.X", 5, 40, 0.042, 0.268, group1="", group1_level="", variable="ANY")
    events = Result(rows[0].key, "n.events", 9)
    table = count_table(Results((*rows, events)), plan, "AE.X", title="Events")
    assert [column.label for column in table.columns] == ["n/N", "%", "95% CI (%)", "Events"]
    assert lines(table) == [(0, "ANY", "5/40", "12.5", "4.2 to 26.8", "9")]


def test_count_table__a_bare_count_has_one_column(plan):
    rows = Results((Result(Key("DISP.SETS", "FAS", variable="FAS", variable_level="Y"), "n", 38),))
    assert lines(count_table(rows, plan, "DISP.SETS", title="Sets")) == [(0, "Full analysis set", "38")]


def test_count_table__what_is_not_available_says_so(plan):
    key = Key("DEV.MAJOR", "SAF", "DVCAT", "MAJOR", variable="DEVIATION", variable_level="Y")
    rows = tuple(Result(key, name, None, "not available: no DV domain") for name in ("n", "N", "p"))
    assert lines(count_table(Results(rows), plan, "DEV.MAJOR", title="T")) == [
        (0, "MAJOR", "not available: no DV domain", "–")
    ]


def test_summary_table__numbers_have_lines_and_levels_have_counts():
    age = Key("BASE.TABLE1", "SAF", variable="AGE")
    stats = {"N": 40, "mean": 31.25, "sd": 9.06, "median": 30, "p25": 24.5, "p75": 38, "min": 18, "max": 60}
    sex = Key("BASE.TABLE1", "SAF", variable="SEX", variable_level="F")
    rows = (*(Result(age, name, stat) for name, stat in stats.items()), *count(sex, 37, 40))
    table = summary_table(
        Results(rows), "BASE.TABLE1", title="T", labels={"AGE": "Age", "SEX": "Sex"}, places={"AGE": 1}
    )
    assert lines(table) == [
        (0, "Age"),
        (1, "n", "40"),
        (1, "Mean (SD)", "31.3 (9.1)"),
        (1, "Median (Q1, Q3)", "30.0 (24.5, 38.0)"),
        (1, "Minimum, maximum", "18.0, 60.0"),
        (0, "Sex"),
        (1, "female", "37/40 (92.5%)"),
    ]


def test_summary_table__nobody_measured_is_one_line():
    key = Key("BASE.TABLE1", "SAF", variable="C3")
    rows = (Result(key, "N", 0), *(Result(key, name, None, "no value recorded") for name in ("mean", "sd", "median")))
    assert lines(summary_table(Results(rows), "BASE.TABLE1", title="T")) == [(0, "C3", "no value recorded")]


def test_nested_rows__a_heading_stands_once():
    rows = nested_rows([(("a", "b"), (Cell("1"),)), (("a", "c"), (Cell("2"),))])
    assert [(row.label, row.depth, len(row.cells)) for row in rows] == [("a", 0, 0), ("b", 1, 1), ("c", 1, 1)]
