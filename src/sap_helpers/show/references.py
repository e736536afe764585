"""Whether all that the catalogue names is there: columns, sentences, vocabularies, functions, values of the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.errors import PlanError
from sap_helpers.plan.home import DISPLAYS_FILE, VOCABULARY_FILE
from sap_helpers.results import KEY_COLUMNS, STAT_NAMES
from sap_helpers.show.conditions import names_in
from sap_helpers.show.notes import NOTES, SETS
from sap_helpers.show.rows import ColumnRow, Line, TableRow, nearest
from sap_helpers.show.special import SPECIAL
from sap_helpers.show.words import FIELD, OF_PLAN, plan_value

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sap_helpers.plan import Plan
    from sap_helpers.show.catalogue import Catalogue


def check_references(catalogue: Catalogue, plan: Plan) -> None:
    """Refuse a catalogue that names a column, sentence, vocabulary, table's function or plan value that is not there.

    Parameters
    ----------
    catalogue
        Both files.
    plan
        The plan in force, whose values stand in the words.

    Raises
    ------
    PlanError
        Each name that is not known, with its path and the nearest one that is.
    """
    found = References(catalogue, plan)
    problems = [f"{DISPLAYS_FILE.name}: {said}" for said in found.of_displays()]
    problems += [f"{VOCABULARY_FILE.name}: {said}" for said in found.of_words()]
    if problems:
        raise PlanError("\n".join(problems))


def check_functions(
    catalogue: Catalogue, draw: Collection[str], frames: Collection[str], reasons: Collection[str]
) -> None:  # fmt: skip
    """Refuse a catalogue that names a figure, a frame or a reason for which there is no function.

    Raises
    ------
    PlanError
        As of `check_references`.
    """
    listings, figures = catalogue.displays.listings.items(), catalogue.displays.figures.items()
    problems = [
        *(said for name, row in listings for said in unknown(f"listings.{name}.frame", "frame", row.frame, frames)),
        *(
            said for name, row in listings for key in ("why", "gap")
            for said in unknown(f"listings.{name}.{key}", "reason", getattr(row, key), reasons)
        ),
        *(said for name, row in figures for said in unknown(f"figures.{name}.draw", "figure", row.draw, draw)),
        *(
            said for name, row in figures for frame in row.frames
            for said in unknown(f"figures.{name}.frames", "frame", frame, frames)
        ),
        *(said for name, row in figures for said in unknown(f"figures.{name}.why", "reason", row.why, reasons)),
    ]  # fmt: skip
    if problems:
        raise PlanError("\n".join(f"{DISPLAYS_FILE.name}: {said}" for said in problems))


def unknown(path: str, what: str, name: str, known: Collection[str]) -> Iterator[str]:
    """Yield that a name is not known, with its path and the nearest one that is; nothing where it is, or is empty."""
    if name and name not in known:
        yield f"{path}: unknown {what} '{name}'; {nearest(name, known)}."


class References:
    """The names that a catalogue uses, held against those that there are."""

    def __init__(self, catalogue: Catalogue, plan: Plan) -> None:
        self.displays, self.words, self.plan = catalogue.displays, catalogue.words, plan
        self.notes = {*catalogue.words.notes, *NOTES}
        self.vocabularies = {*catalogue.words.vocabularies, *OF_PLAN}

    def of_displays(self) -> Iterator[str]:
        """Yield what displays.yaml names and is not there."""
        for name, columns in self.displays.columns.items():
            yield from self._columns(f"columns.{name}", columns)
        for name, table in self.displays.tables.items():
            yield from self._table(f"tables.{name}", table)
        for name, listing in self.displays.listings.items():
            path = f"listings.{name}"
            yield from self._notes(path, listing.notes)
            yield from self._texts(path, [listing.title, listing.set, *listing.columns.values()], has_key=False)

    def of_words(self) -> Iterator[str]:
        """Yield what words.yaml names and is not there."""
        for name, words in self.words.vocabularies.items():
            yield from self._texts(f"vocabularies.{name}", map(str, words.values()), has_key=False)
        for name, text in self.words.notes.items():
            yield from self._texts(f"notes.{name}", [text], has_key=False)

    def _table(self, path: str, table: TableRow) -> Iterator[str]:
        yield from unknown(f"{path}.made_by", "function", table.made_by, SPECIAL)
        yield from unknown(f"{path}.words", "vocabulary", table.words, self.vocabularies)
        yield from self._notes(path, table.notes)
        own = [table.title, table.source, table.spanner, *([] if table.set in SETS else [table.set])]
        yield from self._texts(path, own, has_key=False)
        yield from self._texts(path, [table.under, table.across.label if table.across else ""])
        yield from self._columns(f"{path}.columns", table.columns)
        for place, line in enumerate(table.rows):
            yield from self._line(f"{path}.rows.{place}", line)

    def _line(self, path: str, line: Line) -> Iterator[str]:
        yield from self._texts(path, [line.label], given=["each"] if line.each else [])
        yield from self._columns(f"{path}.columns", line.columns or ())
        for name in names_in(line.condition):
            yield from unknown(f"{path}.if", "name", name, {*KEY_COLUMNS, *STAT_NAMES})
        if line.each:
            yield from self._texts(f"{path}.each", [f"{{{line.each}}}"], has_key=False)

    def _columns(self, path: str, columns: tuple[ColumnRow, ...]) -> Iterator[str]:
        for column in columns:
            yield from unknown(path, "column", column.use, self.displays.columns)
            yield from self._texts(path, [column.head or "", column.spanner or ""], has_key=False)
            yield from self._texts(path, [column.text or "", *(column.at or {}).values()])
            if isinstance(column.places, str):
                yield from unknown(f"{path}.places", "vocabulary", column.places, self.words.vocabularies)

    def _notes(self, path: str, names: tuple[str, ...]) -> Iterator[str]:
        for name in names:
            yield from unknown(f"{path}.notes", "note", name, self.notes)

    def _texts(
        self, path: str, texts: Collection[str] | Iterator[str], *, has_key: bool = True, given: Collection[str] = ()
    ) -> Iterator[str]:
        """Yield the fields in braces that are no column of a result, where one is meant, and no value of the plan."""
        for text in texts:
            for part in FIELD.findall(text):
                for one in part.split("|"):
                    name, _, vocabulary = one.partition(":")
                    if vocabulary:
                        yield from unknown(path, "vocabulary", vocabulary, self.vocabularies)
                    if name not in given and not (has_key and name in KEY_COLUMNS):
                        yield from self._value(path, name)

    def _value(self, path: str, name: str) -> Iterator[str]:
        try:
            plan_value(name, self.plan)
        except (KeyError, IndexError):
            yield f"{path}: unknown word '{{{name}}}'; neither a column of the results nor a value of the plan."
