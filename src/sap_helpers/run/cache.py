"""What is unchanged: an executed notebook and its page are taken over where they would come out the same.

A notebook comes out the same where its own text, the plan in force, the project's tables, code and environment are the
same, and every file of the report that it read the last time. That is enough: it can only come to read another file
by way of something that it read before.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sap_helpers.errors import ReportError
from sap_helpers.run.manifest import combine, environment, hash_bytes, hash_code
from sap_helpers.run.progress import tell
from sap_helpers.run.reads import data_files
from sap_helpers.run.report_folder import ReportFolder, open_report_folder
from sap_helpers.run.unchanged import hash_tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from sap_helpers.run.engine import Execution
    from sap_helpers.run.notebooks import Notebook

PARAMETERS = {"cut": ".."}
NOT_INPUT = ("outputs", "execution_count", "id")


def hash_notebook(path: Path) -> str:
    """Return the hash of what a notebook says: cells, tags and other metadata, without outputs, counts and ids."""
    content = json.loads(path.read_text(encoding="utf-8"))
    for cell in content["cells"]:
        for name in NOT_INPUT:
            cell.pop(name, None)
        cell["source"] = "".join(cell["source"])
    return hash_bytes(json.dumps(content, sort_keys=True).encode())


def hash_data(folder: Path) -> dict[str, str]:
    """Return the hash of every file of a report in the making that a notebook may read."""
    return {name: hash_bytes((folder / name).read_bytes()) for name in data_files(folder)}


def hash_frame(frame: Mapping[str, Any]) -> str:
    """Return the hash of what stands around every page."""
    return hash_bytes(json.dumps(dict(frame), sort_keys=True).encode())


@dataclass(frozen=True)
class Cache:
    """What a published report holds for the next one.

    Parameters
    ----------
    folder
        The report in the making.
    published
        The report that stands in its place, where this account wrote it and it is not altered.
    keys
        By notebook: the hash of all that it depends on, but for the report's files.
    shared
        The hash of what every notebook and page depends on.
    """

    folder: Path
    published: ReportFolder | None
    keys: Mapping[str, str]
    shared: str = ""

    def holds(self, notebook: Notebook) -> bool:
        """Return whether the published report holds this notebook as it would come out now."""
        entry = self._entry(notebook)
        reads = entry.get("reads")
        if entry.get("key") != self.keys[notebook.name] or reads is None:
            return False
        data = hash_data(self.folder)
        is_same = all(data.get(name) == value for name, value in reads.items())
        return is_same and self._read(_copy(notebook)) is not None

    def take_over(self, notebook: Notebook, frame: Mapping[str, Any]) -> bool:
        """Copy a notebook that is held, and its page, where that would come out the same too; return whether it was."""
        is_same = self._entry(notebook).get("frame") == hash_frame(frame)
        return is_same and self.copy(_copy(notebook), notebook.page)

    def copy(self, *names: str) -> bool:
        """Copy files of the published report, all of them or none; return whether they were."""
        found = {name: self._read(name) for name in names}
        whole = {name: data for name, data in found.items() if data is not None}
        if whole.keys() != found.keys():
            return False
        for name, data in whole.items():
            (self.folder / name).write_bytes(data)
        return True

    def length(self, notebook: Notebook) -> tuple[float, int]:
        """Return how long a notebook took the last time, unknown longest, and how much it says, to tell those apart."""
        return float(self._entry(notebook).get("seconds", float("inf"))), notebook.path.stat().st_size

    def entries(
        self, executions: Iterable[Execution], kept: Iterable[Notebook], frames: Mapping[str, Mapping[str, Any]]
    ) -> dict[str, Any]:
        """Return what the next run has to know of this one, by notebook."""
        data = hash_data(self.folder)
        entries = {notebook.name: dict(self._entry(notebook)) for notebook in kept}
        for done in executions:
            reads = None if done.reads is None else {name: data[name] for name in done.reads}
            entries[done.name] = {
                "key": self.keys[done.name], "reads": reads, "frame": hash_frame(frames[done.name]),
                "seconds": round(done.seconds, 3),
            }  # fmt: skip
        return entries

    def _entry(self, notebook: Notebook) -> Mapping[str, Any]:
        return self.published.manifest.notebooks.get(notebook.name, {}) if self.published else {}

    def _read(self, name: str) -> bytes | None:
        """Return a file of the published report; None, and why, where it is not as it was published."""
        if self.published is None:
            return None
        try:
            return self.published.read(name)
        except ReportError as error:
            tell(f"{error} It is made anew.")
            return None


def _copy(notebook: Notebook) -> str:
    return f"executed/{notebook.name}.ipynb"


def open_published(place: Path) -> ReportFolder | None:
    """Return the report that stands in a place; None, and why, where this account did not write it as it stands."""
    if not place.exists():
        return None
    try:
        published = open_report_folder(place)
    except ReportError as error:
        reason = str(error)
    else:
        if published.manifest.is_own:
            return published
        reason = f"{place.name}: its manifest does not carry the mark of this account (plan decision D082)."
    tell(f"{reason} Nothing is taken over from it.")
    return None


def open_cache(folder: Path, published: ReportFolder | None, notebooks: Iterable[Notebook]) -> Cache:
    """Return what the published report holds for the one in the making, whose plan is already there."""
    shared = {
        "code": hash_code(), "environment": combine(environment()), "tables": hash_tables(),
        "plan": hash_bytes((folder / "plan.yaml").read_bytes()), "parameters": json.dumps(PARAMETERS),
    }  # fmt: skip
    keys = {n.name: combine({**shared, "notebook": hash_notebook(n.path)}) for n in notebooks}
    return Cache(folder, published, keys, combine(shared))
