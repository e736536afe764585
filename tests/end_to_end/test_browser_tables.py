"""Every table of every page in a browser: its controls, its order when sorted, its rows as CSV, what is behind it."""

from __future__ import annotations

import csv
import io
import re
from decimal import ROUND_HALF_UP, Context, Decimal

import pytest
from bs4 import BeautifulSoup

from sap_helpers.results import number_of
from sap_helpers.show.display import Cell, Column, Row, Table
from sap_helpers.show.page import Outline, PageContext, render_blocks

PAGES = (
    "index", "data_quality", "disposition", "sri", "immunology", "sledai", "relapses", "adverse_events", "subjects",
)  # fmt: skip
OPEN_ALL = """() => document.querySelectorAll("details").forEach((one) => (one.open = true))"""
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
PLAIN_NUMBER = re.compile(r"[-+]?[\d.]+")
# the link over all others is there for the keyboard alone
COVERED = """() => {
  const controls = [...document.querySelectorAll("a[href]:not(.skip), button, input, summary")];
  const shown = controls.filter((node) => node.checkVisibility());
  const covered = shown.filter((node) => {
    node.scrollIntoView({block: "center", inline: "center", behavior: "instant"});
    const box = node.getClientRects()[0];
    return !node.contains(document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2));
  });
  return [shown.length, covered.map((node) => node.outerHTML.slice(0, 160))];
}"""
# headings of tables that scroll in a region of their own, each looked for at its middle, rows further down
HIDDEN_HEADINGS = """() => [...document.querySelectorAll(".sap-long")].flatMap((region) => {
  region.scrollIntoView({block: "center", behavior: "instant"});
  region.scrollTop = 250;
  return [...region.querySelectorAll("thead th")].filter((cell) => {
    region.scrollLeft = cell.offsetLeft + (cell.offsetWidth - region.clientWidth) / 2;
    const box = cell.getBoundingClientRect();
    return !cell.contains(document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2));
  }).map((cell) => cell.textContent);
})"""
# headings of numbers whose text does not end where the numbers below end
MISALIGNED = """() => [...document.querySelectorAll(".sap-table table")].flatMap((table) => {
  const left = (cell) => cell.getBoundingClientRect().left;
  const end = (cell) => cell.getBoundingClientRect().right - parseFloat(getComputedStyle(cell).paddingRight);
  const cells = [...table.querySelectorAll("tbody td.sap-num")];
  return [...table.querySelectorAll("thead th.sap-num")].filter((head) => {
    const below = cells.find((cell) => left(cell) === left(head));
    return below && Math.abs(end(below) - end(head)) > 0.5;
  }).map((head) => head.textContent);
})"""
SAVED = """() => {
  const saved = [];
  HTMLAnchorElement.prototype.click = function () { saved.push(decodeURIComponent(this.href.split(",")[1])); };
  document.querySelectorAll(".tools button").forEach((button) => button.click());
  return saved;
}"""
FILTERED = """(wanted) => document.querySelectorAll(".tools input").forEach((input) => {
  input.value = wanted;
  input.dispatchEvent(new Event("input"));
})"""
# of every column that sorts: its texts as they stood, upwards, downwards; and whether texts stand in a reader's order
SORTED = """() => [...document.querySelectorAll(".sap-listing")].flatMap((block) => [...block.querySelectorAll("th")]
  .filter((heading) => heading.querySelector("button.sort"))
  .map((heading) => {
    const rows = () => [...block.querySelectorAll("tbody tr")];
    const texts = () => rows().map((row) => row.cells[heading.cellIndex].textContent);
    const whole = () => rows().map((row) => row.textContent).sort().join();
    const [before, all] = [texts(), whole()];
    const sorted = () => (heading.querySelector("button").click(), texts());
    return [heading.textContent, before, sorted(), sorted(), whole() === all];
  }))"""
