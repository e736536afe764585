"""Dates, possibly partial: the earliest and the latest day that a date's text allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sap_helpers.cut.values import PartialDate, parse_date

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable


def compute_earliest(text: pd.Series) -> pd.Series:
    """Return the earliest day each text allows; datetime64, missing where the text is empty."""
    return _days(text, lambda date: date.earliest)


def compute_latest(text: pd.Series) -> pd.Series:
    """Return the latest day each text allows; datetime64, missing where the text is empty."""
    return _days(text, lambda date: date.latest)


def is_partial(text: pd.Series) -> pd.Series:
    """Return whether each text is a date without its day, or without its month and day."""
    return text.isin([value for value in text.unique() if value and not _read(value).is_complete])


def compute_start(text: pd.Series, first_dose: pd.Series) -> pd.Series:
    """Return the start that the plan gives a date in CM and DV, and in DS where it does not end anything.

    Cases, the first that applies: empty, missing; complete, that day; partial and possibly on or after the first dose,
    its earliest day but not before the first dose; else its earliest day.
    """
    earliest, latest = compute_earliest(text), compute_latest(text)
    lifted = is_partial(text) & (latest >= first_dose) & (earliest < first_dose)
    return earliest.mask(lifted, first_dose)


def compute_end(text: pd.Series, last_seen: pd.Series) -> pd.Series:
    """Return the day that the plan gives the text of a death, or of an end of treatment or participation.

    Cases, the first that applies: empty, missing; complete, that day; partial, the earliest day it allows, but not
    before the subject was last seen.
    """
    earliest = compute_earliest(text)
    return earliest.mask(is_partial(text) & (earliest < last_seen), last_seen)


def _read(text: str) -> PartialDate:
    date = parse_date(text)
    if date is None:
        raise ValueError(f"'{text}' is not a date: the reading of the cut should have quarantined it")
    return date


def _days(text: pd.Series, part: Callable[[PartialDate], datetime.date]) -> pd.Series:
    known = {value: pd.Timestamp(part(_read(value))) for value in text.unique() if value}
    return pd.to_datetime(text.map(known)).astype("datetime64[ns]")
