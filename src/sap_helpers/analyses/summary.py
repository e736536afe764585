"""The summary: all results of a report, read from results.csv; straight from a cut they are computed first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sap_helpers.analyses.adverse_events import analyse_adverse_events
from sap_helpers.analyses.data_quality import analyse_data_quality
from sap_helpers.analyses.disposition import analyse_disposition
from sap_helpers.analyses.immunology import analyse_immunology
from sap_helpers.analyses.relapses import analyse_relapses
from sap_helpers.analyses.sledai import analyse_sledai
from sap_helpers.analyses.sri import analyse_sri
from sap_helpers.changes import CHANGES_FILE, COMPARISON_FILE, read_comparison
from sap_helpers.results import Results, from_csv, join

if TYPE_CHECKING:
    from collections.abc import Callable

    from sap_helpers.adam.store import Study
    from sap_helpers.changes import Comparison

OUTCOMES: tuple[Callable[[Study], Results], ...] = (
    analyse_data_quality,
    analyse_disposition,
    analyse_sri,
    analyse_immunology,
    analyse_sledai,
    analyse_relapses,
    analyse_adverse_events,
)


def load_results(study: Study, path: str | Path) -> Results:
    """Return every result of a report, or of a cut that has no report yet.

    Parameters
    ----------
    study
        The open study.
    path
        The report (its results.csv is read) or the cut (its results are computed).
    """
    file = Path(path) / "results.csv"
    if file.is_file():
        return from_csv(file.read_text(encoding="utf-8"))
    return join(analyse(study) for analyse in OUTCOMES)


def load_comparison(path: str | Path) -> Comparison | None:
    """Return what came of comparing a report with the previous one, or None where there was none, or it is a cut."""
    file, changes = Path(path) / COMPARISON_FILE, Path(path) / CHANGES_FILE
    if not file.is_file():
        return None
    changed = changes.read_text(encoding="utf-8") if changes.is_file() else ""
    return read_comparison(file.read_text(encoding="utf-8"), changed)
