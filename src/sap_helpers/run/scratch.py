"""Scratch folders: private, gone with their process, and where that was killed, with the next one."""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sap_helpers.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX = "sap-"
MARK = "in-use"  # locked as long as the process lives whose folder it is
SAYS = b"A scratch folder of sap: removed when its process has ended.\n"


@contextmanager
def scratch() -> Iterator[Path]:
    """Give a fresh folder that nobody else may look into, and remove it in the end; first those of dead processes.

    Raises
    ------
    UsageError
        None can be made.
    """
    try:
        remove_dead()
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    except OSError as error:
        raise UsageError(f"no scratch folder can be made: {error.strerror}. Name a place for it in TMPDIR.") from error
    try:
        with _marked(folder):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _marked(folder: Path) -> Iterator[None]:
    """Mark a folder as in use; on a disk without locks nobody could tell that it no longer is, so it gets no mark."""
    draft = folder / f"{MARK}.new"
    with draft.open("wb") as file:
        file.write(SAYS)
        file.flush()
        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            draft.rename(folder / MARK)  # locked before anybody can take it for a dead one's
        yield


def remove_dead() -> None:
    """Remove the scratch folders of this user's processes that have ended; anything else is left alone."""
    for folder in sorted(Path(tempfile.gettempdir()).glob(f"{PREFIX}*")):
        with suppress(OSError):  # gone in the meantime, or not ours to look into
            if _is_private(folder.lstat()) and _is_dead(folder / MARK):
                shutil.rmtree(folder, ignore_errors=True)


def _is_private(status: os.stat_result) -> bool:
    """Return whether a path is a folder, no link to one, of this user alone."""
    is_own = stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid()
    return is_own and not stat.S_IMODE(status.st_mode) & (stat.S_IRWXG | stat.S_IRWXO)


def _is_dead(mark: Path) -> bool:
    """Return whether a mark is there, and nobody's any more."""
    descriptor = os.open(mark, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode) or file.read() != SAYS:
            return False
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return True
