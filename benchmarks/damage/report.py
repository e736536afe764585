"""The table of the campaign, and the list of what was silent."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from damage.campaign import OUTCOMES, tally
from damage.operators import OPERATORS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from damage.campaign import Judged

HEAD = ("damages", *OUTCOMES)


def summary(judged: Sequence[Judged]) -> str:
    """Return the shares that count, in a sentence."""
    noticeable = [one for one in judged if one.is_noticeable]
    silent = sum(one.outcome == "silent" for one in noticeable)
    crashed = sum(one.outcome == "crashed" for one in judged)
    share = 100 * silent / max(1, len(noticeable))
    return (
        f"of {len(noticeable)} damages that should be noticed {silent} ({share:.2f} %) silent; "
        f"of {len(judged)} in all {crashed} crashed"
    )


def page(judged: Sequence[Judged], seed: int, undamaged: int, wrong: Sequence[tuple[int, str]]) -> str:
    """Return the page on a campaign."""
    cases = len({one.number for one in judged})
    counts = tally(judged)
    spoilt = len({number for number, _ in wrong})
    parts = [
        "# Damaged cuts: what is noticed",
        f"`make fuzz`: {cases:,} cuts from seed {seed}, each damaged in one to three ways at once, read, checked and "
        "derived in this process, and held against the undamaged cut. Every operator has its turn as the first of a "
        "cut; details, cuts and further damages are drawn.",
        f"**{summary(judged).capitalize()}.** Of {undamaged:,} undamaged simulated cuts of 1 to 80 subjects, with 0 to "
        f"80 % of visits missing, {spoilt} were refused, had a quarantined value or crashed.",
        "refused: no report; found: a new finding names the damaged record, its subject in that domain, the column or "
        "the file; led to: a new finding on the damaged subject in another domain, which the damage contradicts; "
        "harmless: the analysis data are the same, numbers of records aside; silent: the analysis data changed and no "
        "finding names the damage; crashed: an error that nobody foresaw.",
        "## Damages that should be noticed",
        _table([name.name for name in OPERATORS if not name.unseen], counts),
        "## Damages that nothing in a cut can tell",
        "Counted apart; an outcome other than silent is a gain.",
        _table([name.name for name in OPERATORS if name.unseen], counts, {o.name: o.unseen for o in OPERATORS}),
    ]
    return "\n\n".join(parts) + "\n"


def _table(operators: Sequence[str], counts: dict[str, Counter[str]], why: dict[str, str] | None = None) -> str:
    head = ["operator", *HEAD, *(["why"] if why else [])]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    total: Counter[str] = sum((counts[name] for name in operators), Counter())
    for name, of in [*((name, counts[name]) for name in operators), ("all", total)]:
        cells = [name, str(sum(of.values())), *(str(of[outcome] or "") for outcome in OUTCOMES)]
        cells += [why.get(name, "")] if why else []
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def silent_lines(judged: Sequence[Judged]) -> str:
    """Return the silent and crashed damages, the operators with most of them first, each with what replays it."""
    of: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        if one.outcome == "crashed" or (one.outcome == "silent" and one.is_noticeable):
            of[one.operator].append(one)
    totals = Counter(one.operator for one in judged)
    lines = [summary(judged)]
    for name, some in sorted(of.items(), key=lambda item: -len(item[1])):
        lines.append(f"{len(some)} of {totals[name]}: {name}")
        lines += [f"  seed {one.seed} case {one.number} {one.outcome}: {one.account}" for one in some]
    return "\n".join(lines) + "\n"
