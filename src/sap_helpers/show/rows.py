"""What a row of the catalogue may say: the strict model of sap/displays.yaml and sap/words.yaml.

A table is a row that says which results it arranges; a listing one that says which columns of a frame it lists. What
needs an *if* is a function that such a row names: see `special`.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from sap_helpers.plan.base import Part, Word
from sap_helpers.results import KEY_COLUMNS, STAT_NAMES
from sap_helpers.show.conditions import check_condition

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_KEYS = 12
Kind = Literal["table", "listing", "figure"]
CellKind = Literal[
    "text", "count", "percent", "count_percent", "interval", "stat", "p_value", "mean_sd", "quartiles", "range",
    "median_range", "estimate_interval", "curve_limits", "inner_limits", "reached", "pairs", "of_some", "deaths",
    "valued",
]  # fmt: skip


def nearest(name: str, known: Iterable[str]) -> str:
    """Return what to write instead of an unknown name: its nearest neighbour, else all that is known."""
    names = sorted(map(str, known))
    close = difflib.get_close_matches(name, names, n=1)
    return f"nearest: {close[0]}" if close else f"known: {', '.join(names)}"


def _as_tuple(value: object) -> object:
    return (value,) if isinstance(value, str | dict) else value


Texts = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]
Fields = dict[str, Texts]


class Row(Part):
    """A part of the catalogue: unknown keys are refused with the nearest known one, and more than twelve."""

    @model_validator(mode="before")
    @classmethod
    def _check_keys(cls, data: object) -> object:
        if isinstance(data, dict):
            names = {field.alias or name for name, field in cls.model_fields.items()}
            for key in data:
                if key not in names:
                    raise ValueError(f"unknown key '{key}'; {nearest(str(key), names)}")
            if len(data) > MOST_KEYS:
                raise ValueError(f"{len(data)} keys; at most {MOST_KEYS}: what needs more is code")
        return data


def check_fields(fields: Iterable[str]) -> None:
    """Refuse what is no column of a result's key."""
    for name in fields:
        if name not in KEY_COLUMNS:
            raise ValueError(f"unknown column '{name}' of results; {nearest(name, KEY_COLUMNS)}")


class ColumnRow(Row):
    """A column: its heading, and the cell that it makes of a row's statistics.

    Parameters
    ----------
    use
        The column that it changes in a few points.
    head, spanner
        Its heading, and the one above it.
    cell, stat, places, scale, text
        Kind of cell, the statistic, its decimal places (or the vocabulary that gives them by variable), the factor
        before rounding, and the words of a cell of text.
    method
        Methods whose statistics it shows, the last one first.
    at
        In what its results' key differs from that of the row.
    only
        Shown where the results have this method or variable; "not X" where they have not.
    is_number
        Whether it is set right.
    """

    use: str = ""
    head: str | None = None
    spanner: str | None = None
    cell: CellKind | None = None
    stat: str | None = None
    places: int | str | None = None
    scale: int | None = None
    text: str | None = None
    method: Texts | None = None
    at: dict[str, str] | None = None
    only: str | None = None
    is_number: bool | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        check_fields(self.at or ())
        if self.stat is not None and self.stat not in STAT_NAMES:
            raise ValueError(f"unknown statistic '{self.stat}'; {nearest(self.stat, STAT_NAMES)}")
        return self


def _as_columns(value: object) -> object:
    """Take the name of a column for a column that changes nothing of it."""
    items = (value,) if isinstance(value, str | dict) else value
    return (
        tuple({"use": item} if isinstance(item, str) else item for item in items) if isinstance(items, tuple) else items
    )


Columns = Annotated[tuple[ColumnRow, ...], BeforeValidator(_as_columns)]


class Line(Row):
    """Rows of a table: those of the results that fit `where`, each with its label."""

    label: str
    where: Fields = Field(default_factory=dict)
    columns: Columns | None = None
    depth: int | Literal["nested"] | None = None
    condition: str = Field("", alias="if")
    each: str = ""

    @model_validator(mode="after")
    def _check(self) -> Self:
        check_fields(self.where)
        check_condition(self.condition)
        return self


def _as_lines(value: object) -> object:
    return ({"label": value},) if isinstance(value, str) else value


Lines = Annotated[tuple[Line, ...], BeforeValidator(_as_lines)]


class Across(Row):
    """The column of the key whose levels stand side by side, and whether a reason that several give is said once."""

    by: str
    label: str
    values: Texts | None = None
    once: bool = False

    @model_validator(mode="after")
    def _check(self) -> Self:
        check_fields([self.by])
        return self


class TableRow(Row):
    """A table.

    Parameters
    ----------
    of
        The analyses whose results it arranges; its own id where none is named.
    title, stub
        What it shows; the heading of the column that names the rows.
    where
        The results that it is about.
    each, under
        The column of the key whose levels are taken one after the other, and the heading of each.
    rows
        Its rows, for each level.
    across
        What stands side by side.
    columns
        Its columns.
    made_by
        The function of `special` that makes rows and columns instead.
    set
        Whom it is about: the name of a text of `notes`, or words.
    notes
        Sentences below it, by their names.
    spanner, long, source
        A heading above all columns; above how many rows it scrolls in a region of its own; where its numbers are from.
    id
        The id of the plan that it carries, where that is not the first analysis.
    words
        The vocabulary of the rows that a function makes.
    """

    title: str
    stub: str
    of: Texts = ()
    where: Fields = Field(default_factory=dict)
    each: str = ""
    under: str = ""
    rows: Lines = ()
    across: Across | None = None
    columns: Columns = ()
    made_by: str = ""
    set: str = ""
    notes: Texts = ()
    spanner: str = ""
    long: int | None = None
    source: str = "results.csv"
    id: str = ""
    words: str = ""

    @model_validator(mode="after")
    def _check(self) -> Self:
        check_fields([*self.where, *filter(None, [self.each])])
        if bool(self.made_by) == bool(self.rows):
            raise ValueError("either rows with their columns, or made_by")
        return self


class ListingRow(Row):
    """A listing: the frame, the columns shown with their headings, and the reasons why rows may be missing.

    Parameters
    ----------
    frame
        The rows, by the name of the function that lists them.
    columns
        Heading by column, in order; the first names the rows.
    by_week
        The parameters of the plan, cells or markers, whose values at both weeks stand behind the first column.
    why, gap
        The functions that say why there is no listing at all, and what is not told in it.
    within
        A column whose values each have their own first subjects.
    """

    frame: Word
    title: str
    columns: dict[str, str]
    source: Word
    id: str = ""
    places: dict[str, int] = Field(default_factory=dict)
    set: str = ""
    notes: Texts = ()
    why: str = ""
    gap: str = ""
    within: str = ""
    by_week: Literal["", "cells", "markers"] = ""


class FigureRow(Row):
    """A figure: what draws it, the frames that it draws beside the results, the analysis, and why there may be none."""

    draw: Word
    frames: Texts = ()
    results: bool = True
    of: str = ""
    why: str = ""


class Displays(Row):
    """displays.yaml."""

    columns: dict[str, Columns]
    tables: dict[str, TableRow]
    listings: dict[str, ListingRow]
    figures: dict[str, FigureRow]


class Words(Row):
    """words.yaml: vocabularies (code to words), and the sentences below tables, by name."""

    vocabularies: dict[str, dict[str, str | int]]
    notes: dict[str, str]
