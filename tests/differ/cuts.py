"""The cuts on which two versions are held together: committed ones, made ones, and made ones with something amiss."""

from __future__ import annotations

import csv
import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
COMMITTED = (
    "data/synthetic/2014-08-31", "data/synthetic/2015-10-01", "tests/end_to_end/hand_worked/cut",
    "tests/end_to_end/hand_worked_ae/cut", "tests/end_to_end/hand_worked_relapse/cut",
)  # fmt: skip
DATES = ("2014-05-31", "2014-09-30", "2015-03-31", "2015-10-01")
SEEDS = 50
SUBJECTS = 7
DAMAGES = 40
NEVER_LEFT_OUT = {"dm", "ex"}
Rows = list[dict[str, str]]


class Cut(NamedTuple):
    """A cut of the comparison.

    Parameters
    ----------
    name
        What it is, as a name for a folder.
    make
        Writes it into a folder that does not exist yet.
    has_documents
        Whether documents are compared as well.
    """

    name: str
    make: Callable[[Path], object]
    has_documents: bool = False


def all_cuts() -> Iterator[Cut]:
    """Yield every cut, always in the same order."""
    for place in COMMITTED:
        path = ROOT / place
        name = path.name if path.parent.name == "synthetic" else path.parent.name
        yield Cut(name, lambda folder, path=path: shutil.copytree(path, folder), has_documents=True)
    for seed in range(SEEDS):
        yield Cut(f"seed-{seed}", lambda folder, seed=seed: simulate(folder, seed))
    yield from _without()
    for number in range(DAMAGES):
        yield Cut(f"damaged-{number}", lambda folder, number=number: damage(folder, number))


def simulate(folder: Path, seed: int) -> None:
    """Write a small simulated cut; size, date and share of missing visits go by the seed."""
    subjects = 1 + seed % SUBJECTS + (seed % 10 == 0) * SUBJECTS
    sap = str(Path(sys.executable).with_name("sap"))
    wanted = {"--subjects": subjects, "--seed": seed, "--cut-date": DATES[seed % 4], "--missing": seed % 3 * 0.15}
    options = [str(part) for pair in wanted.items() for part in pair]
    subprocess.run([sap, "simulate", *options, str(folder)], check=True, capture_output=True)
    (folder / "manifest.json").unlink(missing_ok=True)


def _without() -> Iterator[Cut]:
    """Yield cuts that lack a domain or its records, or a variable that a cut may lack."""
    with (ROOT / "sap" / "domains.csv").open(encoding="utf-8", newline="") as file:
        variables = list(csv.DictReader(file))
    for domain in sorted({row["domain"] for row in variables} - NEVER_LEFT_OUT):
        yield Cut(f"no-{domain}", lambda folder, domain=domain: _changed(folder, domain, lambda _: None))
        yield Cut(f"empty-{domain}", lambda folder, domain=domain: _changed(folder, domain, lambda _: []))
    for row in variables:
        if not row["required"]:
            domain, variable = row["domain"], row["variable"]
            yield Cut(
                f"no-{domain}-{variable.lower()}",
                lambda folder, domain=domain, variable=variable: _changed(folder, domain, _dropper(variable)),
            )


def _dropper(variable: str) -> Callable[[Rows], Rows]:
    return lambda rows: [{name: value for name, value in row.items() if name != variable} for row in rows]


def damage(folder: Path, number: int) -> None:
    """Write a simulated cut in some of whose records values are gone, exchanged, moved or twice."""
    rng = random.Random(number)
    simulate(folder, 100 + number)
    for path in rng.sample(sorted(folder.glob("*.csv")), 3):
        _rewrite(path, lambda rows: _damaged(rows, rng))


def _damaged(rows: Rows, rng: random.Random) -> Rows:
    if not rows:
        return rows
    for _ in range(max(2, len(rows) // 40)):
        row, other = rng.choice(rows), rng.choice(rows)
        name = rng.choice([name for name in row if name not in {"STUDYID", "USUBJID"}])
        row[name] = rng.choice(["", other[name], row[name].lower(), f"{row[name]}9"])
    twice = rng.choice(rows)
    return [*rows, {**twice, **{name: f"{9000 + len(rows)}" for name in twice if name.endswith("SEQ")}}]


def _changed(folder: Path, domain: str, change: Callable[[Rows], Rows | None]) -> None:
    simulate(folder, 3 + SUBJECTS * 4)
    _rewrite(folder / f"{domain}.csv", change)


def _rewrite(path: Path, change: Callable[[Rows], Rows | None]) -> None:
    """Write a file of a cut with its rows changed; None removes it, no rows leave the header."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows, header = list(reader), list(reader.fieldnames or ())
    changed = change(rows)
    path.unlink()
    if changed is None:
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(changed[0]) if changed else header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(changed)
