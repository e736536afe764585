"""Words that are not the field's: synonyms, other languages, codes, typing errors, for every variable of words."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from damage.made import Damage, Made, Operator, damage_of, in_scope, some_record
from damage.mangles import blanked, coded, junk, recased, shortened, twin, typo

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from damage.made import Record

FILE = Path(__file__).with_name("words.csv")


class Words(NamedTuple):
    """A variable of words: where it is, and what is written there instead of its words."""

    domain: str
    variable: str
    others: tuple[str, ...]
    # VARIABLE=word that a record must have for its word to matter
    where: str = ""

    def fits(self, record: Record) -> bool:
        """Return whether a record has a word here that matters."""
        name, _, word = self.where.partition("=")
        return bool(record.get(self.variable)) and (not name or record.get(name) == word)


def read_others() -> tuple[Words, ...]:
    """Return the variables of words, and what is written there instead, from words.csv."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Words(row["domain"], row["variable"], tuple(row["words"].split("|")), row["where"])
            for row in csv.DictReader(file)
        )


OTHERS = read_others()
# words of which the plan has no list: a wrong one is noticed by its likeness to another of the cut or of the plan
LIKE_ANOTHER = (
    ("ae", "AEDECOD"),
    ("dv", "DVDECOD"),
    ("cm", "CMDECOD"),
    ("dm", "RACE"),
    ("qs", "QSCAT"),
    ("qs", "QSTESTCD"),
)
CHANGES: dict[str, Callable[[str, Random], str | None]] = {
    "typo": typo, "case": recased, "blanks": blanked, "twin letter": twin, "shortened": shortened,
    "code or remark": coded, "junk": junk,
}  # fmt: skip
# where a likeness is all that can be noticed, what is like nothing cannot be
NEAR = ("typo", "case", "blanks", "twin letter")


def change_words(made: Made, rng: Random, words: Words, change: Callable[[str, Random], str | None]) -> Damage | None:
    """Write another word into one record, or into several with the same word."""
    table = made.table(words.domain)
    chosen = some_record(table, rng, words.fits)
    if chosen is None:
        return None
    before = chosen[words.variable]
    after = change(before, rng)
    if after is None or after == before:
        return None
    damaged = in_scope(table, chosen, words.variable, rng)
    for record in damaged:
        record[words.variable] = after
    return damage_of(words.domain, damaged, words.variable, texts=(before,))


def _other(words: Words) -> Operator:
    def apply(made: Made, rng: Random) -> Damage | None:
        return change_words(made, rng, words, lambda _, rng: rng.choice(words.others))

    return Operator(f"{words.domain} {words.variable}: another word", apply)


def _spoilt(name: str) -> Operator:
    def apply(made: Made, rng: Random) -> Damage | None:
        return change_words(made, rng, rng.choice(OTHERS), CHANGES[name])

    return Operator(f"word: {name}", apply)


def _like(name: str) -> Operator:
    """Spoil one of several alike: the others are what it is noticed by."""

    def apply(made: Made, rng: Random) -> Damage | None:
        domain, variable = rng.choice(LIKE_ANOTHER)
        table = made.table(domain)
        held = [record[variable] for record in table.records]
        chosen = some_record(table, rng, lambda record: held.count(record[variable]) > 1 and bool(record[variable]))
        after = None if chosen is None else CHANGES[name](chosen[variable], rng)
        if chosen is None or after is None or after == chosen[variable]:
            return None
        before, chosen[variable] = chosen[variable], after
        return damage_of(domain, [chosen], variable, texts=(before,))

    return Operator(f"own word of the cut: {name}", apply)


def _exchanged(made: Made, rng: Random) -> Damage | None:
    """Put a word of one variable of a record into another one, and the other way round."""
    domain, first, second = rng.choice(
        (("ae", "AESER", "AEREL"), ("ae", "AEACN", "AEOUT"), ("ae", "AESEV", "AETOXGR"), ("ds", "DSCAT", "DSDECOD"),
         ("ds", "DSSCAT", "DSDECOD"), ("cm", "CMCAT", "CMDECOD"), ("cm", "CMDOSU", "CMDOSFRQ"), ("dm", "SEX", "RACE"),
         ("ex", "EXDOSU", "EXROUTE"), ("qs", "QSCAT", "QSTESTCD"), ("lb", "LBTESTCD", "LBSTRESU"), ("ae",
         "AEDECOD", "AEBODSYS"))
    )  # fmt: skip
    chosen = some_record(made.table(domain), rng, lambda r: r[first] != r[second] and bool(r[first] and r[second]))
    if chosen is None:
        return None
    chosen[first], chosen[second] = chosen[second], chosen[first]
    return damage_of(domain, [chosen], first, second)


