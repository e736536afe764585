"""The plan's model: frozen, validated objects; whatever the plan may say, and nothing else, has a field here."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sap_helpers.plan.base import DecimalNumber, Part, Positive, Window, Word, Words
from sap_helpers.plan.consistency import Consistency
from sap_helpers.plan.disclosure import Disclosure
from sap_helpers.plan.display import Display
from sap_helpers.plan.immunology import Immunology, Laboratory
from sap_helpers.plan.mixed_model import MixedModel
from sap_helpers.plan.quality import Quality
from sap_helpers.plan.relapse import Relapse
from sap_helpers.plan.safety import Safety
from sap_helpers.plan.sledai import SledaiOutcome

Population = Literal["ENR", "SAF", "FAS", "PPS", "REM"]
Component = Literal["sledai", "bilag", "pga"]


class Design(Part):
    """What one subject's treatment was planned to be."""

    planned_subjects: Positive
    dose_iu: Positive
    route: Word
    treatments: Words
    cycle_days: Positive
    injection_days: tuple[Positive, ...] = Field(min_length=1)
    min_cycles: Positive
    max_cycles: Positive
    placebo: Words

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.min_cycles > self.max_cycles:
            raise ValueError("min_cycles may not be above max_cycles")
        if list(self.injection_days) != sorted(set(self.injection_days)) or self.injection_days[-1] > self.cycle_days:
            raise ValueError("injection_days must rise and lie within one cycle")
        return self

    def planned_days(self, cycles: int) -> tuple[int, ...]:
        """Return the study days of every planned injection of the first `cycles` cycles."""
        return tuple(cycle * self.cycle_days + day for cycle in range(cycles) for day in self.injection_days)


class Time(Part):
    """Analysis windows in study days, both ends included."""

    baseline_window: Window
    windows: dict[Positive, Window]
    days_per_year: DecimalNumber

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.baseline_window[0] > self.baseline_window[1]:
            raise ValueError(f"baseline_window ends before it starts: {list(self.baseline_window)}")
        before, last = "baseline", self.baseline_window
        for week, window in sorted(self.windows.items()):
            if window[0] > window[1]:
                raise ValueError(f"the window of week {week} ends before it starts: {list(window)}")
            if window[0] <= last[1]:
                raise ValueError(f"the window of week {week} {list(window)} overlaps that of {before} {list(last)}")
            if not window[0] <= 7 * week + 1 <= window[1]:
                raise ValueError(f"the window of week {week} {list(window)} must hold its target day {7 * week + 1}")
            before, last = f"week {week}", window
        return self

    def window(self, week: int) -> Window:
        """Return the window of a week; week 0 is baseline."""
        return self.baseline_window if week == 0 else self.windows[week]

    @property
    def last_window(self) -> Window:
        """The window of the last week."""
        return self.windows[self.weeks[-1]]

    @property
    def weeks(self) -> tuple[int, ...]:
        """The weeks after baseline, in order."""
        return tuple(sorted(self.windows))

    @property
    def last_day(self) -> int:
        """The last study day of efficacy."""
        return max(end for _, end in self.windows.values())


class PerProtocol(Part):
    """What the per-protocol set asks for."""

    min_sledai: int
    min_compliance: Annotated[DecimalNumber, Field(ge=0, le=1)]
    days: Positive
    cycles: Positive
    major_deviation: Words

    @property
    def day_after(self) -> int:
        """The first study day that no longer counts."""
        return self.days + 1


class Sets(Part):
    """The analysis sets."""

    screen_failure_arms: Words
    per_protocol: PerProtocol


class Exposure(Part):
    """How exposure is read.

    Parameters
    ----------
    frequency_days
        Days from one dose to the next, 0 for a single dose.
    unit_factors
        How many IU one of each unit is; the amount of a dose in any other unit is not known.
    subcutaneous
        Words of that route.
    """

    frequency_days: dict[str, Annotated[int, Field(ge=0)]]
    unit_factors: dict[Word, Annotated[DecimalNumber, Field(gt=0)]]
    subcutaneous: Words


class Events(Part):
    """The words by which intercurrent events are recognised."""

    disposition_category: Word
    treatment_scope: Word
    participation_scope: Word
    completed: Words
    response_completion: Words
    response_min_cycles: Positive
    known_reasons: Words
    rescue_category: Word
    background_category: Word
    immunosuppressants: Words
    biologics: Words


class Steroids(Part):
    """Prednisone equivalents."""

    prednisone_equivalent: dict[str, Annotated[DecimalNumber, Field(gt=0)]]
    unit: Word
    doses_per_day: dict[str, Annotated[DecimalNumber, Field(gt=0)]]


class SledaiItem(Part):
    """One item of the disease activity index."""

    code: Word
    name: Word
    weight: Positive
    system: Word


