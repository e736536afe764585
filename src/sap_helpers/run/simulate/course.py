"""What happens to each synthetic subject: injections, early stop, rescue, relapse, death, end of participation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sap_helpers.run.simulate import calibration as cal
from sap_helpers.run.simulate.disease import REFRACTORY, RELAPSING, STOPPED
from sap_helpers.run.simulate.text import pick

if TYPE_CHECKING:
    from sap_helpers.plan.model import Design
    from sap_helpers.run.simulate.disease import Disease
    from sap_helpers.run.simulate.streams import Bools, Floats, Ints, Streams, Texts
    from sap_helpers.run.simulate.visits import Visits


@dataclass(frozen=True, eq=False, slots=True)
class Course:
    """Events per subject, in days since the first dose; ``calibration.NEVER`` where there is none.

    Parameters
    ----------
    injection
        Day of each injection of the longest treatment, shape (n, injections).
    is_given
        Whether it was given, same shape.
    last_injection, treatment_end, participation_end
        Shape (n,).
    treatment_reason, participation_reason
        DSDECOD of the two ends, shape (n,).
    relapse, relapse_rise
        Onset of a relapse after treatment and how far activity then rises, shape (n,).
    rescue, death
        Shape (n,).
    """

    injection: Ints
    is_given: Bools
    last_injection: Ints
    treatment_end: Ints
    treatment_reason: Texts
    participation_end: Ints
    participation_reason: Texts
    relapse: Ints
    relapse_rise: Floats
    rescue: Ints
    death: Ints

    def activity(self, disease: Disease, elapsed: Ints) -> Floats:
        """Return the disease activity on days of shape (n, k): fall, relapse or rebound, and rescue."""
        since_relapse = np.maximum(elapsed - self.relapse[:, None], 0)
        risen = self.relapse_rise[:, None] * (1 - np.exp(-since_relapse / cal.RELAPSE_RISE_DAYS))
        since_rescue = np.maximum(elapsed - self.rescue[:, None], 0)
        eased = 1 - cal.RESCUE_EASES * (1 - np.exp(-since_rescue / cal.RESCUE_DAYS))
        activity: Floats = (disease.fall(elapsed) + risen) * eased
        return np.clip(activity, 0.0, cal.HIGHEST_ACTIVITY)


def draw_course(streams: Streams, design: Design, disease: Disease, visits: Visits) -> Course:
    """Draw the course of every subject.

    Parameters
    ----------
    streams
        Random numbers.
    design
        The planned treatment.
    disease
        Latent disease: decides on the number of cycles and on who stops, relapses or needs rescue.
    visits
        The last of them ends the participation.

    Returns
    -------
    Course
    """
    injection, is_planned = _planned_injections(streams, design, disease)
    stop, reason = _early_stop(streams, disease)
    death = np.where(
        streams.uniform("death") < cal.DEATH_PROBABILITY, streams.days("death day", *cal.DEATH_DAYS), cal.NEVER
    )
    stop = np.where(stop <= np.max(np.where(is_planned, injection, -1), axis=1), stop, cal.NEVER)
    is_given = is_planned & (injection < np.minimum(stop, death)[:, None])
    is_given[:, 1:] &= ~_missed(streams, injection.shape[1] - 1)
    last = np.max(np.where(is_given, injection, -1), axis=1)
    finished = np.max(np.where(is_planned, injection, -1), axis=1) + streams.days("end recorded", 0, 3)
    end = np.minimum(np.minimum(finished, stop), death)
    left, left_reason = _participation(streams, visits, np.where(end == stop, stop, cal.NEVER), reason, death, last)
    relapse, rise = _relapse(streams, disease, last, end == stop)
    return Course(
        injection=injection,
        is_given=is_given,
        last_injection=last,
        treatment_end=end,
        treatment_reason=np.where(end == death, "DEATH", np.where(end == stop, reason, "COMPLETED")),
        participation_end=left,
        participation_reason=left_reason,
        relapse=relapse,
        relapse_rise=rise,
        rescue=_rescue(streams, disease, relapse, left),
        death=death,
    )


def _planned_injections(streams: Streams, design: Design, disease: Disease) -> tuple[Ints, Bools]:
    """Return the day of every injection of the most cycles, and which belong to the subject's own cycles."""
    per_cycle, most = len(design.injection_days), design.max_cycles
    delays = np.asarray([days for days, _ in cal.CYCLE_DELAY])
    drawn = delays[streams.choice("cycle delay", [share for _, share in cal.CYCLE_DELAY], most)]
    drawn[:, 0] = 0
    late = np.repeat(np.cumsum(drawn, axis=1), per_cycle, axis=1)
    injection = np.asarray(design.planned_days(most)) - 1 + late
    decided = np.full((streams.count, 1), design.min_cycles * design.cycle_days)
    score = disease.fall(decided)[:, 0] + cal.CYCLE_DECISION_SD * streams.normal("cycle decision")
    extra = np.searchsorted(
        np.asarray(cal.EXTRA_CYCLE_SCORES), np.where(_stops_late(disease), np.inf, score), side="right"
    )
    cycles = np.minimum(design.min_cycles + extra, most)
    cycle = np.repeat(np.arange(most), per_cycle)
    return injection, cycle < cycles[:, None]


