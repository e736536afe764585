"""Room of the cut's folder: which entries it has, which of them are its files, each opened safely and read once."""

from __future__ import annotations

import os
import re
import stat
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from sap_helpers.cut.content import DEFAULT_MAX_BYTES, R019, R023, domain_of, spell_out
from sap_helpers.cut.files import RawFile, check_kind, read_file
from sap_helpers.cut.info import INFO_NAME, CutInfo, parse_info
from sap_helpers.cut.manifest import MANIFEST_NAME, Manifest, parse_manifest
from sap_helpers.errors import CutError
from sap_helpers.findings import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

R002 = Rule(
    "R002", "refused", "the file is not the one that was sealed", action="Restore the sealed file, or seal a new cut.",
)  # fmt: skip
R009 = Rule("R009", "refused", "a domain without which nothing can be analysed is missing", allowed="dm and ex")
R012 = Rule(
    "R012", "refused", "two files for one domain, or a data file whose domain is not clear",
    allowed="one file <domain>.<extension> per domain", action="Leave one file per domain in the cut.",
)  # fmt: skip
R013 = Rule("R013", "noted", "upper-case letters in a file name", allowed="lower case", action="Read as lower case.")
RULES: tuple[Rule, ...] = (R002, R009, R012, R013)

EXTENSIONS = ("csv", "parquet", "xpt", "sas7bdat", "json")
NEEDED_DOMAINS = ("dm", "ex")
RESERVED = (INFO_NAME, MANIFEST_NAME)
DATA_FILE = re.compile(rf"[a-z][a-z0-9]{{1,7}}\.(?:{'|'.join(EXTENSIONS)})")
DATA_EXTENSION = re.compile(rf".*\.(?:{'|'.join(EXTENSIONS)})", re.DOTALL)
DOMAIN_LIKE = re.compile(r"[a-z]{2}(?:\..*)?", re.DOTALL)
ARCHIVE = re.compile(r".*\.(?:gz|tgz|zip|bz2|xz|zst|7z|rar|tar)", re.DOTALL)
COMPANION = re.compile(r"\..*|(?:readme|licen[cs]e|changelog)(?:[._-].*)?", re.DOTALL)

EntryKind = Literal["reserved", "data", "archive", "unclear", "foreign", "ignored"]


@dataclass(frozen=True, slots=True)
class CutFolder:
    """A cut as it was read, once: what is hashed, parsed and sealed are these bytes.

    Parameters
    ----------
    info
        What cut.yaml says.
    info_file
        cut.yaml itself.
    files
        Lower-case domain to file; those that could be read.
    seal
        Whether there is a manifest.
    manifest
        What it says; None where there is none, or where it cannot be read (then a finding says so).
    findings
        What opening the folder noticed; refusals among them refuse the cut.
    """

    info: CutInfo
    info_file: RawFile
    files: Mapping[str, RawFile]
    seal: Literal["sealed", "unsealed"]
    manifest: Manifest | None
    findings: tuple[Finding, ...]

    @property
    def seal_plan_sha256(self) -> str | None:
        """SHA-256 of the plan at sealing, where the manifest holds it."""
        return None if self.manifest is None else self.manifest.plan_sha256


def open_folder(path: Path, *, max_bytes: int = DEFAULT_MAX_BYTES) -> CutFolder:
    """Return a cut's folder with every file read once into memory.

    Entries, first match wins: cut.yaml and manifest.json by their exact names; names that start with a point, and
    README, LICENSE and CHANGELOG files, are ignored; archives are refused; ``<domain>.<extension>`` with two to eight
    letters and digits is a domain, analysed or not; any other name with one of the five extensions, and any name that
    starts like a domain (``ae.txt``), is refused, since it may be data that nobody would miss; the rest is ignored,
    folders too. No entry may be a link, pipe or device, not even an ignored one.

    Parameters
    ----------
    path
        The folder; it and its parents may be reached through links.
    max_bytes
        Largest file that is read.

    Raises
    ------
    CutError
        The folder or its cut.yaml cannot be read; everything else is a finding, so that all are reported at once.
    """
    descriptor = _open_directory(path)
    try:
        return _read_folder(descriptor, path, max_bytes)
    finally:
        os.close(descriptor)


