"""The subject profiles of a run: one more task beside the notebooks, or taken over where nothing has changed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sap_helpers.plan.display import PROFILES_PAGE
from sap_helpers.run.engine import Execution, unwritten
from sap_helpers.run.lock import DISK_ERRORS
from sap_helpers.run.manifest import combine, hash_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sap_helpers.run.cache import Cache

NAME = PROFILES_PAGE[0].partition(".")[0]
READS = ("cut.json", *(f"adam/{name}.parquet" for name in ("adsl", "adex", "adqs", "adlb", "adcm", "adae")))


@dataclass(frozen=True, slots=True)
class ProfilesTask:
    """The pages of subject profiles to make.

    Parameters
    ----------
    folder
        The report in the making.
    frame
        What stands around every page of the report, as `page_frame` gives it.
    """

    folder: Path
    frame: Mapping[str, Any]

    @property
    def name(self) -> str:
        """What progress and problems call it."""
        return NAME


def make_profiles(task: ProfilesTask) -> Execution:
    """Write the pages of subject profiles into a report in the making, and return what came of it."""
    started = time.monotonic()
    try:
        for file, page in _render(task):
            (task.folder / file).write_text(page, encoding="utf-8")
    except Exception as error:  # noqa: BLE001 - told as a notebook's failure is, and the others still run
        if isinstance(error, OSError) and error.errno in DISK_ERRORS:
            return unwritten(NAME, error)
        return Execution(NAME, (f"could not be made: {type(error).__name__}: {error}",))
    return Execution(NAME, (), seconds=time.monotonic() - started)


def _render(task: ProfilesTask) -> Iterator[tuple[str, str]]:
    # they draw in the whole of show and outcomes: only a process that renders needs them
    from sap_helpers.adam.store import open_study
    from sap_helpers.analyses.blocks import RESPONSE_NEEDS
    from sap_helpers.analyses.listings import list_response_grid
    from sap_helpers.show.page import PageContext
    from sap_helpers.show.profiles import render_profiles

    study = open_study(task.folder)
    file, title = PROFILES_PAGE
    context = PageContext(title=title, file=file, **task.frame)
    return render_profiles(study, list_response_grid(study, "SAF"), study.why_unavailable(*RESPONSE_NEEDS), context)


def take_over_profiles(cache: Cache, frame_hash: str) -> bool:
    """Copy the published profiles where they would come out the same, and return whether they were."""
    known = cache.published.manifest.subjects if cache.published else {}
    if not known or not known["pages"] or known["basis"] != basis_of_profiles(cache, frame_hash):
        return False
    return cache.copy(*known["pages"])


def profiles_entry(cache: Cache, frame_hash: str) -> dict[str, Any]:
    """Return what the next run has to know of the profiles of this one."""
    pages = sorted(path.name for path in cache.folder.glob(f"{NAME}*.html"))
    return {"basis": basis_of_profiles(cache, frame_hash), "pages": pages}


def basis_of_profiles(cache: Cache, frame_hash: str) -> str:
    """Return one hash of all that the profiles are made from."""
    reads = {name: hash_bytes((cache.folder / name).read_bytes()) for name in READS}
    return combine({"shared": cache.shared, "frame": frame_hash, **reads})
