"""The pages in a browser: nothing asked for, nothing complained of, accessible, and all of it there for the keyboard.

Debian's Chromium, driven by playwright; axe-core as axe-playwright-python brings it.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
from pathlib import Path

import axe_playwright_python
import pytest
from pypdf import PdfReader

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
SIZES = ((1280, "light"), (1280, "dark"), (375, "light"), (375, "dark"))
PAGES = (
    "index", "data_quality", "disposition", "sri", "immunology", "sledai", "relapses", "adverse_events", "subjects",
)  # fmt: skip
PAYLOADS = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)></svg>",
    "<a href=javascript:alert(1)>x</a>", "[x](javascript:alert(1))", "<style>*{display:none}</style>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>", "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<input autofocus onfocus=alert(1)>", "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "<math><mtext><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "$\\href{javascript:alert(1)}{x}$", "</script><script>alert(1)</script>",
    "</td></tr></table><script>alert(1)</script>",
    "--><script>alert(1)</script><!--", "{{ 7 * 7 }}", "' autofocus onfocus='alert(1)",
    '" onmouseover="alert(1)" x="', "<base href=//evil.example/>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "=cmd|' /C calc'!A0",
)  # fmt: skip
# only the listing of reasons for each response has it
BASELINE_CELL = re.compile(r"^SLEDAI \d+", re.MULTILINE)
STOPS = """() => [...document.querySelectorAll("a[href], button, input, summary, [tabindex]")]
  .filter((node) => node.tabIndex >= 0 && node.checkVisibility({visibilityProperty: true}))"""

ACTING = """() => [...document.querySelectorAll("*")]
  .filter((node) => [...node.attributes].some((one) => one.name.startsWith("on")) || /^javascript:/i.test(node.href))
  .map((node) => node.outerHTML.slice(0, 200))"""


def look_behind(page, button):
    """Open the drawer of a number and close it again."""
    button.click()
    page.locator("#drawer[open] h2").wait_for()
    page.keyboard.press("Escape")
    page.locator("#drawer").wait_for(state="hidden")


@pytest.mark.parametrize("name", PAGES)
def test_page__is_accessible_at_every_size_in_light_and_dark(open_page, name):
    found = []
    page = open_page(name)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    for width, scheme in SIZES:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        result = page.evaluate("axe.run({resultTypes: ['violations']})")
        assert len(result["passes"]) > 15  # it looked at something
        found += [(width, scheme, rule["id"], rule["nodes"][0]["html"][:200]) for rule in result["violations"]]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append((width, scheme, "the page is wider than the screen", ""))
    assert found == []


@pytest.mark.parametrize("name", PAGES)
def test_page__asks_for_nothing_and_complains_of_nothing(open_page, final_report, name):
    page = open_page(name)
    for button in page.locator("button.number").all()[:3]:
        look_behind(page, button)
    outside = [address for address in page.asked if not address.startswith("data:")]
    assert outside == [(final_report / f"{name}.html").as_uri()]
    assert page.said == []


@pytest.mark.parametrize("name", PAGES)
def test_page__the_tab_key_comes_by_everything_that_can_be_used(open_page, name):
    page = open_page(name)
    wanted = page.evaluate(f"({STOPS})().length")
    page.evaluate(f"window.left = new Set(({STOPS})())")
    for _ in range(wanted + 5):
        page.keyboard.press("Tab")
        page.evaluate("left.delete(document.activeElement)")
    assert page.evaluate("[...left].map((node) => node.outerHTML.slice(0, 120))") == []
    assert wanted > 20


def test_page__arrows_come_by_every_number_of_a_table(open_page):
    page = open_page("sri")
    table = page.locator(".sap-table table").first
    wanted = table.locator("button.number").count()
    table.locator("button.number").first.focus()
    page.evaluate("window.seen = new Set([document.activeElement])")
    rows = table.locator("tbody tr").count()
    for row in range(rows):
        for _ in range(6):
            page.keyboard.press("ArrowLeft" if row % 2 else "ArrowRight")
            page.evaluate("seen.add(document.activeElement)")
        page.keyboard.press("ArrowDown")
        page.evaluate("seen.add(document.activeElement)")
    assert (page.evaluate("seen.size"), wanted > 10) == (wanted, True)


def test_page__a_number_says_what_it_is_and_who_is_behind_it(open_page):
    page = open_page("sri")
    page.locator(".sap-table button.number").first.focus()  # of week 2; week 10 is four rows further down
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    hint = page.locator("#tip")
    hint.wait_for(state="visible")
    assert hint.text_content().startswith("SRI.PRIMARY · FAS · week 10")
    page.keyboard.press("Enter")
    drawer = page.locator("#drawer")
    drawer.wait_for(state="visible")
    text = drawer.inner_text()
    assert "SRI.PRIMARY|FAS|AVISITN|10|||SRI4|Y||n" in drawer.text_content()
    assert [words for words in ("FAS, 40 subjects", "week 10", "SLEIL2-") if words not in text] == []
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent") == "35/40"


def test_page__an_address_opens_the_drawer_of_its_result(open_page, final_report):
    page = open_page("index")
    page.get_by_role("button", name="35/40", exact=True).first.click()
    page.locator("#drawer a").first.click()
    page.locator("#drawer h2").wait_for()
    assert page.url.startswith((final_report / "sri.html").as_uri())
    assert page.locator("#drawer h2").inner_text() == "35"


def test_page__a_listing_is_filtered_and_sorted(open_page):
    page = open_page("adverse_events")
    block = page.locator(".sap-listing:has(table)").filter(has=page.locator("button.sort")).last
    rows = block.locator("tbody tr:visible")
    before = rows.count()
    first = rows.first.locator("th").inner_text()
    block.get_by_role("searchbox").fill(first)
    assert 0 < rows.count() < before
    assert block.get_by_role("status").inner_text() == f"{rows.count()} of {before} rows"
    block.get_by_role("searchbox").fill("")
    heading = block.locator("th[scope=col]").first
    for direction in ("ascending", "descending"):
        heading.get_by_role("button").click()
        assert heading.get_attribute("aria-sort") == direction
        names = block.locator("tbody th").all_inner_texts()
        assert names == sorted(names, reverse=direction == "descending")


def test_page__a_table_downloads_as_csv_with_its_numbers(open_page, tmp_path):
    page = open_page("sri")
    with page.expect_download() as waited:
        page.get_by_role("button", name="Download as CSV: Table 14.2.1.1. SRI-4").click()
    waited.value.save_as(tmp_path / "table.csv")
    lines = (tmp_path / "table.csv").read_text(encoding="utf-8-sig").splitlines()
    assert waited.value.suggested_filename == "table-14-2-1-1.csv"
    assert lines[-1] == "10,35/40,87.5,73.2 to 95.8"


def test_print__heading_of_a_listing_stands_on_every_sheet(open_page):
    sheets = [sheet.extract_text() for sheet in PdfReader(io.BytesIO(open_page("sri").pdf())).pages]
    with_rows = [text for text in sheets if BASELINE_CELL.search(text)]
    assert len(with_rows) > 1
    assert [text for text in with_rows if "Baseline" not in text] == []


def test_index__finds_tables_and_figures_of_all_pages(open_page, final_report):
    page = open_page("index")
    page.locator("#search").fill("table subgroup")
    page.locator("#found a").first.wait_for()
    link = page.locator("#found a").first
    file, _, anchor = link.get_attribute("href").partition("#")
    assert f'id="{anchor}"' in (final_report / file).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def hostile_report(sap, final_cut, tmp_path_factory):
    """The report of a cut with payloads in every column of text of every domain, each of them a term of an event."""
    cut = tmp_path_factory.mktemp("hostile") / "cut"
    shutil.copytree(final_cut, cut)
    for path in sorted(cut.glob("*.csv")):
        _poison(path)
    done = sap("run", cut, cwd=cut.parent)
    assert done.status == 0, done.stderr
    return done.report


def _poison(path):
    """Put one payload after the other into a file: each column has one, in a row of its own."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows, names = list(reader), [name for name in reader.fieldnames if name != "STUDYID"]
    numbers = {name for name in names if name.endswith(("SEQ", "STRESN", "DOSE", "NRLO", "NRHI", "VISITNUM", "AGE"))}
    for place, name in enumerate(name for name in names if name not in numbers):
        row = rows[place % len(rows)]
        if name == "ARMCD":  # a treated subject of another arm would refuse the cut
            row = next(row for row in rows if row[name] == "SCRNFAIL")
        row[name] = PAYLOADS[place % len(PAYLOADS)]
    if path.stem == "ae":
        # of these every event is treatment-emergent, and so a row of the table of terms
        for row, payload in zip(rows[62:], PAYLOADS, strict=False):
            row["AETERM"] = row["AEDECOD"] = payload
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def test_page__no_payload_in_any_field_of_the_cut_runs(open_page, hostile_report):
    for path in sorted(hostile_report.glob("*.html")):
        page = open_page(path.stem, report=hostile_report)
        for button in page.locator("button.number").all()[:2]:
            look_behind(page, button)
        acting = page.evaluate(ACTING)
        scripts = page.locator("script").count()
        assert (page.said, acting, scripts) == ([], [], 2), path.name
        page.context.close()


def test_page__every_payload_is_shown_as_text(open_page, hostile_report):
    page = open_page("adverse_events", report=hostile_report)
    terms = page.locator("tbody th[scope=row]").all_text_contents()
    assert [payload for payload in PAYLOADS if payload not in terms] == []
