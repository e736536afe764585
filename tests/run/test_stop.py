"""Tests of being stopped: each signal ends what is done, once, and not what must come to its end."""

from __future__ import annotations

import signal
import threading

import pytest

from sap_helpers.run import stop
from sap_helpers.run.stop import SIGNALS, StoppedError, stop_no_more, stoppable


@pytest.fixture(autouse=True)
def ignored():
    """Have a signal that is not heard end no test."""
    before = {number: signal.signal(number, lambda *_: None) for number in SIGNALS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", SIGNALS)
def test_stoppable__a_signal_ends_the_block_and_names_itself(number):
    before = signal.getsignal(number)
    with pytest.raises(StoppedError, match=signal.Signals(number).name), stoppable():
        signal.raise_signal(number)
    assert signal.getsignal(number) is before
    assert issubclass(StoppedError, KeyboardInterrupt)  # what catches errors does not catch it


@pytest.mark.parametrize("number", SIGNALS)
def test_stoppable__an_ignored_signal_stays_ignored(number):
    signal.signal(number, signal.SIG_IGN)
    with stoppable():
        signal.raise_signal(number)
        assert signal.getsignal(number) is signal.SIG_IGN


def test_stoppable__further_signals_do_not_interrupt_the_clearing_away(monkeypatch):
    now = stop.time.monotonic()
    monkeypatch.setattr(stop.time, "monotonic", lambda: now)
    with stoppable():
        with pytest.raises(StoppedError, match="SIGHUP"):
            signal.raise_signal(signal.SIGHUP)
        for number in SIGNALS:
            signal.raise_signal(number)
        monkeypatch.setattr(stop.time, "monotonic", lambda: now + stop.SECONDS_OF_PATIENCE)
        with pytest.raises(StoppedError):  # the first was swallowed on its way: a second one is heard
            signal.raise_signal(signal.SIGTERM)


def test_stop_no_more__holds_until_the_end_of_the_block():
    with stoppable():
        stop_no_more()
        for number in SIGNALS:
            signal.raise_signal(number)
    with pytest.raises(StoppedError), stoppable():
        signal.raise_signal(signal.SIGTERM)


def test_stoppable__what_must_come_to_its_end_does_to_that_of_the_process():
    with stoppable(is_last=True):
        stop_no_more()
    for number in SIGNALS:
        signal.raise_signal(number)
        assert signal.getsignal(number) == stop._STOPS.hear
    before = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with stoppable(is_last=True):
        pass
    assert (before, signal.getsignal(signal.SIGTERM)) == (stop._STOPS.hear, signal.SIG_DFL)


def test_stoppable__in_another_thread_changes_nothing():
    seen = []
    before = signal.getsignal(signal.SIGTERM)

    def work():
        with stoppable():
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [before]
