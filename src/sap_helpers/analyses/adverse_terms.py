"""Adverse events by system organ class and preferred term, by worst grade, and by category of the registry record."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sap_helpers.adam.store import once_per_study
from sap_helpers.analyses.adverse_blocks import (
    EVENTS,
    GRADES,
    NO_GRADE,
    NOBODY,
    UNCATEGORISED,
    denominator,
    emergent,
    event_grades,
    events_of_category,
    events_results,
    incidence_results,
    no_incidence,
    uncategorised_events,
    why_no_events,
)
from sap_helpers.analyses.behind import behind, explain, of_rows, outside
from sap_helpers.analyses.blocks import count_results, statistics, touched_text, unavailable
from sap_helpers.records import Records, Source
from sap_helpers.results import Key, Result, Results, join
from sap_helpers.stats import describe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pandas as pd

    from sap_helpers.adam.store import Study

TERM = {"variable": "TEAE", "variable_level": "Y"}
UNCODED = "Uncoded"
LEVELS = (*GRADES, NO_GRADE)
ONSET = ("N", "median", "p25", "p75", "min", "max")
ONSET_OF = {"N": "n"}
GROUPS = ("group1", "group1_level", "group2", "group2_level")


def analyse_terms(study: Study) -> Results:
    """Return AE.SOC_PT: subjects and events in all, by class and by term, each by falling count, then by name."""
    key = Key("AE.SOC_PT", "SAF", **TERM)
    why = why_no_events(study)
    if why:
        return unavailable([key], EVENTS, why)
    return join(events_results(study, one, rows) for one, rows in _term_groups(study, key))


def analyse_terms_by_grade(study: Study) -> Results:
    """Return AE.SOC_PT_GRADE: the same rows, each by the worst grade of the subject; events by their own grade."""
    key = Key("AE.SOC_PT_GRADE", "SAF", variable="ATOXGRN")
    why = why_no_events(study, "AETOXGR|AESEV")
    if why:
        return unavailable([key._replace(variable_level=level) for level in LEVELS], EVENTS, why)
    return join(_by_grade(study, one, rows) for one, rows in _term_groups(study, key))


def _by_grade(study: Study, key: Key, events: pd.DataFrame) -> Results:
    """Return n, N, p and n.events of each grade: subjects by the worst of their grades, events by their own."""
    known, of = _graded_events(study), denominator(study)
    mine = [(number, known[number]) for number in events["ASEQ"].tolist()]
    worst = _worst_grades(event for _, event in mine)
    return join(
        _grade(key._replace(variable_level=level), [one for one in mine if one[1].grade == level], worst, of)
        for level in LEVELS
    )


def _grade(key: Key, graded: list[tuple[int, _Event]], worst: dict[str, str], of: Source) -> Results:
    """Return the statistics of one grade from its events with their ASEQ, and the worst grade of each subject."""
    subjects = sum(level == key.variable_level for level in worst.values())
    counted = Source.from_numbers("adae", [at for at, event in graded if worst[event.subject] == event.grade])
    all_of = Source.from_numbers("adae", [at for at, _ in graded])
    one = Records((counted,), (of,), events=() if counted == all_of else (all_of,))
    counts = count_results(key, subjects, len(of.numbers), NOBODY, records=one)
    note = touched_text(len({event.subject for _, event in graded if event.is_touched}))
    number = Result(key, "n.events", len(graded), note) if of.numbers else Result(key, "n.events", None, NOBODY)
    return counts + Results((number,))


class _Event(NamedTuple):
    """What is counted of an event by grade; is_touched: it is of a quarantined record."""

    subject: str
    grade: str
    is_touched: bool


@once_per_study
def _graded_events(study: Study) -> dict[int, _Event]:
    """Return each emergent event by its ASEQ."""
    events = emergent(study)
    parts = (events["USUBJID"], event_grades(events), events["QUARFL"] == "Y")
    return dict(zip(events["ASEQ"].tolist(), map(_Event, *parts), strict=True))


def _worst_grades(events: Iterable[_Event]) -> dict[str, str]:
    """Return the worst grade of each subject; "MISSING" where none of its events has a grade."""
    found: dict[str, str] = {}
    for subject, grade, _ in events:
        found[subject] = max(found.get(subject, NO_GRADE), grade, key=_rank)
    return found


def _rank(grade: str) -> int:
    return -1 if grade == NO_GRADE else int(grade)


def _term_groups(study: Study, key: Key) -> Iterator[tuple[Key, pd.DataFrame]]:
    for at, rows in _emergent_groups(study):
        yield key._replace(**{name: getattr(at, name) for name in GROUPS}), rows


@once_per_study
def _emergent_groups(study: Study) -> tuple[tuple[Key, pd.DataFrame], ...]:
    return tuple(term_groups(Key(""), emergent(study)))


def term_groups(key: Key, events: pd.DataFrame) -> Iterator[tuple[Key, pd.DataFrame]]:
    """Give the events in all, then of each class, each followed by its terms: by falling number of subjects, then name.

    Letter case and outer blanks do not tell classes or terms apart; events without a code stand under "Uncoded".
    """
    yield key, events
    for system, of_class in _ranked(events, "AEBODSYS"):
        yield key._replace(group1="AEBODSYS", group1_level=system), of_class
        for term, of_term in _ranked(of_class, "AEDECOD"):
            group = {"group1": "AEBODSYS", "group1_level": system, "group2": "AEDECOD", "group2_level": term}
            yield key._replace(**group), of_term


def _ranked(events: pd.DataFrame, column: str) -> list[tuple[str, pd.DataFrame]]:
    text = events[column].str.strip().replace("", UNCODED)
    # of several spellings the most frequent one is shown
    groups = [(str(text.loc[rows.index].mode().iloc[0]), rows) for _, rows in events.groupby(text.str.casefold())]
    return sorted(groups, key=lambda group: (-group[1]["USUBJID"].nunique(), group[0].casefold()))


def analyse_categories(study: Study) -> Results:
    """Return AE.AESI: by category incidence and events, worst grade, related events, day of the first onset."""
    codes = (*study.plan.safety.categories.codes, UNCATEGORISED)
    key = Key("AE.AESI", "SAF", "AESI")
    found = []
    for code in codes:
        here = key._replace(group1_level=code)
        events = uncategorised_events(study) if code == UNCATEGORISED else events_of_category(study, code)
        found.append(_category(study, here, events))
    return join(found)


def _category(study: Study, key: Key, events: pd.DataFrame) -> Results:
    all_of, related, onset = (
        key._replace(**TERM), key._replace(variable="RELATED", variable_level="Y"), key._replace(variable="ASTDY"),
    )  # fmt: skip
    why = why_no_events(study)
    if why:
        grades = [key._replace(variable="ATOXGRN", variable_level=level) for level in LEVELS]
        return join(
            [
                no_incidence([all_of], why), unavailable(grades, EVENTS, why), unavailable([related], EVENTS, why),
                unavailable([onset], ONSET, why),
            ]
        )  # fmt: skip
    return join(
        [
            incidence_results(study, all_of, events),
            _grades_of(study, key, events),
            _related_of(study, related, events.loc[events["RELFL"] == "Y"]),
            _onset_of(study, onset, events),
        ]
    )


def _grades_of(study: Study, key: Key, events: pd.DataFrame) -> Results:
    here = key._replace(variable="ATOXGRN")
    why = why_no_events(study, "AETOXGR|AESEV")
    if why:
        return unavailable([here._replace(variable_level=level) for level in LEVELS], EVENTS, why)
    return _by_grade(study, here, events)


def _related_of(study: Study, key: Key, events: pd.DataFrame) -> Results:
    why = why_no_events(study, "AEREL")
    return unavailable([key], EVENTS, why) if why else events_results(study, key, events)


def _onset_of(study: Study, key: Key, events: pd.DataFrame) -> Results:
    """Return the day of the first onset among the subjects with an event."""
    days = events.groupby("USUBJID")["ASTDY"].min().astype(float).to_numpy()
    if not len(days):
        empty = [Result(key, name, 0 if name == "N" else None, "no event") for name in ONSET]
        cases = (outside(study, "SAF", (), "no such event"),)
        return explain(study, behind(Results(tuple(empty)), of_rows("adae", events)), cases)
    found = describe(days)
    rows = statistics(key, {name: getattr(found, ONSET_OF.get(name, name)) for name in ONSET}, found.note)
    first = events.sort_values(["ASTDY", "ASEQ"]).drop_duplicates("USUBJID")
    cases = (outside(study, "SAF", first["USUBJID"], "no such event"),)
    return explain(study, behind(rows, of_rows("adae", first)), cases)
