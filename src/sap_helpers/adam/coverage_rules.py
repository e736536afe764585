"""What of the plan a cut has measured at all, and the rule that lists what it has not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.cut.code_checks import CODE
from sap_helpers.findings import Rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from sap_helpers.findings import Finding
    from sap_helpers.plan import Plan

R097 = Rule(
    "R097", "listed", "no usable record of what the plan analyses", ("ex",), "",
    "Given as not available in this cut. Check the codes, or record that it was not measured.",
)  # fmt: skip
RULES = (R097,)


def find_scores(assessments: pd.DataFrame, plan: Plan) -> frozenset[str]:
    """Return the scores of which there is a usable value, among them SLEDAI, SLEDAI22, BILAG and PGA."""
    usable = assessments["AVAL"].notna() | (assessments["AVALC"] != "")
    codes = set(assessments.loc[usable, "PARAMCD"])
    return frozenset(codes | ({"PGA"} if plan.instruments.pga.code in codes else set()))


def find_tests(adlb: pd.DataFrame) -> frozenset[str]:
    """Return the tests and kinds of cell of which there is a usable value."""
    return frozenset(adlb.loc[adlb["AVAL"].notna(), "PARAMCD"])


def score_names(plan: Plan) -> dict[str, str]:
    """Return the name of each score as a reader is told that it lacks."""
    parts = plan.instruments
    return {
        "SLEDAI": parts.sledai.category, "SLEDAI22": f"{parts.sledai.category} (without serology)",
        "BILAG": parts.bilag.category, "PGA": parts.pga.category,
    }  # fmt: skip


def check_coverage(
    scores: frozenset[str], tests: frozenset[str], domains: Mapping[str, pd.DataFrame], plan: Plan
) -> list[Finding]:
    """Return one finding for each domain of the cut that lacks instruments or tests of the plan, naming these."""
    names = score_names(plan)
    planned = {
        "qs": ([names[code] for code in ("SLEDAI", "BILAG", "PGA")], {names[code] for code in scores & {*names}}),
        "lb": ([*plan.laboratory.tests], tests), "cp": ([cell.code for cell in plan.immunology.cells], tests),
    }  # fmt: skip
    lacking = {
        domain: [name for name in wanted if name not in known]
        for domain, (wanted, known) in planned.items()
        if domain in domains
    }
    return [
        R097.finding(domain=domain, variable=CODE[domain], value=", ".join(absent))
        for domain, absent in lacking.items()
        if absent
    ]
