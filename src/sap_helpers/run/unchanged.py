"""A run of which nothing changed: found by hashes alone, so that it costs a fraction of a second."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING, Any

from sap_helpers.errors import ReportError
from sap_helpers.plan.home import DISPLAYS_FILE, PLAN_FILE, SAP_FOLDER, VOCABULARY_FILE, notebook_files
from sap_helpers.run.manifest import (
    combine,
    environment,
    hash_bytes,
    hash_code,
    hash_entry,
    hash_files,
    hash_outputs,
)
from sap_helpers.run.previous import find_previous
from sap_helpers.run.progress import tell, tell_skipped
from sap_helpers.run.publish import claimed_report
from sap_helpers.run.report_folder import open_report_folder

if TYPE_CHECKING:
    from pathlib import Path

    from sap_helpers.run.call import Call
    from sap_helpers.run.report_folder import ReportFolder
    from sap_helpers.run.report_manifest import Manifest

# only to find the report: that it is this cut's is then shown by the hashes
CUT_ID = re.compile(rb"^cut_id:[ \t]*[\"']?([A-Za-z0-9][A-Za-z0-9._-]{0,63})[\"']?[ \t]*(?:#.*)?\r?$", re.MULTILINE)
SUMMARY = "summary"


def hash_cut(folder: Path) -> dict[str, str]:
    """Return the hash of every file of a cut, its seal among them; of what is no file, that it is none."""
    return {path.name: hash_entry(path) for path in sorted(folder.iterdir())}


def hash_tables() -> str:
    """Return one hash of the tables that the plan and the cuts are read by, and of the displays and their words."""
    return combine(hash_files(SAP_FOLDER, [*SAP_FOLDER.glob("*.csv"), DISPLAYS_FILE, VOCABULARY_FILE]))


def basis_of(call: Call) -> dict[str, Any]:
    """Return, hashed, everything but the cut that a report is made from."""
    return {
        "plan": hash_bytes(call.plan.read_bytes()), "project_plan": hash_bytes(PLAN_FILE.read_bytes()),
        "settings": list(call.settings), "tables": hash_tables(), "code": hash_code(),
        "notebooks": hash_files(call.notebooks, notebook_files(call.notebooks)),
        "environment": combine(environment()), "machine": f"{sys.platform} {os.uname().machine}",
    }  # fmt: skip


def find_unchanged(call: Call) -> ReportFolder | None:
    """Return the published report that this call would make again, or None.

    It must carry this account's mark. Every input is hashed and compared with what the report says it was made from;
    then every file of the report, with what the report says it holds.

    Raises
    ------
    ReportLockedError
        Another run is writing there.
    UsageError
        It must not be written there.
    """
    cut_id = _cut_id_of(call.cut / "cut.yaml")
    place = call.reports / cut_id
    if not cut_id or _open_own(place) is None:
        return None
    with claimed_report(call.cut, call.reports, cut_id):
        report = _open_own(place)
        return report if report and _is_of(report, call) else None


def _cut_id_of(file: Path) -> str:
    """Return what a cut calls itself; "" where that cannot be told, and the run itself says what is wrong."""
    try:
        # what is no file, such as a pipe, would be waited for
        found = CUT_ID.search(file.read_bytes()) if file.is_file() else None
    except OSError:
        return ""
    return found[1].decode() if found else ""


def _open_own(place: Path) -> ReportFolder | None:
    """Return a report that this account wrote, and that nobody has altered since."""
    try:
        report = open_report_folder(place)
    except ReportError:
        return None  # the run itself says what is wrong
    return report if report.manifest.is_own else None


def _is_of(report: ReportFolder, call: Call) -> bool:
    """Return whether a report was made from what a call names, holds all that it asks for, and is whole."""
    known = report.manifest
    wanted = known.all_notebooks if call.only is None else [*call.only, SUMMARY]
    if not wanted or not set(wanted) <= known.notebooks.keys():
        return False
    try:
        is_same = known.basis == basis_of(call) and known.cut == hash_cut(call.cut)
        return is_same and known.outputs == hash_outputs(report.path) and _is_compared(known, call)
    except OSError:
        return False


def _is_compared(known: Manifest, call: Call) -> bool:
    """Return whether a report was compared with the one that this call would compare it with."""
    found = find_previous(call.reports, call.previous, known.study, known.cut_id, known.cut_date)
    return known.previous == found.identity


def tell_unchanged(call: Call) -> Path | None:
    """Say of an unchanged report what a run would have said, and return its index.html; without one, None."""
    report = find_unchanged(call)
    if report is None:
        return None
    tell_skipped(call.notebooks)
    for line in report.manifest.messages:
        tell(line)
    for name in report.manifest.notebooks:
        tell(f"{name}: unchanged")
    tell("nothing to publish: the report is that of these inputs")
    for line in report.manifest.answers:
        tell(line)
    return report.path / "index.html"
