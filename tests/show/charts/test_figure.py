"""The figure object."""

import pytest

from sap_helpers.show.display import MIME, Cell, Column, Figure, Row, Table


@pytest.fixture
def figure():
    numbers = Table("X", "Numbers", "Week", (Column("%"),), (Row("2", (Cell("31.6"),)),))
    return Figure("X", "Response", b"<svg/>", "Week 2: 31.6%.", "Bars: interval.", numbers, stamp="cut c1")


def test_mimebundle__the_drawing_stands_beside_the_words(figure):
    data = figure._repr_mimebundle_()
    assert data["image/svg+xml"] == "<svg/>"
    assert data["text/plain"] == "Response. Bars: interval. X · cut c1.\nWeek 2: 31.6%."
    assert "svg" not in data[MIME]


def test_figure__without_words_is_refused(figure):
    with pytest.raises(ValueError, match="figure X: no alternative text"):
        Figure("X", "T", b"<svg/>", " ", "c", figure.numbers)


def test_with_stamp__stamps_the_numbers_too(figure):
    assert figure.with_stamp("cut c2").numbers.stamp == "cut c2"
