"""Records that repeat at visits: the keys, times and results that QS, LB and CP have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sap_helpers.run.simulate.streams import Bools, Ints, Texts
from sap_helpers.run.simulate.text import as_texts, date_text, decimal_text, fixed_text, sequence_numbers, text_frame

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from sap_helpers.run.simulate.subjects import Subjects
    from sap_helpers.run.simulate.visits import Visits

Columns = dict[str, Texts | str]


@dataclass(frozen=True, slots=True)
class Measure:
    """One laboratory or cell test.

    Parameters
    ----------
    name, unit
        --TEST and --STRESU.
    decimals
        Decimals of its values.
    low, high
        Limits of normal as text, or None where the test has none.
    quantified
        Lowest and highest value that the assay tells apart, or None.
    """

    name: str
    unit: str
    decimals: int
    low: str | None = None
    high: str | None = None
    quantified: tuple[int, int] | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Grid:
    """The visits that yield records of one domain.

    Parameters
    ----------
    study, domain
        STUDYID and DOMAIN, two upper-case letters.
    subjects, visits
        All of them.
    is_held
        Which visits yield records, shape (n, v).
    """

    study: str
    domain: str
    subjects: Subjects
    visits: Visits
    is_held: Bools

    def places(self) -> tuple[Ints, Ints]:
        """Return subject and visit of each visit held, in order of subject and time."""
        subject, visit = np.nonzero(self.is_held)
        return subject, visit

    def keys(self, width: int) -> Columns:
        """Return the key columns for `width` records at each visit; --SEQ counts within the subject."""
        subject, _ = self.places()
        first = (sequence_numbers(subject) - 1) * width
        order = (first[:, None] + np.arange(1, width + 1)).ravel()
        return {
            "STUDYID": self.study,
            "DOMAIN": self.domain,
            "USUBJID": np.repeat(self.subjects.usubjid[subject], width),
            f"{self.domain}SEQ": decimal_text(order),
        }

    def times(self, width: int) -> Columns:
        """Return visit number, label and date for `width` records at each visit."""
        subject, visit = self.places()
        dates = date_text(self.subjects.date(self.visits.elapsed))
        return {
            "VISITNUM": np.repeat(self.visits.number[subject, visit], width),
            "VISIT": np.repeat(self.visits.label[subject, visit], width),
            f"{self.domain}DTC": np.repeat(dates[subject, visit], width),
        }


def derive_results(
    grid: Grid, measures: Mapping[str, Measure], values: Mapping[str, Ints], is_gap: Bools
) -> pd.DataFrame:
    """Return the records of a findings domain: one per test and visit.

    Parameters
    ----------
    grid
        Domain and visits.
    measures
        The tests, in the order of their records.
    values
        Test code to whole numbers of units of the last decimal, shape (n, v).
    is_gap
        Results that are not done, shape (n, v, tests).

    Returns
    -------
    pandas.DataFrame
        Text cells; --STRESC and --STRESN the same decimal text, the latter empty beyond the assay's limits.
    """
    places = grid.places()
    gaps = is_gap[places].ravel()
    parts = [_texts(measure, values[test][places]) for test, measure in measures.items()]
    original, standard, number = (np.stack(column, axis=1).ravel() for column in zip(*parts, strict=True))
    rows, prefix = len(places[0]), grid.domain
    unit = np.where(gaps, "", _spread([measure.unit for measure in measures.values()], rows))
    columns = grid.keys(len(measures)) | {
        f"{prefix}TESTCD": _spread(list(measures), rows),
        f"{prefix}TEST": _spread([measure.name for measure in measures.values()], rows),
        f"{prefix}ORRES": np.where(gaps, "", original),
        f"{prefix}ORRESU": unit,
        f"{prefix}STRESC": np.where(gaps, "", standard),
        f"{prefix}STRESN": np.where(gaps, "", number),
        f"{prefix}STRESU": unit,
    }
    if any(measure.low is not None for measure in measures.values()):
        columns[f"{prefix}STNRLO"] = _spread([measure.low or "" for measure in measures.values()], rows)
        columns[f"{prefix}STNRHI"] = _spread([measure.high or "" for measure in measures.values()], rows)
    columns[f"{prefix}STAT"] = np.where(gaps, "NOT DONE", "")
    return text_frame(columns | grid.times(len(measures)), rows * len(measures))


def _texts(measure: Measure, scaled: Ints) -> tuple[Texts, Texts, Texts]:
    """Return the result as printed, as standardised text and as number."""
    printed, standard = fixed_text(scaled, measure.decimals), decimal_text(scaled, measure.decimals)
    if measure.quantified is None:
        return printed, standard, standard
    low, high = measure.quantified
    unit = 10**measure.decimals
    beyond = np.where(scaled < low * unit, f"<{low}", np.where(scaled > high * unit, f">{high}", "")).astype(object)
    is_within = beyond == ""
    return (
        np.where(is_within, printed, beyond),
        np.where(is_within, standard, beyond),
        np.where(is_within, standard, ""),
    )


def _spread(words: Sequence[str], rows: int) -> Texts:
    return np.tile(as_texts(words), rows)
