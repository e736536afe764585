"""`sap check`: every finding of a cut, for people on stderr and as CSV on stdout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.adam.analysis import derive_analysis_data
from sap_helpers.adam.listing_rules import check_analysis_data
from sap_helpers.cut.read import check_cut
from sap_helpers.findings import count_text, finding_rows, findings_csv, sort_findings
from sap_helpers.plan import load_plan
from sap_helpers.run.progress import answer, tell

if TYPE_CHECKING:
    from pathlib import Path

REFUSED = 1


def check_findings(path: Path, plan_file: Path, settings: tuple[str, ...]) -> int:
    """Print the findings of a cut, the gravest first, and return the exit status: 1 with a refusal, else 0."""
    plan = load_plan(plan_file, settings)
    cut = check_cut(path, plan, plan_file.read_bytes())
    found = list(cut.findings)
    if not cut.is_refused:
        found += check_analysis_data(derive_analysis_data(cut.domains, cut.date, plan), cut.domains, plan)
    found = sort_findings(found)
    for finding in found:
        tell(finding.message())
    tell(count_text(finding.severity for finding in found))
    answer(findings_csv(finding_rows(found)))
    return REFUSED if cut.is_refused else 0
