"""Column widths and type size."""

from dataclasses import replace

import pytest

from sap_helpers.run.export.layout import TEXT_WIDTH_PT, lay_out, place_cells, text_width
from sap_helpers.show.display import Cell, Column, Row, Table, spanned


def wide(columns, text):
    """Return a table of one row of the same text; a number does not wrap."""
    cells = tuple(Cell(text) for _ in range(columns - 1))
    return Table("P", "T", "H", tuple(Column("H") for _ in cells), (Row(text, cells),)).grid


def test_lay_out__small_table_has_full_size_and_its_own_width(make_table):
    found = lay_out(make_table([("Fever", "3")]).display.grid)
    assert found.size_pt == 9
    assert sum(found.widths_pt) < TEXT_WIDTH_PT / 4


def test_lay_out__numbers_that_need_more_than_the_page_take_smaller_type():
    found = lay_out(wide(16, "12.3 (1.2)"))
    assert 6 <= found.size_pt < 9
    assert sum(found.widths_pt) <= TEXT_WIDTH_PT + 1e-6


def test_lay_out__texts_wrap_before_type_shrinks():
    found = lay_out(wide(6, "several words that go on and on for a while and longer"))
    assert found.size_pt == 9
    assert sum(found.widths_pt) == pytest.approx(TEXT_WIDTH_PT)


def test_lay_out__type_shrinks_before_a_text_stands_one_word_a_line():
    numbers = tuple(Cell("12.3 to 45.6") for _ in range(9))
    row = Row("several words that name the row", numbers)
    found = lay_out(Table("P", "T", "H", tuple(Column("H") for _ in numbers), (row,)).grid, 550)
    assert found.size_pt < 9
    assert found.widths_pt[0] >= 12 * found.size_pt


def test_lay_out__table_too_wide_in_the_smallest_type_still_fits_the_page():
    found = lay_out(wide(60, "1234567890"))
    assert found.size_pt == 6
    assert sum(found.widths_pt) == pytest.approx(TEXT_WIDTH_PT)


def test_lay_out__long_spanner_widens_the_columns_under_it(spanned_table):
    columns = spanned("Unbreakablelongspanner", spanned_table.display.columns)
    table = replace(spanned_table.display, columns=columns)
    assert sum(lay_out(table.grid).widths_pt[1:]) >= 9 * text_width("Unbreakablelongspanner")


def test_text_width__chinese_is_as_wide_as_its_type():
    assert text_width("发热") == pytest.approx(2.04)


def test_lay_out__short_heading_stands_in_one_line_and_a_fixed_space_never_breaks():
    table = Table("P", "T", "Grade missing", (Column("at week\u00a010"),), (Row("1", (Cell("2"),)),))
    first, second = lay_out(table.grid).widths_pt
    assert first > 9 * text_width("Grade missing", is_bold=True)
    assert second > 9 * text_width("week\u00a010", is_bold=True)


def test_place_cells__cell_from_above_stands_in_the_row_below(spanned_table):
    first, second = place_cells(spanned_table.display.grid.head)
    assert [(place.column, place.is_continued) for place in first] == [(0, False), (1, False)]
    assert [(place.column, place.is_continued) for place in second] == [(0, True), (1, False), (2, False)]
