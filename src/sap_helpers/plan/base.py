"""What every part of the plan is made of: a frozen, strict model, and the kinds of number and word that it may hold."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

FILE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")


def _as_decimal(value: object) -> object:
    """Take a number as the decimal that was written, not as its binary neighbour."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return value
    try:
        number = Decimal(repr(value) if isinstance(value, float) else str(value))
    except InvalidOperation:
        return value
    return number if number.is_finite() else value


def _check_file_name(name: str) -> str:
    if not FILE_NAME.fullmatch(name):
        raise ValueError("must be the plain name of a file beside the plan")
    return name


DecimalNumber = Annotated[Decimal, BeforeValidator(_as_decimal)]
Word = Annotated[str, Field(min_length=1)]
FileName = Annotated[str, AfterValidator(_check_file_name)]
Words = tuple[Word, ...]
Day = int
Window = tuple[Day, Day]
Positive = Annotated[int, Field(ge=1)]


class Part(BaseModel):
    """A part of the plan: unknown keys refused, types strict, never changed once read."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)
