"""Data quality: what each rule came to on this cut."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sap_helpers.adam.store import ALL_RULES
from sap_helpers.findings import SEVERITIES
from sap_helpers.records import Records
from sap_helpers.results import Key, Result, Results

if TYPE_CHECKING:
    from sap_helpers.adam.store import Study
    from sap_helpers.findings import Rule


def analyse_data_quality(study: Study) -> Results:
    """Return DQ.FINDINGS: the findings of every rule by what they do; empty, with the reason, where not evaluated."""
    rows = tuple(row for rule in ALL_RULES for row in _rows(study, rule))
    return Results(rows, {row.key: Records(reason=_behind(row.key)) for row in rows})


def _behind(key: Key) -> str:
    return f"a count of findings: those of {key.group1_level} with severity {key.variable_level} in findings.csv"


def _rows(study: Study, rule: Rule) -> list[Result]:
    """Return one row per severity that a rule's findings have; without a finding one row of its own severity."""
    counts = Counter(found["severity"] for found in study.findings if found["rule"] == rule.rule)
    key = Key("DQ.FINDINGS", group1="RULE", group1_level=rule.rule, variable="FINDING")
    if counts:
        found = [name for name in SEVERITIES if counts[name]]
        return [Result(key._replace(variable_level=name), "n", counts[name]) for name in found]
    why = why_not_evaluated(study, rule)
    return [Result(key._replace(variable_level=rule.severity), "n", None if why else 0, why)]


def why_not_evaluated(study: Study, rule: Rule) -> str:
    """Return why a rule could not be evaluated on this cut, or ""."""
    absent = [domain for domain in rule.domains if domain not in study.sources]
    return f"not evaluated: no {absent[0].upper()} domain" if absent else ""


def rule_titles() -> dict[str, str]:
    """Return what each rule looks for, by its id."""
    return {rule.rule: rule.title for rule in ALL_RULES}
