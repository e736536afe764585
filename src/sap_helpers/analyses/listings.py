"""Listings: frames by subject that stand behind the results; they list and count nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sap_helpers.adam.events import is_word
from sap_helpers.adam.source_keys import make_key, name_sources
from sap_helpers.analyses.blocks import RESPONSE_NEEDS
from sap_helpers.cut.packed import unpack

if TYPE_CHECKING:
    from sap_helpers.adam.store import Study

LETTERS = {"sledai": "S", "bilag": "B", "pga": "P"}
SEVERITY_ORDER = ["refused", "quarantined", "listed", "noted"]


def list_response_grid(study: Study, population: str = "FAS") -> pd.DataFrame:
    """Return the state of the primary response of each subject of an analysis set in each week.

    Returns
    -------
    pandas.DataFrame
        USUBJID, AVISITN, STATE (response, failed, event, missing, not due), FAILED (letters of failed components).
    """
    columns = ("USUBJID", "AVISITN", "ANL01FL", "CRIT1FL", "REASON")
    frame = unpack(study.select("adqs", lambda adqs: adqs["PARAMCD"] == "SRI4", ("PARAMCD",), columns))
    frame = frame.loc[frame["USUBJID"].isin(study.subjects(population)["USUBJID"])]
    if study.why_unavailable(*RESPONSE_NEEDS):
        frame = frame.iloc[:0]
    failed = frame["REASON"].str.startswith("FAILED")
    state = np.select(
        [frame["ANL01FL"] != "Y", frame["CRIT1FL"] == "Y", failed, frame["REASON"] == "MISSING"],
        ["not due", "response", "failed", "missing"], "event",
    )  # fmt: skip
    names = frame["REASON"].where(failed, "")
    letters = sum(
        (np.where(names.str.contains(name.upper()), letter, "") for name, letter in LETTERS.items()),
        start=np.full(len(frame), "", dtype=object),
    )
    return pd.DataFrame(
        {"USUBJID": frame["USUBJID"], "AVISITN": frame["AVISITN"].astype(int), "STATE": state, "FAILED": letters}
    )


def list_events(study: Study) -> pd.DataFrame:
    """Return the intercurrent events of treated subjects: USUBJID, EVENT, DETAIL, ADT, ADY, SOURCE."""
    treated = study.subjects("SAF")
    parts = []
    for kind, date, detail, domain, row, seq in (
        ("Treatment stopped", "STOPDT", "STOPRSN", "DS", "STOPROW", "STOPSEQ"),
        ("Rescue therapy", "RESCDT", "RESCTRT", "CM", "RESCROW", "RESCSEQ"),
        ("Death", "DTHDT", None, "DM", "SRCROW", None),
    ):
        had = treated.loc[treated[date].notna()]
        numbers = zip(had[row], had[seq] if seq else [None] * len(had), strict=True)
        parts.append(
            pd.DataFrame(
                {
                    "USUBJID": had["USUBJID"], "EVENT": kind, "DETAIL": had[detail] if detail else "", "ADT": had[date],
                    "ADY": (had[date] - had["TRTSDT"]).dt.days.map(lambda days: days + 1 if days >= 0 else days),
                    "SOURCE": [name_sources([make_key(domain, *pair)]) for pair in numbers],
                }
            )
        )  # fmt: skip
    return pd.concat(parts).sort_values(["USUBJID", "ADT", "EVENT"], ignore_index=True)


def list_out_of_sets(study: Study) -> pd.DataFrame:
    """Return the treated subjects that are out of a set, and why: USUBJID, SET, REASON."""
    treated = study.subjects("SAF")
    parts = [
        pd.DataFrame({"USUBJID": treated["USUBJID"], "SET": name, "REASON": treated[f"{name}OUT"]})
        for name in ("FAS", "PPS", "REM")
    ]
    frame = pd.concat(parts)
    return frame.loc[frame["REASON"] != ""].sort_values(["USUBJID", "SET"], ignore_index=True)


def list_unknown_words(study: Study) -> pd.DataFrame:
    """Return the treatment dispositions in words that the plan does not know: USUBJID, DSDECOD, ADT."""
    rule = study.plan.events
    words = (*rule.completed, *rule.response_completion, *rule.known_reasons)
    ended = study.subjects("SAF").loc[lambda adsl: adsl["EOTDT"].notna()]
    unknown = ended.loc[~is_word(ended["EOTDECOD"], words)]
    return pd.DataFrame({"USUBJID": unknown["USUBJID"], "DSDECOD": unknown["EOTDECOD"], "ADT": unknown["EOTDT"]})


def list_findings(study: Study, *severities: str) -> pd.DataFrame:
    """Return the findings of the severities named (all by default), in report order, as the columns of findings.csv."""
    frame = pd.DataFrame(
        study.findings,
        columns=["rule", "severity", "domain", "row", "USUBJID", "AVISITN", "variable", "value", "allowed", "action"],
    )
    return frame.loc[frame["severity"].isin(severities or SEVERITY_ORDER)].reset_index(drop=True)


def list_deviations(study: Study) -> pd.DataFrame:
    """Return the deviations of treated subjects: USUBJID, DVCAT, DVDECOD, ADT, ADY."""
    addv = study["addv"]
    return addv.loc[
        addv["USUBJID"].isin(study.subjects("SAF")["USUBJID"]), ["USUBJID", "DVCAT", "DVDECOD", "ADT", "ADY"]
    ]


def list_possible_rescue(study: Study) -> pd.DataFrame:
    """Return possible unrecorded rescue: listed drugs started after the first dose and not coded."""
    adcm = study["adcm"]
    return adcm.loc[adcm["CRIT2FL"] == "Y", ["USUBJID", "CMTRT", "CMDECOD", "CMCAT", "ASTDT", "ADY"]]
