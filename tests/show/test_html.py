"""Tables and statements as HTML."""

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from sap_helpers.show.display import Cell, Column, Row, Table, spanned
from sap_helpers.show.html import Around, table_html

HOSTILE = "<script>alert(1)</script>\u202e\"'"


def soup(table):
    return BeautifulSoup(table.html(), "html.parser")


@pytest.fixture
def table():
    rows = (Row("Sex"), Row("female", (Cell("5", ("x|Sex\nF|n",)), Cell("no subject due yet")), depth=1))
    return Table("X", "A title", "Group", (Column("n"), Column("%")), rows, population="FAS, N = 9")


def test_html__caption_holds_title_and_population(table):
    assert soup(table).caption.get_text(" ", strip=True) == "A title FAS, N = 9"


def test_html__every_heading_has_a_scope(table):
    assert [th["scope"] for th in soup(table).find_all("th")] == ["col", "col", "col", "rowgroup", "row"]


def test_html__a_page_marks_the_results_of_a_cell(table):
    markup = table_html(table.grid, Around(mark=lambda ids: f' data-r="{len(ids)}"' if ids else ""))
    assert [cell["data-r"] for cell in BeautifulSoup(markup, "html.parser").find_all(attrs={"data-r": True})] == ["1"]


def test_html__a_page_gives_number_and_anchor(table):
    markup = BeautifulSoup(table_html(table.grid, Around("Table 14.1.1")), "html.parser")
    assert markup.div["id"] == "table-14-1-1"
    assert markup.find(class_="sap-title").get_text() == "Table 14.1.1. A title"


LINKS = {"A-1": "subjects.html#subject-A-1", 'B"<2>': "subjects.html#subject-B"}


@pytest.mark.parametrize(
    ("row", "links"),
    [
        (Row("A-1", (Cell("x"),), is_subject=True), [("subjects.html#subject-A-1", "A-1")]),
        (Row('B"<2>', (Cell("x"),), is_subject=True), [("subjects.html#subject-B", 'B"<2>')]),
        (Row("x", (Cell("A-1", is_subject=True),)), [("subjects.html#subject-A-1", "A-1")]),
        (Row("A-2", (Cell("x"),), is_subject=True), []),
        (Row("A-1", (Cell("A-1"),)), []),
    ],
    ids=["heading of a row", "escaped", "cell", "nobody of the cut", "another column"],
)  # fmt: skip
def test_html__a_page_leads_from_a_subject_to_its_profile(row, links):
    markup = table_html(Table("X", "T", "S", (Column("n"),), (row,)).grid, Around(profiles=LINKS))
    assert [(a["href"], a.get_text()) for a in BeautifulSoup(markup, "html.parser").find_all("a")] == links


def test_html__a_cell_opens_to_its_lines(table):
    row = Row("S", (Cell("failed <S>", details=("9 < 8", "Rule 3"), state="failed"),), is_apart=True)
    markup = soup(Table("X", "T", "S", (Column("Week", is_number=False),), (row,)))
    assert markup.find("td")["class"] == ["sri-failed"]
    assert markup.find("td").decode_contents() == (
        "<details><summary>failed &lt;S&gt;</summary>9 &lt; 8<br/>Rule 3</details>"
    )
    assert markup.tbody.tr["class"] == ["sri-outside"]


def test_html__the_region_scrolls_takes_the_focus_and_has_a_name(table):
    region = soup(table).find(role="region")
    assert (region["tabindex"], region["aria-label"]) == ("0", "A title")


@pytest.mark.parametrize(
    ("kind", "classes"), [("listing", ["sap-table", "sap-listing"]), ("plain", ["sap-table", "sap-plain"])]
)
def test_html__says_of_what_kind_the_table_is(table, kind, classes):
    assert soup(replace(table, kind=kind)).div["class"] == classes


def test_html__has_no_style_and_no_id(table):
    assert not [tag for tag in soup(table).find_all() if "style" in tag.attrs or "id" in tag.attrs]


def test_html__words_in_a_column_of_numbers_may_wrap(table):
    assert soup(table).find("td", string="no subject due yet")["class"] == ["sap-num", "sap-words"]


def test_html__spanners_stand_over_their_columns():
    columns = (*spanned("PGA", (Column("n"), Column("%"))), Column("p"))
    table = Table("X", "T", "Week", columns, (Row("2", (Cell("1"), Cell("2"), Cell("3"))),))
    upper, lower = soup(table).thead.find_all("tr")
    assert [(th.text, th.get("colspan"), th.get("rowspan")) for th in upper.find_all("th")] == [
        ("Week", None, "2"),
        ("PGA", "2", None),
        ("p", None, "2"),
    ]
    assert [th.text for th in lower.find_all("th")] == ["n", "%"]


def test_html__every_text_is_escaped():
    columns = (Column(HOSTILE, spanner=HOSTILE),)
    table = Table(
        HOSTILE, HOSTILE, HOSTILE, columns, (Row(HOSTILE), Row(HOSTILE, (Cell(HOSTILE, (HOSTILE,)),))),
        population=HOSTILE, footnotes=(HOSTILE,), source=HOSTILE, stamp=HOSTILE,
    )  # fmt: skip
    markup = table.html()
    assert "<script" not in markup
    assert "\u202e" not in markup
    assert {tag.name for tag in BeautifulSoup(markup, "html.parser").find_all()} <= {
        "div", "table", "caption", "span", "thead", "tbody", "tr", "th", "td", "p",
    }  # fmt: skip


def test_html__a_table_without_rows_says_so():
    assert "No row to show." in Table("X", "T", "S", (Column("a"),)).html()


def test_html__is_the_same_each_time(table):
    assert table.html() == table.html()


def test_html__a_heading_within_a_group_is_indented_and_starts_no_group():
    rows = (Row("FAS", (Cell("5"),)), Row("Out of it", depth=1), Row("why", (Cell("1"),), depth=2))
    page = soup(Table("X", "T", "Set", (Column("n"),), rows))
    assert page.find("th", string="Out of it")["class"] == ["sap-group", "sap-depth1"]
    assert len(page.find_all("tbody")) == 1


def test_html__a_row_leads_to_its_page():
    rows = (Row("Safety", href="adverse_events.html"), Row("any", (Cell("1"),), depth=1))
    links = soup(Table("X", "T", "S", (Column("n"),), rows)).find_all("a")
    assert [(link["href"], link.get_text()) for link in links] == [("adverse_events.html", "Safety")]
