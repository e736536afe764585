"""Behind a number: the analysis records of n and of N, and why a subject of the set is not in N."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sap_helpers.adam.store import once_per_study
from sap_helpers.adam.timing import is_due
from sap_helpers.records import Records, Source
from sap_helpers.results import Results

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from numpy.typing import ArrayLike

    from sap_helpers.adam.store import Study
    from sap_helpers.results import Key

    Cases = Sequence[tuple[str, Collection[str]]]
    LeftOut = tuple[tuple[str, tuple[int, ...]], ...]
    BoolArray = np.ndarray[tuple[int], np.dtype[np.bool_]]


def source(dataset: str, rows: pd.DataFrame | pd.Series) -> Source:
    """Return records of an analysis data set: those of a frame, or a series of their numbers."""
    numbers = rows["ASEQ"] if isinstance(rows, pd.DataFrame) else rows
    return Source.from_numbers(dataset, numbers.tolist())


def of_rows(dataset: str, rows: pd.DataFrame, holds: ArrayLike | None = None, left_out: LeftOut = ()) -> Records:
    """Return the records of rows in N, and of those of them that hold in n; without `holds`, all of them."""
    numbers = rows["ASEQ"].to_numpy()
    everyone = Source.from_numbers(dataset, numbers.tolist())
    if holds is None:
        return Records((everyone,), (everyone,), left_out)
    counted = numbers[np.asarray(holds, dtype=bool)]
    return Records((Source.from_numbers(dataset, counted.tolist()),), (everyone,), left_out)


def subjects_source(study: Study, subjects: Iterable[str]) -> Source:
    """Return the ADSL records of subjects."""
    return Source.from_numbers("adsl", _adsl_numbers(study)[_places(study, subjects)].tolist())


def find_subjects(study: Study, sources: Iterable[Source]) -> BoolArray:
    """Return, for each record of ADSL in order, whether any of the records is of its subject."""
    found = np.zeros(len(study["adsl"]), dtype=bool)
    for one in sources:
        found[study.owners(one.dataset)[list(one.numbers)]] = True
    return found


@once_per_study
def not_due(study: Study, population: str, week: int) -> tuple[str, set[str]]:
    """Return the case of the subjects of a set for whom a week is not due yet; week 0 is due for everybody."""
    members = members_of(study, population)
    late = ~is_due(members["TRTSDT"], week, study.cut_date, study.plan) if week else pd.Series(False, members.index)
    return f"week {week} is not due yet", set(members.loc[late, "USUBJID"])


def outside(study: Study, population: str, inside: Iterable[str], reason: str) -> tuple[str, set[str]]:
    """Return the case of the subjects of a set who are none of those named."""
    return reason, set(members_of(study, population)["USUBJID"]) - set(inside)


def members_of(study: Study, population: str) -> pd.DataFrame:
    """Return the ADSL records of a set; of none named, all of ADSL."""
    return study.subjects(population) if population else study["adsl"]


def left_out(study: Study, population: str, inside: BoolArray, cases: Cases) -> LeftOut:
    """Return why each subject of a set is not in a denominator: the first case that applies.

    A case that holds for a subject in the denominator is no rule of the analysis: it explains nobody, and whom it
    would have explained stays without a reason, which the audit reports.

    Parameters
    ----------
    inside
        Whether the subject of each record of ADSL, in order, is in the denominator.
    """
    numbers = _adsl_numbers(study)
    open_ = is_member(study, population) & ~inside
    found = []
    for reason, subjects in cases:
        holds = _places(study, subjects)
        if (holds & inside).any() or not (holds & open_).any():
            continue
        found.append((reason, Source.from_numbers("adsl", numbers[holds & open_].tolist()).numbers))
        open_ &= ~holds
    return tuple(found)


def _places(study: Study, subjects: Iterable[str]) -> BoolArray:
    """Return whether each record of ADSL, in order, is of one of the subjects."""
    place_of = _place_of_subject(study)
    found = np.zeros(len(place_of), dtype=bool)
    found[[place_of[subject] for subject in subjects if subject in place_of]] = True
    return found


@once_per_study
def _place_of_subject(study: Study) -> dict[str, int]:
    return {str(subject): place for place, subject in enumerate(study["adsl"]["USUBJID"])}


@once_per_study
def _adsl_numbers(study: Study) -> np.ndarray[Any, Any]:
    return study["adsl"]["ASEQ"].to_numpy()


@once_per_study
def is_member(study: Study, population: str) -> BoolArray:
    """Return whether each record of ADSL, in order, is of a set; of none named, all are."""
    adsl = study["adsl"]
    return (adsl[f"{population}FL"] == "Y").to_numpy() if population else np.ones(len(adsl), dtype=bool)


def explain(study: Study, results: Results, cases: Cases | Callable[[Key], Cases], population: str = "") -> Results:
    """Return the results with the reasons of those left out of each denominator that has none yet.

    Parameters
    ----------
    cases
        In order: of all keys, or a function of the key, which returns one object for keys that share them.
    population
        The set to start from, where it is not that of the key.
    """
    known: dict[object, tuple[Cases, LeftOut]] = {}
    found = {}
    for key, one in results.records.items():
        if one.left_out or one.made_of or one.reason:
            found[key] = one
            continue
        mine, whole = cases(key) if callable(cases) else cases, population or key.population
        place = (one.of, whole, id(mine))
        if place not in known:
            known[place] = (mine, left_out(study, whole, find_subjects(study, one.of), mine))
        found[key] = one._replace(left_out=known[place][1])
    return Results(results.rows, found)


def beside(results: Results, one: Source) -> Results:
    """Return results with further records of the same subjects behind each, counted and in the denominator alike."""
    found = {
        key: kept._replace(counted=(*kept.counted, one), of=(*kept.of, one)) for key, kept in results.records.items()
    }
    return Results(results.rows, found)


def behind(results: Results, one: Records) -> Results:
    """Return results of one key and its methods with the records behind them."""
    return Results(results.rows, {**results.records, **{row.key._replace(method=""): one for row in results}})
