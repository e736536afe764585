"""Room of the table of adverse-event categories: which terms belong to which category of the registry record."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sap_helpers.errors import PlanError

if TYPE_CHECKING:
    from pathlib import Path

    from sap_helpers.plan.safety import Categories

COLUMNS = ["version", "aesi", "match_on", "how", "text"]
MATCHED = ("AEDECOD", "AEBODSYS")
WAYS = ("exact", "prefix")


class Entry(NamedTuple):
    """One row of the table: the category, the column and the way in which it is matched, and the text."""

    category: str
    column: str
    how: str
    text: str


@dataclass(frozen=True, slots=True)
class CategoryTable:
    """The table of categories: its version, the categories in report order, and its rows."""

    version: str
    codes: tuple[str, ...]
    entries: tuple[Entry, ...]

    def of(self, term: str, system: str) -> tuple[str, ...]:
        """Return the categories of an event, in report order; letter case and outer blanks do not count.

        Parameters
        ----------
        term, system
            Preferred term and system organ class.
        """
        text = {"AEDECOD": normal(term), "AEBODSYS": normal(system)}
        found = {entry.category for entry in self.entries if _matches(entry, text[entry.column])}
        return tuple(code for code in self.codes if code in found)


def normal(text: str) -> str:
    """Return a text as it is compared: without outer blanks and letter case."""
    return text.strip().casefold()


def load_categories(path: Path, planned: Categories) -> CategoryTable:
    """Return the table of categories kept beside the plan.

    Parameters
    ----------
    path
        CSV with the columns version, aesi, match_on (AEDECOD, AEBODSYS), how (exact, prefix), text.
    planned
        The version and the categories that the plan names.

    Raises
    ------
    PlanError
        The file cannot be read, a row is not of that form, or it holds another version or other categories.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file, strict=True)
    except (OSError, ValueError, csv.Error) as error:
        raise PlanError(f"{path.name}: the table of categories cannot be read: {error}") from error
    if header != COLUMNS:
        raise PlanError(f"{path.name} line 1: columns {', '.join(header)}; allowed: {', '.join(COLUMNS)}")
    entries = tuple(_parse_row(row, f"{path.name} line {line}", planned) for line, row in enumerate(rows, start=2))
    absent = [code for code in planned.codes if code not in {entry.category for entry in entries}]
    if absent:
        raise PlanError(f"{path.name}: no term for the category {absent[0]}. Add one, or take it out of the plan.")
    return CategoryTable(planned.version, planned.codes, entries)


def _parse_row(row: list[str], place: str, planned: Categories) -> Entry:
    if len(row) != len(COLUMNS):
        raise PlanError(f"{place}: {len(row)} fields; allowed: {len(COLUMNS)}")
    version, category, column, how, text = row
    for name, value, allowed in (
        ("version", version, (planned.version,)), ("aesi", category, planned.codes),
        ("match_on", column, MATCHED), ("how", how, WAYS),
    ):  # fmt: skip
        if value not in allowed:
            raise PlanError(f"{place}: {name} {value!r}; allowed: {', '.join(allowed)}")
    if not normal(text):
        raise PlanError(f"{place}: no text to compare with; give one")
    return Entry(category, column, how, normal(text))


def _matches(entry: Entry, text: str) -> bool:
    return text.startswith(entry.text) if entry.how == "prefix" else text == entry.text
