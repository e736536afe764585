"""`python -m damage` in benchmarks: run the campaign, replay a case, or check undamaged cuts; writes damage.md."""

from __future__ import annotations

import argparse
import json
import os
import random
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from datetime import date
from pathlib import Path

from damage.bases import Recipe, scratch, simulated
from damage.campaign import Judged, run_cases
from damage.judge import look
from damage.report import page, silent_lines, summary

PAGE = Path(__file__).parents[1] / "damage.md"
CHUNK = 20
NICE = 5
SEVERE = ("refused", "quarantined")


def run(seed: int, count: int, processes: int, kept: Path | None) -> list[Judged]:
    """Judge numbered cases, some at a time in each process; one that is kept in a file goes on where it stopped."""
    judged = read_judged(kept) if kept else []
    done = {one.number for one in judged}
    left = [number for number in range(count) if number not in done]
    chunks = [left[at : at + CHUNK] for at in range(0, len(left), CHUNK)]
    with ProcessPoolExecutor(processes, initializer=os.nice, initargs=(NICE,)) as pool:
        for some in pool.map(run_cases, [seed] * len(chunks), chunks):
            judged += some
            if kept:
                with kept.open("a", encoding="utf-8") as file:
                    file.writelines(json.dumps(asdict(one)) + "\n" for one in some)
            print(f"{len({one.number for one in judged})} of {count} cases; {summary(judged)}", flush=True)
    return judged


def read_judged(kept: Path) -> list[Judged]:
    """Return what an interrupted campaign had come to."""
    if not kept.exists():
        return []
    return [Judged(**json.loads(line)) for line in kept.read_text(encoding="utf-8").splitlines()]


def undamaged_recipe(number: int) -> Recipe:
    """Return a cut of any size, day and share of missing visits."""
    rng = random.Random(f"undamaged/{number}")
    subjects = rng.choice((1, 2, 3, 5, 8, 13, 20, 30, 40, 80)) if number % 10 == 0 else rng.randint(1, 12)
    day = date.fromordinal(rng.randint(date(2014, 4, 1).toordinal(), date(2016, 6, 1).toordinal()))
    return Recipe(subjects, 1000 + number, day, rng.choice((0.0, 0.05, 0.1, 0.2, 0.4, 0.8)))


def check_undamaged(numbers: range) -> list[tuple[int, str]]:
    """Return what is wrong with undamaged cuts: a refusal, a quarantine, a crash."""
    wrong = []
    with scratch() as folder:
        for number in numbers:
            seen = look(folder / "cut", simulated(undamaged_recipe(number)))
            wrong += [(number, finding.message()) for finding in seen.findings if finding.severity in SEVERE]
            wrong += [(number, seen.crash)] if seen.crash else []
    return wrong


def run_undamaged(count: int, processes: int) -> list[tuple[int, str]]:
    chunks = [range(at, min(at + CHUNK, count)) for at in range(0, count, CHUNK)]
    with ProcessPoolExecutor(processes, initializer=os.nice, initargs=(NICE,)) as pool:
        return [one for some in pool.map(check_undamaged, chunks) for one in some]


def main() -> None:
    parser = argparse.ArgumentParser(prog="damage", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--undamaged", type=int, default=1_000)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--replay", type=int, metavar="NUMBER", help="one case of the seed, and what is said of it")
    parser.add_argument("--kept", type=Path, metavar="FILE", help="where judged cases are kept, to go on from")
    parser.add_argument("--page", type=Path, default=PAGE)
    call = parser.parse_args()
    if call.replay is not None:
        for one in run_cases(call.seed, [call.replay]):
            print(one.operator, one.outcome, one.account, sep="\n  ")
        return
    judged = run(call.seed, call.cases, call.processes, call.kept)
    wrong = run_undamaged(call.undamaged, call.processes)
    for number, said in wrong:
        print(f"undamaged cut {number}: {said}")
    print(silent_lines(judged))
    call.page.write_text(page(judged, call.seed, call.undamaged, wrong), encoding="utf-8")
    print(summary(judged), f"{len(wrong)} undamaged cuts refused, quarantined or crashed", sep="\n")


if __name__ == "__main__":
    main()
