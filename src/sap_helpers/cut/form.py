"""Room of JSON from elsewhere: the form that a value must have, put together from checks."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Check = Callable[[object], bool]

LONGEST_LINE = 1000
FULL_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def is_line(value: object) -> bool:
    """Return whether a value is one line of plain text, not empty."""
    return isinstance(value, str) and 0 < len(value) <= LONGEST_LINE and value.isprintable()


def is_text(value: object) -> bool:
    """Return whether a value is text."""
    return isinstance(value, str)


def is_flag(value: object) -> bool:
    """Return whether a value is true or false."""
    return isinstance(value, bool)


def is_count(value: object) -> bool:
    """Return whether a value is a whole number from 0 on."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def is_date(value: object) -> bool:
    """Return whether a value is a day of the calendar in the form YYYY-MM-DD."""
    if not isinstance(value, str) or not FULL_DATE.fullmatch(value):
        return False
    try:
        datetime.date.fromisoformat(value)
    except ValueError:
        return False
    return True


def either(*checks: Check) -> Check:
    """Return the check that one of several holds."""
    return lambda value: any(check(value) for check in checks)


def list_of(item: Check) -> Check:
    """Return the check for a list whose items are all of one form."""
    return lambda value: isinstance(value, list) and all(map(item, value))


def row_of(*items: Check) -> Check:
    """Return the check for a list of as many items, each of its own form."""
    return lambda value: (
        isinstance(value, list) and len(value) == len(items)
        and all(check(cell) for check, cell in zip(items, value, strict=True))
    )  # fmt: skip


def map_of(key: Check, item: Check) -> Check:
    """Return the check for an object whose names are all of one form, and its values too."""
    return lambda value: isinstance(value, dict) and all(key(name) and item(of) for name, of in value.items())


def record_of(fields: Mapping[str, Check]) -> Check:
    """Return the check for an object that has these fields; what else it may have is not looked at."""
    return lambda value: (
        isinstance(value, dict) and value.keys() >= fields.keys()
        and all(check(value[name]) for name, check in fields.items())
    )  # fmt: skip
