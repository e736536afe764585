"""A run of which nothing changed: found by hashes alone, so that it costs a fraction of a second."""

from __future__ import annotations

import os
import re
import stat
import sys
from typing import TYPE_CHECKING, Any

from sap_helpers.plan.home import PLAN_FILE, SAP_FOLDER, notebook_files
from sap_helpers.run.manifest import (
    combine,
    environment,
    hash_bytes,
    hash_code,
    hash_files,
    hash_outputs,
    read_manifest,
)
from sap_helpers.run.place import is_report_of
from sap_helpers.run.previous import find_previous
from sap_helpers.run.progress import tell, tell_skipped
from sap_helpers.run.publish import claimed_report

if TYPE_CHECKING:
    from pathlib import Path

    from sap_helpers.run.call import Call

# only to find the report: that it is this cut's is then shown by the hashes
CUT_ID = re.compile(rb"^cut_id:[ \t]*[\"']?([A-Za-z0-9][A-Za-z0-9._-]{0,63})[\"']?[ \t]*(?:#.*)?\r?$", re.MULTILINE)
SUMMARY = "summary"


def hash_cut(folder: Path) -> dict[str, str]:
    """Return the hash of every file of a cut, its seal among them; of what is no file, that it is none."""
    return {
        path.name: hash_bytes(path.read_bytes()) if stat.S_ISREG(path.lstat().st_mode) else "not a file"
        for path in sorted(folder.iterdir())
    }


def hash_tables() -> str:
    """Return one hash of the tables that the plan and the cuts are read by."""
    return combine(hash_files(SAP_FOLDER, SAP_FOLDER.glob("*.csv")))


def basis_of(call: Call) -> dict[str, Any]:
    """Return, hashed, everything but the cut that a report is made from."""
    return {
        "plan": hash_bytes(call.plan.read_bytes()), "project_plan": hash_bytes(PLAN_FILE.read_bytes()),
        "settings": list(call.settings), "tables": hash_tables(), "code": hash_code(),
        "notebooks": hash_files(call.notebooks, notebook_files(call.notebooks)),
        "environment": combine(environment()), "machine": f"{sys.platform} {os.uname().machine}",
    }  # fmt: skip


def find_unchanged(call: Call) -> tuple[Path, dict[str, Any]] | None:
    """Return the published report that this call would make again, and its manifest, or None.

    Every input is hashed and compared with what the report says it was made from; then every file of the report, with
    what the report says it holds.

    Raises
    ------
    ReportLockedError
        Another run is writing there.
    UsageError
        It must not be written there.
    """
    try:
        found = CUT_ID.search((call.cut / "cut.yaml").read_bytes())
    except OSError:
        return None  # the run itself says what is wrong
    cut_id = found[1].decode() if found else ""
    place = call.reports / cut_id
    if not cut_id or not is_report_of(place, cut_id):
        return None
    with claimed_report(call.cut, call.reports, cut_id):
        known = read_manifest(place)
        return (place, known) if _is_of(known, call) and known.get("outputs") == hash_outputs(place) else None


def _is_of(known: dict[str, Any], call: Call) -> bool:
    """Return whether a report was made from what a call names, and holds all that it asks for."""
    wanted = known.get("all_notebooks", []) if call.only is None else [*call.only, SUMMARY]
    if not wanted or not set(wanted) <= known.get("notebooks", {}).keys():
        return False
    try:
        is_same = bool(known.get("basis") == basis_of(call) and known.get("cut") == hash_cut(call.cut))
    except OSError:
        return False
    return is_same and _is_compared(known, call)


def _is_compared(known: dict[str, Any], call: Call) -> bool:
    """Return whether a report was compared with the one that this call would compare it with."""
    previous = find_previous(call.reports, call.previous, known["study"], known["cut_id"], known["cut_date"])
    return bool(known.get("previous") == (previous.identity if previous else ""))


def tell_unchanged(call: Call) -> Path | None:
    """Say of an unchanged report what a run would have said, and return its index.html; without one, None."""
    found = find_unchanged(call)
    if found is None:
        return None
    place, known = found
    tell_skipped(call.notebooks)
    for line in known.get("messages", []):
        tell(line)
    for name in known["notebooks"]:
        tell(f"{name}: unchanged")
    tell("nothing to publish: the report is that of these inputs")
    for line in known.get("answers", []):
        tell(line)
    return place / "index.html"
