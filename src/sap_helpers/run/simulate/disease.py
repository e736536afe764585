"""The latent disease of the synthetic subjects: an activity that falls under treatment, a threshold for every item.

Nothing here is measured in a trial. Activity is 1 before treatment; an item is present while the activity, as far as
the item follows it, is above the item's threshold: so scores, grades, laboratory values and the physician's view agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sap_helpers.run.simulate import calibration as cal

if TYPE_CHECKING:
    from sap_helpers.plan.model import Sledai
    from sap_helpers.run.simulate.streams import Bools, Floats, Ints, Streams

STEADY, REFRACTORY, RELAPSING, STOPPED = range(4)


@dataclass(frozen=True, eq=False, slots=True)
class Disease:
    """Latent disease per subject.

    Parameters
    ----------
    course
        STEADY, REFRACTORY, RELAPSING or STOPPED, shape (n,).
    place
        Rank within the course's places of the block, shape (n,); 0 is the first refractory subject of forty.
    fall_days
        Time constant of the fall, days, shape (n,).
    left
        Activity left in the end, shape (n,).
    threshold
        By item and one more column for the gastrointestinal system, shape (n, items + 1).
    follows
        How far each column follows the activity, shape (items + 1,).
    is_low_score
        Included below the eligible score, shape (n,).
    """

    course: Ints
    place: Ints
    fall_days: Floats
    left: Floats
    threshold: Floats
    follows: Floats
    is_low_score: Bools

    def fall(self, elapsed: Ints) -> Floats:
        """Return the activity under undisturbed treatment, for days of shape (n, k)."""
        left = self.left[:, None]
        fallen = left + (1 - left) * np.exp(-((np.maximum(elapsed, 0) / self.fall_days[:, None]) ** cal.FALL_SHAPE))
        return np.where(elapsed <= 0, 1.0, fallen)

    def margins(self, activity: Floats) -> Floats:
        """Return how far each column is above its threshold, for activity of shape (n, v): shape (n, v, items + 1)."""
        return 1 - self.follows * (1 - activity[:, :, None]) - self.threshold[:, None, :]


def draw_disease(streams: Streams, sledai: Sledai) -> Disease:
    """Draw every subject's course and thresholds."""
    place = streams.rank("course")
    ends = np.cumsum([cal.REFRACTORY_OF_40, cal.RELAPSING_OF_40, cal.STOPPED_OF_40])
    course = np.asarray([REFRACTORY, RELAPSING, STOPPED, STEADY])[np.searchsorted(ends, place, side="right")]
    is_low_score = streams.rank("low score") < cal.LOW_SCORE_OF_40
    left = cal.LEFT_MEAN + cal.LEFT_SD * streams.normal("activity left")
    rates = [cal.ITEMS[item.code] for item in sledai.items]
    present = _baseline_items(streams, sledai, [share for share, _ in rates], is_low_score)
    bowel = streams.uniform("gastrointestinal")[:, None] < cal.GASTROINTESTINAL[0]
    columns = len(rates) + 1
    return Disease(
        course=course,
        place=place,
        fall_days=cal.FALL_MEDIAN_DAYS * np.exp(cal.FALL_LOG_SD * streams.normal("fall")),
        left=np.where(
            course == REFRACTORY, streams.between("refractory", cal.REFRACTORY_LEFT), np.clip(left, *cal.LEFT_RANGE)
        ),
        threshold=np.where(
            np.concatenate([present, bowel], axis=1),
            streams.between("threshold of present", cal.PRESENT_THRESHOLD, columns),
            streams.between("threshold of absent", cal.ABSENT_THRESHOLD, columns),
        ),
        follows=np.asarray([follow for _, follow in rates] + [cal.GASTROINTESTINAL[1]]),
        is_low_score=is_low_score,
    )


def _baseline_items(streams: Streams, sledai: Sledai, shares: list[float], is_low_score: Bools) -> Bools:
    """Take, of several drawn sets of items, the first whose score is eligible; shape (n, items)."""
    weights = np.asarray([item.weight for item in sledai.items])
    drawn = streams.uniform("baseline items", cal.CANDIDATE_SETS, len(weights)) < np.asarray(shares)
    score = (drawn * weights).sum(axis=2)
    is_eligible = (score >= cal.SCORE_RANGE[0]) & (score <= cal.SCORE_RANGE[1])
    first = np.take_along_axis(drawn, is_eligible.argmax(axis=1)[:, None, None], axis=1)[:, 0, :]
    codes = [item.code for item in sledai.items]
    chosen = np.where(is_eligible.any(axis=1)[:, None], first, np.isin(codes, cal.FALLBACK_SET))
    return np.where(is_low_score[:, None], np.isin(codes, cal.LOW_SCORE_SET), chosen)
