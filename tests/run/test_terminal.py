"""What a run says in words."""

from __future__ import annotations

import pytest

from sap_helpers.results import Results
from sap_helpers.run.pages import Made
from sap_helpers.run.terminal import answer_lines, finding_lines


def messages(**counts):
    return [(severity, f"{severity} {i}") for severity, count in counts.items() for i in range(count)]


@pytest.mark.parametrize(
    ("found", "lines"),
    [
        ({}, []),
        ({"noted": 3}, []),
        ({"quarantined": 1, "noted": 3}, ["1 quarantined:", "quarantined 0"]),
        ({"listed": 5}, ["5 listed:", *(f"listed {i}" for i in range(5))]),
        (
            {"quarantined": 1, "listed": 6},
            ["1 quarantined:", "quarantined 0", "6 listed, the first 5:", *(f"listed {i}" for i in range(5))],
        ),
    ],
)
def test_finding_lines__first_of_each_severity(found, lines):
    assert finding_lines(messages(**found)) == lines


def test_answer_lines__primary_outcome_then_events_then_findings():
    made = {name: Made(Results(()), None, (f"{name} is so.", "But.")) for name in ("adverse_events", "sledai", "sri")}
    assert answer_lines(made, messages(listed=2, noted=1)) == [
        "sri is so.", "But.", "adverse_events is so.", "But.", "findings: 2 listed, 1 noted; see findings.csv",
    ]  # fmt: skip


def test_answer_lines__of_a_report_without_these_pages_are_the_findings():
    assert answer_lines({}, []) == ["findings: none; see findings.csv"]
