"""The long results: one statistic a row, with stable ids, the records behind each, and the CSV that others read."""

from __future__ import annotations

import csv
import io
import math
import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from sap_helpers.findings import csv_lines, csv_text, guard_formula
from sap_helpers.records import Records, decode_records, encode_records

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

MIME = "application/vnd.sap-results+json"
KEY_COLUMNS = (
    "analysis_id", "population", "group1", "group1_level", "group2", "group2_level", "variable", "variable_level",
    "method",
)  # fmt: skip
COLUMNS = ("result_id", *KEY_COLUMNS, "stat_name", "stat", "note")
STAT_NAMES = frozenset(
    {
        "n", "N", "p", "estimate", "std.error", "statistic", "df", "p.value", "p.adjusted", "conf.low", "conf.high",
        "mean", "sd", "median", "p25", "p75", "min", "max", "n.events", "person.years",
    }
)  # fmt: skip
LARGEST_EXACT_INTEGER = 2**53

Stat = int | float | None


class Key(NamedTuple):
    """What a group of statistics is about: every column of results.csv from analysis_id to method."""

    analysis_id: str
    population: str = ""
    group1: str = ""
    group1_level: str = ""
    group2: str = ""
    group2_level: str = ""
    variable: str = ""
    variable_level: str = ""
    method: str = ""

    def result_id(self, stat_name: str) -> str:
        """Return the id of one statistic: the columns as they stand in results.csv, joined, with the joiner escaped."""
        parts = (*self.as_written, stat_name)
        joined = "|".join(parts)
        if joined.count("|") == len(parts) - 1 and "\\" not in joined:  # as nearly every id: nothing to escape
            return joined
        return "|".join(map(_escape, parts))

    @property
    def as_written(self) -> tuple[str, ...]:
        """The columns as they stand in results.csv: levels are data, and may look like a formula."""
        return (
            self.analysis_id, self.population, self.group1, guard_formula(self.group1_level), self.group2,
            guard_formula(self.group2_level), self.variable, guard_formula(self.variable_level), self.method,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Result:
    """One statistic: a number, or None with a note that says why there is none."""

    key: Key
    stat_name: str
    stat: Stat
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse what no result may be."""
        if self.stat_name not in STAT_NAMES:
            raise ValueError(f"{self.key.analysis_id}: '{self.stat_name}' is not a statistic's name")
        if self.stat is not None and not math.isfinite(self.stat):
            raise ValueError(f"{self.result_id}: {self.stat} is not a number; not estimable is None with a note")
        if self.stat is None and not self.note:
            raise ValueError(f"{self.result_id}: without a number a note must say why")

    @property
    def result_id(self) -> str:
        """The id, unique in a report and stable from cut to cut."""
        return self.key.result_id(self.stat_name)


@dataclass(frozen=True)
class Results:
    """Results in plan order; shown in a notebook as one line, kept in it as a bundle of its own type."""

    rows: tuple[Result, ...] = ()
    records: Mapping[Key, Records] = field(default_factory=dict)

    def __add__(self, other: Results) -> Results:
        """Return these results followed by the others."""
        return Results((*self.rows, *other.rows), {**self.records, **other.records})

    def __iter__(self) -> Iterator[Result]:
        """Iterate over the rows."""
        return iter(self.rows)

    def __len__(self) -> int:
        """Return the number of statistics."""
        return len(self.rows)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The rows as a frame with the columns of results.csv; `stat` is an object column of int, float or None."""
        rows = [(row.result_id, *row.key, row.stat_name, row.stat, row.note) for row in self.rows]
        return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)

    def of(self, *analysis_ids: str) -> Results:
        """Return the results of the analyses named, in the order in which they stand here."""
        places = sorted(place for name in set(analysis_ids) for place in self._places.get(name, ()))
        rows = tuple(self.rows[place] for place in places)
        return Results(rows, {key: kept for key, kept in self.records.items() if key.analysis_id in analysis_ids})

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        """Where the rows of each analysis stand."""
        places: dict[str, list[int]] = {}
        for place, row in enumerate(self.rows):
            places.setdefault(row.key.analysis_id, []).append(place)
        return places

    def records_of(self, key: Key) -> Records | None:
        """Return what stands behind the statistics of a key; those of a method rest on those of the key without one."""
        found = self.records.get(key)
        return self.records.get(key._replace(method="")) if found is None else found

    def groups(self, *, by_method: bool = False) -> dict[Key, dict[str, Result]]:
        """Return the statistics of each key by their names, keys in the order in which they first stand here.

        Without `by_method` a count and its interval stand in one group, under the key with an empty method.
        """
        grouped: dict[Key, dict[str, Result]] = {}
        for row in self.rows:
            group = grouped.setdefault(row.key if by_method else row.key._replace(method=""), {})
            if row.stat_name in group:
                raise ValueError(f"{row.result_id}: its statistic stands under two methods; group by method")
            group[row.stat_name] = row
        return grouped

    @property
    def analysis_ids(self) -> tuple[str, ...]:
        """The analyses present, in order."""
        return tuple(self._places)

    def to_csv(self) -> str:
        """Return the text of results.csv.

        Raises
        ------
        ValueError
            Two rows have one id.
        """
        return results_csv([self])

    @cached_property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """The id and the line in results.csv of each row."""
        ids = [row.result_id for row in self.rows]
        cells = (
            (result_id, *row.key.as_written, row.stat_name, number_text(row.stat), guard_formula(row.note))
            for result_id, row in zip(ids, self.rows, strict=True)
        )
        return tuple(zip(ids, csv_lines(cells), strict=True))

    def bundle(self) -> dict[str, Any]:
        """Return the results as JSON data, each a line of CSV; `from_bundle` is its inverse."""
        # as lines, not as lists: a notebook with thousands of results is written and read many times as fast
        rows = csv_lines((*row.key, row.stat_name, number_text(row.stat), row.note) for row in self.rows)
        return {"rows": rows, "records": encode_records(self.records, (row.key for row in self.rows))}

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        return {"text/plain": repr(self), MIME: self.bundle()}

    def __repr__(self) -> str:
        """Return one line."""
        ids = self.analysis_ids
        shown = ", ".join(ids[:4]) + (f" and {len(ids) - 4} more" if len(ids) > 4 else "")
        return f"{len(self.rows)} results of {len(ids)} analyses: {shown}"


