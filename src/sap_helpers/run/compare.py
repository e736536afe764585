"""The comparison with the previous report: its results read, held against the new ones, and why they may differ."""

from __future__ import annotations

import csv
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from sap_helpers.changes import (
    CHANGES_FILE,
    COMPARISON_FILE,
    Comparison,
    changes_csv,
    compare_results,
    comparison_json,
)
from sap_helpers.errors import ReportError, UsageError
from sap_helpers.results import from_csv
from sap_helpers.run.previous import ANOTHER, RESULTS_FILE, Found

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sap_helpers.results import Results
    from sap_helpers.run.previous import Previous

# by the name in a manifest's basis: what it is called as a cause; the plan is compared as it was in force
BASIS = {
    "tables": "plan", "code": "code", "notebooks": "code", "environment": "environment", "machine": "environment",
}  # fmt: skip


class Cause(NamedTuple):
    """Why results may differ: what of the inputs is not the same, in one word each, and in detail."""

    cause: str = ""
    detail: str = ""


class Against(NamedTuple):
    """With what a report is compared.

    Parameters
    ----------
    found
        The previous report, if there is one, and those beside it that are damaged.
    before
        The results of the previous report; None without, or where they cannot be read.
    damaged
        Which reports cannot be compared with, and why.
    cause
        Why results may differ.
    """

    found: Found = Found()
    before: Results | None = None
    damaged: tuple[str, ...] = ()
    cause: Cause = Cause()

    @property
    def complaints(self) -> tuple[str, ...]:
        """What a run says of the reports that are damaged."""
        return tuple(f"{reason} This report is not compared with it." for reason in self.damaged)

    @property
    def provenance(self) -> tuple[tuple[str, str], ...]:
        """What the comparison was made with, in words and hashes."""
        previous = self.found.previous
        if previous is None or self.before is None:
            return ()
        return (("Compared with the cut", f"{previous.cut_id}, {RESULTS_FILE} sha256 {previous.sha256}"),)

    def write(self, folder: Path, results: Results) -> None:
        """Write what came of the comparison into a report in the making, if there is anything to say."""
        compared = Comparison(damaged=self.damaged)
        if self.before is not None and self.found.previous is not None:
            found = compare_results(self.before, results, *self.cause, cut_id=self.found.previous.cut_id)
            compared = replace(found, damaged=self.damaged)
            (folder / CHANGES_FILE).write_text(changes_csv(compared.changes), encoding="utf-8")
        if compared != Comparison():
            (folder / COMPARISON_FILE).write_text(comparison_json(compared), encoding="utf-8")


def open_previous(
    found: Found, basis: Mapping[str, Any], inputs: Mapping[str, str], plan: str, *, is_given: bool
) -> Against:
    """Return with what a report is compared.

    Parameters
    ----------
    found
        The previous report.
    basis, inputs, plan
        As of `cause_of`.
    is_given
        Whether the previous report was asked for, and not only found.

    Raises
    ------
    UsageError
        The results of a report that was asked for cannot be read.
    """
    if found.previous is None:
        return Against(found, damaged=found.damaged)
    try:
        before = _results_of(found.previous)
    except ReportError as error:
        if is_given:
            raise UsageError(f"--previous {error} {ANOTHER}") from error
        return Against(found, damaged=(*found.damaged, str(error)))
    return Against(found, before, found.damaged, cause_of(found.previous, basis, inputs, plan))


def _results_of(previous: Previous) -> Results:
    try:
        return from_csv(previous.text)
    except (ValueError, csv.Error) as error:
        name = previous.report.path.name
        raise ReportError(f"{name}: its {RESULTS_FILE} is not written as sap run writes it: {error}.") from error


def cause_of(previous: Previous, basis: Mapping[str, Any], inputs: Mapping[str, str], plan: str) -> Cause:
    """Return in what the inputs of a report differ from those of the previous one.

    Parameters
    ----------
    previous
        The previous report.
    basis
        Everything but the cut that the new report is made from, hashed.
    inputs
        The hash of each file of its cut.
    plan
        The hash of the plan in force.
    """
    before, known = previous.report.manifest.inputs, previous.report.manifest.basis
    files = sorted(name for name in {*before, *inputs} if before.get(name) != inputs.get(name))
    others = [cause for name, cause in BASIS.items() if known.get(name) != basis.get(name)]
    causes = [*(["data"] if files else []), *(["plan"] if previous.plan != plan else []), *others]
    detail = f"cut {previous.cut_id} before" + (f"; other files: {', '.join(files)}" if files else "")
    return Cause(", ".join(dict.fromkeys(causes)), detail)
