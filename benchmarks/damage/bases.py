"""Undamaged cuts: small trials of many seeds, days and shares of missing visits, and what is said of each as it is."""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from damage.made import Table
from sap_helpers.plan import Plan, load_plan
from sap_helpers.plan.home import PLAN_FILE
from sap_helpers.run.simulate import cut_trial, simulate_trial, write_cut

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MEMORY = Path("/dev/shm")


class Recipe(NamedTuple):
    """What a cut is simulated from."""

    subjects: int
    seed: int
    cut_date: dt.date
    missing: float = 0.1


FINAL = dt.date(2015, 10, 1)
# the seeds of the trials of six: one of their subjects dies, or is rescued, or did not fulfil a criterion
RECIPES = (
    *(Recipe(2, seed, dt.date(2014, 7, 31)) for seed in (1, 2)),
    *(Recipe(3, seed, dt.date(2014, 9, 30), 0.25) for seed in (3, 8)),
    *(Recipe(4, seed, FINAL) for seed in (4, 6)),
    *(Recipe(5, seed, dt.date(2014, 12, 15), 0.05) for seed in (10, 11)),
    *(Recipe(6, seed, FINAL) for seed in (20, 32, 57, 117)),
)


@dataclass(frozen=True)
class Base:
    """An undamaged cut: its files by name, and its tables."""

    recipe: Recipe
    files: Mapping[str, bytes]
    tables: Mapping[str, Table]
    info: Mapping[str, str]


@cache
def the_plan() -> Plan:
    return load_plan(PLAN_FILE)


@contextmanager
def scratch() -> Iterator[Path]:
    """Give a folder in memory where there is one, and remove it in the end."""
    place = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="damage-", dir=place) as folder:
        yield Path(folder)


def simulated(recipe: Recipe) -> dict[str, bytes]:
    """Return the files of a simulated cut."""
    plan = the_plan()
    trial = simulate_trial(plan, subjects=recipe.subjects, seed=recipe.seed, missing=recipe.missing)
    with scratch() as folder:
        frames = cut_trial(trial, recipe.cut_date)
        write_cut(folder, frames, cut_id="damaged", cut_date=recipe.cut_date, study=plan.study, extension="csv")
        return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@cache
def base_of(recipe: Recipe) -> Base:
    files = simulated(recipe)
    tables = {}
    for name, data in files.items():
        if name.endswith(".csv"):
            reader = csv.DictReader(io.StringIO(data.decode("utf-8"), newline=""))
            tables[name.removesuffix(".csv")] = Table(list(reader.fieldnames or ()), list(reader))
    info = dict(line.split(": ", 1) for line in files["cut.yaml"].decode("utf-8").splitlines())
    return Base(recipe, files, tables, info)


def place_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Have a folder hold these files and nothing else."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
