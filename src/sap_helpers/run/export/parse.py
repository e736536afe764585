"""A table of an executed notebook, read back from its HTML: headings with their spans, rows, notes, source."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

from sap_helpers.run.export.outputs import ReadCell, ReadRow, TableOutput
from sap_helpers.show.text import visible

DEPTH = re.compile(r"sap-depth(\d)")
# no XML document may hold them
NO_TEXT = {code: f"<U+{code:04X}>" for code in (0xFFFE, 0xFFFF)}
CELLS = {"th", "td"}
# in a cell that opens to several lines: after its first, and between the others
OPENING, NEXT_LINE = ": ", "; "


def shown(text: str) -> str:
    """Return text as every format may hold it: what cannot be seen is written out."""
    return visible(text).translate(NO_TEXT)


def parse_table(markup: str, page: str, label: str) -> TableOutput:
    """Return the table that `show.table_html` wrote.

    Parameters
    ----------
    markup
        The HTML of one output.
    page, label
        As in `TableOutput`.

    Raises
    ------
    ValueError
        It has no heading row.
    """
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    if not reader.head:
        raise ValueError(f"{label or 'a table'} on the page '{page}' has no heading row")
    return TableOutput(
        page, label, shown(reader.title), shown(reader.population), tuple(reader.head), tuple(reader.body),
        tuple(map(shown, reader.notes)), shown(reader.source),
    )  # fmt: skip


class _Reader(HTMLParser):
    """Collects the texts of caption, cells and notes, and how the cells lie."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title = self.population = self.source = ""
        self.notes: list[str] = []
        self.head: list[ReadRow] = []
        self.body: list[ReadRow] = []
        self._row: list[ReadCell] = []
        self._kinds: list[str] = []
        self._is_head = self._is_group = False
        self._cell = ReadCell("")
        self._text: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a row, a cell, or a text that is kept."""
        given = {name: value or "" for name, value in attrs}
        kinds = given.get("class", "").split()
        if tag in {"thead", "tbody"}:
            self._is_head = tag == "thead"
        elif tag == "tr":
            self._row, self._kinds, self._is_group = [], [], False
        elif tag in CELLS:
            self._begin_cell(given, kinds)
        elif (tag == "span" and set(kinds) & {"sap-title", "sap-population"}) or tag == "p":
            self._kinds, self._text = kinds, []
        elif tag == "br":
            self.handle_data(NEXT_LINE)

    def _begin_cell(self, given: dict[str, str], kinds: list[str]) -> None:
        spans = int(given.get("colspan", "1")), int(given.get("rowspan", "1"))
        is_number = "sap-num" in kinds
        is_narrow = (is_number and "sap-words" not in kinds) or "sap-short" in kinds
        self._cell = ReadCell("", *spans, is_number, may_wrap=self._is_head or not is_narrow)
        self._is_group |= given.get("scope") == "rowgroup"
        self._kinds = self._kinds if self._row else kinds
        self._text = []

    def handle_data(self, data: str) -> None:
        """Keep the text of what was begun."""
        if self._text is not None:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        """End what was begun."""
        if tag == "tr":
            depth = DEPTH.search(" ".join(self._kinds))
            row = ReadRow(tuple(self._row), int(depth[1]) if depth else 0, self._is_group)
            (self.head if self._is_head else self.body).append(row)
        elif tag == "summary":
            self.handle_data(OPENING)
        elif self._text is not None and tag in {*CELLS, "span", "p"}:
            self._keep(tag, "".join(self._text))
            self._text = None

    def _keep(self, tag: str, text: str) -> None:
        if tag in CELLS:
            self._row.append(replace(self._cell, text=shown(text)))
        elif tag == "p" and "sap-source" in self._kinds:
            self.source = text
        elif tag == "p":
            self.notes.append(text)
        elif "sap-title" in self._kinds:
            self.title = text
        else:
            self.population = text
