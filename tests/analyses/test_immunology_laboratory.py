"""Laboratory alone: normal again, and values beyond the limits of the assay."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sap_helpers.analyses.immunology_laboratory import (
    analyse_censored,
    analyse_normalised,
    censored_values,
    is_abnormal,
)
from sap_helpers.analyses.immunology_pairs import derive_pairs


def pair(value: float, kind: str = "", low: float = 0.8, high: float = 100.0) -> pd.DataFrame:
    """Return one value with its limits, as the week-0 half of a pair."""
    return pd.DataFrame({"AVAL0": [value], "DTYPE0": [kind], "ANRLO0": [low], "ANRHI0": [high]})


@pytest.mark.parametrize(
    ("side", "value", "kind", "expected"),
    [
        ("low", 0.79, "", True),
        ("low", 0.8, "", False),
        ("high", 100.0, "", False),
        ("high", 100.1, "", True),
        ("high", 100.0, "ULOQ", True),
        ("high", 90.0, "ULOQ", False),
        ("high", 5.0, "HALF LLOQ", False),
    ],
)
def test_is_abnormal__by_value_and_kind(side: str, value: float, kind: str, expected: bool) -> None:
    assert is_abnormal(pair(value, kind), "0", side).tolist() == [expected]


def test_analyse_normalised__hand_worked_states(make_pair_study, pick):
    # limit 0.8: abnormal then normal twice, abnormal twice once, normal then abnormal once, normal twice once
    pairs = [(0.5, 0.9), (0.6, 0.8), (0.5, 0.7), (0.9, 0.7), (0.9, 0.95)]
    study = make_pair_study(laboratory={"C3": pairs}, limits=(0.8, 1.5))
    found = analyse_normalised(study, derive_pairs(study))
    assert [pick(found, "LAB.NORMALISED", "C3", name, variable_level="Y")[0] for name in ("n", "N")] == [2, 3]
    counts = {
        (a, b): pick(found, "LAB.NORMALISED", "C3", "n", variable_level="PAIR", group1_level=a, group2_level=b)[0]
        for a in "YN" for b in "YN"
    }  # fmt: skip
    assert counts == {("Y", "Y"): 1, ("Y", "N"): 2, ("N", "Y"): 1, ("N", "N"): 1}
    # R: binom.test(2, 3)$p.value gives 1
    assert pick(found, "LAB.NORMALISED", "C3", "p.value", "McNemar exact")[0] == pytest.approx(1.0)
    # R: binom.test(2, 3)$conf.int gives 0.09429932 first
    low = pick(found, "LAB.NORMALISED", "C3", "conf.low", "Clopper-Pearson", variable_level="Y")[0]
    assert low == pytest.approx(0.09429932, rel=1e-6)


def test_analyse_normalised__nobody_abnormal(make_pair_study, pick):
    study = make_pair_study(laboratory={"C3": [(0.9, 0.9), (1, 1)]}, limits=(0.8, 1.5))
    found = analyse_normalised(study, derive_pairs(study))
    assert pick(found, "LAB.NORMALISED", "C3", "p", variable_level="Y") == (None, "no subject abnormal at week 0")
    assert pick(found, "LAB.NORMALISED", "C3", "p.value", "McNemar exact") == (
        1, "no discordant pair: p is 1 by definition",
    )  # fmt: skip


def test_analyse_normalised__without_limits_nobody_can_be_counted(make_pair_study, pick):
    study = make_pair_study(laboratory={"C3": [(0.5, 0.9)]})
    found = analyse_normalised(study, derive_pairs(study))
    assert pick(found, "LAB.NORMALISED", "C3", "p", variable_level="Y") == (None, "no pair with limits of normal")
    assert pick(found, "LAB.NORMALISED", "C3", "N", variable_level="Y")[0] == 0


def test_censored_values__limits_and_sides() -> None:
    pairs = pd.DataFrame({"AVAL0": [5.0, 1000.0, 100.0], "DTYPE0": ["HALF LLOQ", "ULOQ", ""]})
    value, code = censored_values(pairs, "0")
    assert np.allclose(value, [1, 3, 2])
    assert code.tolist() == [-1, 1, 0]


def test_analyse_censored__without_censoring_the_mean_change(make_pair_study, pick):
    pairs = [(100, 10), (1000, 200), (50, 40), (300, 100)]
    study = make_pair_study(laboratory={"DDNAIGAB": pairs}, unit="IU/mL")
    found = analyse_censored(study, derive_pairs(study))
    mean = np.mean([np.log10(b / a) for a, b in pairs])
    assert pick(found, "LAB.CENSORED", "DDNAIGAB", "estimate", "Wald")[0] == pytest.approx(mean, rel=1e-5)
    assert pick(found, "LAB.CENSORED", "DDNAIGAB", "n")[0] == 0


def test_analyse_censored__two_pairs_are_too_few(make_pair_study, pick):
    study = make_pair_study(laboratory={"DDNAIGAB": [(100, "<10"), (50, 20)]}, unit="IU/mL")
    found = analyse_censored(study, derive_pairs(study))
    assert pick(found, "LAB.CENSORED", "DDNAIGAB", "n")[0] == 1
    assert pick(found, "LAB.CENSORED", "DDNAIGAB", "estimate", "Wald")[1].startswith("not estimable: fewer than three")
