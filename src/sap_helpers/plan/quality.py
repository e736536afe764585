"""The plan's limits of data quality: what ages, dates, doses, results and events are held against."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from sap_helpers.plan.base import DecimalNumber, Part, Positive, Word, Words


class Quality(Part):
    """Limits outside which a record is quarantined or listed.

    Parameters
    ----------
    ages
        Lowest and highest age in years.
    conversion
        How far, as a share of it, a converted result may be from what the table of units makes of the original one.
    distant_days
        A date so many days from every other date of the subject, or nearer, is not listed.
    usual_daily_dose
        Of a drug, in the unit of `steroids.unit`; pulses that are usual included.
    dose_multiple
        A daily dose above so many times the usual one, or the usual one so many times it, is listed.
    laboratory_terms
        The laboratory tests that an adverse event's term speaks of.
    laboratory_days
        Days before and after an event in which a laboratory value may bear it out.
    """

    ages: tuple[int, int]
    conversion: Annotated[DecimalNumber, Field(ge=0, lt=1)]
    distant_days: Positive
    usual_daily_dose: dict[Word, Annotated[DecimalNumber, Field(gt=0)]]
    dose_multiple: Positive
    laboratory_terms: dict[Word, Words]
    laboratory_days: Positive

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.ages[0] >= self.ages[1]:
            raise ValueError(f"ages must rise: {list(self.ages)}")
        return self
