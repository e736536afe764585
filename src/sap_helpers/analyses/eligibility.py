"""Eligibility: the record's criteria held against what the data can say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sap_helpers.analyses.behind import explain, outside, source, subjects_source
from sap_helpers.analyses.blocks import count_results, unavailable
from sap_helpers.records import Records
from sap_helpers.results import Key, Results, join

if TYPE_CHECKING:
    from sap_helpers.adam.store import Study
    from sap_helpers.records import Source

COUNT = ("n", "N", "p")


def analyse_eligibility(study: Study) -> Results:
    """Return ELIG.CRITERIA: of the treated subjects whose data can tell, how many meet each criterion."""
    found = []
    for name, needs in CRITERIA.items():
        key = Key("ELIG.CRITERIA", "SAF", variable=name, variable_level="Y")
        why = study.why_unavailable(*needs)
        if why:
            found.append(unavailable([key], COUNT, why))
            continue
        met = is_met(study, name).dropna()
        records = Records(_behind(study, name, met.index[met == 1]), _behind(study, name, met.index))
        count = count_results(
            key, int(met.sum()), len(met), "no treated subject whose data can tell", records=records
        )  # fmt: skip
        cases = (outside(study, "SAF", met.index, CANNOT_TELL[name]),)
        found.append(explain(study, count, cases))
    return join(found)


def _behind(study: Study, name: str, subjects: pd.Index) -> tuple[Source, ...]:
    """Return the ADSL records of subjects, and the baseline records by which a criterion is judged."""
    rule = study.plan.eligibility
    codes = {
        "MANIFESTATION": ("adqs", rule.manifestation_items), "POSITIVE_TEST": ("adqs", rule.positive_test_items),
        "TRANSAMINASES": ("adlb", rule.transaminases), "SLEDAI_AT_LEAST_MIN": ("adqs", ("SLEDAI",)),
    }  # fmt: skip
    own = subjects_source(study, subjects)
    if name not in codes:
        return (own,)
    dataset, wanted = codes[name]
    frame = study[dataset]
    rows = frame.loc[frame["PARAMCD"].isin(wanted) & (frame["ABLFL"] == "Y") & frame["USUBJID"].isin(subjects)]
    return own, source(dataset, rows)


CRITERIA = {
    "SLEDAI_AT_LEAST_MIN": ("qs:SLEDAI",),
    "MANIFESTATION": ("qs",),
    "POSITIVE_TEST": ("qs",),
    "TRANSAMINASES": ("lb.LBSTNRHI",),
    "NO_CRITERION_UNMET": ("ie",),
}
CANNOT_TELL = {
    "SLEDAI_AT_LEAST_MIN": "no baseline SELENA-SLEDAI total",
    "MANIFESTATION": "none of the items present at baseline, and not all of them assessed",
    "POSITIVE_TEST": "none of the items present at baseline, and not all of them assessed",
    "TRANSAMINASES": "no transaminase with an upper limit of normal at baseline",
    "NO_CRITERION_UNMET": "no record of criteria",
}


def is_met(study: Study, name: str) -> pd.Series:
    """Return whether each treated subject meets a criterion (1 or 0); missing where the data cannot tell."""
    treated = study.subjects("SAF").set_index("USUBJID")
    rule = study.plan.eligibility
    if name == "SLEDAI_AT_LEAST_MIN":
        return (treated["SLEDBL"] >= rule.min_sledai).astype(float).where(treated["SLEDBL"].notna())
    if name == "MANIFESTATION":
        return _any_item(study, rule.manifestation_items, treated.index)
    if name == "POSITIVE_TEST":
        return _any_item(study, rule.positive_test_items, treated.index)
    if name == "TRANSAMINASES":
        return _transaminases(study, treated.index)
    return (treated["IENOTMET"] == 0).astype(float)


def _any_item(study: Study, codes: tuple[str, ...], subjects: pd.Index) -> pd.Series:
    """Return whether any of the items is present at baseline; not so only where all of them were assessed."""
    adqs = study.columns("adqs", "USUBJID", "PARAMCD", "ABLFL", "AVAL")
    items = adqs.loc[adqs["PARAMCD"].isin(codes) & (adqs["ABLFL"] == "Y")]
    wide = items.set_index(["USUBJID", "PARAMCD"])["AVAL"].unstack().reindex(index=subjects, columns=list(codes))
    state = np.select([(wide > 0).any(axis=1), wide.notna().all(axis=1)], [1.0, 0.0], np.nan)
    return pd.Series(state, index=subjects)


def _transaminases(study: Study, subjects: pd.Index) -> pd.Series:
    """Return whether no transaminase is above its multiple of the upper limit at baseline."""
    adlb, rule = study["adlb"], study.plan.eligibility
    base = adlb.loc[adlb["PARAMCD"].isin(rule.transaminases) & (adlb["ABLFL"] == "Y") & adlb["ANRHI"].notna()]
    multiple = (base["AVAL"] / base["ANRHI"]).groupby(base["USUBJID"]).max().reindex(subjects)
    return (multiple <= float(rule.max_transaminase_multiple)).astype(float).where(multiple.notna())
