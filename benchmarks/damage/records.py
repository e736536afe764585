"""Records: doubled, lost, moved, exchanged; subjects renamed, mixed up, gone."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from damage.made import Damage, Made, Operator, damage_of, sequence, some_record
from damage.mangles import as_date, blanked, recased, shifted, twin, typo

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from damage.made import Record, Table

DOMAINS = ("ex", "ds", "qs", "lb", "cp", "ae", "cm", "dv")
START = {"ex": "EXSTDTC", "qs": "QSDTC", "lb": "LBDTC", "cp": "CPDTC"}
# what makes a domain's records a block: a visit, a cycle, a drug
BLOCK = {
    "ex": "EPOCH",
    "qs": "QSDTC",
    "lb": "LBDTC",
    "cp": "CPDTC",
    "cm": "CMDECOD",
    "ae": "USUBJID",
    "ds": "USUBJID",
    "dv": "USUBJID",
}
CODE = {"qs": "QSTESTCD", "lb": "LBTESTCD", "cp": "CPTESTCD"}
CHANGED = {
    "ae": "AEREL",
    "cm": "CMDOSE",
    "ex": "EXDOSE",
    "ds": "DSDECOD",
    "dv": "DVCAT",
    "qs": "QSSTRESC",
    "lb": "LBSTRESC",
    "cp": "CPSTRESC",
}


def last_of(table: Table, record: Record, name: str) -> int:
    """Return the highest sequence number of a record's subject."""
    return max(
        (int(r[name]) for r in table.records if r["USUBJID"] == record["USUBJID"] and r[name].isdecimal()), default=0
    )


def numbered(record: Record, name: str) -> int:
    return int(record[name]) if record[name].isdecimal() else 0


def any_domain(made: Made, rng: Random, among: tuple[str, ...] = DOMAINS) -> tuple[str, Table, Record] | None:
    domain = rng.choice([name for name in among if made.look(name).records])
    table = made.table(domain)
    return domain, table, rng.choice(table.records)


def block_of(domain: str, table: Table, chosen: Record) -> list[Record]:
    name = BLOCK[domain]
    return [r for r in table.records if r["USUBJID"] == chosen["USUBJID"] and r[name] == chosen[name]]


def _doubled(is_block: bool, is_renumbered: bool, title: str) -> Operator:
    """Enter a record, or a block, once more, at its place or at the end."""

    def apply(made: Made, rng: Random) -> Damage | None:
        domain, table, chosen = any_domain(made, rng) or ("", None, None)
        if table is None or chosen is None:
            return None
        name = sequence(domain)
        held = block_of(domain, table, chosen) if is_block else [chosen]
        last = last_of(table, chosen, name)
        copies = [{**r, name: str(last + n)} if is_renumbered else dict(r) for n, r in enumerate(held, start=1)]
        at = rng.choice((len(table.records), table.records.index(held[-1]) + 1))
        table.records[at:at] = copies
        return damage_of(domain, [*held, *copies], name)

    return Operator(title, apply)


def _doubled_otherwise(made: Made, rng: Random) -> Damage | None:
    """Enter a record once more under its own number, with another value."""
    domain, table, chosen = any_domain(made, rng) or ("", None, None)
    if table is None or chosen is None:
        return None
    variable = CHANGED[domain]
    values = sorted({r[variable] for r in table.records} - {"", chosen[variable]})
    if not values:
        return None
    copy = {**chosen, variable: rng.choice(values)}
    table.records.insert(table.records.index(chosen) + 1, copy)
    return damage_of(domain, [chosen, copy], variable, sequence(domain))


def _doubled_next_day(made: Made, rng: Random) -> Damage | None:
    """Enter an event or a medication once more under a new number, from the next day on."""
    domain, start = rng.choice((("ae", "AESTDTC"), ("cm", "CMSTDTC")))
    table = made.table(domain)
    chosen = some_record(table, rng, lambda r: bool(as_date(r[start])))
    if chosen is None:
        return None
    name = sequence(domain)
    copy = {**chosen, name: str(last_of(table, chosen, name) + 1), start: shifted(chosen[start], 1) or ""}
    table.records.append(copy)
    return damage_of(domain, [chosen, copy], name, start)


