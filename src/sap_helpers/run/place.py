"""What a run may put its report in place of: nothing, or a report that this program made of the same cut."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from sap_helpers.errors import ReportError, UsageError
from sap_helpers.run.manifest import MANIFEST_NAME
from sap_helpers.run.report_folder import is_report, open_report_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sap_helpers.run.report_manifest import Manifest

FAILED = "~failed"  # no cut_id holds a tilde: this can never end the name of another cut's report
# what file managers and JupyterLab leave behind: nobody misses it
DROPPINGS = {".DS_Store", ".ipynb_checkpoints", "Thumbs.db", "desktop.ini"}


def check_place(cut: Path, reports: Path, cut_id: str) -> Path:
    """Return where the report of a cut goes.

    Parameters
    ----------
    cut
        The cut's folder.
    reports
        The reports folder.
    cut_id
        What the cut calls itself.

    Raises
    ------
    UsageError
        The cut lies where the report or a failed run of it would go, or the reports folder is the cut or lies in it;
        or there stands something that no run made, which is left alone.
    """
    source, folder = Path(os.path.realpath(cut)), Path(os.path.realpath(reports))
    if folder.is_relative_to(source):
        raise UsageError(f"the reports folder {reports} is the cut, or lies in it. Name another with --reports.")
    for name in (cut_id, f"{cut_id}{FAILED}"):
        if source.is_relative_to(folder / name):
            raise UsageError(
                f"the cut lies where its report would go, in {reports / name}. Name another with --reports."
            )
        if os.path.lexists(folder / name) and not is_report_of(folder / name, cut_id):
            raise UsageError(
                f"{reports / name} exists, and is no report that a run made of this cut: its {MANIFEST_NAME} does not "
                "say so. Move it elsewhere, or name another folder with --reports."
            )
    return reports / cut_id


def failed_place(place: Path) -> Path:
    """Return where a failed run is kept, until a later one of its cut is published."""
    return place.with_name(f"{place.name}{FAILED}")


def is_report_of(folder: Path, cut_id: str) -> bool:
    """Return whether a folder is a report, whole or of a failed run, that this program made of a cut.

    One whose manifest is damaged is, as far as `is_report` takes it for a report of any cut.
    """
    if not is_report(folder):
        return False
    manifest = _manifest_of(folder)
    return manifest is None or (manifest.cut_id == cut_id and not manifest.aggregate_of)


def is_copy(folder: Path) -> bool:
    """Return whether a folder is a copy without subjects that this program made of a report."""
    manifest = _manifest_of(folder)
    return manifest is not None and bool(manifest.aggregate_of)


def find_foreign(folder: Path) -> list[str]:
    """Return the files in a folder that its manifest does not name, in order; of a folder without one, none."""
    manifest = _manifest_of(folder)
    return [] if manifest is None else sorted(set(_files(folder)) - {MANIFEST_NAME, *manifest.outputs})


def _manifest_of(folder: Path) -> Manifest | None:
    """Return the manifest of a report; None where there is none that can be read."""
    try:
        return open_report_folder(folder).manifest
    except ReportError:
        return None


def _files(folder: Path) -> Iterator[str]:
    """Give all that is in a folder but folders, droppings aside; what a link leads to is not in it."""
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name not in DROPPINGS]
        for name in (*files, *folders):
            path = Path(parent) / name
            if name not in DROPPINGS and (path.is_symlink() or not path.is_dir()):
                yield path.relative_to(folder).as_posix()