def read_info(path: Path, *, max_bytes: int = DEFAULT_MAX_BYTES) -> tuple[CutInfo, list[Finding]]:
    """Return what a cut says of itself, and the findings on it, without reading anything else of the cut.

    Raises
    ------
    CutError
        The folder or its cut.yaml cannot be read.
    """
    descriptor = _open_directory(path)
    try:
        _, info, findings = _read_info(descriptor, _list_names(descriptor, path), path, max_bytes)
    finally:
        os.close(descriptor)
    return info, findings


def take_file(folder: CutFolder, domain: str) -> tuple[RawFile, CutFolder]:
    """Return a domain's file, and the folder without its bytes: they need live no longer than their reading."""
    file = folder.files[domain]
    return file, replace(folder, files={**folder.files, domain: replace(file, data=b"")})


def _open_directory(path: Path) -> int:
    """Return a descriptor of the folder, so that everything after this looks into the same one."""
    try:
        return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CutError(
            f"cannot open the cut {str(path)!r}: {reason}. Give the folder that holds {INFO_NAME}."
        ) from error


def _label(path: Path) -> str:
    """Return what the cut is called in a message."""
    return path.name or str(path)


def _list_names(descriptor: int, path: Path) -> list[str]:
    """Return the names of all entries of an open folder."""
    try:
        return sorted(os.listdir(descriptor))
    except OSError as error:
        raise CutError(f"cannot list the cut {_label(path)!r}: {error.strerror}.") from error


def _read_info(descriptor: int, names: list[str], path: Path, max_bytes: int) -> tuple[RawFile, CutInfo, list[Finding]]:
    """Return cut.yaml, what it says, and the findings on both."""
    if INFO_NAME not in names:
        raise CutError(f"the cut {_label(path)!r} has no {INFO_NAME}. Give the folder that holds one.")
    file, noticed = read_file(descriptor, INFO_NAME, max_bytes)
    if file is None:
        raise CutError(" ".join(finding.message() for finding in noticed))
    info, findings = parse_info(file.data)
    return file, info, findings + noticed


def _read_folder(descriptor: int, path: Path, max_bytes: int) -> CutFolder:
    """Return the cut in an open folder."""
    names = _list_names(descriptor, path)
    info_file, info, findings = _read_info(descriptor, names, path, max_bytes)
    manifest, manifest_findings = _read_manifest(descriptor, names, max_bytes)
    files, file_findings = _read_files(descriptor, names, max_bytes)
    findings += manifest_findings + file_findings + _check_needed(names)
    seal: Literal["sealed", "unsealed"] = "sealed" if MANIFEST_NAME in names else "unsealed"
    return CutFolder(info, info_file, files, seal, manifest, tuple(findings))


def _read_manifest(descriptor: int, names: list[str], max_bytes: int) -> tuple[Manifest | None, list[Finding]]:
    """Return the seal; one that is there but cannot be read is refused, not taken for none (R002)."""
    if MANIFEST_NAME not in names:
        return None, []
    file, findings = read_file(descriptor, MANIFEST_NAME, max_bytes)
    if file is None:
        return None, findings
    try:
        return parse_manifest(file.data), findings
    except ValueError as error:
        problem = spell_out(f"the seal cannot be read: {error}")
        return None, [*findings, R002.finding(file=MANIFEST_NAME, problem=problem)]


def _read_files(descriptor: int, names: list[str], max_bytes: int) -> tuple[dict[str, RawFile], list[Finding]]:
    """Return the domains' files that could be read, and the findings on every other entry."""
    findings = _check_kinds(descriptor, names) + _check_names(names)
    refused = {finding.file for finding in findings if finding.severity == "refused"}
    files = {}
    for name in names:
        if classify_name(name) != "data" or show_name(name) in refused:
            continue
        file, noticed = read_file(descriptor, name, max_bytes)
        findings += noticed
        if file is not None:
            files[domain_of(name)] = file
    return dict(sorted(files.items())), findings


