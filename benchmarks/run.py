"""How long `sap run` takes, beside papermill and nbconvert called for one notebook after the other.

Every call is a process of its own, as a person would make it; the ways are taken in turn, so that what else the machine
does falls on all of them. Run as a script it writes run.md beside this file.
"""

from __future__ import annotations

import argparse
import csv
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CUT = ROOT / "data" / "synthetic" / "2015-10-01"
BIN = Path(sys.executable).parent
WAYS = {
    "naive": "`papermill`, then `jupyter nbconvert --to html`, for each notebook",
    "full": "`sap run`, everything",
    "unchanged": "`sap run` again, nothing changed",
    "ae": "`sap run` on the cut issued again, one AE term edited",
}


def timed(*command: object, cwd: Path) -> float:
    """Return the seconds of a command that must succeed."""
    start = time.perf_counter()
    subprocess.run(list(map(str, command)), cwd=cwd, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def naive(cut: Path, folder: Path) -> float:
    """Return the seconds of the obvious way."""
    folder.mkdir()
    total = 0.0
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        total += timed(BIN / "papermill", path, folder / path.name, "-p", "cut", cut, cwd=folder)
        total += timed(BIN / "jupyter", "nbconvert", "--to", "html", folder / path.name, cwd=folder)
    return total


def reissue(cut: Path, place: Path) -> Path:
    """Copy a cut with one adverse event reported in other words."""
    shutil.copytree(cut, place)
    path = place / "ae.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[0]["AETERM"] = "Reported otherwise"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return place


def measure(cut: Path, rounds: int) -> dict[str, list[float]]:
    """Return the seconds of every way in every round."""
    found: dict[str, list[float]] = {name: [] for name in WAYS}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        other = reissue(cut, folder / "reissued")
        for number in range(rounds):
            run = (BIN / "sap", "run")
            reports = ("--reports", folder / f"reports{number}")
            found["naive"].append(naive(cut, folder / f"naive{number}"))
            found["full"].append(timed(*run, cut, *reports, cwd=folder))
            found["unchanged"].append(timed(*run, cut, *reports, cwd=folder))
            found["ae"].append(timed(*run, other, *reports, cwd=folder))
            print({name: round(seconds[-1], 2) for name, seconds in found.items()}, file=sys.stderr, flush=True)
    return found


def parts(cut: Path) -> list[tuple[str, float]]:
    """Return where the time of a full run goes, one thing after the other."""
    program = Path(__file__).with_name("run_parts.py")
    one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    with tempfile.TemporaryDirectory() as scratch:
        done = subprocess.run(
            [sys.executable, program, cut, f"{scratch}/report"], stdout=subprocess.PIPE, text=True, check=True,
            env={**os.environ, **one_thread},
        )  # fmt: skip
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    return [(name, float(seconds)) for name, seconds in lines]


def report(found: dict[str, list[float]], went: list[tuple[str, float]]) -> str:
    """Return the text of run.md."""
    middle = {name: statistics.median(seconds) for name, seconds in found.items()}
    lines = [
        "# A run: seconds", "",
        (
            f"The whole plan on data/synthetic/{CUT.name}, {os.cpu_count()} processors ({platform.machine()}), Python "
            f"{platform.python_version()}; every call a process of its own, the ways in turn, {len(found['naive'])} "
            "rounds, wall time. The naive way reads the cut itself in every notebook, and its summary computes all "
            "results again, since nothing hands them on."
        ),
        "", "| way | each round | median s | times naive | share of a full run |", "|---|---|---|---|---|",
    ]  # fmt: skip
    for name, words in WAYS.items():
        each = ", ".join(f"{seconds:.2f}" for seconds in found[name])
        faster, share = middle["naive"] / middle[name], middle[name] / middle["full"]
        lines.append(f"| {words} | {each} | {middle[name]:.2f} | {faster:.1f} | {share:.1%} |")
    lines += [
        "", "Where the time of a full run goes, each part alone, one after the other. In a run the engine warms up "
        "while the cut is read and derived, and notebooks run as many at a time as there are processors.",
        "", "| part | s |", "|---|---|", *(f"| {name} | {seconds:.2f} |" for name, seconds in went), "",
    ]  # fmt: skip
    return "\n".join(lines)


def main() -> None:
    """Measure and write run.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    went = parts(CUT)
    print(*went, sep="\n", file=sys.stderr, flush=True)
    text = report(measure(CUT, given.rounds), went)
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
