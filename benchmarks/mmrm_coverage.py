"""How often the 95 % interval of the mean change covers it: baseline as a response against baseline as a covariate.

Forty subjects selected for a baseline of 8 or more, five later weeks, drop-out that depends on the previous value. As a
script it writes mmrm_coverage.md beside this file.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import stats

from sap_helpers.stats.mmrm import fit_mmrm

if TYPE_CHECKING:
    from numpy.typing import NDArray

SEED = 20150131
SUBJECTS = 40
WEEKS = (0, 2, 4, 6, 8, 10)
THRESHOLD = 8.0
BASELINE_MEAN, BASELINE_SD = 12.0, 3.5
SLOPE = 0.4
LATER_MEANS = np.array([9.5, 8.0, 7.0, 6.5, 6.0])
LATER_COVARIANCE = 4.0 * 0.7 ** np.abs(np.subtract.outer(np.arange(5), np.arange(5)))
REPLICATES = 1_000


def true_change() -> float:
    """Return the mean change to week 10 in the selected population."""
    lower = (THRESHOLD - BASELINE_MEAN) / BASELINE_SD
    excess = BASELINE_SD * float(stats.truncnorm.mean(lower, np.inf))
    return float(LATER_MEANS[-1] + SLOPE * excess - BASELINE_MEAN - excess)


def simulate(generator: np.random.Generator) -> pd.DataFrame:
    """Return one trial: subject, week, score, change and the baseline centred at the sample's own mean."""
    baseline = select_baseline(generator)
    later = LATER_MEANS + SLOPE * (baseline[:, None] - BASELINE_MEAN)
    later = later + generator.multivariate_normal(np.zeros(5), LATER_COVARIANCE, size=SUBJECTS)
    scores = np.column_stack([baseline, later])
    leaves = generator.random(later.shape) < 0.02 + 0.08 * (scores[:, :-1] > 9.0) * (np.arange(5) > 0)
    stays = np.column_stack([np.ones(SUBJECTS, bool), np.cumsum(leaves, axis=1) == 0])
    rows, columns = np.nonzero(stays)
    return pd.DataFrame(
        {
            "id": rows,
            "week": np.array(WEEKS)[columns],
            "score": scores[rows, columns],
            "change": scores[rows, columns] - baseline[rows],
            "centred": (baseline - baseline.mean())[rows],
        }
    )


def select_baseline(generator: np.random.Generator) -> NDArray[np.float64]:
    """Return baselines of the subjects who pass the threshold, drawing as many as it takes."""
    drawn = generator.normal(BASELINE_MEAN, BASELINE_SD, size=4 * SUBJECTS)
    return drawn[drawn >= THRESHOLD][:SUBJECTS]


def covers(data: pd.DataFrame, truth: float) -> tuple[bool, bool]:
    """Return whether the interval covers the truth, for baseline as a response and as a covariate."""
    constrained = fit_mmrm(data, "score ~ week", subject="id", visit="week").contrast({"week[T.10]": 1.0})
    later = data[data["week"] > 0]
    adjusted = fit_mmrm(later, "change ~ 0 + week + centred", subject="id", visit="week").contrast({"week[10]": 1.0})
    first, second = (
        bool((f["conf.low"] <= truth).all() and (truth <= f["conf.high"]).all()) for f in (constrained, adjusted)
    )
    return first, second


def main(replicates: int) -> None:
    """Count over the replicates, print and write the result."""
    generator, truth, started = np.random.default_rng(SEED), true_change(), time.perf_counter()
    counts = np.sum([covers(simulate(generator), truth) for _ in range(replicates)], axis=0)
    shares = counts / replicates
    errors = np.sqrt(shares * (1 - shares) / replicates)
    about = (
        f"{replicates:,} simulated trials (seed {SEED}) of {SUBJECTS} subjects, baseline {THRESHOLD:g} or more; "
        f"true change {truth:.3f}; unstructured covariance, Kenward-Roger."
    )
    lines = [
        "# Coverage of the 95 % interval of the mean change to week 10",
        "",
        about,
        "",
        "| baseline | coverage | Monte Carlo standard error |",
        "|---|---|---|",
        f"| a response like the others | {shares[0]:.1%} | {errors[0]:.1%} |",
        f"| a covariate, centred at the sample's mean | {shares[1]:.1%} | {errors[1]:.1%} |",
    ]
    print("\n".join(lines))
    print(f"{time.perf_counter() - started:.0f} seconds", file=sys.stderr)
    (Path(__file__).parent / "mmrm_coverage.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else REPLICATES)
