"""One run at a time for each place: a lock beside it, in which its holder also notes what it begins there."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import secrets
import stat
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sap_helpers.errors import PublishError, ReportLockedError, SapError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# the disk is full, beyond its quota, failing or locked: nothing that the program could do better
DISK_ERRORS = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS}
NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}
HEAD = b"The lock of a run of sap, which removes it in the end.\n"
PROCESS = re.compile(rb"^process (\d+)$", re.MULTILINE)
# what is begun beside a place: a folder is built; the one that stood there is moved aside
STAGING, ASIDE = "staging", "aside"
TOKEN_BYTES = 8
MOST = 1 << 16  # more than any run notes
FLAGS = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(frozen=True)
class Lock:
    """The lock of a place, held.

    Parameters
    ----------
    place
        What it is the lock of.
    descriptor
        Its open file.
    """

    place: Path
    descriptor: int

    @property
    def path(self) -> Path:
        """The lock's file."""
        # no cut_id begins with a point
        return self.place.with_name(f".{self.place.name}.lock")

    def name(self, work: str) -> Path:
        """Return a name beside the place that nobody else can have, noted: what stands there is this program's.

        Parameters
        ----------
        work
            What is begun there: `STAGING` or `ASIDE`.
        """
        token = secrets.token_hex(TOKEN_BYTES)
        self._write(f"{work} {token}\n".encode("ascii"))
        return self._path(work, token)

    def noted(self, work: str) -> list[Path]:
        """Return the names that were noted of some work and are still taken, oldest first."""
        tokens = re.findall(rf"^{work} ([0-9a-f]{{16}})\n".encode("ascii"), self._read(), re.MULTILINE)
        paths = [self._path(work, token.decode("ascii")) for token in tokens]
        return [path for path in paths if os.path.lexists(path)]

    def _path(self, work: str, token: str) -> Path:
        return self.place.with_name(f".{work}-{self.place.name}-{token}")

    def _read(self) -> bytes:
        return os.pread(self.descriptor, MOST, 0)

    def begin(self) -> None:
        """Begin the notes anew, with the number of this process; what is still there of earlier work stays noted."""
        left = [f"{work} {path.name[-2 * TOKEN_BYTES :]}\n" for work in (STAGING, ASIDE) for path in self.noted(work)]
        os.ftruncate(self.descriptor, 0)
        self._write(HEAD + f"process {os.getpid()}\n{''.join(left)}".encode("ascii"))

    def _write(self, data: bytes) -> None:
        while data:
            written = os.pwrite(self.descriptor, data, os.fstat(self.descriptor).st_size)
            data = data[written:]
        os.fsync(self.descriptor)  # noted for good before it is begun


@contextmanager
def locked(place: Path, around: str, hint: str) -> Iterator[Lock]:
    """Hold the lock of a place; it dies with its process.

    Parameters
    ----------
    place
        What is about to be written. The folder that holds it is made.
    around, hint
        What that folder is called in a message, and what to do where it cannot be written.

    Raises
    ------
    ReportLockedError
        Another process holds it; the message names that process.
    UsageError
        The folder is none that this user may write, its disk knows no locks, or another's file has the lock's name.
    PublishError
        The disk does not take it.
    """
    folder = place.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = _take(place)
    except OSError as error:
        raise unwritable(folder, error, around, hint) from error
    try:
        yield lock
    finally:
        _let_go(lock)


def unwritable(folder: Path, error: OSError, around: str, hint: str) -> SapError:
    """Return the error of a folder that cannot be written, or not without another writing there too."""
    what = f"the {around} {folder.name or folder.absolute().name}"
    if error.errno in NO_LOCKS:
        return UsageError(f"{what} is on a disk without file locks, so that two runs could write at once. {hint}")
    message = f"{what} cannot be written: {error.strerror}."
    return PublishError(message) if error.errno in DISK_ERRORS else UsageError(f"{message} {hint}")


def _take(place: Path) -> Lock:
    """Take the lock; a file that its holder removed in the meantime is no lock."""
    while True:
        lock = Lock(place, _open(Lock(place, -1).path))
        try:
            fcntl.flock(lock.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_there(lock):
                return lock
        except BlockingIOError as error:
            holder = _holder(lock)
            os.close(lock.descriptor)
            raise ReportLockedError(
                f"another run (process {holder}) is writing into {place}. Wait for it, or stop it."
            ) from error
        except OSError:
            os.close(lock.descriptor)
            raise
        os.close(lock.descriptor)


def _open(path: Path) -> int:
    """Open a lock's file. Nothing is ever written into one that is not a lock: a link, a pipe, another's file."""
    try:
        descriptor = os.open(path, FLAGS, 0o660)
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.EISDIR, errno.ENXIO}:
            raise _foreign(path) from error
        raise
    begins = os.pread(descriptor, len(HEAD), 0) if stat.S_ISREG(os.fstat(descriptor).st_mode) else b"another"
    if not HEAD.startswith(begins):
        os.close(descriptor)
        raise _foreign(path)
    return descriptor


def _foreign(path: Path) -> UsageError:
    return UsageError(f"{path} exists, and is no lock that a run made. Move it elsewhere.")


def _holder(lock: Lock) -> str:
    found = PROCESS.search(os.pread(lock.descriptor, MOST, 0))
    return found[1].decode("ascii") if found else "unknown"


def _is_there(lock: Lock) -> bool:
    try:
        return os.path.samestat(lock.path.lstat(), os.fstat(lock.descriptor))
    except FileNotFoundError:
        return False


def _let_go(lock: Lock) -> None:
    """Remove the lock's file, while it is still held; it stays where something that was begun is still there."""
    # it ends with its process in any case: a file that cannot be removed is no more than a file
    with suppress(OSError):
        if not (lock.noted(STAGING) or lock.noted(ASIDE)) and _is_there(lock):
            lock.path.unlink()
    os.close(lock.descriptor)
