"""`sap export --aggregate-only`: a copy of a report for those who may see totals but no subject."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat

from sap_helpers.adam.store import CUT_FILE, DATA_FOLDER, FINDINGS_FILE, PLAN_COPY, load_study
from sap_helpers.errors import NotebookError, UsageError
from sap_helpers.findings import findings_csv
from sap_helpers.plan import load_plan
from sap_helpers.plan.display import PROFILES_PAGE
from sap_helpers.plan.home import PLAN_FILE
from sap_helpers.results import from_csv
from sap_helpers.run.export.identifiers import SUBJECT, check_identifiers, identifiers_of
from sap_helpers.run.export.read import ABOUT_KEYS, check_report, notebooks_of
from sap_helpers.run.export.small_cells import find_small_cells, small_cells_csv
from sap_helpers.run.export.subject_free import without_subjects
from sap_helpers.run.manifest import MANIFEST_NAME, environment, hash_bytes, write_manifest
from sap_helpers.run.notebooks import read_notebook
from sap_helpers.run.pages import page_frame, write_page
from sap_helpers.run.place import is_copy
from sap_helpers.run.progress import tell
from sap_helpers.run.publish import PUBLIC, claimed_export, publish, staging

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sap_helpers.adam.store import Study
    from sap_helpers.run.notebooks import Notebook
    from sap_helpers.run.report_folder import ReportFolder

# everything else of a report stays behind, also what a later version may add to it
COPIED = (PLAN_COPY, "results.csv", CUT_FILE, "changes.csv", "comparison.json")
SMALL_CELLS = "small_cells.csv"
SENTENCE = "A copy of totals alone: listings, figures of single subjects and analysis data were left out."


def export_aggregate(report: Path, out: Path | None) -> Path:
    """Write a copy of a report without subject-level content and return its folder.

    Parameters
    ----------
    report
        A report folder.
    out
        The copy's folder; without, ``<cut_id>-aggregate`` in the working directory. An earlier copy there is replaced.

    Raises
    ------
    UsageError
        It is no report, or the folder cannot be the copy's.
    PublishError
        The copy would name a subject, or the disk does not take it.
    """
    opened = check_report(report)
    if not (report / DATA_FOLDER).is_dir():
        raise UsageError(f"{report.name}: has no {DATA_FOLDER}/, so it is a copy already. Name the report itself.")
    place = out or Path(f"{opened.manifest.cut_id}-aggregate")
    with (
        claimed_export(place, report, is_copy, "copy of a report") as claim,
        staging(claim, PUBLIC) as built,
    ):
        _build(built, opened)
        publish(claim, built)
    return place


def _build(folder: Path, report: ReportFolder) -> None:
    """Fill the folder of the copy."""
    study, of = load_study(report.path), report.manifest
    notebooks = notebooks_of(report)
    frame = page_frame(study, load_plan(PLAN_FILE), notebooks)
    frame["warnings"] = (SENTENCE, *frame["warnings"])
    frame["subjects"] = ()  # nobody has a profile here
    frame["pages"] = tuple(page for page in frame["pages"] if page != PROFILES_PAGE)
    for name in (name for name in COPIED if name in of.outputs):
        (folder / name).write_bytes(report.read(name))
    kept = [row for row in study.findings if not row[SUBJECT]]
    (folder / FINDINGS_FILE).write_text(findings_csv(kept), encoding="utf-8")
    _write_notebooks(folder, notebooks, frame)
    _write_small_cells(folder, study)
    check_identifiers(folder, identifiers_of(study))
    write_manifest(
        folder, study=of.study, cut_id=of.cut_id, cut_date=of.cut_date, environment=environment(),
        all_notebooks=of.all_notebooks, failed=[], about={key: frame[key] for key in ABOUT_KEYS},
        aggregate_of=hash_bytes((report.path / MANIFEST_NAME).read_bytes()),
    )  # fmt: skip


def _write_notebooks(folder: Path, notebooks: Sequence[Notebook], frame: Mapping[str, Any]) -> None:
    (folder / "executed").mkdir()
    pages = {notebook.page for notebook in notebooks}
    for notebook in notebooks:
        copied = without_subjects(read_notebook(notebook.path), pages)
        nbformat.write(copied, folder / "executed" / notebook.path.name)
        problems = write_page(folder, notebook, copied, frame)
        if problems:
            raise NotebookError(f"{notebook.name}: {'; '.join(problems)}")


def _write_small_cells(folder: Path, study: Study) -> None:
    smallest = study.plan.disclosure.smallest_count
    results = from_csv((folder / "results.csv").read_text(encoding="utf-8"))
    found = find_small_cells(results, smallest)
    (folder / SMALL_CELLS).write_text(small_cells_csv(found), encoding="utf-8")
    tell(f"{SMALL_CELLS}: {len(found)} counts from 1 to {smallest - 1}; none is suppressed")
