"""A cut in the making: tables of text that operators change, and the account of what each of them did."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from random import Random

Record = dict[str, str]


@dataclass
class Table:
    """The records of a domain, each its own object, so that it is known again wherever it comes to stand."""

    columns: list[str]
    records: list[Record]

    def copy(self) -> Table:
        return Table(list(self.columns), [dict(record) for record in self.records])

    def render(self) -> bytes:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows([record[name] for name in self.columns] for record in self.records)
        return text.getvalue().encode("utf-8")


@dataclass(frozen=True)
class Damage:
    """What an operator did: where, to which records and variables, and the texts that it put or took.

    A damage without a record and a subject is one of a column or a file.
    """

    domain: str
    variables: frozenset[str]
    records: tuple[Record, ...] = ()
    subjects: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Operator:
    """One way of damaging a cut; None where the cut has no place for it.

    ``unseen`` says why nothing in a cut can tell such a damage; empty where it should be noticed.
    """

    name: str
    apply: Callable[[Made, Random], Damage | None]
    unseen: str = ""


@dataclass
class Made:
    """A base cut under damage: tables are copied when they are first changed, bytes are edited in the end."""

    base: Mapping[str, Table]
    info: dict[str, str]
    tables: dict[str, Table] = field(default_factory=dict)
    edits: list[tuple[str, Callable[[bytes], bytes | None]]] = field(default_factory=list)

    def table(self, domain: str) -> Table:
        """Return a domain to be changed."""
        if domain not in self.tables:
            self.tables[domain] = self.base[domain].copy()
        return self.tables[domain]

    def look(self, domain: str) -> Table:
        """Return a domain as it stands, not to be changed."""
        return self.tables.get(domain) or self.base[domain]

    def render(self) -> dict[str, bytes]:
        """Return the changed files by name; an edit that gives None leaves the file away."""
        files: dict[str, bytes | None] = {f"{name}.csv": table.render() for name, table in self.tables.items()}
        for domain, edit in self.edits:
            name = f"{domain}.csv"
            before = files[name] if name in files else self.base[domain].render()
            files[name] = None if before is None else edit(before)
        info = "".join(f"{key}: {value}\n" for key, value in self.info.items())
        return {"cut.yaml": info.encode("utf-8")} | {name: data for name, data in files.items() if data is not None}

    def lost(self) -> set[str]:
        """Return the files that are left away."""
        return {f"{domain}.csv" for domain, _ in self.edits} - set(self.render())


def some_record(table: Table, rng: Random, fits: Callable[[Record], bool] = lambda _: True) -> Record | None:
    """Return one of the records that fit."""
    found = [record for record in table.records if fits(record)]
    return rng.choice(found) if found else None


def in_scope(table: Table, chosen: Record, variable: str, rng: Random) -> list[Record]:
    """Return the record, or all of its subject with the same value, or all of the domain with the same value."""
    scope = rng.choices(("record", "subject", "domain"), (6, 2, 2))[0]
    if scope == "record":
        return [chosen]
    return [
        record
        for record in table.records
        if record[variable] == chosen[variable] and (scope == "domain" or record["USUBJID"] == chosen["USUBJID"])
    ]


def damage_of(domain: str, records: Iterable[Record], *variables: str, texts: Iterable[str] = ()) -> Damage:
    """Return the account of damaged records: all that these variables hold now is among its texts."""
    held = tuple(records)
    now = {record[name] for record in held for name in variables if name in record}
    subjects = frozenset(record["USUBJID"] for record in held)
    return Damage(domain, frozenset(variables), held, subjects, frozenset({*now, *texts} - {""}))


def sequence(domain: str) -> str:
    """Return the name of a domain's sequence number."""
    return f"{domain.upper()}SEQ"
