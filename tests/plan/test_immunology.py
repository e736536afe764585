"""The plan's immunology: what it holds, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from sap_helpers.errors import PlanError
from sap_helpers.plan import load_plan

PLAN_FILE = Path(__file__).parents[2] / "sap" / "plan.yaml"


def test_immunology__parameters_in_order() -> None:
    rule = load_plan(PLAN_FILE).immunology
    assert rule.cell_codes == ("TREG", "TH17", "TFH", "TREG_TH17", "TREG_TFH")
    assert rule.marker_codes == ("C3", "C4", "DDNAIGAB")


def test_immunology__anti_dsdna_alone_is_on_the_log10_scale() -> None:
    rule = load_plan(PLAN_FILE).immunology
    assert [code for code in rule.codes if rule.scale(code) == "log10"] == ["DDNAIGAB"]


def test_immunology__holm_families_are_those_of_the_record() -> None:
    assert load_plan(PLAN_FILE).immunology.holm == {
        "IMM.ADJUSTED": ("TREG", "TH17", "TFH"), "LAB.ADJUSTED": ("C3", "C4", "DDNAIGAB"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("immunology.on_drug_days=-1", "immunology.on_drug_days"),
        ("immunology.model_weeks=[4, 2]", "model_weeks must rise"),
        ("immunology.holm={IMM.ADJUSTED: [CD8]}", "a family of what is no parameter: CD8"),
        (
            "immunology.ratios=[{code: A, name: A, short: A, numerator: B, denominator: TFH}]",
            "a ratio of what is no cell",
        ),
        ("laboratory.tests.C3.plausible=[5, 1]", "plausible must rise"),
        ("immunology.week=11", "no analysis window for week 11"),
    ],
)
def test_immunology__refuses(setting: str, message: str) -> None:
    with pytest.raises(PlanError, match=message):
        load_plan(PLAN_FILE, [setting])
