"""`sap derive`: the analysis data and findings of a cut in a folder, without notebooks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sap_helpers.adam.store import FINDINGS_FILE, derive_study, save_study
from sap_helpers.cut.read import check_cut
from sap_helpers.errors import CutRefusedError, UsageError
from sap_helpers.findings import count_text, finding_rows, findings_csv
from sap_helpers.plan import load_plan
from sap_helpers.run.manifest import hash_files
from sap_helpers.run.progress import tell
from sap_helpers.run.publish import claimed, publish, staging

if TYPE_CHECKING:
    from pathlib import Path

    from sap_helpers.cut.read import Cut
    from sap_helpers.plan import Plan

ACCOUNT = "derived.json"
PROGRAM = "sap derive"


def derive_folder(path: Path, folder: Path, plan_file: Path, settings: tuple[str, ...]) -> Path:
    """Read, check and derive a cut, and put analysis data and findings into a folder in one step.

    Parameters
    ----------
    path
        The cut.
    folder
        Where to: a new or empty folder, or one that this function made and nobody changed since.
    plan_file, settings
        The plan, and values other than its own.

    Returns
    -------
    Path
        The folder. It holds what `open_study` reads, and derived.json with the hash of each file.

    Raises
    ------
    UsageError
        The folder holds something else, or lies where it must not.
    CutError, PlanError
        The cut or the plan cannot be read; nothing was written.
    CutRefusedError
        A rule refuses the cut; the folder then holds its findings alone.
    PublishError
        The folder cannot be written; what stood there still stands.
    """
    place = check_place(path, folder)
    plan = load_plan(plan_file, settings)
    cut = check_cut(path, plan, plan_file.read_bytes())
    with claimed(place, is_derived) as claim, staging(claim) as built:
        _write(cut, plan, built)
        publish(claim, built)
    if cut.is_refused:
        raise CutRefusedError(cut.findings)
    return folder


def check_place(cut: Path, folder: Path) -> Path:
    """Return where a folder is; refused is one that holds what is not ours, or that lies in the cut or around it."""
    place, source = folder.resolve(), cut.resolve()
    if place == source or source in place.parents or place in source.parents:
        raise UsageError(f"{folder}: is the cut, lies in it or holds it. Name a folder apart from the cut.")
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise UsageError(f"{folder}: exists, and is no folder. Name a new one.")
    if folder.is_dir() and any(folder.iterdir()) and not is_derived(folder):
        raise UsageError(
            f"{folder}: holds what `{PROGRAM}` did not write, or what was changed since. Name a new or empty folder."
        )
    return place


def is_derived(folder: Path) -> bool:
    """Return whether a folder holds what `derive_folder` wrote, to the byte, and nothing else."""
    entries = list(folder.rglob("*"))
    if any(entry.is_symlink() or not (entry.is_dir() or entry.is_file()) for entry in entries):
        return False
    files = [entry for entry in entries if entry.is_file() and entry != folder / ACCOUNT]
    expected = _account(folder, files)
    folders = {entry for entry in entries if entry.is_dir()}
    try:
        return (folder / ACCOUNT).read_text(encoding="utf-8") == expected and folders <= {file.parent for file in files}
    except (OSError, ValueError):
        return False


def _write(cut: Cut, plan: Plan, folder: Path) -> None:
    """Write what is known of a cut; of a refused one its findings."""
    if cut.is_refused:
        rows = finding_rows(cut.findings)
        (folder / FINDINGS_FILE).write_text(findings_csv(rows), encoding="utf-8")
    else:
        study = derive_study(cut, plan)
        rows = tuple(dict(row) for row in study.findings)
        save_study(study, folder)
    tell(f"{count_text(row['severity'] for row in rows)}; see {FINDINGS_FILE}")
    files = [entry for entry in folder.rglob("*") if entry.is_file()]
    (folder / ACCOUNT).write_text(_account(folder, files), encoding="utf-8")


def _account(folder: Path, files: list[Path]) -> str:
    """Return what derived.json says of the files of a folder."""
    return json.dumps({"program": PROGRAM, "files": hash_files(folder, files)}, indent=1) + "\n"
