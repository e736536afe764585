"""Room of manifest.json: what a seal says of each file of a cut."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sap_helpers.cut.content import parse_json
from sap_helpers.cut.form import is_count

if TYPE_CHECKING:
    from collections.abc import Mapping

MANIFEST_NAME = "manifest.json"
FORMAT = "sealed cut 1"
KEYS = {"format", "plan_sha256", "files"}
FILE_KEYS = {"sha256", "bytes", "rows"}
SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class SealedFile:
    """What the seal holds of one file: hash, number of bytes, and number of records (None for cut.yaml)."""

    sha256: str
    size: int
    rows: int | None


@dataclass(frozen=True, slots=True)
class Manifest:
    """The seal of a cut: the plan's hash at sealing, where it was known, and every file by its name."""

    plan_sha256: str | None
    files: Mapping[str, SealedFile]


def render_manifest(manifest: Manifest) -> bytes:
    """Return the bytes of manifest.json: sorted, LF, no clock."""
    files = {
        name: {"bytes": sealed.size, "rows": sealed.rows, "sha256": sealed.sha256}
        for name, sealed in manifest.files.items()
    }
    document = {"files": files, "format": FORMAT, "plan_sha256": manifest.plan_sha256}
    return (json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode("utf-8")


def parse_manifest(data: bytes) -> Manifest:
    """Return the seal that manifest.json holds.

    Raises
    ------
    ValueError
        It is no UTF-8, no strict JSON, or not of the form that `render_manifest` writes; the message says where.
    """
    document = parse_json(data.decode("utf-8"))
    if not isinstance(document, dict) or set(document) != KEYS or document["format"] != FORMAT:
        raise ValueError(f"not a manifest of the form {FORMAT!r}")
    plan, files = document["plan_sha256"], document["files"]
    if not (plan is None or is_sha256(plan)):
        raise ValueError("plan_sha256 is no SHA-256")
    if not isinstance(files, dict) or not files:
        raise ValueError("files is empty or no object")
    return Manifest(plan, {name: _parse_file(name, entry) for name, entry in files.items()})


def _parse_file(name: str, entry: object) -> SealedFile:
    """Return the seal of one file."""
    if not isinstance(entry, dict) or set(entry) != FILE_KEYS or not is_sha256(entry["sha256"]):
        raise ValueError(f"{name}: must have bytes, rows and a sha256")
    if not is_count(entry["bytes"]) or not (entry["rows"] is None or is_count(entry["rows"])):
        raise ValueError(f"{name}: bytes and rows must be counts")
    return SealedFile(entry["sha256"], entry["bytes"], entry["rows"])


def is_sha256(value: object) -> bool:
    """Return whether a value is the hexadecimal text of a SHA-256."""
    return isinstance(value, str) and SHA256.fullmatch(value) is not None
