"""What a page says of a number: the subjects in it, beside it and left out, with their records and sources."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from sap_helpers.adam.source_keys import name_sources
from sap_helpers.adam.sources import Lineage
from sap_helpers.analyses.audit import audit_denominator
from sap_helpers.run.trace import record_words
from sap_helpers.show.page.lines import Line
from sap_helpers.show.page.trail import Part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sap_helpers.adam.store import Study
    from sap_helpers.records import Records, Source
    from sap_helpers.results import Key, Results

COUNTED = "Counted in n, or whose values these are"
EVENTS = "Counted in n.events"
BESIDE = "In N, not counted in n"
LEFT_OUT = "Of the set, not in N"
MADE = "Made from other results"
NONE = "No record behind it"
TOO_MANY = "so many subjects have no room on a page; `sap trace` prints them"


class Behind:
    """Tells, key by key, who and what is behind the results of a page.

    Parameters
    ----------
    load
        Gives the study of the report; called when a result has records, so that a page without any reads no data.
    results
        The page's results with their records.
    """

    def __init__(self, load: Callable[[], Study], results: Results) -> None:
        self._load, self.results = load, results
        # results share their records, and records their lists: each object is told once
        self._told: dict[tuple[str, str, int], tuple[Part, ...]] = {}
        self._listed: dict[int, tuple[Line, ...]] = {}
        self._lines: dict[tuple[str, int], Line] = {}

    def __call__(self, key: Key) -> tuple[Part, ...]:
        """Return the parts about one key, none where it has no records.

        Cases, the first that applies: more subjects than pages show one by one; a reason for having no record; results
        that it was made from; the subjects of n, of N only, and of the set for each reason of not being in N.
        """
        one = self.results.records_of(key)
        if one is None:
            return ()
        if len(self.study["adsl"]) > self.study.plan.display.most_subjects:
            return (Part(NONE, TOO_MANY),)
        if one.reason:
            return (Part(NONE, one.reason),)
        if one.made_of:
            return (Part(MADE, "; ".join(other.result_id("").rstrip("|") for other in one.made_of)),)
        told = key.population, key.analysis_id, id(one)
        if told not in self._told:
            self._told[told] = tuple(self._parts(key, one))
        return self._told[told]

    def _parts(self, key: Key, one: Records) -> Iterable[Part]:
        found = audit_denominator(self.study, key, one)
        yield Part(COUNTED, "", self._of(one.counted))
        if one.events:
            yield Part(EVENTS, "", self._of(one.events))
        beside = found.of - found.counted
        if beside:
            yield Part(BESIDE, "", tuple(line for line in self._of(one.of) if line.usubjid in beside))
        by_reason: dict[str, list[str]] = {}
        for subject in sorted(found.members - found.of):
            by_reason.setdefault(found.reasons.get(subject, "no reason stated"), []).append(subject)
        for reason, subjects in by_reason.items():
            yield Part(LEFT_OUT, reason, tuple(map(Line, subjects)))

    def _of(self, sources: Sequence[Source]) -> tuple[Line, ...]:
        for source in sources:
            if id(source) not in self._listed:
                self._listed[id(source)] = tuple(self._line((source.dataset, number)) for number in source.numbers)
        return tuple(line for source in sources for line in self._listed[id(source)])

    def _line(self, at: tuple[str, int]) -> Line:
        if at not in self._lines:
            row = self._lineage.record(*at)
            sources = name_sources(self._lineage.sources(*at)) or "no record of the cut"
            self._lines[at] = Line(row.USUBJID, *at, *record_words(row), sources)
        return self._lines[at]

    @cached_property
    def study(self) -> Study:
        """The study of the report."""
        return self._load()

    @cached_property
    def _lineage(self) -> Lineage:
        return Lineage(self.study.data, self.study.plan)
