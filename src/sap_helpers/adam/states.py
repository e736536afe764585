"""States of low activity: each week's remission, clinical remission, DORIS and LLDAS-like state of each subject."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sap_helpers.adam.response import FAILURE, MISSING, STATE_TEXT, SUCCESS
from sap_helpers.adam.steroids import compute_dose_on, is_more_than
from sap_helpers.adam.timing import ONE_DAY, is_due

if TYPE_CHECKING:
    from sap_helpers.plan import Plan
    from sap_helpers.plan.sledai import State

NOT_RECORDED = "PREDNISONE NOT RECORDED"


def derive_state_records(
    adsl: pd.DataFrame, adqs: pd.DataFrame, adcm: pd.DataFrame, cut_date: pd.Timestamp, plan: Plan
) -> pd.DataFrame:
    """Return the ADQS records of the states: one per treated subject, week after baseline and state of the plan.

    Cases for the state itself: a criterion assessed and not met, "N"; a criterion not assessable, ""; else "Y". Cases
    for what it counts as (CRIT1FL): prednisone asked for and not recorded, ""; an intercurrent event on or before the
    assessment, "N"; not assessable, "N"; the state.

    Returns
    -------
    pandas.DataFrame
        USUBJID, PARAMCD, PARAM, ADT (the latest date among the records used; without any, the target day), ADY,
        AVISITN, AVAL, AVALC, REASON (why it does not count as reached), CRIT1FL, ANL01FL ("Y" where the week is due and
        the state can be asked for), and the columns that the records of ADQS share.
    """
    measures = derive_state_measures(adsl, adqs, cut_date, plan)
    parts = [_state_records(measures, state, adcm, plan) for state in plan.sledai.states]
    shared = {"PARCAT1": "STATE", "DTYPE": "DERIVED", "VISIT": "", "QUARFL": "", "SRCDOM": "", "ABLFL": ""}
    return pd.concat(parts, ignore_index=True).assign(**shared)


def derive_state_measures(adsl: pd.DataFrame, adqs: pd.DataFrame, cut_date: pd.Timestamp, plan: Plan) -> pd.DataFrame:
    """Return what the states rest on, one row per treated subject and week after baseline.

    Returns
    -------
    pandas.DataFrame
        USUBJID, AVISITN, TRTSDT, ICEDT, ICETYPE, DUE; SLEDAI, SLEDAI22 and their _ADT; PGA (decimal or None) and
        PGA_ADT; ITEMS (the codes of the items present, joined by a blank; None where not all were assessed) and
        BEFORE (likewise, at the latest earlier week with all of them).
    """
    treated = adsl.loc[adsl["SAFFL"] == "Y", ["USUBJID", "TRTSDT", "ICEDT", "ICETYPE"]]
    weeks = [
        treated.assign(AVISITN=week, DUE=is_due(treated["TRTSDT"], week, cut_date, plan)) for week in plan.time.weeks
    ]
    grid = pd.concat(weeks, ignore_index=True).astype({"AVISITN": "int64"})
    chosen = adqs.loc[(adqs["ANL01FL"] == "Y") & adqs["AVISITN"].notna()].astype({"AVISITN": "int64"})
    for code, name, value in (
        ("SLEDAI", "SLEDAI", "AVAL"), ("SLEDAI22", "SLEDAI22", "AVAL"), (plan.instruments.pga.code, "PGA", "AVALC")
    ):  # fmt: skip
        part = chosen.loc[chosen["PARAMCD"] == code, ["USUBJID", "AVISITN", value, "ADT"]]
        grid = grid.merge(
            part.rename(columns={value: name, "ADT": f"{name}_ADT"}), on=["USUBJID", "AVISITN"], how="left"
        )
    grid["PGA"] = _decimals(grid["PGA"])
    items = _present_items(chosen, plan)
    grid = grid.merge(items, on=["USUBJID", "AVISITN"], how="left")
    return grid.sort_values(["USUBJID", "AVISITN"], ignore_index=True)


def _decimals(text: pd.Series) -> pd.Series:
    known = {value: Decimal(value) for value in text.dropna().unique() if value}
    return pd.Series([known.get(value) for value in text], index=text.index, dtype=object)


def _present_items(chosen: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Return the items present at each week, and at the week before it, of assessments with every item."""
    codes = list(plan.instruments.sledai.weights)
    item = chosen.loc[chosen["PARAMCD"].isin(codes), ["USUBJID", "AVISITN", "PARAMCD", "AVAL"]]
    is_whole = item.groupby(["USUBJID", "AVISITN"])["PARAMCD"].transform("size") == len(codes)
    item = item.loc[is_whole]
    weeks = item.drop_duplicates(["USUBJID", "AVISITN"])[["USUBJID", "AVISITN"]].sort_values(["USUBJID", "AVISITN"])
    present = item.loc[item["AVAL"] > 0].sort_values("PARAMCD")
    joined = present.groupby(["USUBJID", "AVISITN"])["PARAMCD"].agg(" ".join).rename("ITEMS").reset_index()
    weeks = weeks.merge(joined, on=["USUBJID", "AVISITN"], how="left").fillna({"ITEMS": ""})
    return weeks.assign(BEFORE=weeks.groupby("USUBJID")["ITEMS"].shift())


