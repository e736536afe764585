"""Dates: other formats, impossible and far ones, shifts, exchanges, a whole column or subject."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from damage.made import Damage, Made, Operator, damage_of, some_record
from damage.mangles import (
    as_date,
    far,
    impossible,
    mistyped,
    months_off,
    partial,
    reformatted,
    shifted,
    swapped,
    timed,
    years_off,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from damage.made import Record

DATES = (
    ("dm", "RFICDTC"), ("dm", "DTHDTC"), ("ex", "EXSTDTC"), ("ex", "EXENDTC"), ("ds", "DSSTDTC"), ("qs", "QSDTC"),
    ("lb", "LBDTC"),
    ("cp", "CPDTC"), ("ae", "AESTDTC"), ("ae", "AEENDTC"), ("cm", "CMSTDTC"), ("cm", "CMENDTC"), ("dv", "DVSTDTC"),
)  # fmt: skip
# assessments carry the label of their visit, doses stand in a rhythm: a shift contradicts what is beside it
HELD = (("qs", "QSDTC"), ("lb", "LBDTC"), ("cp", "CPDTC"), ("ex", "EXSTDTC"))
# events and medication may start on any day of a trial, and before it
FREE = (("ae", "AESTDTC"), ("cm", "CMSTDTC"), ("dv", "DVSTDTC"))


def change_date(
    made: Made, rng: Random, domain: str, variable: str, change: Callable[[str, Random], str | None],
    fits: Callable[[Record], bool] = lambda _: True,
) -> Damage | None:  # fmt: skip
    """Change a date of one record, of a subject's records of that day, or of all its records."""
    table = made.table(domain)
    chosen = some_record(table, rng, lambda record: bool(as_date(record.get(variable, ""))) and fits(record))
    if chosen is None:
        return None
    before = chosen[variable]
    after = change(before, rng)
    if after is None or after == before:
        return None
    damaged = [chosen]
    if rng.random() < 0.4:
        damaged = [r for r in table.records if (r["USUBJID"], r[variable]) == (chosen["USUBJID"], before)]
    for record in damaged:
        record[variable] = after
        # an injection ends when it starts
        if variable == "EXSTDTC" and record["EXENDTC"] == before:
            record["EXENDTC"] = after
    return damage_of(domain, damaged, variable, texts=(before,))


def _anywhere(
    title: str,
    change: Callable[[str, Random], str | None],
    among: tuple[tuple[str, str], ...] = DATES,
    unseen: str = "",
) -> Operator:
    def apply(made: Made, rng: Random) -> Damage | None:
        domain, variable = rng.choice(among)
        return change_date(made, rng, domain, variable, change)

    return Operator(title, apply, unseen)


def some_years(text: str, rng: Random) -> str | None:
    return years_off(text, rng.choice((-10, -5, -2, -1, 1, 2, 10)))


def a_century(text: str, rng: Random) -> str | None:
    return years_off(text, rng.choice((-100, 100, -200, 1000)))


def some_months(text: str, rng: Random) -> str | None:
    return months_off(text, rng.choice((-6, -3, -2, 2, 3, 6)))


def some_days(text: str, rng: Random) -> str | None:
    return shifted(text, rng.choice((-3, -2, -1, 1, 2, 3)))


def of_dose(text: str, rng: Random) -> str | None:
    return shifted(text, rng.choice((-9, -5, -3, -1, 1, 3, 5, 9, 30, -30)))


def backwards(text: str, rng: Random) -> str | None:
    return years_off(text, rng.choice((-1, -2, -5)))


def onwards(text: str, rng: Random) -> str | None:
    return years_off(text, rng.choice((2, 3, 10, 20)))


def _exchanged(made: Made, rng: Random) -> Damage | None:
    """Exchange start and end of one record, or of all of a subject."""
    domain, start, end = rng.choice((("ae", "AESTDTC", "AEENDTC"), ("cm", "CMSTDTC", "CMENDTC")))
    table = made.table(domain)
    chosen = some_record(table, rng, lambda r: bool(r[end]) and r[start] != r[end] and len(r[start]) == 10)
    if chosen is None:
        return None
    chosen[start], chosen[end] = chosen[end], chosen[start]
    return damage_of(domain, [chosen], start, end)


def _of_another(made: Made, rng: Random) -> Damage | None:
    """Exchange the dates of two subjects' visits that lie more than a month apart."""
    domain, variable = rng.choice(HELD[:3])
    table = made.table(domain)
    first = some_record(table, rng, lambda r: bool(as_date(r[variable])) and "WEEK" in r["VISIT"])
    if first is None:
        return None
    day = dt.date.fromisoformat(first[variable])
    second = some_record(
        table,
        rng,
        lambda r: (
            r["USUBJID"] != first["USUBJID"] and bool(other := as_date(r[variable])) and abs((other - day).days) > 40
        ),
    )
    if second is None:
        return None
    first[variable], second[variable] = second[variable], first[variable]
    return damage_of(domain, [first, second], variable)


def _whole_column(made: Made, rng: Random) -> Damage | None:
    """Give a whole column in another format."""
    domain, variable = rng.choice(DATES)
    table = made.table(domain)
    form = rng.choice(("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%b-%Y", "%Y%m%d", "serial"))
    damaged = [record for record in table.records if as_date(record[variable])]
    if not damaged:
        return None
    for record in damaged:
        day = dt.date.fromisoformat(record[variable])
        record[variable] = str((day - dt.date(1899, 12, 30)).days) if form == "serial" else day.strftime(form)
    return damage_of(domain, damaged, variable)


