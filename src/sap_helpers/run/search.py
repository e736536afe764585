"""What can be found on a page: its headings, tables, listings and figures, each with its anchor."""

from __future__ import annotations

import html
import re
from typing import TypeAlias

Entry: TypeAlias = tuple[str, str]

TAG = re.compile(r"<[^>]*>")
ENTRY = re.compile(
    r'<h[23] id="(?P<heading>[^"]+)">(?P<words>.*?)</h[23]>'
    r'|<div id="(?P<table>[^"]+)" class="sap-table.*?<span class="sap-title">(?P<title>.*?)</caption>'
    r'|<figure id="(?P<figure>[^"]+)".*?<figcaption>(?P<caption>.*?)</figcaption>',
    re.DOTALL,
)
POPULATION = '<span class="sap-population">'
END = re.compile(r"(?<!\d)\. ")


def find_entries(page: str) -> list[Entry]:
    """Return anchor and text of each heading, table, listing and figure of a page made by this package, in order."""
    return [_entry(match) for match in ENTRY.finditer(page)]


def _entry(match: re.Match[str]) -> Entry:
    if match["heading"]:
        return match["heading"], _words(match["words"])
    if match["table"]:
        return match["table"], _words(match["title"].partition(POPULATION)[0])
    return match["figure"], _first_sentence(_words(match["caption"]))


def _first_sentence(caption: str) -> str:
    return END.split(caption, maxsplit=1)[0]


def _words(markup: str) -> str:
    return html.unescape(TAG.sub("", markup)).strip()
