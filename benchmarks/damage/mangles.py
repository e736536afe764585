"""Text, numbers and dates as hands, keyboards, spreadsheets and exports spoil them."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

# letters of other scripts that look alike
TWINS = str.maketrans(
    "ABCEHIKMOPTXaceopx",
    "\u0410\u0412\u0421\u0415\u041d\u0406\u041a\u041c\u041e\u0420\u0422\u0425\u0430\u0441\u0435\u043e\u0440\u0445",
)
ALIKE = {"0": "O", "O": "0", "1": "l", "I": "1", "S": "5", "5": "S", "8": "B", "B": "8", "2": "Z", "Z": "2"}
WIDE = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
FORMATS = (
    "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%b-%Y", "%d%b%Y", "%Y%m%d", "%Y/%m/%d", "%y-%m-%d", "%d/%m/%y",
    "%Y-%j", "%b %d, %Y", "%Y\u5e74%m\u6708%d\u65e5", "%Y.%m.%d", "%G-W%V-%u", "%Y-%m-%d 25:61",
)  # fmt: skip
FAR_YEARS = ("0001", "0204", "1014", "1814", "1899", "2041", "2114", "2263", "3014", "9999")


def typo(text: str, rng: Random) -> str | None:
    """Drop, double, exchange or replace one letter."""
    places = [place for place, letter in enumerate(text) if letter.isalnum()]
    if len(places) < 3:
        return None
    at = rng.choice(places)
    letter = text[at]
    near = rng.choice(LETTERS) if letter.isalpha() else str((int(letter) + rng.randint(1, 9)) % 10)
    near = near.lower() if letter.islower() else near
    middle = rng.choice(("", letter * 2, near, (text[at + 1 : at + 2] + letter)))
    after = text[at + 2 :] if middle == text[at + 1 : at + 2] + letter and at + 1 < len(text) else text[at + 1 :]
    return text[:at] + middle + after


def recased(text: str, rng: Random) -> str | None:
    return rng.choice((text.lower(), text.upper(), text.title(), text.swapcase()))


def blanked(text: str, rng: Random) -> str | None:
    """Put blanks where they do not show: outside, doubled, of no break, of no width."""
    inner = text.replace(" ", rng.choice(("  ", "\u00a0", "_", "")))
    return rng.choice((f" {text}", f"{text} ", f"{text}\u00a0", f"\u200b{text}", inner, f"{text}\t"))


def twin(text: str, rng: Random) -> str | None:
    """Write a letter as one of another script, as a digit that looks alike, or in full width."""
    places = [at for at, letter in enumerate(text) if letter.translate(TWINS) != letter or letter in ALIKE]
    if not places:
        return text.translate(WIDE) if text else None
    at = rng.choice(places)
    letter = text[at]
    others = {letter.translate(TWINS), ALIKE.get(letter, letter), letter.translate(WIDE)} - {letter}
    return text[:at] + rng.choice(sorted(others)) + text[at + 1 :]


def shortened(text: str, rng: Random) -> str | None:
    return text[: rng.randint(2, len(text) - 2)] if len(text) > 4 else None


def coded(text: str, rng: Random) -> str | None:
    """Write a word together with its number or a remark."""
    return rng.choice((f"1={text}", f"{text} (2)", f"01 {text}", f"{text}?", f"{text};", f"[{text}]", f'"{text}"'))


def junk(text: str, rng: Random) -> str | None:
    del text
    return rng.choice(("?", "???", "XXX", "TBD", "#REF!", "#N/A", "99", "see comment", "*", "0x0", "\u672a\u77e5"))


def one_of(*texts: str) -> Callable[[str, Random], str | None]:
    """Return a change to one of these texts, whatever there was."""
    return lambda _, rng: rng.choice(texts)


def scaled(text: str, factor: float) -> str | None:
    """Return a number times a factor, as short as it can be written."""
    try:
        number = float(text)
    except ValueError:
        return None
    return None if number == 0 else f"{number * factor:.10g}"


def misplaced(text: str, rng: Random) -> str | None:
    """Exchange two digits, drop or double one: the decimal point may move with it."""
    digits = [at for at, letter in enumerate(text) if letter.isdigit()]
    if len(digits) < 2:
        return None
    at = rng.choice(digits[:-1])
    changed = rng.choice(
        (
            text[:at] + text[at + 1] + text[at] + text[at + 2 :],
            text[:at] + text[at + 1 :],
            text[:at] + text[at] + text[at:],
        )
    )
    return None if same_number(changed, text) else changed


def same_number(first: str, second: str) -> bool:
    try:
        return float(first) == float(second)
    except ValueError:
        return first == second


def unnumbered(text: str, rng: Random) -> str | None:
    """Write a number as no number, as a spreadsheet, a form or a person does."""
    return rng.choice(
        (
            text.replace(".",
            ","), f"{text} mg", f"{text}*", f"({text})", text.translate(WIDE), f"{text}.0.0", f"~{text}",
            f"{text}-{text}", "N/A", "ND", "nan", "inf", "1e400", f"1,{text}", f"{text[:1]} {text[1:]}0", "#DIV/0!",
            text.replace("0", "O") if "0" in text else f"{text}O", f"'{text}", f"={text}", "0x1F", "\u221e", "\u00bd",
        )
    )  # fmt: skip


def extreme(text: str, rng: Random) -> str | None:
    del text
    return rng.choice(
        ("1e308", "-1e308", "1e300", "99999999999", "1.7976931348623157e308", "-99999", "1e-300", "5e-324")
    )


def as_date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def shifted(text: str, days: int) -> str | None:
    day = as_date(text)
    return None if day is None else (day + dt.timedelta(days=days)).isoformat()


def years_off(text: str, years: int) -> str | None:
    day = as_date(text)
    return None if day is None else f"{day.year + years:04d}{text[4:]}".replace("-02-29", "-02-28")


def months_off(text: str, months: int) -> str | None:
    day = as_date(text)
    if day is None:
        return None
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1])).isoformat()


def swapped(text: str) -> str | None:
    """Exchange day and month."""
    day = as_date(text)
    return None if day is None or day.day > 12 or day.day == day.month else f"{day.year}-{day.day:02d}-{day.month:02d}"


def reformatted(text: str, rng: Random) -> str | None:
    day = as_date(text)
    if day is None:
        return None
    serial = str((day - dt.date(1899, 12, 30)).days)
    stamp = str(calendar.timegm(day.timetuple()))
    short = f"{day.year}-{day.month}-{day.day}"
    written = [day.strftime(form) for form in FORMATS] + [
        serial,
        f"{serial}.0",
        stamp,
        text.translate(WIDE),
        f"{text}?",
    ]
    return rng.choice([*written, *([short] if short != text else [])])


def impossible(text: str, rng: Random) -> str | None:
    return rng.choice(
        (
            f"{text[:4]}-02-30",
            f"{text[:4]}-13-01",
            f"{text[:4]}-00-10",
            f"{text[:4]}-06-31",
            f"{text[:8]}00",
            f"{text[:8]}32",
        )
    )


def far(text: str, rng: Random) -> str | None:
    return None if as_date(text) is None else f"{rng.choice(FAR_YEARS)}{text[4:]}".replace("-02-29", "-02-28")


def partial(text: str, rng: Random) -> str | None:
    """Leave the day, or the month too, away, as ISO 8601 has it or as forms do."""
    if as_date(text) is None:
        return None
    return rng.choice(
        (text[:7], text[:4], f"{text[:7]}-", f"{text[:4]}---{text[8:]}", f"{text[:7]}-UN", f"--{text[5:]}")
    )


def mistyped(text: str, rng: Random) -> str | None:
    """Type another digit into month or day, so that it still is a date."""
    if as_date(text) is None:
        return None
    options = [
        changed
        for at in (5, 6, 8, 9)
        for digit in "0123456789"
        if (changed := text[:at] + digit + text[at + 1 :]) != text and as_date(changed)
    ]
    return rng.choice(options)


def timed(text: str, rng: Random) -> str | None:
    return (
        None
        if as_date(text) is None
        else text + rng.choice(("T08:30", "T08:30:00", "T00:00:00", "T08", "T23:59+08:00"))
    )


def digits_of(code: str) -> str:
    """Return the number at the end of a word, or ""."""
    found = re.search(r"\d+$", code)
    return found[0] if found else ""
