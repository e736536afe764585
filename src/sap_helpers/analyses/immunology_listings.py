"""Listings of immunology: by subject cells with days since the last injection, laboratory, pairs and their changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sap_helpers.analyses.immunology_further import index_of, with_index_change
from sap_helpers.analyses.immunology_pairs import (
    chosen_values,
    days_since_injection,
    derive_pairs,
    needs_of,
    of,
)
from sap_helpers.analyses.scores import due_subjects
from sap_helpers.results import number_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sap_helpers.adam.store import Study


def list_cells(study: Study) -> pd.DataFrame:
    """Return the cells of each subject due at the outcome's week, and how long after an injection they were sampled.

    Returns
    -------
    pandas.DataFrame
        USUBJID; each cell's code with "0" and "1" for its value at both weeks (text); ADY, the study day of the later
        sample, DAYS since the last injection before it (Int64), ONDRUG ("yes", "no", "").
    """
    rule = study.plan.immunology
    codes = [cell.code for cell in rule.cells]
    values = chosen_values(study, codes)
    frame = _wide(study, values, codes)
    last = values.loc[values["AVISITN"] == rule.week]
    days = days_since_injection(study, last).groupby("USUBJID").max()
    frame["ADY"] = frame["USUBJID"].map(last.groupby("USUBJID")["ADY"].max()).astype("Int64")
    frame["DAYS"] = frame["USUBJID"].map(days).astype("Int64")
    on_drug = (frame["DAYS"] <= rule.on_drug_days).fillna(value=False)
    frame["ONDRUG"] = np.select([frame["DAYS"].isna(), on_drug], ["", "yes"], "no")
    return frame


def list_laboratory(study: Study) -> pd.DataFrame:
    """Return the laboratory of each subject due at the outcome's week: USUBJID, each test's code with "0" and "1"."""
    codes = study.plan.immunology.marker_codes
    return _wide(study, chosen_values(study, codes), codes)


def list_pairs(study: Study) -> pd.DataFrame:
    """Return the pairs of every parameter, as recorded: USUBJID, PARAMCD, FIRST, LAST (in the parameter's unit)."""
    return derive_pairs(study).rename(columns={"AVAL0": "FIRST", "AVAL1": "LAST"})[
        ["USUBJID", "PARAMCD", "FIRST", "LAST"]
    ]


def list_correlated(study: Study) -> pd.DataFrame:
    """Return the changes that are correlated: USUBJID, PARAMCD, CHANGE (on the plan's scale), INDEXCHG."""
    pairs = derive_pairs(study)
    codes = study.plan.immunology.codes
    numbers = dict.fromkeys(("CHANGE", "INDEXCHG"), float)
    parts = [with_index_change(study, of(pairs, code), index_of(study, code)).astype(numbers) for code in codes]
    return pd.concat([part[["USUBJID", "PARAMCD", *numbers]] for part in parts])


def _wide(study: Study, values: pd.DataFrame, codes: Sequence[str]) -> pd.DataFrame:
    """Return one row per subject due: the chosen value of each parameter at both weeks as it is shown."""
    rule = study.plan.immunology
    members = due_subjects(study, rule.week)["USUBJID"]
    is_there = any(not study.why_unavailable(*needs_of(study, code)) for code in codes)
    due = members if is_there else members.iloc[:0]
    shown = [
        text if kind else number_text(number)
        for text, kind, number in zip(values["AVALC"], values["DTYPE"], values["AVAL"], strict=True)
    ]
    which = values["AVISITN"].map({0: "0", rule.week: "1"})
    kept = values.assign(SHOWN=shown, COLUMN=values["PARAMCD"] + which.fillna("")).loc[which.notna()]
    wide = kept.set_index(["USUBJID", "COLUMN"])["SHOWN"].unstack("COLUMN")
    columns = [f"{code}{suffix}" for code in codes for suffix in ("0", "1")]
    return wide.reindex(index=due, columns=columns).fillna("").rename_axis(None, axis=1).reset_index()
