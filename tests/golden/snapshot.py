"""What a published report shows, as text that a diff can read: displays, those behind numbers, words, documents.

Reads the files of a report alone and nothing of the package, so that reports of two versions can be held together.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
import zipfile
import zlib
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

from bs4 import BeautifulSoup, Tag
from pypdf import PdfReader

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

BLOCKS = [
    "address", "article", "aside", "blockquote", "caption", "dd", "details", "div", "dl", "dt", "figcaption", "figure",
    "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre",
    "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul",
]  # fmt: skip
# what changes with each commit, or with the machine, and says nothing of the trial
CHANGING = (
    (re.compile(r"\b[0-9a-f]{64}\b"), "<sha256>"), (re.compile(r"\b[0-9a-f]{12,40}\b"), "<hash>"),
    (re.compile(r"\| \d+\.\d+\.\d+$"), "| <version>"),
)  # fmt: skip
PICTURE_SIZE = re.compile(r"\\pic[wh](?:goal)?\d+")
# the last line of a picture, of any length, ends its paragraph
HEX_LINE = re.compile(r"[0-9a-f]{40,}\}*|[0-9a-f]*\}\\par")
RAW_DEFLATE = -15
MARGIN = re.compile(r"word/(header|footer)(\d+)\.xml")
FIRST = 12
# the section of a document that says which software made it
SOFTWARE = "Further tables"


class Snapshot(NamedTuple):
    """What a report shows.

    Parameters
    ----------
    displays
        By page: each table, listing, figure and statement as a line of JSON, in order.
    behind
        By page: each key of a result shown, with the counts of those behind it and the hash of their records.
    text
        By page: its words, one block a line.
    """

    displays: dict[str, list[str]]
    behind: dict[str, list[str]]
    text: dict[str, list[str]]

    @property
    def parts(self) -> dict[str, list[str]]:
        """The lines of each part, by the name of a file for them."""
        return {
            f"{page}.{kind}": lines
            for kind, pages in (("displays.jsonl", self.displays), ("behind.csv", self.behind), ("txt", self.text))
            for page, lines in sorted(pages.items())
            if lines
        }


def take_snapshot(report: Path) -> Snapshot:
    """Return what a published report shows."""
    displays, behind, text = {}, {}, {}
    for path in sorted(report.glob("*.html")):
        soup = BeautifulSoup(path.read_text(encoding="utf-8"), "lxml")
        trail = _trail(soup)
        displays[path.stem] = list(_displays(soup, _result_ids(trail)))
        behind[path.stem] = _behind(trail)
        text[path.stem] = _words(soup)
    return Snapshot(displays, behind, text)


def differences(before: Snapshot, after: Snapshot) -> list[str]:
    """Return what is not the same, part by part: how many lines, and the first of them."""
    said = []
    for name in sorted({*before.parts, *after.parts}):
        said += compare_lines(name, before.parts.get(name, []), after.parts.get(name, []))
    return said


def compare_lines(name: str, before: list[str], after: list[str]) -> list[str]:
    """Return that two texts differ and their first lines that do, or nothing."""
    if before == after:
        return []
    gone, came = (
        [line for line in before if line not in set(after)],
        [line for line in after if line not in set(before)],
    )
    if not gone and not came:
        return [f"{name}: the same lines in another order or number"]
    lines = [*(f"  - {line}" for line in gone[:FIRST]), *(f"  + {line}" for line in came[:FIRST])]
    return [f"{name}: {len(gone)} lines gone, {len(came)} new", *lines]


def _trail(soup: BeautifulSoup) -> dict[str, Any]:
    script = soup.find("script", id="behind")
    if not isinstance(script, Tag):
        return {}
    found: dict[str, Any] = json.loads(zlib.decompress(base64.b64decode(script.get_text()), RAW_DEFLATE))
    return found


def _result_ids(trail: dict[str, Any]) -> list[str]:
    return ["|".join([*map(str, trail["keys"][place]), stat]) for place, stat, *_ in trail.get("results", ())]


def _displays(soup: BeautifulSoup, ids: list[str]) -> Iterator[str]:
    for tag in soup.select("main div.sap-table, main figure.sap-figure, main div.sap-statement"):
        if tag.find_parent("figure") or (tag.find_parent("div", class_="sap-table") and "sap-table" in tag["class"]):
            continue  # the numbers of a figure stand with it
        yield _stable(json.dumps(_display(tag, ids), ensure_ascii=False))


def _display(tag: Tag, ids: list[str]) -> dict[str, Any]:
    kinds = tag["class"]
    if "sap-statement" in kinds:
        said = [{"text": _text(p), "ids": _ids(p, ids)} for p in tag.find_all("p")]
        return {"kind": "statement", "paragraphs": said}
    if "sap-figure" in kinds:
        image, numbers = tag.find("img"), tag.select_one(".sap-numbers")
        inner = numbers.select_one(".sap-table") if numbers else None
        return {
            "kind": "figure", "anchor": tag.get("id", ""), "caption": _text(tag.find("figcaption")),
            "alt": image["alt"] if image else "", "drawn": bool(image),
            "numbers": _table(inner, ids) if inner else _text(numbers) if numbers else "",
        }  # fmt: skip
    return _table(tag, ids)


def _table(tag: Tag, ids: list[str]) -> dict[str, Any]:
    kind = "listing" if "sap-listing" in tag["class"] else "plain" if "sap-plain" in tag["class"] else "table"
    title = tag.select_one(".sap-title")
    population = tag.select_one(".sap-population")
    scrolls = tag.select_one(".sap-scroll")
    rows = [[_cell(cell, ids) for cell in row.find_all(["th", "td"])] for row in tag.select("tbody tr")]
    is_environment = "Software that made this page" in _text(title)
    return {
        "kind": kind, "anchor": tag.get("id", ""), "title": _text(title), "population": _text(population),
        "is_long": bool(scrolls) and "sap-long" in scrolls["class"],
        "head": [[_cell(cell, ids) for cell in row.find_all(["th", "td"])] for row in tag.select("thead tr")],
        "rows": [[row[0], {"text": "<version>"}] for row in rows] if is_environment else rows,
        "notes": [_text(p) for p in tag.select(".sap-notes p")],
    }  # fmt: skip


def _cell(cell: Tag, ids: list[str]) -> dict[str, Any]:
    link = cell.find("a")
    found = {
        "text": _text(cell), "ids": _ids(cell, ids), "link": link["href"] if isinstance(link, Tag) else "",
        "class": " ".join(sorted(cell.get("class", []))), "columns": cell.get("colspan", ""),
        "rows": cell.get("rowspan", ""),
    }  # fmt: skip
    return {name: value for name, value in found.items() if value}


def _ids(tag: Tag, ids: list[str]) -> list[str]:
    return [ids[int(place)] for place in tag.get("data-r", "").split()]


def _text(tag: Tag | None) -> str:
    return "" if tag is None else " ".join(tag.get_text(" ").split())


def _behind(trail: dict[str, Any]) -> list[str]:
    """Return a line for each key: its parts with the number of their lines, and the hash of all that they say."""
    if not trail:
        return []
    lines = _unpacked(trail["lines"], [name for name, _ in trail["subjects"]])
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n")
    rows = []
    for key, place in zip(trail["keys"], trail["of"], strict=True):
        parts = trail["behind"][place] if place >= 0 else []
        found = [(heading, note, sorted(lines[at] for at in accumulate(steps))) for heading, note, steps in parts]
        said = "; ".join(f"{heading}{': ' + note if note else ''} {len(of)}" for heading, note, of in found)
        rows.append(["|".join(map(str, key)), said, _hash(json.dumps(found, ensure_ascii=False))])
    write.writerows(sorted(rows))
    return out.getvalue().splitlines()


def _unpacked(packed: dict[str, list[Any]], subjects: list[str]) -> list[tuple[str, ...]]:
    """Return the records behind numbers: columns hold differences, sources the form and the steps of their numbers."""
    places = {name: list(accumulate(packed[name])) for name in ("subject", "dataset", "what", "week", "aseq")}
    before: dict[int, list[int]] = {}
    steps = iter(packed["numbers"])
    found = []
    for at, form in enumerate(packed["form"]):
        text = packed["forms"][form]
        before[form] = [number + next(steps) for number in before.get(form, [0] * text.count("#"))]
        words = [packed["words"][places[name][at]] for name in ("dataset", "what", "week")]
        source = text.replace("#", "{}").format(*before[form])
        found.append((subjects[places["subject"][at]], str(places["aseq"][at]), *words, packed["date"][at],
                      packed["value"][at], source))  # fmt: skip
    return found


def _words(soup: BeautifulSoup) -> list[str]:
    """Return the words of a page, one block a line and the cells of a row in one; neither code nor the page's tools."""
    for tag in soup.select("script, style, details.code, pre.code, svg"):
        tag.decompose()
    for text in soup.find_all(string=lambda text: "\n" in text):
        if not text.find_parent("pre"):
            text.replace_with(text.replace("\n", " "))
    for tag in soup.find_all(["td", "th"]):
        tag.append(" | ")
    for tag in soup.find_all(BLOCKS):
        tag.insert_before("\n")
        tag.append("\n")
    lines = (" ".join(line.split()).removesuffix(" |") for line in soup.get_text("").splitlines())
    return [_stable(line) for line in lines if line]


