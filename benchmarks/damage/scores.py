"""Questionnaires: items, totals, grades and the global assessment given wrongly, in one record, one visit or all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from damage.made import Damage, Made, Operator, damage_of, some_record
from damage.mangles import one_of, scaled

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from damage.made import Record

VALUES = ("QSORRES", "QSSTRESC", "QSSTRESN")
SLEDAI, BILAG, PGA, TOTAL = "SELENA-SLEDAI", "BILAG-2004", "PGA", "SLED0125"


def is_item(record: Record) -> bool:
    # another damage of the same cut may have put something else where the code was, or taken the column away
    code = record.get("QSTESTCD", "")
    has_code = code.removeprefix("SLED01").isdecimal() and code != TOTAL
    return record.get("QSCAT") == SLEDAI and has_code and bool(record.get("QSSTRESC"))


def weight(record: Record) -> int:
    """Return the weight of an item by its place in the index."""
    place = int(record["QSTESTCD"].removeprefix("SLED01"))
    return 8 if place <= 8 else 4 if place <= 14 else 2 if place <= 21 else 1


def is_total(record: Record) -> bool:
    return record.get("QSTESTCD") == TOTAL and bool(record.get("QSSTRESC"))


def of(category: str) -> Callable[[Record], bool]:
    return lambda record: record.get("QSCAT") == category and bool(record.get("QSSTRESC"))


def _score(
    title: str, fits: Callable[[Record], bool], change: Callable[[str, Random], str | None], unseen: str = "",
    names: tuple[str, ...] = VALUES,
) -> Operator:  # fmt: skip
    """Give a result otherwise, in all its copies or some of them."""

    def apply(made: Made, rng: Random) -> Damage | None:
        chosen = some_record(made.table("qs"), rng, fits)
        if chosen is None:
            return None
        before = chosen["QSSTRESC"]
        after = change(before, rng)
        if after is None or after == before:
            return None
        for name in names:
            # a grade has no number
            if chosen[name] or name != "QSSTRESN":
                chosen[name] = after
        return damage_of("qs", [chosen], *names, "QSTESTCD", texts=(before, chosen["QSTESTCD"]))

    return Operator(title, apply, unseen)


def _visit(title: str, category: str, change: Callable[[str, Random], str | None]) -> Operator:
    """Give all of one instrument at one visit, or in the whole cut, otherwise."""

    def apply(made: Made, rng: Random) -> Damage | None:
        table = made.table("qs")
        chosen = some_record(table, rng, of(category))
        if chosen is None:
            return None
        scope = rng.choice(((), ("USUBJID",), ("USUBJID", "QSDTC")))
        damaged = [r for r in table.records if of(category)(r) and all(r[name] == chosen[name] for name in scope)]
        for record in damaged:
            record.update({name: change(record[name], rng) or record[name] for name in VALUES if record[name]})
        return damage_of("qs", damaged, *VALUES, "QSTESTCD", texts=(chosen["QSTESTCD"],))

    return Operator(title, apply)


def _flip(text: str, rng: Random) -> str:
    return rng.choice(("8", "4", "2", "1")) if text == "0" else "0"


def _statused(made: Made, rng: Random) -> Damage | None:
    """Say that a result which is there was not done."""
    domain, prefix = rng.choice((("qs", "QS"), ("lb", "LB"), ("cp", "CP")))
    chosen = some_record(made.table(domain), rng, lambda record: bool(record[f"{prefix}STRESC"]))
    if chosen is None:
        return None
    chosen[f"{prefix}STAT"] = "NOT DONE"
    return damage_of(
        domain, [chosen], f"{prefix}STAT", f"{prefix}STRESC", f"{prefix}TESTCD", texts=(chosen[f"{prefix}TESTCD"],)
    )


def _moved_item(made: Made, rng: Random) -> Damage | None:
    """Exchange the scores of two items of different weights."""
    table = made.table("qs")
    chosen = some_record(table, rng, lambda record: is_item(record) and record["QSSTRESC"] != "0")
    other = None if chosen is None else some_record(
        table, rng, lambda r: is_item(r) and r["QSSTRESC"] == "0" and all(r[n] == chosen[n] for n in ("USUBJID",
        "QSDTC"))
        and weight(r) != weight(chosen)
    )  # fmt: skip
    if chosen is None or other is None:
        return None
    for name in VALUES:
        chosen[name], other[name] = other[name], chosen[name]
    return damage_of("qs", [chosen, other], *VALUES, "QSTESTCD")


def _label(made: Made, rng: Random) -> Damage | None:
    """Give another visit's label and number to one record, or to a whole visit."""
    domain, prefix = rng.choice((("qs", "QS"), ("lb", "LB"), ("cp", "CP")))
    table = made.table(domain)
    # an unscheduled visit may be on any day
    labels = sorted({(r["VISIT"], r["VISITNUM"]) for r in table.records if r["VISIT"] != "UNSCHEDULED"})
    chosen = some_record(table, rng)
    if chosen is None or len(labels) < 2:
        return None
    visit, number = rng.choice([label for label in labels if label[0] != chosen["VISIT"]])
    day = chosen[f"{prefix}DTC"]
    damaged = [chosen]
    if rng.random() < 0.5:
        damaged = [r for r in table.records if (r["USUBJID"], r[f"{prefix}DTC"]) == (chosen["USUBJID"], day)]
    for record in damaged:
        record["VISIT"], record["VISITNUM"] = visit, number
    return damage_of(domain, damaged, "VISIT", "VISITNUM")


