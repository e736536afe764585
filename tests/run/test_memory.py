"""Memory that is given back."""

from pathlib import Path

import pytest

from sap_helpers.run.memory import give_back_memory

STATM = Path("/proc/self/statm")
PAGE = 4096


def resident():
    return int(STATM.read_text(encoding="ascii").split()[1]) * PAGE


@pytest.mark.skipif(not STATM.exists(), reason="this system does not tell what a process holds")
def test_give_back_memory__what_is_freed_goes_back_to_the_system():
    give_back_memory()
    before = resident()
    kept = [f"{number} some text of a record" for number in range(2_000_000)]
    grown = resident() - before
    last = kept[-1:]  # keeps the top of the heap, so that nothing goes back by itself
    del kept
    give_back_memory()
    assert resident() - before < grown / 2
    assert last == ["1999999 some text of a record"]
