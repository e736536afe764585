"""Checks on adverse events: what one record contradicts in itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from sap_helpers.cut.checks import Check
from sap_helpers.cut.instrument_checks import R049
from sap_helpers.findings import Rule

if TYPE_CHECKING:
    from sap_helpers.cut.checks import Context

R084 = Rule(
    "R084", "listed", "not marked as serious, but a criterion of seriousness is", ("ae",), "Y where a criterion is Y",
    "Analysed as AESER says. Correct the source, or record the query.",
)  # fmt: skip
REPEATED = replace(
    R049, title="a record twice, alike in every cell", domains=("ae",), allowed="one record a sequence number",
    action="Kept once. Correct the source.",
)  # fmt: skip
RULES = (R084,)
CRITERIA = ("AESDTH", "AESHOSP", "AESLIFE", "AESDISAB", "AESCONG", "AESMIE", "AESCAN", "AESOD")


def find_unmarked_serious(ae: pd.DataFrame, context: Context) -> pd.Series:
    """Return the events that AESER does not call serious although one of the criteria holds."""
    words = {word.upper() for word in context.plan.safety.words.serious}
    present = [ae[name].str.strip().str.upper() == "Y" for name in CRITERIA if name in ae]
    holds = pd.concat(present, axis=1).any(axis=1) if present else pd.Series(data=False, index=ae.index)
    return holds & ~ae["AESER"].str.strip().str.upper().isin(words)


def find_repeated_records(ae: pd.DataFrame, _: Context) -> pd.Series:
    """Return the later ones of records with one sequence number that are alike in every cell but their row number."""
    cells = ae.drop(columns=["ROW", "QUARFL"])
    return cells.duplicated() & cells["AESEQ"].notna()


CHECKS: tuple[Check, ...] = (
    Check(REPEATED, "ae", "AESEQ", find_repeated_records, "drop"),
    Check(R084, "ae", "AESER", find_unmarked_serious, "list"),
)
