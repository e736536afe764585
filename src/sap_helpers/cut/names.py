"""Room of names: which text can name a cut, and so a report folder and a file, on every system."""

from __future__ import annotations

import re

CUT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
DEVICE_NAME = re.compile(r"(?:CON|PRN|AUX|NUL|COM[0-9]|LPT[0-9])(?:\..*)?", re.IGNORECASE)


def is_cut_id(text: object) -> bool:
    """Return whether `text` is a safe name: no path, no hidden file, no device."""
    return isinstance(text, str) and bool(CUT_ID.fullmatch(text)) and not DEVICE_NAME.fullmatch(text)
