"""How long `sap run` takes and how much memory it needs as the number of subjects grows.

Every cut is simulated first, which is not counted. Run as a script it writes scale.md beside this file; sizes that are
not run are estimated from the two largest that are.
"""

from __future__ import annotations

import argparse
import math
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

SIZES, LARGEST = (400, 4000), 40000
CUT_DATE, SEED = "2020-10-01", 1
# what the powers must not be read without
LIMITS = (
    "Other work on the machine is in the times, and what every run costs whatever its size is in both: the powers show "
    "that growth is not above linear between these sizes, not that it is below it."
)
SAP = (sys.executable, "-m", "sap_helpers.run.cli")
MEASURE = Path(__file__).with_name("scale_one.py")


class Measured(NamedTuple):
    """One run: subjects, seconds, memory of its largest process, and bytes of its largest page and of the report."""

    subjects: int
    seconds: float
    peak_mb: float
    page_kb: float
    report_mb: float


def simulate(subjects: int, scratch: Path) -> Path:
    """Return the folder of a simulated cut."""
    cut = scratch / str(subjects)
    if not cut.exists():
        given = ("--subjects", str(subjects), "--seed", str(SEED), "--cut-date", CUT_DATE)
        subprocess.run(
            [*SAP, "simulate", cut, *given], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    return cut


def measure(cut: Path, subjects: int, scratch: Path) -> Measured:
    """Run the plan on a cut, in a process of its own."""
    reports = scratch / f"reports{subjects}"
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, MEASURE, *SAP, "run", cut, "--reports", reports], check=True, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    seconds = time.perf_counter() - start
    sizes = {path: path.stat().st_size for path in reports.rglob("*") if path.is_file()}
    pages = [size for path, size in sizes.items() if path.suffix == ".html"]
    return Measured(
        subjects, seconds, float(done.stdout.splitlines()[-1]) / 1024, max(pages) / 1000, sum(sizes.values()) / 1e6
    )


def estimate(subjects: int, found: list[Measured]) -> tuple[float, float]:
    """Return seconds and MB of a run that was not made, on the line through the two largest that were."""
    small, large = found[-2:]
    steps = (subjects - large.subjects) / (large.subjects - small.subjects)
    return tuple(
        getattr(large, name) + steps * (getattr(large, name) - getattr(small, name)) for name in ("seconds", "peak_mb")
    )


def growth(found: list[Measured], name: str) -> str:
    """Return the power of the number of subjects with which a measure grows: 1 is linear."""
    small, large = found[-2:]
    power = math.log(getattr(large, name) / getattr(small, name)) / math.log(large.subjects / small.subjects)
    return f"{power:.2f}"


def report(found: list[Measured]) -> str:
    """Return the text of scale.md."""
    lines = [
        "# Many subjects: seconds and memory", "",
        (
            f"`sap run` on cuts of `sap simulate --seed {SEED} --cut-date {CUT_DATE}`, the whole plan with the fast "
            f"engine, {os.cpu_count()} processors ({platform.machine()}), Python {platform.python_version()}; one run "
            "each, wall time, simulation aside. Memory is the peak of the largest single process (resident set); "
            "as many notebooks as there are processors run beside the run itself, so that the sum is larger."
        ),
        "", "| subjects | s | largest process, MB | largest page, kB | report, MB |", "|---|---|---|---|---|",
        *(
            f"| {one.subjects:,} | {one.seconds:.0f} | {one.peak_mb:.0f} | {one.page_kb:.0f} | {one.report_mb:.0f} |"
            for one in found
        ),
    ]  # fmt: skip
    if found[-1].subjects < LARGEST:
        seconds, peak = estimate(LARGEST, found)
        lines.append(f"| {LARGEST:,} | not run; estimate {seconds:.0f} | not run; estimate {peak:.0f} | | |")
        lines += ["", "The estimate is the straight line through the two sizes above it; it has not been checked."]
    between = f"{found[-2].subjects:,} to {found[-1].subjects:,} subjects"
    lines += [
        "", f"From {between} time grows with the power {growth(found, 'seconds')} of the number of subjects, memory "
        f"with {growth(found, 'peak_mb')}; 1 is linear. {LIMITS}", "",
    ]  # fmt: skip
    return "\n".join(lines)


def main() -> None:
    """Measure and write scale.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--largest", action="store_true", help=f"also {LARGEST:,} subjects")
    parser.add_argument("--cuts", type=Path, help="a folder of cuts simulated before, each named by its subjects")
    given = parser.parse_args()
    found = []
    with tempfile.TemporaryDirectory() as scratch:
        for subjects in (*SIZES, *([LARGEST] if given.largest else [])):
            cut = simulate(subjects, given.cuts or Path(scratch))
            found.append(measure(cut, subjects, Path(scratch)))
            print(found[-1], file=sys.stderr, flush=True)
    text = report(found)
    Path(__file__).with_suffix(".md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
