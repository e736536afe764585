"""Room of single files: each is opened without following a link, read once, hashed, and closed."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING

from sap_helpers.cut.content import R011, domain_of
from sap_helpers.findings import Finding, Rule

if TYPE_CHECKING:
    from typing import BinaryIO

CHUNK = 1024**2
R014 = Rule("R014", "refused", "a symbolic link", allowed="regular files", action="Put the file itself into the cut.")
R015 = Rule(
    "R015", "refused", "not a regular file (a folder, pipe, device or socket)", allowed="regular files",
    action="Remove it from the cut.",
)  # fmt: skip
R017 = Rule(
    "R017", "noted", "the file changed while it was being read", allowed="a cut at rest",
    action="The bytes that were read are the ones that were hashed and analysed; check that the copying had ended.",
)  # fmt: skip
R018 = Rule("R018", "refused", "the file is larger than the limit", action="Check the file, or raise the limit.")
R020 = Rule(
    "R020", "refused", "the file cannot be read", action="Give the account that runs this the right to read it."
)
RULES: tuple[Rule, ...] = (R014, R015, R017, R018, R020)

OPEN_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class RawFile:
    """One file of a cut as it was read, once: what is hashed here is what is parsed.

    Parameters
    ----------
    name, extension
        Name as it stands in the folder, and its extension in lower case.
    data
        Its bytes.
    sha256, size
        Their hash in hexadecimal, and their number.
    """

    name: str
    extension: str
    data: bytes = field(repr=False)
    sha256: str
    size: int


def raw_file(name: str, data: bytes) -> RawFile:
    """Return the record of a file from its bytes."""
    return RawFile(name, PurePath(name).suffix[1:].lower(), data, hashlib.sha256(data).hexdigest(), len(data))


def read_file(folder: int, name: str, max_bytes: int) -> tuple[RawFile | None, list[Finding]]:
    """Return one entry of an open folder, or None with the refusal.

    Cases, first match wins: a link (R014), anything but a regular file (R015), larger than `max_bytes` (R018), not
    readable (R020), empty (R011); none of the first two is opened. A file that changes meanwhile is noted (R017).

    Parameters
    ----------
    folder
        Descriptor of the open folder.
    name
        Entry in it.
    max_bytes
        Largest size that is read.
    """
    try:
        findings = check_kind(os.stat(name, dir_fd=folder, follow_symlinks=False), name, max_bytes)
        if findings:
            return None, findings
        data, findings = _read_open(os.open(name, OPEN_FLAGS, dir_fd=folder), name, max_bytes)
    except OSError as error:
        rule = R014 if error.errno == errno.ELOOP else R020
        problem = rule.title if rule is R014 else f"{rule.title}: {error.strerror}"
        return None, [rule.finding(domain=domain_of(name), file=name, problem=problem)]
    return (None if data is None else raw_file(name, data)), findings


def check_kind(status: os.stat_result, name: str, max_bytes: int | None = None) -> list[Finding]:
    """Return the refusal of an entry that is a link, no regular file, or larger than the limit."""
    domain = domain_of(name)
    if stat.S_ISLNK(status.st_mode):
        return [R014.finding(domain=domain, file=name)]
    if not stat.S_ISREG(status.st_mode):
        return [R015.finding(domain=domain, file=name)]
    return [] if max_bytes is None or status.st_size <= max_bytes else [_too_large(name, status.st_size, max_bytes)]


def _too_large(name: str, size: int, max_bytes: int) -> Finding:
    """Return the refusal of a file by its size."""
    allowed = f"at most {max_bytes} bytes"
    return R018.finding(domain=domain_of(name), file=name, value=f"{size} bytes", allowed=allowed)


def _read_bounded(file: BinaryIO, size: int, max_bytes: int) -> bytes:
    """Return the bytes of a file of this size, or where it grows meanwhile as many as there are, one above the limit.

    Room is asked for as much as the file needs: to ask for the limit, and one byte, takes 2 GiB for a file of a line.
    """
    data = file.read(size + 1)
    if len(data) > size:
        while len(data) <= max_bytes and (more := file.read(min(CHUNK, max_bytes + 1 - len(data)))):
            data += more
    return data


def _read_open(descriptor: int, name: str, max_bytes: int) -> tuple[bytes | None, list[Finding]]:
    """Return the bytes of an open file, checking once more that it is what was looked at, and close it."""
    with os.fdopen(descriptor, "rb") as file:
        before = os.fstat(descriptor)
        findings = check_kind(before, name, max_bytes)
        if findings:
            return None, findings
        data = _read_bounded(file, before.st_size, max_bytes)
        after = os.fstat(descriptor)
    if len(data) > max_bytes:
        return None, [_too_large(name, len(data), max_bytes)]
    if not data:
        return None, [R011.finding(domain=domain_of(name), file=name)]
    changed = (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns)
    return data, [R017.finding(domain=domain_of(name), file=name)] if changed else []
