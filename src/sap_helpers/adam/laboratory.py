"""Laboratory and cells as ADLB: values in the standard unit, censored ones flagged, one chosen a week, and ratios."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sap_helpers.adam.dates import compute_earliest
from sap_helpers.adam.timing import derive_var_avisitn, derive_vars_base_change, derive_vars_chosen
from sap_helpers.cut.laboratory_checks import CENSORED
from sap_helpers.cut.units import compute_scaled, load_units
from sap_helpers.cut.values import to_number

if TYPE_CHECKING:
    from sap_helpers.plan import Plan
    from sap_helpers.plan.immunology import Ratio

BELOW, ABOVE = "HALF LLOQ", "ULOQ"
LABORATORY, CELLS = "LABORATORY", "CELLS"
CHOICE = ("ANL01FL", "ABLFL")


def derive_laboratory(
    lb: pd.DataFrame | None, cp: pd.DataFrame | None, subjects: pd.DataFrame, plan: Plan
) -> pd.DataFrame:
    """Return ADLB without numbering: the laboratory (PARCAT1 LABORATORY) and the cells (CELLS) of treated subjects.

    A value and its limits of normal stand in the standard unit of the table of units. A text that is neither a number
    nor a limit stays in AVALC. Such a record is never the one chosen for a week, nor is one dated after the death.

    Returns
    -------
    pandas.DataFrame
        USUBJID, PARCAT1, PARAMCD, PARAM, ADT, ADY, AVISITN, VISIT, AVAL, AVALC, AVALU, DTYPE ("HALF LLOQ" or "ULOQ"
        where censored, "RATIO" of a ratio of two chosen values), ANRLO, ANRHI, BASE, CHG, ABLFL, ANL01FL, QUARFL,
        SRCDOM, SRCROW, SRCSEQ.
    """
    treated = subjects.loc[subjects["SAFFL"] == "Y"]
    parts = [_records(lb, "LB", LABORATORY), _records(cp, "CP", CELLS)]
    frame = pd.concat(parts, ignore_index=True)
    frame = frame.loc[frame["USUBJID"].isin(treated["USUBJID"])].reset_index(drop=True)
    frame = derive_standard_units(frame)
    frame = frame.assign(PARAM=compute_parameter(frame, plan))
    frame = derive_var_avisitn(frame, treated, plan)
    is_late = frame["ADT"] > frame["USUBJID"].map(treated.set_index("USUBJID")["DTHDT"])
    numbers = frame.assign(AVALC="", AVAL=frame["AVAL"].mask(is_late), _seq=frame["SRCSEQ"].fillna(-1))
    chosen = derive_vars_chosen(numbers, order=["_seq", "SRCROW"])
    frame = frame.assign(**{name: chosen[name] for name in CHOICE})
    ratios = [ratio for planned in plan.immunology.ratios if len(ratio := derive_ratio(frame, planned))]
    frame = pd.concat([frame, *ratios], ignore_index=True)
    frame = derive_vars_base_change(frame)
    return frame.sort_values(["USUBJID", "PARCAT1", "PARAMCD", "ADT"], ignore_index=True)


def derive_censored(text: pd.Series) -> pd.DataFrame:
    """Return AVAL and DTYPE of results: a number as it is; below a limit half of it; above a limit the limit itself.

    Cases, the first that applies: a number; ``<x``, x / 2, "HALF LLOQ"; ``>x``, x, "ULOQ"; any other text, missing.
    """
    places, distinct = pd.factorize(text)
    return _read_results(pd.Series(distinct, dtype=object)).iloc[places].set_axis(text.index)


def _read_results(text: pd.Series) -> pd.DataFrame:
    parts = text.str.extract(CENSORED)
    limit = to_number(parts["limit"].fillna(""))
    below = parts["sign"] == "<"
    value = to_number(text).fillna(limit.where(~below, limit / 2))
    kind = pd.Series(np.where(limit.isna(), "", np.where(below, BELOW, ABOVE)), index=text.index, dtype=object)
    return pd.DataFrame({"AVAL": value, "DTYPE": kind})


def derive_standard_units(records: pd.DataFrame) -> pd.DataFrame:
    """Convert AVAL, ANRLO and ANRHI of laboratory records to the test's standard unit (AVALU), exactly.

    Cases, the first that applies: no laboratory record, or a test or unit that the table of units does not have, as it
    is; else value and limits times the factor, in the standard unit.
    """
    table = load_units()
    # a cell has no laboratory unit, whatever its code is
    unit = records["AVALU"].where(records["PARCAT1"] == LABORATORY, "")
    factor = table.factor(records["PARAMCD"], unit)
    unit = records["AVALU"].where(factor.isna(), records["PARAMCD"].map(dict(table.standard)))
    scaled = {name: compute_scaled(records[name], factor) for name in ("AVAL", "ANRLO", "ANRHI")}
    return records.assign(AVALU=unit, **scaled)


def compute_parameter(records: pd.DataFrame, plan: Plan) -> pd.Series:
    """Return the name of each record's parameter with its unit; the code where the plan has no name for it."""
    rule = plan.immunology
    units = dict.fromkeys((cell.code for cell in rule.cells), rule.unit) | dict(load_units().standard)
    names = {code: test.name for code, test in plan.laboratory.tests.items()}
    names |= {cell.code: cell.name for cell in rule.cells} | {ratio.code: ratio.name for ratio in rule.ratios}
    labels = {code: f"{name} ({units[code]})" if code in units else name for code, name in names.items()}
    return records["PARAMCD"].map(labels).fillna(records["PARAMCD"]).astype(object)


