"""The previous report: which it is, and in what its inputs differ from those of the one in the making."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sap_helpers.errors import UsageError
from sap_helpers.run.manifest import combine, read_manifest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# by the name in a manifest's basis: what it is called as a cause
BASIS = {
    "plan": "plan", "project_plan": "plan", "settings": "plan", "tables": "plan", "code": "code", "notebooks": "code",
    "environment": "environment", "machine": "environment",
}  # fmt: skip


class Cause(NamedTuple):
    """Why results may differ: what of the inputs is not the same, in one word each, and in detail."""

    cause: str = ""
    detail: str = ""


class Previous(NamedTuple):
    """A published report that another one is compared with."""

    folder: Path
    manifest: Mapping[str, Any]

    @property
    def cut_id(self) -> str:
        """The cut that it is of."""
        return str(self.manifest["cut_id"])

    @property
    def identity(self) -> str:
        """One hash of all that it holds."""
        return combine(self.manifest.get("outputs", {}))


def find_previous(reports: Path, given: Path | None, study: str, cut_id: str, cut_date: str) -> Previous | None:
    """Return the report to compare with: the one given, else of the same study the one with the latest earlier cut.

    Raises
    ------
    UsageError
        The folder given is not a report, or a report of another study.
    """
    if given is not None:
        return _given(given, study)
    folders = sorted(path for path in reports.iterdir() if path.is_dir() and path.name != cut_id)
    found = [Previous(path, manifest) for path in folders if (manifest := read_manifest(path))]
    earlier = [
        one
        for one in found
        # a failed run is kept under another name than its cut's
        if one.manifest.get("study") == study and one.manifest.get("cut_id") == one.folder.name
        and str(one.manifest.get("cut_date", "")) < cut_date and (one.folder / "results.csv").is_file()
    ]  # fmt: skip
    return max(earlier, key=lambda one: (one.manifest["cut_date"], one.cut_id), default=None)


def _given(folder: Path, study: str) -> Previous:
    manifest = read_manifest(folder)
    if not manifest or not (folder / "results.csv").is_file():
        raise UsageError(f"--previous {folder.name}: not a report (no manifest.json with results.csv). Name one.")
    if manifest.get("study") != study:
        raise UsageError(f"--previous {folder.name}: a report of study {manifest.get('study')}; expected: {study}")
    return Previous(folder, manifest)


def cause_of(previous: Previous, basis: Mapping[str, Any], inputs: Mapping[str, str]) -> Cause:
    """Return in what the inputs of a report differ from those of the previous one.

    Parameters
    ----------
    previous
        The previous report.
    basis
        Everything but the cut that the new report is made from, hashed.
    inputs
        The hash of each file of its cut.
    """
    before = previous.manifest.get("inputs", {})
    files = sorted(name for name in {*before, *inputs} if before.get(name) != inputs.get(name))
    known = previous.manifest.get("basis", {})
    others = {cause: None for name, cause in BASIS.items() if known.get(name) != basis.get(name)}
    causes = [*(["data"] if files else []), *others]
    detail = f"cut {previous.cut_id} before" + (f"; other files: {', '.join(files)}" if files else "")
    return Cause(", ".join(causes), detail)
