"""Adverse events as ADAE: dated, graded and judged by the plan's words, one row per record of a treated subject."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sap_helpers.adam.cycles import derive_cycles, find_cycle
from sap_helpers.adam.dates import compute_earliest, compute_latest, is_partial
from sap_helpers.adam.events import is_word
from sap_helpers.adam.timing import ONE_DAY, compute_study_day
from sap_helpers.cut.values import to_number
from sap_helpers.plan.categories import load_categories
from sap_helpers.plan.home import SAP_FOLDER

if TYPE_CHECKING:
    from sap_helpers.plan import Plan
    from sap_helpers.plan.categories import CategoryTable
    from sap_helpers.plan.safety import AdverseWords

SOURCE = ("AETERM", "AEDECOD", "AEBODSYS", "AETOXGR", "AESEV", "AESER", "AEREL", "AEACN", "AEOUT", "AESTDTC", "AEENDTC")
HIGHEST_GRADE = 5
SEPARATOR = "; "


def derive_adverse_events(
    ae: pd.DataFrame | None, dm: pd.DataFrame, subjects: pd.DataFrame, adex: pd.DataFrame, plan: Plan
) -> pd.DataFrame:
    """Return ADAE without numbering: every event of a treated subject, emergent or not.

    Parameters
    ----------
    ae
        The AE domain of a cut after every check; None where the cut has none.
    dm
        The DM domain, for the date of death as it is written.
    subjects
        ADSL with SAFFL, TRTSDT, TRTEDT and DTHDT.
    adex
        As `derive_exposure` returns it.

    Returns
    -------
    pandas.DataFrame
        USUBJID; AETERM to AEOUT as recorded; ASTDT, ASTDTF (Y, M or D: the first part that is not known), ASTDY,
        AENDT, AENDY; TRTEMFL (emergent up to the last safety day), TEM30FL (up to the days after the last dose);
        ATOXGRN (Int64); RELFL, SERFL, WDRFL, FATALFL, SLEFL; AESI (categories); CYCLE; QUARFL, SRCDOM, SRCROW, SRCSEQ.
    """
    treated = subjects.loc[subjects["SAFFL"] == "Y"].set_index("USUBJID")
    ae = _empty_ae() if ae is None else ae
    ae = ae.loc[ae["USUBJID"].isin(treated.index)].reset_index(drop=True)
    text = {name: ae[name] if name in ae else pd.Series("", index=ae.index, dtype=object) for name in SOURCE}
    on = {name: pd.to_datetime(ae["USUBJID"].map(treated[name])) for name in ("TRTSDT", "TRTEDT", "DTHDT")}
    start = compute_onset(text["AESTDTC"], text["AEENDTC"], on["TRTSDT"])
    end = compute_latest(text["AEENDTC"])
    grade = compute_grade(text["AETOXGR"], text["AESEV"], plan.safety.words)
    fatal = is_fatal(text, grade, on["DTHDT"], has_death_date(ae["USUBJID"], dm), plan.safety.words)
    words = plan.safety.words
    frame = pd.DataFrame(
        {
            "USUBJID": ae["USUBJID"], **{name: text[name] for name in SOURCE[:-2]}, "ASTDT": start,
            "ASTDTF": _unknown_part(text["AESTDTC"]), "ASTDY": compute_study_day(start, on["TRTSDT"]), "AENDT": end,
            "AENDY": compute_study_day(end, on["TRTSDT"]),
            "TRTEMFL": _flag(_is_between(start, on["TRTSDT"], on["TRTSDT"] + (plan.safety.last_day - 1) * ONE_DAY)),
            "TEM30FL": _flag(
                _is_between(start, on["TRTSDT"], on["TRTEDT"] + plan.safety.days_after_last_dose * ONE_DAY)
            ),
            "ATOXGRN": grade.mask(is_highest(grade) & ~fatal, HIGHEST_GRADE - 1),
            "RELFL": _flag(is_word(text["AEREL"], words.related) | (text["AEREL"].str.strip() == "")),
            "SERFL": _flag(is_word(text["AESER"], words.serious)),
            "WDRFL": _flag(is_word(text["AEACN"], words.withdrawal)), "FATALFL": _flag(fatal),
            "SLEFL": _flag(is_word(text["AEDECOD"], words.lupus_activity)),
            "AESI": compute_categories(text["AEDECOD"], text["AEBODSYS"], _table(plan)),
            "CYCLE": find_cycle(ae["USUBJID"], start, derive_cycles(adex, plan)), "QUARFL": ae["QUARFL"],
            "SRCDOM": "AE", "SRCROW": ae["ROW"].astype("Int64"),
            "SRCSEQ": ae["AESEQ"].astype(float) if "AESEQ" in ae else np.nan,
        }
    )  # fmt: skip
    return frame.sort_values(["USUBJID", "ASTDT"], ignore_index=True)


def compute_onset(start: pd.Series, end: pd.Series, first_dose: pd.Series) -> pd.Series:
    """Return the day on which each event is taken to start.

    Cases, the first that applies: a complete date, that day; a date that cannot be both before the first dose and on
    or after it, its earliest day; an end whose latest day is before the first dose, the start's earliest day, missing
    where there is no start at all; else, partial or wholly missing, the day of the first dose.

    Parameters
    ----------
    start, end
        Dates as written, "" where missing.
    first_dose
        datetime64, aligned.
    """
    earliest = compute_earliest(start)
    is_open = (start == "") | (is_partial(start) & (earliest < first_dose) & (compute_latest(start) >= first_dose))
    has_ended_before = compute_latest(end) < first_dose
    return earliest.mask(is_open & ~has_ended_before, first_dose)


def compute_grade(grade: pd.Series, severity: pd.Series, words: AdverseWords) -> pd.Series:
    """Return the grade, 1 to 5, else that of the severity; Int64, missing where neither says one."""
    number = to_number(grade.astype(object))
    written = number.where(number.isin(range(1, HIGHEST_GRADE + 1)))
    grades = {word.upper(): float(value) for word, value in words.severity_grades.items()}
    return written.fillna(severity.str.strip().str.upper().map(grades).astype(float)).astype("Int64")


def is_fatal(
    text: dict[str, pd.Series], grade: pd.Series, death: pd.Series, has_date: pd.Series, words: AdverseWords
) -> pd.Series:
    """Return which events are fatal, and known to be so at the cut.

    Cases, the first that applies: neither a fatal outcome nor grade 5, no; a death up to the cut, yes; a date of death
    after the cut, not yet; no date of death, yes where the event has an end (those after the cut are gone by then).

    Parameters
    ----------
    text
        AEOUT and AEENDTC.
    grade, death, has_date
        Grade, day of death up to the cut, and whether DM has a date of death at all; aligned with `text`.
    """
    is_said = is_word(text["AEOUT"], words.fatal) | is_highest(grade)
    return is_said & (death.notna() | (~has_date & (text["AEENDTC"] != "")))


def is_highest(grade: pd.Series) -> pd.Series:
    """Return which grades are the highest, death; a missing one is not."""
    return (grade == HIGHEST_GRADE).fillna(value=False).astype(bool)


def has_death_date(subjects: pd.Series, dm: pd.DataFrame) -> pd.Series:
    """Return whether DM has a date of death, known at the cut or not, for each subject."""
    if "DTHDTC" not in dm:
        return pd.Series(data=False, index=subjects.index, dtype=bool)
    return subjects.isin(dm.loc[dm["DTHDTC"] != "", "USUBJID"])


def compute_categories(term: pd.Series, system: pd.Series, table: CategoryTable) -> pd.Series:
    """Return the categories of each event in report order, joined by a semicolon; "" for none."""
    pairs = list(zip(term, system, strict=True))
    known = {pair: SEPARATOR.join(table.of(*pair)) for pair in set(pairs)}
    return pd.Series([known[pair] for pair in pairs], index=term.index, dtype=object)


def split_categories(adae: pd.DataFrame) -> pd.DataFrame:
    """Return the events once for each of their categories, the category in AESI; those in none keep ""."""
    return adae.assign(AESI=adae["AESI"].str.split(SEPARATOR)).explode("AESI", ignore_index=True)


def _table(plan: Plan) -> CategoryTable:
    return load_categories(SAP_FOLDER / plan.safety.categories.file, plan.safety.categories)


def _is_between(date: pd.Series, first: pd.Series, last: pd.Series) -> pd.Series:
    return (date >= first) & (date <= last)


def _unknown_part(text: pd.Series) -> pd.Series:
    """Return the first part of a date that its text lacks: Y, M or D; "" for a complete date."""
    return text.map(lambda date: {0: "Y", 4: "M", 7: "D"}.get(len(date), "")).astype(object)


def _flag(holds: pd.Series) -> pd.Series:
    return pd.Series("", index=holds.index, dtype=object).mask(holds, "Y")


def _empty_ae() -> pd.DataFrame:
    frame = pd.DataFrame({name: pd.Series(dtype=object) for name in ("USUBJID", *SOURCE, "QUARFL")})
    return frame.assign(ROW=pd.Series(dtype="int64"), AESEQ=pd.Series(dtype="float64"))
