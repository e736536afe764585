"""Imports that other packages try and this one does not need: each takes a second, or starts threads."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# a grammar of web addresses, compiled for a check that no notebook asks for; and another library of data frames
UNUSED = ("rfc3987_syntax", "polars")


@contextmanager
def without_unused() -> Iterator[None]:
    """Have the imports of the block find those packages missing, which all that try them are prepared for."""
    hidden = [name for name in UNUSED if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in hidden:
            sys.modules.pop(name, None)