NUMBER = re.compile(r"([<>≤≥]?)([-−+]?)(\d[\d,]*(?:\.\d+)?(?:e[-+]\d+)?)%?")
EMPTY = {"", "–", "-"}


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", PAGES)
def test_page__a_mouse_reaches_every_control(open_page, name, width):
    page = open_page(name, width=width)
    page.evaluate(OPEN_ALL)
    total, covered = page.evaluate(COVERED)
    assert (total > 20, covered) == (True, [])


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize(("name", "heading_rows"), [("adverse_events", 2), ("sri", 1)])
def test_page__every_heading_stays_in_sight_where_a_table_scrolls(open_page, name, heading_rows, width):
    page = open_page(name, width=width)
    page.evaluate(OPEN_ALL)
    assert page.locator(f".sap-long thead tr:nth-child({heading_rows})").count() > 0
    assert page.evaluate(HIDDEN_HEADINGS) == []


@pytest.mark.parametrize("name", ["sri", "sledai", "adverse_events"])
def test_page__headings_of_numbers_stand_over_them(open_page, name):
    page = open_page(name)
    assert page.locator(".sap-table thead tr:nth-child(2) th.sap-num").count() > 0
    assert page.evaluate(MISALIGNED) == []


def value_of(text):
    """Return the number that a cell stands for, None for a text."""
    match = NUMBER.fullmatch(text)
    return match and Decimal(("-" if match[2] in {"-", "−"} else "") + match[3].replace(",", ""))


def wrong_order(page, upwards, downwards):
    """Return in which ways a sorted column is not in order: numbers by value, then texts, then what is empty."""
    wrong = []
    for texts, sign, name in ((upwards, 1, "upwards"), (downwards, -1, "downwards")):
        said = [text for text in texts if text not in EMPTY]
        is_text = [value_of(text) is None for text in said]
        numbers = [sign * value_of(text) for text in said if value_of(text) is not None]
        words = [text for text in said if value_of(text) is None][::sign]
        by_name = page.evaluate("(words) => words.toSorted(new Intl.Collator('en', {numeric: true}).compare)", words)
        wrong += [f"{name}: empty before the end"] if texts[: len(said)] != said else []
        wrong += [f"{name}: numbers among texts"] if is_text[::sign] != sorted(is_text) else []
        wrong += [f"{name}: {numbers}"] if numbers != sorted(numbers) else []
        wrong += [f"{name}: {words}"] if words != by_name else []
    return wrong


@pytest.mark.parametrize("name", PAGES)
def test_page__every_column_sorts_by_what_it_means(open_page, name):
    page = open_page(name)
    columns = page.evaluate(SORTED)
    assert bool(columns) == (name not in {"index", "subjects"})
    for heading, before, upwards, downwards, is_whole in columns:
        assert sorted(before) == sorted(upwards) == sorted(downwards), heading
        assert (wrong_order(page, upwards, downwards), is_whole) == ([], True), heading


@pytest.fixture
def open_made(open_page, tmp_path):
    """Give a function that opens a page with the table given as HTML."""

    def opened(html):
        about = PageContext("T", "S", "", "c", "2015-01-01", "1", synthetic=True, sealed=False, interim=False)
        (tmp_path / "made.html").write_text(render_blocks([html], Outline(), about), encoding="utf-8")
        return open_page("made", report=tmp_path)

    return opened


@pytest.fixture
def open_listing(open_made):
    """Give a function that opens a page with one listing, each of whose rows is named by the text of its cell."""

    def opened(*texts):
        rows = tuple(Row(text, (Cell(text),)) for text in texts)
        return open_made(Table("X", "Made up", "Name", (Column("Value"),), rows, kind="listing").html())

    return opened


ORDERS = {
    "digits after the point": ("3.09", "3.17", "3.9", "4.13", "4.9"),
    "below nought": ("-10", "−2.4", "-2", "0", "0.5"),
    "beyond a limit": ("<0.5", "0.5", "≥ 0.5", "17.9", "1000", ">1000"),
    "thousands and percentages": ("9%", "999", "1,000", "12,000.5"),
    "exponents": ("5.7e-7", "0.001", ".5", "1e3"),
    "numbers, then texts, then nothing": ("2", "10", "Ab 2", "ab 10", "not estimable", "–"),
    "days": ("2014-02", "2014-02-03", "2014-11-02", "–", "–"),
}


