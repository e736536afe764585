"""Records that contradict themselves or what another domain says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from damage.made import Damage, Made, Operator, damage_of, some_record

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from damage.made import Record


def _contradiction(domain: str, title: str, change: Callable[[Record, Random], dict[str, str] | None]) -> Operator:
    """Have a record contradict itself, or another domain."""

    def apply(made: Made, rng: Random) -> Damage | None:
        chosen = some_record(made.table(domain), rng)
        after = None if chosen is None else change(chosen, rng)
        if chosen is None or not after or all(chosen[name] == text for name, text in after.items()):
            return None
        before = {chosen[name] for name in after}
        chosen.update(after)
        return damage_of(domain, [chosen], *after, texts=before)

    return Operator(title, apply)


def _graded(record: Record, rng: Random) -> dict[str, str] | None:
    """Give a mild event the grade of a severe one, or the other way round."""
    del rng
    grade = {"MILD": "4", "MODERATE": "4", "SEVERE": "1"}.get(record["AESEV"])
    return None if grade is None else {"AETOXGR": grade}


def _fatal(record: Record, rng: Random) -> dict[str, str] | None:
    if record["AEOUT"] == "FATAL":
        return None
    return rng.choice(({"AEOUT": "FATAL"}, {"AETOXGR": "5"}, {"AESDTH": "Y"}))


def _unserious(record: Record, rng: Random) -> dict[str, str] | None:
    if record["AESER"] == "Y":
        return {"AESER": "N"}
    return {rng.choice(("AESDTH", "AESHOSP")): "Y"}


def _ongoing(record: Record, rng: Random) -> dict[str, str] | None:
    """Have an event with an end date not end, or one without be resolved for years."""
    del rng
    return (
        {"AEOUT": "NOT RECOVERED/NOT RESOLVED"}
        if record["AEENDTC"] and record["AEOUT"].startswith("RECOVERED")
        else None
    )


def _died(record: Record, rng: Random) -> dict[str, str] | None:
    del rng
    return {"DSDECOD": "DEATH", "DSTERM": "Death"} if record["DSDECOD"] == "COMPLETED" else None


def _withdrawn(record: Record, rng: Random) -> dict[str, str] | None:
    """Have treatment be completed where it was withdrawn, in the code alone."""
    if record["DSDECOD"] in ("ADVERSE EVENT", "LACK OF EFFICACY", "DEATH"):
        return {"DSDECOD": "COMPLETED"}
    if record["DSDECOD"] == "COMPLETED":
        return {"DSDECOD": rng.choice(("ADVERSE EVENT", "LACK OF EFFICACY", "WITHDRAWAL BY SUBJECT"))}
    return None


def _cycle(record: Record, rng: Random) -> dict[str, str] | None:
    return {"EPOCH": rng.choice([f"CYCLE {n}" for n in range(1, 7) if f"CYCLE {n}" != record["EPOCH"]])}


OPERATORS = (
    _contradiction("ae", "crossing: grade against severity", _graded),
    _contradiction("ae", "crossing: fatal event of a living subject", _fatal),
    _contradiction("ae", "crossing: serious against its criteria", _unserious),
    _contradiction("ae", "crossing: not recovered, with an end", _ongoing),
    _contradiction("ds", "crossing: death without its date", _died),
    _contradiction("ds", "crossing: the code of an end against its words", _withdrawn),
    _contradiction("ex", "crossing: cycle against date", _cycle),
)
