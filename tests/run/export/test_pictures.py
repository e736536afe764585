"""Drawings as pictures."""

from dataclasses import replace

import pytest

from sap_helpers.run.export.pictures import render_pictures, size_on_page


@pytest.fixture
def figure(small_figure):
    return small_figure.display


def test_render_pictures__200_pixels_an_inch(figure):
    (picture,) = render_pictures([figure])
    assert [int.from_bytes(picture[i : i + 4]) for i in (16, 20)] == [278, 139]


def test_render_pictures__one_each_in_order(figure):
    tall = replace(figure, svg=figure.svg.replace(b'height="50pt"', b'height="100pt"'))
    heights = [int.from_bytes(picture[20:24]) for picture in render_pictures([figure, tall])]
    assert heights == [139, 278]


def test_render_pictures__of_nothing_is_nothing():
    assert render_pictures([]) == []


def test_size_on_page__as_drawn_or_shrunk_to_the_page(figure):
    assert size_on_page(figure, 400) == (100, 50)
    tall = replace(figure, svg=figure.svg.replace(b'height="50pt"', b'height="1000pt"'))
    assert size_on_page(tall, 400) == pytest.approx((40, 400))


def test_size_on_page__drawing_without_size_is_refused(figure):
    with pytest.raises(ValueError, match="a drawing gives no width and height"):
        size_on_page(replace(figure, svg=b"<svg/>"), 400)
