"""Hold two versions of the project together over many cuts: in tests/, `python -m differ OLD NEW`, each a checkout.

Every cut is run by both; then what the command said, results.csv, findings.csv, the displays, those behind the numbers,
the words of the pages and, for some, of the documents have to be the same. What the old version shows is kept, so that
it runs once.
"""

from __future__ import annotations

import argparse
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from golden.snapshot import compare_lines

from differ.cuts import Cut, all_cuts
from differ.show import Shown, show


def main() -> int:
    """Compare two checkouts, tell every cut that differs, and return 1 where one does."""
    parser = argparse.ArgumentParser(prog="differ", description=__doc__)
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--kept", type=Path, help="folder in which what the old version shows is kept")
    parser.add_argument("--only", default="", help="cuts whose name begins so")
    parser.add_argument("--processes", type=int, default=2)
    call = parser.parse_args()
    cuts = [cut for cut in all_cuts() if cut.name.startswith(call.only)]
    with ThreadPoolExecutor(call.processes) as pool:
        found = pool.map(lambda cut: (cut.name, compare(cut, call.old, call.new, call.kept)), cuts)
        differ = 0
        for name, said in found:
            differ += bool(said)
            if said:
                print(name, *said, sep="\n  ", flush=True)
    print(f"{differ} of {len(cuts)} cuts differ")
    return 1 if differ else 0


def compare(cut: Cut, old: Path, new: Path, kept: Path | None) -> list[str]:
    """Return in what two versions differ on a cut, in words."""
    before = _kept(cut, old, kept)
    after = show(cut, new)
    return [
        line
        for name in sorted({*before, *after})
        for line in compare_lines(name, before.get(name, []), after.get(name, []))
    ]


def _kept(cut: Cut, checkout: Path, kept: Path | None) -> Shown:
    file = kept / f"{cut.name}.json" if kept else None
    if file and file.is_file():
        found: Shown = json.loads(file.read_text(encoding="utf-8"))
        return found
    shown = show(cut, checkout)
    if file:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(shown), encoding="utf-8")
    return shown


if __name__ == "__main__":
    sys.exit(main())
