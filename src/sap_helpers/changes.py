"""What changed from one report to the next, result by result: changes.csv, and beside it what was compared."""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sap_helpers.findings import csv_text
from sap_helpers.results import number_of, number_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sap_helpers.results import Results, Stat

CHANGES_FILE, COMPARISON_FILE = "changes.csv", "comparison.json"
COLUMNS = ("result_id", "stat_previous", "stat", "difference", "cause", "detail")
NEW, GONE = "not in the previous report", "not in this report"
# plan decision D083: what another processor rounds otherwise is no change
RELATIVE_TOLERANCE, ABSOLUTE_TOLERANCE = 1e-7, 1e-12


class Change(NamedTuple):
    """One result that is not what it was; None is a number that is or was not there."""

    result_id: str
    previous: Stat
    stat: Stat
    cause: str
    detail: str

    @property
    def difference(self) -> Stat:
        """The new number less the old one, None where one is lacking."""
        return None if self.previous is None or self.stat is None else self.stat - self.previous

    @property
    def is_of_both(self) -> bool:
        """Whether both reports have the result."""
        return not self.detail.startswith((NEW, GONE))


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of comparing a report with the previous one.

    Parameters
    ----------
    previous
        The cut of the previous report, "" where there was none to compare with.
    changes
        What changed in the analyses that both reports hold.
    compared
        How many results both have.
    not_in_this, not_in_previous
        How many results belong to analyses that only the other report, or only this one, holds.
    damaged
        Which reports could not be compared with, and why.
    """

    previous: str = ""
    changes: tuple[Change, ...] = ()
    compared: int = 0
    not_in_this: int = 0
    not_in_previous: int = 0
    damaged: tuple[str, ...] = ()


def is_same(first: Stat, second: Stat) -> bool:
    """Return whether two statistics are one number, up to what another processor rounds otherwise."""
    if first is None or second is None:
        return first is second
    return math.isclose(first, second, rel_tol=RELATIVE_TOLERANCE, abs_tol=ABSOLUTE_TOLERANCE)


def compare_results(
    previous: Results, results: Results, cause: str = "", detail: str = "", *, cut_id: str = ""
) -> Comparison:
    """Return what is not the same in two reports, in the order of the second and then of the first.

    An analysis that one of them does not hold, as after a run of some notebooks, is not compared but counted.

    Parameters
    ----------
    previous, results
        All results of the earlier and of the later report.
    cause, detail
        What of the inputs is not the same, in a word each, and in detail; a result that came or went within an
        analysis that both hold says so first.
    cut_id
        The cut of the earlier report.
    """
    both = {*previous.analysis_ids} & {*results.analysis_ids}
    before = {row.result_id: row.stat for row in previous if row.key.analysis_id in both}
    now = {row.result_id: row.stat for row in results if row.key.analysis_id in both}
    changed = [
        Change(result_id, before.get(result_id), stat, cause, detail if result_id in before else _joined(NEW, detail))
        for result_id, stat in now.items()
        if result_id not in before or not is_same(before[result_id], stat)
    ]
    gone = [
        Change(result_id, stat, None, cause, _joined(GONE, detail))
        for result_id, stat in before.items()
        if result_id not in now
    ]
    return Comparison(
        cut_id, (*changed, *gone), compared=len(before.keys() & now.keys()), not_in_this=len(previous) - len(before),
        not_in_previous=len(results) - len(now),
    )  # fmt: skip


def _joined(*parts: str) -> str:
    return "; ".join(filter(None, parts))


def changes_csv(changes: Iterable[Change]) -> str:
    """Return the text of changes.csv."""
    rows = ((c.result_id, *map(number_text, (c.previous, c.stat, c.difference)), c.cause, c.detail) for c in changes)
    return csv_text([COLUMNS, *rows])


def read_changes(text: str) -> tuple[Change, ...]:
    """Return the changes written in the text of a changes.csv."""
    return tuple(
        Change(
            row["result_id"], number_of(row["stat_previous"]), number_of(row["stat"]), row["cause"], row["detail"]
        )
        for row in csv.DictReader(io.StringIO(text))
    )  # fmt: skip


def comparison_json(comparison: Comparison) -> str:
    """Return the text of comparison.json: all but the changes, which have a file of their own."""
    content = {
        "previous": comparison.previous, "compared": comparison.compared, "not_in_this": comparison.not_in_this,
        "not_in_previous": comparison.not_in_previous, "damaged": comparison.damaged,
    }  # fmt: skip
    return json.dumps(content, indent=1) + "\n"


def read_comparison(text: str, changes: str = "") -> Comparison:
    """Return the comparison written in the texts of a comparison.json and a changes.csv."""
    content = json.loads(text)
    return Comparison(**content | {"changes": read_changes(changes), "damaged": tuple(content["damaged"])})
