"""The campaign: case by case from a seed, one to three damages at once, each judged."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from damage.bases import RECIPES, base_of, scratch
from damage.judge import Seen, leads_to, look, names, new_findings, same_data
from damage.made import Made
from damage.operators import OPERATORS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from damage.bases import Base, Recipe
    from damage.made import Damage, Operator

Outcome = Literal["refused", "found", "led to", "harmless", "silent", "crashed"]
OUTCOMES: tuple[Outcome, ...] = ("refused", "found", "led to", "harmless", "silent", "crashed")
TRIES = 30
DERIVED = 4


@dataclass(frozen=True)
class Judged:
    """What came of one damage of a case."""

    seed: int
    number: int
    operator: str
    is_noticeable: bool
    outcome: Outcome
    account: str


@dataclass
class Case:
    """A damaged cut: its base, what was drawn for it, in order."""

    recipe: Recipe
    drawn: list[tuple[Operator, str]]

    def make(self, leave_out: int | None = None) -> tuple[Made, list[Damage]]:
        """Damage the base; every operator draws from a seed of its own, so that one may be left out."""
        base = base_of(self.recipe)
        made, damages = Made(base.tables, dict(base.info)), []
        for place, (operator, seed) in enumerate(self.drawn):
            if place == leave_out:
                continue
            damage = operator.apply(made, random.Random(seed))
            if damage is not None:
                damages.append(damage)
        return made, damages


def draw(seed: int, number: int, operators: Sequence[Operator] = OPERATORS) -> Case:
    """Return a case: the operator's turn comes by the number, what else is damaged, and all details, by chance."""
    rng = random.Random(f"{seed}/{number}")
    first = operators[number % len(operators)]
    others = rng.choices(operators, k=rng.choices((0, 1, 2), (7, 2, 1))[0])
    # the first operator needs a cut that has a place for it; the others are passed over where theirs has none
    for turn in range(TRIES):
        recipe = rng.choice(RECIPES)
        drawn = [(operator, f"{seed}/{number}/{turn}/{place}") for place, operator in enumerate((first, *others))]
        held = _applicable(Case(recipe, drawn))
        if held.drawn and held.drawn[0][0] is first:
            return held
    return Case(RECIPES[0], [])


def _applicable(case: Case) -> Case:
    """Return a case without the operators that its cut has no place for."""
    base = base_of(case.recipe)
    made = Made(base.tables, dict(base.info))
    held = [(operator, seed) for operator, seed in case.drawn if operator.apply(made, random.Random(seed)) is not None]
    return case if len(held) == len(case.drawn) else _applicable(Case(case.recipe, held))


def files_of(base: Base, made: Made) -> dict[str, bytes]:
    files = {**base.files, **made.render()}
    return {name: data for name, data in files.items() if name not in made.lost()}


@cache
def undamaged(recipe: Recipe) -> Seen:
    with scratch() as folder:
        return look(folder / "cut", base_of(recipe).files).derive()


def judge(seed: int, number: int, folder: Path, operators: Sequence[Operator] = OPERATORS) -> list[Judged]:
    """Judge the damages of one case."""
    case = draw(seed, number, operators)
    base = base_of(case.recipe)
    made, damages = case.make()
    after = look(folder, files_of(base, made))
    found = [_is_found(damage, made, case, after) for damage in damages]
    # what is found on reading need not be derived to tell it: of each few one is, since it might crash
    if not all(found) or number % DERIVED == 0:
        after.derive()
    judged = []
    for place, ((operator, _), damage) in enumerate(zip(case.drawn, damages, strict=True)):
        outcome = "found" if found[place] and not after.crash else _outcome(case, place, damage, made, after, folder)
        account = _account(damage, after if outcome == "crashed" else None, case.recipe)
        judged.append(Judged(seed, number, operator.name, not operator.unseen, outcome, account))
    return judged


def _is_found(damage: Damage, made: Made, case: Case, after: Seen) -> bool:
    new = new_findings(undamaged(case.recipe).findings, after.findings)
    rows = rows_of(made, damage)
    return not after.is_refused and any(names(finding, damage, rows) for finding in new)


def _outcome(case: Case, place: int, damage: Damage, made: Made, after: Seen, folder: Path) -> Outcome:
    if after.crash:
        return "crashed"
    if after.is_refused:
        return "refused"
    if _is_found(damage, made, case, after):
        return "found"
    before = undamaged(case.recipe)
    if any(leads_to(finding, damage) for finding in new_findings(before.findings, after.findings)):
        return "led to"
    if len(case.drawn) > 1:  # what this damage alone changes, the others as they are
        other, _ = case.make(leave_out=place)
        without = look(folder, files_of(base_of(case.recipe), other)).derive()
        before = before if without.is_refused or without.crash else without
    return "harmless" if same_data(before, after) else "silent"


def rows_of(made: Made, damage: Damage) -> frozenset[int]:
    """Return where the damaged records stand in their file, 1 for the first."""
    if not damage.records:
        return frozenset()
    held = {id(record) for record in damage.records}
    table = made.look(damage.domain)
    return frozenset(row for row, record in enumerate(table.records, start=1) if id(record) in held)


def _account(damage: Damage, crashed: Seen | None, recipe: Recipe) -> str:
    """Return a line on a damage: where, what its records hold, and how it crashed."""
    where = (
        f"{damage.domain} {','.join(sorted(damage.variables))} {sorted(damage.subjects)[:2]} n={len(damage.records)}"
    )
    shown = [{name: record.get(name) for name in sorted(damage.variables)} for record in damage.records[:2]]
    crash = "" if crashed is None else "\n" + crashed.crash
    return f"{tuple(recipe)[:2]} {recipe.cut_date} {where} {shown} put/took {sorted(damage.texts)[:4]}{crash}"


def run_cases(seed: int, numbers: Iterable[int]) -> list[Judged]:
    """Judge several cases, one after the other, in one folder."""
    with scratch() as folder:
        return [one for number in numbers for one in judge(seed, number, folder / "cut")]


def tally(judged: Iterable[Judged]) -> dict[str, Counter[Outcome]]:
    """Return how often each outcome came, by operator."""
    counts: dict[str, Counter[Outcome]] = {operator.name: Counter() for operator in OPERATORS}
    for one in judged:
        counts[one.operator][one.outcome] += 1
    return counts