@pytest.mark.parametrize("ordered", ORDERS.values(), ids=ORDERS)
def test_listing__sorts_by_value(open_listing, ordered):
    page = open_listing(*ordered[1::2], *ordered[::2])
    said = [text for text in ordered if text != "–"]
    nothing = ["–"] * ordered.count("–")
    for expected in (said, said[::-1]):
        page.locator("button.sort").last.click()
        assert page.locator("tbody td").all_inner_texts() == [*expected, *nothing]


def saved(page):
    """Return the rows of the CSV file of every table of a page."""
    texts = page.evaluate(SAVED)
    assert all(text.startswith("\ufeff") for text in texts)
    return [list(csv.reader(io.StringIO(text[1:]))) for text in texts]


def guarded(text):
    return f"'{text}" if text.startswith(FORMULA) and not PLAIN_NUMBER.fullmatch(text) else text


def heading_texts(rows, words_of):
    """Return the headings of a table's columns, each with what spans it in front."""
    texts = {}
    for at, row in enumerate(rows):
        columns = (column for column in range(1000) if (at, column) not in texts)
        for cell in row.find_all(["th", "td"]):
            for column in [next(columns) for _ in range(int(cell.get("colspan", 1)))]:
                texts |= {(at + down, column): words_of(cell) for down in range(int(cell.get("rowspan", 1)))}
    count = 1 + max(column for _, column in texts)
    return [": ".join(dict.fromkeys(texts[at, column] for at in range(len(rows)))) for column in range(count)]


def rows_shown(table, words_of):
    """Return the texts of a table's rows, what spans several columns in the first of them."""
    rows = []
    for row in table.select("tbody tr"):
        cells = [(words_of(cell), int(cell.get("colspan", 1))) for cell in row.find_all(["th", "td"])]
        rows.append([part for text, columns in cells for part in (text, *[""] * (columns - 1))])
    return rows


@pytest.mark.parametrize("name", PAGES)
def test_page__every_table_downloads_whole_with_a_name_for_each_column(open_page, final_report, words_of, name):
    soup = BeautifulSoup((final_report / f"{name}.html").read_text(encoding="utf-8"), "html.parser")
    blocks, files = soup.select(".sap-table"), saved(open_page(name))
    assert len(blocks) == len(files) > 1
    for block, (heading, *rows) in zip(blocks, files, strict=True):
        assert heading == [*map(guarded, heading_texts(block.select("thead tr"), words_of))]
        assert all(heading), heading
        assert len(set(heading)) == len(heading)
        assert {len(row) for row in rows} == {len(heading)}
        assert rows == [[*map(guarded, row)] for row in rows_shown(block.table, words_of)]


def test_page__a_heading_over_others_names_each_column_of_the_file(open_page):
    headings = [heading for heading, *_ in saved(open_page("sri"))]
    assert [
        "Week", "SELENA-SLEDAI reduced by ≥\xa04: n/N (%)", "SELENA-SLEDAI reduced by ≥\xa04: 95% CI (%)",
        "No new BILAG activity: n/N (%)", "No new BILAG activity: 95% CI (%)",
        "PGA rise <\xa00.3: n/N (%)", "PGA rise <\xa00.3: 95% CI (%)",
    ] in headings  # fmt: skip


@pytest.mark.parametrize("name", ["disposition", "sri", "data_quality"])
def test_page__a_filtered_listing_downloads_as_it_is_shown(open_page, name):
    page = open_page(name)
    everything = saved(page)
    page.evaluate(FILTERED, "SLEIL2-010")
    shown = saved(page)
    for (heading, *rows), (again, *left) in zip(everything, shown, strict=True):
        has_filter = any("SLEIL2-010" in row for row in rows) and len(left) < len(rows)
        assert (again, left) == (heading, [row for row in rows if "SLEIL2-010" in row] if has_filter else rows)
    assert sum(map(len, shown)) < sum(map(len, everything))


