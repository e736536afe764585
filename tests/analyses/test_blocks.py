"""Tests of the blocks that every outcome is made of."""

from __future__ import annotations

import pandas as pd
import pytest

from sap_helpers.analyses.blocks import (
    count_results,
    proportion_by_week,
    proportion_results,
    statistics,
    unavailable,
    why_nobody,
)
from sap_helpers.records import Records, Source
from sap_helpers.results import Key

KEY = Key("SRI.PRIMARY", "FAS", "AVISITN", "10", variable="SRI4", variable_level="Y")


def shown(results):
    return [(row.key.method, row.stat_name, row.stat, row.note) for row in results]


def test_proportion_results__counts_without_limits_with_method():
    found = shown(proportion_results(KEY, 0, 2, interval="clopper-pearson", level=0.95))
    # R: binom.test(0, 2)$conf.int
    assert found[:4] == [("", "n", 0, ""), ("", "N", 2, ""), ("", "p", 0, ""), ("Clopper-Pearson", "conf.low", 0, "")]
    assert found[4][2] == pytest.approx(0.8418861169915812, rel=1e-12)


def test_proportion_results__wilson_names_its_limits():
    found = proportion_results(KEY, 4, 12, interval="wilson", level=0.95)
    # R: prop.test(4, 12, correct = FALSE)$conf.int
    assert [(row.key.method, row.stat) for row in found][3:] == [
        ("Wilson", pytest.approx(0.1381201, abs=1e-6)), ("Wilson", pytest.approx(0.6093779, abs=1e-6)),
    ]  # fmt: skip


def test_proportion_results__nobody_gives_zeros_and_the_reason():
    assert shown(proportion_results(KEY, 0, 0, interval="clopper-pearson", level=0.95, why_empty="nobody")) == [
        ("", "n", 0, "nobody"), ("", "N", 0, "nobody"), ("", "p", None, "nobody"),
        ("Clopper-Pearson", "conf.low", None, "nobody"), ("Clopper-Pearson", "conf.high", None, "nobody"),
    ]  # fmt: skip


def counted(successes, touched=(), asked=3):
    numbers = range(1, asked + 1)
    return pd.DataFrame(
        {
            "USUBJID": [f"S{n}" for n in numbers], "SUCCESS": [n in successes for n in numbers],
            "TOUCHED": [n in touched for n in numbers], "ASEQ": [10 * n for n in numbers],
        }
    )  # fmt: skip


def by_week(frame, records=""):
    return proportion_by_week(KEY, frame, interval="clopper-pearson", level=0.95, why_empty="nobody", records=records)


@pytest.mark.parametrize(
    ("touched", "note"),
    [((), ""), ((2,), "quarantined records touch 1 subject"), ((2, 3), "quarantined records touch 2 subjects")],
)
def test_proportion_by_week__says_whom_quarantine_touches(touched, note):
    assert {row.note for row in by_week(counted([1], touched)) if row.stat_name in ("n", "N")} == {note}


def test_proportion_by_week__keeps_the_records_behind_it():
    assert by_week(counted([1, 3]), "adqs").records == {
        KEY: Records((Source("adqs", (10, 30)),), (Source("adqs", (10, 20, 30)),))
    }


def test_proportion_by_week__without_rows_has_the_reason():
    assert by_week(counted([]).iloc[:0]).rows[2].note == "nobody"


def test_count_results__share_without_interval():
    assert shown(count_results(KEY, 1, 4)) == [("", "n", 1, ""), ("", "N", 4, ""), ("", "p", 0.25, "")]


def test_count_results__nobody_gives_the_reason():
    assert shown(count_results(KEY, 0, 0, "none")) == [
        ("", "n", 0, "none"), ("", "N", 0, "none"), ("", "p", None, "none"),
    ]  # fmt: skip


def test_statistics__note_stands_beside_what_is_missing_alone():
    assert shown(statistics(KEY, {"mean": 2.0, "sd": None}, "one value")) == [
        ("", "mean", 2.0, ""), ("", "sd", None, "one value"),
    ]  # fmt: skip


def test_unavailable__every_planned_row_with_the_reason():
    found = shown(unavailable([KEY], ("n", "conf.low"), "no QS", methods={"conf.low": "Wilson"}))
    assert found == [("", "n", None, "no QS"), ("Wilson", "conf.low", None, "no QS")]


def test_why_nobody__tells_an_empty_set_from_one_not_due(make_domains, make_study):
    study = make_study(make_domains({"A": {1: (10, None, None)}}))
    assert why_nobody(study, "FAS") == "no subject due yet"
    domains = make_domains({"A": {}})
    assert why_nobody(make_study(domains), "FAS") == "nobody in FAS"
    untreated = domains | {"ex": domains["ex"].assign(EXDOSE=0.0)}
    assert why_nobody(make_study(untreated), "FAS") == "no subject due yet: nobody in FAS"
