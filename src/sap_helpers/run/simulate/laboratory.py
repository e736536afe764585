"""The synthetic laboratory: values that agree with the items of the score, other tests, cells; domains LB and CP."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from sap_helpers.run.simulate import calibration as cal
from sap_helpers.run.simulate.grid import Grid, Measure, derive_results

if TYPE_CHECKING:
    import pandas as pd

    from sap_helpers.plan.model import Sledai
    from sap_helpers.run.simulate.streams import Bools, Floats, Ints, Streams

MEASURES = {
    test: Measure(name, unit, decimals, low, high, cal.QUANTIFIED if test == "DDNAIGAB" else None)
    for test, (name, unit, decimals, low, high) in cal.LABORATORY.items()
}
CELL_MEASURES = {test: Measure(name, "%", 2) for test, (name, *_) in cal.CELLS.items()}


def draw_markers(streams: Streams, sledai: Sledai, margins: Floats) -> dict[str, Ints]:
    """Return the values that decide on items of the score, in units of each test's last decimal.

    Parameters
    ----------
    streams
        Random numbers.
    sledai
        The plan's items, in the order of the margins.
    margins
        How far each item is above its threshold, noise included, shape (n, v, items + 1).

    Returns
    -------
    dict of str to ndarray
        Test code to whole numbers of shape (n, v).
    """
    place = {item.code: index for index, item in enumerate(sledai.items)}
    gap = cal.COMPLEMENT_GAP_SD * np.abs(streams.normal("complement gap"))
    leads = streams.uniform("complement leader") < 0.5
    behind = {"C3": np.where(leads, 0.0, gap), "C4": np.where(leads, gap, 0.0)}
    values = {}
    for test, (item, limit, above, below) in cal.MARKERS.items():
        margin = margins[:, :, place[item]] - behind.get(test, np.zeros(streams.count))[:, None]
        value = limit * np.exp(np.where(margin > 0, above, below) * margin)
        values[test] = _scaled(test, value)
    return values


def marked_items(values: dict[str, Ints]) -> dict[str, Bools]:
    """Return which items the rounded laboratory values make present: item code to shape (n, v)."""
    beyond: dict[str, Bools] = {}
    for test, (item, limit, above, _) in cal.MARKERS.items():
        bound = round(limit * 10 ** cal.LABORATORY[test][2])
        is_beyond = values[test] > bound if above > 0 else values[test] < bound
        beyond[item] = beyond[item] | is_beyond if item in beyond else is_beyond
    return beyond


def draw_other_tests(
    streams: Streams, activity: Floats, elapsed: Ints, is_dosing: Bools, markers: dict[str, Ints]
) -> dict[str, Ints]:
    """Return all tests in the order of the calibration: the markers and everything else that is measured.

    Parameters
    ----------
    streams
        Random numbers.
    activity
        Disease activity at the visits, shape (n, v).
    elapsed
        Days since the first dose, shape (n, v).
    is_dosing
        Whether an injection was given in the days before, shape (n, v).
    markers
        From `draw_markers`.

    Returns
    -------
    dict of str to ndarray
        Test code to whole numbers of units of its last decimal, shape (n, v).
    """
    values = dict(markers)
    for test, (median, between, within, change) in cal.OTHER_TESTS.items():
        logs = between * streams.normal(f"{test} subject")[:, None] + within * streams.normal(test, activity.shape[1])
        values[test] = _scaled(test, median * np.exp(logs + change * (1 - activity)))
    values |= _white_cells(streams, markers["WBC"] / 100, is_dosing)
    _add_liver_case(streams, values, elapsed)
    return {test: values[test] for test in cal.LABORATORY}


def _scaled(test: str, value: Floats) -> Ints:
    unit: int = 10 ** cal.LABORATORY[test][2]
    return np.rint(value * unit).astype(np.int64)


def _white_cells(streams: Streams, leukocytes: Floats, is_dosing: Bools) -> dict[str, Ints]:
    """Divide the leukocytes; eosinophils rise while injections are given."""
    shape = leukocytes.shape[1]
    share = cal.LYMPHOCYTE_SHARE[0] * np.exp(
        cal.LYMPHOCYTE_SHARE[1] * streams.normal("LYM subject")[:, None]
        + cal.WHITE_CELL_NOISE[0] * streams.normal("LYM", shape)
    )
    eosinophils = cal.EOSINOPHILS[0] * np.exp(
        cal.EOSINOPHILS[1] * streams.normal("EOS subject")[:, None]
        + cal.WHITE_CELL_NOISE[1] * streams.normal("EOS", shape)
        + cal.EOSINOPHIL_RISE * is_dosing
    )
    lymphocytes = np.minimum(share, 0.6) * leukocytes
    eosinophils = np.minimum(eosinophils, 0.25 * leukocytes)
    neutrophils = np.maximum((1 - cal.MONOCYTE_SHARE) * leukocytes - lymphocytes - eosinophils, 0.1)
    parts = {"LYM": lymphocytes, "EOS": eosinophils, "NEUT": neutrophils}
    return {test: _scaled(test, value) for test, value in parts.items()}


def _add_liver_case(streams: Streams, values: dict[str, Ints], elapsed: Ints) -> None:
    """Raise transaminases and bilirubin of a few subjects for some weeks; alkaline phosphatase stays as it is."""
    is_case = streams.rank("liver") < cal.LIVER_CASE_OF_40
    first, last = cal.LIVER_CASE_DAYS
    hit = is_case[:, None] & (elapsed >= first) & (elapsed <= last)
    for test, factor in (("ALT", cal.LIVER_FACTOR), ("AST", cal.LIVER_FACTOR), ("BILI", cal.LIVER_BILIRUBIN_FACTOR)):
        values[test] = np.where(hit, np.rint(values[test] * factor).astype(np.int64), values[test])


def liver_cases(streams: Streams) -> Bools:
    """Return who has the raised liver values, shape (n,)."""
    return streams.rank("liver") < cal.LIVER_CASE_OF_40


def draw_cells(streams: Streams, elapsed: Ints, is_dosing: Bools, is_treated: Bools) -> dict[str, Ints]:
    """Return the cell percentages in hundredths: test code to shape (n, v).

    Parameters
    ----------
    streams
        Random numbers.
    elapsed
        Days since the first dose, shape (n, v).
    is_dosing
        Whether an injection was given in the days before, shape (n, v).
    is_treated
        Whether treatment was still going on, rest included, shape (n, v).

    Returns
    -------
    dict of str to ndarray
    """
    values = {}
    for test, (_, median, between, within, dosing, rest) in cal.CELLS.items():
        effect = np.maximum(1 + cal.CELL_EFFECT_SD * streams.normal(f"{test} effect")[:, None], 0.1)
        change = np.where(is_dosing, dosing, np.where(is_treated, rest, cal.CELL_EFFECT_AFTER * rest)) * (elapsed > 0)
        noise = between * streams.normal(f"{test} subject")[:, None] + within * streams.normal(test, elapsed.shape[1])
        values[test] = np.maximum(np.rint(100 * median * np.exp(noise + effect * change)), 1).astype(np.int64)
    return values


def derive_lb(streams: Streams, grid: Grid, values: dict[str, Ints], missing: float) -> pd.DataFrame:
    """Return domain LB from the values of `draw_other_tests`; `grid.is_held` tells which visits were attended."""
    return _sampled(streams, grid, MEASURES, values, missing)


def derive_cp(streams: Streams, grid: Grid, values: dict[str, Ints], missing: float) -> pd.DataFrame:
    """Return domain CP from the values of `draw_cells`: the weeks with a cell sample only."""
    weeks = np.isin(grid.visits.week, cal.CELL_WEEKS)
    planned = dataclasses.replace(grid, is_held=grid.is_held & weeks)
    return _sampled(streams, planned, CELL_MEASURES, values, missing)


def _sampled(
    streams: Streams, grid: Grid, measures: dict[str, Measure], values: dict[str, Ints], missing: float
) -> pd.DataFrame:
    """Leave out samples that were not taken and results that were not done."""
    visits = grid.is_held.shape[1]
    is_taken = streams.uniform(f"{grid.domain} sample", visits) >= missing * cal.MISSED_SAMPLE
    gaps = streams.uniform(f"{grid.domain} test", visits, len(measures)) < missing * cal.MISSED_TEST
    return derive_results(dataclasses.replace(grid, is_held=grid.is_held & is_taken), measures, values, gaps)
