"""The numbers of the committed cuts do not move unless somebody means them to: see golden/renew.py."""

from __future__ import annotations

from pathlib import Path

import pytest
from golden import renew

from sap_helpers.changes import is_same
from sap_helpers.results import from_csv

HERE = Path(__file__).parent
CUTS = sorted(path.name for path in renew.CUTS.iterdir() if path.is_dir())


@pytest.mark.parametrize("cut", CUTS)
def test_golden__results_of_the_committed_cuts_are_those_committed(cut: str) -> None:
    before = from_csv((HERE / "golden" / f"{cut}.results.csv").read_text(encoding="utf-8"))
    now = from_csv(renew.golden_text(renew.CUTS / cut))
    assert [row.result_id for row in now] == [row.result_id for row in before]
    moved = [
        (new.result_id, old.stat, new.stat)
        for old, new in zip(before, now, strict=True)
        if old.note != new.note or not is_same(old.stat, new.stat)
    ]
    assert moved == []


HEADER = "result_id,stat_name,stat,note"


def test_renewed__keeps_the_text_of_what_is_the_same_and_shows_what_changed() -> None:
    before = f"{HEADER}\na,p,0.29897050768551064,\nb,p,0.5,\nc,n,3,\nd,p,,why\ngone,n,1,\n"
    now = f"{HEADER}\na,p,0.29897050821921534,\nb,p,0.5000001,\nc,n,4,\nd,p,0.1,\nnew,n,1,\n"
    assert renew.renewed(before, now) == (
        f"{HEADER}\na,p,0.29897050768551064,\nb,p,0.5000001,\nc,n,4,\nd,p,0.1,\nnew,n,1,\n"
    )


def test_renewed__without_results_before_they_are_those_of_now() -> None:
    assert renew.renewed("", f"{HEADER}\na,p,0.5,\n") == f"{HEADER}\na,p,0.5,\n"