def document_words(data: bytes) -> list[str]:
    """Return the words of a DOCX, RTF (pictures aside) or PDF, line by line, without the software that made it."""
    if data.startswith(b"PK"):
        return [word for part in _word_parts(data) for word in _without_software(_paragraphs(part))]
    if data.startswith(b"{\\rtf"):
        said = PICTURE_SIZE.sub("", data.decode("latin-1")).splitlines()
        said = [line for line in said if not HEX_LINE.fullmatch(line.strip())]
    else:
        said = [line for page in PdfReader(io.BytesIO(data)).pages for line in page.extract_text().splitlines()]
    return _without_software(said)


def _word_parts(data: bytes) -> Iterator[bytes]:
    """Yield the body of a DOCX, then its headers and footers in the order of their numbers."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        yield package.read("word/document.xml")
        found = (MARGIN.fullmatch(name) for name in package.namelist())
        for match in sorted(filter(None, found), key=lambda match: (match[1], int(match[2]))):
            yield package.read(match[0])


def _paragraphs(part: bytes) -> list[str]:
    return ["".join(run.get_text() for run in p.find_all("t")) for p in BeautifulSoup(part, "xml").find_all("p")]


def _without_software(said: Iterable[str]) -> list[str]:
    """Return the lines that say something, without what the section of the software says."""
    found = [_stable(line.strip()) for line in said if line.strip()]
    ends = [place for place, line in enumerate(found) if SOFTWARE in line]
    return found[: ends[-1]] if ends else found


def lines_hash(lines: Iterable[str]) -> str:
    """Return the hash of some lines."""
    return _hash("\n".join(lines))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _stable(text: str) -> str:
    for pattern, word in CHANGING:
        text = pattern.sub(word, text)
    return text
