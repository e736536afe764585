"""Standard output and error of a notebook: collected as a kernel does, those of libraries and processes among them."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


class Stream(io.TextIOBase):
    """One of the two streams of a notebook.

    Parameters
    ----------
    name
        ``stdout`` or ``stderr``.
    descriptor
        The number of the same name: what is written there past Python is caught as well.
    session
        Takes the messages.
    """

    encoding = "UTF-8"
    errors = None

    def __init__(self, name: str, descriptor: int, session: Any) -> None:
        self.name = name
        self._session = session
        self._parts: list[str] = []
        self._caught = os.memfd_create(f"sap-{name}")
        self._read = 0
        self._place, self._before = descriptor, os.dup(descriptor)
        os.dup2(self._caught, descriptor)

    def give_back(self) -> None:
        """Put back what stood at the descriptor."""
        os.dup2(self._before, self._place)

    def write(self, text: str) -> int:
        """Keep text until the next flush, as a kernel does."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        self._parts += (self._take_caught(), text)  # in the order in which they were written
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:  # type: ignore[override]
        """Keep several texts."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Send what was written since the last time."""
        text = "".join(self._parts) + self._take_caught()
        self._parts.clear()
        if text:
            self._session.send(None, "stream", {"name": self.name, "text": text})

    def fileno(self) -> int:
        """Return where processes may write."""
        return self._caught

    def writable(self) -> bool:
        """Return that it takes text."""
        return True

    def _take_caught(self) -> str:
        size = os.fstat(self._caught).st_size
        data = os.pread(self._caught, size - self._read, self._read)
        self._read = size
        return data.decode("utf-8", "replace")