def _lost(is_block: bool, title: str) -> Operator:
    """Lose a record, or a block, from the middle of a subject's records."""

    def apply(made: Made, rng: Random) -> Damage | None:
        domain, table, chosen = any_domain(made, rng) or ("", None, None)
        if table is None or chosen is None:
            return None
        name = sequence(domain)
        held = block_of(domain, table, chosen) if is_block else [chosen]
        left = [r for r in table.records if r["USUBJID"] == chosen["USUBJID"] and not any(r is h for h in held)]
        if not left or max(numbered(r, name) for r in held) > max(numbered(r, name) for r in left):
            return None
        table.records = [r for r in table.records if not any(r is h for h in held)]
        values = frozenset(r[name] for r in held)
        return Damage(domain, frozenset({name}), (), frozenset({chosen["USUBJID"]}), values)

    return Operator(title, apply)


def _last_lost(made: Made, rng: Random) -> Damage | None:
    """Lose the last record of a subject."""
    domain, table, chosen = any_domain(made, rng, ("ae", "cm", "lb", "cp", "dv")) or ("", None, None)
    if table is None or chosen is None:
        return None
    name = sequence(domain)
    last = max((r for r in table.records if r["USUBJID"] == chosen["USUBJID"]), key=lambda r: numbered(r, name))
    table.records = [r for r in table.records if r is not last]
    return Damage(domain, frozenset({name}), (), frozenset({chosen["USUBJID"]}))


def _subject_lost(among: tuple[str, ...], title: str, unseen: str = "") -> Operator:
    """Lose all records of a subject in one domain."""

    def apply(made: Made, rng: Random) -> Damage | None:
        treated = sorted({r["USUBJID"] for r in made.look("ex").records})
        domain, table, chosen = any_domain(made, rng, among) or ("", None, None)
        if table is None or chosen is None or chosen["USUBJID"] not in treated:
            return None
        subject = chosen["USUBJID"]
        table.records = [r for r in table.records if r["USUBJID"] != subject]
        return Damage(domain, frozenset({"USUBJID"}), (), frozenset({subject})) if table.records else None

    return Operator(title, apply, unseen)


def _moved(made: Made, rng: Random) -> Damage | None:
    """Give a record to another subject, its number as it was."""
    domain, table, chosen = any_domain(made, rng) or ("", None, None)
    others = sorted({r["USUBJID"] for r in made.look("dm").records})
    if table is None or chosen is None or len(others) < 2:
        return None
    name, before = sequence(domain), chosen["USUBJID"]
    other = rng.choice([subject for subject in others if subject != before])
    numbers = {r[name] for r in table.records if r["USUBJID"] == other}
    # its number is there already, or leaves a gap where it came from
    if chosen[name] not in numbers and numbered(chosen, name) == last_of(table, chosen, name):
        return None
    chosen["USUBJID"] = other
    return Damage(domain, frozenset({"USUBJID", name}), (chosen,), frozenset({before, other}))


def _exchanged(among: tuple[str, ...], title: str, unseen: str = "") -> Operator:
    """Exchange the subjects of two records; of assessments and doses, of such more than a month apart."""

    def apply(made: Made, rng: Random) -> Damage | None:
        domain, table, first = any_domain(made, rng, among) or ("", None, None)
        if table is None or first is None:
            return None
        start = START.get(domain, "")
        day = as_date(first.get(start, ""))

        def fits(record: Record) -> bool:
            if record["USUBJID"] == first["USUBJID"]:
                return False
            other = as_date(record.get(start, ""))
            return not start or bool(day and other and abs((other - day).days) > 40)

        second = some_record(table, rng, fits)
        if second is None:
            return None
        first["USUBJID"], second["USUBJID"] = second["USUBJID"], first["USUBJID"]
        return damage_of(domain, [first, second], "USUBJID", sequence(domain))

    return Operator(title, apply, unseen)


def _subjects_mixed(made: Made, rng: Random) -> Damage | None:
    """Exchange all records of two subjects in one domain, their courses more than a month apart."""
    domain = rng.choice(tuple(START))
    table = made.table(domain)
    first = some_record(table, rng, lambda r: bool(as_date(r[START[domain]])))
    if first is None:
        return None

    def begin(subject: str) -> dt.date:
        days = (as_date(r[START[domain]]) for r in table.records if r["USUBJID"] == subject)
        return min((day for day in days if day), default=dt.date.max)

    others = sorted({r["USUBJID"] for r in table.records} - {first["USUBJID"]})
    apart = [s for s in others if begin(s) < dt.date.max and abs((begin(s) - begin(first["USUBJID"])).days) > 40]
    if not apart:
        return None
    pair = (first["USUBJID"], rng.choice(apart))
    damaged = [r for r in table.records if r["USUBJID"] in pair]
    for record in damaged:
        record["USUBJID"] = pair[1] if record["USUBJID"] == pair[0] else pair[0]
    return damage_of(domain, damaged, "USUBJID")


