"""Keys of the cut's records, and how they are named to a reader: by the sequence number that the data give them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

# one record a subject, without a sequence number
SUBJECTS = "DM"


class SourceKey(NamedTuple):
    """A record of the cut: domain, row (1 = first record) and --SEQ where the analysis data hold it."""

    domain: str
    row: int
    seq: int | None = None


def make_key(domain: str, row: float, seq: float | None) -> SourceKey:
    """Return the key of a record whose numbers come from a data set, where None and nan are no sequence number."""
    return SourceKey(domain, int(row), None if seq is None or math.isnan(seq) else int(seq))


def make_keys(domains: pd.Series, rows: pd.Series, seqs: pd.Series) -> list[SourceKey]:
    """Return the keys of many records, as `make_key` returns that of one."""
    known = seqs.astype("Int64")
    numbers = known.astype(object).mask(known.isna(), None)
    return [*map(SourceKey, domains.tolist(), rows.astype("int64").tolist(), numbers.tolist())]


def name_sources(keys: Iterable[SourceKey]) -> str:
    """Return records of one subject by domain and --SEQ, the row where a record has none; runs as ranges.

    The order of the rows in a file, which means nothing, does not show but where there is no sequence number.
    """
    found: dict[tuple[str, bool], set[int]] = {}
    for domain, row, seq in keys:
        has_seq = seq is not None or domain == SUBJECTS
        numbers = found.setdefault((domain, has_seq), set())
        numbers.add(row if seq is None else seq)
    return "; ".join(sorted(_said(domain, numbers, has_seq=has_seq) for (domain, has_seq), numbers in found.items()))


def _said(domain: str, numbers: Iterable[int], *, has_seq: bool) -> str:
    if domain == SUBJECTS:
        return domain
    return f"{domain}SEQ {_ranges(numbers)}" if has_seq else f"{domain} row {_ranges(numbers)}"


def _ranges(numbers: Iterable[int]) -> str:
    """Return whole numbers as ranges: 1, 2, 3, 7 as ``"1-3, 7"``."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)
