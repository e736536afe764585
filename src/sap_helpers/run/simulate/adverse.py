"""Adverse events of the synthetic trial; domain AE."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from sap_helpers.run.simulate import adverse_terms as terms
from sap_helpers.run.simulate import calibration as cal
from sap_helpers.run.simulate.streams import Bools, Floats, Ints, Streams, Texts, weighted
from sap_helpers.run.simulate.text import as_texts, date_text, decimal_text, pick, sequence_numbers, text_frame

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from sap_helpers.run.simulate.adverse_terms import Term
    from sap_helpers.run.simulate.course import Course
    from sap_helpers.run.simulate.subjects import Subjects

SEVERITIES = ("", "MILD", "MODERATE", "SEVERE", "SEVERE", "SEVERE")
UNCHANGED, INTERRUPTED, WITHDRAWN, NOT_APPLICABLE = range(4)
ACTIONS = ("DOSE NOT CHANGED", "DRUG INTERRUPTED", "DRUG WITHDRAWN", "NOT APPLICABLE")
RECOVERED, ONGOING, FATAL = "RECOVERED/RESOLVED", "NOT RECOVERED/NOT RESOLVED", "FATAL"


@dataclass(frozen=True, eq=False, slots=True)
class Events:
    """Adverse events: subject, first and last elapsed day (``NEVER`` = ongoing), and places in the lists of words.

    ``partial`` is a uniform number per event that decides whether its start is known to the month only.
    """

    subject: Ints
    start: Ints
    end: Ints
    term: Ints
    grade: Ints
    cause: Ints
    action: Ints
    is_serious: Bools
    partial: Floats


def derive_ae(study: str, streams: Streams, subjects: Subjects, course: Course, is_liver_case: Bools) -> pd.DataFrame:
    """Return domain AE in order of subject and start.

    Parameters
    ----------
    study
        STUDYID.
    streams
        Random numbers.
    subjects, course
        Subjects and what happens to them.
    is_liver_case
        Who has raised liver values, shape (n,).

    Returns
    -------
    pandas.DataFrame
        Text cells.
    """
    parts = [*_after_injection(streams, course), _others(streams), _liver(streams, is_liver_case),
             _stopping(streams, course), _fatal(streams, course)]  # fmt: skip
    events = Events(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Events)))
    screened = (subjects.consent - subjects.first_dose)[events.subject]
    is_known = (events.start <= course.participation_end[events.subject]) & (events.start >= screened)
    order = np.flatnonzero(is_known)
    order = order[np.lexsort((order, events.start[order], events.subject[order]))]
    events = Events(*(getattr(events, f.name)[order] for f in fields(Events)))
    return text_frame(_columns(study, subjects, course, events), len(order))


def _columns(study: str, subjects: Subjects, course: Course, events: Events) -> dict[str, Texts | str]:
    first = subjects.first_dose[events.subject]
    is_fatal = events.grade == 5
    is_after = events.start > course.last_injection[events.subject] + cal.LOOK_BACK_DAYS
    is_untreated = (events.start < 0) | (is_after & (events.action != WITHDRAWN))
    has_ended = events.end <= np.where(is_fatal, cal.NEVER - 1, course.participation_end[events.subject])
    start = date_text(first + events.start)
    months = as_texts([date[:7] for date in start])
    listed = terms.TERMS
    return {
        "STUDYID": study,
        "DOMAIN": "AE",
        "USUBJID": subjects.usubjid[events.subject],
        "AESEQ": decimal_text(sequence_numbers(events.subject)),
        "AETERM": pick([term.verbatim for term in listed], events.term),
        "AEDECOD": pick([term.preferred for term in listed], events.term),
        "AEBODSYS": pick([term.system for term in listed], events.term),
        "AESEV": pick(SEVERITIES, events.grade),
        "AETOXGR": decimal_text(events.grade),
        "AESER": pick(("N", "Y"), events.is_serious),
        "AESDTH": pick(("", "Y"), is_fatal),
        "AESHOSP": pick(("", "Y"), events.is_serious),
        "AEACN": pick(ACTIONS, np.where(is_untreated, NOT_APPLICABLE, events.action)),
        "AEREL": pick(cal.CAUSES, np.where(events.start < 0, cal.CAUSES.index("NOT RELATED"), events.cause)),
        "AEOUT": np.where(is_fatal, FATAL, np.where(has_ended, RECOVERED, ONGOING)).astype(object),
        "AESTDTC": np.where((events.partial < cal.PARTIAL_START_PROBABILITY) & ~is_fatal, months, start),
        "AEENDTC": date_text(first + events.end, has_ended),
    }


def _drawn(
    streams: Streams, name: str, pool: Sequence[Term], start: Ints, happens: Bools, causes: Sequence[float]
) -> Events:
    """Return the events that happen, of one kind; start and happens of shape (n, k)."""
    width = start.shape[1]
    first = terms.TERMS.index(pool[0])
    shares = [share for _, share in cal.GRADES]
    chosen = streams.choice(f"{name} term", [term.weight for term in pool], width)
    highest = np.asarray([term.highest for term in pool])[chosen]
    grade = np.minimum(1 + weighted(streams.uniform(f"{name} grade", width), shares), highest)
    length = np.rint(cal.EVENT_MEDIAN_DAYS * np.exp(cal.EVENT_LOG_SD * streams.normal(f"{name} length", width)))
    is_ongoing = streams.uniform(f"{name} ongoing", width) < cal.ONGOING_PROBABILITY
    is_serious = (grade >= 3) & (streams.uniform(f"{name} serious", width) < cal.SERIOUS_PROBABILITY)
    is_interrupted = streams.uniform(f"{name} action", width) < cal.INTERRUPTED_PROBABILITY
    return Events(
        subject=np.nonzero(happens)[0],
        start=start[happens],
        end=np.where(is_ongoing, cal.NEVER, start + length.astype(np.int64))[happens],
        term=first + chosen[happens],
        grade=grade[happens],
        cause=streams.choice(f"{name} cause", causes, width)[happens],
        action=np.where(is_interrupted, INTERRUPTED, UNCHANGED)[happens].astype(np.int64),
        is_serious=is_serious[happens],
        partial=streams.uniform(f"{name} partial", width)[happens],
    )


def _after_injection(streams: Streams, course: Course) -> list[Events]:
    """Return reactions at the injection site, fever and flu-like illness, each on the day of an injection given."""
    reacts = streams.rank("injection site") < cal.INJECTION_SITE_OF_40
    repeats = streams.uniform("injection site repeats", len(cal.INJECTION_SITE_EVENTS)) < cal.INJECTION_SITE_EVENTS
    kinds = (
        ("injection site", terms.INJECTION_SITE, reacts[:, None] & repeats),
        ("fever", terms.FEVER, streams.uniform("fever", 1) < cal.FEVER_PROBABILITY),
        ("flu-like", terms.FLU_LIKE, streams.uniform("flu-like", 1) < cal.FLU_LIKE_PROBABILITY),
    )
    parts = []
    for name, pool, happens in kinds:
        wanted = np.floor(streams.uniform(f"{name} injection", happens.shape[1]) * 14).astype(np.int64)
        start = _injection_day(course, wanted)
        parts.append(_drawn(streams, name, pool, start, happens, cal.INJECTION_CAUSE_WEIGHTS))
    return parts


def _injection_day(course: Course, place: Ints) -> Ints:
    """Return the day of the last injection given up to the wanted place; the first is always given."""
    last = np.maximum.accumulate(np.where(course.is_given, course.injection, -1), axis=1)
    return np.take_along_axis(last, np.minimum(place, last.shape[1] - 1), axis=1)


def _others(streams: Streams) -> Events:
    start = streams.days("other start", *cal.OTHER_DAYS, cal.OTHER_EVENTS)
    happens = streams.uniform("other", cal.OTHER_EVENTS) < cal.OTHER_PROBABILITY
    return _drawn(streams, "other", terms.OTHERS, start, happens, cal.CAUSE_WEIGHTS)


def _liver(streams: Streams, is_case: Bools) -> Events:
    first, last = cal.LIVER_CASE_DAYS
    subject = np.flatnonzero(is_case)
    return _fixed(streams, "liver", terms.LIVER, subject, np.full(len(subject), first + 5),
                  np.full(len(subject), last), grade=3, action=UNCHANGED)  # fmt: skip


def _stopping(streams: Streams, course: Course) -> Events:
    """Return the event for which a subject stopped, on the day of the stop."""
    subject = np.flatnonzero(course.treatment_reason == "ADVERSE EVENT")
    start = course.treatment_end[subject]
    return _fixed(streams, "stopping", terms.STOPPING, subject, start, start + 12, grade=3, action=WITHDRAWN)


def _fatal(streams: Streams, course: Course) -> Events:
    subject = np.flatnonzero(course.death < cal.NEVER)
    end = course.death[subject]
    return _fixed(streams, "fatal", terms.FATAL, subject, np.maximum(end - 7, 1), end, grade=5, action=UNCHANGED)


def _fixed(
    streams: Streams, name: str, pool: Sequence[Term], subject: Ints, start: Ints, end: Ints, *, grade: int, action: int
) -> Events:
    """Return one event for each of the subjects."""
    rows = len(subject)
    drawn = streams.choice(f"{name} term", [term.weight for term in pool])[subject]
    return Events(
        subject=subject,
        start=start,
        end=end,
        term=terms.TERMS.index(pool[0]) + drawn,
        grade=np.full(rows, grade),
        cause=np.full(rows, cal.CAUSES.index("POSSIBLE")),
        action=np.full(rows, action),
        is_serious=np.full(rows, grade == 5),
        partial=np.ones(rows),
    )
