"""The figure object."""

from dataclasses import replace

import pytest

from sap_helpers.show.display import Cell, Column, Figure, Row, Table


@pytest.fixture
def figure():
    numbers = Table("X", "Numbers", "Week", (Column("%"),), (Row("2", (Cell("31.6"),)),))
    return Figure("X", "Response", b"<svg/>", "Week 2: 31.6%.", "Bars: interval.", numbers, stamp="cut c1")


def test_mimebundle__carries_words_caption_and_numbers_beside_the_drawing(figure):
    data, metadata = figure._repr_mimebundle_()
    assert data["image/svg+xml"] == "<svg/>"
    assert metadata["image/svg+xml"]["alt"] == "Week 2: 31.6%."
    assert metadata["image/svg+xml"]["caption"] == "Response. Bars: interval. X · cut c1."
    assert "<table>" in metadata["image/svg+xml"]["numbers"]


def test_figure__without_words_is_refused(figure):
    with pytest.raises(ValueError, match="figure X: no alternative text"):
        Figure("X", "T", b"<svg/>", " ", "c", figure.numbers)


def test_with_stamp__stamps_the_numbers_too(figure):
    assert figure.with_stamp("cut c2").numbers.stamp == "cut c2"


def test_mimebundle__says_title_and_whether_marks_are_single_subjects(figure):
    said = [replace(figure, is_subject_level=level)._repr_mimebundle_()[1]["image/svg+xml"] for level in (False, True)]
    assert [(one["title"], one["is_subject_level"]) for one in said] == [("Response", False), ("Response", True)]
