"""Instruments: items, totals and grades of SELENA-SLEDAI, BILAG-2004 and the PGA as the records of ADQS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sap_helpers.adam.dates import compute_earliest
from sap_helpers.adam.timing import derive_var_avisitn, derive_vars_base_change, derive_vars_chosen
from sap_helpers.cut.values import to_number

if TYPE_CHECKING:
    from sap_helpers.plan import Plan


def derive_questionnaires(qs: pd.DataFrame, subjects: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Return ADQS without numbering and without the response: items, totals, BILAG and PGA of treated subjects.

    Parameters
    ----------
    qs
        The QS domain of a cut: dates complete, bad values already emptied and flagged in QUARFL, equal same-day
        duplicates still present.
    subjects
        ADSL: USUBJID, TRTSDT, SAFFL.

    Returns
    -------
    pandas.DataFrame
        USUBJID, PARCAT1, PARAMCD, PARAM, ADT, ADY, AVISITN, VISIT, AVAL, AVALC, DTYPE, BASE, CHG, ABLFL, ANL01FL,
        QUARFL, SRCDOM, SRCROW, SRCSEQ. Totals and assessments have no source row of their own but for a recorded one.
    """
    treated = subjects.loc[subjects["SAFFL"] == "Y"]
    items = derive_items(qs.loc[qs["USUBJID"].isin(treated["USUBJID"])], plan)
    frame = stack([items, *derive_sledai_totals(items, plan), derive_bilag_assessments(items, plan)])
    frame = derive_var_avisitn(frame, treated, plan)
    choosable = frame["PARAMCD"].isin(["SLEDAI", "SLEDAI22", "BILAG", plan.instruments.pga.code])
    chosen = derive_vars_chosen(frame.loc[choosable])
    frame = frame.assign(ANL01FL="", ABLFL="")
    frame.loc[chosen.index, ["ANL01FL", "ABLFL"]] = chosen[["ANL01FL", "ABLFL"]]
    frame = _flag_items_of_chosen_day(frame, plan)
    frame = derive_vars_base_change(frame)
    frame = stack([frame, *derive_new_grades(frame)])
    return frame.sort_values(["USUBJID", "PARCAT1", "PARAMCD", "ADT"], ignore_index=True)


