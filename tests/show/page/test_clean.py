"""The sanitiser."""

from sap_helpers.show.page.clean import clean_markdown, clean_output


def test_clean_output__foreign_tables_get_scopes_and_a_region():
    html = clean_output(
        "<table><thead><tr><th></th><th>a</th></tr></thead><tbody><tr><th>0</th><td>1</td></tr></tbody></table>", "T"
    )
    assert html == (
        '<div class="sap-scroll" role="region" tabindex="0" aria-label="T"><table><thead><tr><td></td>'
        '<th scope="col">a</th></tr></thead><tbody><tr><th scope="row">0</th><td>1</td></tr></tbody></table></div>'
    )


def test_clean_output__what_looks_like_a_display_is_none():
    markup = clean_output('<div class="sap-table"><p data-r="0" class="sap-answer">1</p></div>', "T")
    assert markup == "<div><p>1</p></div>"


def test_clean_output__links_lead_only_within_the_report():
    html = clean_output(
        '<a href="https://evil.example">a</a><a href="sri.html#x">b</a><a href="//evil.example">c</a>', "T"
    )
    assert html.count("href") == 1
    assert 'href="sri.html#x"' in html


def test_clean_output__styles_ids_foreign_classes_and_handlers_go():
    assert clean_output('<p id="main" class="notice" style="x:y" onclick="z()">a</p>', "T") == "<p>a</p>"


def test_clean_output__roles_other_than_region_go():
    assert "alert" not in clean_output('<div role="alert" tabindex="5">a</div>', "T")


def test_clean_output__hidden_characters_behind_entities_are_written_out():
    assert clean_output("<p>a&#8238;b&#x200b;</p>", "T") == "<p>a&lt;U+202E&gt;b&lt;U+200B&gt;</p>"


def test_clean_markdown__mathml_stays_without_its_doors():
    html = clean_markdown(
        '<math display="inline"><mrow href="javascript:alert(1)"><mi>x</mi></mrow><annotation-xml encoding="text/html">'
        "<img src=x onerror=alert(1)></annotation-xml><mtext><script>alert(1)</script></mtext></math>"
    )
    assert html == '<math display="inline"><mrow><mi>x</mi></mrow><mtext></mtext></math>'