def derive_ratio(records: pd.DataFrame, ratio: Ratio) -> pd.DataFrame:
    """Return one record per subject and week with both chosen values: their ratio, missing over a denominator of 0.

    It is dated by the later of the two samples and is the value of its week where it is not missing.
    """
    keys = ["USUBJID", "AVISITN"]
    chosen = records.loc[(records["PARCAT1"] == CELLS) & (records["ANL01FL"] == "Y")]
    above = chosen.loc[chosen["PARAMCD"] == ratio.numerator]
    below = chosen.loc[chosen["PARAMCD"] == ratio.denominator, [*keys, "AVAL", "ADT", "ADY", "QUARFL"]]
    both = above.merge(below, on=keys, suffixes=("", "_D"))
    value = both["AVAL"] / both["AVAL_D"].where(both["AVAL_D"] != 0)
    flag = pd.Series(np.where(value.notna(), "Y", ""), index=both.index, dtype=object)
    touched = (both["QUARFL"] == "Y") | (both["QUARFL_D"] == "Y")
    made = both[records.columns].assign(
        PARAMCD=ratio.code, PARAM=ratio.name, AVAL=value, AVALC="", AVALU="", DTYPE="RATIO", VISIT="",
        ADT=both[["ADT", "ADT_D"]].max(axis=1), ADY=both[["ADY", "ADY_D"]].max(axis=1), ANRLO=np.nan, ANRHI=np.nan,
        ANL01FL=flag, ABLFL=flag.where(both["AVISITN"] == 0, ""), QUARFL=np.where(touched, "Y", ""), SRCDOM="",
        SRCROW=pd.array([pd.NA] * len(both), dtype="Int64"), SRCSEQ=np.nan,
    )  # fmt: skip
    return made.astype(records.dtypes.to_dict())


def _records(source: pd.DataFrame | None, domain: str, category: str) -> pd.DataFrame:
    """Return one analysis record per record of a findings domain, the domain's prefix taken off its names."""
    if source is None:
        source = pd.DataFrame(
            columns=["USUBJID", "QUARFL", f"{domain}TESTCD", f"{domain}STRESC", f"{domain}DTC"], dtype=object
        )
        source["ROW"] = pd.Series(dtype="int64")

    def column(name: str) -> pd.Series:
        full = name if name == "VISIT" else f"{domain}{name}"
        return source[full] if full in source else pd.Series("", index=source.index, dtype=object)

    def number(name: str) -> pd.Series:
        full = f"{domain}{name}"
        return source[full].astype(float) if full in source else pd.Series(np.nan, index=source.index)

    values = derive_censored(column("STRESC").astype(object))
    return pd.DataFrame(
        {
            "USUBJID": source["USUBJID"], "PARCAT1": category, "PARAMCD": column("TESTCD"), "PARAM": column("TESTCD"),
            "ADT": compute_earliest(column("DTC")), "AVAL": values["AVAL"], "AVALC": column("STRESC"),
            "AVALU": column("STRESU"), "DTYPE": values["DTYPE"],
            "ANRLO": number("STNRLO"), "ANRHI": number("STNRHI"), "VISIT": column("VISIT"),
            "QUARFL": source["QUARFL"], "SRCDOM": domain, "SRCROW": source["ROW"].astype("Int64"),
            "SRCSEQ": number("SEQ"),
        }
    )  # fmt: skip
