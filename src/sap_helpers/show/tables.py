"""One renderer for every table that arranges results: a row of the catalogue in, a table out."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from sap_helpers.results import KEY_COLUMNS
from sap_helpers.show.catalogue import load_catalogue
from sap_helpers.show.cells import CELLS, once, require
from sap_helpers.show.conditions import holds
from sap_helpers.show.display import Cell, Column, Row, Table
from sap_helpers.show.notes import SETS, sentences_of
from sap_helpers.show.special import SPECIAL
from sap_helpers.show.words import places_of, plan_value, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sap_helpers.plan import Plan
    from sap_helpers.results import Key, Result, Results
    from sap_helpers.show.rows import ColumnRow, Line, TableRow

Stats = dict[str, "Result"]


def make_table(name: str, results: Results, plan: Plan, *, stamp: str = "") -> Table:
    """Return a table of the catalogue.

    Parameters
    ----------
    name
        Its id in sap/displays.yaml.
    results
        With those of the analyses that it is of.
    plan
        The plan in force.
    stamp
        The stamp of the cut.

    Raises
    ------
    KeyError
        There is no such table.
    ValueError
        There are no results of an analysis that it needs.
    """
    spec, of = find_table(name, plan)
    rows = require(results, *of)
    if spec.made_by:
        columns, lines = SPECIAL[spec.made_by](spec, results, rows, plan)
    else:
        arranged = Arranged(spec, rows, plan)
        columns, lines = arranged.columns, arranged.lines
    made = SETS[spec.set](results, rows, plan) if spec.set in SETS else say(spec.set, plan)
    return Table(
        spec.id or of[0], say(spec.title, plan), spec.stub, tuple(columns), tuple(lines), population=made,
        source=say(spec.source, plan), stamp=stamp, is_long=spec.long is not None and len(lines) > spec.long,
    ).with_footnotes(*sentences_of(spec.notes, results, rows, plan))  # fmt: skip


def find_table(name: str, plan: Plan) -> tuple[TableRow, tuple[str, ...]]:
    """Return the row of a table, and the analyses that it is of."""
    spec = load_catalogue().table(name)
    return spec, tuple(text for one in spec.of or (name,) for text in texts_of(one, plan))


class Placed(NamedTuple):
    """Where a row stands: label, indent, what makes its cells, the key of its results; a heading has neither."""

    label: str
    depth: int = 0
    line: Line | None = None
    key: Key | None = None


class Clash:
    """A statistic that stands under several methods of one key, of which a column has to name one."""

    def __init__(self, result_id: str) -> None:
        self.result_id = result_id

    @property
    def stat(self) -> float:
        """Refuse to choose."""
        raise ValueError(f"{self.result_id}: the statistic stands under several methods; the column must name one")


@dataclass(frozen=True)
class Arranged:
    """The results of a table, arranged as its row of the catalogue says."""

    spec: TableRow
    rows: Results
    plan: Plan
    by_method: Mapping[Key, Stats] = field(init=False)

    def __post_init__(self) -> None:
        """Group the results by their keys."""
        object.__setattr__(self, "by_method", self.rows.groups(by_method=True))

    @cached_property
    def methods(self) -> dict[Key, list[str]]:
        """The methods of each key, in order."""
        found: dict[Key, list[str]] = defaultdict(list)
        for key in self.by_method:
            found[key._replace(method="")].append(key.method)
        return dict(found)

    @cached_property
    def keys(self) -> list[Key]:
        """The keys that the table is about, without their methods."""
        return [key for key in self.methods if self._fits(key, self.spec.where)]

    @cached_property
    def levels(self) -> tuple[str, ...]:
        """The levels that stand side by side; one that says nothing where none do."""
        across = self.spec.across
        if across is None:
            return ("",)
        if across.values is not None:
            return tuple(text for value in across.values for text in self._texts(value))
        parts = [key for key in self.keys for line in self.spec.rows if self._fits(key, line.where)]
        return tuple(dict.fromkeys(getattr(key, across.by) for key in parts))

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns of the table."""
        own = self._columns(self.spec.columns) or self._columns(self.spec.rows[0].columns or ())
        return tuple(self._column(one, level) for level in self.levels for one in own)

    @cached_property
    def lines(self) -> list[Row]:
        """The rows of the table."""
        return [
            Row(placed.label, self._cells(placed.line, placed.key) if placed.line and placed.key else (), placed.depth)
            for placed in self._placed()
        ]

    @property
    def entries(self) -> list[tuple[str, Stats]]:
        """The label of each row and the statistics that stand in it, for each level; none where it is a heading."""
        return [
            (
                self._named_level(placed.label, key) if placed.key else placed.label,
                self._stats(key, None) if key else {},
            )
            for placed in self._placed()
            for key in ([self._at(placed.key, level) for level in self.levels] if placed.key else [None])
        ]

    def _named_level(self, label: str, key: Key | None) -> str:
        return f"{label}: {say(self.spec.across.label, self.plan, key)}" if self.spec.across else label

    def _placed(self) -> Iterator[Placed]:
        for block, keys in self._blocks().items():
            rows = [row for line in self.spec.rows for row in self._of_line(line, keys)]
            if self.spec.under and rows:
                yield Placed(block)
            yield from rows

    def _blocks(self) -> dict[str, list[Key]]:
        """Return the keys of each block, blocks in the order in which a row of theirs first stands."""
        if not self.spec.each:
            return {"": self.keys}
        blocks = {key: self._block_of(key) for key in self.keys}
        fitting = [key for key in self.keys if any(self._fits(key, line.where) for line in self.spec.rows)]
        found: dict[str, list[Key]] = {blocks[key]: [] for key in fitting}
        for key, block in blocks.items():
            if block in found:
                found[block].append(key)
        return found

    def _block_of(self, key: Key) -> str:
        under = say(self.spec.under, self.plan, key) if self.spec.under else ""
        return under or getattr(key, self.spec.each)

    def _of_line(self, line: Line, keys: list[Key]) -> Iterator[Placed]:
        values = plan_value(line.each, self.plan) if line.each else [""]
        for value in values if isinstance(values, tuple | list) else [values]:
            if line.columns == ():
                yield Placed(say(line.label, self.plan, each=value), self._depth(line, None))
                continue
            anchors = [key for key in keys if self._fits(key, line.where, each=value)]
            blank = {self.spec.across.by: ""} if self.spec.across else {}
            for key in dict.fromkeys(anchor._replace(**blank) for anchor in anchors):
                if holds(line.condition, lambda name, key=key: self._named(name, key)):  # type: ignore[misc]
                    yield Placed(self._label(line, key, value), self._depth(line, key), line, key)

    def _label(self, line: Line, key: Key, value: object) -> str:
        methods = [name for name in self.methods.get(key, ()) if name]
        return say(line.label, self.plan, key._replace(method=methods[0] if methods else ""), each=value)

    def _depth(self, line: Line, key: Key | None) -> int:
        if line.depth == "nested":
            return bool(key and key.group1_level) + bool(key and key.group2_level)
        return int(bool(self.spec.under)) if line.depth is None else line.depth

    def _cells(self, line: Line, key: Key) -> tuple[Cell, ...]:
        columns = self._columns(self.spec.columns if line.columns is None else line.columns)
        parts = [[self._cell(column, self._at(key, level)) for column in columns] for level in self.levels]
        if self.spec.across and not self.spec.across.once:
            return tuple(cell for part in parts for cell in once(part))
        return once([cell for part in parts for cell in part])

    def _at(self, key: Key, level: str) -> Key:
        return key._replace(**{self.spec.across.by: level}) if self.spec.across else key

    def _columns(self, columns: tuple[ColumnRow, ...]) -> list[ColumnRow]:
        found = [made for column in columns for made in load_catalogue().column(column)]
        return [column for column in found if self._is_shown(column)]

    def _is_shown(self, column: ColumnRow) -> bool:
        if not column.only:
            return True
        name = column.only.removeprefix("not ")
        is_there = any(name in {key.method, key.variable} for key in self.by_method)
        return is_there is (name == column.only)

    def _column(self, column: ColumnRow, level: str) -> Column:
        head, spanner = (
            say(text or "", self.plan, None, each=level) for text in (column.head, column.spanner or self.spec.spanner)
        )
        if self.spec.across:
            key = self.keys[0]._replace(**{self.spec.across.by: level})
            name = say(self.spec.across.label, self.plan, key)
            head, spanner = (head, name) if head else (name, spanner)
        return Column(head, column.is_number is not False, spanner)

    def _cell(self, column: ColumnRow, key: Key) -> Cell:
        at = {name: say(value, self.plan, key) for name, value in (column.at or {}).items()}
        key = key._replace(**at)
        if column.cell == "text":
            return Cell(say(column.text or "", self.plan, key))
        places = column.places if column.places is not None else 1
        if isinstance(places, str):
            places = places_of(places, key.variable)
        return CELLS[column.cell or "stat"](
            self._stats(key, column.method), column.stat or "", places, column.scale or 1
        )

    def _stats(self, key: Key, methods: tuple[str, ...] | None) -> Stats:
        """Return the statistics of a key: of the methods named, the last one winning, else of all."""
        found: Stats = {}
        if methods is not None:
            for method in methods:
                found |= self.by_method.get(key._replace(method=method), {})
            return found
        for method in self.methods.get(key, ()):
            for name, row in self.by_method[key._replace(method=method)].items():
                found[name] = Clash(row.result_id) if name in found else row  # type: ignore[assignment]
        return found

    def _named(self, name: str, key: Key) -> Any:
        """Return what a condition's name stands for: a column of the key, or the largest of a statistic in the row."""
        if name in KEY_COLUMNS:
            return getattr(key, name)
        found = [self._stats(self._at(key, level), None).get(name) for level in self.levels]
        return max((row.stat for row in found if row is not None and row.stat is not None), default=0)

    def _fits(self, key: Key, where: Mapping[str, tuple[str, ...]], **given: object) -> bool:
        return all(getattr(key, name) in self._wanted(values, **given) for name, values in where.items())

    def _wanted(self, values: tuple[str, ...], **given: object) -> tuple[str, ...]:
        return tuple(text for value in values for text in self._texts(value, **given))

    def _texts(self, value: str, **given: object) -> tuple[str, ...]:
        return texts_of(value, self.plan, **given)


def texts_of(value: str, plan: Plan, **given: object) -> tuple[str, ...]:
    """Return a wanted level, or those that a value of the plan in angle brackets is a list of."""
    if value.startswith("<") and value.endswith(">"):
        found = plan_value(value[1:-1], plan)
        return tuple(map(str, found)) if isinstance(found, tuple | list | dict) else (str(found),)
    return (say(value, plan, None, **given),)
