"""Publishing: one run at a time, everything built beside its place, then put there in one step."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sap_helpers.errors import PublishError, ReportLockedError, SapError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK_NAME = ".lock"
# no cut_id begins with a point
STAGING = ".staging-"
AT_FDCWD, RENAME_EXCHANGE = -100, 2
# the disk is full, beyond its quota, failing or locked: nothing that the program could do better
DISK_ERRORS = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS}


@contextmanager
def locked(reports: Path) -> Iterator[None]:
    """Hold the lock of a reports folder; it dies with its process. On a local disk: network disks may not know flock.

    What an interrupted run left there half built is removed: the lock shows that it is nobody's.

    Raises
    ------
    ReportLockedError
        Another process holds it; the message names that process.
    UsageError
        It is no folder that this user may write.
    PublishError
        The disk does not take it.
    """
    try:
        reports.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(reports / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise _unwritable(reports, error) from error
    try:
        _take(descriptor, reports)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, reports: Path) -> None:
    """Take the lock, write this process's number into it, and clear the folder."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode("ascii"), 0)
        for left in reports.glob(f"{STAGING}*"):
            remove(left)
    except BlockingIOError as error:
        holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip() or "unknown"
        raise ReportLockedError(
            f"another run (process {holder}) is writing into {reports.name}. Wait for it, or stop it."
        ) from error
    except OSError as error:
        raise _unwritable(reports, error) from error


def _unwritable(reports: Path, error: OSError) -> SapError:
    message = f"the reports folder {reports.name} cannot be written: {error.strerror}."
    if error.errno in DISK_ERRORS:
        return PublishError(message)
    return UsageError(f"{message} Name another with --reports.")


@contextmanager
def staging(reports: Path, cut_id: str) -> Iterator[Path]:
    """Give a fresh folder beside the report's place, and remove what is left of it in the end; under the lock.

    Raises
    ------
    PublishError
        The disk did not take what was built there.
    """
    folder = reports / f"{STAGING}{cut_id}"
    try:
        folder.mkdir()
        yield folder
    except OSError as error:
        if error.errno not in DISK_ERRORS:
            raise
        raise not_written(cut_id, os.strerror(error.errno)) from error
    finally:
        remove(folder)


def not_written(cut_id: str, reason: str) -> PublishError:
    """Return the error of a report that the disk does not take."""
    return PublishError(f"the report {cut_id} cannot be written: {reason}. Nothing was published.")


def remove(path: Path) -> None:
    """Remove what stands at a path, a folder with all that is in it; where nothing stands, nothing."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def publish(built: Path, place: Path) -> None:
    """Put a finished folder in its place; a folder that stands there is exchanged with it in one step and removed.

    Raises
    ------
    PublishError
        It could not be done; what stood there still stands.
    """
    try:
        _flush(built)
        if place.exists():
            _exchange(built, place)
        else:
            built.rename(place)
    except OSError as error:
        raise PublishError(f"the report {place.name} could not be put in place: {error.strerror}.") from error


def _flush(folder: Path) -> None:
    """Hand every file to the disk before its folder gets the published name."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def _exchange(first: Path, second: Path) -> None:
    """Exchange two folders in one step of the file system."""
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "renameat2"):
        raise OSError(errno.ENOSYS, "this system cannot exchange two folders in one step")
    if libc.renameat2(AT_FDCWD, os.fsencode(first), AT_FDCWD, os.fsencode(second), RENAME_EXCHANGE) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