LISTED = (
    ("ae", "AESEV"), ("ae", "AEREL"), ("ae", "AEACN"), ("ae", "AEOUT"), ("dm", "SEX"), ("cm", "CMCAT"), ("dv", "DVCAT"),
    ("ds", "DSDECOD"), ("ae", "AEDECOD"), ("ae", "AEBODSYS"), ("cm", "CMDECOD"), ("cm", "CMDOSFRQ"), ("dm", "RACE"),
)  # fmt: skip


def _one_for_another(made: Made, rng: Random) -> Damage | None:
    """Write one legal word for another."""
    domain, variable = rng.choice(LISTED)
    table = made.table(domain)
    others = sorted({record[variable] for record in table.records} - {""})
    chosen = some_record(table, rng, lambda record: bool(record[variable]))
    if chosen is None or len(others) < 2:
        return None
    before = chosen[variable]
    chosen[variable] = rng.choice([word for word in others if word != before])
    return damage_of(domain, [chosen], variable, texts=(before,))


def _reworded(made: Made, rng: Random) -> Damage | None:
    """Change what a person wrote freely."""
    domain, variable = rng.choice((("ae", "AETERM"), ("cm", "CMTRT"), ("ds", "DSTERM")))
    words = Words(domain, variable, ())
    return change_words(made, rng, words, rng.choice([*CHANGES.values()]))


def _left_empty(made: Made, rng: Random) -> Damage | None:
    domain, variable = rng.choice(
        (("ae", "AEREL"), ("ae", "AESEV"), ("ae", "AESER"), ("ae", "AEOUT"), ("ae", "AEACN"), ("ae", "AETOXGR"),
        ("dm", "RACE"),
         ("dm", "SEX"), ("dm", "AGE"), ("ex", "EXROUTE"), ("dv", "DVCAT"))
    )  # fmt: skip
    return change_words(made, rng, Words(domain, variable, ()), lambda *_: "")


NEEDED = (
    ("ex", "EXDOSE"), ("ex", "EXSTDTC"), ("ex", "EXTRT"), ("ex", "EXDOSU"), ("ds", "DSDECOD"), ("ds", "DSCAT"),
    ("qs", "QSCAT"),
    ("qs", "QSTESTCD"), ("qs", "QSSTRESC"), ("qs", "QSDTC"), ("lb", "LBTESTCD"), ("lb", "LBDTC"), ("lb", "LBSTRESU"),
    ("cp", "CPTESTCD"), ("cp", "CPDTC"), ("cp", "CPSTRESU"), ("ae", "AEDECOD"), ("ae", "AEBODSYS"), ("cm", "CMDECOD"),
    ("cm", "CMCAT"), ("cm", "CMDOSE"), ("cm", "CMDOSU"), ("cm", "CMDOSFRQ"), ("dm", "ARMCD"), ("qs", "USUBJID"),
    ("ae", "USUBJID"), ("ex", "USUBJID"), ("dm", "USUBJID"), ("lb", "USUBJID"),
)  # fmt: skip


def _needed_empty(made: Made, rng: Random) -> Damage | None:
    """Empty a field without which its record says nothing."""
    domain, variable = rng.choice(NEEDED)
    if variable == "USUBJID":
        chosen = some_record(made.table(domain), rng)
        if chosen is None:
            return None
        subject = chosen["USUBJID"]
        chosen["USUBJID"] = ""
        return Damage(domain, frozenset({variable}), (chosen,), frozenset({subject}))
    return change_words(made, rng, Words(domain, variable, ()), lambda *_: "")


OPERATORS = (
    *map(_other, OTHERS),
    *map(_spoilt, CHANGES),
    *map(_like, NEAR),
    Operator("word: two variables of a record exchanged", _exchanged),
    Operator("word: a field that its record needs left empty", _needed_empty),
    Operator("word: one legal word for another", _one_for_another,
             "Both words are in the list: only the source document tells which is meant."),
    Operator("text: free words of a person changed", _reworded,
             "What the site wrote has no list; it is shown as written, and no analysis counts by it."),
    Operator("word: a field that may be empty left empty", _left_empty,
             "Not recorded is legal; it is counted as missing, by the rule that the plan has for it, and shown so."),
)  # fmt: skip