def from_bundle(bundle: Mapping[str, Any]) -> Results:
    """Return the results that `Results.bundle` wrote."""
    rows = rows_of(bundle).rows
    return Results(rows, decode_records(bundle["records"], [row.key for row in rows], Key))


def rows_of(bundle: Mapping[str, Any]) -> Results:
    """Return the results that `Results.bundle` wrote, without the records behind them."""
    return _from_rows(csv.reader(bundle["rows"]))


@lru_cache(maxsize=1)
def from_csv(text: str) -> Results:
    """Return the results written in the text of a results.csv, without the records behind them.

    The last are kept: the summary and its page read the same.

    Raises
    ------
    ValueError
        A column is absent, a row has more or fewer cells than the header, or a cell is not what it must be.
    """
    header, *rows = csv.reader(io.StringIO(text))
    places = [header.index(name) for name in COLUMNS[1:]]
    if any(len(row) != len(header) for row in rows):
        raise ValueError("a row has more or fewer cells than the header")
    return _from_rows([row[place] for place in places] for row in rows)


def _from_rows(rows: Iterable[list[str]]) -> Results:
    """Return results from the texts of key, name, number and note."""
    return Results(tuple(Result(Key(*row[:9]), row[9], number_of(row[10]), row[11]) for row in rows))


def results_csv(parts: Iterable[Results]) -> str:
    """Return the text of results.csv with all the parts, in order.

    Raises
    ------
    ValueError
        Two rows have one id.
    """
    lines: dict[str, str] = {}
    for part in parts:
        for result_id, line in part.lines:
            if result_id in lines:
                raise ValueError(f"two results have the id {result_id}")
            lines[result_id] = line
    return csv_text([COLUMNS]) + "".join(lines.values())


def join(parts: Iterable[Results]) -> Results:
    """Return all the parts as one, in order."""
    rows: list[Result] = []
    records: dict[Key, Records] = {}
    for part in parts:
        rows.extend(part.rows)
        records.update(part.records)
    return Results(tuple(rows), records)


def split_id(result_id: str) -> list[str]:
    """Return the parts of a result's id, escaped as they stand in it."""
    parts = [""]
    for text in re.findall(r"\\.|\||[^\\|]+|\\$", result_id):
        if text == "|":
            parts.append("")
        else:
            parts[-1] += text
    return parts


def number_text(stat: Stat) -> str:
    """Return the shortest text that reads back as the same number: integers without a point, empty for None."""
    if stat is None:
        return ""
    number = float(stat)
    if number.is_integer() and abs(number) < LARGEST_EXACT_INTEGER:
        return str(int(number))
    return repr(number)


def number_of(text: str) -> Stat:
    """Return the number that `number_text` wrote."""
    if not text:
        return None
    number = float(text)
    return int(number) if number.is_integer() and abs(number) < LARGEST_EXACT_INTEGER else number


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|")
