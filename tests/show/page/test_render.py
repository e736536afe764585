"""The page as a whole."""

import base64
import hashlib
import re
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from nbformat import v4

from sap_helpers.show.page.errors import PageError
from sap_helpers.show.page.render import render_page


def soup(notebook, context):
    return BeautifulSoup(render_page(notebook, context), "html.parser")


@pytest.fixture
def notebook(make_notebook, shown, primary, plan):
    from sap_helpers.show.sri import answer, response_table

    made = make_notebook(
        "# SRI-4",
        "## Question\n\nWhat share?",
        [shown(answer(primary, plan))],
        "## Results",
        [shown(response_table(primary, plan))],
    )
    made.cells[2].metadata["tags"] = ["answer"]
    return made


def test_render_page__is_the_same_bytes_each_time(notebook, context):
    assert render_page(notebook, context) == render_page(notebook, context)


def test_render_page__leaves_the_notebook_as_it_was(notebook, context):
    before = str(notebook)
    render_page(notebook, context)
    assert str(notebook) == before


def test_render_page__the_answer_stands_before_the_first_section(notebook, context):
    page = render_page(notebook, context)
    assert page.index("27 of 38 subjects") < page.index('<h2 id="question">')
    assert page.count("27 of 38 subjects") == 1


def test_render_page__the_policy_allows_its_own_style_and_nothing_else(notebook, context):
    page = render_page(notebook, context)
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = soup(notebook, context).find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    assert policy == (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


def test_render_page__has_landmarks_a_skip_link_and_one_title(notebook, context):
    page = soup(notebook, context)
    assert page.html["lang"] == "en"
    assert page.find("a", class_="skip")["href"] == f"#{page.main['id']}"
    assert [h1.text for h1 in page.find_all("h1")] == ["SRI-4"]
    assert (len(page.find_all("header")), len(page.find_all("footer"))) == (1, 1)


def test_render_page__every_navigation_has_its_own_name(notebook, context):
    names = [nav["aria-label"] for nav in soup(notebook, context).find_all("nav")]
    assert names == ["Pages of the report", "On this page", "Previous and next page"]


def test_render_page__contents_lead_to_headings_that_exist(notebook, context):
    page = soup(notebook, context)
    links = [a["href"].removeprefix("#") for a in page.find("nav", class_="contents").find_all("a")]
    assert links == [heading["id"] for heading in page.find_all("h2")] == ["question", "results"]


def test_render_page__the_first_screen_says_what_differs_from_the_plan(notebook, context):
    changed = replace(context, plan_differences=(("safety.last_day", "180", "<90>"),), warnings=("Watch out.",))
    page = render_page(notebook, changed)
    assert page.index("safety.last_day") < page.index('<nav class="contents"')
    assert "<td>&lt;90&gt;</td>" in page
    assert page.index("Watch out.") < page.index('<nav class="contents"')


def test_render_page__the_header_carries_every_stamp(notebook, context):
    header = soup(notebook, replace(context, sealed=False, interim=True)).header.text
    for stamp in ("NCT02084238", "cut 2015-01-31", "SYNTHETIC DATA", "unsealed cut", "interim"):
        assert stamp in header


def test_render_page__set_sizes_stand_at_the_top(notebook, context):
    facts = soup(notebook, replace(context, set_sizes=(("FAS", 38),))).find("dl", class_="facts")
    assert "FAS38" in facts.get_text("", strip=True).replace(" ", "")


def test_render_page__the_page_itself_is_marked_in_the_navigation(notebook, context):
    current = soup(notebook, context).find("a", attrs={"aria-current": "page"})
    assert current["href"] == "sri.html"


def test_render_page__code_is_there_and_folded(notebook, context):
    details = soup(notebook, context).find("details", class_="code")
    assert "open" not in details.attrs
    assert details.code.text == "show()"


def test_render_page__injected_parameters_hide_the_default_ones(make_notebook, context):
    notebook = make_notebook([], [])
    notebook.cells[0].metadata["tags"], notebook.cells[0].source = ["parameters"], 'cut = "default"'
    notebook.cells[1].metadata["tags"], notebook.cells[1].source = ["injected-parameters"], 'cut = "injected"'
    page = render_page(notebook, context)
    assert "injected" in page
    assert "default" not in page.split("<main")[1]


def test_render_page__default_parameters_alone_are_shown(make_notebook, context):
    notebook = make_notebook([])
    notebook.cells[0].metadata["tags"], notebook.cells[0].source = ["parameters"], 'cut = "alone"'
    assert "alone" in render_page(notebook, context)


def test_render_page__a_failed_cell_is_named_at_the_top(make_notebook, context):
    failed = v4.new_output("error", ename="ValueError", evalue="no", traceback=["ValueError: no"])
    page = render_page(make_notebook([], [failed]), context)
    assert page.index("Code cell 2 failed with ValueError") < page.index('class="body"')


def test_render_page__without_a_heading_the_context_gives_the_title(make_notebook, context):
    assert soup(make_notebook("text"), context).h1.text == "Response"


def test_render_page__a_figure_without_description_stops_the_build(make_notebook, context):
    output = v4.new_output("display_data", data={"image/svg+xml": "<svg/>"})
    with pytest.raises(PageError, match="has no description"):
        render_page(make_notebook("## Results", [output]), context)


def test_render_page__result_ids_reach_the_page(notebook, context, primary):
    import json

    cells = soup(notebook, context).find_all("td", attrs={"data-results": True})
    shown = {result_id for cell in cells for result_id in json.loads(cell["data-results"])}
    assert shown == {row.result_id for row in primary}


def test_render_page__asks_for_nothing_outside(notebook, context):
    page = soup(notebook, context)
    addresses = [
        tag.get("src") or tag.get("href") for tag in page.find_all(["img", "link", "script", "iframe", "source"])
    ]
    assert all(address.startswith("data:") for address in addresses)
    assert "url(" not in page.style.text
    assert "@import" not in page.style.text


def test_render_page__every_id_stands_once(notebook, context):
    ids = [tag["id"] for tag in soup(notebook, context).find_all(id=True)]
    assert len(ids) == len(set(ids))
