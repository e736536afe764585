"""The manifest of a report: hashes of all that went in and came out, versions, parameters, and the only clock."""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sap_helpers
from sap_helpers.run.account_key import marked

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MANIFEST_NAME = "manifest.json"
CODE_SUFFIXES = {".py", ".j2", ".css", ".js", ".typ"}
DISTRIBUTION = re.compile(r"(?P<name>.+?)-(?P<version>[^-]+)(-py[\d.]+)?\.(dist|egg)-info")


def hash_bytes(data: bytes) -> str:
    """Return the sha256 of bytes."""
    return hashlib.sha256(data).hexdigest()


def hash_files(folder: Path, paths: Iterable[Path]) -> dict[str, str]:
    """Return the sha256 of files by their path below a folder, in order."""
    return {path.relative_to(folder).as_posix(): hash_bytes(path.read_bytes()) for path in sorted(paths)}


def hash_outputs(folder: Path) -> dict[str, str]:
    """Return the hash of every file of a report but the manifest itself; of what is no file, that it is none."""
    return {
        path.relative_to(folder).as_posix(): hash_entry(path)
        for path in sorted(folder.rglob("*"))
        if path.name != MANIFEST_NAME and (path.is_symlink() or not path.is_dir())
    }


def hash_entry(path: Path) -> str:
    """Return the hash of a file, or that it is none: a link is not followed, a pipe not opened."""
    return hash_bytes(path.read_bytes()) if stat.S_ISREG(path.lstat().st_mode) else "not a file"


def hash_code() -> str:
    """Return one hash of the package's code, templates and styles."""
    root = Path(sap_helpers.__file__).parent
    files = hash_files(root, (path for path in root.rglob("*") if path.suffix in CODE_SUFFIXES))
    return combine(files)


def environment() -> dict[str, str]:
    """Return the installed distributions and their versions, and the version of Python.

    Read from the names of their folders, as packaging tools write them: asking for the metadata of each takes longer
    than all else that an unchanged run does.
    """
    found = {}
    for folder in reversed([path for path in sys.path if path and Path(path).is_dir()]):
        for entry in os.scandir(folder):
            if match := DISTRIBUTION.fullmatch(entry.name):
                found[re.sub(r"[-_.]+", "-", match["name"]).lower()] = match["version"]
    version = ".".join(map(str, sys.version_info[:3]))
    return {"python": version, **dict(sorted(found.items()))}


def combine(parts: Mapping[str, str]) -> str:
    """Return one hash of named hashes."""
    return hash_bytes(json.dumps(dict(parts), sort_keys=True).encode())


def write_manifest(folder: Path, **content: Any) -> None:
    """Write the manifest of a finished report folder, with the mark of the account that made it."""
    whole = {
        "finished": datetime.now(UTC).isoformat(timespec="seconds"), "machine": os.uname().machine,
        "system": sys.platform, **content, "outputs": hash_outputs(folder),
    }  # fmt: skip
    (folder / MANIFEST_NAME).write_text(json.dumps(marked(whole), indent=1) + "\n", encoding="utf-8")
