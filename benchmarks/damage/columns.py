"""Columns: renamed, dropped, exchanged, shifted, emptied, given in another unit or code throughout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from damage.made import Damage, Made, Operator
from damage.mangles import recased, scaled, twin, typo

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

    from damage.made import Record, Table

# columns that an analysis reads; of those that it does not, whatever happens is harmless
USED = {
    "dm": ("USUBJID", "AGE", "SEX", "RACE", "ARMCD", "RFICDTC", "DTHDTC"),
    "ex": ("USUBJID", "EXSEQ", "EXTRT", "EXDOSE", "EXDOSU", "EXDOSFRQ", "EXROUTE", "EPOCH", "EXSTDTC", "EXENDTC"),
    "ds": ("USUBJID", "DSSEQ", "DSDECOD", "DSCAT", "DSSCAT", "DSSTDTC"),
    "qs": ("USUBJID", "QSSEQ", "QSCAT", "QSTESTCD", "QSORRES", "QSSTRESC", "QSSTRESN", "QSSTAT", "VISIT", "QSDTC"),
    "lb": ("USUBJID", "LBSEQ", "LBTESTCD", "LBORRES", "LBORRESU", "LBSTRESC", "LBSTRESN", "LBSTRESU", "LBSTNRLO",
    "LBSTNRHI",
           "LBSTAT", "LBDTC"),
    "cp": ("USUBJID", "CPSEQ", "CPTESTCD", "CPSTRESC", "CPSTRESN", "CPSTRESU", "CPDTC"),
    "ae": ("USUBJID", "AESEQ", "AETERM", "AEDECOD", "AEBODSYS", "AETOXGR", "AESEV", "AESER", "AEREL", "AEACN",
    "AEOUT", "AESTDTC",
           "AEENDTC", "AESDTH"),
    "cm": ("USUBJID", "CMSEQ", "CMDECOD", "CMCAT", "CMDOSE", "CMDOSU", "CMDOSFRQ", "CMSTDTC", "CMENDTC"),
    "dv": ("USUBJID", "DVCAT", "DVDECOD", "DVSTDTC"),
}  # fmt: skip
# pairs that an export mixes up; the first of a pair must differ from the second somewhere
PAIRS = (
    ("ae", "AESTDTC", "AEENDTC"), ("ae", "AESER", "AEREL"), ("ae", "AEACN", "AEOUT"), ("ae", "AEBODSYS", "AEDECOD"),
    ("ae", "AESEV", "AETOXGR"), ("lb", "LBSTNRLO", "LBSTNRHI"), ("lb", "LBSTRESN", "LBSTNRHI"), ("lb", "LBTESTCD",
    "LBTEST"),
    ("lb", "LBSTRESU", "LBSTRESC"), ("cm", "CMSTDTC", "CMENDTC"), ("cm", "CMTRT", "CMDECOD"), ("cm", "CMDOSU",
    "CMDOSFRQ"),
    ("ds", "DSCAT", "DSSCAT"), ("ds", "DSTERM", "DSDECOD"), ("qs", "QSTEST", "QSTESTCD"), ("qs", "QSCAT", "QSTESTCD"),
    ("dm", "SEX", "RACE"), ("dm", "RFICDTC", "DTHDTC"), ("dm", "AGE", "ARMCD"), ("ex", "EXDOSU", "EXROUTE"),
    ("ex", "EXDOSE", "EXSEQ"), ("qs", "STUDYID", "USUBJID"), ("cp", "CPSTRESU", "CPSTRESC"), ("dv", "DVCAT", "DVDECOD"),
)  # fmt: skip
# columns that contradict the others when they are moved against them, and those whose values are legal in any record
TIED = {
    "dm": ("RFICDTC",), "ex": ("USUBJID", "EPOCH", "EXSTDTC"), "ds": ("USUBJID", "DSDECOD", "DSCAT", "DSSCAT",
    "DSSTDTC"),
    "qs": ("USUBJID", "QSCAT", "QSTESTCD", "QSORRES", "QSSTRESC", "QSSTRESN", "VISIT", "QSDTC"),
    "lb": ("USUBJID", "LBTESTCD", "LBORRES", "LBSTRESC", "LBSTRESN", "LBSTRESU", "LBSTNRLO", "LBSTNRHI", "LBDTC"),
    "cp": ("USUBJID", "CPTESTCD", "CPSTRESC", "CPSTRESN", "CPDTC"), "ae": ("USUBJID", "AETOXGR", "AESEV"),

    "cm": ("USUBJID",),
}  # fmt: skip
FREE = {
    "dm": ("AGE", "SEX", "RACE"), "ae": ("AEREL", "AEACN", "AESER", "AEOUT", "AEDECOD", "AEBODSYS", "AESTDTC",
    "AEENDTC"),
    "cm": ("CMDOSE", "CMDOSFRQ", "CMCAT", "CMDECOD", "CMSTDTC", "CMENDTC"), "dv": ("DVCAT", "DVDECOD", "DVSTDTC"),
}  # fmt: skip
RECODED: tuple[tuple[str, str, Callable[[str], str]], ...] = (
    ("dm", "SEX", lambda text: {"F": "2", "M": "1"}.get(text, text)),
    ("dm", "AGE", lambda text: scaled(text, 12) or text),
    ("ae", "AETOXGR", lambda text: f"Grade {text}"),
    ("ae", "AETOXGR", lambda text: {"1": "I", "2": "II", "3": "III", "4": "IV", "5": "V"}.get(text, text)),
    ("ae", "AESER", lambda text: {"Y": "1", "N": "0"}.get(text, text)),
    ("ae", "AEREL", lambda text: str(1 + sorted(("NOT RELATED", "UNLIKELY", "POSSIBLE", "PROBABLE",
    "RELATED")).index(text))),
    ("ae", "AEBODSYS", lambda text: text[:12]),
    ("ex", "EXDOSE", lambda text: scaled(text, 1e-6) or text),
    ("ex", "EXDOSE", lambda text: scaled(text, 1.1) or text),
    ("ex", "EXDOSU", lambda _: "mg"),
    ("ex", "EXTRT", lambda _: "PLACEBO"),
    ("cm", "CMDOSE", lambda text: scaled(text, 0.001) or text),
    ("cm", "CMDECOD", lambda text: text[:8]),
    ("cm", "CMCAT", lambda text: text.split()[0]),
    ("ds", "DSSCAT", lambda text: text.replace("STUDY ", "")),
    ("ds", "DSDECOD", lambda text: text[:6]),
    ("qs", "QSCAT", lambda text: text.replace("-", "")),
    ("qs", "QSTESTCD", lambda text: text[:5] + text[6:]),
    ("lb", "LBSTRESU", lambda _: ""),
    ("lb", "LBSTNRHI", lambda text: scaled(text, 10) or text),
    ("cp", "CPSTRESN", lambda text: scaled(text, 0.01) or text),
    ("cp", "CPTESTCD", lambda text: text.title()),
    ("dv", "DVCAT", lambda text: {"MAJOR": "1", "MINOR": "2"}.get(text, text)),
)  # fmt: skip


def column_damage(domain: str, *names: str) -> Damage:
    return Damage(domain, frozenset(names))


def pick(made: Made, rng: Random, among: Mapping[str, tuple[str, ...]] = USED) -> tuple[str, Table, str] | None:
    """Return a column that an analysis reads and that is not empty."""
    domain = rng.choice([name for name in among if made.look(name).records])
    table = made.table(domain)
    filled = [name for name in among[domain] if name in table.columns and any(r[name] for r in table.records)]
    return (domain, table, rng.choice(filled)) if filled else None


def rename(table: Table, before: str, after: str) -> None:
    table.columns = [after if name == before else name for name in table.columns]
    for record in table.records:
        record[after] = record.pop(before)


def _renamed(change: Callable[[str, Random], str | None], title: str) -> Operator:
    def apply(made: Made, rng: Random) -> Damage | None:
        domain, table, name = pick(made, rng) or ("", None, "")
        after = change(name, rng)
        if table is None or after is None or after in table.columns or "," in after:
            return None
        rename(table, name, after)
        return column_damage(domain, name, after)

    return Operator(title, apply)


def _dropped(made: Made, rng: Random) -> Damage | None:
    domain, table, name = pick(made, rng) or ("", None, "")
    if table is None:
        return None
    table.columns.remove(name)
    return column_damage(domain, name)


def _emptied(made: Made, rng: Random) -> Damage | None:
    domain, table, name = pick(made, rng) or ("", None, "")
    if table is None:
        return None
    for record in table.records:
        record[name] = ""
    return column_damage(domain, name)


def _exchanged(made: Made, rng: Random) -> Damage | None:
    """Exchange the contents of two columns."""
    domain, first, second = rng.choice(PAIRS)
    table = made.table(domain)
    if not {first, second} <= set(table.columns) or all(r[first] == r[second] for r in table.records):
        return None
    for record in table.records:
        record[first], record[second] = record[second], record[first]
    return column_damage(domain, first, second)


def down(values: list[str]) -> list[str]:
    """Move a column by one row, as a cell too many does."""
    return [values[-1], *values[:-1]]


def _moved(
    among: Mapping[str, tuple[str, ...]], move: Callable[[list[str]], list[str]], title: str, unseen: str = ""
) -> Operator:
    """Move the values of one column against the others."""

    def apply(made: Made, rng: Random) -> Damage | None:
        domain, table, name = pick(made, rng, among) or ("", None, "")
        values = [] if table is None else [record[name] for record in table.records]
        if table is None or move(values) == values:
            return None
        for record, text in zip(table.records, move(values), strict=True):
            record[name] = text
        return column_damage(domain, name)

    return Operator(title, apply, unseen)


def _recoded(made: Made, rng: Random) -> Damage | None:
    """Give a whole column in another code or unit."""
    domain, name, change = rng.choice(RECODED)
    table = made.table(domain)
    before = [record[name] for record in table.records]
    for record in table.records:
        record[name] = change(record[name])
    return None if before == [r[name] for r in table.records] else column_damage(domain, name)


def _filled_down(made: Made, rng: Random) -> Damage | None:
    """Fill a column down from its first cell."""
    domain, name = rng.choice(
        (("ae", "AESER"), ("ae", "AEREL"), ("dm", "AGE"), ("dm", "SEX"), ("cm", "CMDOSE"), ("ae", "AESEV"))
    )
    table = made.table(domain)
    if len({r[name] for r in table.records}) < 2:
        return None
    for record in table.records:
        record[name] = table.records[0][name]
    return column_damage(domain, name)


def _twice(made: Made, rng: Random) -> Damage | None:
    """Have a column twice, the second with other values."""
    domain, table, name = pick(made, rng) or ("", None, "")
    if table is None:
        return None
    table.columns.insert(rng.randint(0, len(table.columns)), name)
    return column_damage(domain, name)


def _unused(made: Made, rng: Random) -> Damage | None:
    """Add a column, or leave one away that no analysis reads."""
    domain = rng.choice(tuple(USED))
    table = made.table(domain)
    others = [
        name for name in table.columns if name in ("DOMAIN", "RFSTDTC", "AGEU", "QSTEST", "LBTEST", "CPTEST", "DVTERM")
    ]
    if others and rng.random() < 0.5:
        table.columns.remove(rng.choice(others))
    else:
        table.columns.append("NOTES")
        for record in table.records:
            record["NOTES"] = rng.choice(("", "checked", "=1+1", "\u4f60\u597d"))
    return column_damage(domain)


def _permuted(made: Made, rng: Random) -> Damage | None:
    """Put the columns into another order: no result may change."""
    domain = rng.choice(tuple(USED))
    rng.shuffle(made.table(domain).columns)
    return column_damage(domain)


def _whole_numbers(made: Made, rng: Random) -> Damage | None:
    """Write numbers of the same value in another way: no result may change."""
    domain, name = rng.choice(
        (("ex", "EXDOSE"), ("dm", "AGE"), ("cm", "CMDOSE"), ("ae", "AESEQ"), ("qs", "QSSTRESN"), ("lb", "LBSEQ"))
    )

    def longer(record: Record) -> str:
        return f"{record[name]}.0" if record[name].isdecimal() else record[name]

    for record in made.table(domain).records:
        record[name] = longer(record)
    return column_damage(domain, name)


OPERATORS = (
    _renamed(typo, "column: name mistyped"),
    _renamed(twin, "column: a letter of its name like another"),
    _renamed(recased, "column: name in another case"),
    Operator("column: dropped", _dropped),
    Operator("column: emptied", _emptied),
    Operator("column: contents of two exchanged", _exchanged),
    _moved(TIED, down, "column: moved by one row"),
    _moved(TIED, sorted, "column: sorted by itself"),
    _moved(FREE, down, "column: moved by one row, of words or days that any record may have",
           "Each value is legal in each record: only the source documents tell."),
    Operator("column: another code or unit throughout", _recoded),
    Operator("column: twice", _twice),
    Operator("column: filled down from its first cell", _filled_down,
             "Each value is legal: only the source documents tell."),
    Operator("column: one that nobody reads added or left away", _unused),
    Operator("columns in another order", _permuted),
    Operator("numbers of the same value written otherwise", _whole_numbers),
)  # fmt: skip
