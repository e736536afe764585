"""The plan's relapses: what remission, reference, follow-up and relapse are, every other reading as a row of data."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sap_helpers.plan.base import Part, Positive, Word

Role = Literal["primary", "beside", "sensitivity"]
Until = Literal["after_stop", "last_day"]
Days = Annotated[int, Field(ge=0)]


class RelapseDefinition(Part):
    """One reading of a relapse, complete.

    Parameters
    ----------
    variable, role, reading
        Its variable in the results; whether it is the primary one, stands beside it in every table, or is a sensitivity
        analysis, and then of which name.
    remission_below
        A total below it is remission.
    least_rise
        Points above the reference that make a relapse.
    least_score
        Where it is given, a total of at least so much makes a relapse, whatever the reference was.
    reference_days
        The reference is the last assessment up to so many days after the last dose.
    until
        Follow-up ends so many days after the last dose as the plan says, at most on the last day; or on the last day.
    """

    variable: Word
    role: Role
    reading: str
    remission_below: Positive
    least_rise: Positive
    least_score: Positive | None
    reference_days: Days
    until: Until


class RelapseRow(Part):
    """One row of the plan's definitions: its name and role, and what differs from the section's own values."""

    variable: Word
    role: Role
    reading: str = ""
    remission_below: Positive | None = None
    least_rise: Positive | None = None
    least_score: Positive | None = None
    reference_days: Days | None = None
    until: Until = "after_stop"


class Relapse(Part):
    """Relapses after stopping.

    Parameters
    ----------
    days_after_stop, last_day
        Follow-up ends so many days after the last dose, or on this study day, whichever is first.
    first_day, on_treatment_days
        On treatment: from this study day to so many days after the last dose; follow-up starts after that.
    remission_below, least_rise
        The primary definition's values; see `RelapseDefinition`.
    settled_days
        Who did not relapse has been followed long enough with a follow-up to so many days after the last dose.
    curve_days
        Days from the reference at which curves are read.
    definitions
        The primary one, what stands beside it, and the sensitivity analyses.
    """

    days_after_stop: Positive
    last_day: Positive
    first_day: Positive
    on_treatment_days: Days
    remission_below: Positive
    least_rise: Positive
    settled_days: Positive
    curve_days: tuple[Positive, ...] = Field(min_length=1)
    definitions: tuple[RelapseRow, ...]

    @model_validator(mode="after")
    def _check(self) -> Self:
        names = [(row.reading, row.variable) for row in self.definitions]
        if len(set(names)) != len(names):
            raise ValueError("definitions must differ in their reading or their variable")
        if any((row.role == "sensitivity") != bool(row.reading) for row in self.definitions):
            raise ValueError("definitions with the role sensitivity, and no others, must have a reading")
        if [row.role for row in self.definitions].count("primary") != 1:
            raise ValueError("definitions must have exactly one row with the role primary")
        if list(self.curve_days) != sorted(set(self.curve_days)):
            raise ValueError(f"curve_days must rise and not repeat: {list(self.curve_days)}")
        if self.on_treatment_days >= self.days_after_stop:
            raise ValueError(f"days_after_stop must be above on_treatment_days {self.on_treatment_days}")
        if any(definition.reference_days > self.on_treatment_days for definition in self.of()):
            raise ValueError(f"reference_days may not be above on_treatment_days {self.on_treatment_days}")
        return self

    @property
    def primary(self) -> RelapseDefinition:
        """The primary definition."""
        return self.of("primary")[0]

    def of(self, *roles: Role) -> tuple[RelapseDefinition, ...]:
        """Return the definitions of the roles named (all by default), complete, in their order."""
        return tuple(self._complete(row) for row in self.definitions if not roles or row.role in roles)

    def _complete(self, row: RelapseRow) -> RelapseDefinition:
        given = {name: value for name, value in row.model_dump().items() if value is not None}
        own = {
            "remission_below": self.remission_below, "least_rise": self.least_rise, "least_score": None,
            "reference_days": self.on_treatment_days,
        }  # fmt: skip
        return RelapseDefinition.model_validate(own | given)
