"""Times to events as ADTTE: the first relapse, the first rise of the second reading, the first response."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sap_helpers.adam.relapses import derive_relapses
from sap_helpers.adam.timing import ONE_DAY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sap_helpers.plan import Plan
    from sap_helpers.plan.relapse import RelapseDefinition

COLUMNS = (
    "USUBJID", "PARAMCD", "PARAM", "STARTDT", "ADT", "AVAL", "CNSR", "EVNTDESC", "CNSDTDSC", "SRCDOM", "SRCROW",
    "SRCSEQ",
)  # fmt: skip


def relapse_parameter(definition: RelapseDefinition) -> str:
    """Return the parameter of a definition that stands in every table: RELAPSE, or with its rise RELAPSE4."""
    return "RELAPSE" if definition.role == "primary" else f"RELAPSE{definition.least_rise}"


def derive_relapse_records(
    adsl: pd.DataFrame, adqs: pd.DataFrame, cut_date: pd.Timestamp, plan: Plan
) -> list[pd.DataFrame]:
    """Return the records of time to the first relapse, one frame a definition; days from the reference assessment.

    Parameters
    ----------
    adsl
        With REMFL; the members of that set have one record a definition.
    adqs
        Numbered (ASEQ).
    """
    parts = []
    for definition in plan.relapse.of("primary", "beside"):
        rise = f"{definition.least_rise} point{'s' if definition.least_rise > 1 else ''}"
        event = f"SELENA-SLEDAI AT LEAST {rise.upper()} ABOVE THE REFERENCE"
        found = derive_relapses(adsl, adqs, cut_date, definition, plan).subjects
        found = found.loc[found["USUBJID"].isin(adsl.loc[adsl["REMFL"] == "Y", "USUBJID"])]
        censored = np.where(found["NFUP"] > 0, "LAST FOLLOW-UP ASSESSMENT", "NO FOLLOW-UP ASSESSMENT")
        parts.append(
            _records(
                found["USUBJID"], code=relapse_parameter(definition),
                name=f"Time to first relapse: rise of at least {rise}", start=found["REFDT"],
                end=found["REFDT"] + found["TIME"] * ONE_DAY, days=found["TIME"], is_event=found["RELAPSED"],
                event=event, censored=censored, domain="ADQS", record=found["SRCSEQ"],
            )
        )  # fmt: skip
    return parts


def derive_response_times(adsl: pd.DataFrame, responses: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Return the day of the first response of each subject, or of its censoring.

    Cases, the first that applies: a response at a due week, the day of that assessment; an intercurrent event up to the
    last day of the key week's window, censored on that day; an assessed due week, censored at the last one; else 0.

    Parameters
    ----------
    adsl
        The subjects: USUBJID, TRTSDT, ICEDT.
    responses
        The primary analysis's responses of their due weeks, as `derive_response` returns them.

    Returns
    -------
    pandas.DataFrame
        USUBJID, TRTSDT, TIME (days), EVENT (1 response, 0 censored), CENSORED (why, "" for a response).
    """
    last_day = plan.time.window(plan.sri.key_week)[1]
    adsl = adsl.set_index("USUBJID")
    within = responses.loc[responses["AVISITN"] <= plan.sri.key_week]
    day = (within["ASSESSDT"] - within["TRTSDT"]).dt.days + 1
    first = day[within["COUNTED"] == "Y"].groupby(within["USUBJID"]).min().reindex(adsl.index)
    assessed = day[within["RESPONSE"] != ""].groupby(within["USUBJID"]).max().reindex(adsl.index)
    is_held = adsl["ICEDT"] <= adsl["TRTSDT"] + (last_day - 1) * ONE_DAY
    censored = assessed.fillna(0).mask(is_held, last_day)
    time = first.fillna(censored).clip(lower=0)
    why = np.select(
        [first.notna(), is_held, assessed.notna()],
        ["", f"INTERCURRENT EVENT: AT RISK TO DAY {last_day}", "LAST ASSESSED DUE WEEK"], "NO ASSESSED DUE WEEK",
    )  # fmt: skip
    return pd.DataFrame(
        {
            "USUBJID": adsl.index, "TRTSDT": adsl["TRTSDT"].to_numpy(), "TIME": time.to_numpy(),
            "EVENT": first.notna().astype(int).to_numpy(), "CENSORED": why,
        }
    )  # fmt: skip


