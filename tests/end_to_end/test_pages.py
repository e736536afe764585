"""The pages of a run: every number shown is one of results.csv, rounded once, and nothing on them is left unsaid."""

from __future__ import annotations

import json
import re
from decimal import ROUND_HALF_UP, Decimal
from itertools import accumulate

import nbformat
import pytest
from bs4 import BeautifulSoup

from sap_helpers.run.behind import BESIDE, COUNTED
from sap_helpers.show.page import draft_page
from sap_helpers.show.page.lines import unpack_lines
from sap_helpers.show.page.trail import result_ids, unpack_trail

PAGES = (
    "index", "data_quality", "disposition", "sri", "immunology", "sledai", "relapses", "adverse_events"
)  # fmt: skip
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
# tables of records, of the cut or of the plan: what they show is no statistic
WITHOUT_RESULTS = {
    "Domains of this cut", "Deviations", "Intercurrent events", "Possible unrecorded rescue therapy",
    "Quarantined: treated as missing", "Listed: analysed as the plan says", "Noted: handled by a rule",
    "Treated subjects out of a set", "Treatment dispositions in words that the plan does not know",
    "Why each response is what it is",
    "Estimands of the response analyses", "State of every subject in every week", "Software that made this page",
    "Cells, percent of CD4+, and time since the last injection", "Complement (g/L) and anti-dsDNA (IU/mL)",
    "SELENA-SLEDAI change to week 10, subject by subject", "Missing totals at week 10, as the model implies them",
    "SELENA-SLEDAI by days since the last dose", "Definitions of a relapse",
    "Exposure, remission and relapse by study day", "Stop, reference, follow-up and relapse of each subject",
    "Onset of events by category", "Deaths", "Highest liver values", "Subjects with liver values above a threshold",
    "Events that are serious, fatal, led to withdrawal or are of grade 3 or higher", "Events by subject",
    "Events that are activity of lupus itself", "Terms in none of the 8 categories",
}  # fmt: skip
# columns that name a row of a table of results: a week, a threshold
NAMING = {"Week", "Reduction of at least"}
POOLED = "pooled over 200"  # in place of a count; the number of imputations is the plan's


@pytest.fixture(scope="session")
def soups(final_report):
    return {
        name: BeautifulSoup((final_report / f"{name}.html").read_text(encoding="utf-8"), "html.parser")
        for name in PAGES
    }


@pytest.fixture(scope="session")
def results(final_report, results_of):
    return results_of(final_report)


# the first page is where they are searched, not what is searched
@pytest.mark.parametrize("name", [name for name in PAGES if name != "index"])
def test_entries__are_the_headings_and_displays_of_the_page_in_order(soups, final_report, name):
    executed = nbformat.read(final_report / "executed" / f"{name}.ipynb", as_version=4)
    found = draft_page(executed).entries
    shown = soups[name].select("main h2[id], main h3[id], main div.sap-table[id], main figure[id]")
    assert [anchor for anchor, _ in found] == [tag["id"] for tag in shown if tag["id"] != "provenance"]
    for (_, text), tag in zip(found, shown, strict=False):
        said = tag.find("figcaption") or tag.select_one(".sap-title") or tag
        assert " ".join(said.get_text().split()).startswith(text)
    assert len(found) > 3


def title_of(table):
    title = table.caption and table.caption.select_one(".sap-title")
    return re.sub(r"^(Table|Listing) [\d.]+\. ", "", title.get_text()) if title else ""


def headings_of(table):
    """Return the heading of every column, the one of the row headings first."""
    upper, *lower = table.select("thead tr")
    below = iter(lower[0].find_all("th") if lower else [])
    headings = []
    for cell in upper.find_all("th"):
        span = int(cell.get("colspan", 1))
        is_above = lower and not cell.has_attr("rowspan")
        headings += [next(below).get_text() for _ in range(span)] if is_above else [cell.get_text()]
    return headings


def cells_of(soup):
    ids = result_ids(unpack_trail(str(soup.find(id="behind"))))
    for table in soup.find_all("table"):
        for cell in table.find_all("td", attrs={"data-r": True}):
            yield title_of(table), cell.get_text(), [ids[int(place)] for place in cell["data-r"].split()]


def rounded(stat, shown):
    """Return a stored number with as many places as the number shown, and as a percentage."""
    places = Decimal(1).scaleb(Decimal(shown).as_tuple().exponent)
    number = Decimal(repr(stat))
    return {number.quantize(places, ROUND_HALF_UP), (100 * number).quantize(places, ROUND_HALF_UP)}


def is_shown(text, found):
    """Whether a text shows these results: their numbers in order, or the words for why there are none."""
    stats = [row.stat for row in found if row.stat is not None]
    if found[-1].stat is None and not text[0].isdigit():
        said = any(row.note and (row.note in text or text in row.note) for row in found)
        return said or text in {"–", "not estimable"}
    if text in {"<0.001", ">0.999"}:
        return stats[0] < 0.001 if text[0] == "<" else 0.999 < stats[0] < 1
    if [row.stat_name for row in found] == ["n", "N"] and "/" not in text and len(NUMBER.findall(text)) == 1:
        stats = [stats[0] / stats[1]]
    shown = NUMBER.findall(text.replace(" to not reached", ""))
    return len(shown) == len(stats) and all(
        Decimal(number) in rounded(stat, number) for number, stat in zip(shown, stats, strict=True)
    )