def derive_items(qs: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Return one record per instrument record of the domain, values parsed from the standard result."""
    parts = plan.instruments
    names = {item.code: item.name for item in parts.sledai.items} | dict(parts.bilag.systems)
    names |= {parts.sledai.total: "Recorded SELENA-SLEDAI total", parts.pga.code: "Physician's global assessment"}
    known = qs.loc[qs["QSTESTCD"].isin(names)]
    grade = known["QSTESTCD"].isin(parts.bilag.systems)
    text = known["QSSTRESC"]
    return pd.DataFrame(
        {
            "USUBJID": known["USUBJID"], "PARCAT1": known["QSCAT"], "PARAMCD": known["QSTESTCD"],
            "PARAM": known["QSTESTCD"].map(names), "ADT": compute_earliest(known["QSDTC"]),
            "AVAL": to_number(text.where(~grade, "")), "AVALC": text, "DTYPE": "",
            "VISIT": known.get("VISIT", ""), "QUARFL": known["QUARFL"],
            "SRCDOM": "QS", "SRCROW": known["ROW"].astype("Int64"),
            "SRCSEQ": known.get("QSSEQ", np.nan),
        }
    )  # fmt: skip


def derive_sledai_totals(items: pd.DataFrame, plan: Plan) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the totals of each day: SLEDAI and SLEDAI22, the total without the serology items.

    Cases for SLEDAI: all items usable, their sum (DTYPE "SUM"); else the recorded total of that day, if there is a
    usable one; else none. SLEDAI22 is the sum of its items or none.
    """
    rule = plan.instruments.sledai
    wide = _by_day(items, [*rule.weights, rule.total], "AVAL")
    every = wide[list(rule.weights)]
    without = every.drop(columns=list(rule.serology))
    derived = every.sum(axis=1).where(every.notna().all(axis=1))
    total = derived.fillna(wide[rule.total])
    recorded = items.loc[items["PARAMCD"] == rule.total].drop_duplicates(["USUBJID", "ADT"])
    source = recorded.set_index(["USUBJID", "ADT"]).reindex(wide.index)
    stands_in = derived.isna() & total.notna()
    main = _records(total, rule.category, "SLEDAI", "SELENA-SLEDAI total", dtype=np.where(stands_in, "", "SUM"))
    main["SRCDOM"] = np.where(stands_in, "QS", "")
    main["SRCROW"] = source["SRCROW"].where(stands_in).astype("Int64").to_numpy()
    main["SRCSEQ"] = source["SRCSEQ"].where(stands_in).to_numpy(dtype=float)
    clean = without.sum(axis=1).where(without.notna().all(axis=1))
    other = _records(clean, rule.category, "SLEDAI22", "SELENA-SLEDAI total without serology items", dtype="SUM")
    return main, other


def derive_bilag_assessments(items: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Return the assessments with a usable grade in every system: AVALC holds the grades in the plan's system order."""
    rule = plan.instruments.bilag
    wide = _by_day(items, list(rule.systems), "AVALC").fillna("")
    complete = (wide != "").all(axis=1)
    grades = wide.loc[complete].agg("".join, axis=1) if complete.any() else pd.Series("", index=wide.index[:0])
    frame = _records(pd.Series(np.nan, index=grades.index), rule.category, "BILAG", "BILAG-2004 grades", dtype="")
    return frame.assign(AVALC=grades.to_numpy(dtype=object))


def derive_new_grades(frame: pd.DataFrame) -> list[pd.DataFrame]:
    """Return, per chosen assessment after baseline, the number of systems with a new A (BILNEWA) and a new B (BILNEWB).

    New A: A now, not A at baseline in that system. New B: B now, and C, D or E at baseline.
    """
    grades = frame.loc[(frame["PARAMCD"] == "BILAG") & (frame["ANL01FL"] == "Y")]
    base = grades.loc[grades["ABLFL"] == "Y"].set_index("USUBJID")["AVALC"]
    later = grades.loc[(grades["AVISITN"] != 0) & grades["USUBJID"].isin(base.index)]
    now, before = _letters(later["AVALC"]), _letters(later["USUBJID"].map(base))
    new_a = (now == "A") & (before != "A")
    new_b = (now == "B") & np.isin(before, ["C", "D", "E"])
    parts = []
    for code, name, new in (("BILNEWA", "New BILAG A grades", new_a), ("BILNEWB", "New BILAG B grades", new_b)):
        count = new.sum(axis=1).astype(float)
        parts.append(later.assign(PARAMCD=code, PARAM=name, AVAL=count, AVALC="", DTYPE="COUNT", CHG=np.nan))
    return parts


def stack(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the parts below one another with the dtypes of the first; parts without a record add nothing."""
    filled = [part for part in parts if len(part)] or parts[:1]
    return pd.concat([part.astype(filled[0].dtypes.to_dict()) for part in filled], ignore_index=True)


def _letters(text: pd.Series) -> np.ndarray:
    """Return grades such as "CDEBB" as an array of letters, one row a text."""
    width = int(text.str.len().max()) if len(text) else 0
    width = max(width, 1)
    return text.to_numpy(dtype=f"<U{width}").view("<U1").reshape(len(text), width)


def _by_day(items: pd.DataFrame, codes: list[str], column: str) -> pd.DataFrame:
    """Return one row per subject and day with any record of the codes, one column a code; the first record counts."""
    kept = items.loc[items["PARAMCD"].isin(codes)]
    usable = kept.loc[kept["AVALC"] != ""].drop_duplicates(["USUBJID", "ADT", "PARAMCD"])
    days = pd.MultiIndex.from_frame(kept[["USUBJID", "ADT"]].drop_duplicates().sort_values(["USUBJID", "ADT"]))
    wide = usable.set_index(["USUBJID", "ADT", "PARAMCD"])[column].unstack("PARAMCD")
    return wide.reindex(index=days, columns=codes)


def _records(value: pd.Series, category: str, code: str, name: str, *, dtype: Any) -> pd.DataFrame:
    """Return analysis records from one value per subject and day."""
    frame = value.rename("AVAL").reset_index()
    frame = frame.assign(PARCAT1=category, PARAMCD=code, PARAM=name, AVALC="", DTYPE=dtype, VISIT="", QUARFL="")
    return frame.assign(SRCDOM="", SRCROW=pd.array([pd.NA] * len(frame), dtype="Int64"), SRCSEQ=np.nan)


def _flag_items_of_chosen_day(frame: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Give the items of a chosen assessment its flags, of a recorded total too; of equal records the first alone."""
    members = dict.fromkeys(plan.instruments.sledai.weights, "SLEDAI")
    members |= dict.fromkeys(plan.instruments.bilag.systems, "BILAG")
    chosen = frame.loc[(frame["ANL01FL"] == "Y") & frame["PARAMCD"].isin(["SLEDAI", "BILAG"])]
    days = pd.MultiIndex.from_frame(chosen[["USUBJID", "PARAMCD", "ADT"]])
    item = frame.loc[frame["PARAMCD"].isin(members) & (frame["AVALC"] != "")]
    item = item.drop_duplicates(["USUBJID", "PARAMCD", "ADT"])
    key = pd.MultiIndex.from_arrays([item["USUBJID"], item["PARAMCD"].map(members), item["ADT"]])
    hit = item.index[key.isin(days)]
    frame.loc[hit, "ANL01FL"] = "Y"
    frame.loc[hit, "ABLFL"] = np.where(frame.loc[hit, "AVISITN"] == 0, "Y", "")
    return frame