def derive_response_time_records(
    adsl: pd.DataFrame, adqs: pd.DataFrame, responses: pd.DataFrame, plan: Plan
) -> pd.DataFrame:
    """Return the records of time to the first SRI-4 response of the full analysis set, by study day.

    Parameters
    ----------
    adsl, adqs
        Numbered (ASEQ).
    responses
        The primary analysis's responses, due or not.
    """
    analysed = adsl.loc[adsl["FASFL"] == "Y"]
    counted = responses.loc[responses["DUE"] & responses["USUBJID"].isin(analysed["USUBJID"])]
    times = derive_response_times(analysed, counted, plan)
    end = times["TRTSDT"] + (times["TIME"] - 1).clip(lower=0) * ONE_DAY
    is_held = times["CENSORED"].str.startswith("INTERCURRENT")
    source = adqs.loc[(adqs["PARAMCD"] == "SRI4") & (adqs["ANL01FL"] == "Y")].drop_duplicates(["USUBJID", "ADT"])
    places = pd.MultiIndex.from_arrays([times["USUBJID"], end])
    of_day = pd.Series(source.set_index(["USUBJID", "ADT"])["ASEQ"].reindex(places).to_numpy(), index=times.index)
    of_subject = times["USUBJID"].map(analysed.set_index("USUBJID")["ASEQ"])
    is_assessed = (times["EVENT"] == 1) | (times["CENSORED"] == "LAST ASSESSED DUE WEEK")
    return _records(
        times["USUBJID"], code="RESPONSE", name="Time to first SRI-4 response", start=times["TRTSDT"], end=end,
        days=times["TIME"], is_event=times["EVENT"] == 1, event="FIRST SRI-4 RESPONSE", censored=times["CENSORED"],
        domain=np.where(is_assessed & ~is_held, "ADQS", "ADSL"), record=of_day.where(is_assessed, of_subject),
    )  # fmt: skip


def derive_times(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Return ADTTE without numbering: the parts below one another, subjects in order within each parameter.

    Returns
    -------
    pandas.DataFrame
        USUBJID, PARAMCD, PARAM, STARTDT, ADT, AVAL (days), CNSR (0 event, 1 censored), EVNTDESC, CNSDTDSC, SRCDOM (an
        analysis data set), SRCROW (missing), SRCSEQ (ASEQ there).
    """
    filled = [part for part in parts if len(part)] or parts[:1]
    return pd.concat(filled, ignore_index=True)[list(COLUMNS)]


def _records(
    subjects: pd.Series, *, code: str, name: str, start: pd.Series, end: pd.Series, days: pd.Series,
    is_event: pd.Series, event: str, censored: NDArray[np.str_] | pd.Series, domain: NDArray[np.str_] | str,
    record: pd.Series,
) -> pd.DataFrame:  # fmt: skip
    frame = pd.DataFrame(
        {
            "USUBJID": subjects, "PARAMCD": code, "PARAM": name, "STARTDT": start.astype("datetime64[ns]"),
            "ADT": end.astype("datetime64[ns]"), "AVAL": days.astype(float), "CNSR": (~is_event).astype("Int64"),
            "EVNTDESC": np.where(is_event, event, ""), "CNSDTDSC": np.where(is_event, "", censored), "SRCDOM": domain,
            "SRCROW": pd.array([pd.NA] * len(subjects), dtype="Int64"), "SRCSEQ": record.astype(float),
        }
    )  # fmt: skip
    return frame.astype({"PARAMCD": object, "PARAM": object}).reset_index(drop=True)
