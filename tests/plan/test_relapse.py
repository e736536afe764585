"""The plan's definitions of a relapse."""

from pathlib import Path

import pytest

from sap_helpers.errors import PlanError
from sap_helpers.plan import load_plan
from sap_helpers.plan.load import plan_text

PLAN = Path(__file__).parents[2] / "sap" / "plan.yaml"


@pytest.fixture(scope="module")
def relapse():
    return load_plan(PLAN).relapse


def test_relapse__the_primary_definition_takes_the_sections_own_values(relapse):
    primary = relapse.primary
    assert (primary.variable, primary.remission_below, primary.least_rise, primary.reference_days) == (
        "RELAPSE",
        4,
        1,
        14,
    )
    assert (primary.least_score, primary.until) == (None, "after_stop")


def test_relapse__a_row_changes_only_what_it_names(relapse):
    by_name = {(definition.reading, definition.variable): definition for definition in relapse.of()}
    beside = by_name["", "RELAPSE_RISE4"]
    assert (beside.least_rise, beside.remission_below, beside.reference_days) == (4, 4, 14)
    assert by_name["REFERENCE_2", "RELAPSE"].reference_days == 2
    assert by_name["ANY_TIME", "RELAPSE"].until == "last_day"


def test_relapse__the_sensitivity_analyses_are_those_of_the_plan_each_with_the_rise_of_four_beside(relapse):
    assert [(definition.reading, definition.variable) for definition in relapse.of("sensitivity")] == [
        ("RISE3", "RELAPSE"), ("RETURN4", "RELAPSE"), ("REMISSION_LE4", "RELAPSE"), ("REMISSION_LE4", "RELAPSE_RISE4"),
        ("REFERENCE_2", "RELAPSE"), ("REFERENCE_2", "RELAPSE_RISE4"), ("ANY_TIME", "RELAPSE"),
        ("ANY_TIME", "RELAPSE_RISE4"),
    ]  # fmt: skip


def test_relapse__a_setting_reaches_every_definition_that_does_not_name_it():
    relapse = load_plan(PLAN, ["relapse.remission_below=3"]).relapse
    assert [definition.remission_below for definition in relapse.of()] == [3, 3, 3, 3, 5, 5, 3, 3, 3, 3]


def test_relapse__the_plan_written_out_reads_back_the_same(tmp_path):
    plan = load_plan(PLAN, ["relapse.days_after_stop=60"])
    (tmp_path / "plan.yaml").write_text(plan_text(plan), encoding="utf-8")
    assert load_plan(tmp_path / "plan.yaml") == plan


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("relapse.days_after_stop=14", "days_after_stop must be above on_treatment_days 14"),
        ("relapse.on_treatment_days=1", "reference_days may not be above on_treatment_days 1"),
        (
            "relapse.definitions=[{variable: A, role: primary, reading: B}]",
            "definitions with the role sensitivity, and no others, must have a reading",
        ),
        ("relapse.curve_days=[56, 28]", "curve_days must rise and not repeat: [56, 28]"),
        ("relapse.definitions=[]", "definitions must have exactly one row with the role primary"),
        (
            "relapse.definitions=[{variable: A, role: primary}, {variable: A, role: beside}]",
            "definitions must differ in their reading or their variable",
        ),
    ],
)
def test_relapse__refuses_what_cannot_be_meant(setting, message):
    with pytest.raises(PlanError) as error:
        load_plan(PLAN, [setting])
    assert message in str(error.value)
