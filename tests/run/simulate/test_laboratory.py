"""The synthetic laboratory."""

import numpy as np
import pandas as pd

from sap_helpers.run.simulate.laboratory import marked_items


def at_visits(frame: pd.DataFrame, prefix: str, test: str) -> pd.Series:
    rows = frame[(frame[f"{prefix}TESTCD"] == test) & (frame[f"{prefix}STRESC"] != "")]
    return rows.set_index(["USUBJID", f"{prefix}DTC"])[f"{prefix}STRESC"]


def median_at(frame: pd.DataFrame, prefix: str, test: str, visit: str) -> float:
    rows = frame[(frame[f"{prefix}TESTCD"] == test) & (frame["VISIT"] == visit)]
    return float(pd.to_numeric(rows[f"{prefix}STRESN"]).median())


def markers(**given: int) -> dict[str, np.ndarray]:
    normal = {"C3": 100, "C4": 20, "DDNAIGAB": 500, "UPROT": 10, "PLAT": 200, "WBC": 500}
    return {test: np.asarray([[value]]) for test, value in (normal | given).items()}


def test_marked_items__limits_themselves_are_normal():
    # 0.79 and 0.16 g/L, 100 IU/mL, 0.5 g a day, 100 and 3 times 10^9/L
    at_limit = marked_items(markers(C3=79, C4=16, DDNAIGAB=1000, UPROT=50, PLAT=100, WBC=300))
    assert not any(item.any() for item in at_limit.values())


def test_marked_items__either_complement_makes_the_item():
    assert marked_items(markers(C4=15))["SLED0120"].tolist() == [[True]]
    assert marked_items(markers(C3=78))["SLED0120"].tolist() == [[True]]


def test_marked_items__leukocytes_below_three_make_leukopenia():
    assert marked_items(markers(WBC=299))["SLED0124"].tolist() == [[True]]


def test_derive_lb__increased_dna_binding_agrees_with_the_antibody(large_trial):
    antibody = at_visits(large_trial["lb"], "LB", "DDNAIGAB")
    item = at_visits(large_trial["qs"], "QS", "SLED0121")
    both = pd.concat([antibody.rename("antibody"), item.rename("item")], axis=1, join="inner")
    high = pd.to_numeric(both["antibody"].str.lstrip("<>")) > 100
    assert (high == (both["item"] == "2")).all()


def test_derive_lb__low_complement_agrees_with_c3_and_c4(large_trial):
    parts = [at_visits(large_trial["lb"], "LB", test).astype(float) for test in ("C3", "C4")]
    both = pd.concat([*parts, at_visits(large_trial["qs"], "QS", "SLED0120")], axis=1, join="inner")
    both.columns = pd.Index(["C3", "C4", "item"])
    assert (((both["C3"] < 0.79) | (both["C4"] < 0.16)) == (both["item"] == "2")).all()


def test_derive_lb__standard_text_and_number_are_the_same(large_trial):
    lb = large_trial["lb"]
    numeric = lb["LBSTRESN"] != ""
    assert (lb.loc[numeric, "LBSTRESC"] == lb.loc[numeric, "LBSTRESN"]).all()
    assert lb.loc[~numeric, "LBSTRESC"].isin(["", "<10", ">1000"]).all()


def test_derive_lb__differential_counts_do_not_exceed_the_leukocytes(large_trial):
    parts = {test: at_visits(large_trial["lb"], "LB", test).astype(float) for test in ("LYM", "NEUT", "EOS", "WBC")}
    whole = pd.DataFrame(parts).dropna()
    assert (whole["LYM"] + whole["NEUT"] + whole["EOS"] <= whole["WBC"] + 0.02).all()


def test_derive_lb__eosinophils_rise_under_injections(large_trial):
    lb = large_trial["lb"]
    assert median_at(lb, "LB", "EOS", "WEEK 10") > 2 * median_at(lb, "LB", "EOS", "DAY 1")


def test_derive_lb__transaminases_are_eligible_at_baseline(large_trial):
    rows = large_trial["lb"].query("LBTESTCD in ('ALT', 'AST') and VISIT in ('SCREENING', 'DAY 1') and LBSTRESN != ''")
    assert (rows["LBSTRESN"].astype(float) <= 3 * rows["LBSTNRHI"].astype(float)).all()


def test_derive_cp__regulatory_cells_rise_and_the_others_fall_by_week_10(large_trial):
    cp = large_trial["cp"]
    tests = ("TREG", "TH17", "TFH")
    treg, th17, tfh = (median_at(cp, "CP", test, "WEEK 10") / median_at(cp, "CP", test, "DAY 1") for test in tests)
    assert treg > 1.4
    assert max(th17, tfh) < 0.8


def test_derive_cp__cells_are_percentages(large_trial):
    cp = large_trial["cp"]
    values = cp.loc[cp["CPSTRESN"] != "", "CPSTRESN"].astype(float)
    assert values.between(0.01, 60).all()
    assert set(cp["CPSTRESU"]) == {"%", ""}