def classify_name(name: str) -> EntryKind:
    """Return what an entry of the folder is by its name; `open_folder` lists the cases."""
    lower = name.lower()
    if lower in RESERVED:
        return "reserved"
    if COMPANION.fullmatch(lower):
        return "ignored"
    if ARCHIVE.fullmatch(lower):
        return "archive"
    if DATA_FILE.fullmatch(lower):
        return "data"
    if DATA_EXTENSION.fullmatch(lower):
        return "unclear"
    return "foreign" if DOMAIN_LIKE.fullmatch(lower) else "ignored"


def show_name(name: str) -> str:
    """Return an entry's name as it can be printed: undecodable bytes and control characters spelled out."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)


def _check_kinds(descriptor: int, names: list[str]) -> list[Finding]:
    """Return the refusals of links and of anything but regular files (R014, R015); ignored folders are left alone."""
    findings = []
    for name in names:
        try:
            status = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
        except FileNotFoundError:
            continue  # Gone since the listing: whatever needs it will say that it is missing.
        is_folder = stat.S_ISDIR(status.st_mode)
        if not (is_folder and classify_name(name) == "ignored"):
            findings += check_kind(status, show_name(name))
    return findings


def _check_names(names: list[str]) -> list[Finding]:
    """Return the findings on names: archives, unclear and foreign ones, letter case, two files for one domain."""
    findings = []
    by_lower, by_domain = defaultdict(list), defaultdict(list)
    for name in names:
        kind = classify_name(name)
        if kind in ("data", "reserved"):
            by_lower[name.lower()].append(name)
        if kind == "data":
            by_domain[domain_of(name)].append(name)
        findings += _check_kind_of_name(kind, show_name(name))
    for lower, same in by_lower.items():
        findings += _check_case(lower, same)
    for domain, same in by_domain.items():
        if len({name.lower() for name in same}) > 1:
            problem = f"{len(same)} files for one domain: {', '.join(same)}"
            findings += [R012.finding(domain=domain, file=name, problem=problem) for name in same]
    return findings


def _check_kind_of_name(kind: EntryKind, shown: str) -> list[Finding]:
    """Return the refusal of a name that is an archive, or may be data but is no file of the layout."""
    if kind == "archive":
        return [R019.finding(file=shown, problem="an archive")]
    if kind == "unclear":
        return [R012.finding(file=shown, problem="the name does not say which domain this is")]
    if kind == "foreign":
        problem = "named like a domain, but of no format that can be read"
        return [R023.finding(file=shown, problem=problem, action="Export it in one of these, or move it elsewhere.")]
    return []


def _check_case(lower: str, same: list[str]) -> list[Finding]:
    """Return the findings on names that differ from, or among each other in, letter case (R013)."""
    domain = "" if lower in RESERVED else domain_of(lower)
    if len(same) > 1:
        problem = f"names that differ only in letter case: {', '.join(same)}"
        return [_case_refusal(name, domain, problem, "Leave one of them in the cut.") for name in same]
    name = same[0]
    if name == lower:
        return []
    if lower in RESERVED:
        return [_case_refusal(name, domain, f"must be named {lower}", "Rename it.")]
    return [R013.finding(domain=domain, file=name)]


def _case_refusal(name: str, domain: str, problem: str, action: str) -> Finding:
    """Return the refusal of a name for its letter case."""
    return R013.finding(domain=domain, file=name, severity="refused", problem=problem, action=action)


def _check_needed(names: list[str]) -> list[Finding]:
    """Return the refusals for dm and ex where no file of any kind stands for them (R009)."""
    present = {name.lower().split(".")[0] for name in names if classify_name(name) in ("data", "foreign", "archive")}
    return [
        R009.finding(
            domain=domain, problem=f"the cut has no {domain} file", action=f"Add {domain}.csv or another format."
        )
        for domain in NEEDED_DOMAINS
        if domain not in present
    ]
