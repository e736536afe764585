"""The plan's display."""

import pytest

from sap_helpers.errors import PlanError
from sap_helpers.plan import load_plan
from sap_helpers.plan.home import PLAN_FILE


def test_display__a_page_must_show_somebody():
    with pytest.raises(PlanError, match="display.most_subjects: input should be greater than or equal to 1"):
        load_plan(PLAN_FILE, ["display.most_subjects=0"])
