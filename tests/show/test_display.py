"""Displays as data."""

import json

import pytest

from sap_helpers.show.display import MIME, SVG, Cell, Column, Figure, Row, Statement, Table, read_display, spanned


@pytest.fixture
def table():
    row = Row("2", (Cell("12/38", ("a|n", "a|N")), Cell("31.6", ("a|p",))))
    return Table("SRI.PRIMARY", "Response", "Week", (Column("n/N"), Column("%")), (row,))


def test_table__every_verb_leaves_the_table_as_it_was(table):
    changed = table.with_stamp("cut").with_footnotes("a")
    assert (table.stamp, table.footnotes) == ("", ())
    assert (changed.stamp, changed.footnotes) == ("cut", ("a",))


def test_table__a_row_of_another_length_is_refused():
    with pytest.raises(ValueError, match="table X: row 'a' has 1 cells for 2 columns"):
        Table("X", "T", "S", (Column("a"), Column("b")), (Row("a", (Cell("1"),)),))


def test_with_footnotes__each_stands_once(table):
    assert table.with_footnotes("a", "b").with_footnotes("a", "").footnotes == ("a", "b")


def test_with_rows__adds_below(table):
    assert [row.label for row in table.with_rows([Row("4")]).rows] == ["2", "4"]


def test_result_ids__are_all_that_is_shown(table):
    assert table.result_ids == ("a|n", "a|N", "a|p")


def test_cell__an_empty_text_is_refused():
    with pytest.raises(ValueError, match="an empty cell says nothing"):
        Cell(" ")


def test_spanned__puts_columns_under_one_heading():
    assert [column.spanner for column in spanned("PGA", (Column("n"), Column("%")))] == ["PGA", "PGA"]


def test_row__a_link_out_of_the_report_is_refused():
    with pytest.raises(ValueError, match="leads out of the report"):
        Row("a", href="javascript:alert(1)")


FULL = Table(
    "X", "T", "S", (Column("n"), *spanned("Both", (Column("p"), Column("Word", is_number=False)))),
    (
        Row("Group", href="sri.html#x"),
        Row("A-1", (Cell("1", ("x|n",)), Cell("2"), Cell("f", details=("a", "b"), state="failed")), 1, is_subject=True),
    ),
    "FAS", ("Note.",), "results.csv", "cut c1", is_long=True, kind="listing",
)  # fmt: skip


@pytest.mark.parametrize(
    "display",
    [FULL, Statement("27 of 38 <b>", ("caveat",), ("a|n",)), Figure("X", "T", b"<svg/>", "One.", "C.", FULL, "c", True),
     Figure("X", "T", b"<svg/>", "One.", "C.", None)],
    ids=["table", "statement", "figure", "figure without numbers"],
)  # fmt: skip
def test_read_display__is_the_inverse_of_what_a_notebook_keeps(display):
    data = json.loads(json.dumps(display._repr_mimebundle_()))
    assert read_display({"output_type": "display_data", "data": data}) == display
    assert set(data) == {MIME, "text/plain", SVG if isinstance(display, Figure) else "text/html"}


BAD_ROWS = ({"label": 1}, {"label": "a", "href": "//evil"}, {"label": "a", "cells": [{"text": " "}]})


@pytest.mark.parametrize(
    "data",
    [
        {"kind": "table"}, {"kind": "picture", "title": "T"}, [],
        *({"plan_id": "X", "title": "T", "stub": "S", "columns": [], "rows": [row]} for row in BAD_ROWS),
    ],
)  # fmt: skip
def test_read_display__other_data_are_refused(data):
    with pytest.raises(ValueError, match="validation error|no object"):
        read_display({"output_type": "display_data", "data": {MIME: data}})


def test_read_display__an_output_of_another_kind_is_none():
    assert read_display({"output_type": "stream", "text": "x"}) is None
    assert read_display({"output_type": "display_data", "data": {"text/plain": "x"}}) is None


def test_statement__html_escapes_and_text_holds_the_caveats():
    statement = Statement("27 of 38 <b>", ("caveat",))
    assert '<p class="sap-answer">27 of 38 &lt;b&gt;</p><p class="sap-caveat">caveat</p>' in statement.html()
    assert statement.text() == "27 of 38 <b>\ncaveat"


def test_grid__head_keeps_its_spans_and_a_heading_row_covers_all_columns():
    grid = FULL.grid
    spans = [[(cell.text, cell.columns, cell.rows) for cell in row.cells] for row in grid.head]
    assert spans == [[("S", 1, 2), ("n", 1, 2), ("Both", 2, 1)], [("p", 1, 1), ("Word", 1, 1)]]
    assert grid.columns == grid.rows[0].cells[0].columns == 4
    assert [row.is_heading for row in grid.rows] == [True, False]


def test_grid__numbers_do_not_wrap_and_words_among_them_do():
    table = Table("X", "T", "S", (Column("n"), Column("n")), (Row("a", (Cell("1"), Cell("not estimable here"))),))
    assert [cell.may_wrap for cell in table.grid.rows[0].cells] == [False, False, True]


def test_grid__a_cell_that_opens_keeps_its_lines_apart():
    assert FULL.grid.rows[1].cells[3].full_text == "f: a; b"


def test_grid__without_rows_the_body_says_so():
    (row,) = Table("X", "T", "S", (Column("n"),)).grid.body
    assert [(cell.text, cell.columns) for cell in row.cells] == [("No row to show.", 2)]
