"""How numbers are displayed: rounded once, half up, on the stored double's shortest decimal text; or said in words."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sap_helpers.results import Stat

NOT_ESTIMABLE = "not estimable"
NO_SUBJECT_DUE = "no subject due yet"
PERCENT = 100
# a double has at most 309 digits before the point and 324 after it
EXACT = Context(prec=700, rounding=ROUND_HALF_UP)
SMALLEST_SHOWN_P = Decimal("0.001")
LARGEST_SHOWN_P = Decimal("0.999")


def decimal_of(number: float) -> Decimal:
    """Return the decimal that the shortest text of a stored number writes.

    Raises
    ------
    ValueError
        The number is not finite: what is not estimable is said in words, not formatted.

    """
    if not math.isfinite(number):
        raise ValueError(f"{number} cannot be displayed as a number; say '{NOT_ESTIMABLE}' and why")
    return Decimal(int(number)) if isinstance(number, int) else Decimal(repr(float(number)))


def round_half_up(number: float, places: int = 0, *, scale: int = 1) -> str:
    """Return a number rounded once, ties away from zero, and never a negative zero.

    Parameters
    ----------
    number
        The stored number, finite.
    places
        Decimal places shown, 0 or more.
    scale
        Factor applied in decimal arithmetic before the rounding, 100 for a percentage.

    Returns
    -------
    str
        For example ``"3"`` for 2.5, ``"0.29"`` for 0.285 to two places, ``"0.0"`` for -0.04 to one place.

    Raises
    ------
    ValueError
        The number is not finite or the places are negative.

    """
    if places < 0:
        raise ValueError(f"places is {places}; allowed: 0 or more")
    scaled = EXACT.multiply(decimal_of(number), Decimal(scale))
    rounded = scaled.quantize(Decimal(1).scaleb(-places), context=EXACT)
    return f"{abs(rounded) if rounded.is_zero() else rounded:f}"


def percent_text(proportion: float, places: int = 1) -> str:
    """Return a proportion as a percentage without its sign: 0.85 is ``"85.0"``."""
    return round_half_up(proportion, places, scale=PERCENT)


def count_text(n: int, N: int) -> str:
    """Return a count with its denominator: ``"34/40"``."""
    return f"{n}/{N}"


def interval_text(low: float, high: float, places: int = 1, *, scale: int = 1) -> str:
    """Return the two ends of an interval, ``"70.2 to 94.3"``: a dash would read as a minus."""
    return f"{round_half_up(low, places, scale=scale)} to {round_half_up(high, places, scale=scale)}"


def p_value_text(p: float) -> str:
    """Return a p-value to three places, with ``"<0.001"`` and ``">0.999"`` at the ends.

    Raises
    ------
    ValueError
        It does not lie between 0 and 1.

    """
    value = decimal_of(p)
    if not 0 <= value <= 1:
        raise ValueError(f"{p} is not a p-value; allowed: 0 to 1")
    if value < SMALLEST_SHOWN_P:
        return "<0.001"
    return ">0.999" if LARGEST_SHOWN_P < value < 1 else round_half_up(p, 3)


def level_text(level: float) -> str:
    """Return a confidence level as it heads a column: 0.95 is ``"95%"``, 0.975 is ``"97.5%"``."""
    return f"{decimal_of(level) * PERCENT:f}".rstrip("0").rstrip(".") + "%"


def missing_text(note: str) -> str:
    """Return the words for a statistic that does not exist, from the note that says why."""
    if not note:
        return NOT_ESTIMABLE
    return note if note.startswith(("no ", "not ")) else f"{NOT_ESTIMABLE}: {note}"


def stat_text(stat: Stat, note: str = "", places: int = 1, *, scale: int = 1) -> str:
    """Return a statistic as displayed, or the words for one that does not exist."""
    return missing_text(note) if stat is None else round_half_up(stat, places, scale=scale)
