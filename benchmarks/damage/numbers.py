"""Numbers: factors, units, decimal points, signs, copies at odds, limits of normal, ages, doses, numbering."""

from __future__ import annotations

from typing import TYPE_CHECKING

from damage.made import Damage, Made, Operator, damage_of, sequence, some_record
from damage.mangles import extreme, misplaced, same_number, scaled, unnumbered

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from damage.made import Record, Table

FACTORS = (10, 100, 1000, 0.1, 0.01, 0.001)
# tests whose tenfold value no living patient has, and those of which that is true of a hundredth or a hundredfold
NARROW = ("C3", "C4", "HGB", "IGG")
WITHIN_A_HUNDRED = (*NARROW, "ALP", "PLAT", "TREG")
RESULTS = (("lb", "LB"), ("cp", "CP"))


def copies(prefix: str) -> tuple[str, str, str]:
    """Return the names of a result as recorded, in standard form, and as a number."""
    return f"{prefix}ORRES", f"{prefix}STRESC", f"{prefix}STRESN"


def measured(table: Table, rng: Random, prefix: str, fits: Callable[[Record], bool] = lambda _: True) -> Record | None:
    """Return a record with a result that is a number other than nought."""
    return some_record(table, rng, lambda r: (scaled(r[f"{prefix}STRESN"], 1) is not None) and fits(r))


def _cell(domain: str, variable: str, change: Callable[[str, Random], str | None], title: str) -> Operator:
    """Change one number, or that of all records of its subject."""

    def apply(made: Made, rng: Random) -> Damage | None:
        table = made.table(domain)
        chosen = some_record(table, rng, lambda record: bool(record.get(variable)))
        after = None if chosen is None else change(chosen[variable], rng)
        if chosen is None or after is None or after == chosen[variable]:
            return None
        before = chosen[variable]
        damaged = [chosen]
        if rng.random() < 0.3:
            damaged = [r for r in table.records if r["USUBJID"] == chosen["USUBJID"] and r[variable] == before]
        for record in damaged:
            record[variable] = after
        return damage_of(domain, damaged, variable, texts=(before,))

    return Operator(title, apply)


def _result(title: str, which: tuple[int, ...], change: Callable[[str, Random], str | None], unseen: str = "",
            is_narrow: bool | None = None) -> Operator:  # fmt: skip
    """Change some of the three copies of a laboratory or cell result (0 original, 1 standard text, 2 its number)."""

    def apply(made: Made, rng: Random) -> Damage | None:
        domain, prefix = rng.choice(RESULTS)
        code = f"{prefix}TESTCD"
        chosen = measured(
            made.table(domain), rng, prefix, lambda r: is_narrow is None or (r[code] in NARROW) is is_narrow
        )
        if chosen is None:
            return None
        names = [copies(prefix)[place] for place in which]
        after = change(chosen[names[0]], rng)
        before = {chosen[name] for name in names}
        if after is None or same_number(after, chosen[names[0]]):
            return None
        for name in names:
            chosen[name] = after
        return damage_of(domain, [chosen], *names, code, texts=before)

    return Operator(title, apply, unseen)


def by_factor(text: str, rng: Random) -> str | None:
    return scaled(text, rng.choice(FACTORS))


def tenfold(text: str, rng: Random) -> str | None:
    del rng
    return scaled(text, 10)


def tenth(text: str, rng: Random) -> str | None:
    return scaled(text, rng.choice((10, 0.1)))


def by_thousand(text: str, rng: Random) -> str | None:
    return scaled(text, rng.choice((1000, 0.001, 1e6)))


def negated(text: str, rng: Random) -> str | None:
    del rng
    return scaled(text, -1)


def nearby(text: str, rng: Random) -> str | None:
    return scaled(text, rng.choice((1.1, 0.9, 1.2, 1.04, 0.97)))


def _all_of_test(made: Made, rng: Random) -> Damage | None:
    """Give all results of one test, of a subject or of all, in another unit without saying so."""
    domain, prefix = rng.choice(RESULTS)
    table = made.table(domain)
    chosen = measured(table, rng, prefix, lambda r: r[f"{prefix}TESTCD"] in WITHIN_A_HUNDRED)
    if chosen is None:
        return None
    is_whole, factor = rng.random() < 0.5, rng.choice((100, 0.01, 1000, 0.001))
    damaged = [
        r for r in table.records
        if r[f"{prefix}TESTCD"] == chosen[f"{prefix}TESTCD"] and (is_whole or r["USUBJID"] == chosen["USUBJID"])
    ]  # fmt: skip
    for record in damaged:
        for name in copies(prefix):
            record[name] = scaled(record[name], factor) or record[name]
    return damage_of(domain, damaged, *copies(prefix), f"{prefix}TESTCD")


