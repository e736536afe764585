"""The pages of profiles."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files

import pytest
from bs4 import BeautifulSoup

from sap_helpers.show.anchors import subject_anchor
from sap_helpers.show.profiles import pages, render_profiles
from sap_helpers.show.profiles.pages import MOST_LINKS
from sap_helpers.show.sri_states import STATES


@pytest.fixture
def made(study, states, context):
    return dict(render_profiles(study, states, "", context))


@pytest.fixture
def soup(made):
    return BeautifulSoup(made["subjects.html"], "html.parser")


def facts(soup, name):
    panel = soup.find(id=subject_anchor(name))
    return {div.dt.get_text(): div.dd.get_text() for div in panel.select(".profile-facts > div")}


def test_render_profiles__every_subject_has_a_panel_by_identifier(soup, study):
    assert [panel["id"] for panel in soup.select("section.profile-panel")] == [
        subject_anchor(name) for name in sorted(study["adsl"]["USUBJID"])
    ]


def test_render_profiles__ids_are_unique(soup):
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    assert len(ids) == len(set(ids))


def test_render_profiles__list_leads_to_every_panel(soup):
    ids = {panel["id"] for panel in soup.select("section.profile-panel")}
    assert {tag["href"].removeprefix("#") for tag in soup.select("nav.contents a")} == ids


def test_render_profiles__who_the_subject_is(soup):
    assert facts(soup, "A") == {
        "Sex": "female", "Age": "30", "Sets": "FAS, PPS, SAF", "First dose": "2014-03-01",
        "End of treatment": "2014-04-26 (day 57), adverse event",
        "First intercurrent event": "treatment stopped early, day 57",
    }  # fmt: skip


def test_render_profiles__untreated_subject_has_no_drawing(soup, study):
    name = next(name for name in study["adsl"]["USUBJID"] if name not in "AB")
    assert facts(soup, name) == {"Sex": "male", "Age": "41", "Sets": "none", "Treatment": "none: not enrolled"}
    assert soup.find(id=subject_anchor(name)).find("svg") is None


def test_render_profiles__nothing_of_the_data_becomes_markup(soup, study):
    name = next(name for name in study["adsl"]["USUBJID"] if name not in "AB")
    assert soup.find(id=subject_anchor(name)).h2.get_text() == name.replace("\u202e", "<U+202E>")
    assert soup.find_all("b") == []
    own = files("sap_helpers.show.page").joinpath("script.js").read_text(encoding="utf-8")
    assert [tag.string for tag in soup.find_all("script", type=None)] == [own]
    assert [tag for tag in soup.find_all(True) if tag.has_attr("style")] == []


def test_render_profiles__drawing_scrolls_in_a_region_of_its_own(soup):
    regions = [svg.parent for svg in soup.select("svg")]
    assert [(region["role"], region["tabindex"]) for region in regions] == [("region", "0")] * 2
    assert {region["aria-label"] for region in regions} == {"Course of A", "Course of B"}


def test_render_profiles__very_many_subjects_stand_on_several_pages(study, states, context):
    found = dict(render_profiles(study, states, "", replace(context, subjects_on_page=2)))
    counts = {file: page.count('<section class="profile-panel') for file, page in found.items()}
    assert counts == {"subjects.html": 2, "subjects-2.html": 1}
    for page in found.values():
        links = BeautifulSoup(page, "html.parser").select("nav.profile-pages a")
        assert [tag["href"] for tag in links] == ["subjects.html", "subjects-2.html"]


def way(count, place):
    """Return what a page says of the others, as text and as links."""
    parts = [(f"subjects-{number}.html", (f"S-{number}", f"T-{number}")) for number in range(count)]
    soup = BeautifulSoup(pages._way(parts, parts[place][0]), "html.parser")
    return soup.p.get_text(), [tag["href"] for tag in soup.select("a")], soup.select("[aria-current=page]")


def test_way__of_few_pages_leads_to_all():
    text, links, _ = way(MOST_LINKS, 3)
    assert text == "This page: S-3 to T-3."
    assert links == [f"subjects-{number}.html" for number in range(MOST_LINKS)]


def test_way__of_very_many_pages_leads_to_the_first_the_last_and_near_ones():
    text, links, (here,) = way(450, 9)
    assert text.startswith("This page: S-9 to T-9. It is page 10 of 450; the links lead to some of the others")
    places = (0, 1, 5, 7, 8, 9, 10, 11, 13, 17, 25, 41, 73, 137, 265, 449)
    assert links == [f"subjects-{number}.html" for number in places]
    assert here["href"] == "subjects-9.html"


def test_way__of_very_many_pages_few_steps_lead_anywhere():
    links = {place: pages._linked(place, 450) for place in range(450)}
    assert max(map(len, links.values())) <= MOST_LINKS
    for start in (0, 200, 449):
        reached = {start}
        for _ in range(5):
            reached |= {other for place in reached for other in links[place]}
        assert len(reached) == 450


def test_render_profiles__cut_without_a_subject_says_so(study, states, context, make_study, domains):
    empty = make_study({name: frame.iloc[:0] for name, frame in domains.items()})
    ((_, page),) = render_profiles(empty, states.iloc[:0], "", replace(context, subjects=()))
    assert "This cut has no subject." in page


def test_render_profiles__absent_domains_are_said(domains, make_study, context):
    study = make_study({name: domains[name] for name in ("dm", "ex")})
    why = "not available in this cut: no QS domain"
    columns = ["USUBJID", "AVISITN", "STATE", "FAILED"]
    states = study["adsl"].assign(AVISITN=0, STATE="", FAILED="").iloc[:0][columns]
    page = dict(render_profiles(study, states, why, context))["subjects.html"]
    panel = BeautifulSoup(page, "html.parser").find(id="subject-A")
    for domain in ("QS", "CP", "AE", "CM"):
        assert f"not available in this cut: no {domain} domain" in panel.svg.get_text(" ")


def test_render_profiles__colours_of_the_states_are_those_of_the_grid(made):
    page = made["subjects.html"]
    for name in ("response", "failed", "event"):
        assert f"--sri-{name}: {STATES[name].fill}; --sri-{name}-ink: {STATES[name].ink};" in page
