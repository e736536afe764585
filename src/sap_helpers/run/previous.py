"""The previous report: which it is, and whether it is as it was published."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from sap_helpers.cut.names import is_cut_id
from sap_helpers.errors import ReportError, UsageError
from sap_helpers.run.manifest import MANIFEST_NAME, combine, hash_bytes
from sap_helpers.run.report_folder import ReportFolder, open_report_folder

if TYPE_CHECKING:
    from pathlib import Path

ANOTHER = "Name a report as it was published."
RESULTS_FILE, PLAN_COPY = "results.csv", "plan.yaml"


class Previous(NamedTuple):
    """A published report that another one is compared with: its folder, and its results as they were published."""

    report: ReportFolder
    text: str

    @property
    def cut_id(self) -> str:
        """The cut that it is of."""
        return self.report.manifest.cut_id

    @property
    def plan(self) -> str:
        """The hash of the plan that was in force."""
        return self.report.manifest.outputs.get(PLAN_COPY, "")

    @property
    def sha256(self) -> str:
        """The hash of its results."""
        return hash_bytes(self.text.encode())

    @property
    def identity(self) -> str:
        """One hash of all that a comparison with it rests on."""
        of = self.report.manifest
        parts = [of.cut_id, dict(of.inputs), dict(of.basis), self.plan, self.sha256]
        return hash_bytes(json.dumps(parts, sort_keys=True).encode())


class Found(NamedTuple):
    """With what a report is compared: the previous report, if there is one, and why others beside it are not used."""

    previous: Previous | None = None
    damaged: tuple[str, ...] = ()

    @property
    def identity(self) -> str:
        """One hash of it all, "" where there is nothing."""
        if self == Found():
            return ""
        previous = self.previous.identity if self.previous else ""
        return combine({"previous": previous, **dict.fromkeys(self.damaged, "not used")})


def find_previous(reports: Path, given: Path | None, study: str, cut_id: str, cut_date: str) -> Found:
    """Return the report to compare with: the one given, else of the same study the one with the latest earlier cut.

    One that is damaged is not used, and said to be.

    Raises
    ------
    UsageError
        The folder given is not a report, or a report of another study, or damaged.
    """
    if given is not None:
        return Found(_given(given, study))
    damaged: list[str] = []
    earlier: list[ReportFolder] = []
    for path in sorted(path for path in reports.iterdir() if path.name != cut_id and _may_be_report(path)):
        try:
            report = open_report_folder(path)
        except ReportError as error:
            damaged.append(str(error))
            continue
        of = report.manifest
        if of.study == study and of.cut_id == path.name and of.cut_date < cut_date:
            earlier.append(report)
    for report in sorted(earlier, key=lambda one: (one.manifest.cut_date, one.manifest.cut_id), reverse=True):
        try:
            return Found(_opened(report), tuple(damaged))
        except ReportError as error:
            damaged.append(str(error))
    return Found(None, tuple(damaged))


def _may_be_report(path: Path) -> bool:
    """Return whether an entry of a reports folder is named as a report is, and holds a manifest that is no cut's."""
    if not is_cut_id(path.name):  # a failed run, or one in the making
        return False
    try:
        names = {entry.name for entry in path.iterdir()}
    except NotADirectoryError:
        return False
    except OSError:  # to read it will say why it cannot be looked into
        return True
    return MANIFEST_NAME in names and "cut.yaml" not in names


def _given(folder: Path, study: str) -> Previous:
    try:
        previous = _opened(open_report_folder(folder))
    except ReportError as error:
        raise UsageError(f"--previous {error} {ANOTHER}") from error
    of = previous.report.manifest.study
    if of != study:
        raise UsageError(f"--previous {folder.name}: a report of study {of}; expected: {study}")
    return previous


def _opened(report: ReportFolder) -> Previous:
    try:
        return Previous(report, report.read(RESULTS_FILE).decode("utf-8"))
    except ReportError:
        now = open_report_folder(report.path)
        if now.manifest == report.manifest:
            raise
        return _opened(now)  # another run put a new one there between its manifest and its results
    except UnicodeDecodeError as error:
        raise ReportError(f"{report.path.name}: its {RESULTS_FILE} is not UTF-8.") from error