def _renamed(change: Callable[[str, Random], str | None], title: str) -> Operator:
    """Spoil a subject's identifier in one record, in one domain, or in DM alone."""

    def apply(made: Made, rng: Random) -> Damage | None:
        domain, table, chosen = any_domain(made, rng, (*DOMAINS, "dm")) or ("", None, None)
        if table is None or chosen is None:
            return None
        before = chosen["USUBJID"]
        after = change(before, rng)
        if after is None or after == before:
            return None
        damaged = [chosen]
        if rng.random() < 0.5:
            damaged = [r for r in table.records if r["USUBJID"] == before]
        for record in damaged:
            record["USUBJID"] = after
        return Damage(domain, frozenset({"USUBJID"}), tuple(damaged), frozenset({before, after}), frozenset({after}))

    return Operator(title, apply)


def _subject_twice(made: Made, rng: Random) -> Damage | None:
    """Enter a subject once more in DM, as it was or with another age."""
    table = made.table("dm")
    chosen = rng.choice(table.records)
    copy = {**chosen, **rng.choice(({}, {"AGE": "44"}, {"SEX": "M"}, {"ARMCD": "SCRNFAIL"}))}
    table.records.append(copy)
    return damage_of("dm", [chosen, copy], "USUBJID")


def _subject_gone(made: Made, rng: Random) -> Damage | None:
    """Lose a subject from DM alone."""
    table = made.table("dm")
    chosen = rng.choice(table.records)
    if not any(r["USUBJID"] == chosen["USUBJID"] for r in made.look("qs").records) or len(table.records) < 2:
        return None
    table.records = [r for r in table.records if r is not chosen]
    # the other domains name it
    return Damage("*", frozenset({"USUBJID"}), (), frozenset({chosen["USUBJID"]}))


def _arm(made: Made, rng: Random) -> Damage | None:
    """Take a treated subject for a screen failure, or for not assigned, or the other way round."""
    table = made.table("dm")
    chosen = rng.choice(table.records)
    codes = {"SCRNFAIL": "IL2", "NOTASSGN": "IL2", "IL2": rng.choice(("SCRNFAIL", "NOTASSGN", "NOTTRT"))}
    after = codes.get(chosen["ARMCD"])
    if after is None:
        return None
    before, chosen["ARMCD"] = chosen["ARMCD"], after
    return damage_of("dm", [chosen], "ARMCD", texts=(before,))


def _order(made: Made, rng: Random) -> Damage | None:
    """Put the records of a domain into another order: no result may change, and nothing need be said."""
    domain, table, _ = any_domain(made, rng, (*DOMAINS, "dm")) or ("", None, None)
    if table is None:
        return None
    rng.choice((rng.shuffle, list.reverse))(table.records)
    return Damage(domain, frozenset())


OPERATORS = (
    _doubled(False, False, "record doubled, same --SEQ"),
    _doubled(False, True, "record doubled, new --SEQ"),
    _doubled(True, False, "block doubled, same --SEQ"),
    _doubled(True, True, "block doubled, new --SEQ"),
    Operator("record doubled with another value, same --SEQ", _doubled_otherwise),
    Operator("record doubled from the next day on, new --SEQ", _doubled_next_day),
    _lost(False, "record lost"),
    _lost(True, "block lost"),
    Operator("record lost: a subject's last", _last_lost,
             "The numbers before it are whole: only the seal tells that a file was cut off."),
    _subject_lost(("ex", "ds", "qs", "lb", "cp"), "all of a treated subject lost in one domain"),
    _subject_lost(("ae", "cm"), "all events or medication of a subject lost",
                  "To have no event and no medication is legal: only the seal tells."),
    Operator("record given to another subject", _moved),
    _exchanged(("ex", "qs", "lb", "cp"), "subjects of two records exchanged"),
    _exchanged(("ae", "cm", "dv"), "subjects of two events or medications exchanged",
               "Events and medication start on any day, and the numbers stay whole where both are alike."),
    Operator("two subjects mixed up in one domain", _subjects_mixed),
    _renamed(typo, "subject: identifier mistyped"),
    _renamed(recased, "subject: identifier in another case"),
    _renamed(blanked, "subject: identifier with blanks"),
    _renamed(twin, "subject: identifier with a letter like another"),
    Operator("subject: twice in DM", _subject_twice),
    Operator("subject: lost from DM", _subject_gone),
    Operator("subject: another arm", _arm),
    Operator("records in another order", _order),
)  # fmt: skip
