"""The table object."""

import pytest

from sap_helpers.show.display import Cell, Column, Row, Table, spanned


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


def test_mimebundle__gives_html_and_text(table):
    assert set(table._repr_mimebundle_()) == {"text/html", "text/plain"}
