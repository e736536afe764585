"""The catalogue: sap/displays.yaml and sap/words.yaml, every refusal with its path and the nearest name."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from sap_helpers.errors import PlanError
from sap_helpers.plan.home import DISPLAYS_FILE, VOCABULARY_FILE
from sap_helpers.plan.load import explain, read_document
from sap_helpers.show.rows import ColumnRow, Displays, FigureRow, ListingRow, TableRow, Words, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

M = TypeVar("M", bound=BaseModel)
R = TypeVar("R")


class Catalogue(BaseModel):
    """Both files."""

    displays: Displays
    words: Words

    def table(self, name: str) -> TableRow:
        """Return the row of a table.

        Raises
        ------
        KeyError
            There is no such table.
        """
        return _found(self.displays.tables, name, "table")

    def listing(self, name: str) -> ListingRow:
        """Return the row of a listing.

        Raises
        ------
        KeyError
            There is no such listing.
        """
        return _found(self.displays.listings, name, "listing")

    def figure(self, name: str) -> FigureRow:
        """Return the row of a figure.

        Raises
        ------
        KeyError
            There is no such figure.
        """
        return _found(self.displays.figures, name, "figure")

    def column(self, column: ColumnRow) -> Iterator[ColumnRow]:
        """Yield the column that a row names with what it changes of it; a name may stand for several."""
        if not column.use:
            yield column
            return
        changes = {name: value for name, value in column if value is not None and name != "use"}
        for named in self.displays.columns[column.use]:
            for base in self.column(named):
                yield base.model_copy(update=changes)


@cache
def load_catalogue(displays: Path = DISPLAYS_FILE, words: Path = VOCABULARY_FILE) -> Catalogue:
    """Read both files.

    Raises
    ------
    PlanError
        One cannot be read, or says what it may not; the message gives the path and the nearest name.
    """
    return Catalogue.model_construct(displays=_read(Displays, displays), words=_read(Words, words))


def schema() -> dict[str, dict[str, Any]]:
    """Return the JSON schema of each file by its name: an editor checks them while they are typed."""
    return {"displays": Displays.model_json_schema(), "words": Words.model_json_schema()}


def _read(model: type[M], path: Path) -> M:
    try:
        return model.model_validate(read_document(path))
    except ValidationError as error:
        raise PlanError(explain(error, path.name)) from error


def _found(rows: dict[str, R], name: str, kind: str) -> R:
    if name not in rows:
        raise KeyError(f"no {kind} {name} in {DISPLAYS_FILE.name}; {nearest(name, rows)}")
    return rows[name]
