"""The table of units: how it is read, what it refuses, and that conversion is exact."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from sap_helpers.cut.units import compute_scaled, load_units, require_units, unit_key
from sap_helpers.errors import PlanError

if TYPE_CHECKING:
    from pathlib import Path

    from sap_helpers.plan import Plan

HEADER = "test,from_unit,to_unit,factor\n"


def table(folder: Path, *lines: str) -> Path:
    """Write a table of units and return its path."""
    path = folder / "units.csv"
    path.write_text(HEADER + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("g/L", "G/l"),
        ("\u00b5mol/L", "umol/L"),
        ("\u03bcmol/L", "umol/L"),
        ("10*9/L", "10^9/L"),
        ("x10^9/L", "10^9/L"),
        ("\u00d710^9/L", "10^9/L"),
        ("g / L", "g/L"),
    ],
)
def test_unit_key__spellings_of_one_unit_are_one(one: str, other: str) -> None:
    assert unit_key(one) == unit_key(other)


def test_unit_key__tells_grams_from_milligrams() -> None:
    assert unit_key("mg/dL") != unit_key("g/dL")


def test_load_units__complement_in_mg_per_dl_is_a_hundredth() -> None:
    units = load_units()
    assert units.factors["C3", unit_key("mg/dL")] == Decimal("0.01")
    assert units.factors["C4", unit_key("mg/dL")] == Decimal("0.01")
    assert units.standard["C3"] == "g/L"


def test_load_units__anti_dsdna_in_kiu_per_l_is_the_same_number() -> None:
    assert load_units().factors["DDNAIGAB", unit_key("kIU/L")] == 1


def test_load_units__creatinine_in_mg_per_dl() -> None:
    assert load_units().factors["CREAT", unit_key("mg/dL")] == Decimal("88.4")


def test_load_units__every_standard_unit_converts_to_itself() -> None:
    units = load_units()
    assert {units.factors[test, unit_key(unit)] for test, unit in units.standard.items()} == {Decimal(1)}


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["C3,mg/dL,g/L"], "line 2: 3 fields"),
        (["C3,mg/dL,g/L,0"], "factor '0'"),
        (["C3,mg/dL,g/L,x"], "factor 'x'"),
        (["C3,mg/dL,g/L,0.01", "C3,MG/DL,g/L,0.01"], "line 3: MG/DL of C3 stands twice"),
        (["C3,mg/dL,g/L,0.01", "C3,mg/L,mg/L,1"], "two standard units, g/L and mg/L"),
    ],
)
def test_load_units__refuses(tmp_path: Path, lines: list[str], message: str) -> None:
    with pytest.raises(PlanError, match=message):
        load_units(table(tmp_path, *lines))


def test_load_units__refuses_other_columns(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_text("test,unit\n", encoding="utf-8")
    with pytest.raises(PlanError, match="columns test, unit"):
        load_units(path)


def test_compute_scaled__is_exact_in_decimals() -> None:
    # 57 * 0.01 is 0.5700000000000001 in binary floating point
    scaled = compute_scaled(pd.Series([57.0]), pd.Series([Decimal("0.01")], dtype=object))
    assert scaled.tolist() == [0.57]


def test_compute_scaled__leaves_missing_and_unknown_units_as_they_are() -> None:
    factors = pd.Series([Decimal("0.01"), None, Decimal(1)], dtype=object)
    scaled = compute_scaled(pd.Series([float("nan"), 5.0, 7.0]), factors)
    assert scaled.isna().tolist() == [True, False, False]
    assert scaled.tolist()[1:] == [5.0, 7.0]


def test_require_units__a_marker_without_a_row_is_refused(plan: Plan) -> None:
    require_units(plan)
    marker = plan.immunology.markers[0].model_copy(update={"code": "C5"})
    immunology = plan.immunology.model_copy(update={"markers": (marker,)})
    with pytest.raises(PlanError) as caught:
        require_units(plan.model_copy(update={"immunology": immunology}))
    assert str(caught.value) == (
        "immunology.markers: C5 has no row in units.csv. Add one for each unit in which it comes."
    )