@pytest.mark.parametrize("name", PAGES)
def test_page__every_result_shown_is_in_results_csv(soups, results, name):
    shown = {result_id for _, _, ids in cells_of(soups[name]) for result_id in ids}
    assert shown
    assert shown - results.keys() == set()


@pytest.mark.parametrize("name", PAGES)
def test_page__every_cell_is_its_results_rounded_once(soups, results, name):
    wrong = [
        (title, text, ids)
        for title, text, ids in cells_of(soups[name])
        if not is_shown(text, [results[result_id] for result_id in ids])
    ]
    assert wrong == []


@pytest.mark.parametrize("name", PAGES)
def test_page__no_number_of_a_table_of_results_is_without_its_result(soups, name):
    unnamed = []
    for table in soups[name].find_all("table"):
        if title_of(table) in WITHOUT_RESULTS:
            continue
        headings = headings_of(table)
        for row in table.select("tbody tr"):
            for place, cell in enumerate(row.find_all("td"), start=1):
                text = cell.get_text()
                is_number = "sap-num" in cell.get("class", []) and NUMBER.search(text) and text != POOLED
                if is_number and not cell.has_attr("data-r") and headings[place] not in NAMING:
                    unnamed.append((title_of(table), headings[place], text))
    assert unnamed == []


def test_page__tables_of_results_are_most_of_them(soups):
    titles = {title_of(table) for soup in soups.values() for table in soup.find_all("table")}
    assert len(titles - WITHOUT_RESULTS - {""}) >= 60


def test_page__domains_of_the_cut_are_counted_as_read(soups, final_report):
    sources = json.loads((final_report / "cut.json").read_text(encoding="utf-8"))["sources"]
    table = next(t for t in soups["data_quality"].find_all("table") if title_of(t) == "Domains of this cut")
    shown = {
        row.th.get_text(): int(cell.get_text()) for row in table.select("tbody tr") for cell in row.select("td.sap-num")
    }
    assert shown == {name.upper(): source["rows"] for name, source in sources.items()}


def test_page__nothing_is_left_unsaid(final_report, nonsense_of):
    assert nonsense_of(final_report) == {}


@pytest.mark.parametrize("name", PAGES)
def test_page__first_screen_says_what_the_data_are(soups, name):
    header = soups[name].find("header").get_text(" ")
    assert [
        word for word in ("NCT02084238", "2015-10-01", "SYNTHETIC DATA", "unsealed cut") if word not in header
    ] == []


@pytest.mark.parametrize("name", PAGES)
def test_page__asks_for_nothing_and_runs_its_own_script_alone(soups, name):
    soup = soups[name]
    sources = [tag.get("src", "") + tag.get("href", "") for tag in soup.find_all(True)]
    assert [(tag.get("type"), tag.get("src")) for tag in soup.find_all("script")] == [
        ("application/octet-stream", None),
        (None, None),
    ]
    assert soup.find_all(["iframe", "object", "embed"]) == []
    assert [tag.get("class") for tag in soup.find_all("form")] == ([["search"]] if name == "index" else [])
    assert [s for s in sources if s.startswith(("http:", "//", "javascript:"))] == []
    assert [tag.name for tag in soup.find_all(True) if any(name.startswith("on") for name in tag.attrs)] == []


@pytest.mark.parametrize("name", PAGES)
def test_page__links_lead_to_files_of_the_report(soups, final_report, name):
    targets = {tag["href"] for tag in soups[name].find_all("a", href=True)}
    local = {target.partition("#")[0] for target in targets if not target.startswith("https:")} - {""}
    assert {f"{page}.html" for page in PAGES} <= local
    assert [target for target in local if not (final_report / target).is_file()] == []


@pytest.mark.parametrize("name", PAGES[1:])
def test_page__those_behind_a_count_are_as_many_as_it_says(final_report, name):
    content = unpack_trail((final_report / f"{name}.html").read_text(encoding="utf-8"))
    lines = unpack_lines(content["lines"], [subject for subject, _ in content["subjects"]])
    wrong, checked = [], 0
    for place, stat, value, _ in content["results"]:
        key, at = content["keys"][place], content["of"][place]
        if at < 0 or value is None or (key[0], stat) in {("REL.EVENTS", "n"), ("DQ.FINDINGS", "n")}:
            continue
        behind = {}
        for heading, _, steps in content["behind"][at]:
            behind.setdefault(heading, set()).update(lines[i].usubjid for i in accumulate(steps))
        if COUNTED not in behind or stat not in {"n", "N"}:
            continue
        counted = behind[COUNTED]
        shown = counted if stat == "n" else counted | behind.get(BESIDE, set())
        checked += 1
        wrong += [(key, stat, value, len(shown))] if len(shown) != value else []
    assert wrong == []
    assert checked > 10 or name == "data_quality"  # which counts findings


def test_page__none_but_the_profiles_is_heavy(final_report):
    sizes = {path.name: path.stat().st_size for path in final_report.glob("*.html") if path.name != "subjects.html"}
    assert {name: size for name, size in sizes.items() if size > 400_000} == {}
