"""The page as a whole."""

import base64
import hashlib
import re
from dataclasses import replace

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from nbformat import v4

from sap_helpers.show.listing import listing
from sap_helpers.show.page.errors import PageError
from sap_helpers.show.page.render import draft_page, render_page
from sap_helpers.show.page.trail import Trail, result_ids, unpack_trail


def soup(notebook, context, trail=None):
    return BeautifulSoup(render_page(draft_page(notebook), context, trail), "html.parser")


@pytest.fixture
def trail(primary):
    return Trail(primary)


@pytest.fixture
def notebook(make_notebook, shown, primary, plan):
    from sap_helpers.show.answers import answer_response
    from sap_helpers.show.tables import make_table

    made = make_notebook(
        "# SRI-4",
        "## Question\n\nWhat share?",
        [shown(answer_response(primary, plan))],
        "## Results",
        [shown(make_table("SRI.PRIMARY", primary, plan))],
    )
    made.cells[2].metadata["tags"] = ["answer"]
    return made


def test_render_page__is_the_same_bytes_each_time(notebook, context, trail):
    assert render_page(draft_page(notebook), context, trail) == render_page(draft_page(notebook), context, trail)


def test_render_page__leaves_the_notebook_as_it_was(notebook, context, trail):
    before = str(notebook)
    render_page(draft_page(notebook), context, trail)
    assert str(notebook) == before


def test_render_page__the_answer_stands_before_the_first_section(notebook, context, trail):
    page = render_page(draft_page(notebook), context, trail)
    assert page.index("27 of 38 subjects") < page.index('<h2 id="question">')
    assert page.count("27 of 38 subjects") == 1


def test_render_page__the_policy_allows_its_own_style_and_script_and_nothing_else(notebook, context, trail):
    page = render_page(draft_page(notebook), context, trail)
    style, script = (
        base64.b64encode(hashlib.sha256(re.search(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)[1].encode()).digest())
        for tag in ("style", "script")
    )
    policy = soup(notebook, context, trail).find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    assert policy == (
        f"default-src 'none'; img-src data:; style-src 'sha256-{style.decode()}'; "
        f"script-src 'sha256-{script.decode()}'; base-uri 'none'; form-action 'none'"
    )


def test_render_page__has_landmarks_a_skip_link_and_one_title(notebook, context, trail):
    page = soup(notebook, context, trail)
    assert page.html["lang"] == "en"
    assert page.find("a", class_="skip")["href"] == f"#{page.main['id']}"
    assert [h1.text for h1 in page.find_all("h1")] == ["SRI-4"]
    assert (len(page.find_all("header")), len(page.find_all("footer"))) == (1, 1)


def test_render_page__every_navigation_has_its_own_name(notebook, context, trail):
    names = [nav["aria-label"] for nav in soup(notebook, context, trail).find_all("nav")]
    assert names == ["Pages of the report", "On this page", "Previous and next page"]


def test_render_page__contents_lead_to_headings_that_exist(notebook, context, trail):
    page = soup(notebook, context, trail)
    links = [a["href"].removeprefix("#") for a in page.find("nav", class_="contents").find_all("a")]
    assert links == [heading["id"] for heading in page.find_all("h2")] == ["question", "results"]


def test_render_page__the_first_screen_says_what_differs_from_the_plan(notebook, context, trail):
    changed = replace(context, plan_differences=(("safety.last_day", "180", "<90>"),), warnings=("Watch out.",))
    page = render_page(draft_page(notebook), changed, trail)
    assert page.index("safety.last_day") < page.index('<nav class="contents"')
    assert "<td>&lt;90&gt;</td>" in page
    assert page.index("Watch out.") < page.index('<nav class="contents"')


def test_render_page__the_header_carries_every_stamp(notebook, context, trail):
    header = soup(notebook, replace(context, sealed=False, interim=True), trail).header.text
    for stamp in ("NCT02084238", "cut 2015-01-31", "SYNTHETIC DATA", "unsealed cut", "interim"):
        assert stamp in header


def test_render_page__set_sizes_stand_at_the_top(notebook, context, trail):
    facts = soup(notebook, replace(context, set_sizes=(("FAS", 38),)), trail).find("dl", class_="facts")
    assert "FAS38" in facts.get_text("", strip=True).replace(" ", "")


def test_render_page__the_page_itself_is_marked_in_the_navigation(notebook, context, trail):
    current = soup(notebook, context, trail).find("a", attrs={"aria-current": "page"})
    assert current["href"] == "sri.html"


def test_render_page__code_is_there_and_folded(notebook, context, trail):
    details = soup(notebook, context, trail).find("details", class_="code")
    assert "open" not in details.attrs
    assert details.code.text == "show()"


