"""What a run says to a person in words: the findings by severity, the first few of each, and in the end the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.findings import SEVERITIES, count_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sap_helpers.run.pages import Made

FINDINGS_SHOWN = 5
# whose answers are the last words of a run: the primary outcome; deaths and serious events
ANSWERED = ("sri", "adverse_events")


def finding_lines(messages: Sequence[tuple[str, str]]) -> list[str]:
    """Return the first findings of each severity but the least, each severity with its number.

    Parameters
    ----------
    messages
        Severity and message of each finding, in report order.
    """
    lines: list[str] = []
    for severity in SEVERITIES[:-1]:
        found = [message for of, message in messages if of == severity]
        if found:
            shown = f", the first {FINDINGS_SHOWN}" if len(found) > FINDINGS_SHOWN else ""
            lines += [f"{len(found)} {severity}{shown}:", *found[:FINDINGS_SHOWN]]
    return lines


def answer_lines(made: Mapping[str, Made], messages: Sequence[tuple[str, str]]) -> list[str]:
    """Return the answers of the notebooks that are part of the report, and the number of findings by severity.

    Parameters
    ----------
    made
        What each notebook came to, by its name.
    messages
        Severity and message of each finding.
    """
    answers = [line for name in ANSWERED if name in made for line in made[name].answer]
    return [*answers, f"{count_text(severity for severity, _ in messages)}; see findings.csv"]
