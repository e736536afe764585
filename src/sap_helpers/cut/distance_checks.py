"""Dates far from everything else that is dated of a subject: a year mistyped, a record of somebody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sap_helpers.cut.packed import unpack
from sap_helpers.cut.record_rules import END, START
from sap_helpers.cut.values import parse_date
from sap_helpers.findings import Rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sap_helpers.cut.checks import DomainRecords
    from sap_helpers.plan import Plan

R094 = Rule(
    "R094", "listed", "a date far from every other one of the subject", (), "",
    "The date decides. Correct the source, or record the query.",
)  # fmt: skip
RULES = (R094,)
OF_SUBJECT = ("RFICDTC", "DTHDTC")
# it may have been taken for years
MEDICATION = "cm"
DAYS_PER_YEAR = 365.25


def check_distances(records: Mapping[str, DomainRecords], plan: Plan) -> None:
    """List starts that lie further from every other date of their subject than the plan allows (R094).

    All dates of the files are asked, those after the cut too. A subject's complete dates, medication apart, are parted
    where nothing is dated for longer than the plan's days; the part with the most dates, the earliest of several, is
    what others are far from. Medication may have begun long before it, though not before birth.
    """
    days = plan.quality.distant_days
    named = {name: [START.get(name, ""), END.get(name, ""), *OF_SUBJECT] for name in records}
    dates = {name: _dates(part, named[name]) for name, part in records.items()}
    spans = _spans(pd.concat([frame for name, frame in dates.items() if name != MEDICATION]), days)
    spans["BORN"] = _earliest_births(records["dm"])
    for name, part in records.items():
        starts = dates[name].loc[dates[name]["VARIABLE"].isin([START.get(name, ""), *OF_SUBJECT])]
        starts = starts.join(spans, on="USUBJID")
        earliest = starts["BORN"] if name == MEDICATION else starts["LOW"] - days
        far = starts.loc[(starts["FIRST"] > starts["HIGH"] + days) | (starts["LAST"] < earliest)]
        for _, row in far.iterrows():
            _list(part, row)


def _dates(part: DomainRecords, variables: list[str]) -> pd.DataFrame:
    """Return the distinct dates of each subject: USUBJID, VARIABLE, TEXT, and FIRST and LAST, the days it can be."""
    found = [pd.DataFrame({name: pd.Series(dtype=object) for name in ("USUBJID", "VARIABLE", "TEXT")})]
    for name in variables:
        if name in part.frame:
            distinct = unpack(part.frame[["USUBJID", name]].drop_duplicates())
            found.append(distinct.rename(columns={name: "TEXT"}).assign(VARIABLE=name))
    frame = pd.concat(found, ignore_index=True)
    days = {text: _days(text) for text in frame["TEXT"].unique()}
    for place, name in enumerate(("FIRST", "LAST")):
        frame[name] = frame["TEXT"].map({text: both[place] for text, both in days.items()}).astype(float)
    return frame.dropna(subset=["FIRST"])


def _days(text: str) -> tuple[float | None, float | None]:
    """Return the first and the last day that a date can be, as ordinals."""
    date = parse_date(text)
    return (None, None) if date is None else (date.earliest.toordinal(), date.latest.toordinal())


def _spans(dates: pd.DataFrame, days: int) -> pd.DataFrame:
    """Return the first and the last day (LOW, HIGH) of each subject's part with the most dates, by USUBJID."""
    known = dates.loc[dates["FIRST"] == dates["LAST"]].sort_values(["USUBJID", "FIRST"])
    is_new = known["USUBJID"].ne(known["USUBJID"].shift()) | (known["FIRST"].diff() > days)
    parts = known.groupby(["USUBJID", is_new.cumsum()])["FIRST"].agg(["size", "min", "max"]).reset_index(level=0)
    best = parts.sort_values(["size", "min"], ascending=[False, True]).drop_duplicates("USUBJID")
    return best.set_index("USUBJID")[["min", "max"]].rename(columns={"min": "LOW", "max": "HIGH"})


def _earliest_births(dm: DomainRecords) -> pd.Series:
    """Return the first day on which each subject may have been born, by its age at consent, as an ordinal."""
    frame = unpack(dm.frame)
    if not {"AGE", "RFICDTC"} <= set(frame):
        return pd.Series(dtype=float)
    consent = pd.Series([_days(text)[0] for text in frame["RFICDTC"]], index=frame["USUBJID"], dtype=float)
    born = consent - (frame["AGE"].to_numpy() + 1) * DAYS_PER_YEAR
    return born[~born.index.duplicated()]


def _list(part: DomainRecords, row: pd.Series) -> None:
    """List the first record of a subject with a distant date, with their number."""
    name = str(row["VARIABLE"])
    frame = part.frame
    rows = frame.index[(frame["USUBJID"] == row["USUBJID"]) & (frame[name] == row["TEXT"])]
    count = f"; {len(rows)} records" if len(rows) > 1 else ""
    first, last = (pd.Timestamp.fromordinal(int(row[day])).date().isoformat() for day in ("LOW", "HIGH"))
    part.note(R094, rows[:1], name, problem=f"{R094.title}{count}", allowed=f"near {first} to {last}")
