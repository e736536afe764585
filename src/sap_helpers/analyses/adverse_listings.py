"""Listings of adverse events: frames by subject that stand behind the results and the figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sap_helpers.adam.adverse_events import split_categories
from sap_helpers.adam.cycles import derive_cycles
from sap_helpers.adam.timing import compute_study_day
from sap_helpers.analyses.adverse_blocks import UNCATEGORISED, emergent
from sap_helpers.analyses.adverse_events import is_listed, is_unreadable
from sap_helpers.analyses.organ_safety import derive_liver

if TYPE_CHECKING:
    from sap_helpers.adam.store import Study

FLAGS = {"SERFL": "serious", "FATALFL": "fatal", "WDRFL": "withdrawal"}
SHOWN = ["USUBJID", "AETERM", "AEDECOD", "AEBODSYS", "ATOXGRN", "ASTDT", "ASTDY", "AENDT", "AEREL", "AEOUT", "AESI"]


def list_adverse_events(study: Study) -> pd.DataFrame:
    """Return AE.LISTING: the emergent events that are serious, fatal, led to withdrawal or are of a severe grade.

    Returns
    -------
    pandas.DataFrame
        USUBJID, AETERM, AEDECOD, AEBODSYS, ATOXGRN, ASTDT, ASTDY, AENDT, AEREL, AEOUT, AESI, KIND (why it is listed),
        LUPUS ("yes" where it is activity of the disease itself).
    """
    events = emergent(study)
    rows = events.loc[is_listed(events, study.plan)]
    severe = (rows["ATOXGRN"] >= study.plan.safety.severe_grade).fillna(value=False).astype(bool)
    kinds = [np.where(rows[flag] == "Y", word, "") for flag, word in FLAGS.items()]
    kinds.append(np.where(is_unreadable(rows, "SERIOUS"), "seriousness not known", ""))
    kinds.append(np.where(severe, f"grade >= {study.plan.safety.severe_grade}", ""))
    kind = ["; ".join(word for word in words if word) for words in zip(*kinds, strict=True)]
    lupus = np.where(rows["SLEFL"] == "Y", "yes", "")
    return rows[SHOWN].assign(KIND=kind, LUPUS=lupus).reset_index(drop=True)


def list_deaths(study: Study) -> pd.DataFrame:
    """Return the deaths of treated subjects: USUBJID, DTHDT, ADY, SINCE (days since the last dose), AEDECOD."""
    died = study.subjects("SAF").loc[lambda adsl: adsl["DTHDT"].notna()]
    fatal = study["adae"].loc[study["adae"]["FATALFL"] == "Y"]
    terms = fatal.groupby("USUBJID")["AEDECOD"].agg("; ".join)
    return pd.DataFrame(
        {
            "USUBJID": died["USUBJID"], "DTHDT": died["DTHDT"], "ADY": compute_study_day(died["DTHDT"], died["TRTSDT"]),
            "SINCE": (died["DTHDT"] - died["TRTEDT"]).dt.days, "AEDECOD": died["USUBJID"].map(terms).fillna(""),
        }
    ).reset_index(drop=True)  # fmt: skip


def list_missing_causality(study: Study) -> pd.DataFrame:
    """Return the emergent events without a recorded relation to treatment, which count as related."""
    events = emergent(study)
    missing = events.loc[events["AEREL"].str.strip() == ""]
    return missing[["USUBJID", "AETERM", "AEDECOD", "ATOXGRN", "ASTDT", "ASTDY"]].reset_index(drop=True)


def list_uncategorised(study: Study) -> pd.DataFrame:
    """Return the terms of emergent events in no category: AEDECOD, AEBODSYS, SUBJECTS, EVENTS, most subjects first."""
    events = emergent(study)
    rows = events.loc[events["AESI"] == ""]
    groups = [rows["AEDECOD"].str.strip().str.casefold(), rows["AEBODSYS"].str.strip().str.casefold()]
    by = rows.groupby(groups, sort=True)
    found = pd.DataFrame(
        {"AEDECOD": by["AEDECOD"].min(), "AEBODSYS": by["AEBODSYS"].min(), "SUBJECTS": by["USUBJID"].nunique(),
         "EVENTS": by["ASEQ"].size()}
    )  # fmt: skip
    found = found.reset_index(drop=True)
    return found.sort_values(["SUBJECTS", "AEDECOD"], ascending=[False, True], ignore_index=True)


def list_lupus_activity(study: Study) -> pd.DataFrame:
    """Return the emergent events that are activity of the disease itself."""
    events = emergent(study)
    rows = events.loc[events["SLEFL"] == "Y"]
    return rows[["USUBJID", "AETERM", "AEDECOD", "ATOXGRN", "ASTDT", "ASTDY", "AENDT"]].reset_index(drop=True)


def list_liver_peaks(study: Study) -> pd.DataFrame:
    """Return the liver peaks as `derive_liver` does, with ABNORMAL ("yes" where a peak passes its threshold).

    On ten decimals, so that three times 0.1 is 0.3.
    """
    peaks = derive_liver(study).round(10)
    rule = study.plan.safety.liver
    over = (peaks["XULN_T"] >= float(rule.transaminase_multiple)) | (peaks["XULN_B"] > float(rule.bilirubin_multiple))
    return peaks.assign(ABNORMAL=np.where(over, "yes", ""))


def list_liver_above(study: Study) -> pd.DataFrame:
    """Return the liver peaks of the subjects with a transaminase or a bilirubin above its threshold."""
    peaks = list_liver_peaks(study)
    return peaks.loc[peaks["ABNORMAL"] == "yes"]


def list_onsets(study: Study) -> pd.DataFrame:
    """Return every emergent event once for each of its categories: USUBJID, AESI, ASTDY, GRADE (0: missing)."""
    events = split_categories(emergent(study))
    code = events["AESI"].replace("", UNCATEGORISED)
    return pd.DataFrame(
        {
            "USUBJID": events["USUBJID"], "AESI": code, "ASTDY": events["ASTDY"].astype(int),
            "GRADE": events["ATOXGRN"].fillna(0).astype(int),
        }
    )  # fmt: skip


def list_dosing_blocks(study: Study) -> pd.DataFrame:
    """Return first and last day with a dose in each cycle of treated subjects: USUBJID, CYCLE, FIRST, LAST."""
    treated = study.subjects("SAF").set_index("USUBJID")["TRTSDT"]
    adex = study["adex"]
    cycles = derive_cycles(adex.loc[adex["USUBJID"].isin(treated.index)], study.plan)
    first_dose = cycles["USUBJID"].map(treated)
    return pd.DataFrame(
        {
            "USUBJID": cycles["USUBJID"], "CYCLE": cycles["CYCLE"],
            "FIRST": compute_study_day(cycles["ASTDT"], first_dose).astype(int),
            "LAST": compute_study_day(cycles["LDOSEDT"], first_dose).astype(int),
        }
    )  # fmt: skip


def list_timeline(study: Study) -> pd.DataFrame:
    """Return the emergent events of every treated subject with the end of its time at risk.

    Returns
    -------
    pandas.DataFrame
        USUBJID, RISKEND (study day), DEATH (study day, missing where alive), and of each event START, END (study days,
        END missing where it goes on), GRADE (0 where missing), all float64, SERFL, AEDECOD; a subject without an event
        has one row with START missing.
    """
    treated = study.subjects("SAF")
    ends = pd.DataFrame(
        {
            "USUBJID": treated["USUBJID"], "RISKEND": compute_study_day(treated["RISKENDT"], treated["TRTSDT"]),
            "DEATH": compute_study_day(treated["DTHDT"], treated["TRTSDT"]),
        }
    )  # fmt: skip
    events = emergent(study)
    rows = pd.DataFrame(
        {
            "USUBJID": events["USUBJID"], "START": events["ASTDY"], "END": events["AENDY"],
            "GRADE": events["ATOXGRN"].fillna(0), "SERFL": events["SERFL"], "AEDECOD": events["AEDECOD"],
        }
    )  # fmt: skip
    days = dict.fromkeys(("RISKEND", "DEATH", "START", "END", "GRADE"), "float64")
    joined = ends.merge(rows, on="USUBJID", how="left").astype(days)
    return joined.sort_values(["USUBJID", "START"], ignore_index=True)