def _unit(made: Made, rng: Random) -> Damage | None:
    """Name another unit of the test, or of another one, for one result or for all of a subject's."""
    units = {"C3": ("mg/dL", "mg/L"), "C4": ("mg/dL", "mg/L"), "CREAT": ("mg/dL",
    "mmol/L"), "BILI": ("mg/dL",), "HGB": ("g/dL",),
             "ALT": ("ukat/L",), "AST": ("ukat/L",), "DDNAIGAB": ("kIU/L", "IU/L"), "WBC": ("/uL", "10^6/L"),
             "UPROT": ("mg/day",), "NEUT": ("/uL",), "PLAT": ("g/L",), "IGG": ("mg/dL",)}  # fmt: skip
    table = made.table("lb")
    chosen = measured(table, rng, "LB", lambda r: r["LBTESTCD"] in units)
    if chosen is None:
        return None
    names = rng.choice((("LBSTRESU",), ("LBORRESU", "LBSTRESU")))
    unit = rng.choice(units[chosen["LBTESTCD"]])
    damaged = [chosen]
    if rng.random() < 0.4:
        damaged = [
            r for r in table.records if all(r[name] == chosen[name] for name in ("USUBJID", "LBTESTCD", "LBSTRESU"))
        ]
    for record in damaged:
        record.update(dict.fromkeys(names, unit))
    return damage_of("lb", damaged, *names, "LBTESTCD")


def _limits(change: Callable[[Record, Random], dict[str, str] | None], title: str, unseen: str = "") -> Operator:
    """Change the limits of normal of one result, or of all of that subject's results of the test."""

    def apply(made: Made, rng: Random) -> Damage | None:
        table = made.table("lb")
        chosen = measured(table, rng, "LB")
        after = None if chosen is None else change(chosen, rng)
        if chosen is None or not after:
            return None
        damaged = [chosen]
        if rng.random() < 0.5:
            damaged = [r for r in table.records if all(r[name] == chosen[name] for name in ("USUBJID", "LBTESTCD"))]
        before = {chosen[name] for name in after}
        for record in damaged:
            record.update(after)
        return damage_of("lb", damaged, *after, texts=before)

    return Operator(title, apply, unseen)


def _limits_crossed(record: Record, rng: Random) -> dict[str, str] | None:
    del rng
    low, high = record["LBSTNRLO"], record["LBSTNRHI"]
    return None if low == high else {"LBSTNRLO": high, "LBSTNRHI": low}


def _limit_negative(record: Record, rng: Random) -> dict[str, str] | None:
    name = rng.choice(("LBSTNRLO", "LBSTNRHI"))
    after = rng.choice((negated(record[name], rng), "-1", "0" if name == "LBSTNRHI" else "-0.5"))
    return None if after is None else {name: after}


def _limit_scaled(record: Record, rng: Random) -> dict[str, str] | None:
    name = rng.choice(("LBSTNRLO", "LBSTNRHI"))
    after = scaled(record[name], rng.choice((10, 100, 1000, 0.1, 0.01, 0.001)))
    return None if after is None else {name: after}


def _limit_changed(record: Record, rng: Random) -> dict[str, str] | None:
    after = scaled(record["LBSTNRHI"], rng.choice((1.1, 1.2, 0.9)))
    return None if after is None else {"LBSTNRHI": after}


def _age(values: tuple[str, ...], title: str, unseen: str = "") -> Operator:
    def apply(made: Made, rng: Random) -> Damage | None:
        chosen = some_record(made.table("dm"), rng)
        after = rng.choice(values)
        if chosen is None or chosen["AGE"] == after:
            return None
        before, chosen["AGE"] = chosen["AGE"], after
        return damage_of("dm", [chosen], "AGE", texts=(before,))

    return Operator(title, apply, unseen)


def _sequence(title: str, change: Callable[[str, Random], str], unseen: str = "") -> Operator:
    def apply(made: Made, rng: Random) -> Damage | None:
        domain = rng.choice(("ae", "cm", "ds", "ex", "qs", "lb", "cp"))
        chosen = some_record(made.table(domain), rng)
        if chosen is None:
            return None
        name = sequence(domain)
        before, after = chosen[name], change(chosen[name], rng)
        if after == before:
            return None
        chosen[name] = after
        return damage_of(domain, [chosen], name, texts=(before,))

    return Operator(title, apply, unseen)


