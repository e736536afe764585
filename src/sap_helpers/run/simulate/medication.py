"""Medication beside the study treatment: prednisone and its taper, immunosuppressants, rescue therapy; domain CM."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from sap_helpers.run.simulate import calibration as cal
from sap_helpers.run.simulate.text import as_texts, date_text, decimal_text, pick, sequence_numbers, text_frame

if TYPE_CHECKING:
    import pandas as pd

    from sap_helpers.plan.model import Plan
    from sap_helpers.run.simulate.course import Course
    from sap_helpers.run.simulate.disease import Disease
    from sap_helpers.run.simulate.streams import Bools, Floats, Ints, Streams, Texts
    from sap_helpers.run.simulate.subjects import Subjects


@dataclass(frozen=True, eq=False, slots=True)
class Doses:
    """Medication records: subject, first and last elapsed day (``NEVER`` = not ended), and their texts."""

    subject: Ints
    start: Ints
    end: Ints
    name: Texts
    code: Texts
    category: Texts
    dose: Texts
    frequency: Texts


def derive_cm(plan: Plan, streams: Streams, subjects: Subjects, disease: Disease, course: Course) -> pd.DataFrame:
    """Return domain CM: background and rescue therapy, one record per drug and dose."""
    background = plan.events.background_category
    parts = [
        _prednisone(streams, disease, course, background),
        _immunosuppressants(streams, background),
        _rescue(streams, course, plan.events.rescue_category),
    ]
    doses = _joined(parts)
    doses = _rows(doses, doses.start <= course.participation_end[doses.subject])
    doses = _rows(doses, np.lexsort((np.arange(len(doses.subject)), doses.start, doses.subject)))
    start = date_text(subjects.first_dose[doses.subject] + doses.start)
    is_partial = streams.uniform("medication start known")[doses.subject] < cal.PARTIAL_MEDICATION_START
    started_before = doses.start < -60
    months = as_texts([date[:7] for date in start])
    has_ended = doses.end <= course.participation_end[doses.subject]
    columns: dict[str, Texts | str] = {
        "STUDYID": plan.study,
        "DOMAIN": "CM",
        "USUBJID": subjects.usubjid[doses.subject],
        "CMSEQ": decimal_text(sequence_numbers(doses.subject)),
        "CMTRT": doses.name,
        "CMDECOD": doses.code,
        "CMCAT": doses.category,
        "CMDOSE": doses.dose,
        "CMDOSU": "mg",
        "CMDOSFRQ": doses.frequency,
        "CMSTDTC": np.where(is_partial & started_before, months, start),
        "CMENDTC": date_text(subjects.first_dose[doses.subject] + doses.end, has_ended),
    }
    return text_frame(columns, len(start))


def _prednisone(streams: Streams, disease: Disease, course: Course, category: str) -> Doses:
    """Lower the dose by a fifth at each visit where the disease is quiet; one record per dose level."""
    pool = np.asarray([dose for dose, _ in cal.PREDNISONE_MG], dtype=np.float64)
    dose = pool[streams.choice("prednisone", [weight for _, weight in cal.PREDNISONE_MG])]
    change = np.asarray(cal.TAPER_DAYS) + streams.days("taper day", 0, 3, len(cal.TAPER_DAYS))
    is_quiet = course.activity(disease, change) < cal.TAPER_ACTIVITY
    levels = _tapered(dose, is_quiet)
    start = np.concatenate([-streams.days("prednisone since", 70, 700)[:, None], change], axis=1)
    is_new = np.concatenate([dose[:, None] > 0, levels[:, 1:] != levels[:, :-1]], axis=1)
    subject, place = np.nonzero(is_new)
    following = np.flip(np.minimum.accumulate(np.flip(np.where(is_new, start, cal.NEVER), axis=1), axis=1), axis=1)
    following = np.concatenate([following[:, 1:], np.full((len(dose), 1), cal.NEVER)], axis=1)
    next_start = following[subject, place]
    end = np.where(next_start < cal.NEVER, next_start - 1, cal.NEVER)
    tenths = np.rint(10 * levels[subject, place]).astype(np.int64)
    return _doses(subject, start[subject, place], end, "Prednisone tablets", "PREDNISONE", category,
                  decimal_text(tenths, 1), "QD")  # fmt: skip


def _tapered(dose: Floats, is_quiet: Bools) -> Floats:
    """Return the dose before and after each possible taper, in steps of 2.5 mg, shape (n, tapers + 1)."""
    levels = [dose]
    for quiet in is_quiet.T:
        lower = np.maximum(np.floor(levels[-1] * cal.TAPER_FACTOR / 2.5) * 2.5, cal.LOWEST_TAPER_MG)
        levels.append(np.where(quiet, np.minimum(lower, levels[-1]), levels[-1]))
    return np.stack(levels, axis=1)


def _immunosuppressants(streams: Streams, category: str) -> Doses:
    parts = []
    for name, code, dose, frequency, of_40 in cal.BACKGROUND:
        subject = np.flatnonzero(streams.rank(code) < of_40)
        start = -streams.days(f"{code} since", 62, 900)[subject]
        never = np.full(len(subject), cal.NEVER)
        parts.append(_doses(subject, start, never, name, code, category, dose, frequency))
    return _joined(parts)


def _rescue(streams: Streams, course: Course, category: str) -> Doses:
    subject = np.flatnonzero(course.rescue < cal.NEVER)
    kind = streams.days("rescue kind", 0, len(cal.RESCUE) - 1)[subject]
    start = course.rescue[subject]
    end = start + np.asarray([days for *_, days in cal.RESCUE])[kind]
    name, code, dose, frequency = (pick([str(drug[place]) for drug in cal.RESCUE], kind) for place in range(4))
    return _doses(subject, start, end, name, code, category, dose, frequency)


def _doses(
    subject: Ints, start: Ints, end: Ints, name: Texts | str, code: Texts | str, category: str, dose: Texts | str,
    frequency: Texts | str,
) -> Doses:  # fmt: skip
    words = [np.full(len(subject), word, dtype=object) if isinstance(word, str) else word
             for word in (name, code, category, dose, frequency)]  # fmt: skip
    return Doses(subject, start, end, *words)


def _joined(parts: list[Doses]) -> Doses:
    return Doses(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Doses)))


def _rows(doses: Doses, rows: Ints | Bools) -> Doses:
    return Doses(*(getattr(doses, f.name)[rows] for f in fields(Doses)))
