"""Documents of a few outputs, typed by hand."""

from __future__ import annotations

import pytest
from nbformat import v4

from sap_helpers.run.export.outputs import Document, Output, Section
from sap_helpers.show.display import Cell, Column, Figure, Row, Statement, Table, spanned
from sap_helpers.show.page import PageContext

HOSTILE = (
    "发热 乏力", "smile 😀", "<U+202E>override", "{\\rtf1 \\b x}", "]]>", '#eval("1+1") $x$ *b* @r', "<U+000A>line",
    "<script>&amp;", "<w:t>", "\\par }",
)  # fmt: skip
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="100pt" height="50pt" viewBox="0 0 100 50"><rect width="90" height="40"/></svg>'  # noqa: E501


def table_of(rows, label="Table 14.1.1", notes=("A note.",)):
    body = tuple(Row(text, (Cell(number),)) for text, number in rows)
    table = Table("X.Y", "A title", "Term", (Column("n"),), body, "SAF, N = 3", notes, stamp="cut c1")
    return Output("Page", label, table)


@pytest.fixture(scope="session")
def make_table():
    return table_of


@pytest.fixture(scope="session")
def hostile():
    return HOSTILE


@pytest.fixture(scope="session")
def small_figure():
    figure = Figure("", "A figure", SVG.encode(), "Bars: 1, 2 and 3.", "How to read it.", None)
    return Output("Page", "Figure 14.1.1", figure)


@pytest.fixture(scope="session")
def spanned_table():
    """A table whose first heading reaches down, beside a spanner over two columns; its second row is indented."""
    columns = spanned("Response", (Column("n/N"), Column("%")))
    rows = (Row("Group"), Row("2", (Cell("1/4"), Cell("25.0")), depth=1))
    return Output("Page", "Table 14.1.2", Table("", "Spans", "Week", columns, rows))


@pytest.fixture(scope="session")
def make_document():
    """Return a function from outputs to a document of one section."""

    def make(*outputs):
        about = PageContext(
            "", "NCT00000000", "A study", "c1", "2015-01-31", "1.0", synthetic=True, sealed=False, interim=True,
            plan_differences=(("level", "0.95", "0.9"),), set_sizes=(("SAF", 3),), warnings=("A warning.",),
        )  # fmt: skip
        return Document(about, (Section("14.1 Page", outputs),))

    return make


@pytest.fixture
def make_notebook_of():
    """Return a function from displays to an executed notebook that shows them."""

    def make(*displays):
        outputs = [_output(*_bundle(display)) for display in displays]
        return v4.new_notebook(cells=[v4.new_code_cell("show()", outputs=outputs)])

    return make


@pytest.fixture
def notebook():
    """An executed notebook: table, figure of subjects, figure of totals, listing, plain table, statement."""
    columns = (Column("n", is_number=True), *spanned("Both", (Column("p"), Column("Word", is_number=False))))
    rows = (Row("Group"), Row("One", (Cell("1"), Cell("0.5"), Cell("a word")), depth=1, href="sri.html#x"))
    table = Table("X.Y", "A <table>", "Stub", columns, rows, "SAF", ("Note 1.", "Note 2."), "results.csv", "cut c1")
    plain = Table("", "Software", "Name", (), (Row("python"),), kind="plain")
    listing = Table("X.Z", "A listing", "Subject", (Column("Day"),), (Row("S-0001", (Cell("5"),)),), kind="listing")
    statement = Statement("Said.")
    svg = SVG.encode()
    subjects = Figure("X.F", "Lanes", svg, "Subject S-0001.", "One lane each.", listing, is_subject_level=True)
    totals = Figure("X.G", "Rates", svg, "Week 2: 5.", "Bars.", table, stamp="cut c1")
    shown = [_output(*_bundle(item)) for item in (table, subjects, totals, listing, plain, statement)]
    stream = v4.new_output("stream", name="stdout", text="done\n")
    made = v4.new_notebook(metadata={"sap": {"tables": "14.2.1", "listings": "16.2.6.1"}})
    made.cells = [v4.new_markdown_cell("# A page"), v4.new_code_cell("show()", outputs=[*shown, stream])]
    return made


def _bundle(item):
    found = item._repr_mimebundle_()
    return found if isinstance(found, tuple) else (found, {})


def _output(data, metadata):
    return v4.new_output("display_data", data=data, metadata=metadata)
