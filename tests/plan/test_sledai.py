"""The plan's disease activity: its words for categories and limits, and what it refuses."""

from pathlib import Path

import pytest

from sap_helpers.errors import PlanError
from sap_helpers.plan import load_plan

PLAN = Path(__file__).parents[2] / "sap" / "plan.yaml"


@pytest.fixture(scope="module")
def rule():
    return load_plan(PLAN).sledai


def test_bounds__the_last_category_is_open(rule):
    assert [rule.bounds(category) for category in rule.categories] == ["0", "1-5", "6-10", "11-19", ">=20"]


def test_steroid_names__are_made_of_the_limits(rule):
    assert list(rule.steroid_names) == ["AT_MOST_7.5", "AT_MOST_5"]


def test_states__the_four_of_the_plan(rule):
    assert [state.variable for state in rule.states] == ["REMISSION", "CLINICAL_REMISSION", "DORIS", "LLDAS_LIKE"]
    assert [state.uses_pga for state in rule.states] == [False, True, True, True]
    assert [state.uses_items for state in rule.states] == [False, False, False, True]


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("sledai.model_weeks=[2, 4]", "week 10 must be one of model_weeks"),
        ("sledai.model_weeks=[4, 2, 10]", "model_weeks must rise"),
        ("sledai.model_weeks=[3, 10]", "no analysis window for week 3"),
        ("sledai.deltas=[1, 0]", "deltas must rise"),
        ("sledai.selection.correlations=['1.2']", "correlations"),
    ],
)
def test_load_plan__refuses(setting, message):
    with pytest.raises(PlanError, match=message):
        load_plan(PLAN, [setting])


def test_load_plan__refuses_categories_that_do_not_begin_at_none(tmp_path):
    text = PLAN.read_text(encoding="utf-8").replace("name: No activity, lowest: 0", "name: No activity, lowest: 2")
    (tmp_path / "plan.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(PlanError, match="categories must begin at 0 and rise"):
        load_plan(tmp_path / "plan.yaml")


def test_load_plan__refuses_a_state_of_what_is_no_item(tmp_path):
    text = PLAN.read_text(encoding="utf-8").replace("absent_items: [SLED0101,", "absent_items: [SLED0199,")
    (tmp_path / "plan.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(PlanError, match="no item SLED0199"):
        load_plan(tmp_path / "plan.yaml")
