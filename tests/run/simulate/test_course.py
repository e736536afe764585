"""What happens to each subject."""

import numpy as np
import pytest

from sap_helpers.run.simulate import calibration as cal
from sap_helpers.run.simulate.course import draw_course
from sap_helpers.run.simulate.disease import REFRACTORY, RELAPSING, STEADY, STOPPED, draw_disease
from sap_helpers.run.simulate.streams import Streams
from sap_helpers.run.simulate.subjects import draw_subjects
from sap_helpers.run.simulate.visits import draw_visits


@pytest.fixture(scope="module")
def drawn(plan):
    streams = Streams(21, 2000)
    visits = draw_visits(streams, draw_subjects(streams)[0], plan.time.weeks, 0.06)
    disease = draw_disease(streams, plan.instruments.sledai)
    return disease, draw_course(streams, plan.design, disease, visits)


def test_draw_course__the_first_injection_is_given_on_the_first_day(drawn):
    _, course = drawn
    assert (course.injection[:, 0] == 0).all()
    assert course.is_given[:, 0].all()


def test_draw_course__no_injection_on_or_after_the_end_of_an_early_stop(drawn):
    _, course = drawn
    early = course.treatment_reason != "COMPLETED"
    assert (course.last_injection < course.treatment_end)[early].all()


def test_draw_course__treatment_never_ends_before_the_last_injection(drawn):
    _, course = drawn
    assert (course.last_injection <= course.treatment_end).all()


def test_draw_course__those_who_complete_have_three_to_six_cycles(drawn):
    _, course = drawn
    planned = course.injection[:, ::7]
    started = (planned <= course.last_injection[:, None]).sum(axis=1)[course.treatment_reason == "COMPLETED"]
    assert set(started.tolist()) == {3, 4, 5, 6}


def test_draw_course__most_have_three_cycles(drawn):
    _, course = drawn
    assert (course.last_injection < 84).mean() > 0.7


def test_draw_course__deaths_are_rare_but_happen(drawn):
    _, course = drawn
    # 2000 x 0.008 = 16 expected
    assert 4 <= (course.death < cal.NEVER).sum() <= 30


def test_draw_course__nobody_takes_part_after_death(drawn):
    _, course = drawn
    assert (course.participation_end <= course.death).all()


def test_draw_course__one_lack_of_efficacy_in_forty(drawn):
    disease, course = drawn
    stopped = course.treatment_reason == "LACK OF EFFICACY"
    assert set(disease.course[stopped].tolist()) == {REFRACTORY}
    assert 45 <= stopped.sum() <= 50


def test_draw_course__the_stopped_stop_half_before_and_half_after_week_10(drawn):
    disease, course = drawn
    known = np.isin(course.treatment_reason.astype(str), [reason for reason, _ in cal.STOP_REASONS])
    days = course.treatment_end[known & (disease.course == STOPPED)]
    assert 40 <= (days < 70).sum() <= 50
    assert 40 <= (days > 80).sum() <= 50


def test_draw_course__steady_subjects_neither_relapse_nor_need_rescue(drawn):
    disease, course = drawn
    steady = disease.course == STEADY
    assert (course.rescue[steady] == cal.NEVER).all()
    assert (course.relapse[steady] == cal.NEVER).all()


def test_draw_course__relapses_begin_after_the_rest_of_the_last_cycle(drawn):
    disease, course = drawn
    relapsing = disease.course == RELAPSING
    assert (course.relapse >= course.last_injection + 20)[relapsing].all()


def test_activity__rises_after_a_relapse(drawn):
    disease, course = drawn
    who = np.flatnonzero((disease.course == RELAPSING) & (course.rescue == cal.NEVER))
    days = np.stack([course.relapse, course.relapse + 30], axis=1)
    before, after = course.activity(disease, np.minimum(days, 400))[who].T
    assert (after > before + 0.3).all()


def test_activity__is_one_before_treatment(drawn):
    disease, course = drawn
    assert (course.activity(disease, np.full((2000, 1), -5)) == 1).all()
