"""The audit of denominators: who of a set is in the N of a rate, and the stated reason of everybody who is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sap_helpers.analyses.behind import find_subjects, is_member

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sap_helpers.adam.store import Study
    from sap_helpers.records import Records, Source
    from sap_helpers.results import Key, Result, Results

RATE = frozenset({"n", "N", "p"})
# their sets by other definitions of a remission are no set of the plan: they start from the full analysis set
STARTS_FROM = {"REL.SENSITIVITY": "FAS"}


class Denominator(NamedTuple):
    """The denominator of one key: subjects of the set, those of n and of N, and of the others reason or nothing."""

    population: str
    members: frozenset[str]
    counted: frozenset[str]
    of: frozenset[str]
    reasons: Mapping[str, str]

    @property
    def unexplained(self) -> frozenset[str]:
        """The subjects of the set who are neither in N nor have a reason."""
        return self.members - self.of - set(self.reasons)

    @property
    def strangers(self) -> frozenset[str]:
        """The subjects in N who are not of the set."""
        return self.of - self.members


def audit_denominator(study: Study, key: Key, one: Records) -> Denominator:
    """Return who is in the denominator of a key, and why the others of its set are not."""
    subjects = study["adsl"]["USUBJID"].to_numpy()
    numbers = dict(zip(study["adsl"]["ASEQ"], subjects, strict=True))
    population = STARTS_FROM.get(key.analysis_id, key.population)
    return Denominator(
        population, frozenset(subjects[is_member(study, population)]),
        frozenset(subjects[find_subjects(study, one.counted)]), frozenset(subjects[find_subjects(study, one.of)]),
        {numbers[aseq]: reason for reason, left in one.left_out for aseq in left},
    )  # fmt: skip


def check_denominators(results: Results, study: Study) -> list[str]:
    """Return every rate whose denominator is not accounted for, and every count that its records do not give.

    Cases for a rate: no records and no results that it was made from; a subject of the set neither in N nor with a
    reason; a subject in N who is not of the set. For any key with records: n or N is not the number of their subjects,
    n.events not their number.
    """
    found = []
    sizes = _Sizes(study)
    for key, stats in results.groups(by_method=True).items():
        one = results.records_of(key)
        name = "|".join(key)
        if one is None:
            found += _without_records(name, stats)
        elif not one.made_of and not one.reason:
            found += [f"{name}: {problem}" for problem in _wrong_counts(key, stats, one, sizes)]
            if stats.keys() >= RATE:
                found += [f"{name}: {problem}" for problem in _gaps(audit_denominator(study, key, one))]
    return found


def counts_records(key: Key) -> bool:
    """Return whether the n of a key counts records, not subjects: relapses that stayed below the limit."""
    return key.analysis_id == "REL.EVENTS" and bool(key.variable_level)


def _without_records(name: str, stats: Mapping[str, Result]) -> list[str]:
    """Return that a rate has no records behind it; one that could not be given says itself why."""
    is_given = stats.keys() >= RATE and stats["N"].stat
    return [f"{name}: no records behind n = {stats['n'].stat} of N = {stats['N'].stat}"] if is_given else []


def _wrong_counts(key: Key, stats: Mapping[str, Result], one: Records, sizes: _Sizes) -> list[str]:
    behind = {"n": sizes.subjects(one.counted), "N": sizes.subjects(one.of)}
    if counts_records(key):
        behind["n"] = sum(len(source.numbers) for source in one.counted)
    behind["n.events"] = sum(len(source.numbers) for source in one.events or one.counted)
    value = {name: row.stat for name, row in stats.items()}
    return [
        f"{name} = {value[name]}, but the records behind it give {behind[name]}"
        for name in ("n", "N", "n.events")
        if value.get(name) not in {None, behind[name]}
    ]


def _gaps(found: Denominator) -> list[str]:
    gaps = {
        f"of {found.population or 'DM'}, in N for no stated reason not": found.unexplained,
        f"in N, not of {found.population or 'DM'}": found.strangers,
    }  # fmt: skip
    return [f"{_names(subjects)} {text}" for text, subjects in gaps.items() if subjects]


def _names(subjects: Iterable[str]) -> str:
    named = sorted(subjects)
    return ", ".join(named[:5]) + (f" and {len(named) - 5} more" if len(named) > 5 else "")


class _Sizes:
    """Numbers of subjects behind records, each counted once."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._known: dict[tuple[Source, ...], int] = {}

    def subjects(self, sources: tuple[Source, ...]) -> int:
        if sources not in self._known:
            self._known[sources] = int(find_subjects(self._study, sources).sum())
        return self._known[sources]
