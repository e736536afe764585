"""Who was where, when: domains DM, DS, EX, DV and IE of the synthetic trial."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sap_helpers.run.simulate import calibration as cal
from sap_helpers.run.simulate.text import date_text, decimal_text, pick, sequence_numbers, text_frame

if TYPE_CHECKING:
    import pandas as pd

    from sap_helpers.plan.model import Plan
    from sap_helpers.run.simulate.course import Course
    from sap_helpers.run.simulate.streams import Bools, Ints, Streams, Texts
    from sap_helpers.run.simulate.subjects import ScreenFailures, Subjects

ARMS = {"IL2": "Interleukin-2", "SCRNFAIL": "Screen Failure", "NOTASSGN": "Not Assigned"}
SEXES = ("M", "F")


def derive_dm(study: str, subjects: Subjects, failures: ScreenFailures, course: Course) -> pd.DataFrame:
    """Return domain DM: treated subjects and screen failures in order of their numbers."""
    is_dead = course.death < cal.NEVER
    blank = np.full(len(failures.usubjid), "", dtype=object)
    arm = np.repeat(np.asarray(["IL2", "SCRNFAIL"], dtype=object), [subjects.count, len(blank)])
    columns: dict[str, Texts | str] = {
        "STUDYID": study,
        "DOMAIN": "DM",
        "USUBJID": np.concatenate([subjects.usubjid, failures.usubjid]),
        "RFSTDTC": np.concatenate([date_text(subjects.first_dose), blank]),
        "RFICDTC": date_text(np.concatenate([subjects.consent, failures.consent])),
        "DTHDTC": np.concatenate([date_text(subjects.date(course.death), is_dead), blank]),
        "DTHFL": np.concatenate([pick(("", "Y"), is_dead), blank]),
        "AGE": decimal_text(np.concatenate([subjects.age, failures.age])),
        "AGEU": "YEARS",
        "SEX": pick(SEXES, np.concatenate([subjects.is_female, failures.is_female])),
        "RACE": "ASIAN",
        "ARMCD": arm,
        "ARM": pick(list(ARMS.values()), (arm == "SCRNFAIL").astype(np.int64)),
    }
    frame = text_frame(columns, len(arm))
    order = np.argsort(np.concatenate([subjects.number, failures.number]), kind="stable")
    return frame.iloc[order].reset_index(drop=True)


def derive_ex(plan: Plan, streams: Streams, subjects: Subjects, course: Course) -> pd.DataFrame:
    """Return domain EX: one record per injection given."""
    subject, place = np.nonzero(course.is_given)
    other = _other_route(streams, course)[subject, place]
    dates = date_text(subjects.date(course.injection)[subject, place])
    cycle = place // len(plan.design.injection_days) + 1
    columns: dict[str, Texts | str] = {
        "STUDYID": plan.study,
        "DOMAIN": "EX",
        "USUBJID": subjects.usubjid[subject],
        "EXSEQ": decimal_text(sequence_numbers(subject)),
        "EXTRT": "RECOMBINANT HUMAN INTERLEUKIN-2",
        "EXDOSE": str(plan.design.dose_iu),
        "EXDOSU": "IU",
        "EXDOSFRQ": "ONCE",
        "EXROUTE": np.where(other, cal.OTHER_ROUTE, plan.design.route),
        "EPOCH": pick([f"CYCLE {number}" for number in range(plan.design.max_cycles + 1)], cycle),
        "EXSTDTC": dates,
        "EXENDTC": dates,
    }
    return text_frame(columns, len(subject))


def _other_route(streams: Streams, course: Course) -> Bools:
    """Return the one injection of a few subjects that took another route."""
    has_other = streams.rank("other route") < cal.OTHER_ROUTE_OF_40
    place = streams.days("other route place", 1, 13)
    is_place: Bools = np.arange(course.injection.shape[1]) == place[:, None]
    return has_other[:, None] & is_place


def derive_ds(plan: Plan, subjects: Subjects, failures: ScreenFailures, course: Course) -> pd.DataFrame:
    """Return domain DS: consent of everyone, the end of treatment and the end of participation."""
    events = plan.events
    treated = np.arange(subjects.count)
    failed = subjects.count + np.arange(len(failures.usubjid))
    consented = np.concatenate([treated, failed])
    names = np.concatenate([subjects.usubjid, failures.usubjid])
    word = "INFORMED CONSENT OBTAINED"
    parts = [
        _disposition(consented, np.concatenate([subjects.consent, failures.consent]), "PROTOCOL MILESTONE", "", word),
        _disposition(treated, subjects.date(course.treatment_end), events.disposition_category, events.treatment_scope,
                     course.treatment_reason),
        _disposition(treated, subjects.date(course.participation_end), events.disposition_category,
                     events.participation_scope, course.participation_reason),
        _disposition(failed, failures.decided, events.disposition_category, events.participation_scope,
                     "SCREEN FAILURE"),
    ]  # fmt: skip
    subject, day, category, scope, reason = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((np.arange(len(subject)), day, subject))
    columns: dict[str, Texts | str] = {
        "STUDYID": plan.study,
        "DOMAIN": "DS",
        "USUBJID": names[subject[order]],
        "DSSEQ": decimal_text(sequence_numbers(subject[order])),
        "DSTERM": np.asarray([str(text).capitalize() for text in reason[order]], dtype=object),
        "DSDECOD": reason[order],
        "DSCAT": category[order],
        "DSSCAT": scope[order],
        "DSSTDTC": date_text(day[order]),
    }
    return text_frame(columns, len(order))


def _disposition(
    subject: Ints, day: Ints, category: str, scope: str, reason: Texts | str
) -> tuple[Ints, Ints, Texts, Texts, Texts]:
    def filled(text: str) -> Texts:
        return np.full(len(subject), text, dtype=object)

    return subject, day, filled(category), filled(scope), filled(reason) if isinstance(reason, str) else reason


def derive_dv(plan: Plan, streams: Streams, subjects: Subjects, course: Course) -> pd.DataFrame:
    """Return domain DV: a few minor deviations and one or two major ones in forty subjects."""
    rank = streams.rank("deviation")
    kinds = [*((cal.MINOR_DEVIATIONS[i % len(cal.MINOR_DEVIATIONS)], "MINOR") for i in range(cal.MINOR_OF_40)),
             *((term, "MAJOR") for term in cal.MAJOR_DEVIATIONS)]  # fmt: skip
    day = np.minimum(streams.days("deviation day", 5, 66), course.participation_end)
    subject = np.flatnonzero(rank < len(kinds))
    columns: dict[str, Texts | str] = {
        "STUDYID": plan.study,
        "DOMAIN": "DV",
        "USUBJID": subjects.usubjid[subject],
        "DVSEQ": "1",
        "DVTERM": pick([term for (term, _), _ in kinds], rank[subject]),
        "DVDECOD": pick([code for (_, code), _ in kinds], rank[subject]),
        "DVCAT": pick([category for _, category in kinds], rank[subject]),
        "DVSTDTC": date_text(subjects.date(day)[subject]),
    }
    return text_frame(columns, len(subject))


def derive_ie(plan: Plan, subjects: Subjects, is_low_score: Bools) -> pd.DataFrame:
    """Return domain IE: the criterion that was not met by those included below the eligible score."""
    subject = np.flatnonzero(is_low_score)
    columns: dict[str, Texts | str] = {
        "STUDYID": plan.study,
        "DOMAIN": "IE",
        "USUBJID": subjects.usubjid[subject],
        "IESEQ": "1",
        "IETESTCD": "INCL06",
        "IETEST": f"SLE disease activity index of at least {plan.eligibility.min_sledai}",
        "IECAT": "INCLUSION",
        "IEORRES": "N",
        "IESTRESC": "N",
        "IEDTC": date_text(subjects.first_dose[subject]),
    }
    return text_frame(columns, len(subject))
