"""Publishing: everything built beside its place, then put there in one step, or in two that the next start mends."""

from __future__ import annotations

import ctypes
import errno
import itertools
import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sap_helpers.errors import PublishError, UsageError
from sap_helpers.run.lock import ASIDE, DISK_ERRORS, STAGING, Lock, locked, unwritable
from sap_helpers.run.place import check_place, failed_place, find_foreign, is_report_of
from sap_helpers.run.progress import tell
from sap_helpers.run.stop import stop_no_more

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

AT_FDCWD, RENAME_EXCHANGE = -100, 2
# what a system or a disk says that cannot exchange two folders: NFS, for one
NO_EXCHANGE = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP}
# what a report says of single subjects is not for every account of a machine
PRIVATE, PUBLIC = 0o750, 0o777
SHOWN = 5


@dataclass(frozen=True)
class Claim:
    """The right to put a folder in a place, where nothing stands, or what may be replaced.

    Parameters
    ----------
    lock
        The lock of the place, held.
    is_ours
        Whether this program made what stands somewhere, so that it may be replaced.
    kind
        What is put there, in a word.
    """

    lock: Lock
    is_ours: Callable[[Path], bool]
    kind: str

    @property
    def place(self) -> Path:
        """Where the folder is to go."""
        return self.lock.place


@contextmanager
def claimed(
    place: Path,
    is_ours: Callable[[Path], bool],
    kind: str = "folder",
    around: str = "folder",
    hint: str = "Name another.",
) -> Iterator[Claim]:
    """Hold the lock of a place; what an earlier holder left half done there is undone or removed.

    Parameters
    ----------
    place
        Where a folder is to go.
    is_ours
        Whether what stands somewhere may be replaced.
    kind, around, hint
        What the folder, and the one around it, are called in a message; what to do where it cannot be written.

    Raises
    ------
    ReportLockedError, UsageError, PublishError
        As `locked` does.
    """
    with locked(place, around, hint) as lock:
        claim = Claim(lock, is_ours, kind)
        try:
            _mend(claim)
            lock.begin()
        except OSError as error:
            raise unwritable(place.parent, error, around, hint) from error
        yield claim


@contextmanager
def claimed_report(cut: Path, reports: Path, cut_id: str) -> Iterator[Claim]:
    """Hold the place of a cut's report, which may be replaced.

    Parameters
    ----------
    cut
        The cut's folder.
    reports
        The reports folder.
    cut_id
        What the cut calls itself.

    Raises
    ------
    UsageError
        As `check_place` does, before anything is written; and as `claimed` does.
    ReportLockedError, PublishError
        As `claimed` does.
    """
    place = check_place(cut, reports, cut_id)
    hint = "Name another with --reports."
    with claimed(place, lambda folder: is_report_of(folder, cut_id), "report", "reports folder", hint) as claim:
        yield claim


@contextmanager
def claimed_export(place: Path, report: Path, is_ours: Callable[[Path], bool], kind: str) -> Iterator[Claim]:
    """Hold the place of a folder made of a report, where nothing stands, or an earlier one.

    Parameters
    ----------
    place
        Where the folder is to go.
    report
        What it is made of.
    is_ours
        Whether what stands somewhere is an earlier one.
    kind
        What it is called in a message.

    Raises
    ------
    UsageError
        The place lies inside the report, or anything else stands there; and as `claimed` does.
    ReportLockedError, PublishError
        As `claimed` does.
    """
    hint = "Name another folder with --out."
    if place.resolve().is_relative_to(report.resolve()):
        raise UsageError(f"{place.name}: inside the report itself. {hint}")
    if not is_free(place) and not is_ours(place):
        raise UsageError(f"{place.name}: exists, and is no {kind}. {hint}")
    with claimed(place, is_ours, kind, hint=hint) as claim:
        yield claim


def _mend(claim: Claim) -> None:
    """Undo or end what an earlier holder had begun."""
    place = claim.place
    for aside in claim.lock.noted(ASIDE):
        if not os.path.lexists(place):
            aside.rename(place)  # the new one did not come to stand there
        elif claim.is_ours(place):
            _clear(claim, aside)
    for built in claim.lock.noted(STAGING):
        _clear(claim, built)


