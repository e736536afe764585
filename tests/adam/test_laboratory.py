"""ADLB: standard units, censored values, the value of a week, ratios of two chosen values."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sap_helpers.adam.laboratory import derive_censored, derive_laboratory
from sap_helpers.plan import load_plan

PLAN = load_plan(Path(__file__).parents[2] / "sap" / "plan.yaml")
FIRST_DOSE = pd.Timestamp("2014-03-20")


def subjects(death: str | None = None) -> pd.DataFrame:
    """Return one treated subject."""
    return pd.DataFrame(
        {"USUBJID": ["S1"], "SAFFL": ["Y"], "TRTSDT": [FIRST_DOSE], "DTHDT": [pd.Timestamp(death) if death else pd.NaT]}
    )


def domain(name: str, *rows: tuple[str, str, str, int], unit: str = "", **more: list[float]) -> pd.DataFrame:
    """Return records of one subject from test, result, date and sequence number."""
    frame = pd.DataFrame(rows, columns=[f"{name}TESTCD", f"{name}STRESC", f"{name}DTC", f"{name}SEQ"])
    extra = {f"{name}{column}": values for column, values in more.items()}
    return frame.assign(
        **{"USUBJID": "S1", f"{name}STRESU": unit, "QUARFL": "", "ROW": range(1, len(frame) + 1), **extra}
    )


def values(frame: pd.DataFrame, code: str, column: str = "AVAL") -> list[object]:
    """Return a column of one parameter's records, in order of time."""
    return frame.loc[frame["PARAMCD"] == code].sort_values("ADT")[column].tolist()


def test_derive_laboratory__converts_value_and_limits_to_the_standard_unit() -> None:
    lb = domain("LB", ("C3", "57", "2014-03-19", 1), unit="mg/dL", STNRLO=[79.0], STNRHI=[152.0])
    frame = derive_laboratory(lb, None, subjects(), PLAN)
    assert (values(frame, "C3"), values(frame, "C3", "AVALU")) == ([0.57], ["g/L"])
    assert (values(frame, "C3", "ANRLO"), values(frame, "C3", "ANRHI")) == ([0.79], [1.52])


def test_derive_laboratory__a_limit_of_quantification_is_converted_before_it_is_halved() -> None:
    lb = domain("LB", ("C4", "<3", "2014-03-19", 1), unit="mg/dL")
    frame = derive_laboratory(lb, None, subjects(), PLAN)
    assert (values(frame, "C4"), values(frame, "C4", "DTYPE")) == ([0.015], ["HALF LLOQ"])


def test_derive_laboratory__an_unknown_test_stays_as_it_is() -> None:
    frame = derive_laboratory(domain("LB", ("CRP", "5", "2014-03-19", 1), unit="mg/L"), None, subjects(), PLAN)
    assert (values(frame, "CRP"), values(frame, "CRP", "AVALU"), values(frame, "CRP", "PARAM")) == (
        [5.0],
        ["mg/L"],
        ["CRP"],
    )


def test_derive_laboratory__labels_have_the_standard_unit() -> None:
    lb = domain("LB", ("DDNAIGAB", "5", "2014-03-19", 1), unit="kIU/L")
    cp = domain("CP", ("TREG", "5", "2014-03-19", 1), unit="%")
    frame = derive_laboratory(lb, cp, subjects(), PLAN)
    assert values(frame, "DDNAIGAB", "PARAM") == ["Anti-dsDNA IgG (IU/mL)"]
    assert values(frame, "TREG", "PARAM") == ["Regulatory T cells (Treg) (%)"]


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("<10", 5.0, "HALF LLOQ"),
        (">200", 200.0, "ULOQ"),
        ("12.5", 12.5, ""),
        ("neg", None, ""),
        ("1:160", None, ""),
        ("", None, ""),
    ],
)
def test_derive_censored__value_and_kind(text: str, value: float | None, kind: str) -> None:
    found = derive_censored(pd.Series([text], dtype=object)).iloc[0]
    assert (None if np.isnan(found["AVAL"]) else found["AVAL"], found["DTYPE"]) == (value, kind)


