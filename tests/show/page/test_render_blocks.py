"""Pages made of no notebook."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from bs4 import BeautifulSoup

from sap_helpers.show.page.markdown import Heading, Outline
from sap_helpers.show.page.render import render_blocks

OUTLINE = Outline(title="Profiles", headings=[Heading(2, "subject-A", "A")])


@pytest.fixture
def page(context):
    return render_blocks(
        ['<section class="profile-panel" id="subject-A"></section>'],
        OUTLINE,
        context,
        answer="<p>1</p>",
        has_states=True,
    )


def test_render_blocks__has_the_surroundings_of_every_page(page, context):
    soup = BeautifulSoup(page, "html.parser")
    assert soup.h1.get_text() == "Profiles"
    assert [tag["href"] for tag in soup.select("nav.pages a")] == [file for file, _ in context.pages]
    assert [tag["href"] for tag in soup.select("nav.contents a")] == ["#subject-A"]
    assert soup.select_one(".top .answer").get_text() == "1"


def test_render_blocks__its_styles_are_allowed_by_its_policy(page):
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]
    assert f"sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}" in page
    assert ".profile-panel" in style


def test_render_blocks__page_without_profiles_has_not_their_style(context):
    assert ".profile-panel" not in render_blocks(["<p>x</p>"], OUTLINE, context)
