"""Latent disease of the synthetic subjects."""

import dataclasses

import numpy as np
import pytest

from sap_helpers.plan.home import PLAN_FILE
from sap_helpers.plan.load import load_plan
from sap_helpers.run.simulate.disease import REFRACTORY, RELAPSING, STEADY, STOPPED, draw_disease
from sap_helpers.run.simulate.streams import Streams


@pytest.fixture(scope="module")
def sledai():
    return load_plan(PLAN_FILE).instruments.sledai


@pytest.fixture(scope="module")
def disease(sledai):
    return draw_disease(Streams(11, 400), sledai)


def baseline_scores(disease, sledai):
    present = disease.margins(np.ones((len(disease.course), 1)))[:, 0, : len(sledai.items)] > 0
    return (present * [item.weight for item in sledai.items]).sum(axis=1)


def test_draw_disease__courses_are_exact_in_every_forty(disease):
    counts = [np.bincount(block, minlength=4).tolist() for block in disease.course.reshape(-1, 40)]
    expected = [0, 0, 0, 0]
    expected[STEADY], expected[REFRACTORY], expected[RELAPSING], expected[STOPPED] = 31, 2, 5, 2
    assert counts == [expected] * 10


def test_draw_disease__eligible_scores_but_for_one_in_forty(disease, sledai):
    scores = baseline_scores(disease, sledai)
    assert (scores < 8).sum() == 10


def test_draw_disease__the_ineligible_one_has_rash_alopecia_and_low_complement(disease, sledai):
    assert set(baseline_scores(disease, sledai)[disease.is_low_score]) == {6}


def test_draw_disease__no_score_above_27(disease, sledai):
    assert baseline_scores(disease, sledai).max() <= 27


def test_fall__activity_is_one_up_to_the_first_dose(disease):
    assert (disease.fall(np.tile([-14, 0], (400, 1))) == 1).all()


def test_fall__follows_the_documented_curve(disease):
    one = dataclasses.replace(disease, left=np.asarray([0.2]), fall_days=np.asarray([10.0]))
    # in R, print(0.2 + 0.8 * exp(-(20 / 10)^1.6), digits = 8) gives the number
    assert one.fall(np.asarray([[20]]))[0, 0] == pytest.approx(0.23859716, abs=1e-8)


def test_margins__threshold_and_following_count(disease):
    one = dataclasses.replace(disease, threshold=np.asarray([[0.5, 0.5]]), follows=np.asarray([1.0, 0.5]))
    # activity 0.4: 1 - 1.0 * 0.6 - 0.5 = -0.1 and 1 - 0.5 * 0.6 - 0.5 = 0.2
    assert one.margins(np.asarray([[0.4]]))[0, 0].tolist() == pytest.approx([-0.1, 0.2])
