"""Markdown on the page."""

import pytest

from sap_helpers.show.page.errors import PageError
from sap_helpers.show.page.markdown import Outline, render_markdown, render_plain_markdown


def test_render_markdown__the_first_level_one_heading_becomes_the_title():
    outline = Outline()
    assert render_markdown("# SRI-4 & more\n\ntext", outline).strip() == "<p>text</p>"
    assert outline.title == "SRI-4 & more"


def test_render_markdown__headings_get_ids_that_differ():
    outline = Outline()
    html = render_markdown("## Results\n\n## Results\n\n## Main\n\n## 结果", outline)
    assert [heading.id for heading in outline.headings] == ["results", "results-2", "main-2", "section"]
    assert '<h2 id="results-2">Results</h2>' in html


def test_render_markdown__a_second_level_one_heading_does_not_compete_with_the_title():
    assert '<h2 id="b">b</h2>' in render_markdown("# a\n\n# b", Outline())


def test_render_markdown__tables_scroll_in_a_named_region_and_scope_their_headings():
    html = render_markdown("## Method\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n", Outline())
    assert '<div class="sap-scroll" role="region" tabindex="0" aria-label="Table in Method"><table>' in html
    assert html.count('scope="col"') == 2


def test_render_markdown__formulas_become_mathml():
    html = render_markdown("$p$ and\n\n$$\n\\frac{n}{N}\n$$\n", Outline())
    assert html.count("<math") == 2
    assert "<mfrac>" in html
    assert "$" not in html


def test_render_markdown__a_broken_formula_stops_the_build():
    with pytest.raises(PageError, match=r"formula \$\\frac\{a\}\{\$ cannot be set"):
        render_markdown("$\\frac{a}{$", Outline())


def test_render_markdown__html_is_shown_not_obeyed():
    html = render_markdown('<script>alert(1)</script>\n\na <b onclick="x()">b</b>', Outline())
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<b" not in html


def test_render_markdown__links_keep_only_harmless_addresses():
    html = render_markdown("[a](javascript:alert(1)) [b](https://example.org/x) [c](sri.html#results)", Outline())
    assert "javascript" not in html
    assert 'href="https://example.org/x"' in html
    assert 'href="sri.html#results"' in html


def test_render_markdown__an_image_is_its_words():
    html = render_markdown("![a <b> chart](https://example.org/x.png)", Outline())
    assert "<img" not in html
    assert "a &lt;b&gt; chart" in html


def test_render_plain_markdown__a_dollar_sign_is_a_dollar_sign():
    assert render_plain_markdown("$\\frac{a}{$").strip() == "<p>$\\frac{a}{$</p>"


def test_render_plain_markdown__headings_do_not_enter_the_contents():
    assert render_plain_markdown("## a").strip() == "<p><strong>a</strong></p>"
