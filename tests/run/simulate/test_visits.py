"""Visits of the synthetic subjects."""

import numpy as np
import pytest

from sap_helpers.run.simulate.streams import Streams
from sap_helpers.run.simulate.subjects import draw_subjects
from sap_helpers.run.simulate.visits import draw_visits

WEEKS = (2, 4, 6, 8, 10, 12, 16, 20, 24)


def visits_of(count: int, missing: float):
    streams = Streams(5, count)
    return draw_visits(streams, draw_subjects(streams)[0], WEEKS, missing)


@pytest.fixture(scope="module")
def visits():
    return visits_of(400, 0.06)


def test_draw_visits__days_rise_within_a_subject(visits):
    assert (np.diff(visits.elapsed, axis=1) > 0).all()


def test_draw_visits__screening_is_one_to_two_weeks_before_the_first_dose(visits):
    screening = visits.elapsed[visits.week == -1]
    assert (screening.min(), screening.max()) == (-15, -6)


def test_draw_visits__jitter_stays_within_three_days_but_for_late_visits(visits):
    shift = visits.elapsed[visits.week == 10] - 70
    assert set(shift.tolist()) <= {-3, -2, -1, 0, 1, 2, 3, 9}


def test_draw_visits__nothing_missing_means_every_scheduled_visit_is_held():
    complete = visits_of(40, 0.0)
    assert complete.is_held[complete.week >= -1].all()


def test_draw_visits__about_the_asked_share_is_missing(visits):
    # 400 subjects x 11 scheduled visits at 6 %: 264 expected, standard deviation 15.8
    assert 216 <= (~visits.is_held[visits.week >= -1]).sum() <= 312


def test_draw_visits__an_unscheduled_visit_is_numbered_after_the_one_before(visits):
    subject, place = np.nonzero(visits.week == -2)
    before = visits.number[subject, place - 1]
    assert (visits.number[subject, place] == before + ".1").all()


def test_draw_visits__labels_follow_the_weeks(visits):
    assert set(visits.label[visits.week == 16]) == {"WEEK 16"}
