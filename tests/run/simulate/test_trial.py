"""The whole synthetic trial."""

import pandas as pd
import pytest

from sap_helpers.errors import UsageError
from sap_helpers.run.simulate import simulate_trial

DOMAINS = ["dm", "ex", "ds", "qs", "lb", "cp", "ae", "cm", "dv", "ie"]


def test_simulate_trial__equal_arguments_give_equal_frames(plan, trial):
    again = simulate_trial(plan)
    for name in DOMAINS:
        pd.testing.assert_frame_equal(again[name], trial[name])


def test_simulate_trial__seeds_differ(plan, trial):
    assert not simulate_trial(plan, seed=2)["ae"].equals(trial["ae"])


def test_simulate_trial__first_subjects_do_not_depend_on_how_many_follow(plan, trial):
    few = simulate_trial(plan, subjects=5)
    for name in DOMAINS:
        same = trial[name][trial[name]["USUBJID"].isin(few["dm"]["USUBJID"])].reset_index(drop=True)
        pd.testing.assert_frame_equal(few[name], same)


def test_simulate_trial__every_cell_is_text(trial):
    for frame in trial.values():
        assert all(isinstance(cell, str) for column in frame for cell in frame[column])


@pytest.mark.parametrize("subjects", [0, 1, 2])
def test_simulate_trial__few_subjects_give_every_domain_with_its_columns(plan, trial, subjects):
    small = simulate_trial(plan, subjects=subjects)
    assert list(small) == DOMAINS
    assert all(list(small[name]) == list(trial[name]) for name in DOMAINS)
    assert (small["dm"]["ARMCD"] == "IL2").sum() == subjects


def test_simulate_trial__all_visits_missed_leaves_no_scheduled_one(plan):
    qs = simulate_trial(plan, missing=1.0)["qs"]
    assert set(qs["VISIT"]) <= {"UNSCHEDULED"}


def test_simulate_trial__everybody_is_due_at_week_24_by_the_end_of_the_study(trial):
    # due on the last day of the window: first dose + 181
    first = pd.to_datetime(trial["dm"].loc[trial["dm"]["RFSTDTC"] != "", "RFSTDTC"])
    assert (first + pd.Timedelta(days=181)).max() <= pd.Timestamp("2015-10-01")


def test_simulate_trial__scores_fall_from_12_to_a_few_points(trial):
    totals = trial["qs"][trial["qs"]["QSTESTCD"] == "SLED0125"]
    median = pd.to_numeric(totals["QSSTRESN"]).groupby(totals["VISIT"]).median()
    assert 11 <= median["DAY 1"] <= 13
    assert median["WEEK 10"] <= 4


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"subjects": -1}, "--subjects -1: a trial has 0 or more subjects."),
        ({"seed": -5}, "--seed -5: a seed is a whole number of 0 or more."),
        ({"missing": 1.5}, "--missing 1.5: a probability lies between 0 and 1."),
        ({"missing": float("nan")}, "--missing nan: a probability lies between 0 and 1."),
    ],
)
def test_simulate_trial__refuses_arguments_outside_their_range(plan, given, message):
    with pytest.raises(UsageError) as caught:
        simulate_trial(plan, **given)
    assert str(caught.value) == message
