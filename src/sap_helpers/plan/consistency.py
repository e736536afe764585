"""The plan's limits for records that contradict each other, and for values out of line with the others."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sap_helpers.plan.base import DecimalNumber, Part, Positive, Words

Fold = Annotated[DecimalNumber, Field(gt=1)]


class Folds(Part):
    """How many times the median a result may be, or the median it: of the subject's own results, and of all."""

    own: Fold
    all: Fold


class Consistency(Part):
    """Words and limits of the rules that list what does not agree; no result changes by them.

    Parameters
    ----------
    arms, consent, death, not_recovered, races, first_visits, visits
        Codes of the treated arm, words of DSDECOD for consent and death, of AEOUT for an event that has not ended,
        those of RACE, and labels of visits before treatment and of others, beside WEEK and its number.
    usual_ages
        Lowest and highest age in years that is not listed.
    folds
        For results of any test.
    narrow_folds, narrow_tests
        For results of tests that vary little in one patient.
    limit_fold
        How many times the median of its test and unit a limit of normal may be, or the median it.
    idle_days
        A cut later than so many days after the last record is listed.
    """

    arms: Words
    consent: Words
    death: Words
    not_recovered: Words
    races: Words
    first_visits: Words
    visits: Words
    usual_ages: tuple[int, int]
    folds: Folds
    narrow_folds: Folds
    narrow_tests: Words
    limit_fold: Fold
    idle_days: Positive
