"""The secret of the account that runs this: what carries its mark was written by it and not altered since.

A report folder can be rewritten by whoever owns it, hashes included. The key lies outside every report, in the state
folder of the account, readable by nobody else. Plan decision D082.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sap_helpers.cut.files import OPEN_FLAGS

if TYPE_CHECKING:
    from collections.abc import Mapping

MARK = "mark"
KEY_BYTES = 32
KEY_NAME = "sap-helpers/key"


def marked(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return JSON data with the account's mark, made together with the key at its first use; as it is without a key."""
    key = _read_key() or _make_key()
    return dict(content) if key is None else {**content, MARK: _mark(content, key)}


def is_own(content: Mapping[str, Any]) -> bool:
    """Return whether JSON data carries the mark that this account would give it."""
    mark, key = content.get(MARK), _read_key()
    if key is None or not isinstance(mark, str):
        return False
    try:
        expected = _mark({name: value for name, value in content.items() if name != MARK}, key)
    except RecursionError:  # nested deeper than anything that was ever written
        return False
    return hmac.compare_digest(mark.encode("utf-8", "replace"), expected.encode())


def _mark(content: Mapping[str, Any], key: bytes) -> str:
    return hmac.new(key, json.dumps(content, sort_keys=True).encode(), hashlib.sha256).hexdigest()


def _key_place() -> Path | None:
    """Return where the key is kept: in the account's state folder, as the XDG specification has it."""
    homes = (os.environ.get("XDG_STATE_HOME", ""), os.environ.get("HOME", ""))
    for home, below in zip(homes, ("", ".local/state"), strict=True):
        if home.startswith("/"):
            return Path(home, below, KEY_NAME)
    return None


def _read_key() -> bytes | None:
    """Return the key; None without one, and where it is not this account's alone."""
    place = _key_place()
    if place is None:
        return None
    try:
        with os.fdopen(os.open(place, OPEN_FLAGS), "rb") as file:
            status = os.fstat(file.fileno())
            is_private = status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IRWXG | stat.S_IRWXO)
            key = file.read(KEY_BYTES + 1) if stat.S_ISREG(status.st_mode) and is_private else b""
    except OSError:
        return None
    return key if len(key) == KEY_BYTES else None


def _make_key() -> bytes | None:
    """Make a key where none stands, whole or not at all; None where the account can keep none."""
    place = _key_place()
    if place is None or os.path.lexists(place):
        return None
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent) as folder:
            part = Path(folder, place.name)
            part.touch(mode=0o600)
            part.write_bytes(secrets.token_bytes(KEY_BYTES))
            part.rename(place)
    except OSError:
        return None
    return _read_key()
