"""Response: the three components of each week, and from them one analysis's response, its reasons kept apart."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sap_helpers.adam.timing import ONE_DAY, is_due

if TYPE_CHECKING:
    from sap_helpers.plan import Plan, ResponseAnalysis

SUCCESS, FAILURE, MISSING = 1, 0, -1
STATE_TEXT = {SUCCESS: "Y", FAILURE: "N", MISSING: ""}
STATE_OF = {"sledai": "SLEDAI_STATE", "bilag": "BILAG_STATE", "pga": "PGA_STATE"}
COMPONENT_PARAMS = {
    "sledai": ("SLEDRED4", "SRI component: SELENA-SLEDAI reduced"),
    "bilag": ("BILNONEW", "SRI component: no new BILAG activity"),
    "pga": ("PGANOWRS", "SRI component: PGA not worse"),
}


def derive_measures(adsl: pd.DataFrame, adqs: pd.DataFrame, cut_date: pd.Timestamp, plan: Plan) -> pd.DataFrame:
    """Return what the components of each week rest on, one row per treated subject and response week.

    Returns
    -------
    pandas.DataFrame
        USUBJID, AVISITN, DUE, TRTSDT, FASFL, PPSFL, ICEDT, ICETYPE; SLEDAI and SLEDAI22 with their _BASE and _ADT;
        NEW_A, NEW_B, BILAG_ADT; PGA and PGA_BASE (decimal objects or None), PGA_ADT; TOUCHED (a quarantined record in
        the week's or the baseline window, or one that leaves open whether there was an event: QUARFL).
    """
    keep = ["USUBJID", "TRTSDT", "FASFL", "PPSFL", "ICEDT", "ICETYPE", "QUARFL"]
    treated = adsl.loc[adsl["SAFFL"] == "Y", keep]
    grid = treated.merge(pd.DataFrame({"AVISITN": list(plan.sri.weeks)}), how="cross")
    grid["AVISITN"] = grid["AVISITN"].astype("Int64")
    due = {week: is_due(grid["TRTSDT"], week, cut_date, plan) for week in plan.sri.weeks}
    grid["DUE"] = np.select([grid["AVISITN"] == week for week in due], list(due.values()), default=False).astype(bool)
    chosen = adqs.loc[(adqs["ANL01FL"] == "Y") & adqs["AVISITN"].notna()]
    for code in ("SLEDAI", "SLEDAI22"):
        grid = _with(grid, chosen, code, {"AVAL": code, "BASE": f"{code}_BASE", "ADT": f"{code}_ADT"})
    grid = _with(grid, chosen, "BILAG", {"ADT": "BILAG_ADT"})
    grid = _with(grid, chosen, "BILNEWA", {"AVAL": "NEW_A"})
    grid = _with(grid, chosen, "BILNEWB", {"AVAL": "NEW_B"})
    pga = chosen.loc[chosen["PARAMCD"] == plan.instruments.pga.code]
    grid = _with(grid, pga, plan.instruments.pga.code, {"AVALC": "PGA", "ADT": "PGA_ADT"})
    base = pga.loc[pga["ABLFL"] == "Y"].set_index("USUBJID")["AVALC"]
    grid["PGA_BASE"] = _decimals(grid["USUBJID"].map(base))
    grid["PGA"] = _decimals(grid["PGA"])
    return grid.assign(TOUCHED=_touched(grid, adqs) | (grid["QUARFL"] == "Y"))


def derive_response(measures: pd.DataFrame, analysis: ResponseAnalysis, plan: Plan) -> pd.DataFrame:
    """Return one analysis's response per treated subject and week.

    Cases for the response itself: a required component assessed and failed, "N"; a required component not assessable,
    ""; else "Y". Cases for what it counts as: an intercurrent event on or before the assessment where events are
    failures, "N"; no response where missing is failure, "N"; no response where missing is excluded, ""; the response.

    Returns
    -------
    pandas.DataFrame
        The measures with ASSESSDT, the three _STATE columns (1 success, 0 failure, -1 not assessable), RESPONSE,
        EVENT ("" or the event's type), COUNTED ("Y", "N" or "" for excluded) and REASON (why it is not a response).
    """
    frame = measures.assign(
        SLEDAI_STATE=_sledai_state(measures, analysis), BILAG_STATE=_bilag_state(measures, analysis, plan),
        PGA_STATE=_pga_state(measures, plan), ASSESSDT=_assessment_date(measures, analysis.sledai),
    )  # fmt: skip
    states = frame[[STATE_OF[name] for name in analysis.requires]].to_numpy()
    response = np.where((states == FAILURE).any(axis=1), "N", np.where((states == MISSING).any(axis=1), "", "Y"))
    happened = (frame["ICEDT"].notna() & (frame["ICEDT"] <= frame["ASSESSDT"])).to_numpy()
    event = np.where(happened & (analysis.events == "failure"), frame["ICETYPE"], "")
    unanswered = "N" if analysis.missing == "failure" else ""
    counted = np.where(event != "", "N", np.where(response == "", unanswered, response))
    reason = np.where(event != "", event, np.where(response == "", "MISSING", np.where(response == "N", "FAILED", "")))
    return frame.assign(RESPONSE=response, EVENT=event, COUNTED=counted, REASON=reason)


def derive_response_records(responses: pd.DataFrame) -> pd.DataFrame:
    """Return the ADQS records of the primary response: the three components and SRI4, per subject and week.

    AVALC is "Y", "N" or "" and AVAL 1, 0 or missing before events and missing data are dealt with; REASON says why a
    response does not count as one (an event, MISSING, or the components that failed), CRIT1FL what it counts as.
    """
    base = {"PARCAT1": "SRI", "DTYPE": "DERIVED", "VISIT": "", "QUARFL": "", "SRCDOM": ""}
    frames = []
    for name, (code, label) in COMPONENT_PARAMS.items():
        state = responses[STATE_OF[name]]
        text = state.map(STATE_TEXT)
        reason = state.map({SUCCESS: "", FAILURE: "FAILED", MISSING: "MISSING"})
        frames.append(_response_frame(responses, code, label, text, reason).assign(CRIT1FL=""))
    failed = _failed_names(responses)
    reason = responses["REASON"].where(responses["REASON"] != "FAILED", "FAILED: " + failed)
    main = _response_frame(responses, "SRI4", "SRI-4 response", responses["RESPONSE"], reason)
    frames.append(main.assign(CRIT1FL=responses["COUNTED"].to_numpy()))
    return pd.concat(frames, ignore_index=True).assign(**base)


def _failed_names(responses: pd.DataFrame) -> pd.Series:
    """Return the names of the failed components, joined by a comma."""
    names = pd.Series("", index=responses.index, dtype=object)
    for label, column in (("SLEDAI", "SLEDAI_STATE"), ("BILAG", "BILAG_STATE"), ("PGA", "PGA_STATE")):
        names = names.mask(responses[column] == FAILURE, names.where(names == "", names + ", ") + label)
    return names


def _response_frame(responses: pd.DataFrame, code: str, label: str, text: pd.Series, reason: pd.Series) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "USUBJID": responses["USUBJID"], "PARAMCD": code, "PARAM": label, "ADT": responses["ASSESSDT"],
            "ADY": (responses["ASSESSDT"] - responses["TRTSDT"]).dt.days.astype("Int64") + 1,
            "AVISITN": responses["AVISITN"], "AVAL": text.map({"Y": 1.0, "N": 0.0}), "AVALC": text, "REASON": reason,
            "ANL01FL": responses["DUE"].map({True: "Y", False: ""}),
        }
    )  # fmt: skip


def _sledai_state(measures: pd.DataFrame, analysis: ResponseAnalysis) -> pd.Series:
    fall = measures[f"{analysis.sledai}_BASE"] - measures[analysis.sledai]
    return _state(fall.notna(), fall >= analysis.reduction)


def _bilag_state(measures: pd.DataFrame, analysis: ResponseAnalysis, plan: Plan) -> pd.Series:
    few_a, few_b = measures["NEW_A"] <= plan.sri.max_new_a, measures["NEW_B"] <= plan.sri.max_new_b
    good = few_a & few_b if analysis.bilag == "and" else few_a | few_b
    return _state(measures["NEW_A"].notna(), good)


def _pga_state(measures: pd.DataFrame, plan: Plan) -> pd.Series:
    known = measures["PGA"].notna() & measures["PGA_BASE"].notna()
    pairs = zip(measures["PGA"], measures["PGA_BASE"], known, strict=True)
    good = [bool(both and now - before < plan.sri.pga_rise) for now, before, both in pairs]
    return _state(known, pd.Series(good, index=measures.index))


def _state(known: pd.Series, good: pd.Series) -> pd.Series:
    return pd.Series(np.where(known, np.where(good, SUCCESS, FAILURE), MISSING), index=known.index)


def _assessment_date(measures: pd.DataFrame, sledai: str) -> pd.Series:
    """Return the latest date among the week's three records; without any, the week's target day."""
    latest = measures[[f"{sledai}_ADT", "BILAG_ADT", "PGA_ADT"]].max(axis=1)
    target = measures["TRTSDT"] + measures["AVISITN"].astype(int) * 7 * ONE_DAY
    return latest.fillna(target).astype("datetime64[ns]")


def _with(grid: pd.DataFrame, chosen: pd.DataFrame, code: str, columns: dict[str, str]) -> pd.DataFrame:
    part = chosen.loc[chosen["PARAMCD"] == code, ["USUBJID", "AVISITN", *columns]].rename(columns=columns)
    return grid.merge(part, on=["USUBJID", "AVISITN"], how="left")


def _decimals(text: pd.Series) -> pd.Series:
    known = {value: Decimal(value) for value in text.dropna().unique() if value}
    return pd.Series([known.get(value) for value in text], index=text.index, dtype=object)


def _touched(grid: pd.DataFrame, adqs: pd.DataFrame) -> pd.Series:
    hit = adqs.loc[(adqs["QUARFL"] == "Y") & adqs["AVISITN"].notna(), ["USUBJID", "AVISITN"]].drop_duplicates()
    weeks = pd.MultiIndex.from_frame(hit.astype({"AVISITN": int}))
    at_week = pd.MultiIndex.from_arrays([grid["USUBJID"], grid["AVISITN"].astype(int)]).isin(weeks)
    at_baseline = grid["USUBJID"].isin(hit.loc[hit["AVISITN"] == 0, "USUBJID"])
    return pd.Series(at_week, index=grid.index) | at_baseline
