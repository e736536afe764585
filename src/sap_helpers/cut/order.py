"""The order of a domain's records: by what they say, so that the order of the file's rows changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.cut.record_rules import START

if TYPE_CHECKING:
    import pandas as pd


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
    return frame.sort_values([*first, *(name for name in names if name not in first)], kind="stable")
