"""Data quality: what each rule came to on this cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.derive.store import ALL_RULES
from sap_helpers.results import Key, Result, Results

if TYPE_CHECKING:
    from sap_helpers.derive.store import Study
    from sap_helpers.findings import Rule

PASSED, FOUND, NOT_EVALUATED = "passed", "found", "not evaluated"


def analyse_data_quality(study: Study) -> Results:
    """Return DQ.FINDINGS: the number of findings of every rule; empty, with the reason, where it was not evaluated."""
    rows = []
    for rule in ALL_RULES:
        key = Key(
            "DQ.FINDINGS", group1="RULE", group1_level=rule.rule, variable="FINDING", variable_level=rule.severity
        )
        why = why_not_evaluated(study, rule)
        count = sum(found["rule"] == rule.rule for found in study.findings)
        rows.append(Result(key, "n", None if why and not count else count, why if not count else ""))
    return Results(tuple(rows))


def why_not_evaluated(study: Study, rule: Rule) -> str:
    """Return why a rule could not be evaluated on this cut, or ""."""
    absent = [domain for domain in rule.domains if domain not in study.sources]
    return f"not evaluated: no {absent[0].upper()} domain" if absent else ""


def rule_states(study: Study) -> list[dict[str, str]]:
    """Return a row for every rule: RULE, SEVERITY, TITLE, STATE (passed, found, not evaluated) and COUNT."""
    states = []
    for rule in ALL_RULES:
        count = sum(found["rule"] == rule.rule for found in study.findings)
        state = FOUND if count else NOT_EVALUATED if why_not_evaluated(study, rule) else PASSED
        states.append(
            {"RULE": rule.rule, "SEVERITY": rule.severity, "TITLE": rule.title, "STATE": state, "COUNT": str(count)}
        )
    return states
