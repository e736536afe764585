"""Cycles as they were started."""

from pathlib import Path

import pandas as pd

from sap_helpers.adam.cycles import derive_cycles, find_cycle
from sap_helpers.plan import load_plan

PLAN = load_plan(Path(__file__).parents[2] / "sap" / "plan.yaml")


def doses(*rows):
    """Return exposure of S1, first dose 2014-03-20: start, days with a dose, frequency, epoch."""
    frame = pd.DataFrame(rows, columns=["ASTDT", "NDAYS", "EXDOSFRQ", "EPOCH"])
    first = pd.Timestamp("2014-03-20")
    return frame.assign(USUBJID="S1", AVAL=1.0, TRTSDT=first, ASTDT=pd.to_datetime(frame["ASTDT"]))


def test_derive_cycles__runs_from_its_first_dose_to_the_day_before_the_next_and_the_last_has_its_length():
    adex = doses(
        ("2014-03-20", 1, "ONCE", "CYCLE 1"), ("2014-03-22", 1, "ONCE", "CYCLE 1"), ("2014-04-19", 1, "ONCE", "CYCLE 2")
    )
    found = derive_cycles(adex, PLAN)
    assert found["CYCLE"].tolist() == [1, 2]
    assert found["AENDT"].dt.strftime("%m-%d").tolist() == ["04-18", "05-16"]
    assert found["LDOSEDT"].dt.strftime("%m-%d").tolist() == ["03-22", "04-19"]


def test_derive_cycles__without_an_epoch_a_long_interval_starts_every_block_of_days_it_has_a_dose_in():
    found = derive_cycles(doses(("2014-03-20", 16, "QOD", "")), PLAN)
    # 16 doses every other day: days 1, 3 ... 31, the last two in the second block
    assert found["ASTDT"].dt.strftime("%m-%d").tolist() == ["03-20", "04-17"]
    assert found["LDOSEDT"].dt.strftime("%m-%d").tolist() == ["04-15", "04-19"]


def test_derive_cycles__a_dose_of_0_starts_none():
    assert derive_cycles(doses(("2014-03-20", 1, "ONCE", "CYCLE 1")).assign(AVAL=0.0), PLAN).empty


def test_find_cycle__both_ends_belong_to_it_and_days_outside_to_none():
    cycles = derive_cycles(doses(("2014-03-20", 1, "ONCE", "CYCLE 1"), ("2014-04-20", 1, "ONCE", "CYCLE 2")), PLAN)
    days = pd.Series(
        pd.to_datetime(["2014-03-19", "2014-03-20", "2014-04-19", "2014-04-20", "2014-05-17", "2014-05-18"])
    )
    found = find_cycle(pd.Series(["S1"] * 6), days, cycles)
    assert found.fillna(0).tolist() == [0, 1, 1, 2, 2, 0]


def test_find_cycle__a_missing_day_is_in_none():
    cycles = derive_cycles(doses(("2014-03-20", 1, "ONCE", "CYCLE 1")), PLAN)
    assert find_cycle(pd.Series(["S1"]), pd.Series([pd.NaT]), cycles).isna().tolist() == [True]