def test_render_page__injected_parameters_hide_the_default_ones(make_notebook, context):
    notebook = make_notebook([], [])
    notebook.cells[0].metadata["tags"], notebook.cells[0].source = ["parameters"], 'cut = "default"'
    notebook.cells[1].metadata["tags"], notebook.cells[1].source = ["injected-parameters"], 'cut = "injected"'
    page = render_page(draft_page(notebook), context)
    assert "injected" in page
    assert "default" not in page.split("<main")[1].split("</main>")[0]


def test_render_page__default_parameters_alone_are_shown(make_notebook, context):
    notebook = make_notebook([])
    notebook.cells[0].metadata["tags"], notebook.cells[0].source = ["parameters"], 'cut = "alone"'
    assert "alone" in render_page(draft_page(notebook), context)


def test_render_page__a_failed_cell_is_named_at_the_top(make_notebook, context):
    failed = v4.new_output("error", ename="ValueError", evalue="no", traceback=["ValueError: no"])
    page = render_page(draft_page(make_notebook([], [failed])), context)
    assert page.index("Code cell 2 failed with ValueError") < page.index('class="body"')


def test_render_page__without_a_heading_the_context_gives_the_title(make_notebook, context):
    assert soup(make_notebook("text"), context).h1.text == "Response"


def test_render_page__a_figure_without_description_stops_the_build(make_notebook, context):
    output = v4.new_output("display_data", data={"image/svg+xml": "<svg/>"})
    with pytest.raises(PageError, match="has no description"):
        render_page(draft_page(make_notebook("## Results", [output])), context)


def test_render_page__result_ids_reach_the_page(notebook, context, trail, primary):
    page = render_page(draft_page(notebook), context, trail)
    ids = result_ids(unpack_trail(page))
    cells = BeautifulSoup(page, "html.parser").find_all("td", attrs={"data-r": True})
    assert {ids[int(place)] for cell in cells for place in cell["data-r"].split()} == {r.result_id for r in primary}


def test_render_page__a_number_that_is_no_result_stops_the_build(notebook, context):
    with pytest.raises(PageError, match=r"a table shows SRI\.PRIMARY.*, which is no result of this report"):
        render_page(draft_page(notebook), context)


def test_render_page__a_late_section_stands_after_the_others(make_notebook, context):
    made = make_notebook("# T", "## Question", "## Parameters", [], "## Results", [])
    made.cells[2].metadata["tags"] = ["late"]
    headings = [heading.text for heading in soup(made, context).find_all("h2")]
    assert headings == ["Question", "Results", "Parameters"]


def test_render_page__asks_for_nothing_outside(notebook, context, trail):
    page = soup(notebook, context, trail)
    addresses = [tag.get("src") or tag.get("href") for tag in page.find_all(["img", "link", "iframe", "source"])]
    assert not any(script.get("src") for script in page.find_all("script"))
    assert all(address.startswith("data:") for address in addresses)
    assert "url(" not in page.style.text
    assert "@import" not in page.style.text


def linked(made, context, subjects):
    links = soup(made, replace(context, subjects=subjects)).select(".sap-table a")
    return [(link["href"], link.get_text()) for link in links]


def test_render_page__a_listing_leads_to_its_subjects_wherever_they_stand(make_notebook, shown, context, plan):
    frame = pd.DataFrame({"USUBJID": ["A-1", None, "B\u200b"], "RULE": ["R1", "R2", "R3"]})
    for labels in ({"USUBJID": "Subject", "RULE": "Rule"}, {"RULE": "Rule", "USUBJID": "Subject"}):
        made = make_notebook([shown(listing(frame, plan, plan_id="DQ", title="Findings", labels=labels))])
        assert linked(made, context, ("A-1", "B\u200b")) == [
            ("subjects.html#subject-A-1", "A-1"), ("subjects.html#subject-B_200b_", "B<U+200B>"),
        ]  # fmt: skip


def test_render_page__two_subjects_that_look_alike_lead_nowhere(make_notebook, shown, context, plan):
    frame = pd.DataFrame({"USUBJID": ["\u202e", "<U+202E>"], "RULE": ["R1", "R2"]})
    labels = {"USUBJID": "Subject", "RULE": "Rule"}
    made = make_notebook([shown(listing(frame, plan, plan_id="DQ", title="Findings", labels=labels))])
    assert linked(made, context, ("\u202e", "<U+202E>")) == []


def test_render_page__every_id_stands_once(notebook, context, trail):
    ids = [tag["id"] for tag in soup(notebook, context, trail).find_all(id=True)]
    assert len(ids) == len(set(ids))
