"""When the synthetic subjects are seen: scheduled and unscheduled visits, in order of time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sap_helpers.run.simulate import calibration as cal
from sap_helpers.run.simulate.text import as_texts, decimal_text

if TYPE_CHECKING:
    from sap_helpers.run.simulate.streams import Bools, Ints, Streams, Texts
    from sap_helpers.run.simulate.subjects import Subjects


@dataclass(frozen=True, eq=False, slots=True)
class Visits:
    """Visits of every subject, shape (n, v), in order of time within a subject.

    Parameters
    ----------
    elapsed
        Days since the first dose; 0 is its day, negative before it.
    week
        Planned week: -1 screening, 0 the day of the first dose, -2 unscheduled.
    label, number
        VISIT and VISITNUM.
    is_held
        Whether the visit took place, as far as the subject was still there.
    last_scheduled
        Day of the last scheduled visit, held or not, shape (n,).
    """

    elapsed: Ints
    week: Ints
    label: Texts
    number: Texts
    is_held: Bools
    last_scheduled: Ints


def draw_visits(streams: Streams, subjects: Subjects, weeks: tuple[int, ...], missing: float) -> Visits:
    """Draw the visits: screening, day 1, the planned weeks with a jitter, and at most one unscheduled visit.

    Parameters
    ----------
    streams
        Random numbers.
    subjects
        The treated subjects.
    weeks
        The plan's weeks after baseline, rising.
    missing
        Probability that a scheduled visit is missed.

    Returns
    -------
    Visits
        Of ``len(weeks) + 3`` visits per subject.
    """
    scheduled = _scheduled_days(streams, subjects, weeks)
    before = streams.days("unscheduled place", 1, len(weeks))[:, None]
    gap = np.take_along_axis(scheduled, before, axis=1) + np.take_along_axis(scheduled, before + 1, axis=1)
    held = streams.uniform("visit held", len(weeks) + 2) >= missing
    extra = streams.uniform("unscheduled held") < cal.UNSCHEDULED_PROBABILITY
    elapsed = np.concatenate([scheduled, gap // 2], axis=1)
    order = np.argsort(elapsed, axis=1, kind="stable")
    week = np.concatenate([np.tile([-1, 0, *weeks], (streams.count, 1)), np.full((streams.count, 1), -2)], axis=1)
    label, number = _names(weeks)
    number_of_extra = before * 10 + 11  # one tenth after the number of the visit before
    numbers = np.concatenate([np.tile(number, (streams.count, 1)), number_of_extra], axis=1)
    return Visits(
        elapsed=np.take_along_axis(elapsed, order, axis=1),
        week=np.take_along_axis(week, order, axis=1),
        label=label[order],
        number=decimal_text(np.take_along_axis(numbers, order, axis=1), 1),
        is_held=np.take_along_axis(np.concatenate([held, extra[:, None]], axis=1), order, axis=1),
        last_scheduled=scheduled[:, -1],
    )


def _scheduled_days(streams: Streams, subjects: Subjects, weeks: tuple[int, ...]) -> Ints:
    lag = subjects.first_dose - subjects.consent
    screening = streams.days("screening visit", 0, 2) - lag
    jitter = np.asarray([days for days, _ in cal.JITTER])
    shift = jitter[streams.choice("visit jitter", [share for _, share in cal.JITTER], len(weeks))]
    is_late = streams.uniform("visit late", len(weeks)) < cal.LATE_VISIT_PROBABILITY
    late = np.asarray([cal.LATE_VISIT_DAYS] * (len(weeks) - 1) + [cal.LATE_LAST_VISIT_DAYS])
    after = np.asarray([7 * week for week in weeks]) + np.where(is_late, late, shift)
    return np.concatenate([screening[:, None], np.zeros((streams.count, 1), dtype=np.int64), after], axis=1)


def _names(weeks: tuple[int, ...]) -> tuple[Texts, Ints]:
    """Return the labels by place, the unscheduled visit last, and ten times the numbers of the scheduled visits."""
    labels = ["SCREENING", "DAY 1", *(f"WEEK {week}" for week in weeks), "UNSCHEDULED"]
    return as_texts(labels), 10 * np.arange(1, len(weeks) + 3)
