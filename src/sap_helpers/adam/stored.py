"""Data and findings of a report in their files, each read when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, overload

import pandas as pd

from sap_helpers.adam.parquet import ParquetColumns, read_parquet
from sap_helpers.cut.packed import unpack
from sap_helpers.findings import read_findings

if TYPE_CHECKING:
    from pathlib import Path

DATA_SETS = ("adsl", "adex", "adqs", "adlb", "adcm", "addv", "adtte", "adae")


class StoredData(Mapping[str, pd.DataFrame]):
    """The analysis data of a report, each set read when it is first asked for: a notebook reads what it needs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Return a data set."""
        if name not in DATA_SETS:
            raise KeyError(name)
        if name not in self._read:
            self._read[name] = read_parquet(self._file(name))
        return self._read[name]

    def select(
        self, name: str, keep: Callable[[pd.DataFrame], pd.Series], by: Sequence[str], columns: Sequence[str] = ()
    ) -> pd.DataFrame:
        """Return columns of the records of a data set that are to be kept; see `ParquetColumns.select`."""
        return ParquetColumns(self._file(name)).select(keep, by, columns)

    def columns(self, name: str, *columns: str) -> pd.DataFrame:
        """Return some columns of a data set."""
        return unpack(ParquetColumns(self._file(name)).read(*columns))

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.parquet"

    def __iter__(self) -> Iterator[str]:
        """Return the names."""
        return iter(DATA_SETS)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(DATA_SETS)


class StoredFindings(Sequence[Mapping[str, str]]):
    """The findings of a report, read when they are first asked for."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @cached_property
    def _rows(self) -> tuple[Mapping[str, str], ...]:
        return tuple(read_findings(self._file.read_text(encoding="utf-8")))

    @overload
    def __getitem__(self, place: int) -> Mapping[str, str]: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Mapping[str, str]]: ...

    def __getitem__(self, place: int | slice) -> Mapping[str, str] | Sequence[Mapping[str, str]]:
        """Return one finding, or several."""
        return self._rows[place]

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._rows)
