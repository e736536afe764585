"""The order of a domain's records: by what they say, so that the order of the file's rows changes nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sap_helpers.cut.packed import is_coded
from sap_helpers.cut.record_rules import START


def sort_records(frame: pd.DataFrame, domain: str) -> pd.DataFrame:
    """Return a domain's records in the order of their content; plan section 2.1.

    They stand by subject, start date, sequence number, then every other cell; missing numbers last. Records alike in
    all of these stay in the order of their rows.

    Parameters
    ----------
    frame
        A typed domain in the order of its rows, with ROW.
    domain
        Lower-case domain.

    Returns
    -------
    pandas.DataFrame
        The same records under the same index.
    """
    names = [str(name) for name in frame.columns if name != "ROW"]
    first = [name for name in ("USUBJID", START.get(domain, ""), f"{domain.upper()}SEQ") if name in names]
    ranks = [_ranks(frame[name]) for name in first]
    order = _sorted(ranks, len(frame))
    is_tied = np.logical_and.reduce([rank[order[1:]] == rank[order[:-1]] for rank in ranks]) if ranks else True
    if np.any(is_tied):
        order = _sorted([*ranks, *(_ranks(frame[name]) for name in names if name not in first)], len(frame))
    return frame.take(order)


def _sorted(ranks: list[np.ndarray], size: int) -> np.ndarray:
    """Return the order by the first ranks, then the next; of what is alike in all the one that stands first."""
    return np.lexsort(ranks[::-1]) if ranks else np.arange(size)


def _ranks(column: pd.Series) -> np.ndarray:
    """Return numbers that order as the cells of a column do; a missing number is the largest."""
    if is_coded(column):
        places, _ = pd.factorize(column.cat.categories.to_numpy(dtype=object), sort=True)
        return places.astype(np.int32)[column.cat.codes]
    if column.dtype == object:
        return pd.factorize(column.to_numpy(), sort=True)[0]
    values = column.to_numpy(dtype=np.float64)
    return np.where(np.isnan(values), np.inf, values)
