"""All analysis data of one cut, derived once and in order: exposure, subjects, questionnaires, laboratory, response."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sap_helpers.adam.adverse_events import derive_adverse_events
from sap_helpers.adam.blocks import derive_by_subjects, is_assessment
from sap_helpers.adam.deviations import derive_deviations
from sap_helpers.adam.exposure import derive_exposure
from sap_helpers.adam.instruments import derive_questionnaires
from sap_helpers.adam.laboratory import derive_laboratory
from sap_helpers.adam.medication import compute_daily_prednisone, derive_medication
from sap_helpers.adam.relapses import derive_remission_set
from sap_helpers.adam.response import derive_measures, derive_response, derive_response_records
from sap_helpers.adam.risk import derive_vars_risk
from sap_helpers.adam.states import derive_state_records
from sap_helpers.adam.subjects import derive_sets, derive_subjects
from sap_helpers.adam.times import derive_relapse_records, derive_response_time_records, derive_times
from sap_helpers.cut.packed import PackedFrames, join_packed, pack, unpack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sap_helpers.plan import Plan

FLAGS = ("ABLFL", "REASON", "CRIT1FL", "ANL01FL")
STATE_COLUMNS = ("USUBJID", "PARAMCD", "AVISITN", "AVAL", "AVALC", "ADT", "ANL01FL")
QS_COLUMNS = ("USUBJID", "QSCAT", "QSTESTCD", "QSSTRESC", "QSDTC", "QUARFL")


def derive_analysis_data(domains: Mapping[str, pd.DataFrame], cut_date: pd.Timestamp, plan: Plan) -> PackedFrames:
    """Return every analysis data set of a cut, by name, its records numbered (ASEQ) in their order.

    Parameters
    ----------
    domains
        The domains of a cut after every check; dm and ex must be among them.
    cut_date
        The last day that counts.

    Returns
    -------
    PackedFrames
        adsl, adex, adqs, adlb, adcm, addv, adtte, adae. An absent domain gives a data set with its columns and no
        record.
    """
    adex = derive_exposure(domains["ex"], plan)
    adsl = derive_subjects(domains, adex, cut_date, plan)
    items = derive_by_subjects(
        domains, ("qs",), adsl, lambda of, some: derive_questionnaires(of.get("qs", _empty_qs()), some, plan)
    )
    adqs = unpack(items.loc[is_assessment(items, plan)])
    baseline = adqs.loc[(adqs["PARAMCD"] == "SLEDAI") & (adqs["ABLFL"] == "Y")].set_index("USUBJID")["AVAL"]
    adsl = derive_sets(adsl, baseline, plan)
    adcm = derive_medication(domains.get("cm"), adsl, plan)
    on_first_day = compute_daily_prednisone(adcm, adsl.set_index("USUBJID")["TRTSDT"])
    adsl = adsl.assign(PREDBL=adsl["USUBJID"].map(on_first_day).astype(float))
    primary = plan.sri.analyses[0]
    responses = derive_response(derive_measures(adsl, adqs, cut_date, plan), primary, plan)
    records = derive_response_records(responses)
    chosen = unpack(items.loc[items["ANL01FL"] == "Y", list(STATE_COLUMNS)])
    states = derive_state_records(adsl, chosen, adcm, cut_date, plan)
    held = join_packed([items, _packed(records), _packed(states)])
    del items, chosen, records, states
    held["ASEQ"] = range(1, len(held) + 1)
    adqs = unpack(held.loc[is_assessment(held, plan)])
    adlb = derive_by_subjects(
        domains, ("lb", "cp"), adsl, lambda of, some: derive_laboratory(of.get("lb"), of.get("cp"), some, plan)
    )
    addv = derive_deviations(domains.get("dv"), adsl)
    adsl = _with_criteria(adsl, domains.get("ie"), plan)
    adsl = derive_vars_risk(adsl, domains, cut_date, plan)
    adae = derive_adverse_events(domains.get("ae"), domains["dm"], adsl, adex, plan)
    # times name the records that they rest on, so that these are numbered first
    adsl = _numbered(adsl)
    adsl = derive_remission_set(adsl, adqs, cut_date, plan, is_available="DSSCAT" in domains.get("ds", ()))
    adtte = derive_times(
        [
            *derive_relapse_records(adsl, adqs, cut_date, plan),
            derive_response_time_records(adsl, adqs, responses, plan),
        ]
    )
    frames = {
        "adsl": adsl, "adex": adex, "adqs": held, "adlb": adlb, "adcm": adcm, "addv": addv, "adtte": adtte,
        "adae": adae,
    }  # fmt: skip
    return PackedFrames({name: pack(_numbered(frame)) for name, frame in frames.items()})


def _numbered(frame: pd.DataFrame) -> pd.DataFrame:
    return frame if "ASEQ" in frame else frame.assign(ASEQ=range(1, len(frame) + 1))


def _packed(records: pd.DataFrame) -> pd.DataFrame:
    """Return derived records of ADQS packed, a missing flag or reason as the empty text."""
    return pack(records.fillna(dict.fromkeys(FLAGS, "")))


def _empty_qs() -> pd.DataFrame:
    frame = pd.DataFrame({name: pd.Series(dtype=object) for name in QS_COLUMNS})
    return frame.assign(ROW=pd.Series(dtype="int64"))


def _with_criteria(adsl: pd.DataFrame, ie: pd.DataFrame | None, plan: Plan) -> pd.DataFrame:
    """Add IENOTMET, the number of eligibility criteria recorded as not met; missing where the cut has no IE domain.

    A record says that a criterion is not met, as is the habit of IE, unless its result is the plan's word for met.
    """
    if ie is None:
        return adsl.assign(IENOTMET=pd.array([pd.NA] * len(adsl), dtype="Int64"))
    code, result = (ie[name].str.strip().str.upper() if name in ie else "" for name in ("IETESTCD", "IEORRES"))
    said = pd.DataFrame({"CODE": code, "RESULT": result}, index=ie.index)
    is_met = pd.Series(data=False, index=ie.index)
    for kind, word in plan.eligibility.met_results.items():
        is_met |= said["CODE"].str.startswith(kind) & (said["RESULT"] == word)
    counts = ie.loc[~is_met].groupby("USUBJID").size()
    return adsl.assign(IENOTMET=adsl["USUBJID"].map(counts).fillna(0).astype("Int64"))
