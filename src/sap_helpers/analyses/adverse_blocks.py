"""Blocks of the adverse-event analyses: who had an event, how many events, and why there may be no number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sap_helpers.adam.adverse_events import split_categories
from sap_helpers.adam.store import once_per_study
from sap_helpers.analyses.behind import source, subjects_source
from sap_helpers.analyses.blocks import EXACT_LIMITS, PROPORTION, proportion_results, touched_text, unavailable
from sap_helpers.records import Records
from sap_helpers.results import Key, Result, Results

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from sap_helpers.adam.store import Study
    from sap_helpers.records import Source

COUNT = ("n", "N", "p")
INCIDENCE = (*PROPORTION, "n.events")
EVENTS = (*COUNT, "n.events")
GRADES = ("1", "2", "3", "4", "5")
NO_GRADE = "MISSING"
UNCATEGORISED = "UNCATEGORISED"
NOBODY = "no subject dosed yet"
NOT_EVALUABLE = "no treated subject with the tests that it needs"


def why_no_events(study: Study, *columns: str) -> str:
    """Return why events cannot be counted on this cut, or "".

    Cases, the first that applies: an empty AE domain in a sealed cut, "": there were none; AE absent, without a record
    or without a column that is needed, that reason.

    Parameters
    ----------
    columns
        Columns of AE; for the grade, "AETOXGR|AESEV": one of them is enough.
    """
    source = study.sources.get("ae")
    if source is not None and source["rows"] == 0 and study.is_sealed:
        return ""
    needs = []
    for column in columns:
        names = column.split("|")
        present = [name for name in names if source is not None and name in source["columns"]]
        needs.append(f"ae.{(present or names)[0]}")
    return study.why_unavailable("ae", *needs)


@once_per_study
def emergent(study: Study, flag: str = "TRTEMFL") -> pd.DataFrame:
    """Return the treatment-emergent events of treated subjects.

    Parameters
    ----------
    flag
        TRTEMFL, up to the last safety day, or TEM30FL, up to the days after the last dose.
    """
    adae = study["adae"]
    return adae.loc[adae[flag] == "Y"]


@once_per_study
def events_of_category(study: Study, code: str = "") -> pd.DataFrame:
    """Return the emergent events of a category of the registry record; of none named, all of them."""
    return _split_events(study).loc[lambda events: events["AESI"] == code] if code else emergent(study)


@once_per_study
def uncategorised_events(study: Study) -> pd.DataFrame:
    """Return the emergent events of no category."""
    return _split_events(study).loc[lambda events: events["AESI"] == ""]


@once_per_study
def _split_events(study: Study) -> pd.DataFrame:
    return split_categories(emergent(study))


def touched_note(events: pd.DataFrame) -> str:
    """Return the remark that quarantined records stand behind a count, or ""."""
    return touched_text(len(touched_subjects(events)))


def touched_subjects(events: pd.DataFrame) -> set[str]:
    """Return the subjects with a quarantined record among these."""
    return set(events["USUBJID"].to_numpy()[(events["QUARFL"] == "Y").to_numpy(dtype=bool)])


def incidence_results(
    study: Study, key: Key, events: pd.DataFrame, among: Iterable[str] | None = None, unsure: pd.DataFrame | None = None
) -> Results:
    """Return subjects with an event and events: n, N, p, exact interval, n.events, with the records behind them.

    Parameters
    ----------
    key
        Without a method.
    events
        The events counted, of ADAE.
    among
        The subjects of the denominator; all treated ones where it is not given.
    unsure
        Events of which a quarantined word leaves open whether they count: the note tells their subjects as well.
    """
    of = denominator(study, among)
    subjects = len(of.numbers)
    touched = touched_subjects(events) | (set() if unsure is None else set(unsure["USUBJID"]))
    counted = proportion_results(
        key, events["USUBJID"].nunique(), subjects, interval="clopper-pearson", level=study.plan.level,
        note=touched_text(len(touched)), why_empty=NOBODY,
    )  # fmt: skip
    return _with_events(counted, key, events, of)


def events_results(study: Study, key: Key, events: pd.DataFrame) -> Results:
    """Return n, N, p and n.events without an interval, of all treated subjects; else as `incidence_results`."""
    of = denominator(study)
    subjects = len(of.numbers)
    n, note = events["USUBJID"].nunique(), touched_note(events) or ("" if subjects else NOBODY)
    share = Result(key, "p", n / subjects if subjects else None, "" if subjects else NOBODY)
    return _with_events(Results((Result(key, "n", n, note), Result(key, "N", subjects, note), share)), key, events, of)


def denominator(study: Study, among: Iterable[str] | None = None) -> Source:
    """Return the ADSL records of the subjects named, or of all treated ones."""
    return _treated(study) if among is None else subjects_source(study, among)


@once_per_study
def _treated(study: Study) -> Source:
    return source("adsl", study.subjects("SAF"))


def events_behind(study: Study, events: pd.DataFrame) -> Records:
    """Return events counted among all treated subjects."""
    return Records((source("adae", events),), (denominator(study),))


def _with_events(counted: Results, key: Key, events: pd.DataFrame, of: Source) -> Results:
    number = Result(key, "n.events", len(events)) if of.numbers else Result(key, "n.events", None, NOBODY)
    return Results((*counted.rows, number), {key: Records((source("adae", events),), (of,))})


def no_incidence(keys: Iterable[Key], why: str) -> Results:
    """Return the planned rows of incidences that cannot be given."""
    return unavailable(keys, INCIDENCE, why, methods=EXACT_LIMITS)


def event_grades(events: pd.DataFrame) -> pd.Series:
    """Return the grade of each event as text; "MISSING" where it has none."""
    return events["ATOXGRN"].astype("Int64").astype("string").fillna(NO_GRADE)
