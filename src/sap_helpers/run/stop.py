"""Being stopped: a signal ends a command as an error does, so that everything begun is cleared away."""

from __future__ import annotations

import signal
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# an impatient person, and a terminal that closes, send several: what is being cleared away is not to be interrupted
SECONDS_OF_PATIENCE = 5.0


class StoppedError(KeyboardInterrupt):
    """A signal asked the command to end."""


class _Stops:
    """What signals do just now."""

    def __init__(self) -> None:
        self.is_off = False
        self.last = -SECONDS_OF_PATIENCE

    def hear(self, number: int, _: FrameType | None) -> None:
        """Stop what is being done."""
        now = time.monotonic()
        if not self.is_off and now >= self.last + SECONDS_OF_PATIENCE:
            self.last = now
            raise StoppedError(signal.Signals(number).name)


_STOPS = _Stops()


@contextmanager
def stoppable(*, is_last: bool = False) -> Iterator[None]:
    """Have SIGINT, SIGTERM and SIGHUP raise StoppedError in the block; one that is ignored, by nohup say, stays so.

    Parameters
    ----------
    is_last
        Whether the process ends with the block: once `stop_no_more` was called, signals then have no effect up to its
        very end, so that its status is not that of a signal.
    """
    if threading.current_thread() is not threading.main_thread():  # only that one hears signals
        yield
        return
    _STOPS.is_off, _STOPS.last = False, -SECONDS_OF_PATIENCE
    before = {number: signal.getsignal(number) for number in SIGNALS}
    heard = [number for number, handler in before.items() if handler not in {signal.SIG_IGN, None}]
    try:
        for number in heard:
            signal.signal(number, _STOPS.hear)
        yield
    finally:
        for number in heard if not (is_last and _STOPS.is_off) else ():
            signal.signal(number, before[number])


def stop_no_more() -> None:
    """Have the command come to its end whatever signals come: what it does now stands, and may not be half told."""
    _STOPS.is_off = True
