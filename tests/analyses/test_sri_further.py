"""Tests of the key week: tipping point, imputation, published rates, subgroups."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sap_helpers.analyses.sri import analyse_row, measure, primary_row, responses_of, without_serology
from sap_helpers.analyses.sri_further import (
    analyse_benchmark,
    analyse_imputation,
    analyse_subgroups,
    analyse_tipping,
    derive_subgroups,
)

GRADES = "EEEEEEEEE"
BASE, BETTER, SAME = (10, GRADES, "1.0"), (4, GRADES, "1.0"), (10, GRADES, "1.0")
WEEKS = dict.fromkeys((15, 29, 43, 57), BETTER)


# A responds at week 10, B fails, C is missing there, D is missing but for a PGA that fails.
VISITS = {
    "A": {1: BASE, **WEEKS, 71: BETTER},
    "B": {1: BASE, **WEEKS, 71: SAME},
    "C": {1: BASE, **WEEKS},
    "D": {1: BASE, **WEEKS, 71: (None, None, "2.0")},
}


@pytest.fixture(scope="module")
def study(make_domains, make_study):
    return make_study(make_domains(VISITS))


def primary_of(study):
    return responses_of(study, primary_row(study), measure(study))


def test_analyse_tipping__counts_only_what_is_missing(study):
    rows = [row for row in analyse_tipping(study, primary_of(study)) if row.stat_name == "n"]
    # D failed a component and is not missing: C alone may turn
    assert [(row.key.group2, row.key.group2_level, row.stat) for row in rows] == [("NRESP", "0", 1), ("NRESP", "1", 2)]


def test_analyse_tipping__event_is_not_missing(make_domains, make_study):
    domains = make_domains(VISITS)
    cm = domains["cm"]
    cm.loc[cm["USUBJID"] == "C", ["CMCAT", "CMSTDTC"]] = ["RESCUE THERAPY", "2014-05-01"]
    study = make_study(domains)
    rows = [row for row in analyse_tipping(study, primary_of(study)) if row.stat_name == "n"]
    assert [row.stat for row in rows] == [1]


def test_analyse_imputation__lies_between_none_and_all_of_the_missing(study):
    rows = {row.stat_name: row for row in analyse_imputation(study, primary_of(study))}
    found = {name: row.stat for name, row in rows.items()}
    assert found["N"] == 4
    assert rows["std.error"].note == "on the logit scale, as df; estimate and limits are transformed back"
    assert 1 / 4 < found["estimate"] < 2 / 4
    assert found["conf.low"] < found["estimate"] < found["conf.high"]


def test_analyse_imputation__is_the_same_each_time(study):
    assert list(analyse_imputation(study, primary_of(study))) == list(analyse_imputation(study, primary_of(study)))


def test_analyse_benchmark__this_trial_then_the_published_rates(study):
    rows = analyse_benchmark(study, analyse_row(study, primary_row(study), measure(study)))
    shares = [(row.key.group1_level, row.key.group2_level, row.stat) for row in rows if row.stat_name == "p"]
    assert shares[:2] == [
        ("This trial", "10", 0.25), ("He 2020, placebo and standard therapy", "12", pytest.approx(9 / 30)),
    ]  # fmt: skip
    assert [stat for _, _, stat in shares[3:]] == pytest.approx([29 / 50, 15 / 29, 0.436, 0.335])


def test_analyse_benchmark__percentage_without_a_count_has_no_count(study):
    rows = analyse_benchmark(study, analyse_row(study, primary_row(study), measure(study)))
    lacking = {row.stat_name for row in rows if row.key.group1_level.startswith("BLISS-52") and row.stat is None}
    assert lacking == {"n", "N", "conf.low", "conf.high"}


def test_analyse_imputation__subject_never_seen_after_baseline_is_imputed(make_domains, make_study):
    study = make_study(make_domains({**VISITS, "E": {1: BASE}}))
    found = {row.stat_name: row.stat for row in analyse_imputation(study, primary_of(study))}
    assert 1 / 5 < found["estimate"] < 3 / 5


@pytest.fixture
def levels(make_domains, make_study):
    """Return a function to the levels of a subgroup by subject, from their baselines and a change of the domains."""

    def run(name, subjects, change=None):
        domains = make_domains({subject: {1: base} for subject, base in subjects.items()})
        if change:
            change(domains)
        return derive_subgroups(make_study(domains))[name].to_dict()

    return run


def set_by_subject(domains, domain, column, values):
    """Set a column of the one record that each subject has in a domain."""
    domains[domain][column] = domains[domain]["USUBJID"].map(values)


def test_derive_subgroups__baseline_total(levels):
    subjects = {"A": (11, GRADES, "1.0"), "B": (12, GRADES, "1.0")}
    assert levels("Baseline SLEDAI", subjects) == {"A": "< 12", "B": ">= 12"}


def test_derive_subgroups__age(levels):
    ages = {"A": 39.0, "B": 40.0, "C": np.nan}
    found = levels("Age", dict.fromkeys("ABC", BASE), lambda domains: set_by_subject(domains, "dm", "AGE", ages))
    assert found == {"A": "< 40", "B": ">= 40", "C": "Not recorded"}


def test_derive_subgroups__baseline_prednisone(levels):
    def change(domains):
        set_by_subject(domains, "cm", "CMDOSE", {"A": 20.0, "B": 20.5, "C": 20.5})
        set_by_subject(domains, "cm", "CMCAT", {"A": "", "B": "BACKGROUND THERAPY", "C": "RESCUE THERAPY"})

    assert levels("Baseline prednisone", dict.fromkeys("ABC", BASE), change) == {
        "A": "<= 20 mg/day", "B": "> 20 mg/day", "C": "None recorded",
    }  # fmt: skip


def laboratory(*rows):
    """Return a change that sets laboratory records of day 1: subject, test, result, limits."""

    def change(domains):
        lb = domains["lb"].iloc[[0] * len(rows)].reset_index(drop=True)
        lb[["USUBJID", "LBTESTCD", "LBSTRESC", "LBSTNRLO", "LBSTNRHI"]] = list(rows)
        domains["lb"] = lb.astype({"LBSTNRLO": float, "LBSTNRHI": float}).assign(ROW=range(1, len(lb) + 1))

    return change


def test_derive_subgroups__anti_dsdna_above_its_limit(levels):
    titres = {"A": "100", "B": "101", "C": ">100", "D": ">50", "E": "<10", "F": "101"}
    rows = [(subject, "DDNAIGAB", text, 0, np.nan if subject == "F" else 100) for subject, text in titres.items()]
    assert levels("Anti-dsDNA", dict.fromkeys("ABCDEF", BASE), laboratory(*rows)) == {
        "A": "Not positive", "B": "Positive", "C": "Positive", "D": "Not positive", "E": "Not positive",
        "F": "Not recorded",
    }  # fmt: skip


def test_derive_subgroups__complement_below_its_limit(levels):
    values = {"A": ("0.8", "0.1"), "B": ("0.79", "0.1"), "C": ("0.8", "0.09"), "D": ("0.8", ""), "E": ("0.5", "")}
    rows = [
        (subject, *row) for subject, (c3, c4) in values.items() for row in (("C3", c3, 0.8, 1.5), ("C4", c4, 0.1, 0.4))
    ]
    assert levels("Complement", dict.fromkeys("ABCDE", BASE), laboratory(*rows)) == {
        "A": "Not low", "B": "Low", "C": "Low", "D": "Not recorded", "E": "Low",
    }  # fmt: skip


def test_derive_subgroups__renal_items(levels):
    def change(domains):
        qs = domains["qs"]
        for subject, code, text in (("A", "SLED0111", "4"), ("B", "SLED0114", "4"), ("C", "SLED0115", "2")):
            qs.loc[(qs["USUBJID"] == subject) & (qs["QSTESTCD"] == code), "QSSTRESC"] = text

    assert levels("Renal items", dict.fromkeys("ABC", BASE), change) == {
        "A": "Present", "B": "Present", "C": "Absent",
    }  # fmt: skip


@pytest.mark.parametrize(("casts", "blood", "level"), [("", "4", "Present"), ("", "0", "Not recorded")])
def test_derive_subgroups__renal_item_not_assessed_and_the_total_recorded(levels, casts, blood, level):
    def change(domains):
        qs = domains["qs"]
        qs["QSSTRESC"] = qs["QSTESTCD"].map({"SLED0111": casts, "SLED0112": blood}).fillna(qs["QSSTRESC"])
        total = qs.iloc[[0]].assign(QSTESTCD="SLED0125", QSSTRESC="10", ROW=900)
        domains["qs"] = pd.concat([qs, total], ignore_index=True)

    assert levels("Renal items", {"A": BASE}, change) == {"A": level}


def test_analyse_subgroups__levels_add_up_and_serology_has_two_readings(study):
    found = analyse_subgroups(study, primary_of(study), without_serology(study, measure(study)))
    totals = {}
    for row in found:
        if row.stat_name == "N":
            key = (row.key.group2, row.key.variable)
            totals[key] = totals.get(key, 0) + row.stat
    assert set(totals.values()) == {4}
    assert {name for name, variable in totals if variable == "SRI4_NO_SEROLOGY"} == {"Anti-dsDNA", "Complement"}
