"""The table of words: which words a coded variable may hold, those that the plan gives a meaning among them."""

from __future__ import annotations

import csv
from functools import cache
from typing import TYPE_CHECKING

from sap_helpers.cut.spelling import fold
from sap_helpers.errors import PlanError
from sap_helpers.plan.home import WORDS_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from sap_helpers.plan import Plan

COLUMNS = ["variables", "word"]


def read_rows(path: Path, columns: list[str]) -> list[list[str]]:
    """Return the rows of a table of the plan in which no cell is empty.

    Raises
    ------
    PlanError
        It has other columns, or a row is not of that form; the message names the line.
    """
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file)) or [[]]
    if header != columns:
        raise PlanError(f"{path.name} line 1: columns {', '.join(header)}; allowed: {', '.join(columns)}")
    for line, row in enumerate(rows, start=2):
        if len(row) != len(columns) or not all(row):
            raise PlanError(f"{path.name} line {line}: {len(row)} fields; allowed: {len(columns)}, none empty")
    return rows


@cache
def load_words(path: Path = WORDS_FILE) -> Mapping[str, tuple[str, ...]]:
    """Return the words of each coded variable, in the order of the table.

    Parameters
    ----------
    path
        CSV file with the columns variables (one or more names, a blank between them) and word.

    Raises
    ------
    PlanError
        A row is not of that form, or a word stands twice; the message names the line.
    """
    found: dict[str, tuple[str, ...]] = {}
    for line, row in enumerate(read_rows(path, COLUMNS), start=2):
        for variable in row[0].split():
            known = found.get(variable, ())
            if fold(row[1]) in map(fold, known):
                raise PlanError(f"{path.name} line {line}: {row[1]} of {variable} stands twice. Keep one of the two")
            found[variable] = (*known, row[1])
    return found


def planned_words(plan: Plan) -> dict[str, tuple[str, ...]]:
    """Return the words of each coded variable to which the plan gives a meaning."""
    events, words = plan.events, plan.safety.words
    return {
        "DSCAT": (events.disposition_category,), "DSSCAT": (events.treatment_scope, events.participation_scope),
        "DSDECOD": (*events.completed, *events.response_completion, *events.known_reasons),
        "EXDOSFRQ": tuple(plan.exposure.frequency_days), "CMDOSFRQ": tuple(plan.steroids.doses_per_day),
        "CMCAT": (events.rescue_category, events.background_category),
        "DVCAT": plan.sets.per_protocol.major_deviation, "AEREL": words.related,
        "AESEV": tuple(words.severity_grades), "AESER": words.serious, "AEACN": words.withdrawal,
        "AEOUT": words.fatal,
    }  # fmt: skip


def allowed_words(plan: Plan) -> dict[str, tuple[str, ...]]:
    """Return the words of each coded variable: those of the table, and those that the plan knows beside them."""
    table, planned = load_words(), planned_words(plan)
    return {
        variable: _distinct([*table.get(variable, ()), *planned.get(variable, ()), *plan.words.get(variable, ())])
        for variable in sorted({*table, *planned, *plan.words})
    }


def _distinct(words: Iterable[str]) -> tuple[str, ...]:
    """Return the words, each once whatever its letter case."""
    return tuple({fold(word): word for word in words}.values())