class Sledai(Part):
    """SELENA-SLEDAI."""

    category: Word
    total: Word
    items: tuple[SledaiItem, ...]
    serology: Words
    renal: Words

    @property
    def highest(self) -> int:
        """The highest total."""
        return sum(self.weights.values())

    @model_validator(mode="after")
    def _check(self) -> Self:
        codes = [item.code for item in self.items]
        if len(set(codes)) != len(codes) or self.total in codes:
            raise ValueError("item codes must differ from one another and from the total's")
        unknown = sorted({*self.serology, *self.renal} - set(codes))
        if unknown:
            raise ValueError(f"not an item's code: {', '.join(unknown)}")
        return self

    @property
    def weights(self) -> dict[str, int]:
        """Weight by item code."""
        return {item.code: item.weight for item in self.items}


class Bilag(Part):
    """BILAG-2004; grades from most to least active."""

    category: Word
    systems: dict[str, Word]
    grades: Words


class Pga(Part):
    """Physician's global assessment."""

    category: Word
    code: Word
    minimum: DecimalNumber
    maximum: DecimalNumber


class Instruments(Part):
    """The three instruments of the response index."""

    sledai: Sledai
    bilag: Bilag
    pga: Pga


class ResponseAnalysis(Part):
    """One row of the estimand table: everything in which one analysis of a response differs from another."""

    id: Word
    variable: Word
    role: Literal["primary", "sensitivity", "supplementary"]
    population: Population
    weeks: Literal["all", "key"]
    requires: tuple[Component, ...] = Field(min_length=1)
    sledai: Literal["SLEDAI", "SLEDAI22"]
    reduction: Positive
    bilag: Literal["and", "or"]
    events: Literal["failure", "ignore"]
    missing: Literal["failure", "exclude"]
    interval: Literal["clopper-pearson", "wilson"]


class Imputation(Part):
    """Multiple imputation."""

    imputations: Annotated[int, Field(ge=2)]
    seed: Annotated[int, Field(ge=0)]
    prior_scale: Annotated[float, Field(gt=0)]


class Subgroups(Part):
    """Where the subgroups divide."""

    sledai: int
    age: int
    prednisone: int
    anti_dsdna: Word
    complement: Words


class Benchmark(Part):
    """A published response rate; n and N are null where the source gave a percentage alone."""

    label: Word
    week: Positive
    n: Annotated[int, Field(ge=0)] | None
    N: Positive | None
    percent: DecimalNumber
    definition: Word


class Sri(Part):
    """The primary outcome."""

    weeks: tuple[Positive, ...] = Field(min_length=1)
    key_week: Positive
    max_new_a: Annotated[int, Field(ge=0)]
    max_new_b: Annotated[int, Field(ge=0)]
    pga_rise: Annotated[DecimalNumber, Field(gt=0)]
    analyses: tuple[ResponseAnalysis, ...]
    imputation: Imputation
    subgroups: Subgroups
    benchmark: tuple[Benchmark, ...]

    @model_validator(mode="after")
    def _check(self) -> Self:
        if list(self.weeks) != sorted(set(self.weeks)):
            raise ValueError(f"weeks must rise and not repeat: {list(self.weeks)}")
        if self.key_week not in self.weeks:
            raise ValueError(f"key_week {self.key_week} must be one of weeks {list(self.weeks)}")
        return self


class Eligibility(Part):
    """Limits of the record's criteria that data can be held against."""

    min_sledai: int
    manifestation_items: Words
    positive_test_items: Words
    transaminases: Words
    max_transaminase_multiple: DecimalNumber
    met_results: dict[Word, Word]


class Plan(Part):
    """The whole plan."""

    study: Word
    title: Word
    version: Word
    level: Annotated[float, Field(ge=0.5, lt=1)]
    design: Design
    time: Time
    sets: Sets
    exposure: Exposure
    events: Events
    steroids: Steroids
    instruments: Instruments
    sri: Sri
    eligibility: Eligibility
    laboratory: Laboratory
    immunology: Immunology
    mixed_model: MixedModel
    sledai: SledaiOutcome
    relapse: Relapse
    safety: Safety
    words: dict[Word, Words]
    quality: Quality
    consistency: Consistency
    display: Display
    disclosure: Disclosure

    @model_validator(mode="after")
    def _check(self) -> Self:
        weeks = {
            "sri.weeks": self.sri.weeks,
            "immunology": (self.immunology.week, *self.immunology.model_weeks),
            "sledai.model_weeks": self.sledai.model_weeks,
        }
        for key, asked in weeks.items():
            unknown = [week for week in asked if week not in self.time.windows]
            if unknown:
                raise ValueError(f"{key}: no analysis window for week {unknown[0]}; allowed: {list(self.time.weeks)}")
        nameless = [code for code in self.immunology.marker_codes if code not in self.laboratory.tests]
        if nameless:
            raise ValueError(f"immunology.markers: {nameless[0]} is not among laboratory.tests")
        items = {code for state in self.sledai.states for code in state.absent_items}
        if missing := sorted(items - set(self.instruments.sledai.weights)):
            raise ValueError(f"sledai.states: no item {', '.join(missing)}")
        return self
