"""The plan's safety part: words of adverse events, day limits, thresholds of liver and kidney, CTCAE grade bounds."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sap_helpers.plan.base import DecimalNumber, FileName, Part, Positive, Word, Words

Above = Annotated[DecimalNumber, Field(gt=0)]
Bounds = tuple[Above | None, ...]


class Categories(Part):
    """The categories of the registry record and the versioned table that says which terms belong to each.

    Parameters
    ----------
    file, version
        The table beside the plan, and the version that every row of it must carry.
    codes
        The categories, in the order in which they are reported.
    """

    file: FileName
    version: Word
    codes: Words


class AdverseWords(Part):
    """How the words of adverse events are read, without regard to letter case and outer blanks.

    Parameters
    ----------
    related
        Causality that counts as related; a missing one counts so too.
    severity_grades
        Grade of a severity, for events without a grade.
    serious, withdrawal, fatal
        Words of AESER, AEACN and AEOUT.
    lupus_activity
        Preferred terms, and how those begin, that are activity of the disease itself; they are marked.
    """

    related: Words
    severity_grades: dict[Word, Annotated[int, Field(ge=1, le=4)]]
    serious: Words
    withdrawal: Words
    fatal: Words
    lupus_activity: Words


class Liver(Part):
    """Hy's law: multiples of the upper limit, and the days within which bilirubin follows."""

    transaminases: Words
    bilirubin: Word
    phosphatase: Word
    transaminase_multiple: Above
    bilirubin_multiple: Above
    phosphatase_multiple: Above
    days: Positive


class Kidney(Part):
    """Creatinine stages: the least ratio to baseline of stage 1, 2, 3."""

    creatinine: Word
    stages: tuple[Above, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if list(self.stages) != sorted(set(self.stages)):
            raise ValueError(f"stages must rise: {[str(stage) for stage in self.stages]}")
        return self


class LowGrades(Part):
    """Grades of a fall: grade 1 below the lower limit of normal, each further one below the next bound."""

    kind: Literal["low"]
    code: Word
    name: Word
    units: Words
    below: tuple[Above, ...]

    @property
    def highest(self) -> int:
        """The highest grade that a value can have."""
        return 1 + len(self.below)


class HighGrades(Part):
    """Grades of a rise: the highest whose bound is passed, in multiples of the upper limit and of the own baseline.

    Parameters
    ----------
    uln, base
        Bounds of grade 1, 2 ...; null where a scale has none for a grade, empty where it is not used.
    base_applies
        ``always``, beside the upper limit; ``abnormal``, in its place where the own baseline is above the limit;
        ``both``, a value must pass both.
    is_first_base_included
        Whether a value of exactly the first multiple of the baseline has grade 1.
    """

    kind: Literal["high"]
    code: Word
    name: Word
    uln: Bounds
    base: Bounds
    base_applies: Literal["always", "abnormal", "both"]
    is_first_base_included: bool

    @model_validator(mode="after")
    def _check(self) -> Self:
        if len(self.uln) != len(self.base):
            raise ValueError(f"{self.code}: as many bounds of uln as of base, null where there is none")
        return self

    @property
    def highest(self) -> int:
        """The highest grade that a value can have."""
        return len(self.uln)


class Toxicity(Part):
    """Laboratory grades: the edition of the criteria that the bounds are taken from, and the bounds by test."""

    ctcae_version: Word
    tests: tuple[LowGrades | HighGrades, ...]

    @model_validator(mode="after")
    def _check(self) -> Self:
        codes = [test.code for test in self.tests]
        if len(set(codes)) != len(codes):
            raise ValueError("a test comes twice among the grades")
        return self


class Safety(Part):
    """Adverse events and laboratory safety.

    Parameters
    ----------
    last_day
        The last study day on which an event is treatment-emergent, and of the time at risk.
    days_after_last_dose
        Where emergence ends in the analysis by exposure.
    severe_grade
        The least grade that counts as severe.
    incidence_days
        Study days at which the cumulative incidence is given, beside the last day.
    per_years
        Person-years to which rates refer.
    weekly_tests
        Laboratory tests described by week.
    """

    last_day: Positive
    days_after_last_dose: Positive
    severe_grade: Annotated[int, Field(ge=1, le=5)]
    incidence_days: tuple[Positive, ...]
    per_years: Positive
    categories: Categories
    words: AdverseWords
    liver: Liver
    kidney: Kidney
    toxicity: Toxicity
    weekly_tests: Words
