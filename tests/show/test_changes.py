"""What changed since the previous report, in words and as a table."""

from dataclasses import replace

from sap_helpers.changes import Comparison, compare_results
from sap_helpers.results import Results
from sap_helpers.show.changes import changes_statement, changes_table
from sap_helpers.show.overview import change_parts


def test_changes_table__shows_then_beside_now_with_ids_for_now_alone(primary, make_proportion, plan):
    before = Results(make_proportion("SRI.PRIMARY", 9, 20, 0.2305779, 0.6847219, group1_level="10"))
    table = changes_table(compare_results(before, primary).changes, primary, plan)
    cells = next(row for row in table.rows if row.label == "SRI-4 response, week 10 (primary)").cells
    assert [cell.text for cell in cells] == ["FAS", "9/20", "27/38", "45.0", "71.1", "23.1 to 68.5", "54.1 to 84.6"]
    assert [bool(cell.result_ids) for cell in cells] == [False, *[False, True] * 3]


def test_changes_table__a_figure_that_is_new_says_that_it_was_not_there(primary, make_proportion, plan):
    before = Results(make_proportion("SRI.PRIMARY", 9, 20, 0.2305779, 0.6847219, group1_level="4"))
    table = changes_table(compare_results(before, primary).changes, primary, plan)
    assert {row.cells[1].text for row in table.rows if row.cells} == {"not in the previous report"}


def test_changes_table__one_outcome_of_two_sets_is_told_apart(make_proportion, plan):
    of = {"FAS": (4, 31, 0.0363, 0.2983), "REM": (4, 20, 0.0573, 0.4366)}
    about = {"group1": "", "variable": "RELAPSE", "variable_level": "Y"}
    rows = [make_proportion("REL.PARTICIPANTS", *of[name], population=name, **about) for name in of]
    now = Results(tuple(row for some in rows for row in some))
    before = Results(make_proportion("REL.PARTICIPANTS", 1, 2, 0.0, 1.0, population="SAF", **about))
    table = changes_table(compare_results(before, now).changes, now, plan)
    assert table.columns[0].label == "Set"
    assert [row.cells[0].text for row in table.rows if row.label == "Subjects with a relapse"] == ["FAS", "REM"]


def test_changes_table__what_did_not_change_is_left_out(primary, plan):
    assert changes_table((), primary, plan).rows == ()


def test_changes_table__says_what_counts_as_the_same(primary, plan):
    (note,) = changes_table((), primary, plan).footnotes
    assert note == (
        "Two numbers are the same where they differ by no more than 1e-07 of the larger one, or 1e-12 in all: "
        "processors round differently."
    )


def test_changes_statement__counts_and_names_the_causes(primary, make_proportion):
    before = Results((*make_proportion("SRI.PRIMARY", 9, 20, 0.2, 0.7, group1_level="10"), *primary.rows[:5]))
    compared = compare_results(before, primary, "data", "cut a before; other files: ae.csv", cut_id="a")
    statement = changes_statement(compared)
    assert statement.answer == (
        "5 of 10 compared results changed, 5 came: 10 with other data (cut a before; other files: ae.csv)."
    )
    assert statement.caveats == ()


def test_changes_statement__a_what_if_without_effect_says_so_and_what_was_not_run(primary, make_proportion, plan):
    more = make_proportion("REL.PARTICIPANTS", 9, 20, 0.2, 0.7)
    compared = compare_results(Results((*primary.rows, *more)), primary, "plan", "cut a before", cut_id="a")
    statement, table = change_parts(compared, primary, plan)
    assert statement.answer == "0 of 15 compared results changed."
    assert statement.caveats == ("Results of analyses that are not in this report, and so not compared: 5.",)
    assert table.rows == ()


def test_changes_statement__analyses_that_are_new_are_not_compared(primary):
    statement = changes_statement(compare_results(Results(), primary, cut_id="a"))
    assert statement.answer == "0 of 0 compared results changed."
    assert statement.caveats == ("Results of analyses that are not in the previous report, and so not compared: 15.",)


def test_change_parts__without_an_earlier_report_says_so(primary, plan):
    (statement,) = change_parts(None, primary, plan)
    assert statement.answer == "There is no earlier report to compare this one with."
    assert statement.caveats == ()


def test_change_parts__a_report_that_is_damaged_is_named(primary, plan):
    damaged = Comparison(damaged=("a: results.csv is not the file that was published.",))
    said = "Not compared with a report that is damaged: a: results.csv is not the file that was published."
    (statement,) = change_parts(damaged, primary, plan)
    assert (statement.answer, statement.caveats) == ("There is no earlier report to compare this one with.", (said,))
    compared = replace(compare_results(primary, primary, cut_id="b"), damaged=damaged.damaged)
    assert change_parts(compared, primary, plan)[0].caveats == (said,)
