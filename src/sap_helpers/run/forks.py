"""Forks of this process that die with it; one that leads a process group takes with it all that it started."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
import traceback
from dataclasses import dataclass
from multiprocessing import Pipe
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Fork:
    """A forked process: what it says comes through the pipe, whose end is its end."""

    pid: int
    pipe: Connection
    started: float

    def kill(self) -> None:
        """Kill it, and all that it started."""
        # not yet waited for, so that nobody else can have this number
        os.killpg(self.pid, signal.SIGKILL)

    def bury(self) -> None:
        """Kill what it left running, and wait for it."""
        self.kill()
        os.waitpid(self.pid, 0)
        self.pipe.close()


def die_with(parent: int) -> None:
    """Have the system kill this process when its parent ends, however that comes about."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL) != 0 or os.getppid() != parent:
        os._exit(1)


def fork(work: Callable[[Connection], None], *others: Connection, is_leader: bool = True) -> Fork:
    """Fork a process that does some work and ends.

    Parameters
    ----------
    work
        Given the end of a pipe to speak into.
    others
        What the fork must not hold open.
    is_leader
        Whether it leads a process group of its own; else it goes with the group of this process.
    """
    receiver, sender = Pipe(duplex=False)
    sys.stdout.flush()
    sys.stderr.flush()
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        _work(work, sender, parent, (receiver, *others), is_leader=is_leader)
    if is_leader:
        os.setpgid(pid, pid)
    sender.close()
    return Fork(pid, receiver, time.monotonic())


def _work(
    work: Callable[[Connection], None],
    sender: Connection,
    parent: int,
    others: tuple[Connection, ...],
    *,
    is_leader: bool,
) -> None:
    """Do the work of a fork, which ends here whatever happens."""
    status = 1
    try:
        if is_leader:
            os.setpgid(0, 0)
        die_with(parent)
        for other in others:
            other.close()
        work(sender)
        status = 0
    except BaseException:  # noqa: BLE001 - a fork never goes on with what its parent was doing
        traceback.print_exc()
    finally:
        os._exit(status)
