"""The plan's disclosure."""

import pytest

from sap_helpers.errors import PlanError
from sap_helpers.plan import load_plan
from sap_helpers.plan.home import PLAN_FILE


def test_disclosure__the_smallest_count_is_a_count():
    with pytest.raises(PlanError, match="disclosure.smallest_count: input should be greater than or equal to 1"):
        load_plan(PLAN_FILE, ["disclosure.smallest_count=0"])