def elsewhere_on_the_scale(text: str, rng: Random) -> str | None:
    del rng
    return f"{(float(text) + 1.3) % 3:.1f}"


def other_weight(text: str, rng: Random) -> str | None:
    return rng.choice(sorted({"1", "2", "3", "4", "5", "6", "8"} - {text}))


def points_off(text: str, rng: Random) -> str | None:
    return str(int(float(text)) + rng.choice((-4, -2, 1, 2, 4, 8)))


def remarked(text: str, rng: Random) -> str | None:
    return rng.choice((text.lower(), f"{text}.", f"{text} (new)", f"{text}1"))


def worse(text: str, rng: Random) -> str | None:
    return rng.choice(sorted({"A", "B", "C", "D", "E"} - {text}))


OPERATORS = (
    _score("SLEDAI item: another item's weight", is_item, other_weight),
    _score("SLEDAI item: present or absent, all copies, total as it was", is_item, _flip),
    _score("SLEDAI item: number alone", is_item, _flip, names=("QSSTRESN",)),
    _score("SLEDAI item: standard text alone", is_item, _flip, names=("QSSTRESC",)),
    _score("SLEDAI item: words", is_item, one_of("Y", "N", "PRESENT", "YES", "-", "\u6709", "+"), names=VALUES[:2]),
    _score("SLEDAI item: left empty", is_item, lambda *_: ""),
    Operator("SLEDAI item: scores of two items exchanged", _moved_item),
    _score("SLEDAI total: a few points off", is_total, points_off),
    _score("SLEDAI total: beyond its range", is_total, one_of("-2", "106", "250", "1000", "7.5")),
    _score("BILAG: none of its letters", of(BILAG), one_of("F", "X", "1", "9", "AB", "A/B", "-", "B?", "ND")),
    _score("BILAG: lower case or with a remark", of(BILAG), remarked),
    _score("BILAG: original and standard disagree", of(BILAG), worse, names=("QSSTRESC",)),
    _score(
        "BILAG: another letter, all copies",
        of(BILAG),
        worse,
        "Each of five letters is legal for each system: only the source document tells.",
    ),
    _score("BILAG: left empty", of(BILAG), lambda *_: ""),
    _score("PGA: beyond its scale", of(PGA), one_of("3.5", "25", "-1", "33", "100", "4")),
    _score("PGA: original and standard disagree", of(PGA), elsewhere_on_the_scale, names=("QSSTRESC", "QSSTRESN")),
    _score("PGA: number alone", of(PGA), elsewhere_on_the_scale, names=("QSSTRESN",)),
    _score(
        "PGA: another value of its scale, all copies",
        of(PGA),
        elsewhere_on_the_scale,
        "Any value from 0 to 3 is legal: only the source document tells.",
    ),
    _score("PGA: words", of(PGA), one_of("mild", "2+", "1-2", "<1", "one", "2,1"), names=VALUES[:2]),
    _visit("PGA: of 100 instead of 3", PGA, lambda text, _: scaled(text, 100 / 3)),
    _visit("BILAG: numbers for letters", BILAG, lambda text, _: str("EDCBA".find(text))),
    _visit("SLEDAI: ones for weights", SLEDAI, lambda text, _: "1" if text != "0" else text),
    Operator("status: not done, with a result", _statused),
    Operator("visit: label of another visit", _label),
)
