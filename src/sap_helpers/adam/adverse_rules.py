"""Rules that only list, of adverse events: before consent or first dose, fatal without a death, without a code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sap_helpers.adam.adverse_events import has_death_date
from sap_helpers.adam.dates import compute_earliest, compute_latest
from sap_helpers.adam.events import is_word
from sap_helpers.findings import Finding, Rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sap_helpers.plan import Plan

R061 = Rule(
    "R061", "listed", "an event that started before consent or the first dose", ("ae", "dm", "ex"), "",
    "Not treatment-emergent where it is before the first dose.",
)  # fmt: skip
R085 = Rule(
    "R085", "listed", "a fatal outcome without a date of death in DM", ("ae", "dm"), "a DTHDTC",
    "Fatal only where the event has ended by the cut. Complete DM.",
)  # fmt: skip
R086 = Rule(
    "R086", "listed", "an event without a coded term or class", ("ae",), "an AEDECOD and an AEBODSYS",
    "Counted among the uncategorised. Code the event.",
)  # fmt: skip
RULES = (R061, R085, R086)


def check_adverse_events(
    data: Mapping[str, pd.DataFrame], domains: Mapping[str, pd.DataFrame], plan: Plan
) -> list[Finding]:
    """Return the findings of the rules on adverse events; none where the cut has no AE domain."""
    if "ae" not in domains:
        return []
    ae, dm = domains["ae"], domains["dm"]
    adae = data["adae"]
    is_before = (adae["ASTDY"] < 0) | adae["ASTDT"].isna()
    is_early = ae["ROW"].isin(adae.loc[is_before.fillna(value=False), "SRCROW"].astype(int))
    is_early |= compute_latest(ae["AESTDTC"]) < ae["USUBJID"].map(_consent(dm))
    outcome = ae["AEOUT"] if "AEOUT" in ae else pd.Series("", index=ae.index, dtype=object)
    is_undated = is_word(outcome, plan.safety.words.fatal) & ~has_death_date(ae["USUBJID"], dm)
    has_no_term, has_no_class = (ae[name].str.strip() == "" for name in ("AEDECOD", "AEBODSYS"))
    return [
        *_list(R061, ae.loc[is_early], "AESTDTC"),
        *_list(R085, ae.loc[is_undated], "AEOUT"),
        *_list(R086, ae.loc[has_no_term], "AEDECOD"),
        *_list(R086, ae.loc[has_no_class & ~has_no_term], "AEBODSYS"),
    ]


def _consent(dm: pd.DataFrame) -> pd.Series:
    """Return the earliest day that the consent's date allows, by USUBJID."""
    if "RFICDTC" not in dm:
        return pd.Series(dtype="datetime64[ns]")
    return pd.Series(compute_earliest(dm["RFICDTC"]).to_numpy(), index=dm["USUBJID"])


def _list(rule: Rule, records: pd.DataFrame, variable: str) -> list[Finding]:
    date = "" if variable == "AESTDTC" else "AESTDTC"
    return [
        rule.finding(
            domain="ae", row=int(row["ROW"]), usubjid=str(row["USUBJID"]), variable=variable,
            value=str(row[variable]) or str(row["AETERM"]), date=str(row[date]) if date else "",
        )
        for _, row in records.iterrows()
    ]  # fmt: skip
