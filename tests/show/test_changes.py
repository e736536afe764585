"""What changed since the previous report, in words and as a table."""

from sap_helpers.changes import compare_results
from sap_helpers.results import Results
from sap_helpers.show.changes import changes_statement, changes_table
from sap_helpers.show.overview import change_parts


def test_changes_table__shows_then_beside_now_with_ids_for_now_alone(primary, make_proportion, plan):
    before = Results(make_proportion("SRI.PRIMARY", 9, 20, 0.2305779, 0.6847219, group1_level="10"))
    table = changes_table(compare_results(before, primary), primary, plan)
    cells = next(row for row in table.rows if row.label == "SRI-4 response, week 10 (primary)").cells
    assert [cell.text for cell in cells] == ["FAS", "9/20", "27/38", "45.0", "71.1", "23.1 to 68.5", "54.1 to 84.6"]
    assert [bool(cell.result_ids) for cell in cells] == [False, *[False, True] * 3]


def test_changes_table__a_figure_that_is_new_says_that_it_was_not_there(primary, plan):
    table = changes_table(compare_results(Results(), primary), primary, plan)
    assert {row.cells[1].text for row in table.rows if row.cells} == {"not in the previous report"}


def test_changes_table__one_outcome_of_two_sets_is_told_apart(make_proportion, plan):
    of = {"FAS": (4, 31, 0.0363, 0.2983), "REM": (4, 20, 0.0573, 0.4366)}
    about = {"group1": "", "variable": "RELAPSE", "variable_level": "Y"}
    rows = [make_proportion("REL.PARTICIPANTS", *of[name], population=name, **about) for name in of]
    now = Results(tuple(row for some in rows for row in some))
    table = changes_table(compare_results(Results(), now), now, plan)
    assert table.columns[0].label == "Set"
    assert [row.cells[0].text for row in table.rows if row.label == "Subjects with a relapse"] == ["FAS", "REM"]


def test_changes_table__what_did_not_change_is_left_out(primary, plan):
    assert changes_table((), primary, plan).rows == ()


def test_changes_statement__counts_and_names_the_causes(primary):
    changes = compare_results(Results(), primary, "data", "cut a before; other files: ae.csv")
    assert changes_statement(changes, primary).answer == (
        "15 of 15 results differ from the previous report: 15 with other data (cut a before; other files: ae.csv)."
    )


def test_changes_statement__nothing_changed(primary):
    assert changes_statement((), primary).answer == "No result differs from the previous report."


def test_change_parts__without_an_earlier_report_says_so(primary, plan):
    (statement,) = change_parts(None, primary, plan)
    assert statement.answer == "There is no earlier report to compare this one with."
