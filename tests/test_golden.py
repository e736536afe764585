"""The numbers of the committed cuts do not move unless somebody means them to: see golden/renew.py."""

from __future__ import annotations

import importlib.util
import math
from pathlib import Path

import pytest

from sap_helpers.results import from_csv

HERE = Path(__file__).parent
SPEC = importlib.util.spec_from_file_location("renew", HERE / "golden" / "renew.py")
assert SPEC is not None
assert SPEC.loader is not None
RENEW = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(RENEW)
CUTS = sorted(path.name for path in RENEW.CUTS.iterdir() if path.is_dir())
# other processors may round the last digits of an iterated estimate differently
TOLERANCE = 1e-9


@pytest.mark.parametrize("cut", CUTS)
def test_golden__results_of_the_committed_cuts_are_those_committed(cut: str) -> None:
    before = from_csv((HERE / "golden" / f"{cut}.results.csv").read_text(encoding="utf-8"))
    now = from_csv(RENEW.golden_text(RENEW.CUTS / cut))
    assert [row.result_id for row in now] == [row.result_id for row in before]
    moved = [
        (new.result_id, old.stat, new.stat)
        for old, new in zip(before, now, strict=True)
        if old.note != new.note or not same(old.stat, new.stat)
    ]
    assert moved == []


def same(first: float | None, second: float | None) -> bool:
    """Return whether two statistics are one, up to the rounding of another processor."""
    if first is None or second is None:
        return first is second
    return math.isclose(first, second, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
