"""Who takes part in the synthetic trial: numbers, dates of consent and first dose, demographics, screen failures."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sap_helpers.run.simulate import calibration as cal
from sap_helpers.run.simulate.text import as_texts

if TYPE_CHECKING:
    from sap_helpers.run.simulate.streams import Bools, Floats, Ints, Streams, Texts

EPOCH = dt.date(1970, 1, 1)


@dataclass(frozen=True, eq=False, slots=True)
class Subjects:
    """The treated subjects, in order of consent within each block of forty.

    Parameters
    ----------
    number
        Number of the subject in order of screening, 1 for the first, shape (n,).
    usubjid
        Subject identifiers, shape (n,).
    consent, first_dose
        Days since 1970-01-01, shape (n,).
    age
        Years at consent, shape (n,).
    is_female
        Shape (n,).
    """

    number: Ints
    usubjid: Texts
    consent: Ints
    first_dose: Ints
    age: Ints
    is_female: Bools

    @property
    def count(self) -> int:
        """Number of treated subjects."""
        return len(self.usubjid)

    def date(self, elapsed: Ints) -> Ints:
        """Return days since 1970-01-01 of days elapsed since the first dose (0 = its day), subjects first."""
        return elapsed + self.first_dose.reshape((-1,) + (1,) * (elapsed.ndim - 1))


@dataclass(frozen=True, eq=False, slots=True)
class ScreenFailures:
    """Those who consented and were never treated, and the day on which that was decided."""

    number: Ints
    usubjid: Texts
    consent: Ints
    decided: Ints
    age: Ints
    is_female: Bools


def draw_subjects(streams: Streams) -> tuple[Subjects, ScreenFailures]:
    """Draw the treated subjects and the screen failures between them; all share one run of numbers."""
    count = streams.count
    failed_before = streams.rank("screen failure") < cal.SCREEN_FAILURES_OF_40
    number = np.arange(1, count + 1) + np.cumsum(failed_before)
    consent = _consent(streams)
    lag = streams.days("screening lag", *cal.SCREENING_LAG_DAYS)
    subjects = Subjects(
        number=number,
        usubjid=_identifiers(number),
        consent=consent,
        first_dose=consent + lag,
        age=_ages(streams.uniform("age")),
        is_female=streams.rank("sex") < cal.WOMEN_OF_40,
    )
    start = (cal.FIRST_CONSENT - EPOCH).days
    earlier = np.maximum(consent - streams.days("failure consent", 0, 4), start)
    failures = ScreenFailures(
        number=number[failed_before] - 1,
        usubjid=_identifiers(number[failed_before] - 1),
        consent=earlier[failed_before],
        decided=(earlier + streams.days("failure decided", 3, 12))[failed_before],
        age=_ages(streams.uniform("failure age"))[failed_before],
        is_female=(streams.uniform("failure sex") < cal.WOMEN_OF_40 / cal.BLOCK)[failed_before],
    )
    return subjects, failures


def _consent(streams: Streams) -> Ints:
    """Spread each block of forty over the months of enrolment; the first of a block on its first day."""
    place = np.arange(streams.count) % cal.BLOCK
    within = np.where(place == 0, 0.0, streams.uniform("consent"))
    offset = np.floor((place + within) * cal.ENROLMENT_DAYS / cal.BLOCK).astype(np.int64)
    return (cal.FIRST_CONSENT - EPOCH).days + offset


def _ages(uniform: Floats) -> Ints:
    shares, ages = np.asarray(cal.AGE_QUANTILES).T
    years: Floats = np.interp(uniform, shares, ages)
    return np.floor(years).astype(np.int64)


def _identifiers(numbers: Ints) -> Texts:
    return as_texts([f"{cal.ID_PREFIX}-{number:03d}" for number in numbers])