def _state_records(measures: pd.DataFrame, state: State, adcm: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    dates = [f"{name}_ADT" for name in _scores_of(state)]
    target = measures["TRTSDT"] + measures["AVISITN"] * 7 * ONE_DAY
    date = measures[dates].max(axis=1).fillna(target).astype("datetime64[ns]")
    criteria = _criteria(measures, state)
    recorded = pd.Series(True, index=measures.index)
    if state.prednisone_at_most is not None:
        dose = compute_dose_on(adcm, pd.DataFrame({"USUBJID": measures["USUBJID"], "ADT": date}), plan)
        criteria.append(_state(dose.notna(), ~is_more_than(dose, float(state.prednisone_at_most))))
        recorded = measures["USUBJID"].isin(adcm.loc[adcm["AVAL"].notna(), "USUBJID"])
    states = np.column_stack(criteria)
    found = np.where(
        (states == FAILURE).any(axis=1), FAILURE, np.where((states == MISSING).any(axis=1), MISSING, SUCCESS)
    )
    text = pd.Series(found, index=measures.index).map(STATE_TEXT)
    happened = measures["ICEDT"].notna() & (measures["ICEDT"] <= date)
    reason = np.select(
        [~recorded, happened, text == "", text == "N"], [NOT_RECORDED, measures["ICETYPE"], "MISSING", "FAILED"], ""
    )
    counted = np.select([~recorded, reason != ""], ["", "N"], "Y")
    return pd.DataFrame(
        {
            "USUBJID": measures["USUBJID"], "PARAMCD": state.param, "PARAM": state.name, "ADT": date,
            "ADY": (date - measures["TRTSDT"]).dt.days.astype("Int64") + 1,
            "AVISITN": measures["AVISITN"].astype("Int64"), "AVAL": text.map({"Y": 1.0, "N": 0.0}), "AVALC": text,
            "REASON": reason, "CRIT1FL": counted,
            "ANL01FL": np.where(measures["DUE"] & recorded, "Y", ""),
        }
    )  # fmt: skip


def _scores_of(state: State) -> tuple[str, ...]:
    """Return the scores whose records a state uses."""
    uses_total = state.total_below is not None or state.uses_items
    named = (
        ("SLEDAI", uses_total), ("SLEDAI22", state.clinical_at_most is not None), ("PGA", state.uses_pga)
    )  # fmt: skip
    return tuple(name for name, is_used in named if is_used)


def _criteria(measures: pd.DataFrame, state: State) -> list[np.ndarray]:
    """Return, for each criterion that the state names, whether it is met: 1, 0, or -1 where it cannot be assessed."""
    found = []
    if state.total_below is not None:
        found.append(_state(measures["SLEDAI"].notna(), measures["SLEDAI"] < state.total_below))
    if state.clinical_at_most is not None:
        found.append(_state(measures["SLEDAI22"].notna(), measures["SLEDAI22"] <= state.clinical_at_most))
    if state.uses_pga:
        found.append(_pga_state(measures["PGA"], state))
    items = measures["ITEMS"]
    if state.absent_items:
        barred = set(state.absent_items)
        free = pd.Series([not barred & _codes(text) for text in items], index=items.index)
        found.append(_state(items.notna(), free))
    if state.no_new_items:
        known = items.notna() & measures["BEFORE"].notna()
        pairs = zip(items, measures["BEFORE"], strict=True)
        stable = pd.Series([_codes(now) <= _codes(before) for now, before in pairs], index=items.index)
        found.append(_state(known, stable))
    return found


def _codes(text: object) -> set[str]:
    return set(text.split()) if isinstance(text, str) else set()


def _pga_state(pga: pd.Series, state: State) -> np.ndarray:
    """Return whether the assessment, compared as the decimal that was recorded, is within its limits."""
    below, at_most = state.pga_below, state.pga_at_most
    met = [
        value is not None and (below is None or value < below) and (at_most is None or value <= at_most)
        for value in pga
    ]
    return _state(pga.notna(), pd.Series(met, index=pga.index))


def _state(known: pd.Series, good: pd.Series) -> np.ndarray:
    return np.where(known, np.where(good.fillna(value=False).astype(bool), SUCCESS, FAILURE), MISSING)
