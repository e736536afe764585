"""Rules that only list, on laboratory and cells: conversions made, censored and implausible values, ratios over 0."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sap_helpers.adam.laboratory import ABOVE, BELOW
from sap_helpers.cut.laboratory_checks import R078, R079, R082
from sap_helpers.cut.packed import columns_of
from sap_helpers.cut.units import load_units
from sap_helpers.findings import Rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from sap_helpers.findings import Finding
    from sap_helpers.plan import Plan

R083 = Rule("R083", "listed", "a ratio over a denominator of 0", ("cp",), "above 0", "The ratio is missing.")
RULES = (R083,)
CONVERSION = ("LBTESTCD", "LBSTRESU", "LBSTRESC")
CONVERTED = replace(R078, severity="noted", action="Converted by the table of units, exactly.")
IMPLAUSIBLE = replace(
    R078, severity="listed", title="not a plausible value", action="Analysed as it is. Check the unit."
)
IMPLAUSIBLE_CELLS = replace(R082, severity="listed", title="not a plausible value", action="Analysed as it is.")
LIMIT_USED = replace(R079, severity="noted", action="Half the limit below it, the limit above it, flagged in DTYPE.")


def check_laboratory(adlb: pd.DataFrame, domains: Mapping[str, pd.DataFrame], plan: Plan) -> list[Finding]:
    """Return the findings on units, limits of quantification, plausibility and ratios."""
    return [
        *(check_conversions(columns_of(domains, "lb", *CONVERSION)) if "lb" in domains else []), *check_censored(adlb),
        *check_plausibility(adlb, plan), *check_ratios(adlb, plan),
    ]  # fmt: skip


def check_conversions(lb: pd.DataFrame) -> list[Finding]:
    """Return one note per test and unit that was converted."""
    if "LBSTRESU" not in lb:
        return []
    table = load_units()
    factor = table.factor(lb["LBTESTCD"], lb["LBSTRESU"])
    changed = lb.loc[(lb["LBSTRESC"] != "") & factor.notna() & (factor != 1)]
    counts = changed.groupby(["LBTESTCD", "LBSTRESU"]).size().reset_index()
    return [
        CONVERTED.finding(
            domain="lb", variable=str(test), value=str(unit), allowed=table.standard[str(test)],
            problem=f"{count} result{'s' if count > 1 else ''} in another unit",
        )
        for test, unit, count in counts.itertuples(index=False)
    ]  # fmt: skip


def check_censored(adlb: pd.DataFrame) -> list[Finding]:
    """Return one note per test with results beyond a limit of quantification."""
    censored = adlb.loc[adlb["DTYPE"].isin([BELOW, ABOVE])]
    counts = censored.groupby(["SRCDOM", "PARAMCD"]).size().reset_index()
    return [
        LIMIT_USED.finding(
            domain=str(domain).lower(), variable=str(code), value=str(count),
            problem=f"{count} result{'s' if count > 1 else ''} below or above a limit of quantification",
        )
        for domain, code, count in counts.itertuples(index=False)
    ]  # fmt: skip


def check_plausibility(adlb: pd.DataFrame, plan: Plan) -> list[Finding]:
    """Return the values outside their test's plausible range, in its standard unit."""
    ranges = {code: test.plausible for code, test in plan.laboratory.tests.items()}
    ranges |= {cell.code: cell.plausible for cell in plan.immunology.cells}
    low, high = (adlb["PARAMCD"].map({code: float(limits[i]) for code, limits in ranges.items()}) for i in (0, 1))
    odd = adlb.loc[adlb["AVAL"].notna() & ((adlb["AVAL"] < low) | (adlb["AVAL"] > high)) & (adlb["SRCDOM"] != "")]
    return [
        (IMPLAUSIBLE if row["SRCDOM"] == "LB" else IMPLAUSIBLE_CELLS).finding(
            domain=row["SRCDOM"].lower(), row=int(row["SRCROW"]), usubjid=str(row["USUBJID"]),
            date=row["ADT"].date().isoformat(), variable=row["PARAMCD"],
            value=f"{row['AVAL']:g} {row['AVALU']}".strip(),
            allowed=f"{ranges[row['PARAMCD']][0]} to {ranges[row['PARAMCD']][1]}",
        )
        for _, row in odd.iterrows()
    ]  # fmt: skip


def check_ratios(adlb: pd.DataFrame, plan: Plan) -> list[Finding]:
    """Return the ratios that are missing because their denominator is 0."""
    over_zero = adlb.loc[adlb["PARAMCD"].isin([r.code for r in plan.immunology.ratios]) & adlb["AVAL"].isna()]
    return [
        R083.finding(
            domain="cp", usubjid=str(row["USUBJID"]), avisitn=int(row["AVISITN"]), variable=row["PARAMCD"], value="0"
        )
        for _, row in over_zero.iterrows()
    ]  # fmt: skip