def test_derive_laboratory__a_text_is_kept_and_never_chosen() -> None:
    lb = domain("LB", ("DDNAIGAB", "40", "2014-03-10", 1), ("DDNAIGAB", "neg", "2014-03-19", 2), unit="IU/mL")
    frame = derive_laboratory(lb, None, subjects(), PLAN)
    assert values(frame, "DDNAIGAB", "AVALC") == ["40", "neg"]
    assert values(frame, "DDNAIGAB", "ANL01FL") == ["Y", ""]


def test_derive_laboratory__two_results_on_one_day_take_the_highest_sequence_number() -> None:
    lb = domain("LB", ("C3", "0.9", "2014-03-19", 7), ("C3", "0.8", "2014-03-19", 3), unit="g/L")
    frame = derive_laboratory(lb, None, subjects(), PLAN)
    chosen = frame.loc[frame["ANL01FL"] == "Y", "AVAL"]
    assert chosen.tolist() == [0.9]


def test_derive_laboratory__equal_sequence_numbers_take_the_later_row() -> None:
    lb = domain("LB", ("C3", "0.9", "2014-03-19", 3), ("C3", "0.8", "2014-03-19", 3), unit="g/L")
    frame = derive_laboratory(lb, None, subjects(), PLAN)
    assert frame.loc[frame["ANL01FL"] == "Y", "AVAL"].tolist() == [0.8]


def test_derive_laboratory__nothing_after_the_death_is_chosen() -> None:
    # week 10 is day 65 to 78, its target day 71 is 29 May
    lb = domain("LB", ("C3", "0.9", "2014-05-24", 1), ("C3", "0.7", "2014-05-29", 2), unit="g/L")
    frame = derive_laboratory(lb, None, subjects(death="2014-05-26"), PLAN)
    assert values(frame, "C3", "ANL01FL") == ["Y", ""]


CELLS = (
    ("TREG", "6", "2014-03-19", 1), ("TH17", "1.5", "2014-03-18", 2), ("TFH", "0", "2014-03-19", 3),
    ("TREG", "9", "2014-05-29", 4), ("TH17", "2", "2014-05-30", 5),
)  # fmt: skip


def test_derive_ratio__is_of_the_two_chosen_values_of_a_week() -> None:
    frame = derive_laboratory(None, domain("CP", *CELLS, unit="%"), subjects(), PLAN)
    assert values(frame, "TREG_TH17") == [4.0, 4.5]
    assert values(frame, "TREG_TH17", "AVISITN") == [0, 10]
    assert values(frame, "TREG_TH17", "ANL01FL") == ["Y", "Y"]


def test_derive_ratio__is_dated_by_the_later_sample() -> None:
    frame = derive_laboratory(None, domain("CP", *CELLS, unit="%"), subjects(), PLAN)
    assert [day.date().isoformat() for day in values(frame, "TREG_TH17", "ADT")] == ["2014-03-19", "2014-05-30"]  # type: ignore[attr-defined]


def test_derive_ratio__carries_its_baseline_and_change() -> None:
    frame = derive_laboratory(None, domain("CP", *CELLS, unit="%"), subjects(), PLAN)
    assert values(frame, "TREG_TH17", "CHG")[1] == 0.5
    assert values(frame, "TREG_TH17", "ABLFL") == ["Y", ""]


def test_derive_ratio__a_denominator_of_0_leaves_it_missing_and_unchosen() -> None:
    frame = derive_laboratory(None, domain("CP", *CELLS, unit="%"), subjects(), PLAN)
    assert np.isnan(values(frame, "TREG_TFH")[0])  # type: ignore[call-overload]
    assert values(frame, "TREG_TFH", "ANL01FL") == [""]


def test_derive_laboratory__absent_domains_give_the_columns_and_no_record() -> None:
    frame = derive_laboratory(None, None, subjects(), PLAN)
    assert len(frame) == 0
    assert {"PARAM", "AVALU", "ANL01FL", "BASE", "CHG"} <= set(frame.columns)
