"""The plan and two simulated trials that the tests of this folder share."""

import pytest

from sap_helpers.plan.home import PLAN_FILE
from sap_helpers.plan.load import load_plan
from sap_helpers.run.simulate import simulate_trial


@pytest.fixture(scope="session")
def plan():
    return load_plan(PLAN_FILE)


@pytest.fixture(scope="session")
def trial(plan):
    return simulate_trial(plan)


@pytest.fixture(scope="session")
def large_trial(plan):
    return simulate_trial(plan, subjects=400, seed=9)
