"""Adverse events by system organ class and preferred term, by worst grade, and by category of the registry record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.derive.adverse_events import split_categories
from sap_helpers.outcomes.adverse_blocks import (
    EVENTS,
    GRADES,
    NO_GRADE,
    NOBODY,
    UNCATEGORISED,
    denominator,
    emergent,
    event_grades,
    events_results,
    incidence_results,
    no_incidence,
    touched_note,
    why_no_events,
    worst_grades,
)
from sap_helpers.outcomes.behind import behind, explain, of_rows, outside, source
from sap_helpers.outcomes.blocks import count_results, statistics, unavailable
from sap_helpers.records import Records
from sap_helpers.results import Key, Result, Results, join
from sap_helpers.stats import describe

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from sap_helpers.derive.store import Study

TERM = {"variable": "TEAE", "variable_level": "Y"}
UNCODED = "Uncoded"
LEVELS = (*GRADES, NO_GRADE)
ONSET = ("N", "median", "p25", "p75", "min", "max")
ONSET_OF = {"N": "n"}


def analyse_terms(study: Study) -> Results:
    """Return AE.SOC_PT: subjects and events in all, by class and by term, each by falling count, then by name."""
    key = Key("AE.SOC_PT", "SAF", **TERM)
    why = why_no_events(study)
    if why:
        return unavailable([key], EVENTS, why)
    return join(events_results(study, one, rows) for one, rows in term_groups(key, emergent(study)))


def analyse_terms_by_grade(study: Study) -> Results:
    """Return AE.SOC_PT_GRADE: the same rows, each by the worst grade of the subject; events by their own grade."""
    key = Key("AE.SOC_PT_GRADE", "SAF", variable="ATOXGRN")
    why = why_no_events(study, "AETOXGR|AESEV")
    if why:
        return unavailable([key._replace(variable_level=level) for level in LEVELS], EVENTS, why)
    return join(_by_grade(study, one, rows) for one, rows in term_groups(key, emergent(study)))


def _by_grade(study: Study, key: Key, events: pd.DataFrame) -> Results:
    by_subject, of = worst_grades(events), denominator(study)
    worst, total = dict(list(by_subject["USUBJID"].groupby(by_subject["LEVEL"]))), len(of.numbers)
    of_grade, nobody = dict(list(events.groupby(event_grades(events)))), by_subject["USUBJID"].iloc[:0]
    found = []
    for level in LEVELS:
        here = key._replace(variable_level=level)
        subjects, graded = worst.get(level, nobody), of_grade.get(level, events.iloc[:0])
        counted = graded.loc[graded["USUBJID"].isin(subjects)]
        parts = (source("adae", counted),), (of,)
        one = Records(*parts, events=() if len(counted) == len(graded) else (source("adae", graded),))
        found.append(count_results(here, len(subjects), total, NOBODY, records=one))
        number = Result(here, "n.events", len(graded), touched_note(graded))
        found.append(Results((number if total else Result(here, "n.events", None, NOBODY),)))
    return join(found)


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
    events = split_categories(emergent(study))
    codes = (*study.plan.safety.categories.codes, UNCATEGORISED)
    key = Key("AE.AESI", "SAF", "AESI")
    found = []
    for code in codes:
        here = key._replace(group1_level=code)
        found.append(_category(study, here, events.loc[events["AESI"] == ("" if code == UNCATEGORISED else code)]))
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
