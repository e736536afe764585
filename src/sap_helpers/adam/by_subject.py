"""Records in the order of their subjects: brought into it once, then taken for a few subjects at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sap_helpers.cut.packed import pack, unpack

if TYPE_CHECKING:
    from collections.abc import Iterable


class BySubject:
    """Records held packed, those of a subject together, from which any subject's are taken without looking through all.

    Parameters
    ----------
    records
        Packed or not, with USUBJID.
    """

    def __init__(self, records: pd.DataFrame) -> None:
        packed = pack(records)
        subjects = packed["USUBJID"].cat
        # stable: within a subject the records keep their order
        order = np.argsort(subjects.codes.to_numpy(), kind="stable")
        self._records = packed.take(order)
        self._subjects = pd.Index(subjects.categories)
        counts = np.bincount(subjects.codes.to_numpy(), minlength=len(self._subjects))
        self._ends = counts.cumsum()
        self._starts = self._ends - counts

    def of(self, subjects: Iterable[str]) -> pd.DataFrame:
        """Return the records of some subjects as plain text, one subject after the other as they are named."""
        places = self._subjects.get_indexer(pd.Index(list(subjects), dtype=object))
        spans = [np.arange(self._starts[place], self._ends[place]) for place in places if place >= 0]
        return unpack(self._records.take(np.concatenate([np.empty(0, dtype=np.int64), *spans])))