def test_download__no_cell_is_a_formula(open_listing):
    texts = ["=1+1", "+x", "-x", "@x", "＝cmd|x", "＋x", "－x", "＠x", "-2.4", "+3"]
    (table,) = saved(open_listing(*texts))
    assert [value for _, value in table[1:]] == [*(f"'{text}" for text in texts[:-2]), "-2.4", "+3"]


def test_download__table_without_headings_is_its_rows(open_made):
    page = open_made('<div class="sap-table"><table><tbody><tr><th>a</th><td>1</td></tr></tbody></table></div>')
    assert saved(page) == [[["a", "1"]]]
    assert page.said == []


FACTS = """() => [...document.querySelectorAll("#drawer dl div")]
  .map((one) => [...one.children].map((part) => part.textContent))"""
PARTS = """() => [...document.querySelectorAll("#drawer section")].map((part) => {
  const rows = [...part.querySelectorAll("tbody tr")];
  const heads = [...part.querySelectorAll("thead th")].map((head) => head.textContent);
  const subjects = new Set(rows.map((row) => row.cells[0].textContent));
  const records = rows.filter((row) => heads.includes("Record") && row.cells[heads.indexOf("Record")].textContent);
  return [part.querySelector("h3").textContent, subjects.size, records.length];
})"""


def opened_numbers(page, step):
    """Open one number after the other, some left out, and yield each time."""
    for button in page.locator("button.number").all()[::step]:
        button.evaluate("(node) => node.click()")
        page.locator("#drawer[open] h2").wait_for()
        yield
        page.keyboard.press("Escape")
        page.locator("#drawer").wait_for(state="hidden")


@pytest.mark.parametrize("name", ["sri", "immunology", "adverse_events"])
def test_drawer__headings_count_subjects_and_their_records(open_page, name):
    page = open_page(name)
    seen = set()
    for _ in opened_numbers(page, 40):
        for heading, subjects, records in page.evaluate(PARTS):
            said = re.findall(r"(\d+) (subject|record)(s?)", heading.rpartition(": ")[2])
            counts = [(subjects, "subject"), *([(records, "record")] if records else [])]
            assert said == [(str(n), word, "" if n == 1 else "s") for n, word in counts if n], heading
            seen.add(len(said))
    assert 2 in seen


def test_drawer__of_a_change_in_pairs_counts_both(open_page):
    page = open_page("immunology")
    page.locator("td:has-text('4.43') button.number").first.click()
    page.locator("#drawer[open] h2").wait_for()
    assert "Counted in n, or whose values these are: 32 subjects, 64 records" in page.locator("#drawer").inner_text()


def test_drawer__shows_four_digits_and_beside_the_id_what_is_stored(open_page, results_of, final_report):
    page, results = open_page("immunology"), results_of(final_report)
    places = Context(prec=4, rounding=ROUND_HALF_UP)
    rounded = 0
    for _ in opened_numbers(page, 25):
        facts = dict(page.evaluate(FACTS))
        ids = page.locator("#drawer details code").all_text_contents()
        for line in ids:
            result_id, _, stored = line.rpartition(" = ")
            stat = results[result_id].stat
            assert number_of(stored) == stat
            if isinstance(stat, float) and not stat.is_integer():
                shown = next(text for name, text in facts.items() if name.startswith(results[result_id].stat_name))
                assert Decimal(shown.partition(":")[0]) == places.create_decimal(repr(stat)), line
                rounded += 1
    assert rounded > 20


@pytest.mark.parametrize("address", ["#r=%", "#r=%E0%A4%A", "#r=no+such|result", "#main"])
def test_page__an_address_of_nothing_opens_nothing(open_page, address):
    page = open_page("sri")
    page.goto(f"{page.url}{address}")
    page.reload()
    page.wait_for_timeout(300)
    assert (page.said, page.locator("#drawer[open]").count()) == ([], 0)
