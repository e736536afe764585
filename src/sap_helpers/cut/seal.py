"""Room of the seal: writing a cut's manifest, and telling whether the cut is still the one that was sealed."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sap_helpers.cut.content import R008
from sap_helpers.cut.folder import R002, CutFolder, open_folder
from sap_helpers.cut.formats import read_table
from sap_helpers.cut.info import INFO_NAME
from sap_helpers.cut.manifest import MANIFEST_NAME, Manifest, SealedFile, render_manifest
from sap_helpers.errors import CutError, CutRefusedError
from sap_helpers.findings import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sap_helpers.cut.files import RawFile

R001 = Rule("R001", "noted", "the cut is not sealed", action="Every page says so; 'sap seal' writes a manifest.")
R003 = Rule(
    "R003", "refused", "another number of records than was sealed", action="Restore the sealed file, or seal a new cut."
)  # fmt: skip
R004 = Rule(
    "R004", "refused", "the folder and the seal do not hold the same files",
    action="Restore the sealed cut, or seal a new one.",
)  # fmt: skip
R005 = Rule(
    "R005", "refused", "a CSV file is shorter than at sealing: it may be cut off", action="Fetch the file again.",
)  # fmt: skip
RULES: tuple[Rule, ...] = (R001, R003, R004, R005)


def check_seal(folder: CutFolder, row_counts: Mapping[str, int] | None = None) -> list[Finding]:
    """Return what differs between a cut and its seal.

    Cases: no manifest, one note (R001); a manifest that cannot be read, nothing more than `open_folder` said of it;
    another hash, R002 with both, and beside it R005 for a CSV that became shorter or R008 for the same length with
    other bytes; another number of records, R003; a file that only the folder or only the seal has, R004.

    Parameters
    ----------
    folder
        The cut as it was read.
    row_counts
        Records per domain, for the files that could be parsed.
    """
    if folder.manifest is None:
        return [R001.finding()] if folder.seal == "unsealed" else []
    sealed = folder.manifest.files
    present = {file.name: (domain, file) for domain, file in [("", folder.info_file), *folder.files.items()]}
    refused = {finding.file for finding in folder.findings if finding.severity == "refused"}
    findings = []
    for name in sorted(sealed.keys() | present.keys()):
        if name in refused:
            continue  # Already refused when it was opened; its bytes were not read.
        if name not in sealed or name not in present:
            problem = "not in the seal" if name not in sealed else "in the seal, but not in the folder"
            findings.append(R004.finding(domain=_domain(name, present), file=name, problem=problem))
            continue
        domain, file = present[name]
        findings += _check_bytes(domain, file, sealed[name])
        findings += _check_rows(domain, file, sealed[name], row_counts or {})
    return findings


def _domain(name: str, present: Mapping[str, tuple[str, RawFile]]) -> str:
    """Return the domain of a file that is in the folder, or the empty text."""
    return present[name][0] if name in present else ""


def _check_bytes(domain: str, file: RawFile, sealed: SealedFile) -> list[Finding]:
    """Return the refusals of a file whose bytes are not the sealed ones (R002, R005, R008)."""
    if file.sha256 == sealed.sha256:
        return []
    problem = f"sha256 {file.sha256} ({file.size} bytes), sealed {sealed.sha256} ({sealed.size} bytes)"
    findings = [R002.finding(domain=domain, file=file.name, problem=problem)]
    if file.size == sealed.size:
        findings.append(R008.finding(domain=domain, file=file.name, problem="the length of the seal, but other bytes"))
    elif file.size < sealed.size and file.extension == "csv":
        findings.append(R005.finding(domain=domain, file=file.name, value=f"{file.size} of {sealed.size} bytes"))
    return findings


def _check_rows(domain: str, file: RawFile, sealed: SealedFile, row_counts: Mapping[str, int]) -> list[Finding]:
    """Return the refusal of a file with another number of records than sealed (R003)."""
    rows = row_counts.get(domain)
    if rows is None or rows == sealed.rows:
        return []
    value, allowed = f"{rows} records", f"{sealed.rows} records"
    return [R003.finding(domain=domain, file=file.name, value=value, allowed=allowed)]


def seal_cut(path: Path, plan_sha256: str | None) -> Path:
    """Write the manifest of a cut and return its path.

    The manifest holds hash, bytes and records of cut.yaml and of every data file, and the plan's hash; equal cuts and
    plans give equal bytes. A cut that still matches its seal is sealed anew, one that no longer does is refused.

    Parameters
    ----------
    path
        The cut's folder.
    plan_sha256
        SHA-256 of the plan in force, so that a later change of the plan shows; None where there is no plan.

    Raises
    ------
    CutError
        The folder or cut.yaml cannot be read, or the manifest cannot be written.
    CutRefusedError
        A file cannot be read as a table, or the cut no longer matches its seal.
    """
    folder = open_folder(path)
    findings = list(folder.findings)
    rows: dict[str, int] = {}
    for domain, file in folder.files.items():
        table, noticed = read_table(file.data, file.extension, file.name)
        findings += noticed
        if not any(finding.severity == "refused" for finding in noticed):
            rows[domain] = len(table.frame)
    findings += check_seal(folder, rows)
    if any(finding.severity == "refused" for finding in findings):
        raise CutRefusedError(findings)
    files = {file.name: SealedFile(file.sha256, file.size, rows[domain]) for domain, file in folder.files.items()}
    files[INFO_NAME] = SealedFile(folder.info_file.sha256, folder.info_file.size, None)
    return _write_manifest(path, render_manifest(Manifest(plan_sha256, files)))


def _write_manifest(path: Path, data: bytes) -> Path:
    """Put the manifest into the folder in one step, so that half of it is never there."""
    target, draft = path / MANIFEST_NAME, path / f".{MANIFEST_NAME}.{secrets.token_hex(8)}"
    try:
        try:
            with draft.open("xb") as file:  # nobody's: it must be new
                file.write(data)
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise CutError(f"cannot write {MANIFEST_NAME} into {path.name}: {error.strerror}.") from error
    return target
