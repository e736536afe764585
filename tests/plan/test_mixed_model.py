"""The plan's mixed model."""

from __future__ import annotations

from pathlib import Path

import pytest

from sap_helpers.errors import PlanError
from sap_helpers.plan import load_plan

PLAN_FILE = Path(__file__).parents[2] / "sap" / "plan.yaml"


def test_mixed_model__structures_in_the_plans_order() -> None:
    rule = load_plan(PLAN_FILE).mixed_model
    assert (rule.min_values, rule.structures) == (5, ("us", "toeph", "ar1h", "csh", "cs"))


@pytest.mark.parametrize(
    "setting", ["mixed_model.structures=[us, us]", "mixed_model.structures=[un]", "mixed_model.min_values=1"]
)
def test_mixed_model__refuses(setting: str) -> None:
    with pytest.raises(PlanError, match="mixed_model"):
        load_plan(PLAN_FILE, [setting])
