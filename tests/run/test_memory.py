"""Memory that is given back, that is little, and that is not enough."""

import subprocess
import sys
from pathlib import Path

import pytest

from sap_helpers.run import check
from sap_helpers.run.cli import main
from sap_helpers.run.memory import give_back_memory

CUT = Path(__file__).parents[1] / "end_to_end" / "hand_worked" / "cut"
LITTLE = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (1024**3,) * 2)
from sap_helpers.run.cli import main
sys.exit(main(["check", sys.argv[1]]))
"""

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


def test_check__of_a_small_cut_needs_less_than_a_gigabyte_of_addresses():
    done = subprocess.run([sys.executable, "-c", LITTLE, str(CUT)], capture_output=True, text=True, check=False)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    assert done.stdout.startswith("rule,severity,")


def test_main__memory_that_is_not_enough_is_told_in_one_line(monkeypatch, capsys):
    def run_out(*_):
        raise MemoryError

    monkeypatch.setattr(check, "check_findings", run_out)
    assert main(["check", str(CUT)]) == 1
    assert capsys.readouterr().err == (
        "memory ran out; nothing was published. Give it more, or run fewer notebooks at a time with --jobs 1.\n"
    )
