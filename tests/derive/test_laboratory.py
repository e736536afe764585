"""Tests of the laboratory and the cells: parsing, censored values, the choice of one record a week."""

from __future__ import annotations

import pandas as pd
import pytest

from sap_helpers.derive.laboratory import derive_censored, derive_laboratory

SUBJECTS = pd.DataFrame({"USUBJID": ["A", "B"], "TRTSDT": pd.to_datetime(["2014-03-01", None]), "SAFFL": ["Y", ""]})


def lb(*rows, subject="A", domain="LB"):
    """Return a findings domain typed as test, result, date, sequence."""
    names = [f"{domain}{name}" for name in ("TESTCD", "STRESC", "DTC", "SEQ")]
    frame = pd.DataFrame(rows, columns=names).astype(dict.fromkeys(names[:3], object) | {names[3]: float})
    return frame.assign(USUBJID=subject, QUARFL="", ROW=range(1, len(frame) + 1))


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("12.5", 12.5, ""),
        ("0", 0, ""),
        ("<10", 5, "HALF LLOQ"),
        ("< 0.5", 0.25, "HALF LLOQ"),
        ("<=10", 5, "HALF LLOQ"),
        (">1000", 1000, "ULOQ"),
        (">=1e3", 1000, "ULOQ"),
    ],
)
def test_derive_censored__cases(text, value, kind):
    found = derive_censored(pd.Series([text], dtype=object))
    assert found.to_numpy().tolist() == [[value, kind]]


@pytest.mark.parametrize("text", ["", "neg", "1:160", "<", "10-20"])
def test_derive_censored__other_text_is_missing(text):
    found = derive_censored(pd.Series([text], dtype=object))
    assert (found["AVAL"].isna().tolist(), found["DTYPE"].tolist()) == ([True], [""])


def test_derive_laboratory__value_text_and_limits(plan):
    frame = lb(("DDNAIGAB", ">1000", "2014-03-01", 1)).assign(LBSTRESU="IU/mL", LBSTNRLO=0.0, LBSTNRHI=100.0)
    found = derive_laboratory(frame, None, SUBJECTS, plan).iloc[0]
    assert found[["AVAL", "AVALC", "DTYPE", "AVALU", "ANRHI", "PARCAT1", "SRCROW"]].tolist() == [
        1000, ">1000", "ULOQ", "IU/mL", 100, "LABORATORY", 1,
    ]  # fmt: skip


def test_derive_laboratory__cells_stand_beside(plan):
    found = derive_laboratory(
        lb(("C3", "0.8", "2014-03-01", 1)), lb(("TREG", "9.1", "2014-03-01", 1), domain="CP"), SUBJECTS, plan
    )
    assert found[["PARCAT1", "PARAMCD", "SRCDOM"]].to_numpy().tolist() == [
        ["CELLS", "TREG", "CP"], ["LABORATORY", "C3", "LB"],
    ]  # fmt: skip


def test_derive_laboratory__of_one_day_the_highest_sequence_then_the_later_row(plan):
    rows = [("C3", "1", "2014-05-10", 7), ("C3", "2", "2014-05-10", 9), ("C3", "3", "2014-05-10", 8)]
    assert derive_laboratory(lb(*rows), None, SUBJECTS, plan)["ANL01FL"].tolist() == ["", "Y", ""]
    tied = [("C3", "1", "2014-05-10", 9), ("C3", "2", "2014-05-10", 9)]
    assert derive_laboratory(lb(*tied), None, SUBJECTS, plan)["ANL01FL"].tolist() == ["", "Y"]


def test_derive_laboratory__without_sequence_the_later_row(plan):
    frame = lb(("C3", "1", "2014-05-10", 1), ("C3", "2", "2014-05-10", 2)).drop(columns="LBSEQ")
    assert derive_laboratory(frame, None, SUBJECTS, plan)["ANL01FL"].tolist() == ["", "Y"]


def test_derive_laboratory__change_from_baseline(plan):
    rows = [("C3", "0.5", "2014-03-01", 1), ("C3", "0.8", "2014-05-10", 2)]
    found = derive_laboratory(lb(*rows), None, SUBJECTS, plan)
    assert found[["AVISITN", "BASE"]].to_numpy().tolist() == [[0, 0.5], [10, 0.5]]
    assert found["CHG"].tolist()[1] == 0.3


def test_derive_laboratory__unusable_text_is_never_chosen(plan):
    rows = [("C3", "1", "2014-05-08", 1), ("C3", "clotted", "2014-05-10", 2)]
    assert derive_laboratory(lb(*rows), None, SUBJECTS, plan)["ANL01FL"].tolist() == ["Y", ""]


def test_derive_laboratory__untreated_subjects_are_left_out(plan):
    assert derive_laboratory(lb(("C3", "1", "2014-05-08", 1), subject="B"), None, SUBJECTS, plan).empty


def test_derive_laboratory__absent_domains_give_the_columns(plan):
    found = derive_laboratory(None, None, SUBJECTS, plan)
    assert found.empty
    assert {"PARAMCD", "AVAL", "ANRLO", "BASE", "CHG", "ANL01FL"} <= set(found)
