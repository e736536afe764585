"""What the plan's safety part refuses."""

from pathlib import Path

import pytest

from sap_helpers.errors import PlanError
from sap_helpers.plan import load_plan

PLAN = Path(__file__).parents[2] / "sap" / "plan.yaml"


def test_safety__the_last_day_can_be_set():
    assert load_plan(PLAN, ["safety.last_day=9999"]).safety.last_day == 9999


@pytest.mark.parametrize(
    ("setting", "problem"),
    [
        ("safety.last_day=0", "safety.last_day"),
        ("safety.kidney.stages=['2', '1.5']", "stages must rise"),
        ("safety.severe_grade=6", "safety.severe_grade"),
        ("safety.words.related=[]", None),
    ],
)
def test_safety__refuses_what_cannot_be(setting, problem):
    if problem is None:
        assert load_plan(PLAN, [setting]).safety.words.related == ()
        return
    with pytest.raises(PlanError, match=problem):
        load_plan(PLAN, [setting])
