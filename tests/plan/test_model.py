"""Tests of the plan's model: what may not be said, and what the plan's parts answer."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pydantic import ValidationError

from sap_helpers.plan.model import Bilag, Design, Imputation, PerProtocol, Pga, ResponseAnalysis, Sledai, Time

DESIGN = {
    "planned_subjects": 40, "dose_iu": 1_000_000, "route": "SC", "treatments": ("X",), "cycle_days": 28,
    "injection_days": (1, 3, 5), "min_cycles": 3, "max_cycles": 6, "placebo": ("PLACEBO",),
}  # fmt: skip
TIME = {"baseline_window": (-28, 1), "windows": {2: (8, 22), 4: (23, 36)}, "days_per_year": "365.25"}
SLEDAI = {
    "category": "SELENA-SLEDAI", "total": "T", "serology": ("B",), "renal": (),
    "items": (
        {"code": "A", "name": "a", "weight": 8, "system": "s"}, {"code": "B", "name": "b", "weight": 2, "system": "s"},
    ),
}  # fmt: skip
ANALYSIS = {
    "id": "SRI.PRIMARY", "variable": "SRI4", "role": "primary", "population": "FAS", "weeks": "all",
    "requires": ("sledai",), "sledai": "SLEDAI", "reduction": 4, "bilag": "and", "events": "failure",
    "missing": "failure", "interval": "clopper-pearson",
}  # fmt: skip


def problem(model, **values):
    with pytest.raises(ValidationError) as caught:
        model(**values)
    (error,) = caught.value.errors()
    return ".".join(map(str, error["loc"])), error["msg"].removeprefix("Value error, ")


def test_part__unknown_key_is_refused():
    assert problem(Design, **DESIGN, dose=1) == ("dose", "Extra inputs are not permitted")


@pytest.mark.parametrize("value", ["40", 40.0, True, None])
def test_part__type_is_strict(value):
    assert problem(Design, **DESIGN | {"planned_subjects": value})[0] == "planned_subjects"


def test_part__is_frozen():
    with pytest.raises(ValidationError, match="frozen"):
        Design(**DESIGN).dose_iu = 2


def test_design__least_cycles_above_most_is_refused():
    message = "min_cycles may not be above max_cycles"
    assert problem(Design, **DESIGN | {"min_cycles": 7}) == ("", message)


@pytest.mark.parametrize("days", [(1, 1), (3, 1), (1, 29)])
def test_design__injection_days_rise_within_a_cycle(days):
    message = "injection_days must rise and lie within one cycle"
    assert problem(Design, **DESIGN | {"injection_days": days}) == ("", message)


def test_planned_days__of_two_cycles():
    assert Design(**DESIGN).planned_days(2) == (1, 3, 5, 29, 31, 33)


def test_time__overlapping_windows_are_refused():
    message = "the window of week 4 [22, 36] overlaps that of week 2 [8, 22]"
    assert problem(Time, **TIME | {"windows": {4: (22, 36), 2: (8, 22)}}) == ("", message)


def test_time__window_that_overlaps_baseline_is_refused():
    message = "the window of week 2 [1, 22] overlaps that of baseline [-28, 1]"
    assert problem(Time, **TIME | {"windows": {2: (1, 22)}}) == ("", message)


def test_time__window_that_ends_before_it_starts_is_refused():
    message = "the window of week 2 ends before it starts: [22, 8]"
    assert problem(Time, **TIME | {"windows": {2: (22, 8)}}) == ("", message)


def test_time__baseline_that_ends_before_it_starts_is_refused():
    message = "baseline_window ends before it starts: [1, -28]"
    assert problem(Time, **TIME | {"baseline_window": (1, -28)}) == ("", message)


def test_time__window_without_its_target_day_is_refused():
    message = "the window of week 2 [16, 22] must hold its target day 15"
    assert problem(Time, **TIME | {"windows": {2: (16, 22)}}) == ("", message)


def test_time__window_of_week_0_is_baseline():
    time = Time(**TIME)
    assert (time.window(0), time.window(4), time.weeks, time.last_day) == ((-28, 1), (23, 36), (2, 4), 36)


@pytest.mark.parametrize(("given", "kept"), [("0.3", "0.3"), (0.3, "0.3"), (1, "1"), ("365.250", "365.250")])
def test_decimal__is_the_number_that_was_written(given, kept):
    assert str(Pga(category="PGA", code="P", minimum=given, maximum=4).minimum) == kept


@pytest.mark.parametrize("given", ["abc", "NaN", "Infinity", True, None])
def test_decimal__what_is_no_number_is_refused(given):
    assert problem(Pga, category="PGA", code="P", minimum=given, maximum=3)[0] == "minimum"


@pytest.mark.parametrize("share", ["1.01", "-0.1"])
def test_per_protocol__share_lies_between_0_and_1(share):
    values = {"min_sledai": 8, "min_compliance": share, "days": 70, "cycles": 3, "major_deviation": ("MAJOR",)}
    assert problem(PerProtocol, **values)[0] == "min_compliance"


def test_sledai__weights_by_code():
    assert Sledai(**SLEDAI).weights == {"A": 8, "B": 2}


@pytest.mark.parametrize("change", [{"total": "A"}, {"items": SLEDAI["items"][:1] * 2, "serology": ()}])
def test_sledai__codes_differ(change):
    message = "item codes must differ from one another and from the total's"
    assert problem(Sledai, **SLEDAI | change) == ("", message)


def test_sledai__serology_names_items():
    assert problem(Sledai, **SLEDAI | {"serology": ("C",)}) == ("", "not an item's code: C")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("interval", "wald"),
        ("population", "ITT"),
        ("events", "ignored"),
        ("bilag", "xor"),
        ("requires", ()),
        ("weeks", 10),
    ],
)
def test_response_analysis__words_are_those_of_the_model(key, value):
    assert problem(ResponseAnalysis, **ANALYSIS | {key: value})[0] == key


def test_imputation__needs_two_sets():
    assert problem(Imputation, imputations=1, seed=1, prior_scale=2.5)[0] == "imputations"


def test_bilag__takes_systems_by_code():
    assert Bilag(category="B", systems={"B1": "Skin"}, grades=("A", "B")).systems == {"B1": "Skin"}


def test_plan__is_the_projects(plan):
    assert (plan.study, plan.level, plan.sri.key_week, plan.time.weeks[-1]) == ("NCT02084238", 0.95, 10, 24)
    assert plan.sets.per_protocol.min_compliance == Decimal("0.8")
