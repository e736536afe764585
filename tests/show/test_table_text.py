"""Tables as text."""

from sap_helpers.show.display import Cell, Column, Row, Table


def test_text__aligns_numbers_right_and_carries_heading_and_notes():
    table = Table(
        "SRI.X", "Response", "Week", (Column("n/N"), Column("Set", is_number=False)),
        (Row("All"), Row("2", (Cell("9/38"), Cell("FAS")), depth=1), Row("10", (Cell("12/38"), Cell("FAS")), depth=1)),
        population="FAS", footnotes=("A note.",), stamp="cut 1",
    )  # fmt: skip
    assert table.text() == (
        "Response\n"
        "FAS\n"
        "Week    n/N  Set\n"
        "----------------\n"
        "All\n"
        "  2    9/38  FAS\n"
        "  10  12/38  FAS\n"
        "----------------\n"
        "A note.\n"
        "SRI.X · cut 1"
    )


def test_text__shows_what_cannot_be_seen():
    assert "a<U+202E>b" in Table("X", "a\u202eb", "S", (Column("n"),)).text()
