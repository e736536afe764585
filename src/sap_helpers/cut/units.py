"""The table of units: which unit of a laboratory test becomes which standard unit, by which exact factor."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sap_helpers.cut.values import parse_number
from sap_helpers.errors import PlanError
from sap_helpers.plan.home import UNITS_FILE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sap_helpers.plan import Plan

COLUMNS = ("test", "from_unit", "to_unit", "factor")
# a letter of a unit that has look-alikes, and the two ways to write a power of ten
ALIKE = str.maketrans({"\N{MICRO SIGN}": "u", "\N{GREEK SMALL LETTER MU}": "u", "*": "^", " ": None})


@dataclass(frozen=True, slots=True)
class UnitTable:
    """Factors by test and unit (as `unit_key` writes it), and the standard unit of each test."""

    factors: Mapping[tuple[str, str], Decimal]
    standard: Mapping[str, str]

    def factor(self, tests: pd.Series[Any], units: pd.Series[Any]) -> pd.Series[Any]:
        """Return the factor to the standard unit of each record (object: Decimal, None where the table has none)."""
        keys = list(zip(tests, units.map({unit: unit_key(unit) for unit in units.unique()}), strict=True))
        return pd.Series([self.factors.get(key) for key in keys], index=tests.index, dtype=object)


def unit_key(text: str) -> str:
    """Return a unit without letter case, blanks and typographic variants: 10*9/L and 10^9/L are one, as are µ and u."""
    key = text.translate(ALIKE).casefold()
    return key[1:] if key.startswith(("x10", "\N{MULTIPLICATION SIGN}10")) else key


@cache
def load_units(path: Path = UNITS_FILE) -> UnitTable:
    """Read the table of units.

    Raises
    ------
    PlanError
        A row is not of the form test, unit, unit, positive factor; a unit stands twice; a test has two standard units.
    """
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file)) or [[]]
    if tuple(header) != COLUMNS:
        raise PlanError(f"{path.name}: columns {', '.join(header)}; allowed: {', '.join(COLUMNS)}")
    factors: dict[tuple[str, str], Decimal] = {}
    standard: dict[str, str] = {}
    for number, row in enumerate(rows, start=2):
        place = f"{path.name} line {number}"
        if len(row) != len(COLUMNS) or not all(row):
            raise PlanError(f"{place}: {len(row)} fields; allowed: {len(COLUMNS)}, none empty")
        test, unit, to_unit, text = row
        factor = parse_number(text)
        if factor is None or factor <= 0:
            raise PlanError(f"{place}: factor {text!r}; allowed: a number above 0")
        if (test, unit_key(unit)) in factors:
            raise PlanError(f"{place}: {unit} of {test} stands twice. Keep one of the two rows")
        if standard.setdefault(test, to_unit) != to_unit:
            raise PlanError(f"{place}: {test} has two standard units, {standard[test]} and {to_unit}")
        factors[test, unit_key(unit)] = factor
    return UnitTable(factors, standard)


def require_units(plan: Plan) -> None:
    """Refuse a plan with a laboratory outcome of which the table has no unit: its values could not be compared.

    Raises
    ------
    PlanError
        A marker has no row; the message names the first.
    """
    absent = [code for code in plan.immunology.marker_codes if code not in load_units().standard]
    if absent:
        raise PlanError(
            f"immunology.markers: {absent[0]} has no row in {UNITS_FILE.name}. Add one for each unit in which it comes."
        )


def compute_scaled(values: pd.Series[Any], factors: pd.Series[Any]) -> pd.Series[float]:
    """Return values times their factors in decimal arithmetic, so that 57 mg/dL is the same number as 0.57 g/L.

    Parameters
    ----------
    values
        float64; missing stays missing.
    factors
        Decimal, or None where there is nothing to convert.
    """
    changed = (factors.notna() & (factors != 1) & values.notna()).to_numpy(dtype=bool)
    scaled = values.to_numpy(dtype=np.float64).copy()
    pairs = zip(scaled[changed].tolist(), factors[changed], strict=True)
    scaled[changed] = [float(Decimal(repr(value)) * factor) for value, factor in pairs]
    return pd.Series(scaled, index=values.index)
