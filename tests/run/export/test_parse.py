"""A table read back from its HTML."""

import pytest

from sap_helpers.run.export.parse import parse_table, shown
from sap_helpers.show.display import Cell, Column, Row, Table, spanned

COLUMNS = (Column("n"), *spanned("Both", (Column("p"), Column("Word", is_number=False))))
ROWS = (Row("Group"), Row("One", (Cell("1"), Cell("not estimable here"), Cell("a <b> & c")), depth=2))
TABLE = Table("X.Y", "A <title>", "Stub", COLUMNS, ROWS, "SAF & co", ("Note 1.", "Note 2."), "results.csv", "cut c1")


@pytest.fixture(scope="module")
def read():
    return parse_table(TABLE.html(), "Page", "Table 1.1")


def test_parse_table__title_population_notes_and_source_are_as_written(read):
    assert (read.title, read.population) == ("A <title>", "SAF & co")
    assert (read.notes, read.source) == (("Note 1.", "Note 2."), "X.Y · results.csv · cut c1")


def test_parse_table__head_keeps_its_spans(read):
    spans = [[(cell.text, cell.columns, cell.rows) for cell in row.cells] for row in read.head]
    assert spans == [[("Stub", 1, 2), ("n", 1, 2), ("Both", 2, 1)], [("p", 1, 1), ("Word", 1, 1)]]
    assert read.columns == 4


def test_parse_table__heading_row_covers_all_columns(read):
    row = read.rows[0]
    assert (row.is_heading, row.cells[0].text, row.cells[0].columns) == (True, "Group", 4)


def test_parse_table__cells_keep_text_depth_and_side(read):
    row = read.rows[1]
    assert (row.depth, row.is_heading) == (2, False)
    assert [cell.text for cell in row.cells] == ["One", "1", "not estimable here", "a <b> & c"]
    assert [cell.is_number for cell in row.cells] == [False, True, True, False]


def test_parse_table__numbers_do_not_wrap_and_words_among_them_do(read):
    assert [cell.may_wrap for cell in read.rows[1].cells[1:3]] == [False, True]


def test_parse_table__lines_that_a_cell_opens_to_are_kept_apart():
    opening = "<td><details><summary>failed S</summary>SLEDAI 9 → 8<br>Rule 3</details></td>"
    read = parse_table(f"<thead><tr><th>A</th></tr></thead><tbody><tr>{opening}</tr></tbody>", "Page", "")
    assert [cell.text for cell in read.rows[0].cells] == ["failed S: SLEDAI 9 → 8; Rule 3"]


def test_parse_table__without_rows_says_so():
    table = parse_table(Table("X", "T", "Stub", (Column("n"),)).html(), "Page", "")
    assert [(cell.text, cell.columns) for cell in table.rows[0].cells] == [("No row to show.", 2)]


def test_parse_table__without_head_is_refused():
    with pytest.raises(ValueError, match="Table 1.1 on the page 'Page' has no heading row"):
        parse_table("<table><tbody></tbody></table>", "Page", "Table 1.1")


def test_shown__what_no_xml_may_hold_is_written_out():
    assert shown("a\u202eb\x07c\ufffed") == "a<U+202E>b<U+0007>c<U+FFFE>d"
