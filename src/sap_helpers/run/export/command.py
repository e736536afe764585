"""`sap export --to`: a report as one document, or one for each output; put in its place in one step."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from sap_helpers.errors import PublishError, SapError, UsageError
from sap_helpers.run.export.pdf import render_pdf
from sap_helpers.run.export.read import read_report
from sap_helpers.run.export.rtf import render_rtf
from sap_helpers.run.export.word import render_word
from sap_helpers.run.lock import DISK_ERRORS
from sap_helpers.run.publish import PRIVATE, claimed_export, publish, staging

if TYPE_CHECKING:
    from collections.abc import Callable

    from sap_helpers.run.export.outputs import Document

WRITERS: dict[str, Callable[[Document], bytes]] = {"docx": render_word, "rtf": render_rtf, "pdf": render_pdf}
# what `Document.parts` calls the files of single outputs
PART_NAME = re.compile(r"(?:[tlf](?:-\d+)+|further)(?:-\d+)?")


def export_document(report: Path, kind: str, out: Path | None) -> Path:
    """Write a report as a document and return where it is.

    Parameters
    ----------
    report
        A report folder, or a copy without subjects.
    kind
        A key of `WRITERS`.
    out
        The file; without, ``<cut_id>.<kind>`` in the working directory.

    Raises
    ------
    UsageError
        It is no report, or the file cannot be written there.
    PublishError
        The disk does not take it.
    """
    document = read_report(report)
    place = out or Path(f"{document.about.cut_id}.{kind}")
    if place.is_dir():
        raise UsageError(f"{place.name}: a folder. Name a file with --out.")
    part = place.with_name(f".{place.name}.{secrets.token_hex(8)}")  # nobody's: it must be new
    try:
        # before the work: a place that takes no file is told at once; listings of subjects are not for everybody
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640), "wb") as file:
            file.write(WRITERS[kind](document))
            file.flush()
            os.fsync(file.fileno())
        part.replace(place)
    except OSError as error:
        raise _unwritable(place, error) from error
    finally:
        if part.parent.is_dir():
            part.unlink(missing_ok=True)
    return place


def export_split(report: Path, kind: str, out: Path | None) -> Path:
    """Write every output of a report as a document of its own into a folder, and return the folder.

    Parameters
    ----------
    report
        A report folder, or a copy without subjects.
    kind
        A key of `WRITERS`.
    out
        The folder; without, ``<cut_id>-<kind>`` in the working directory. One of an earlier call there is replaced.

    Raises
    ------
    UsageError
        It is no report, or the folder holds anything else.
    PublishError
        The disk does not take it.
    """
    document = read_report(report)
    place = out or Path(f"{document.about.cut_id}-{kind}")
    with (
        claimed_export(place, report, lambda folder: _is_split(folder, kind), "folder of outputs") as claim,
        staging(claim, PRIVATE) as built,
    ):
        for name, part in document.parts():
            (built / f"{name}.{kind}").write_bytes(WRITERS[kind](part))
        publish(claim, built)
    return place


def _is_split(folder: Path, kind: str) -> bool:
    """Return whether a folder holds files of single outputs in a format and nothing else."""
    if not folder.is_dir() or folder.is_symlink():
        return False
    files = list(folder.iterdir())
    return bool(files) and all(
        path.is_file() and not path.is_symlink() and path.suffix == f".{kind}" and PART_NAME.fullmatch(path.stem)
        for path in files
    )


def _unwritable(place: Path, error: OSError) -> SapError:
    message = f"{place.name}: cannot be written ({error.strerror})."
    return PublishError(message) if error.errno in DISK_ERRORS else UsageError(f"{message} Name another with --out.")