def _missed(streams: Streams, injections: int) -> Bools:
    """Return which injections after the first are missed."""
    is_poor = streams.rank("compliance") < cal.POOR_COMPLIANCE_OF_40
    probability = np.where(is_poor, cal.POOR_MISS_PROBABILITY, cal.MISS_PROBABILITY)
    is_missed: Bools = streams.uniform("missed injection", injections) < probability[:, None]
    return is_missed


def _early_stop(streams: Streams, disease: Disease) -> tuple[Ints, Texts]:
    """Return the day of an early stop and its reason: the first refractory subject, and those of the stopped course."""
    lacks_effect = (disease.course == REFRACTORY) & (disease.place == 0)
    drawn = pick(
        [word for word, _ in cal.STOP_REASONS], streams.choice("stop reason", [p for _, p in cal.STOP_REASONS])
    )
    day = np.where(_stops_late(disease), streams.days("late stop", *cal.LATE_STOP_DAYS),
                   streams.days("early stop", *cal.EARLY_STOP_DAYS))  # fmt: skip
    day = np.where(lacks_effect, streams.days("lack of effect", *cal.LACK_STOP_DAYS), day)
    stops = lacks_effect | (disease.course == STOPPED)
    return np.where(stops, day, cal.NEVER), np.where(lacks_effect, "LACK OF EFFICACY", drawn)


def _stops_late(disease: Disease) -> Bools:
    """Return who of the stopped course has the most cycles and stops in one of the later of them."""
    stops: Bools = disease.course == STOPPED
    return stops & (disease.place > cal.REFRACTORY_OF_40 + cal.RELAPSING_OF_40)


def _participation(
    streams: Streams, visits: Visits, stop: Ints, reason: Texts, death: Ints, last: Ints
) -> tuple[Ints, Texts]:
    finished = np.maximum(visits.last_scheduled, last + 14) + streams.days("participation recorded", 0, 2)
    leaves = (stop < cal.NEVER) & np.isin(reason.astype(str), cal.LEAVING_REASONS)
    left = np.where(leaves, stop + streams.days("leaving", 0, 6), cal.NEVER)
    end = np.minimum(np.minimum(finished, left), death)
    return end, np.where(end == death, "DEATH", np.where(end == left, reason, "COMPLETED"))


def _relapse(streams: Streams, disease: Disease, last: Ints, has_stopped: Bools) -> tuple[Ints, Floats]:
    """Return onset and rise: a relapse for the relapsing course, a milder rebound for those who stopped early."""
    onset = last + 14 + streams.days("relapse lag", *cal.RELAPSE_LAG_DAYS)
    relapses = (disease.course == RELAPSING) & ~has_stopped
    rise = np.where(relapses, streams.between("relapse rise", cal.RELAPSE_RISE), cal.REBOUND)
    return np.where(relapses | has_stopped, onset, cal.NEVER), rise


def _rescue(streams: Streams, disease: Disease, relapse: Ints, left: Ints) -> Ints:
    """Return the day of rescue therapy: under treatment for refractory subjects, after a relapse for the others."""
    early = streams.days("early rescue", *cal.REFRACTORY_RESCUE_DAYS)
    late = relapse + streams.days("late rescue", *cal.RELAPSE_RESCUE_DAYS)
    day = np.where(disease.course == REFRACTORY, early, late)
    needs = disease.place < cal.RESCUED_OF_40
    return np.where(needs & (day < left), day, cal.NEVER)
