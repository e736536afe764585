"""Numbers of tables, figures and listings."""

from dataclasses import replace

import pytest
from nbformat import v4

from sap_helpers.show.display import Cell, Column, Figure, Row, Table
from sap_helpers.show.page.numbering import number_displays
from sap_helpers.show.page.render import draft_page, render_page

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="10pt" height="10pt"/>'
TABLE = Table("X", "T", "S", (Column("n"),), (Row("a", (Cell("1"),)),))
LISTING, PLAIN = replace(TABLE, kind="listing"), replace(TABLE, kind="plain")
FIGURE = Figure("X", "T", SVG, "One.", "One point.", LISTING)


@pytest.fixture
def notebook(make_notebook, shown):
    made = make_notebook("# Title", [shown(TABLE), shown(FIGURE)], [shown(LISTING), shown(PLAIN), shown(TABLE)])
    made.metadata["sap"] = {"tables": "14.2.1", "listings": "16.2.6.1"}
    return made


def labels(notebook):
    return [shown.label for shown in number_displays(notebook)]


def test_number_displays__each_kind_counts_on_in_its_section(notebook):
    assert labels(notebook) == [
        "Table 14.2.1.1",
        "Figure 14.2.1.1",
        "Listing 16.2.6.1.1",
        "",
        "Table 14.2.1.2",
    ]


def test_number_displays__without_sections_there_are_no_numbers(notebook):
    del notebook.metadata["sap"]
    assert set(labels(notebook)) == {""}


def test_number_displays__numbers_that_stand_in_a_table_lead_to_it(make_notebook, shown):
    made = make_notebook([shown(TABLE), shown(replace(FIGURE, numbers=TABLE)), shown(FIGURE)])
    made.metadata["sap"] = {"tables": "14.2.1"}
    assert [one.numbers for one in number_displays(made)] == ["", "Table 14.2.1.1", ""]


def test_number_displays__an_output_that_is_none_counts_for_nothing(make_notebook, shown):
    made = make_notebook([v4.new_output("stream", name="stdout", text="x"), shown(TABLE)])
    assert [one and one.label for one in number_displays(made)] == [None, ""]


def test_render_page__titles_carry_the_numbers_and_outputs_their_anchors(notebook, context):
    page = render_page(draft_page(notebook), context)
    assert '<span class="sap-title"><span class="sap-number">Table 14.2.1.2.</span> T</span>' in page
    assert '<figcaption><span class="sap-number">Figure 14.2.1.1.</span> T. One point.' in page
    assert page.count('id="table-14-2-1-1"') == page.count('id="listing-16-2-6-1-1"') == 1
