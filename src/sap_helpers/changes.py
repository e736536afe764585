"""What changed from one report to the next, result by result: changes.csv."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, NamedTuple

from sap_helpers.findings import csv_text
from sap_helpers.results import number_of, number_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sap_helpers.results import Results, Stat

FILE_NAME = "changes.csv"
COLUMNS = ("result_id", "stat_previous", "stat", "difference", "cause", "detail")
NEW, GONE = "not in the previous report", "not in this report"


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


def compare_results(previous: Results, results: Results, cause: str = "", detail: str = "") -> tuple[Change, ...]:
    """Return what is not the same in two reports, in the order of the second and then of the first.

    Parameters
    ----------
    previous, results
        All results of the earlier and of the later report.
    cause, detail
        What of the inputs is not the same, in a word each, and in detail; a result that only one of them has says so
        first.
    """
    before = {row.result_id: row.stat for row in previous}
    now = {row.result_id: row.stat for row in results}
    changed = [
        Change(result_id, before.get(result_id), stat, cause, detail if result_id in before else _joined(NEW, detail))
        for result_id, stat in now.items()
        if result_id not in before or before[result_id] != stat
    ]
    gone = [
        Change(result_id, stat, None, cause, _joined(GONE, detail))
        for result_id, stat in before.items()
        if result_id not in now
    ]
    return (*changed, *gone)


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