@contextmanager
def staging(claim: Claim, mode: int = PRIVATE) -> Iterator[Path]:
    """Give a fresh folder beside the place, and remove what is left of it in the end.

    Parameters
    ----------
    claim
        The claim of the place.
    mode
        Who may look into it, as far as the user's mask allows.

    Raises
    ------
    PublishError
        The disk did not take what was built there.
    """
    try:
        folder = claim.lock.name(STAGING)
        try:
            folder.mkdir(mode)
            yield folder
        finally:
            _clear(claim, folder)
    except OSError as error:
        if error.errno not in DISK_ERRORS:
            raise
        raise not_written(claim.place.name, os.strerror(error.errno), claim.kind) from error


def not_written(name: str, reason: str, kind: str = "report") -> PublishError:
    """Return the error of a report that the disk does not take."""
    return PublishError(f"the {kind} {name} cannot be written: {reason}. Nothing was published.")


def publish(claim: Claim, built: Path) -> None:
    """Put a finished folder in its place; one that stands there, and may be replaced, goes.

    Parameters
    ----------
    claim
        The claim of the place.
    built
        What to put there: from `staging`.

    Raises
    ------
    PublishError
        It could not be done; what stood there still stands.
    """
    place = claim.place
    try:
        _flush(built)
        stop_no_more()
        if is_free(place):
            built.rename(place)
        elif claim.is_ours(place):
            _replace(claim, built)
        else:
            raise PublishError(f"{place} is not what stood there before, and no run made it. Nothing was published.")
    except OSError as error:
        raise PublishError(f"the {claim.kind} {place.name} could not be put in place: {error.strerror}.") from error


def is_free(place: Path) -> bool:
    """Return whether nothing stands in a place, or a folder with nothing in it."""
    return not os.path.lexists(place) or (place.is_dir() and not place.is_symlink() and not any(place.iterdir()))


def keep_failed(claim: Claim, built: Path) -> Path:
    """Keep a failed run beside the report's place, for reading; an earlier one goes.

    Raises
    ------
    PublishError
        It could not be done.
    """
    kept = failed_place(claim.place)
    try:
        _discard(claim, kept)
        built.rename(kept)
    except OSError as error:
        raise PublishError(f"the failed run could not be kept as {kept}: {error.strerror}.") from error
    return kept


def remove_failed(claim: Claim) -> None:
    """Remove an earlier failed run, if there is one; that it cannot be removed changes nothing about the report."""
    failed = failed_place(claim.place)
    try:
        _discard(claim, failed)
    except OSError as error:
        tell(f"the failed run {failed} could not be removed: {error.strerror}.")


def _discard(claim: Claim, folder: Path) -> None:
    """Remove a folder beside the place that this program made, under another name first, so that it goes as one."""
    if claim.is_ours(folder):
        name = claim.lock.name(STAGING)
        folder.rename(name)
        _clear(claim, name)


def _clear(claim: Claim, folder: Path) -> None:
    """Remove what was built for a place or stood there; where someone put files of his own into it, keep it beside."""
    foreign = find_foreign(folder)
    if not foreign:
        shutil.rmtree(folder, ignore_errors=True)
        return
    names = (claim.place.with_name(f"{claim.place.name}~kept{number}") for number in itertools.count(1))
    kept = next(name for name in names if not os.path.lexists(name))
    try:
        folder.rename(kept)
    except OSError:
        return  # it stays noted: the next start tries again
    more = len(foreign) - SHOWN
    shown = ", ".join(foreign[:SHOWN]) + (f" and {more} more" if more > 0 else "")
    tell(f"the {claim.kind} before held files that no run wrote: {shown}. It is kept as {kept.name}.")


def _flush(folder: Path) -> None:
    """Hand every file to the disk before its folder gets the published name."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def _replace(claim: Claim, built: Path) -> None:
    """Exchange the folder with the one that stands in its place; where the disk cannot, move that one aside first."""
    try:
        _exchange(built, claim.place)
    except OSError as error:
        if error.errno not in NO_EXCHANGE:
            raise
    else:
        return  # what stood there is removed with the folder that was built
    aside = claim.lock.name(ASIDE)
    claim.place.rename(aside)
    try:
        built.rename(claim.place)
    except OSError:
        aside.rename(claim.place)
        raise
    _clear(claim, aside)


def _exchange(first: Path, second: Path) -> None:
    """Exchange two folders in one step of the file system."""
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "renameat2"):
        raise OSError(errno.ENOSYS, "this system cannot exchange two folders in one step")
    if libc.renameat2(AT_FDCWD, os.fsencode(first), AT_FDCWD, os.fsencode(second), RENAME_EXCHANGE) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