def _whole_subject(made: Made, rng: Random) -> Damage | None:
    """Shift all dates of a subject in one domain by a year, or by months."""
    domain, variable = rng.choice(HELD)
    table = made.table(domain)
    chosen = some_record(table, rng, lambda record: bool(as_date(record[variable])))
    if chosen is None:
        return None
    damaged = [r for r in table.records if r["USUBJID"] == chosen["USUBJID"] and as_date(r[variable])]
    months = rng.choice((-12, 12, -2, 2, 24))
    ends = "EXENDTC" if domain == "ex" else variable
    for record in damaged:
        for name in {variable, ends}:
            record[name] = months_off(record[name], months) or record[name]
    return damage_of(domain, damaged, variable)


def _consent(made: Made, rng: Random) -> Damage | None:
    """Shift the date of consent; the record of consent among the milestones stays."""
    return change_date(
        made, rng, "dm", "RFICDTC", lambda text, rng: months_off(text, rng.choice((1, 2, 6, 12, -12, -1)))
    )


def _death(made: Made, rng: Random) -> Damage | None:
    """Record a death of one who was seen afterwards."""
    doses = made.look("ex").records
    chosen = some_record(
        made.table("dm"), rng, lambda r: not r["DTHDTC"] and any(d["USUBJID"] == r["USUBJID"] for d in doses)
    )
    if chosen is None:
        return None
    days = sorted(d["EXSTDTC"] for d in doses if d["USUBJID"] == chosen["USUBJID"])
    chosen["DTHDTC"] = rng.choice(days[: max(1, len(days) // 2)])
    return damage_of("dm", [chosen], "DTHDTC")


def _no_death(made: Made, rng: Random) -> Damage | None:
    """Take away the date of a death that stands elsewhere too."""
    chosen = some_record(made.table("dm"), rng, lambda r: bool(r["DTHDTC"]))
    if chosen is None:
        return None
    before, chosen["DTHDTC"] = chosen["DTHDTC"], ""
    return damage_of("dm", [chosen], "DTHDTC", texts=(before,))


def _disposition_early(made: Made, rng: Random) -> Damage | None:
    """Date the end of treatment or of the trial before what came later."""
    return change_date(
        made, rng, "ds", "DSSTDTC", lambda text, rng: months_off(text, rng.choice((-1, -2, -3, -12, -24))),
        lambda record: record["DSDECOD"] == "COMPLETED",
    )  # fmt: skip


def _long(made: Made, rng: Random) -> Damage | None:
    """Have an injection last for weeks."""
    return change_date(made, rng, "ex", "EXENDTC", lambda text, rng: shifted(text, rng.choice((40, 100, 365))))


def _ended_before(made: Made, rng: Random) -> Damage | None:
    domain, start, end = rng.choice(
        (("ae", "AESTDTC", "AEENDTC"), ("cm", "CMSTDTC", "CMENDTC"), ("ex", "EXSTDTC", "EXENDTC"))
    )
    chosen = some_record(made.table(domain), rng, lambda r: bool(as_date(r[start])) and bool(r[end]))
    if chosen is None:
        return None
    before, chosen[end] = chosen[end], shifted(chosen[start], rng.choice((-1, -3, -40, -400))) or ""
    return damage_of(domain, [chosen], end, texts=(before,))


OPERATORS = (
    _anywhere("date: another format", reformatted),
    _anywhere("date: impossible", impossible),
    _anywhere("date: far away", far),
    _anywhere("date: a century off", a_century),
    _anywhere("date: partial, of an assessment or a dose", partial, HELD),
    _anywhere("date: partial, of an event or medication", partial, FREE,
              "A partial date is legal there; what stands for it is the plan's rule, and the analysis data flag it."),
    _anywhere("date: with a time", timed),
    _anywhere("date: empty, of an assessment or a dose", lambda *_: "", HELD),
    _anywhere("date: years off, of an assessment or a dose", some_years, HELD),
    _anywhere("date: months off, of an assessment or a dose", some_months, HELD),
    _anywhere("date: years before, of an event", backwards, (("ae", "AESTDTC"),)),
    _anywhere("date: years after, of an event or medication", onwards, FREE),
    _anywhere("date: a dose off its rhythm", of_dose, (("ex", "EXSTDTC"),)),
    _anywhere("date: day and month exchanged, of an assessment or a dose", lambda text, _: swapped(text), HELD),
    _anywhere("date: a digit mistyped, of a dose", mistyped, (("ex", "EXSTDTC"),)),
    _anywhere("date: few days off, of an assessment", some_days, HELD[:3],
              "Visits have windows of days, in which any day is legal."),
    _anywhere("date: months off, of an event or medication", some_months, FREE,
              "Events and medication start on any day: only the source document tells."),
    Operator("date: start and end exchanged", _exchanged),
    Operator("date: end before start", _ended_before),
    Operator("date: exchanged with another subject's visit", _of_another),
    Operator("date: a whole column in another format", _whole_column),
    Operator("date: all of a subject in one domain shifted", _whole_subject),
    Operator("date: consent off, its milestone as it was", _consent),
    Operator("date: a death before later doses", _death),
    Operator("date: a death's date lost", _no_death),
    Operator("date: completion before what came later", _disposition_early),
    Operator("date: an injection of weeks", _long),
)  # fmt: skip
