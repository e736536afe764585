"""How long fit_mmrm takes, beside R's nlme::gls: six visits, drop-out, unstructured covariance, one thread.

Run as a script it measures every size in a process of its own and writes mmrm.md beside this file.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZES = (40, 1_000, 10_000, 1_000_000)
GLS_SIZES = (40, 1_000, 10_000)
LONGEST_SECONDS = 900
WEEKS = np.array([0, 2, 4, 6, 8, 10])
SEED = 20150131
DROPOUT = 0.05
SKIPPED = 0.03
FORMULA = "score ~ week"
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
ABOUT = (
    f"`{FORMULA}`, six visits, drop-out of {DROPOUT:.0%} per visit, unstructured covariance, restricted likelihood; "
    "fit_mmrm with Kenward-Roger, gls with model-based errors. One process per line, one thread; seconds are those of "
    "the fit, memory is the peak of the process, the data included. Microseconds a value: what each costs beyond the "
    "fit of the 40 subjects; were the iterations to grow with the data, it would rise."
)
GLS = """
suppressMessages(library(nlme))
d <- read.csv(commandArgs(TRUE)[1])
d$visit <- factor(d$week)
d$position <- as.integer(d$visit)
took <- system.time(m <- gls(score ~ visit, d, correlation = corSymm(form = ~ position | id),
  weights = varIdent(form = ~ 1 | visit), method = "REML",
  control = glsControl(opt = "optim", msMaxIter = 2000, maxIter = 500)))
s <- summary(m)$tTable
cat(took[["elapsed"]], s[6, 1], s[6, 2])
"""


def simulate(subjects: int) -> pd.DataFrame:
    """Return scores of subjects who miss single visits and drop out for good."""
    generator = np.random.default_rng(SEED)
    lags = np.abs(np.subtract.outer(np.arange(6), np.arange(6)))
    factor = np.linalg.cholesky(9.0 * 0.75**lags)
    scores = np.linspace(12.0, 6.5, 6) + generator.normal(size=(subjects, 6)) @ factor.T
    stays = np.cumsum(generator.random((subjects, 6)) < DROPOUT * (WEEKS > 0), axis=1) == 0
    stays &= (generator.random((subjects, 6)) >= SKIPPED) | (WEEKS == 0)
    rows, columns = np.nonzero(stays)
    return pd.DataFrame({"id": rows, "week": WEEKS[columns], "score": scores[rows, columns]})


def time_ours(data: pd.DataFrame) -> tuple[float, float, float]:
    """Return seconds, estimate and standard error of the last week's change by fit_mmrm."""
    from sap_helpers.stats.mmrm import fit_mmrm  # after the data exist: the import is not part of the fit

    started = time.perf_counter()
    row = fit_mmrm(data, FORMULA, subject="id", visit="week").contrast({"week[T.10]": 1.0}).iloc[0]
    return time.perf_counter() - started, float(row["estimate"]), float(row["std.error"])


def time_gls(data: pd.DataFrame) -> tuple[float, float, float]:
    """Return the same by nlme::gls in a fresh R; its standard error is the model-based one."""
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "data.csv"
        data.to_csv(table, index=False)
        done = subprocess.run(["Rscript", "-e", GLS, str(table)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(" ".join(done.stderr.split()))
    seconds, estimate, error = (float(part) for part in done.stdout.split())
    return seconds, estimate, error


def measure_here(engine: str, subjects: int) -> dict[str, Any]:
    """Measure one size in this process; memory is the peak of the process that fitted."""
    data = simulate(subjects)
    seconds, estimate, error = (time_gls if engine == "nlme::gls" else time_ours)(data)
    who = resource.RUSAGE_CHILDREN if engine == "nlme::gls" else resource.RUSAGE_SELF
    unit = 1024**2 if platform.system() == "Darwin" else 1024
    peak = resource.getrusage(who).ru_maxrss / unit
    found = {"engine": engine, "subjects": subjects, "values": len(data), "seconds": seconds}
    return {**found, "peak_mb": peak, "estimate": estimate, "error": error}


def measure_all() -> Iterator[dict[str, Any]]:
    """Yield the measurements, each from a process of its own."""
    jobs = [("fit_mmrm", size) for size in SIZES]
    if shutil.which("Rscript"):
        jobs += [("nlme::gls", size) for size in GLS_SIZES]
    for engine, size in sorted(jobs, key=lambda job: job[1]):
        try:
            done = subprocess.run(
                [sys.executable, __file__, engine, str(size)], capture_output=True, text=True, check=True,
                env={**os.environ, **ONE_THREAD}, timeout=LONGEST_SECONDS,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            yield {"engine": engine, "subjects": size, "ended": f"not ended after {LONGEST_SECONDS} s"}
        except subprocess.CalledProcessError as error:
            yield {"engine": engine, "subjects": size, "ended": f"ended with: {error.stderr.strip()}"}
        else:
            yield json.loads(done.stdout)


def as_row(found: dict[str, Any], smallest: dict[str, Any]) -> str:
    """Return one measurement as a row of the table, its growth over the smallest one of the same program."""
    if "ended" in found:
        return f"| {found['subjects']:,} | | {found['engine']} | {found['ended']} | | | | |"
    more = found["values"] - smallest["values"]
    growth = f"{1e6 * (found['seconds'] - smallest['seconds']) / more:.2f}" if more else ""
    return (
        f"| {found['subjects']:,} | {found['values']:,} | {found['engine']} | {found['seconds']:.3f} | {growth} | "
        f"{found['peak_mb']:,.0f} | {found['estimate']:.6f} | {found['error']:.6f} |"
    )


def main() -> None:
    """Measure every size, print the table and write it."""
    lines = [
        "# MMRM: seconds and memory",
        "",
        ABOUT,
        "",
        "| subjects | values | program | seconds | µs a value | peak MB | change at week 10 | standard error |",
        "|---|---|---|---|---|---|---|---|",
    ]
    print("\n".join(lines), flush=True)
    smallest: dict[str, dict[str, Any]] = {}
    for found in measure_all():
        lines.append(as_row(found, smallest.setdefault(found["engine"], found)))
        print(lines[-1], flush=True)
    (Path(__file__).parent / "mmrm.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(measure_here(sys.argv[1], int(sys.argv[2]))))
    else:
        main()
