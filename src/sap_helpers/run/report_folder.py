"""A report folder that another program, account or machine may have written: read strictly, and never believed.

What is read of it are its manifest, every field of which is checked, and files whose bytes are those that the manifest
names. No field names a path, but for the files listed, by plain names inside the folder; no link is followed.
"""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sap_helpers.cut.files import RawFile, read_file
from sap_helpers.errors import ReportError
from sap_helpers.run.manifest import MANIFEST_NAME
from sap_helpers.run.report_manifest import Manifest, parse_manifest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

MAX_MANIFEST_BYTES = 64 * 1024**2
MAX_FILE_BYTES = 2 * 1024**3
# what every report holds, and what else it may hold
NEEDED = {"adam", "executed", "cut.json", "findings.csv", "plan.yaml"}
POSSIBLE = re.compile(r"results\.csv|changes\.csv|comparison\.json|manifest\.json|[a-z0-9_-]+\.html")


@dataclass(frozen=True, slots=True)
class ReportFolder:
    """A report: its folder, and what its manifest says."""

    path: Path
    manifest: Manifest

    def read(self, name: str) -> bytes:
        """Return the bytes of a file of the report, by its path below it.

        Raises
        ------
        ReportError
            The manifest does not list it, it is no plain file, or it is not the one that was published.
        """
        if name not in self.manifest.outputs:
            raise ReportError(f"{self.path.name}: it has no {name}.")
        raw = _read_raw(self.path, name, MAX_FILE_BYTES)
        if raw.sha256 != self.manifest.outputs[name]:
            raise ReportError(f"{self.path.name}: {name} is not the file that was published.")
        return raw.data

    def check(self) -> None:
        """Refuse a report of which a file is not the one that was published.

        Raises
        ------
        ReportError
            As of `read`.
        """
        for name in self.manifest.outputs:
            self.read(name)


def open_report_folder(path: Path) -> ReportFolder:
    """Return a report by its folder.

    Raises
    ------
    ReportError
        It is no folder, or its manifest cannot be read, or is none of a report; the message says why.
    """
    if path.is_dir() and os.access(path, os.X_OK) and not os.path.lexists(path / MANIFEST_NAME):
        raise ReportError(f"{path.name}: not a report (no {MANIFEST_NAME}).")
    raw = _read_raw(path, MANIFEST_NAME, MAX_MANIFEST_BYTES)
    try:
        return ReportFolder(path, parse_manifest(raw.data))
    except ValueError as error:
        raise ReportError(f"{path.name}: its {MANIFEST_NAME} is not that of a report: {error}.") from error


def is_report(path: Path) -> bool:
    """Return whether a folder is a report of this program, so that a run may put another in its place.

    Cases, first match wins: a link, or no folder: no. Its manifest is that of a report: yes. Its manifest is damaged,
    and all that the folder holds is named as a report's files are, those that each has among them: yes. Else no.
    """
    if path.is_symlink() or not path.is_dir():
        return False
    try:
        open_report_folder(path)
    except ReportError:
        return _looks_like_report(path)
    return True


def _looks_like_report(path: Path) -> bool:
    try:
        names = {entry.name for entry in path.iterdir()}
        inside = [entry.name for folder in ("adam", "executed") for entry in (path / folder).iterdir()]
    except OSError:
        return False
    is_all_named = all(POSSIBLE.fullmatch(name) for name in names - NEEDED)
    return (
        names >= NEEDED | {MANIFEST_NAME} and is_all_named
        and all(name.endswith((".parquet", ".ipynb")) for name in inside)
    )  # fmt: skip


def _read_raw(path: Path, name: str, max_bytes: int) -> RawFile:
    """Return a file below a folder, of which no part may be a link."""
    *folders, last = name.split("/")
    try:
        with _opened(path, folders) as descriptor:
            raw, findings = read_file(descriptor, last, max_bytes)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ReportError(f"{path.name}: {name} cannot be read: {reason}.") from error
    if raw is None:
        raise ReportError(f"{path.name}: {name}: {findings[0].problem}.")
    return raw


@contextmanager
def _opened(path: Path, folders: Sequence[str]) -> Iterator[int]:
    """Give a descriptor of a folder below another."""
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
    descriptor = os.open(path, flags)
    try:
        for name in folders:
            inner = os.open(name, flags | os.O_NOFOLLOW, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = inner
        yield descriptor
    finally:
        os.close(descriptor)