NUMERIC = (
    ("dm", "AGE"), ("ex", "EXDOSE"), ("qs", "QSSTRESN"), ("qs", "QSSTRESC"), ("lb", "LBSTRESN"), ("lb", "LBSTRESC"),
    ("lb", "LBSTNRHI"), ("lb", "LBSTNRLO"), ("cp", "CPSTRESN"), ("cp", "CPSTRESC"), ("cm", "CMDOSE"), ("qs",
    "VISITNUM"),
    ("ae", "AESEQ"), ("ae", "AETOXGR"),
)  # fmt: skip


def _any(title: str, change: Callable[[str, Random], str | None]) -> Operator:
    def apply(made: Made, rng: Random) -> Damage | None:
        domain, variable = rng.choice(NUMERIC)
        return _cell(domain, variable, change, "").apply(made, rng)

    return Operator(title, apply)


OPERATORS = (
    _any("number: written as none", unnumbered),
    _any("number: beyond all bounds", extreme),
    _cell("ex", "EXDOSE", lambda text, rng: scaled(text, rng.choice((1e-6, 1e-3, 0.01, 0.1, 0.5, 2, 10, 100, 1000))),
          "ex EXDOSE: times a factor"),
    _cell("ex", "EXDOSE", lambda *_: "0", "ex EXDOSE: nought"),
    _cell("ex", "EXDOSE", negated, "ex EXDOSE: sign"),
    _cell("cm",
    "CMDOSE", lambda text, rng: scaled(text, rng.choice((100, 1000, 1e4, 1e6))), "cm CMDOSE: times 100 or more"),
    _cell("cm",
    "CMDOSE", lambda text, rng: scaled(text, rng.choice((1e-3, 1e-4, 1e-6))), "cm CMDOSE: in grams or less"),
    _cell("cm", "CMDOSE", negated, "cm CMDOSE: sign"),
    Operator("cm CMDOSE: another plausible dose",
             _cell("cm", "CMDOSE", lambda text, rng: scaled(text, rng.choice((0.5, 2, 0.1))), "").apply,
             "Doses of one drug differ tenfold between patients."),
    _result("result: number alone times a factor", (2,), by_factor),
    _result("result: number alone misplaced digits", (2,), misplaced),
    _result("result: number alone nearby", (2,), nearby),
    _result("result: standard form times a factor, original as it was", (1, 2), by_factor),
    _result("result: standard form nearby, original as it was", (1, 2), nearby),
    _result("result: original alone times a factor", (0,), by_factor),
    _result("result: all copies negative", (0, 1, 2), negated),
    _result("result: all copies times a thousand or by one", (0, 1, 2), by_thousand),
    _result("result: all copies tenfold, of a narrow test", (0, 1, 2), tenfold, is_narrow=True),
    _result("result: all copies tenfold or a tenth, of a wide test", (0, 1, 2), tenth, is_narrow=False,
            unseen="Enzymes, antibodies and counts differ tenfold between patients, and from week to week."),
    _result("result: all copies nearby", (0, 1, 2), nearby,
            "One plausible value for another, all copies consistent: only the source document tells."),
    Operator("result: all of a narrow test by a hundred or more", _all_of_test),
    Operator("result: another unit named", _unit),
    _limits(_limits_crossed, "limits of normal: crossed"),
    _limits(_limit_negative, "limits of normal: negative, or nought above"),
    _limits(_limit_scaled, "limits of normal: tenfold or more"),
    _limits(_limit_changed, "limits of normal: a fifth or less off",
            "Laboratories have their own limits, and change them."),
    _age(("-3", "121", "140", "999", "1e308", "312", "1980"), "dm AGE: none that people have"),
    _age(("0", "1", "3", "7", "11", "104", "118"), "dm AGE: no patient's of this trial"),
    _age(("19", "33", "48", "57", "61"), "dm AGE: another plausible one",
         "Birth dates are not in the cut: nothing to hold an age against."),
    _sequence("--SEQ: far off", lambda text, rng: str(int(text) + rng.choice((1000, 50, 5000)))),
    _sequence("--SEQ: no whole positive number", lambda text, rng: rng.choice((f"-{text}", "0", f"{text}.5", "",
    "A1"))),
)  # fmt: skip
