"""Rules that only list: results and limits of normal out of line with the others of their kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.adam.consistency_rules import R106, list_records

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    import pandas as pd

    from sap_helpers.findings import Finding
    from sap_helpers.plan import Plan


def check_outliers(data: Mapping[str, pd.DataFrame], domains: Mapping[str, pd.DataFrame], plan: Plan) -> list[Finding]:
    """Return the findings on results, and on limits of normal where the cut has them."""
    limits = check_limits(domains["lb"], plan) if "lb" in domains else []
    return limits + check_results(data["adlb"], plan)


def check_limits(lb: pd.DataFrame, plan: Plan) -> list[Finding]:
    """Return findings on limits of normal far from the median of their test and unit."""
    found = []
    for name in ("LBSTNRLO", "LBSTNRHI"):
        if name in lb:
            usual = lb.groupby([by for by in ("LBTESTCD", "LBSTRESU") if by in lb])[name].transform("median")
            is_far = _is_far(lb[name] / usual.where(usual > 0), plan.consistency.limit_fold)
            found += list_records(R106, "lb", lb.loc[is_far], name, problem="far from the limits of the other records")
    return found


def check_results(adlb: pd.DataFrame, plan: Plan) -> list[Finding]:
    """Return findings on results far from the subject's other ones, or from those of all."""
    measured = adlb.loc[adlb["AVAL"].notna() & (adlb["AVAL"] != 0) & adlb["SRCROW"].notna()]
    rule = plan.consistency
    own = measured["AVAL"] / measured.groupby(["USUBJID", "PARAMCD"])["AVAL"].transform("median")
    every = measured["AVAL"] / measured.groupby("PARAMCD")["AVAL"].transform("median")
    is_narrow = measured["PARAMCD"].isin(rule.narrow_tests)
    is_far = _is_far(own, rule.folds.own) | _is_far(every, rule.folds.all) | (measured["AVAL"] < 0)
    is_far |= is_narrow & (_is_far(own, rule.narrow_folds.own) | _is_far(every, rule.narrow_folds.all))
    # where all of a test are in another unit, no other result tells
    limit = float(rule.narrow_folds.all)
    is_far |= is_narrow & (
        (measured["AVAL"] > limit * measured["ANRHI"]) | (measured["AVAL"] * limit < measured["ANRLO"])
    )
    far = measured.loc[is_far]
    return [
        R106.finding(
            domain=str(row["SRCDOM"]).lower(), row=int(row["SRCROW"]), usubjid=str(row["USUBJID"]),
            variable=str(row["PARAMCD"]), value=f"{row['AVAL']:g}", date=str(row["ADT"].date()),
        )
        for _, row in far.iterrows()
    ]  # fmt: skip


def _is_far(ratio: pd.Series, fold: Decimal) -> pd.Series:
    """Return which ratios are a number of times too high or too low."""
    is_far: pd.Series = (ratio >= float(fold)) | (ratio <= 1 / float(fold))
    return is_far
