"""The three instruments of the synthetic subjects: SELENA-SLEDAI items and total, BILAG-2004 grades, PGA; domain QS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sap_helpers.run.simulate import calibration as cal
from sap_helpers.run.simulate.text import as_texts, decimal_text, text_frame

if TYPE_CHECKING:
    import pandas as pd

    from sap_helpers.plan.model import Instruments
    from sap_helpers.run.simulate.grid import Grid
    from sap_helpers.run.simulate.streams import Bools, Floats, Ints, Streams, Texts
    from sap_helpers.run.simulate.visits import Visits

# systems of BILAG-2004 in the plan's order, each with the numbers of the SLEDAI items that tell of it; 25 = the bowel
SYSTEM_ITEMS = ((22,), (8, 15, 16, 17), (1, 2, 3, 5, 6, 7), (9, 10), (18, 19), (25,), (4,), (11, 12, 13, 14), (23, 24))


@dataclass(frozen=True, eq=False, slots=True)
class Assessments:
    """What the physician would record at every visit, held or not.

    Parameters
    ----------
    is_present
        SLEDAI items, shape (n, v, items).
    recorded_total
        The total as written down, shape (n, v).
    grade
        BILAG grades as places in the plan's list, shape (n, v, systems).
    pga_tenths
        Tenths of a point, shape (n, v).
    """

    is_present: Bools
    recorded_total: Ints
    grade: Ints
    pga_tenths: Ints


def derive_assessments(
    streams: Streams, instruments: Instruments, visits: Visits, activity: Floats, is_present: Bools, look_back: Floats
) -> Assessments:
    """Turn latent activity into what is recorded.

    Parameters
    ----------
    streams
        Random numbers.
    instruments
        The plan's instruments.
    visits
        Visits, shape (n, v).
    activity
        Activity at the visits, shape (n, v).
    is_present
        SLEDAI items, shape (n, v, items).
    look_back
        Margins of the items and the bowel for the period that BILAG looks back on, shape (n, v, items + 1).

    Returns
    -------
    Assessments
    """
    weights = np.asarray([item.weight for item in instruments.sledai.items])
    total = (is_present * weights).sum(axis=2)
    return Assessments(
        is_present=is_present,
        recorded_total=total + _slips(streams, visits),
        grade=_grades(streams, look_back),
        pga_tenths=_pga(streams, activity),
    )


def _slips(streams: Streams, visits: Visits) -> Ints:
    """Return what is added to the recorded total by a slip of the pen: 2 at one visit of a few subjects."""
    slips = streams.rank("wrong total") < cal.WRONG_TOTAL_OF_40
    place = streams.days("wrong total visit", 2, visits.elapsed.shape[1] - 1)
    hit = np.arange(visits.elapsed.shape[1]) == place[:, None]
    return np.where(hit & slips[:, None], 2, 0)


def _grades(streams: Streams, look_back: Floats) -> Ints:
    """Grade each system by the margin of its most active item; once involved it never has the last grade again."""
    margin = np.stack([look_back[:, :, np.asarray(items) - 1].max(axis=2) for items in SYSTEM_ITEMS], axis=2)
    active = np.searchsorted(-np.asarray(cal.GRADE_MARGINS), -margin, side="left")
    history = streams.uniform("history", len(SYSTEM_ITEMS)) < cal.INVOLVED_BEFORE
    involved = np.maximum.accumulate((active < 3) | history[:, None, :], axis=1)
    return np.where(active < 3, active, np.where(involved, 3, 4))


def _pga(streams: Streams, activity: Floats) -> Ints:
    level = cal.PGA_AT_FULL_ACTIVITY * (1 + cal.PGA_SUBJECT_SD * streams.normal("pga subject"))[:, None]
    value = level * activity + cal.PGA_NOISE_SD * streams.normal("pga", activity.shape[1])
    return np.clip(np.rint(10 * value), 0, 30).astype(np.int64)


def derive_qs(
    streams: Streams, grid: Grid, instruments: Instruments, recorded: Assessments, missing: float
) -> pd.DataFrame:
    """Return domain QS: every item, total, grade and score of every visit that took place.

    Parameters
    ----------
    streams
        Random numbers.
    grid
        The visits that were held while the subject was still there.
    instruments
        The plan's instruments.
    recorded
        What was assessed.
    missing
        Probability of a missed visit; single results are missing more rarely.

    Returns
    -------
    pandas.DataFrame
        Text cells; one row per result, in order of subject, date and form.
    """
    subject, visit = grid.places()
    results = _results(instruments, recorded, subject, visit)
    gaps = _gaps(streams, instruments, grid.is_held.shape[1], missing)[subject, visit]
    results[gaps] = ""
    category, code, name, is_number = _form(instruments)
    text = results.ravel()
    columns = grid.keys(len(code)) | {
        "QSCAT": np.tile(category, len(subject)),
        "QSTESTCD": np.tile(code, len(subject)),
        "QSTEST": np.tile(name, len(subject)),
        "QSORRES": text,
        "QSSTRESC": text,
        "QSSTRESN": np.where(np.tile(is_number, len(subject)), text, ""),
        "QSSTAT": np.where(gaps.ravel(), "NOT DONE", ""),
    }
    return text_frame(columns | grid.times(len(code)), len(text))


def _form(instruments: Instruments) -> tuple[Texts, Texts, Texts, Bools]:
    """Return category, code, name and whether the result is a number, of each line of one visit's form."""
    sledai, bilag, pga = instruments.sledai, instruments.bilag, instruments.pga
    items = [(sledai.category, item.code, item.name, True) for item in sledai.items]
    total = (sledai.category, sledai.total, "Total score", True)
    systems = [(bilag.category, code, name, False) for code, name in bilag.systems.items()]
    lines = [*items, total, *systems, (pga.category, pga.code, "Physician's global assessment", True)]
    category, code, name, is_number = zip(*lines, strict=True)
    return as_texts(category), as_texts(code), as_texts(name), np.asarray(is_number)


def _results(instruments: Instruments, recorded: Assessments, subject: Ints, visit: Ints) -> Texts:
    """Return the results of the visits that took place, shape (visits, lines of the form)."""
    weights = as_texts([str(item.weight) for item in instruments.sledai.items])
    items = np.where(recorded.is_present[subject, visit], weights, "0")
    total = decimal_text(recorded.recorded_total[subject, visit])[:, None]
    grades = as_texts(instruments.bilag.grades)[recorded.grade[subject, visit]]
    pga = decimal_text(recorded.pga_tenths[subject, visit], 1)[:, None]
    return np.concatenate([items, total, grades, pga], axis=1)


def _gaps(streams: Streams, instruments: Instruments, visits: int, missing: float) -> Bools:
    """Return which results are not done; the recorded total is always there."""
    items, systems = len(instruments.sledai.items), len(instruments.bilag.systems)
    rates = np.asarray([missing * cal.MISSED_ITEM] * items + [0.0] + [missing * cal.MISSED_ITEM] * systems)
    drawn = streams.uniform("missed result", visits, items + systems + 2)
    return drawn < np.append(rates, missing * cal.MISSED_GLOBAL)
