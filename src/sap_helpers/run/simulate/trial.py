"""The whole synthetic trial: every domain as text, for a seed and a number of subjects. No patient is behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sap_helpers.errors import UsageError
from sap_helpers.run.simulate import adverse, instruments, laboratory, medication, milestones
from sap_helpers.run.simulate import calibration as cal
from sap_helpers.run.simulate.course import draw_course
from sap_helpers.run.simulate.disease import draw_disease
from sap_helpers.run.simulate.grid import Grid
from sap_helpers.run.simulate.streams import Bools, Floats, Ints, Streams
from sap_helpers.run.simulate.subjects import draw_subjects
from sap_helpers.run.simulate.visits import draw_visits

if TYPE_CHECKING:
    import pandas as pd

    from sap_helpers.plan.model import Plan, Sledai
    from sap_helpers.run.simulate.course import Course
    from sap_helpers.run.simulate.disease import Disease

MISSING = 0.06


def simulate_trial(
    plan: Plan, *, subjects: int = 40, seed: int = cal.DEFAULT_SEED, missing: float = MISSING
) -> dict[str, pd.DataFrame]:
    """Make up a whole trial that follows the plan's design and instruments.

    Parameters
    ----------
    plan
        Design, visit weeks, instruments and words.
    subjects
        Number of treated subjects, 0 or more; one screen failure in eight comes on top. The data of the first subjects
        do not depend on it.
    seed
        Seed of the random numbers, 0 or more.
    missing
        Probability that a scheduled visit is missed, 0 to 1; samples and single results are missing in proportion.

    Returns
    -------
    dict of str to pandas.DataFrame
        Domain (dm, ex, ds, qs, lb, cp, ae, cm, dv, ie) to its records up to the end of the trial; every cell a str,
        missing the empty text. Equal arguments give equal frames.

    Raises
    ------
    UsageError
        An argument is outside its range.
    """
    _check_arguments(subjects, seed, missing)
    streams = Streams(seed, subjects)
    people, failures = draw_subjects(streams)
    visits = draw_visits(streams, people, plan.time.weeks, missing)
    sledai = plan.instruments.sledai
    disease = draw_disease(streams, sledai)
    course = draw_course(streams, plan.design, disease, visits)
    activity = course.activity(disease, visits.elapsed)
    is_dosing, is_treated = _exposure_state(course, visits.elapsed)
    margins = _measured_margins(streams, sledai, disease, activity, visits.elapsed)
    markers = laboratory.draw_markers(streams, sledai, margins)
    look_back = disease.margins((activity + course.activity(disease, visits.elapsed - cal.LOOK_BACK_DAYS)) / 2)
    items = _items(sledai, margins, laboratory.marked_items(markers))
    recorded = instruments.derive_assessments(streams, plan.instruments, visits, activity, items, look_back)
    tests = laboratory.draw_other_tests(streams, activity, visits.elapsed, is_dosing, markers)
    cells = laboratory.draw_cells(streams, visits.elapsed, is_dosing, is_treated)
    is_seen = visits.is_held & (visits.elapsed <= course.participation_end[:, None])

    def grid(domain: str) -> Grid:
        return Grid(plan.study, domain, people, visits, is_seen)

    return {
        "dm": milestones.derive_dm(plan.study, people, failures, course),
        "ex": milestones.derive_ex(plan, streams, people, course),
        "ds": milestones.derive_ds(plan, people, failures, course),
        "qs": instruments.derive_qs(streams, grid("QS"), plan.instruments, recorded, missing),
        "lb": laboratory.derive_lb(streams, grid("LB"), tests, missing),
        "cp": laboratory.derive_cp(streams, grid("CP"), cells, missing),
        "ae": adverse.derive_ae(plan.study, streams, people, course, laboratory.liver_cases(streams)),
        "cm": medication.derive_cm(plan, streams, people, disease, course),
        "dv": milestones.derive_dv(plan, streams, people, course),
        "ie": milestones.derive_ie(plan, people, disease.is_low_score),
    }


def _check_arguments(subjects: int, seed: int, missing: float) -> None:
    if subjects < 0:
        raise UsageError(f"--subjects {subjects}: a trial has 0 or more subjects.")
    if seed < 0:
        raise UsageError(f"--seed {seed}: a seed is a whole number of 0 or more.")
    if not 0 <= missing <= 1:
        raise UsageError(f"--missing {missing}: a probability lies between 0 and 1.")


def _exposure_state(course: Course, elapsed: Ints) -> tuple[Bools, Bools]:
    """Return whether an injection was given in the days before each visit, and whether treatment was going on."""
    is_dosing = np.zeros(elapsed.shape, dtype=np.bool_)
    for day, is_given in zip(course.injection.T, course.is_given.T, strict=True):
        since = elapsed - day[:, None]
        is_dosing |= is_given[:, None] & (since > 0) & (since <= cal.ON_INJECTIONS_DAYS)
    return is_dosing, (elapsed > 0) & (elapsed <= course.last_injection[:, None] + cal.LOOK_BACK_DAYS)


def _measured_margins(streams: Streams, sledai: Sledai, disease: Disease, activity: Floats, elapsed: Ints) -> Floats:
    """Return the margins with measurement noise; before treatment the noise turns no item on or off."""
    margins = disease.margins(activity)
    marked = {item for item, *_ in cal.MARKERS.values()}
    sd = np.asarray([cal.LABORATORY_NOISE_SD if item.code in marked else cal.ITEM_NOISE_SD for item in sledai.items])
    noisy = margins + np.append(sd, cal.ITEM_NOISE_SD) * streams.normal("item noise", *margins.shape[1:])
    clear = np.where(margins > 0, np.maximum(noisy, cal.BASELINE_MARGIN), np.minimum(noisy, -cal.BASELINE_MARGIN))
    return np.where((elapsed <= 0)[:, :, None], clear, noisy)


def _items(sledai: Sledai, margins: Floats, marked: dict[str, Bools]) -> Bools:
    """Return the items present; those that a laboratory value decides follow that value."""
    present = margins[:, :, : len(sledai.items)] > 0
    for place, item in enumerate(sledai.items):
        if item.code in marked:
            present[:, :, place] = marked[item.code]
    return present
