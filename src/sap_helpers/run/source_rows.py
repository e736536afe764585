"""The records of a cut as they stand in its files, for a report that was made from this very cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.cut.folder import open_folder
from sap_helpers.cut.formats import read_table
from sap_helpers.errors import UsageError
from sap_helpers.run.manifest import MANIFEST_NAME
from sap_helpers.run.report_folder import open_report_folder

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from sap_helpers.adam.source_keys import SourceKey
    from sap_helpers.cut.folder import CutFolder


class SourceRows:
    """Source records by domain and row.

    Raises
    ------
    UsageError
        The cut's files are not those whose hashes the report's manifest holds.
    """

    def __init__(self, report: Path, cut: Path) -> None:
        folder = open_folder(cut)
        _refuse_another(report, cut, folder)
        self._folder = folder
        self._frames: dict[str, pd.DataFrame] = {}

    def text(self, key: SourceKey) -> str:
        """Return every column of a record that is not empty."""
        row = self._frame(key.domain.lower()).iloc[key.row - 1]
        return ", ".join(f"{name}={value}" for name, value in row.items() if value != "")

    def has(self, key: SourceKey) -> bool:
        """Return whether the cut has the record, under that sequence number where the key names one."""
        name = key.domain.lower()
        if name not in self._folder.files or not 1 <= key.row <= len(self._frame(name)):
            return False
        column = f"{key.domain}SEQ"
        frame = self._frame(name)
        return key.seq is None or (column in frame and float(frame[column].iloc[key.row - 1]) == key.seq)

    def _frame(self, domain: str) -> pd.DataFrame:
        if domain not in self._frames:
            file = self._folder.files[domain]
            self._frames[domain] = read_table(file.data, file.extension, file.name)[0].frame
        return self._frames[domain]


def _refuse_another(report: Path, cut: Path, folder: CutFolder) -> None:
    found = {file.name: file.sha256 for file in (folder.info_file, *folder.files.values())}
    expected = open_report_folder(report).manifest.inputs
    if not expected:
        raise UsageError(f"{report.name}: its {MANIFEST_NAME} names no inputs, so no cut can be held against it.")
    other = sorted(name for name in {*found, *expected} if found.get(name) != expected.get(name))
    if other:
        raise UsageError(f"{cut.name}: not the cut of this report; these files differ: {', '.join(other)}.")
