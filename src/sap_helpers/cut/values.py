"""Room of single values: one strict number parser, one strict date parser, and the rule that a wrong text breaks."""

from __future__ import annotations

import calendar
import datetime
import math
import re
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sap_helpers.cut.packed import is_coded
from sap_helpers.cut.tables import map_unique

if TYPE_CHECKING:
    from collections.abc import Callable

NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,6})?")
THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?")
DECIMAL_COMMA = re.compile(r"[+-]?(?:[0-9]+|[0-9]{1,3}(?:[. ][0-9]{3})+),[0-9]+(?:[eE][+-]?[0-9]+)?")
NO_BREAK_SPACES = dict.fromkeys((0x00A0, 0x2007, 0x202F))
LETTER_O = str.maketrans({"O": "0", "o": "0"})

# the years that a date may have: the calendar of the analysis ends in 2262, and days are added to dates
YEARS = range(1900, 2200)
# the sizes that a number other than 0 may have: the square of a larger one, or one over a smaller one, may overflow
SIZES = (1e-12, 1e12)

# relative; what a program computed in binary may differ in its last digits from the decimal that it wrote
SAME = 1e-12

CLOCK = r"(?:[01][0-9]|2[0-4])(?::?[0-5][0-9](?::?[0-5][0-9](?:[.,][0-9]+)?)?)?"
ZONE = r"(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)"
DATE = re.compile(rf"([0-9]{{4}})(?:-([0-9]{{2}})(?:-([0-9]{{2}})(T{CLOCK}{ZONE}?)?)?)?")
SERIAL = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")
TWO_DIGIT_YEAR = re.compile(
    r"[0-9]{2}|[0-9]{1,2}([-/. ])[0-9]{1,2}\1[0-9]{1,2}|[0-9]{1,2}[-/. ]?[A-Za-z]{3}[-/. ]?[0-9]{2}"
)


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A calendar date that may lack its day, or its month and day; nothing is filled in here.

    Parameters
    ----------
    year
        Four-digit year.
    month, day
        None where the source does not give them; a day never without a month.
    has_time
        Whether a time of day or a zone was cut off; not part of equality.
    """

    year: int
    month: int | None = None
    day: int | None = None
    has_time: bool = field(default=False, compare=False)

    @property
    def is_complete(self) -> bool:
        """Whether year, month and day are all known."""
        return self.day is not None

    @property
    def earliest(self) -> datetime.date:
        """The first day that this date can be."""
        return datetime.date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> datetime.date:
        """The last day that this date can be."""
        month = self.month or 12
        return datetime.date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])


def parse_number(text: str) -> Decimal | None:
    """Return the number that `text` spells in plain ASCII, or None.

    Cases, first match wins: not an optional sign, digits, an optional fraction and an optional exponent, None; minus
    zero, None; a value that a double cannot hold (1e400, or 1e-400 that would become zero), None; the exact decimal.
    """
    if NUMBER.fullmatch(text) is None:
        return None
    number = Decimal(text)
    if number == 0:
        return None if number.is_signed() else number
    double = float(text)
    return number if math.isfinite(double) and double != 0 else None


def classify_number_problem(text: str) -> str:
    """Return the rule that `text` breaks as a number, or the empty text where it is empty or a number to compute with.

    Cases, first match wins: empty, ``""``; a number, ``""``, or ``R091`` if of a size outside `SIZES`; digits grouped
    by commas (``1,234``), ``R038``; a comma as the decimal mark (``1,5``), ``R028``; a number once full-width digits,
    no-break spaces or the letter O are read as what they look like, ``R037``; everything else, ``R038``.
    """
    if text == "":
        return ""
    number = parse_number(text)
    if number is not None:
        return "" if _is_computable(number) else "R091"
    if THOUSANDS.fullmatch(text):
        return "R038"
    if DECIMAL_COMMA.fullmatch(text):
        return "R028"
    look_alike = unicodedata.normalize("NFKC", text.translate(NO_BREAK_SPACES)).translate(LETTER_O).strip()
    return "R037" if look_alike != text and parse_number(look_alike) is not None else "R038"


def parse_date(text: str) -> PartialDate | None:
    """Return the date that `text` spells in ISO 8601, or None.

    Accepted: ``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD``, the last also with ``T``, a time and a zone, which are cut off. A
    form with a hole (``2014---05``), a basic form (``20140305``), a day that the calendar lacks or a year
    outside `YEARS` gives None.
    """
    date = _read_date(text)
    return date if date is not None and date.year in YEARS else None


def _read_date(text: str) -> PartialDate | None:
    """Return the date of any year that `text` spells, or None."""
    match = DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day = (None if part is None else int(part) for part in match.groups()[:3])
    if year is None or not _exists(year, month, day):
        return None
    return PartialDate(year, month, day, has_time=match.group(4) is not None)


def _exists(year: int, month: int | None, day: int | None) -> bool:
    """Return whether the calendar has this year, month and day."""
    if year == 0 or (month is not None and not 1 <= month <= 12):
        return False
    return month is None or day is None or 1 <= day <= calendar.monthrange(year, month)[1]


def classify_date_problem(text: str) -> str:
    """Return the rule that `text` breaks as a date, or the empty text where it is empty or a date.

    Cases, first match wins: a date or empty, ``""``; of a year outside `YEARS`, ``R091``; ISO in form but not in the
    calendar, ``R055``; five digits, a day count of a spreadsheet or of SAS, ``R057``; a two-digit year, ``R058``;
    everything else, ``R056``.
    """
    if text == "" or parse_date(text) is not None:
        return ""
    if _read_date(text) is not None:
        return "R091"
    if DATE.fullmatch(text):
        return "R055"
    if SERIAL.fullmatch(text):
        return "R057"
    return "R058" if TWO_DIGIT_YEAR.fullmatch(text) else "R056"


def to_number(texts: pd.Series[Any]) -> pd.Series[float]:
    """Return float64 of a text column; NaN where the text is empty or no number to compute with.

    See `find_number_problems`.
    A column that holds numbers already comes back as it is, as float64.
    """
    if pd.api.types.is_numeric_dtype(texts):
        return texts.astype(np.float64)
    return map_texts(texts, _number).astype(np.float64)


def to_double(texts: pd.Series[str]) -> pd.Series[float]:
    """Return float64 of a text column, of any size that a double holds: what a file is written from."""
    return map_texts(texts, _double).astype(np.float64)


def is_same_number(first: pd.Series[float], second: pd.Series[float]) -> pd.Series[bool]:
    """Return, per row, whether two numbers are one but for the last binary digits; a missing one is like no other."""
    return pd.Series(np.isclose(first, second, rtol=SAME, atol=0.0), index=first.index)


def day_of(texts: pd.Series[str]) -> pd.Series[str]:
    """Return the date part of dates that may have a time."""
    return map_texts(texts, lambda text: text[:10])


def find_number_problems(texts: pd.Series[str]) -> pd.Series[str]:
    """Return, per cell, what `classify_number_problem` says of it."""
    return map_texts(texts, classify_number_problem)


def parse_dates(texts: pd.Series[str]) -> pd.Series[Any]:
    """Return, per cell, a `PartialDate` or None (object dtype); each distinct text is parsed once."""
    return map_texts(texts, parse_date)


def find_date_problems(texts: pd.Series[str]) -> pd.Series[str]:
    """Return, per cell, what `classify_date_problem` says of it."""
    return map_texts(texts, classify_date_problem)


def _double(text: str) -> float:
    """Return `text` as a double, NaN where it is no number."""
    return math.nan if parse_number(text) is None else float(text)


def _number(text: str) -> float:
    """Return `text` as a double, NaN where it is no number to compute with."""
    number = parse_number(text)
    return float(text) if number is not None and _is_computable(number) else math.nan


def _is_computable(number: Decimal) -> bool:
    return number == 0 or SIZES[0] <= abs(number) <= SIZES[1]


def map_texts(texts: pd.Series[str], convert: Callable[[str], Any]) -> pd.Series[Any]:
    """Return what each text of a plain or coded column converts to (object dtype), each distinct one converted once."""
    if is_coded(texts):
        converted = map_unique(texts.cat.categories.to_numpy(dtype=object), convert)
        cells = converted[texts.cat.codes] if len(converted) else np.empty(len(texts), dtype=object)
    else:
        cells = map_unique(texts.to_numpy(dtype=object), convert)
    return pd.Series(cells, index=texts.index, name=texts.name, dtype=object)
